"""A statement of the statistics tier: read from its text, refused or written anew.

The text is parsed by sqlglot; every node of the tree is either known here or refused, and what is
run is only what this package writes. Compiled twice: once to decide, when nothing is known of the
data, and once with what the build measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.helper import seq_get

from workbench.disclosure import refusals
from workbench.disclosure.parts import Output
from workbench.disclosure.rules import Barred, Missing
from workbench.disclosure.selects import Compiler
from workbench.disclosure.shapes import StatTable
from workbench.disclosure.studies import Study
from workbench.engine.duckdb import identifier
from workbench.errors import Code, Reason, Text

WITHHELD = "_withheld"
"""What the name of a column's companion ends with, which says why a cell shows no value."""
SUPPRESSED = "suppressed"
"""What a companion says of any cell that a rule withholds: all of them look the same."""


@dataclass(frozen=True)
class Compiled:
    """``columns`` maps each protected column to its companion; ``resources`` are those whose
    entities are protected in it. ``studies``: what its blocks tell of whom."""

    sql: str
    columns: Mapping[str, str]
    resources: tuple[str, ...]
    studies: tuple[Study, ...] = ()


def compiled(
    text: str,
    tables: Sequence[StatTable],
    parameters: Mapping[str, Any] | None = None,
    barred: Mapping[str, Barred] | None = None,
    *,
    reasons: bool = True,
) -> Compiled | tuple[Reason, ...]:
    """The statement that answers ``text`` over ``tables``, or why there is none. What is ``barred``
    (by block, as its study names it) is withheld. Without ``reasons`` whatever is withheld is
    ``SUPPRESSED``: by which rule would tell more of it.

    ``parameters`` are values by position ("1", "2" ...) or name. Never raises, whatever the text.
    """
    try:
        tree = _bound(_tree(text), parameters or {})
        compiler = Compiler(tables, barred or {})
        output = compiler.statement(tree)
        return _written(compiler, output, reasons)
    except refusals.Refusal as refusal:
        return (refusal.reason,)
    except RecursionError:
        return (unreadable(),)


def _tree(text: str) -> exp.Expr:
    try:
        found = sqlglot.parse(_numbered(text), read="duckdb")
    except Exception:  # noqa: BLE001 - a parser of another's, which would repeat the text
        raise refusals.Refusal(unreadable()) from None
    if len(found) != 1 or found[0] is None:
        raise refusals.Refusal(unreadable())
    return found[0]


def _numbered(text: str) -> str:
    """``?`` as ``$1``, ``$2`` ... in the order of the text, which a tree does not keep."""
    tokens = sqlglot.tokenize(text, read="duckdb")
    marks = [t for t in tokens if t.token_type is TokenType.PLACEHOLDER]
    out, done = [], 0
    for number, mark in enumerate(marks, start=1):
        out += [text[done : mark.start], f"${number} "]
        done = mark.end + 1
    return "".join([*out, text[done:]])


def _bound(tree: exp.Expr, parameters: Mapping[str, Any]) -> exp.Expr:
    """Parameters as literals, for the grammar looks at values; and the engine's other name of AVG,
    which its parser does not know."""

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Anonymous) and node.name.casefold() == "mean":
            return exp.Avg(this=seq_get(node.expressions, 0))
        if not isinstance(node, (exp.Placeholder, exp.Parameter)):
            return node
        name = str(node.name)
        if name not in parameters:
            raise refusals.grammar(
                f"参数 {name} 没有给出取值。", f"The parameter {name} has no value.", subject=name
            )
        return _as_literal(parameters[name])

    return tree.transform(replaced)


def _as_literal(value: Any) -> exp.Expr:
    if value is None:
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, (int, float, Decimal)):
        return _number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    return exp.Literal.string(str(value))


def _number(value: Decimal) -> exp.Expr:
    if not value.is_finite():
        raise refusals.wrong_type("参数应是有限的数。", "A parameter has to be a finite number.")
    plain = exp.Literal.number(f"{abs(value):f}")
    return exp.Neg(this=plain) if value < 0 else plain


def _written(compiler: Compiler, output: Output, reasons: bool) -> Compiled:
    taken: list[str] = []
    shown = [(_free(name, taken), value) for name, value in output.columns]
    items, companions = [], {}
    for name, value in shown:
        items.append(f"{value.shown} AS {identifier(name)}")
        if value.status:
            companion = _free(f"{name}{WITHHELD}", taken)
            why = value.why if reasons else _one_word(value.why)
            empty = f"CASE WHEN {value.sql} IS NULL THEN 'empty' END" if value.direct else "NULL"
            items.append(f"coalesce({why}, {empty}) AS {identifier(companion)}")
            companions[name] = companion
    ctes = ", ".join(f"{name} {body}" for name, body in compiler.ctes)
    with_ = f"WITH {ctes} " if ctes else ""
    sql = f"{with_}SELECT {', '.join(items)} FROM {output.source}{output.tail}"
    return Compiled(sql, companions, compiler.protected_read(), tuple(compiler.studies))


def _one_word(why: str) -> str:
    named = f"WHEN {why} = '{Missing.incomplete}' THEN '{Missing.incomplete}'"
    return f"CASE {named} WHEN {why} IS NOT NULL THEN '{SUPPRESSED}' END"


def _free(name: str, taken: list[str]) -> str:
    """``name``, or one like it that no other column has: companions are found by name."""
    while name.casefold() in taken:
        name += "_"
    taken.append(name.casefold())
    return name


def unreadable() -> Reason:
    """For what could not be read, or would take too long to."""
    return Reason(
        Code.statistics_grammar,
        Text("这条语句无法读完。", "This statement cannot be read to its end."),
        Text("读不懂的一律不执行。", "What cannot be understood is not run."),
        next=Text("请简化后重试。", "Make it simpler and try again."),
    )
