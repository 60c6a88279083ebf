"""Only the rows of those who consent are built: in every tier, from files and from pulls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_build import RESOURCES, rows
from test_builds import PLENTY, ZHANG, Site, sites  # noqa: F401

from workbench.engine.duckdb import literal
from workbench.errors import Code, WorkbenchError
from workbench.extracts.sources import Pulled
from workbench.model.consent import ConsentState, consent_key, kind_key, normal, subject_of
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Operator, RowCondition, Use
from workbench.model.tier import Tier
from workbench.workspace import consents
from workbench.workspace.build import Manifest, build
from workbench.workspace.consents import nobody, write
from workbench.workspace.masks import (
    compare_key,
    compare_root,
    consent_macro,
    consent_sql,
    pseudonym,
    scenario_key,
    scope_sql,
)
from workbench.workspace.plan import Consented, plan_of
from workbench.workspace.pulling import shape_of
from workbench.workspace.spec import WorkspaceSpec, read_columns

MASK_KEY = b"m" * 32
KEY = consent_key(MASK_KEY, "s")
KIND = "person.bsn"
PEOPLE = (
    "SELECT * FROM (VALUES (1, 'BSN-1', 'T1', 1.5), (2, 'bsn-2', 'T2', 2.5), "
    "(3, 'ＢＳＮ－３', 'T3', 3.5), (4, 'BSN - 4', 'T4', 4.5), (5, NULL, 'T5', 5.5), "
    "(6, '', 'T6', 6.5), (7, 'BSN-7', 'T7', 7.5), (7, 'BSN-7', 'T7', 8.5)) "
    "t(id, bsn, town, income)"
)
GIVEN = ("BSN-1", "BSN-2", "ＢＳＮ-3", "bsn-4", "BSN-7", "nobody of the table")


def asked(spec: WorkspaceSpec, tier: Tier = Tier.rows, **more: Any) -> WorkspaceSpec:
    """``spec`` with rows of those alone who consent; ``more`` changes the grant."""
    (table,) = spec.tables
    grant = replace(table.grant, consent="bsn", **more)
    made = replace(table, grant=grant, tier=tier, consent=ConsentState("s", 1))
    return replace(spec, tables=(made,), tier=tier)


def digests(*people: str) -> list[str]:
    return sorted({subject_of(KEY, KIND, person) for person in people})


def built(
    folder: Path, spec: WorkspaceSpec, people: tuple[str, ...], pseudonyms: bytes = MASK_KEY
) -> tuple[Path, Manifest]:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    number = len(list(folder.iterdir()))
    consented = Consented(folder / f"c-{number}", KEY)
    write(consented.file, [digests(*people)])
    plan = plan_of(spec, consented)
    file = folder / f"ws-{number}"
    return file, build(plan, file, "k" * 32, pseudonyms, RESOURCES, scratch)


def test_rows_without_a_consent_are_not_there(tmp_path, spec_of):
    file, manifest = built(tmp_path, asked(spec_of(sql=PEOPLE)), GIVEN)
    assert [row[0] for row in rows(tmp_path, file, "FROM person")] == [1, 2, 3, 4, 7, 7]
    assert [name for name, _ in manifest.tables[0].columns] == ["id", "town"], "nor whom it is of"


def test_where_nobody_consents_the_table_is_empty_and_there(tmp_path, spec_of):
    file, manifest = built(tmp_path, asked(spec_of(sql=PEOPLE)), ())
    assert rows(tmp_path, file, "FROM person") == []
    assert manifest.tables[0].rows == 0


def test_the_scope_of_rows_holds_beside_the_consent(tmp_path, spec_of):
    scope = (RowCondition("income", Operator.lt, (3,)),)
    file, _ = built(tmp_path, asked(spec_of(sql=PEOPLE, rows=scope)), GIVEN)
    assert [row[0] for row in rows(tmp_path, file, "FROM person")] == [1, 2]


@pytest.mark.parametrize(
    ("tier", "mode", "columns", "mine"),
    [
        (Tier.rows, SharingMode.obtain, (ColumnGrant("id"),), "SELECT id FROM person"),
        (Tier.view, SharingMode.view, (ColumnGrant("id"),), "SELECT id FROM person"),
        (
            Tier.statistics,
            SharingMode.statistics,
            (ColumnGrant("id"), ColumnGrant("income", Use.statistics)),
            "SELECT id FROM person",
        ),
    ],
)
def test_in_every_tier(tmp_path, spec_of, tier, mode, columns, mine):
    spec = spec_of(columns=columns, sql=PEOPLE)
    (table,) = spec.tables
    keys = tuple(replace(c, entity_key=c.name == "bsn") for c in table.resource.columns)
    resource = replace(table.resource, columns=keys)
    spec = replace(spec, tables=(replace(table, resource=resource),))
    file, manifest = built(tmp_path, asked(spec, tier, mode=mode), GIVEN)
    assert sorted(row[0] for row in rows(tmp_path, file, mine)) == [1, 2, 3, 4, 7, 7]
    facts = manifest.tables[0].facts
    assert facts is None or facts.entities == 5, "nor are the others counted"


def test_what_is_compared_has_no_digest_of_the_others(tmp_path, spec_of):
    columns = (ColumnGrant("id"), ColumnGrant("income", Use.compare))
    spec = asked(spec_of(columns=columns, sql=PEOPLE), Tier.compare, mode=SharingMode.compare)
    root = compare_root(MASK_KEY)
    file, _ = built(tmp_path, spec, ("BSN-1",), root)
    own = compare_key(root, "person")
    assert rows(tmp_path, file, "SELECT id FROM person") == [(pseudonym(own, "1"),)]


def test_too_few_who_consent_fall_below_the_floor_of_a_join_key(tmp_path, spec_of):
    spec = asked(spec_of(columns=(ColumnGrant("id", Use.join_key),), sql=PEOPLE, floor=6))
    _, manifest = built(tmp_path, spec, GIVEN)
    assert manifest.tables[0].below_floor == {"id": 5}


def test_what_is_pulled_is_filtered_before_it_reaches_a_workspace(tmp_path, spec_of):
    """A pull has the column that tells whom a row is about; the workspace has not."""
    spec = asked(spec_of(sql=PEOPLE))
    (table,) = spec.tables
    assert [c.name for c in read_columns(table.grant, table.resource)] == ["id", "bsn", "town"]
    plain = replace(table.grant, consent="")
    assert [c.name for c in read_columns(plain, table.resource)] == ["id", "town"]
    pulled = Pulled(**table.extract.__dict__)
    spec = replace(spec, tables=(replace(table, extract=pulled),))
    file, manifest = built(tmp_path, spec, GIVEN)
    assert [row[0] for row in rows(tmp_path, file, "FROM person")] == [1, 2, 3, 4, 7, 7]
    assert [name for name, _ in manifest.tables[0].columns] == ["id", "town"]


def test_nobody_can_forget_to_ask(spec_of):
    with pytest.raises(ValueError, match="nobody was asked"):
        plan_of(asked(spec_of(sql=PEOPLE)))


def test_the_key_of_a_workspace_covers_the_version_of_its_consents(spec_of):
    spec = asked(spec_of(sql=PEOPLE))
    (table,) = spec.tables
    states = [
        None,
        ConsentState("s", 1),
        ConsentState("s", 2),
        ConsentState("s", 2, 1),
        ConsentState("s", 2, 1, date(2026, 11, 1)),
    ]
    keys = {replace(spec, tables=(replace(table, consent=state),)).key() for state in states}
    assert len(keys) == len(states)
    unasked = replace(table, grant=replace(table.grant, consent=""))
    assert replace(spec, tables=(unasked,)).key() not in keys


def test_of_scenarios_the_digests_of_one_person_differ() -> None:
    one, other = (subject_of(consent_key(MASK_KEY, name), KIND, "BSN-1") for name in ("s", "t"))
    assert one != other
    assert one != pseudonym(scenario_key(MASK_KEY, "s"), "BSN-1")


@pytest.mark.parametrize(
    "spelt",
    [
        "51010119900101123x",
        " 51010119900101123X\t",
        "５１０１０１１９９００１０１１２３Ｘ",
        "５１０１０１ 19900101 123ｘ",
        "510101\u3000199001\u00a001123X",
        "\ufeff51010119900101123X\u200b",
    ],
)
def test_one_key_in_every_spelling_is_one_subject_on_both_sides(tmp_path: Path, spelt: str) -> None:
    plain = "51010119900101123X"
    assert normal(spelt) == plain
    write(tmp_path / "c", [[subject_of(KEY, KIND, spelt)]])
    con = duckdb.connect()
    con.execute(consent_macro(kind_key(KEY, KIND)))
    column = spec_column()
    where = consent_sql(column, str(tmp_path / "c"))
    for stored in (plain, spelt):
        sql = f"SELECT count(*) FROM (SELECT {literal(stored)} AS bsn) WHERE {where}"
        assert con.execute(sql).fetchone() == (1,)


def spec_column() -> Any:
    from workbench.model.contract import Column

    return Column("bsn", "VARCHAR")


def test_an_empty_key_is_nobody() -> None:
    with pytest.raises(ValueError, match="no identifier"):
        subject_of(KEY, KIND, " \u3000")


# A column that chooses rows and has left the contract --------------------------------------------


def without(spec: WorkspaceSpec, name: str) -> WorkspaceSpec:
    (table,) = spec.tables
    left = tuple(c for c in table.resource.columns if c.name != name)
    resource = replace(table.resource, columns=left)
    return replace(spec, tables=(replace(table, resource=resource),))


@pytest.mark.parametrize("name", ["income", "bsn"])
def test_a_column_that_left_the_contract_gives_no_rows_and_says_so(tmp_path, spec_of, name):
    scope = (RowCondition("income", Operator.lt, (3,)),)
    spec = without(asked(spec_of(sql=PEOPLE, rows=scope)), name)
    with pytest.raises(WorkbenchError) as refused:
        built(tmp_path, spec, GIVEN)
    assert refused.value.code is Code.invalid_contract
    said = refused.value.said("en")
    assert f"by the column {name}" in said
    assert f"put {name} back into the contract" in said


def test_a_scope_says_which_column_it_lacks() -> None:
    with pytest.raises(WorkbenchError, match="the column Gone"):
        scope_sql((RowCondition("Gone", Operator.is_null),), {})


def test_nothing_is_asked_of_a_source_for_such_a_grant(spec_of):
    from workbench.model.source import AttachedSource, SourceKind

    spec = without(asked(spec_of(sql=PEOPLE)), "bsn")
    (table,) = spec.tables
    source = AttachedSource(SourceKind.sqlite, "person", path="x.db", ttl_seconds=900)
    with pytest.raises(WorkbenchError, match="the column bsn"):
        shape_of(table.grant, replace(table.resource, attached=source))


# In a process of its own -------------------------------------------------------------------------


def test_a_builder_gets_who_consents_and_leaves_nothing_of_it(sites, spec_of):  # noqa: F811
    asked_for: list[str] = []

    def subjects(scenario: str) -> list[list[str]]:
        asked_for.append(scenario)
        return [digests("BSN-1"), digests("BSN-7")]

    site: Site = sites()
    site.builds._subjects = subjects
    build_ = site.get(asked(spec_of(sql=PEOPLE)))
    assert asked_for == ["s"]
    assert build_.manifest.tables[0].rows == 3
    assert site.files() == [build_.file.name]
    site.get(spec_of(sql=PEOPLE, version=1))
    assert asked_for == ["s"], "who is not asked for is not looked up"


def test_builds_that_know_of_no_consents_give_no_rows(sites, spec_of):  # noqa: F811
    site: Site = sites(budget=PLENTY)
    assert site.get(asked(spec_of(sql=PEOPLE)), ZHANG).manifest.tables[0].rows == 0
    assert list(nobody("s")) == []


def test_a_builder_says_why_it_gives_none(sites, spec_of):  # noqa: F811
    site: Site = sites()
    with pytest.raises(WorkbenchError, match="the column bsn"):
        site.get(without(asked(spec_of(sql=PEOPLE)), "bsn"))
    assert site.files() == []


def test_the_file_of_those_who_consent_is_its_owners_alone(tmp_path: Path) -> None:
    consents.write(tmp_path / "c", [digests("a")])
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o600
