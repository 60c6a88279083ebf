"""What an ingest that was killed had written goes with the next one, and no version with it."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.extracts.strays import remove_strays


def table(folder: Path) -> Path:
    """Two versions of a table, as a Delta log names their files."""
    log = folder / "_delta_log"
    log.mkdir(parents=True)
    for number, name in enumerate(("first.parquet", "second%20one.parquet")):
        lines = [{"commitInfo": {"x": 1}}, {"add": {"path": name}}]
        if number:
            lines.append({"remove": {"path": "first.parquet"}})
        text = "\n".join(json.dumps(line) for line in lines)
        (log / f"{number:020}.json").write_text(text, encoding="utf-8")
        (folder / name.replace("%20", " ")).write_bytes(b"rows")
    return folder


def test_only_what_no_version_names_is_removed(tmp_path: Path) -> None:
    folder = table(tmp_path / "t")
    (folder / "stray.parquet").write_bytes(b"rows of nobody")
    assert remove_strays(folder) == 1
    assert sorted(file.name for file in folder.glob("*.parquet")) == [
        "first.parquet",
        "second one.parquet",
    ]
    assert remove_strays(folder) == 0


def test_a_first_ingest_that_died_leaves_a_table_without_a_log(tmp_path: Path) -> None:
    (tmp_path / "stray.parquet").write_bytes(b"rows of nobody")
    assert remove_strays(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_resource_that_was_never_ingested(tmp_path: Path) -> None:
    assert remove_strays(tmp_path / "none") == 0
