"""Masks and row scopes as SQL expressions of the builder. Pure text in, text out.

Every expression keeps NULL as NULL.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from workbench.catalogue.types import decimal_scale
from workbench.engine.duckdb import identifier, literal
from workbench.model.canonical import digest
from workbench.model.consent import FROM, TO
from workbench.model.contract import Column
from workbench.model.grant import (
    ColumnGrant,
    Mask,
    MaskKind,
    Operator,
    RowCondition,
    Scalar,
    Use,
)
from workbench.workspace.needed import needed

PSEUDONYM = "workbench_pseudonym"
CONSENT = "workbench_consent"
_BLOCK = 64

_SECTIONS = (
    ("A", 1, 5), ("B", 6, 12), ("C", 13, 43), ("D", 44, 46), ("E", 47, 50), ("F", 51, 52),
    ("G", 53, 60), ("H", 61, 62), ("I", 63, 65), ("J", 66, 69), ("K", 70, 70), ("L", 71, 72),
    ("M", 73, 75), ("N", 76, 79), ("O", 80, 82), ("P", 83, 83), ("Q", 84, 85), ("R", 86, 90),
    ("S", 91, 96), ("T", 97, 97),
)  # fmt: skip
"""Sections of GB/T 4754-2017 with their first and last division."""

_DIVISION_DIGITS = {"province": 2, "city": 4, "county": 6, "town": 9}
_INDUSTRY_DIGITS = {"division": 2, "group": 3, "class": 4}


def scenario_key(mask_key: bytes, scenario: str) -> bytes:
    """The pseudonym key of one scenario: the same inside it, unrelated to any other's."""
    return hmac.new(mask_key, b"pseudonym\0" + scenario.encode(), hashlib.sha256).digest()


def compare_root(mask_key: bytes) -> bytes:
    """What the keys of comparisons come from: nobody's pseudonym fits their digests."""
    return hmac.new(mask_key, b"compare", hashlib.sha256).digest()


def compare_key(root: bytes, resource: str) -> bytes:
    """The key of the digests that one resource is compared by. It is the same in all scenarios, so
    that what was tried of a key in one of them counts in the others, also where the gateway
    sees digests only."""
    return hmac.new(root, resource.encode(), hashlib.sha256).digest()


def pseudonym_macro(key: bytes) -> str:
    return _digest_macro(PSEUDONYM, key)


def consent_macro(key: bytes) -> str:
    """What a subject's consent is kept by (``model.consent.subject_of``)."""
    return _digest_macro(CONSENT, key)


def _digest_macro(name: str, key: bytes) -> str:
    """A macro that computes HMAC-SHA256 (RFC 2104) of a text, as 32 hex digits.

    The engine has SHA-256 but no HMAC, so the two padded passes are spelt out.
    """
    padded = key.ljust(_BLOCK, b"\0")
    inner = bytes(b ^ 0x36 for b in padded).hex()
    outer = bytes(b ^ 0x5C for b in padded).hex()
    return (
        f"CREATE OR REPLACE TEMP MACRO {name}(x) AS left(sha256(from_hex('{outer}') || "
        f"from_hex(sha256(from_hex('{inner}') || encode(x)))), 32)"
    )


def pseudonym(key: bytes, text: str) -> str:
    """The same pseudonym in Python, for tests and for single values."""
    return digest(key, text)


def column_sql(column: Column, granted: ColumnGrant) -> str:
    """The expression that puts one granted column into a workspace."""
    name = identifier(column.name)
    if granted.use is Use.join_key:
        return _pseudonym(name, Mask(MaskKind.pseudonym))
    if granted.mask is None:
        return name
    return _MASKS[granted.mask.kind](name, granted.mask, column.type)


def digest_sql(column: Column) -> str:
    """The keyed digest that stands for a value which is only ever compared: of the text that
    ``model.canonical`` gives to the same value."""
    name = identifier(column.name)
    if column.type == "VARCHAR":
        name = f"nfc_normalize({name})"
    elif column.type in ("FLOAT", "DOUBLE"):
        # -0.0 is 0.0; their ::VARCHAR does not tell all numbers apart
        name = f"format('{{:.16e}}', {name}::DOUBLE + 0)"
    return _pseudonym(name, Mask(MaskKind.pseudonym))


def result_type(column: Column, granted: ColumnGrant) -> str:
    """The DuckDB type in which one granted column arrives."""
    if granted.use is not Use.join_key and granted.mask is None:
        return column.type
    kind = MaskKind.pseudonym if granted.mask is None else granted.mask.kind
    if granted.use is Use.join_key or kind not in (MaskKind.date, MaskKind.coding):
        return "VARCHAR"
    return "DATE" if kind is MaskKind.date else column.type


def scope_sql(conditions: tuple[RowCondition, ...], columns: Mapping[str, Column]) -> str:
    """The WHERE clause of a row scope; values are cast to their column's type. ``columns`` are by
    folded name; InvalidInput where one that the scope needs is not among them."""
    parts = [_condition(c, needed(c.column, columns)) for c in conditions]
    return " AND ".join(parts) or "true"


def consent_sql(subject: Column, file: str) -> str:
    """True for the rows of those whose digests stand in the Parquet ``file``; NULL is nobody."""
    spelt = f"translate({identifier(subject.name)}::VARCHAR, {literal(FROM)}, {literal(TO)})"
    digests = f"SELECT subject FROM read_parquet({literal(file)})"  # noqa: S608 - quoted
    return f"{CONSENT}(nullif({spelt}, '')) IN ({digests})"


def _condition(condition: RowCondition, column: Column) -> str:
    values = [_value(v, column.type) for v in condition.values]
    name = identifier(column.name)
    if condition.op is Operator.starts_with:
        name, values = f"{name}::VARCHAR", [f"{value}::VARCHAR" for value in values]
    return compared(name, condition.op, values)


def compared(name: str, op: Operator, values: Sequence[str]) -> str:
    """``name op values``, all of them SQL already."""
    match op:
        case Operator.is_null | Operator.is_not_null:
            return f"{name} {op.upper()}"
        case Operator.in_ | Operator.not_in:
            return f"{name} {op.upper()} ({', '.join(values)})"
        case Operator.between:
            return f"{name} BETWEEN {values[0]} AND {values[1]}"
        case Operator.starts_with:
            return f"starts_with({name}, {values[0]})"
        case _:
            return f"{name} {op} {values[0]}"


def _value(value: Scalar, type_: str) -> str:
    return f"CAST({literal(str(value))} AS {type_})"


def _pseudonym(name: str, _: Mask, __: str = "") -> str:
    return f"{PSEUDONYM}({name}::VARCHAR)"


def _partial(name: str, mask: Mask, _: str) -> str:
    # Three stars whatever was hidden: the length of a name is a hint about it.
    first, last = mask.keep_first, mask.keep_last
    text = f"{name}::VARCHAR"
    return (
        f"CASE WHEN {name} IS NULL THEN NULL WHEN length({text}) <= {first + last} THEN '***' "
        f"ELSE left({text}, {first}) || '***' || right({text}, {last}) END"
    )


def _division(name: str, mask: Mask, _: str) -> str:
    # GB/T 2260 writes the levels above the county in six digits too, so that they still join.
    # A town has nine (GB/T 10114); a code that is coarser than the level stays as it is.
    text = f"{name}::VARCHAR"
    digits = _DIVISION_DIGITS[mask.level]
    return f"rpad(left({text}, {digits}), least(length({text}), {max(digits, 6)})::INTEGER, '0')"


def _industry(name: str, mask: Mask, _: str) -> str:
    digits = f"regexp_replace({name}::VARCHAR, '^[A-T]', '')"
    letter = f"regexp_extract({name}::VARCHAR, '^([A-T])$', 1)"
    if mask.level != "section":
        kept = f"left({digits}, {_INDUSTRY_DIGITS[mask.level]})"
        # of a code that is a section alone, the section is all there is
        return f"CASE WHEN {letter} <> '' THEN {letter} ELSE {kept} END"
    number = f"TRY_CAST(left({digits}, 2) AS INTEGER)"
    ranges = " ".join(f"WHEN {number} BETWEEN {lo} AND {hi} THEN '{s}'" for s, lo, hi in _SECTIONS)
    return f"CASE {ranges} WHEN {letter} <> '' THEN {letter} END"


def _date(name: str, mask: Mask, _: str) -> str:
    # A week begins on Monday (ISO 8601); each level is told by its first day.
    return f"CAST(date_trunc('{mask.level}', {name}) AS DATE)"


def _coding(name: str, mask: Mask, type_: str) -> str:
    """Beyond a bound stands the bound. An infinity is beyond; NaN is no magnitude and stays."""
    cases = []
    if _is_float(type_):
        cases.append(f"WHEN isnan({name}) THEN {name}")  # to the engine it is above everything
    for bound, beyond in ((mask.bottom, "<"), (mask.top, ">")):
        if bound is not None:
            at = _value(format(bound, "f"), type_)
            cases.append(f"WHEN {name} {beyond} {at} THEN {at}")
    return f"CASE {' '.join(cases)} ELSE {name} END"


_NOT_FINITE = "not finite"
_BEYOND = "out of range"
"""What stands for a number that no bucket of 38 digits holds."""


def _bucket(name: str, mask: Mask, type_: str) -> str:
    if mask.edges:
        return _edges(name, sorted(mask.edges), type_)
    assert mask.width is not None  # the scenario's schema asks for width or edges
    # Exact decimals throughout: in floating point 0.57 is not in [0.57, 0.58).
    width = Decimal(repr(mask.width)).normalize()
    scale = max(0, -int(width.as_tuple().exponent))
    places = _places(type_, scale)
    value = f"floor({name})" if _is_float(type_) and scale == 0 else name
    value = f"CAST({value} AS DECIMAL(38,{places}))"
    step = f"CAST('{width:f}' AS DECIMAL(38,{places}))"  # of another scale % would be a float's
    low = f"{value} - ({value} % {step} + {step}) % {step}"
    ends = [f"CAST({end} AS DECIMAL(38,{scale}))" for end in (low, f"{low} + {step}")]
    label = f"coalesce(TRY('[' || {ends[0]} || ', ' || {ends[1]} || ')'), '{_BEYOND}')"
    odd = f"WHEN NOT isfinite({name}) THEN '{_NOT_FINITE}' " if _is_float(type_) else ""
    return f"CASE WHEN {name} IS NULL THEN NULL {odd}ELSE {label} END"


def _places(type_: str, scale: int) -> int:
    """Places of an exact decimal that holds the column and a width of so many; a float is rounded
    to nine places more than the width has, which undoes what it has in the 16th digit."""
    if not _is_float(type_):
        return max(scale, decimal_scale(type_))
    return min(scale + 9, 37) if scale else 0


def _is_float(type_: str) -> bool:
    return type_ in ("FLOAT", "DOUBLE")


def _edges(name: str, edges: list[float], type_: str) -> str:
    shown = [format(Decimal(repr(edge)).normalize(), "f") for edge in edges]
    odd = f"WHEN isnan({name}) THEN '{_NOT_FINITE}' " if _is_float(type_) else ""
    cases = [f"WHEN {name} < {shown[0]} THEN '< {shown[0]}'"]
    cases += [f"WHEN {name} < {high} THEN '[{low}, {high})'" for low, high in pairwise(shown)]
    cased = f"{odd}{' '.join(cases)}"
    return f"CASE WHEN {name} IS NULL THEN NULL {cased} ELSE '>= {shown[-1]}' END"


_MASKS: Mapping[MaskKind, Callable[[str, Mask, str], str]] = {
    MaskKind.pseudonym: _pseudonym,
    MaskKind.partial: _partial,
    MaskKind.division: _division,
    MaskKind.industry: _industry,
    MaskKind.date: _date,
    MaskKind.bucket: _bucket,
    MaskKind.coding: _coding,
}
