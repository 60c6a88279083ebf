"""docs/obtain.md and docs/masks.md name what there is: nothing less, nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.catalogue.mask_rules import LEVELS
from workbench.ledger.receipts import FIELDS
from workbench.model.grant import MaskKind
from workbench.model.receipt import Change

DOCS = Path(__file__).parents[2] / "docs"


def first_cells(page: str, heading: str) -> set[str]:
    """The words in code marks of the first column of the tables under a heading."""
    section = (DOCS / page).read_text(encoding="utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {word for cell in rows for word in re.findall(r"`(\w+)`", cell)}


def test_every_change_and_every_field_is_explained() -> None:
    assert first_cells("obtain.md", "The three forms") == {change.value for change in Change}
    assert first_cells("obtain.md", "The receipt") == set(FIELDS)


def test_every_mask_and_level_is_explained() -> None:
    text = (DOCS / "masks.md").read_text(encoding="utf-8")
    table = text.split("| mask |")[1].split("\n\n")[0]
    kinds = re.findall(r"^\| `(?:\{kind: )?(\w+)", table, re.MULTILINE)
    assert set(kinds) == {kind.value for kind in MaskKind}
    for kind, levels in LEVELS.items():
        (row,) = [line for line in table.splitlines() if f"kind: {kind}, level" in line]
        assert {f"`{level}`" for level in levels} <= set(re.findall(r"`\w+`", row))
