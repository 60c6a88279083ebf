"""What is made of granted data gives no more than they do, and is as strict as the strictest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from workbench.catalogue.contracts import read_contract
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.declared.findings import errors
from workbench.errors import Code, Text
from workbench.model.contract import (
    Classification,
    Column,
    Derived,
    DerivedSource,
    Level,
    LibraryKind,
    Personal,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.grant import ColumnGrant, Grant, GrantState, Origin, OriginKind, Use, state_of
from workbench.model.terms import Taken
from workbench.policy.derive import Read, Result, drafted, refused, terms_to_read
from workbench.policy.derived_grants import bounded

TODAY = date(2026, 11, 23)
GENERAL = Classification(Level.general, 1)


def resource(name: str, *columns: Column, **more: object) -> Resource:
    sharing = Sharing(
        SharingType.conditional, SharingMode.obtain, "c", "basis", scope="s", purpose="p",
        reason="r",
    )  # fmt: skip
    made = Resource(
        name, name, Text(name, name), "1.0.0", "bureau", "bureau", LibraryKind.topic, sharing,
        columns or (Column("a", "VARCHAR", classification=GENERAL),),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def granted(name: str, department: str = "drc", **more: object) -> Grant:
    origin = Origin(OriginKind.scenario, f"{name}@1", "bureau")
    made = Grant(
        f"s/{department}/{name}", "s", department, name, (ColumnGrant("a"),), SharingMode.obtain,
        origin, valid_until=date(2027, 12, 31),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def made_of(
    *grants: Grant, mode: SharingMode = SharingMode.obtain, until: date | None = None
) -> Derived:
    return Derived(
        "r", 7, "drc", mode, until,
        tuple(
            DerivedSource(g.resource, "0", ("a",), tuple(Taken.under(g, ("a",)).to_list()))
            for g in grants
        ),
    )  # fmt: skip


T, U = granted("t"), granted("u")
MADE = granted("made")
KNOWN = {
    "t": resource("t"),
    "u": resource("u"),
    "made": resource("made", derived=made_of(T, U, until=date(2027, 6, 30))),
}


def found(
    *grants: Grant, known: dict[str, Resource] = KNOWN, wanted: str = MADE.id
) -> Grant | None:
    return next((g for g in bounded(grants, known) if g.id == wanted), None)


def test_what_is_not_derived_stays_as_it_is() -> None:
    assert list(bounded((T, U), KNOWN)) == [T, U]


def test_it_ends_on_the_earliest_day_of_all() -> None:
    made = found(T, U, MADE)
    assert made is not None
    assert made.valid_until == date(2027, 6, 30)
    sooner = found(replace(T, valid_until=date(2027, 1, 1)), U, MADE)
    assert sooner is not None
    assert sooner.valid_until == date(2027, 1, 1)


@pytest.mark.parametrize("stopped", [GrantState.revoked, GrantState.suspended, GrantState.ended])
def test_it_is_stopped_as_a_source_is(stopped: GrantState) -> None:
    made = found(T, replace(U, revoked_on=TODAY, stopped=stopped), MADE)
    assert made is not None
    assert state_of(made, TODAY) is stopped


def test_a_source_to_be_rectified_bounds_it_too() -> None:
    made = found(T, replace(U, rectify_by=date(2026, 11, 1)), MADE)
    assert made is not None
    assert state_of(made, TODAY) is GrantState.suspended


@pytest.mark.parametrize(
    "now",
    [
        (),
        (replace(U, mode=SharingMode.statistics),),
        (replace(U, columns=(ColumnGrant("a", Use.join_key),)),),
        (replace(U, columns=()),),
        (replace(U, resource="t"),),
    ],
)
def test_where_a_source_gives_something_else_by_now_nothing_is_given(
    now: tuple[Grant, ...],
) -> None:
    assert found(T, *now, MADE) is None


def test_what_was_made_of_what_was_made_is_bounded_all_the_way_down() -> None:
    again = granted("again")
    known = {**KNOWN, "again": resource("again", derived=made_of(MADE))}
    given = found(T, U, MADE, again, known=known, wanted=again.id)
    assert given is not None
    assert given.valid_until == date(2027, 6, 30)
    assert found(T, MADE, again, known=known, wanted=again.id) is None


def test_a_circle_gives_nothing() -> None:
    known = {"made": resource("made", derived=made_of(MADE))}
    assert found(MADE, known=known) is None


@pytest.mark.parametrize(
    ("mode", "pass_on", "others"),
    [
        (SharingMode.obtain, None, False),
        (SharingMode.obtain, False, False),
        (SharingMode.obtain, True, True),
        (SharingMode.statistics, None, False),
        (SharingMode.statistics, True, False),
    ],
)
def test_who_beside_the_department_that_made_it_may_have_it(
    mode: SharingMode, pass_on: bool | None, others: bool
) -> None:
    made = resource("made", derived=made_of(T, mode=mode), pass_on=pass_on)
    other, page = granted("made", "health"), granted("made", "page:overview")
    given = [g.id for g in bounded((T, MADE, other, page), {**KNOWN, "made": made})]
    assert given == [T.id, MADE.id, *([other.id, page.id] if others else [])]


def test_it_may_be_passed_on_where_every_source_may() -> None:
    free, silent = resource("t", pass_on=True), resource("u")
    assert drafted(RESULT, (read(free, T),)).pass_on is True
    assert drafted(RESULT, (read(free, T), read(silent, U))).pass_on is None


# The contract --------------------------------------------------------------------------------

RESULT = Result(
    "by_town", Text("分镇", "By town"), (("town", "VARCHAR"), ("n", "BIGINT")), "drc", "watching",
    "r", 7, TODAY,
)  # fmt: skip


def read(one: Resource, grant: Grant, columns: tuple[str, ...] = ("a",)) -> Read:
    return Read(one, grant, columns, "3", Taken.under(grant, columns))


def test_the_contract_takes_the_strictest_of_all_that_was_read(tmp_path: Path) -> None:
    important = Column("a", "VARCHAR", classification=Classification(Level.important))
    sensitive = Column("a", "VARCHAR", classification=GENERAL, personal=Personal.sensitive)
    reads = (
        read(resource("t", important), replace(T, valid_until=date(2027, 1, 1))),
        read(resource("u", sensitive), replace(U, mode=SharingMode.statistics)),
    )
    made = drafted(RESULT, reads)
    assert made.derived is not None
    assert made.derived.mode is SharingMode.statistics
    assert made.derived.until == date(2027, 1, 1)
    assert {str(c.classification) for c in made.columns} == {"important"}
    assert {c.personal for c in made.columns} == {Personal.sensitive}
    assert made.provider == "drc"
    file = tmp_path / "made.odcs.yaml"
    file.write_text(to_yaml(odcs_of(made)), encoding="utf-8")
    back = read_contract(file, tmp_path)
    assert not errors(back.findings)
    assert back.resource is not None
    assert back.resource.derived == made.derived
    assert back.resource.columns == made.columns


def test_what_was_made_of_a_statistic_remains_one() -> None:
    source = resource("made", derived=made_of(T, mode=SharingMode.statistics, until=TODAY))
    made = drafted(RESULT, (read(source, MADE),))
    assert made.derived is not None
    assert made.derived.mode is SharingMode.statistics
    assert made.derived.until == TODAY


def test_a_count_that_reads_no_column_is_as_strict_as_all_that_is_granted() -> None:
    core = Column("a", "VARCHAR", classification=Classification(Level.core))
    made = drafted(RESULT, (read(resource("t", core), T, ()),))
    assert {str(c.classification) for c in made.columns} == {"core"}


def test_what_may_not_be_made_is_told() -> None:
    assert [r.code for r in refused(())] == [Code.export_not_allowed]
    kept = resource("t", pass_on=False)
    assert [r.subject for r in refused((read(kept, T), read(resource("u"), U)))] == ["t"]
    bare = resource("t", Column("a", "VARCHAR"))
    assert [r.code for r in refused((read(bare, T),))] == [Code.unclassified]
    assert refused((read(resource("t"), replace(T, consent="a")),))
    assert refused((read(resource("t"), T),)) == ()


def test_conditions_in_words_are_to_be_read_unless_the_provider_allows_it() -> None:
    licensed = resource("t", licence="CC BY-NC")
    assert terms_to_read((read(licensed, T),)) == ("t: c", "t: CC BY-NC")
    assert terms_to_read((read(replace(licensed, pass_on=True), T),)) == ()
