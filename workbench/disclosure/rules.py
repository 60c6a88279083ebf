"""The primary rules as SQL over one Block: threshold, complement, dominance, p %, uniform, edges.

Whatever is neither proven nor counted (see ``counts``) is withheld.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from workbench.disclosure.aggregates import Kind
from workbench.disclosure.cells import ALL, Block, Figure
from workbench.disclosure.counts import (
    cells_sql,
    exact_sql,
    keys_of,
    most_rows,
    open_sql,
    rows_sql,
)
from workbench.disclosure.shapes import Rules


class Missing(StrEnum):
    """Why a cell shows no value. ``empty`` hides nothing: there is none. ``incomplete``: it was
    calculated from cells of which some are withheld."""

    below_threshold = "below_threshold"
    complement = "complement"
    quantile_edge = "quantile_edge"
    uniform = "uniform"
    dominance = "dominance"
    p_percent = "p_percent"
    incomplete = "incomplete"
    empty = "empty"


def protect(block: Block, name: str) -> list[tuple[str, str]]:
    """Common table expressions, in order, whose last (``name``) holds the released cells:
    ``k0 ..`` keys, ``v0 ..`` values (NULL where withheld) and ``s0 ..`` why.

    Each comes with its body, beginning with ``AS``.
    """
    rules = block.rules
    ctes = [(f"{name}_rows", f"AS NOT MATERIALIZED ({rows_sql(block)})")]
    ctes.append((f"{name}_cells", f"AS MATERIALIZED ({cells_sql(block, name, rules)})"))
    if rules is not None:
        ctes.append((f"{name}_open", f"AS MATERIALIZED ({open_sql(block, name, rules)})"))
        for number in range(len(block.rows.entities)):
            exact = exact_sql(block, name, number, rules)
            ctes.append((f"{name}_exact{number}", f"AS MATERIALIZED ({exact})"))
    ctes.append((name, f"AS MATERIALIZED ({_released(block, name, rules)})"))
    return ctes


# What is released --------------------------------------------------------------------------------


def _released(block: Block, name: str, rules: Rules | None) -> str:
    keys = [f"c.{key}" for key in keys_of(block)]
    source = f"{name}_cells AS c"
    if rules is None:
        values = [f"c.v{i}, NULL::VARCHAR AS s{i}" for i in range(len(block.figures))]
        return f"SELECT {', '.join([*keys, *values])} FROM {source}"
    for number in range(len(block.rows.entities)):
        same = " AND ".join(f"c.{k} IS NOT DISTINCT FROM x{number}.{k}" for k in keys_of(block))
        source += f" LEFT JOIN {name}_exact{number} AS x{number} ON {same or 'true'}"
    why = [f"{_status(block, f, rules)} AS s{i}" for i, f in enumerate(block.figures)]
    judged = f"SELECT c.*, {_shown(block, rules)} AS shown{_listed(why)} FROM {source}"
    values = [f"{_rounded(f, i, rules)} AS v{i}, s{i}" for i, f in enumerate(block.figures)]
    where = " WHERE shown" if rules.hidden and block.keys else ""
    plain = keys_of(block)
    return f"SELECT {', '.join([*plain, *values]) or '1 AS one'} FROM ({judged}){where}"


def _listed(items: Sequence[str]) -> str:
    return "".join(f", {item}" for item in items)


def _entities(block: Block, guard: int) -> list[str]:
    """How many of each resource: counted, or else no fewer than the threshold if rows are."""
    return [_counted(block, f"x{e}.c{guard}", f"c.n{guard}") for e in _numbers(block)]


def _numbers(block: Block) -> range:
    return range(len(block.rows.entities))


def _counted(block: Block, exact: str, rows: str) -> str:
    """What was counted. Where nothing was: the rows, of groups that are proven or have too few of
    them; none, where nothing can be proven, for an outer join may have found nobody."""
    return f"coalesce({exact}, {rows if most_rows(block.rows.entities) else 0})"


def _fewer(block: Block, guard: int, rules: Rules) -> str:
    return " OR ".join(f"{count} < {rules.k}" for count in _entities(block, guard))


def _below(block: Block, guard: int, rules: Rules) -> str:
    """Under the threshold; of none at all only where a true zero must not be told."""
    none = "true" if rules.hidden else "false"
    return f"CASE WHEN c.n{guard} = 0 THEN {none} ELSE {_fewer(block, guard, rules)} END"


def _shown(block: Block, rules: Rules) -> str:
    return f"NOT ({_below(block, ALL, rules)})"


def _status(block: Block, figure: Figure, rules: Rules) -> str:
    cases = [(_below(block, ALL, rules), Missing.below_threshold)]
    for guard in dict.fromkeys((figure.guard, figure.support)):
        if guard != ALL:
            cases.append((_below(block, guard, rules), Missing.below_threshold))
    cases += [
        (_few_between(block, i, rules), Missing.complement)
        for i, pair in enumerate(block.pairs())
        if pair[1] in (figure.guard, figure.support)
    ]
    if figure.aggregate.edge:
        cases.append((_at_edge(block, figure, rules), Missing.quantile_edge))
    if figure.aggregate.kind is not Kind.number:
        for measure in figure.measures:
            cases += _concentrated(block, measure, figure.support, rules)
    shown = " ".join(f"WHEN {test} THEN '{word}'" for test, word in cases)
    return f"CASE {shown} END"


def _few_between(block: Block, pair: int, rules: Rules) -> str:
    counts = [_counted(block, f"x{e}.b{pair}", f"c.d{pair}") for e in _numbers(block)]
    few = " OR ".join(f"{count} < {rules.k}" for count in counts)
    return f"(c.d{pair} > 0 AND ({few}))"


def _at_edge(block: Block, figure: Figure, rules: Rules) -> str:
    edge, most = figure.aggregate.edge, most_rows(block.rows.entities) or 1
    exact, rows = f"c{figure.support}", f"c.n{figure.support} / {most}"
    counts = [_counted(block, f"x{e}.{exact}", rows) for e in _numbers(block)]
    few = " OR ".join(f"{count} * {edge} < {rules.k}" for count in counts)
    return f"(c.n{figure.support} > 0 AND ({few}))"


def _concentrated(
    block: Block, measure: int, guard: int, rules: Rules
) -> list[tuple[str, Missing]]:
    """Comparisons with NULL are not true: what was proven was not counted."""
    cases = []
    for e in _numbers(block):
        total, top = f"x{e}.a{measure}_{guard}", f"x{e}.top{measure}_{guard}"
        cases.append((f"NOT isfinite({total})", Missing.dominance))
        cases.append((f"x{e}.u{measure}_{guard}", Missing.uniform))
        for n, share in rules.dominance:
            held = f"list_sum(list_slice({top}, 1, {n}))"
            cases.append((f"{held} > {share!r} * {total}", Missing.dominance))
        if rules.p is not None:
            others = f"{total} - list_sum(list_slice({top}, 1, 2))"
            cases.append((f"{others} < {rules.p!r} * {top}[1]", Missing.p_percent))
    return cases


def _rounded(figure: Figure, number: int, rules: Rules) -> str:
    value, kind = f"v{number}", figure.aggregate.kind
    if kind is Kind.number and rules.round_counts:
        base = rules.round_counts
        value = f"CAST(round({value} / {base}) * {base} AS BIGINT)"
    if kind is Kind.magnitude and rules.round_values:
        base_ = repr(float(rules.round_values))
        value = f"round({value} / {base_}) * {base_}"
    return f"CASE WHEN s{number} IS NULL THEN {value} END"
