"""Whether an extract holds rows of one person or firm, and which row scopes take them in. The rows
themselves are never answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from workbench.engine.duckdb import identifier, literal
from workbench.errors import Text, WorkbenchError
from workbench.extracts.versions import ExtractVersion
from workbench.model.consent import FROM, TO
from workbench.model.contract import Column, Identifier, Resource
from workbench.model.grant import RowCondition
from workbench.workspace.masks import scope_sql
from workbench.workspace.spec import entity_key

Scope = tuple[RowCondition, ...]
_OF_ENTITIES = frozenset({Identifier.resident_id, Identifier.credit_code})


@dataclass(frozen=True)
class Held:
    """An extract that has such rows: by which ``columns`` they were found, and of each scope
    whether it takes one of them in; None where that cannot be told."""

    resource: Resource
    version: int
    data_date: date | None
    columns: tuple[str, ...]
    scopes: Mapping[Scope, bool | None]


class CannotLook(Exception):
    """Why nothing can be looked up in a resource."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True)
class Looked:
    """A resource that was looked into, by which ``columns``; ``held`` None where no row is
    theirs."""

    resource: Resource
    columns: tuple[str, ...]
    held: Held | None


def key_columns(resource: Resource) -> tuple[Column, ...]:
    """By which a person or firm is found: each identifier of one, and the entity key. A part of a
    key of several columns names nobody alone, and neither do codes of divisions and industries.
    Raises CannotLook where there is none."""
    key = entity_key(resource)
    alone = key if len(key) == 1 and key[0].identifier is None else ()
    found = tuple(c for c in resource.columns if c.identifier in _OF_ENTITIES or c in alone)
    if not found:
        raise CannotLook(_only_parts(key) if len(key) > 1 else _NO_KEY)
    return found


def look(
    con: duckdb.DuckDBPyConnection,
    extract: ExtractVersion,
    resource: Resource,
    key: str,
    scopes: Iterable[Scope],
) -> Looked:
    """``key`` in its normal form (``model.consent.normal``). ``con`` may be interrupted. Raises
    CannotLook."""
    keys = key_columns(resource)
    files = f"read_parquet([{', '.join(map(literal, extract.files))}])"
    try:
        keys = _there(con, files, keys)
        held = _held(con, extract, resource, files, keys, key, scopes)
    except duckdb.InterruptException:
        raise CannotLook(_CUT_SHORT) from None
    except duckdb.Error:
        raise CannotLook(_UNREADABLE) from None
    return Looked(resource, tuple(column.name for column in keys), held)


def _there(
    con: duckdb.DuckDBPyConnection, files: str, keys: tuple[Column, ...]
) -> tuple[Column, ...]:
    """Those that the extract has: a column of the contract may be newer than it. Raises
    CannotLook where it has none."""
    names = con.execute(f"SELECT * FROM {files} LIMIT 0").description or ()  # noqa: S608 - quoted
    has = {str(name[0]).casefold() for name in names}
    found = tuple(column for column in keys if column.name.casefold() in has)
    if not found:
        raise CannotLook(_UNREADABLE)
    return found


def _held(
    con: duckdb.DuckDBPyConnection,
    extract: ExtractVersion,
    resource: Resource,
    files: str,
    keys: tuple[Column, ...],
    key: str,
    scopes: Iterable[Scope],
) -> Held | None:
    tests = [_is(column, key) for column in keys]
    any_of = " OR ".join(tests)
    each = ", ".join(f"coalesce(bool_or({test}), false)" for test in tests)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE theirs AS "  # noqa: S608 - quoted names and literals
        f"SELECT * FROM {files} WHERE {any_of}"
    )
    row = con.execute(f"SELECT {each} FROM theirs").fetchone()  # noqa: S608 - the same
    by = tuple(c.name for c, found in zip(keys, row or (), strict=False) if found)
    if not by:
        return None
    told = {scope: _takes_in(con, scope, resource) for scope in dict.fromkeys(scopes)}
    return Held(resource, extract.version, extract.data_date, by, told)


def _takes_in(con: duckdb.DuckDBPyConnection, scope: Scope, resource: Resource) -> bool | None:
    columns = {column.name.casefold(): column for column in resource.columns}
    try:
        where = scope_sql(scope, columns)
        row = con.execute(f"SELECT bool_or({where}) FROM theirs").fetchone()  # noqa: S608
    except duckdb.InterruptException:
        raise
    except (KeyError, WorkbenchError, duckdb.Error):
        return None  # a column of the scope has left the contract, or its value is of no such type
    return bool(row and row[0])


def _is(column: Column, key: str) -> str:
    """Whether the value is the key. Identifiers were checked when they came in, and are written in
    one way; other texts are as they were delivered."""
    name = identifier(column.name)
    if column.identifier in _OF_ENTITIES:
        return f"{name} = {literal(key)}"
    if column.type != "VARCHAR":
        return f"{name} = TRY_CAST({literal(key)} AS {column.type})"
    return f"translate({name}, {literal(FROM)}, {literal(TO)}) = {literal(key)}"


def _only_parts(key: tuple[Column, ...]) -> Text:
    names = ", ".join(column.name for column in key)
    return Text(
        f"实体键由多列组成（{names}），其中一列不能单独指明个人或企业，也没有身份证号或统一社会信用代码",
        f"its entity key is of several columns ({names}): one of them alone names nobody, and "
        "there is no resident ID or credit code",
    )


_NO_KEY = Text(
    "契约没有能指明个人或企业的实体键",
    "its contract has no entity key that names a person or firm",
)
_UNREADABLE = Text(
    "现行版本无法按契约的实体键读取",
    "its current version cannot be read by the entity key of the contract",
)
_CUT_SHORT = Text(
    "查询时间已到，这里未能查完；请限定应用场景再查，仍查不完的，请按该资源查阅留痕",
    "the time for looking ended in it; ask again within one scenario, and where that does not do, "
    "read the trail by this resource",
)
