"""Portals that nobody saw before: their spellings are understood by a file, without code."""

from __future__ import annotations

from datetime import date

import polars as pl
from conftest import ROOT, Import, column, kinds
from invented import Portal

from workbench.portals.importing import summary
from workbench.portals.mapping import load_mapping


def test_binjiang_gb18030_semicolons_and_a_late_heading(
    imported: Import, portals: dict[str, Portal]
) -> None:
    portal = portals["binjiang"]
    found = imported(portal.file, load_mapping(str(portal.mapping), ROOT), "binjiang")
    told = summary(found)
    assert (told["entries"], told["accepted"], told["set_aside"]) == (7, 4, 3)
    aside = [(a["line"], a["reason"]) for a in told["set_aside_lines"]]
    assert aside == [(5, "no_title"), (9, "too_many_fields"), (10, "too_few_fields")]
    assert told["encoding"] == "GB18030"
    assert column(found, "frequency") == ["monthly", "yearly", "yearly", "real_time"]
    assert column(found, "frequency_spelt") == ["逢月刷新", "逢年刷新", "逢年刷新", "随时刷新"]
    assert column(found, "open_type") == [
        "unconditional",
        "conditional",
        "conditional",
        "not_open",
    ]
    assert column(found, "update_date")[:1] == [date(2023, 2, 1)]
    assert column(found, "due_on")[0] == date(2023, 3, 1)
    assert column(found, "row_count") == [None, 1204, 1204, None]  # full width is kept as spelt
    assert told["findings"]["duplicate"] == 1
    assert kinds(found, "duplicate").get_column("line_no").to_list() == [7]
    assert told["findings"]["impossible_date"] == 1
    assert kinds(found, "placeholder").select("field", "value").rows() == [("update_date", "待补")]
    unknown = {(u["field"], u["spelling"]) for u in told["unknown_spellings"]}
    assert unknown == {("rows", "许多"), ("rows", "１２８")}


def test_yunling_a_workbook_with_dates(imported: Import, portals: dict[str, Portal]) -> None:
    portal = portals["yunling"]
    found = imported(portal.file, load_mapping(str(portal.mapping), ROOT), "yunling")
    assert column(found, "frequency") == ["quarterly", "quarterly", "three_yearly", "quarterly"]
    assert column(found, "line_no") == [2, 3, 4, 5]
    told = summary(found)["findings"]
    assert {k: v for k, v in told.items() if v} == {
        "missing_department": 1,
        "missing_update_date": 1,
        "future_date": 1,
        "update_before_publish": 1,
        "overdue": 2,
    }


def test_hekou_a_list_inside_a_document(imported: Import, portals: dict[str, Portal]) -> None:
    portal = portals["hekou"]
    found = imported(portal.file, load_mapping(str(portal.mapping), ROOT), "hekou")
    told = summary(found)
    assert (told["entries"], told["accepted"], told["set_aside"]) == (4, 3, 1)
    assert column(found, "frequency") == ["daily", "weekly", None]
    assert column(found, "open_type") == ["unconditional", "conditional", None]
    assert column(found, "open_type_spelt") == ["01", "02", "09"]
    assert told["findings"]["unknown_date"] == 1
    unknown = {(u["field"], u["spelling"]) for u in told["unknown_spellings"]}
    assert unknown == {("open_type", "09"), ("frequency", "两小时"), ("publish_date", "2022-3-4")}


def test_by_the_default_mapping_nothing_of_them_is_guessed(
    imported: Import, portals: dict[str, Portal]
) -> None:
    """A portal's words mean nothing to a mapping that does not list them."""
    own = load_mapping(str(portals["hekou"].mapping), ROOT)
    default = load_mapping(None, ROOT)
    bare = type(own)(own.id, own.version, own.file, own.columns, dates=own.dates)
    found = imported(portals["hekou"].file, bare, "hekou")
    assert column(found, "frequency") == [None, None, None]
    assert found.findings.filter(pl.col("kind") == "unknown_frequency").height == 3
    assert "逢月刷新" not in default.frequencies
