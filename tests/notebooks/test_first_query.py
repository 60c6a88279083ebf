"""The notebooks, executed against a real gateway over a copy of the sample city."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workbench.client import connect

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
WORKBENCH = str(Path(sys.executable).with_name("workbench"))
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Served:
    city: Path
    url: str
    session: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    city = tmp_path_factory.mktemp("city")
    for part in ("data_contracts", "notebooks", "dashboards"):
        shutil.copytree(ROOT / part, city / part)
    run = {"cwd": city, "check": True, "text": True, "env": {**os.environ, "WORKBENCH_LANG": "zh"}}
    subprocess.run([WORKBENCH, "ingest", "--all"], **run)
    add = [WORKBENCH, "users", "add", "analyst", "-d", "drc", "-r", "analyst", "--password-stdin"]
    subprocess.run(add, input=f"{PASSWORD}\n", **run)
    serve = [WORKBENCH, "serve", "--http-port", "0", "--flight-port", "0"]
    with subprocess.Popen(serve, cwd=city, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout is not None
        ready = json.loads(gateway.stdout.readline())
        connection = connect(ready["http"], user="analyst", password=PASSWORD)
        yield Served(city, ready["http"], connection.session_token)
        connection.close()
        gateway.terminate()
        gateway.wait(30)


@pytest.fixture(scope="module")
def run(served: Served) -> NotebookNode:
    return executed(served, "01_first_query.ipynb")


@pytest.fixture(scope="module")
def modes(served: Served) -> NotebookNode:
    return executed(served, "02_sharing_modes.ipynb")


def executed(served: Served, name: str) -> NotebookNode:
    """The executed notebook. Its kernel knows the address and a session token."""
    import nbformat  # here: it takes seconds, which whoever only collects the tests need not wait
    from nbclient import NotebookClient

    path = served.city / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}
    )
    told = {
        "WORKBENCH_URL": served.url,
        "WORKBENCH_TOKEN": served.session,
        "WORKBENCH_LANG": "zh",
    }
    client.execute(env={**os.environ, **told})
    return notebook


def cell(notebook: NotebookNode, containing: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.cell_type == "code" and containing in c.source)


def shown(found: NotebookNode) -> str:
    """The HTML of a cell's outputs."""
    return "".join(o.get("data", {}).get("text/html", "") for o in found.outputs)


def test_only_the_refused_cell_fails(run: NotebookNode) -> None:
    failed = [
        c.source
        for c in run.cells
        if c.cell_type == "code" and any(o.output_type == "error" for o in c.outputs)
    ]
    assert failed == [cell(run, "yoy_index").source]


def test_it_shows_who_asks_and_what_is_granted(run: NotebookNode) -> None:
    assert "analyst" in shown(cell(run, "whoami"))
    granted = shown(cell(run, "gateway.grants()"))
    assert "house_prices" in granted
    assert "divisions" in granted
    tables = shown(cell(run, "gateway.tables"))
    assert "mom_index" in tables
    assert "yoy_index" not in tables


def in_words(found: NotebookNode) -> str:
    """What a cell shows where no widget can be drawn."""
    return "".join(o.get("data", {}).get("text/plain", "") for o in found.outputs)


def test_every_result_has_its_source(run: NotebookNode) -> None:
    for part in ("order by mom_index desc", "一年平均涨跌百分比", "chart(trend"):
        told = shown(cell(run, part)) or in_words(cell(run, part))
        assert "来源：" in told
        assert "住宅" in told
        assert re.search(r"账本第 \d+ 条", told)


def test_the_join_finds_provinces(run: NotebookNode) -> None:
    assert shown(cell(run, "一年平均涨跌百分比")).count("省") > 3


def test_the_refusal_teaches_and_gives_no_value(run: NotebookNode) -> None:
    told = shown(cell(run, "yoy_index"))
    for part in ("yoy_index", "not_granted", "下一步", "申请草稿", "house_price_watch"):
        assert part in told


def test_the_ledger_knows_the_releases_and_the_refusal(run: NotebookNode) -> None:
    told = shown(cell(run, "gateway.usage"))
    assert "house_price_watch" in told
    assert "yoy_index" in told or "not_granted" in told
    assert "成都" not in told, "a literal of a statement stands in the ledger"


def test_it_needs_less_than_a_minute_and_leaves_no_output_behind(run: NotebookNode) -> None:
    source = json.loads((ROOT / "notebooks" / "01_first_query.ipynb").read_text(encoding="utf-8"))
    assert all(not c.get("outputs") for c in source["cells"])


# The sharing modes ------------------------------------------------------------------------------


def test_no_cell_of_the_modes_fails(modes: NotebookNode) -> None:
    failed = [
        (c.source, [o.get("ename") for o in c.outputs if o.output_type == "error"])
        for c in modes.cells
        if c.cell_type == "code" and any(o.output_type == "error" for o in c.outputs)
    ]
    assert failed == []


def test_statistics_mark_what_is_withheld_and_say_why(modes: NotebookNode) -> None:
    told = shown(cell(modes, "%%sql tax_statistics"))
    assert "⊘1" in told
    assert "主体少于 5 个" in told
    assert "合成数据" in told
    assert "513227MA" not in told
    assert "会被拒绝" in shown(cell(modes, "max(turnover)"))
    assert "QUANTILE_CONT" in shown(cell(modes, "max(turnover)"))
    assert "可以运行" in shown(cell(modes, "median(turnover)"))
    assert "合谋" in shown(cell(modes, "growth.disclosure"))


def test_a_view_has_its_watermark_and_a_comparison_its_words(modes: NotebookNode) -> None:
    view = shown(cell(modes, "gateway.view"))
    assert "analyst" in view
    assert "水印" in view
    compared = shown(cell(modes, "gateway.compare"))
    for word in ("match", "no_match", "malformed"):
        assert word in compared


def test_a_kept_file_has_a_receipt_and_stands_in_the_list(
    modes: NotebookNode, served: Served
) -> None:
    assert (served.city / "notebooks" / "growth.xlsx.receipt.json").is_file()
    assert "growth.xlsx" in shown(cell(modes, "gateway.exports"))
