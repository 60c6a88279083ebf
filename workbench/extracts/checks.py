"""The rules of a contract over the table of text: which rows break which rule.

Rules are SQL over whole columns. One pass counts what each rule finds; only for those that
found something are rows written down. What is written down of a value is its kind, or, for
general columns without personal data, its first characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb

from workbench.catalogue.identifiers import CodeLists
from workbench.errors import Text
from workbench.extracts import misreads, refusals
from workbench.extracts.check_digits import bad_identifier
from workbench.extracts.faults import Broken
from workbench.extracts.hints import hint_of
from workbench.extracts.sql import literal, scalar
from workbench.extracts.table import STAGED, Field
from workbench.model.contract import Column, Identifier, Level, Personal

BAD = "bad"
"""The table ``(row, rule, shown)``: rowid of a staged row, index of the rule, kind of value."""
SHOWN = 40
"""Characters of a value that may be shown (our default)."""

LOOKED_AT = 500
"""Values of a broken rule that are looked at for a hint (our default)."""

_PERSONS = (Identifier.resident_id,)


@dataclass(frozen=True)
class Rule:
    """``bad`` is SQL, TRUE for a row that breaks the rule. ``limit`` is what it asks for.

    ``wanted`` explains the rule to whoever broke it.
    """

    name: str
    field: Field
    bad: str
    limit: str = ""
    wanted: Text | None = None


def may_show(column: Column) -> bool:
    """Only values of columns graded general, and not personal, may stand in a report."""
    graded = column.classification
    general = graded is not None and graded.level is Level.general
    return general and column.personal is Personal.no and column.identifier not in _PERSONS


def find_bad_rows(
    con: duckdb.DuckDBPyConnection,
    fields: Sequence[Field],
    codes: CodeLists,
    on_column: Callable[[float], None],
) -> tuple[Broken, ...]:
    """Fill ``BAD``; the rules that were broken, in the order of the columns.

    Raises InvalidInput (invalid_contract) for a pattern that the engine cannot read.
    """
    con.execute(f"CREATE TABLE {BAD} (row BIGINT, rule INTEGER, shown VARCHAR)")
    broken: list[Broken] = []
    number = 0
    for done, field in enumerate(fields, 1):
        misread = _misread(con, field)
        rules = (*misread, *_judged(rules_of(con, field, codes), bool(misread)))
        for rule, count in zip(rules, _count(con, field, rules), strict=True):
            if count:
                _write_down(con, number, rule)
                hint = _hint(con, number, field)
                column = field.column.name
                broken.append(Broken(rule.name, column, count, rule.limit, rule.wanted, hint))
                number += 1
        on_column(done / len(fields))
    return tuple(broken)


def bad_rows(con: duckdb.DuckDBPyConnection) -> int:
    """The number of rows that break at least one rule."""
    return scalar(con, f"SELECT count(DISTINCT row) FROM {BAD}")


def lines(
    con: duckdb.DuckDBPyConnection, broken: Sequence[Broken], limit: int
) -> Iterator[tuple[int, Broken, str]]:
    """``(rowid, rule, kind of value)`` in the order of rows, at most ``limit``."""
    found = con.execute(f"SELECT row, rule, shown FROM {BAD} ORDER BY row, rule LIMIT {limit}")
    while batch := found.fetchmany(10_000):
        for row, rule, shown in batch:
            yield row, broken[rule], shown


def _misread(con: duckdb.DuckDBPyConnection, field: Field) -> tuple[Rule, ...]:
    """A rule for each kind of cell of this column that could not be read as it is."""
    return tuple(
        Rule(
            name,
            field,
            f"rowid IN (SELECT row FROM {misreads.MISREAD} WHERE field = {literal(field.text)} "
            f"AND rule = {literal(name)})",
            wanted=misreads.RULES[name],
        )
        for name, _ in misreads.of_column(con, field.text)
    )


def _judged(rules: Iterable[Rule], misread: bool) -> Iterator[Rule]:
    """A cell that could not be read is judged no further."""
    for rule in rules:
        rows = f"SELECT row FROM {misreads.MISREAD} WHERE field = {literal(rule.field.text)}"
        yield replace(rule, bad=f"({rule.bad}) AND rowid NOT IN ({rows})") if misread else rule


def _hint(con: duckdb.DuckDBPyConnection, number: int, field: Field) -> Text | None:
    """What to add to the contract, by a look at some of the values that broke the rule."""
    found = con.execute(
        f"SELECT DISTINCT {field.raw} FROM {STAGED} WHERE {field.raw} IS NOT NULL AND rowid IN "
        f"(SELECT row FROM {BAD} WHERE rule = {number}) LIMIT {LOOKED_AT}"
    ).fetchall()
    return hint_of(field.column, field.type, [text for (text,) in found])


def rules_of(con: duckdb.DuckDBPyConnection, field: Field, codes: CodeLists) -> Iterator[Rule]:
    """All rules of one column. A NULL breaks none but ``required`` and ``entity_key``."""
    column, text, value = field.column, field.text, field.value
    if column.required or column.entity_key:
        yield Rule("required" if column.required else "entity_key", field, f"{text} IS NULL")
    misfit = f"{text} IS NOT NULL AND NOT {field.type.fits(text)}"
    yield Rule("type", field, misfit, field.type.name, field.type.wanted)
    if column.unique:
        yield Rule("unique", field, _repeated(field))
    if column.enum:
        listed = ", ".join(_typed(field, item) for item in column.enum)
        yield Rule("enum", field, f"{value} NOT IN ({listed})", " | ".join(column.enum))
    if column.pattern:
        _check_pattern(con, column)
        matches = f"regexp_full_match({text}, {literal(column.pattern)})"
        yield Rule("pattern", field, f"NOT {matches}", column.pattern)
    yield from _ranges(field)
    if column.identifier is not None:
        bad = bad_identifier(con, STAGED, text, column.identifier, codes)
        yield Rule(str(column.identifier), field, bad)


def _ranges(field: Field) -> Iterator[Rule]:
    column, value = field.column, field.value
    bounds = (("minimum", column.minimum, "<"), ("maximum", column.maximum, ">"))
    for name, bound, operator in bounds:
        if bound is not None:
            if not field.type.is_number:
                raise refusals.bound_of_no_number(column)
            yield Rule(name, field, f"{value} {operator} {bound!r}", f"{bound:g}")
    lengths = (("min_length", column.min_length, "<"), ("max_length", column.max_length, ">"))
    for name, characters, operator in lengths:
        if characters is not None:
            bad = f"length({field.text}) {operator} {characters}"
            yield Rule(name, field, bad, str(characters))


def _repeated(field: Field) -> str:
    """All rows of a repeated value: which of them is right is not ours to guess."""
    return (
        f"{field.value} IN (SELECT {field.value} FROM {STAGED} "
        f"WHERE {field.value} IS NOT NULL GROUP BY 1 HAVING count(*) > 1)"
    )


def _typed(field: Field, item: str) -> str:
    return field.type.value(literal(item))


def _check_pattern(con: duckdb.DuckDBPyConnection, column: Column) -> None:
    try:
        con.execute(f"SELECT regexp_full_match('', {literal(column.pattern)})")
    except duckdb.Error:
        raise refusals.pattern_unreadable(column) from None


def _count(con: duckdb.DuckDBPyConnection, field: Field, rules: Sequence[Rule]) -> tuple[int, ...]:
    """How many rows break each rule."""
    counted = ", ".join(f"count(*) FILTER (WHERE {rule.bad})" for rule in rules)
    return con.execute(f"SELECT {counted} FROM {STAGED}").fetchone() or ()


def _write_down(con: duckdb.DuckDBPyConnection, number: int, rule: Rule) -> None:
    shown = _shown(rule.field)
    con.execute(f"INSERT INTO {BAD} SELECT rowid, {number}, {shown} FROM {STAGED} WHERE {rule.bad}")


def _shown(field: Field) -> str:
    """SQL of what may be said of a value."""
    text = field.raw
    kind = (
        f"CASE WHEN {text} IS NULL THEN '空 / empty' "
        f"WHEN TRY_CAST({text} AS DOUBLE) IS NOT NULL THEN '数 / number' "
        f"ELSE length({text}) || ' 个字符的文本 / text of ' || length({text}) || ' characters' END"
    )
    if not may_show(field.column):
        return kind
    cut = f"to_json(left({text}, {SHOWN}))::VARCHAR"  # quoted: no cell starts like a formula
    return f"coalesce({cut}, {kind})"
