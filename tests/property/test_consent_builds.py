"""No row without a consent is ever in a built database: against an oracle in plain Python."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.engine.duckdb import Resources, open_reader
from workbench.errors import Text
from workbench.extracts.sources import Pulled
from workbench.extracts.versions import ExtractVersion
from workbench.model.consent import consent_key, subject_of
from workbench.model.contract import (
    Column,
    LibraryKind,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.grant import (
    ColumnGrant,
    Grant,
    Operator,
    Origin,
    OriginKind,
    RowCondition,
    Use,
)
from workbench.model.tier import Tier
from workbench.workspace.build import build
from workbench.workspace.consents import write
from workbench.workspace.masks import compare_key, pseudonym
from workbench.workspace.plan import Consented, plan_of
from workbench.workspace.spec import TableSpec, WorkspaceSpec

RESOURCES = Resources(memory_mb=256, scratch_mb=256, threads=1)
ROOT = b"r" * 32
KEY = consent_key(b"m" * 32, "s")
COLUMNS = (
    Column("number", "BIGINT"),
    Column("whom", "VARCHAR", entity_key=True),
    Column("amount", "DOUBLE"),
)
LETTERS = "12Xx１Ｘｘ '\u3000%_"
WHOM = st.none() | st.text(LETTERS, max_size=4)
TIERS = {
    Tier.rows: (SharingMode.obtain, Use.value),
    Tier.view: (SharingMode.view, Use.value),
    Tier.statistics: (SharingMode.statistics, Use.statistics),
    Tier.compare: (SharingMode.compare, Use.compare),
}


@dataclass(frozen=True)
class Table:
    """Whom each row is about, by its number; of those from ``least`` on."""

    name: str
    people: tuple[str | None, ...]
    least: int
    pulled: bool


@dataclass(frozen=True)
class Case:
    """Tables of one tier, and in which of them who consented, in whatever spelling: the keys of one
    are nobody's in the next. One database holds them all: to
    write one takes far longer than a table of it."""

    tables: tuple[Table, ...]
    consented: frozenset[tuple[str, str]]
    tier: Tier


@st.composite
def cases(draw: st.DrawFn) -> Case:
    tables = tuple(
        Table(
            f"t{number}",
            tuple(draw(st.lists(WHOM, min_size=1, max_size=10))),
            draw(st.integers(0, 4)),
            draw(st.booleans()),
        )
        for number in range(8)
    )
    known = [one for table in tables for one in table.people if one is not None]
    others = st.text(LETTERS, max_size=4)
    some = st.sampled_from(known) if known else others
    of = st.sampled_from([table.name for table in tables])
    spelt = draw(st.frozensets(st.tuples(of, some | some.map(str.upper) | others), max_size=40))
    return Case(tables, spelt, draw(st.sampled_from(sorted(TIERS))))


def plainly(text: str) -> str:
    """As the field writes a key: an oracle of its own, by Unicode's tables."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def expected(table: Table, consented: frozenset[tuple[str, str]]) -> list[int]:
    agreed = {plainly(one) for of, one in consented if of == table.name} - {""}
    scope = 0 if table.pulled else table.least  # of a pull the source has chosen the rows
    return [
        number
        for number, whom in enumerate(table.people)
        if whom is not None and plainly(whom) in agreed and number >= scope
    ]


@contextmanager
def database(case: Case) -> Iterator[Any]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "t").mkdir()
        consented = Consented(folder / "c", KEY)
        agreed = {subject_of(KEY, f"{of}.whom", one) for of, one in case.consented if plainly(one)}
        write(consented.file, [sorted(agreed)])
        file, plan = folder / "w", plan_of(spec_of(case, folder), consented)
        build(plan, file, "k" * 32, ROOT, RESOURCES, folder / "t")
        con = open_reader(file, "k" * 32, RESOURCES, folder / "t")
        try:
            yield con
        finally:
            con.close()


def spec_of(case: Case, folder: Path) -> WorkspaceSpec:
    tables = tuple(_table(table, case.tier, folder) for table in case.tables)
    return WorkspaceSpec("s", tables, "m", 1, case.tier)


def _table(table: Table, tier: Tier, folder: Path) -> TableSpec:
    file = folder / f"{table.name}.parquet"
    rows = {
        "number": range(len(table.people)),
        "whom": pl.Series(table.people, dtype=pl.String),
        "amount": [float(number) for number in range(len(table.people))],
    }
    pl.DataFrame(rows, schema_overrides={"number": pl.Int64}).write_parquet(file)
    mode, use = TIERS[tier]
    resource = Resource(
        table.name, table.name, Text("人", "Person"), "1", "p", "p", LibraryKind.base,
        Sharing(SharingType.unconditional), COLUMNS,
    )  # fmt: skip
    grant = Grant(
        "g", "s", "d", table.name, (ColumnGrant("number"), ColumnGrant("amount", use)), mode,
        Origin(OriginKind.scenario, "s@1", "a"),
        (RowCondition("number", Operator.ge, (table.least,)),), consent="whom",
    )  # fmt: skip
    kind = Pulled if table.pulled else ExtractVersion
    now = datetime(2026, 1, 1, tzinfo=UTC)
    extract = kind(table.name, 0, "d", len(rows), now, None, None, "1", (str(file),))
    return TableSpec(grant, resource, extract, tier)


@settings(max_examples=examples(4), deadline=None)
@given(cases())
def test_no_row_without_a_consent_is_in_a_built_database(case: Case) -> None:
    with database(case) as con:
        for table in case.tables:
            sql = f"SELECT number FROM {table.name}"
            found = [row[0] for row in con.execute(sql).fetchall()]
            wanted: list[Any] = list(expected(table, case.consented))
            if case.tier is Tier.compare:
                own = compare_key(ROOT, table.name)
                wanted = [pseudonym(own, str(number)) for number in wanted]
            assert Counter(found) == Counter(wanted)
