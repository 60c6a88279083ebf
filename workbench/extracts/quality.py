"""The ODCS quality rules of a contract: one number over the table against one comparison.

Metrics of ODCS v3.1: ``nullValues``, ``missingValues``, ``invalidValues``, ``duplicateValues``,
``rowCount``. The standard leaves two things open; our defaults: duplicates are the rows beyond
the first of each value, and a percentage over no rows is 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import duckdb

from workbench.extracts import refusals
from workbench.extracts.faults import Failed
from workbench.extracts.readers import Field
from workbench.extracts.sql import literal
from workbench.model.contract import QualityRule

_COMPARES: Mapping[str, Callable[[float, float], bool]] = {
    "mustBe": lambda found, wanted: math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9),
    "mustNotBe": lambda found, wanted: not math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9),
    "mustBeGreaterThan": lambda found, wanted: found > wanted,
    "mustBeGreaterOrEqualTo": lambda found, wanted: found >= wanted,
    "mustBeLessThan": lambda found, wanted: found < wanted,
    "mustBeLessOrEqualTo": lambda found, wanted: found <= wanted,
}


def failed_rules(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rules: Sequence[QualityRule],
    fields: Sequence[Field],
) -> tuple[Failed, ...]:
    """The rules that ``table`` (with the columns of text) breaks.

    Raises InvalidInput (invalid_contract) for a rule that cannot be understood.
    """
    found = []
    for rule in rules:
        measured = measure(con, table, rule, fields)
        if not holds(rule, measured):
            found.append(Failed(rule, measured))
    return tuple(found)


def measure(
    con: duckdb.DuckDBPyConnection, table: str, rule: QualityRule, fields: Sequence[Field]
) -> float:
    """The rule's number, in rows or in percent of the rows (0 to 100)."""
    row = con.execute(f"SELECT {_metric(rule, fields)}, count(*) FROM {table}").fetchone()
    counted, rows = row or (0, 0)
    if rule.unit == "rows":
        return float(counted)
    if rule.unit == "percent":
        return 100.0 * counted / rows if rows else 0.0
    raise refusals.rule_unknown(rule, rule.unit)


def holds(rule: QualityRule, found: float) -> bool:
    operand = rule.operand
    if rule.compare in ("mustBeBetween", "mustNotBeBetween") and isinstance(operand, tuple):
        inside = operand[0] <= found <= operand[1]
        return inside if rule.compare == "mustBeBetween" else not inside
    compare = _COMPARES.get(rule.compare)
    if compare is None or isinstance(operand, tuple):
        raise refusals.rule_unknown(rule, rule.compare)
    return compare(found, operand)


def _metric(rule: QualityRule, fields: Sequence[Field]) -> str:
    """SQL of the number of rows that the metric counts."""
    arguments = dict(rule.arguments)
    if rule.metric == "rowCount":
        return "count(*)"
    if rule.metric == "duplicateValues":
        names = [rule.column] if rule.column else _texts(arguments.get("properties"))
        return _duplicates(rule, [_field(rule, name, fields) for name in names])
    field = _field(rule, rule.column, fields)
    if rule.metric == "nullValues":
        return f"count(*) FILTER (WHERE {field.text} IS NULL)"
    if rule.metric == "missingValues":
        return f"count(*) FILTER (WHERE {_missing(field, arguments)})"
    if rule.metric == "invalidValues":
        return f"count(*) FILTER (WHERE {_invalid(rule, field, arguments)})"
    raise refusals.rule_unknown(rule, rule.metric)


def _duplicates(rule: QualityRule, fields: Sequence[Field]) -> str:
    if not fields:
        raise refusals.rule_unknown(rule, "properties")
    values = ", ".join(f.value for f in fields)
    present = " AND ".join(f"{f.value} IS NOT NULL" for f in fields)
    return (
        f"count(*) FILTER (WHERE {present}) - count(DISTINCT ({values})) FILTER (WHERE {present})"
    )


def _missing(field: Field, arguments: Mapping[str, object]) -> str:
    """NULL and the texts that the rule lists (``None`` and "" in the list name NULL itself)."""
    texts = [t for t in _texts(arguments.get("missingValues")) if t]
    listed = ", ".join(literal(t) for t in texts)
    either = f"{field.text} IS NULL OR {field.text} = ''"
    return f"({either} OR {field.text} IN ({listed}))" if texts else f"({either})"


def _invalid(rule: QualityRule, field: Field, arguments: Mapping[str, object]) -> str:
    wrong = []
    valid = _texts(arguments.get("validValues"))
    if valid:
        listed = ", ".join(field.type.value(literal(v)) for v in valid)
        wrong.append(f"{field.value} NOT IN ({listed})")
    pattern = arguments.get("pattern")
    if isinstance(pattern, str) and pattern:
        wrong.append(f"NOT regexp_full_match({field.text}, {literal(pattern)})")
    if not wrong:
        raise refusals.rule_unknown(rule, "validValues / pattern")
    return f"coalesce({' OR '.join(wrong)}, false)"


def _texts(value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        return []
    return ["" if item is None else str(item) for item in value]


def _field(rule: QualityRule, name: str, fields: Sequence[Field]) -> Field:
    folded = name.casefold()
    found = next((f for f in fields if f.column.name.casefold() == folded), None)
    if found is None:
        raise refusals.rule_unknown(rule, name)
    return found
