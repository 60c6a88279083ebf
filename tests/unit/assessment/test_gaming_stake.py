"""What rests on the events of a finding: the score without them, worked out by the same scoring."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from shipped import ROOT
from unit.assessment.assessed import _OURS, _TITLE, small
from unit.assessment.gamed import LAST, YEAR, calls, every

from workbench.assessment import measured
from workbench.assessment.gaming.again import Facts, changed_tables, items, without
from workbench.assessment.gaming.finding import Events
from workbench.assessment.gaming.stake import Counting, Stakes
from workbench.assessment.gathering import manual
from workbench.assessment.measured import Evidence
from workbench.assessment.scheme import Scheme
from workbench.catalogue.regulations import known_regulations
from workbench.errors import Text
from workbench.extracts.versions import ExtractVersion
from workbench.kpi.definition import Direction, Kpi, load_kpis
from workbench.kpi.frames import TABLES, frame
from workbench.model.contract import LibraryKind, Resource, Sharing, SharingType

DAY = date(YEAR, 5, 5)


@pytest.fixture(scope="module")
def kpis() -> dict[str, Kpi]:
    return load_kpis(ROOT, known_regulations(ROOT))


def scheme(kpi: str, zero: float, full: float) -> Scheme:
    """One indicator, which has the whole hundred."""
    measure = {"id": "one", "title": _TITLE, "weight": 100, "measure": {"kpi": kpi}, **_OURS}
    indicator = {**measure, "score": {"linear": {"zero": zero, "full": full}}}
    dimension = {"id": "all", "title": _TITLE, "weight": 100, **_OURS, "indicators": [indicator]}
    return small(dimensions=[dimension])


def facts(used: pl.DataFrame | None = None, delivered: pl.DataFrame | None = None) -> Facts:
    frames = {name: frame(columns, []) for name, columns in TABLES.items()}
    for made in ("gov_use_day", "gov_column_day", "gov_resource", "gov_kpi"):
        del frames[made]
    frames["gov_use"] = frames["gov_use"] if used is None else used
    frames["gov_delivery"] = frames["gov_delivery"] if delivered is None else delivered
    return Facts(frames, {"r": resource()}, {"r": standing()}, LAST)


def resource() -> Resource:
    sharing = Sharing(SharingType.unconditional)
    title = Text("资源", "Resource")
    return Resource(
        "r",
        "r",
        title,
        "1",
        "health",
        "health",
        LibraryKind.topic,
        sharing,
        (),
        update_cycle="每月",
    )


MONTHS = (1, 2, 3, 8, 12)
"""Of deliveries: after March nothing until August, and then until December."""


def standing() -> tuple[ExtractVersion, ...]:
    return tuple(
        ExtractVersion(
            "r", number, "", 1, datetime(YEAR, month, 20), date(YEAR, month, 1), None, "1", ()
        )
        for number, month in reversed(list(enumerate(MONTHS)))
    )


def deliveries() -> pl.DataFrame:
    rows = [
        {
            "position": number, "at": datetime(YEAR, month, 20), "day": date(YEAR, month, 20),
            "resource": "r", "department": "health", "event": "extract_ingested",
            "version": number, "rows": 1, "rejected": 0, "data_date": date(YEAR, month, 1),
            "code": "", "simulated": False,
        }
        for number, month in enumerate(MONTHS)
    ]  # fmt: skip
    return frame(TABLES["gov_delivery"], rows)


def stakes(kpis: dict[str, Kpi], known: Facts, counted: Scheme) -> Stakes:
    return Stakes.open(Counting(counted, kpis, lambda _: None, YEAR, ["health", "works"]), known)


def asked() -> pl.DataFrame:
    """Ten calls of works and two refusals."""
    opened = calls("works", "r", every(60, 10, DAY))
    refused = calls("works", "r", every(60, 2, DAY), first=100, event="refused")
    return pl.concat([opened, refused]).with_columns(refused=pl.col("event") == "refused")


def test_calls_that_thin_out_refusals_are_worth_what_the_score_loses(kpis: dict[str, Kpi]) -> None:
    """2 of 12 refused, without five calls 2 of 7: (1/2 - 2/12) / (1/2) less (1/2 - 2/7) / (1/2)."""
    found = stakes(kpis, facts(asked()), scheme("refusal_rate", 0.5, 0))
    (one,) = found.of(Events(uses=frozenset(range(1, 6))))
    assert one.department == "works"
    assert one.total == Fraction(200, 3)
    assert one.without == Fraction(300, 7)
    assert one.at_stake == Fraction("66.67") - Fraction("42.86")
    assert one.points == {"one": Fraction(200, 3) - Fraction(300, 7)}


def test_refusals_cannot_be_left_out_and_nothing_moves_nothing(kpis: dict[str, Kpi]) -> None:
    found = stakes(kpis, facts(asked()), scheme("refusal_rate", 0.5, 0))
    assert found.of(Events(uses=frozenset({100, 101}))) == ()
    assert found.of(Events()) == ()


def test_no_call_at_all_is_no_score_and_not_nought(kpis: dict[str, Kpi]) -> None:
    only = calls("works", "r", every(60, 10, DAY))
    found = stakes(kpis, facts(only), scheme("refusal_rate", 0.5, 0))
    (one,) = found.of(Events(uses=frozenset(range(1, 11))))
    assert (one.total, one.without, one.at_stake) == (100, None, 0)


def test_without_a_version_the_one_before_stands_and_is_late(kpis: dict[str, Kpi]) -> None:
    """In time are February and March; August and December are late. Without the last what stands
    is of August, and is late too: the score is the same. Without March one in time is gone."""
    found = stakes(kpis, facts(delivered=deliveries()), scheme("deliveries_on_time", 0, 1))
    assert found.now["health"].total == 50
    assert found.of(Events(versions=frozenset({("r", 4)}))) == ()
    (one,) = found.of(Events(versions=frozenset({("r", 2)})))
    assert one.without == Fraction(100, 3)


def test_without_an_entry_nothing_of_it_is_there(kpis: dict[str, Kpi]) -> None:
    known = facts(asked(), deliveries())
    left = without(known, Events(resources=frozenset({"r"})))
    assert left.tables["gov_resource"].is_empty()
    assert left.tables["gov_delivery"].is_empty()
    assert not left.tables["gov_use"].is_empty(), "what was used was used"
    rows = items([kpis["mounted_rate"]], left)
    assert rows == {"mounted_rate": []}
    assert len(items([kpis["mounted_rate"]], known)["mounted_rate"]) == 1


def test_every_table_that_changes_is_known(kpis: dict[str, Kpi]) -> None:
    """What differs without an event is among the tables of which it is said that they change."""
    known = facts(asked(), deliveries())
    for events in (
        Events(uses=frozenset({1})),
        Events(versions=frozenset({("r", 4)})),
        Events(resources=frozenset({"r"})),
    ):
        left = without(known, events)
        differ = {name for name in known.tables if not known.tables[name].equals(left.tables[name])}
        assert differ
        assert differ <= changed_tables(events)


def test_what_somebody_stated_in_a_frozen_run_counts_beside_it(kpis: dict[str, Kpi]) -> None:
    """Half of the hundred is a stated value of full score: what rests on the calls is half as
    much as where nobody stated one, whose weight then goes to the other."""
    whole = scheme("refusal_rate", 0.5, 0)
    (dimension,) = whole.dimensions
    (one,) = dimension.indicators
    asked_for = {"evidence": _TITLE, "unit": _TITLE, "direction": "lower"}
    other = one.model_validate(
        {
            "id": "other", "title": _TITLE, "weight": 50, "measure": {"manual": asked_for},
            "score": {"linear": {"zero": 9, "full": 1}}, **_OURS,
        }
    )  # fmt: skip
    half = one.model_copy(update={"weight": Decimal(50)})
    both = dimension.model_copy(update={"indicators": (half, other)})
    counted = whole.model_copy(update={"dimensions": (both,)})
    value = measured.stated(Fraction(1), [Evidence("a.pdf", "0" * 64)])
    given = manual(Direction.lower, {"works": value})
    events, known = Events(uses=frozenset(range(1, 6))), facts(asked())
    among = ["health", "works"]
    without_it = Stakes.open(Counting(counted, kpis, lambda _: None, YEAR, among), known)
    with_it = Stakes.open(
        Counting(counted, kpis, lambda _: None, YEAR, among, stated={"other": given}), known
    )
    (alone,), (beside,) = without_it.of(events), with_it.of(events)
    assert beside.points == {"one": alone.points["one"] / 2}
    assert alone.total is not None
    assert beside.total == (alone.total + 100) / 2
