"""Facts of uses: what stands in the ledger, row by row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from workbench.kpi import facts
from workbench.kpi.frames import COLUMN_DAY, USE, USE_DAY
from workbench.kpi.pseudonym import pseudonyms
from workbench.ledger.chain import compose
from workbench.ledger.seal import Sealer
from workbench.model.entry import Draft, Event, Filed

KEY = b"k" * 32
START = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)  # 23:59 in China


def chained(*drafts: Draft) -> list[Filed]:
    """A minute between two of them."""
    filed: list[Filed] = []
    last = None
    for number, draft in enumerate(drafts):
        one = compose(draft, last, START + timedelta(minutes=number), Sealer(KEY))
        last = one.entry.seq, one.entry.hash
        filed.append(one)
    return filed


def opened(actor: str, viewer: str = "", release: str = "r1") -> Draft:
    return Draft(
        Event.release_opened,
        actor=actor,
        department="drc",
        viewer=viewer,
        scenario="watch",
        content={"taxes": ("town", "paid"), "prices": ("city",)},
        release=release,
        detail={
            "grants": {
                "taxes": ["case:20260301-abc", "obtain", "", "", ""],
                "prices": ["scenario:watch:prices", "obtain", "", "", ""],
            }
        },
    )


def closed(rows: int | None, outcome: str = "complete") -> Draft:
    detail = {"outcome": outcome} | ({"rows": rows} if rows is not None else {})
    content = {"taxes": ("town", "paid"), "prices": ("city",)}
    return Draft(
        Event.release_closed,
        actor="li",
        department="drc",
        scenario="watch",
        content=content,
        release="r1",
        detail=detail,
    )


def refused(*subjects: str) -> Draft:
    reasons = [{"code": "column_not_granted", "subject": subject} for subject in subjects]
    return Draft(
        Event.decision,
        actor="li",
        department="drc",
        scenario="watch",
        detail={"outcome": "deny", "reasons": reasons},
    )


def uses_of(*drafts: Draft) -> pl.DataFrame:
    return facts.uses(chained(*drafts), pseudonyms(KEY), {"taxes", "prices"}, simulated=True)


def test_a_use_has_a_row_for_each_resource_and_counts_once() -> None:
    found = uses_of(opened("li"), closed(7))
    assert dict(found.schema) == dict(USE)
    assert found.select(
        "position", "event", "resource", "columns_used", "rows", "is_lead"
    ).rows() == [
        (1, "release_opened", "prices", "city", None, True),
        (1, "release_opened", "taxes", "paid,town", None, False),
        (2, "release_closed", "prices", "city", 7, True),
        (2, "release_closed", "taxes", "paid,town", 7, False),
    ]
    assert found["case_id"].to_list() == ["", "20260301-abc", "", ""]
    assert found["day"].to_list() == [date(2026, 3, 2)] * 2 + [date(2026, 3, 3)] * 2
    assert found["hour"].to_list() == [23, 23, 0, 0]
    assert found["simulated"].all()


def test_a_refusal_names_what_the_catalogue_knows_and_nothing_else() -> None:
    found = uses_of(refused("Taxes.secret", "taxes.owner", "where 1=1; drop"), refused("nobody"))
    assert found.select("resource", "columns_used", "refused", "code", "is_lead").rows() == [
        ("taxes", "owner,secret", True, "column_not_granted", True),
        ("", "", True, "column_not_granted", True),
    ]


def test_what_was_permitted_is_counted_where_it_is_released() -> None:
    permit = Draft(Event.decision, actor="li", detail={"outcome": "permit"})
    other = Draft(Event.signed_in, actor="li")
    assert uses_of(permit, other).is_empty()


def test_a_person_is_a_keyed_pseudonym_and_the_viewer_where_a_page_asked() -> None:
    found = uses_of(opened("page:board", "wang"), opened("wang"))
    names = found["actor"].unique().to_list()
    assert len(names) == 1
    assert "wang" not in names[0]
    assert pseudonyms(b"o" * 32)("wang") not in names


def test_a_broken_entry_says_nothing() -> None:
    good, bad = chained(opened("li"), opened("li"))
    broken = Filed(
        type(bad.entry)(bad.entry.seq, bad.entry.at, bad.entry.body + " ", "", ""), bad.keys
    )
    found = facts.uses([good, broken], pseudonyms(KEY))
    assert found["position"].unique().to_list() == [1]


def test_days_add_up_to_the_entries() -> None:
    used = uses_of(opened("li"), closed(7), opened("wang"), refused("taxes.owner"), refused("x"))
    days = facts.use_days(used)
    assert dict(days.schema) == dict(USE_DAY)
    assert days["entries"].sum() == 5
    assert days["rows"].sum() == 7
    assert days["refused"].sum() == 2
    second = days.filter((pl.col("day") == date(2026, 3, 3)) & (pl.col("resource") == "taxes"))
    assert second.select("event", "calls", "entries", "actors").rows() == [
        ("refused", 1, 1, 1),
        ("release_closed", 1, 0, 1),
        ("release_opened", 1, 0, 1),
    ]


def test_columns_are_counted_under_their_grant() -> None:
    found = facts.column_days(uses_of(opened("li"), opened("wang"), closed(3), refused("taxes.x")))
    assert dict(found.schema) == dict(COLUMN_DAY)
    keys = ["day", "grant_id", "column_name", "calls"]
    assert found.filter(pl.col("resource") == "taxes").select(keys).rows() == [
        (date(2026, 3, 2), "case:20260301-abc", "paid", 1),
        (date(2026, 3, 2), "case:20260301-abc", "town", 1),
        (date(2026, 3, 3), "case:20260301-abc", "paid", 1),
        (date(2026, 3, 3), "case:20260301-abc", "town", 1),
    ]


def test_no_entry_gives_empty_tables_with_all_columns() -> None:
    used = uses_of()
    assert dict(used.schema) == dict(USE)
    assert dict(facts.use_days(used).schema) == dict(USE_DAY)
    assert dict(facts.column_days(used).schema) == dict(COLUMN_DAY)
