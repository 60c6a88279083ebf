"""docs/pages.md says what pages are: every chart, its columns, every key; its example is a page."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.ui.desks import DESKS
from workbench.ui.page import ROLES, Chart, DeskName, Filter, Form, Page, Panel
from workbench.ui.page_file import read_page
from workbench.ui.view import State

TEXT = (Path(__file__).parents[3] / "docs" / "pages.md").read_text(encoding="utf-8")


def test_every_chart_with_the_columns_that_it_needs_and_may_have() -> None:
    part = TEXT[TEXT.index("## Panels") : TEXT.index("## Desks")]
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|([^|]*)\|", part, re.MULTILINE)
    told = {name: (_named(needs), _named(may)) for name, needs, may in rows}
    assert told == {chart.value: (set(n), set(m)) for chart, (n, m) in ROLES.items()}
    assert set(told) == {chart.value for chart in Chart}


def test_every_desk_is_told() -> None:
    part = TEXT[TEXT.index("## Desks") : TEXT.index("## What a panel says")]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [*DeskName]
    assert set(DESKS) == set(DeskName)


def _named(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def test_every_key_is_named() -> None:
    names = {
        field.alias or name
        for model in (Page, Panel, Filter)
        for name, field in model.model_fields.items()
        if name != "name"  # the file's own
    }
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", TEXT)] == []
    assert all(form.value in TEXT for form in Form)
    assert all(state.value in TEXT for state in State if state not in (State.drawn, State.waiting))


def test_its_example_is_a_page(tmp_path: Path) -> None:
    example = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    assert read_page(path).findings == ()
