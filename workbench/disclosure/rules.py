"""The primary rules as SQL over one Block: threshold, complement, dominance, p %, uniform, edges.

Whatever is neither proven nor counted (see ``counts``) is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from workbench.disclosure.aggregates import Kind
from workbench.disclosure.cells import ALL, ROWS, Block, Figure
from workbench.disclosure.counts import (
    Ctes,
    cells_sql,
    counted,
    keys_of,
    matched,
    most_rows,
    rows_sql,
    spot,
)
from workbench.disclosure.shapes import Rules


class Missing(StrEnum):
    """Why a cell shows no value. ``empty`` hides nothing: there is none. ``incomplete``: it was
    calculated from cells of which some are withheld. ``differencing``: beside what was told before
    it would tell of a few. ``pieces``: its set was put together of small ones."""

    below_threshold = "below_threshold"
    complement = "complement"
    quantile_edge = "quantile_edge"
    uniform = "uniform"
    dominance = "dominance"
    p_percent = "p_percent"
    differencing = "differencing"
    pieces = "pieces"
    incomplete = "incomplete"
    empty = "empty"


Barred = Mapping[int, Sequence[int]]
"""Figures of a block -> the cells (``cell_sql``) of which they may not be told beside all that was
told before."""


def protect(block: Block, name: str, barred: Barred | None = None) -> Ctes:
    """Common table expressions, in order, whose last (``name``) holds the released cells:
    ``k0 ..`` keys, ``v0 ..`` values (NULL where withheld) and ``s0 ..`` why.

    Each comes with its body, beginning with ``AS``.
    """
    rules = block.rules
    ctes: Ctes = [(f"{name}_cells", cells_sql(block, name))]
    before: Ctes = []
    if rules is not None:
        ctes += counted(block, name, rules)
        atoms = block.atoms()
        if atoms is not None:
            before = protect(atoms, f"{name}_atoms")
            ctes.append((f"{name}_few", _few(block, atoms, f"{name}_atoms")))
    ctes.append((name, _released(block, name, rules, barred or {})))
    rows = [(f"{name}_rows", f"AS NOT MATERIALIZED ({rows_sql(block)})")]
    return rows + before + [(each, f"AS MATERIALIZED ({body})") for each, body in ctes]


def _few(block: Block, atoms: Block, name: str) -> str:
    """The groups in which figures together would tell of a part that may not be told. A group of a
    single part has nothing finer."""
    keys = keys_of(block)
    missing = " OR ".join(f"s{i} IS NOT NULL" for i in range(len(atoms.figures)))
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    chosen = f"SELECT {', '.join([*keys, 'true AS few'])} FROM {name}{grouped}"
    return f"{chosen} HAVING count(*) > 1 AND bool_or({missing})"


def cell_sql(block: Block, alias: str) -> str:
    """A number that stands for a cell of the block, the same whenever it is asked for."""
    return f"hash({', '.join(f'{alias}.{key}' for key in keys_of(block)) or '0'})"


def _released(block: Block, name: str, rules: Rules | None, barred: Barred) -> str:
    keys = keys_of(block)
    source = f"{name}_cells AS c"
    if rules is None:
        values = [f"v{i}, NULL::VARCHAR AS s{i}" for i in range(len(block.figures))]
        return f"SELECT {', '.join([*keys, *values]) or '1 AS one'} FROM {source}"
    for number in _entities(block):
        exact = f"{name}_exact{number}"
        source += f" LEFT JOIN {exact} AS x{number} ON {matched(block, 'c', f'x{number}')}"
    if block.parted:
        source += f" LEFT JOIN {name}_few AS y ON {matched(block, 'c', 'y')}"
    why = [
        f"{_status(block, f, rules, barred.get(i, ()))} AS s{i}"
        for i, f in enumerate(block.figures)
    ]
    judged = f"SELECT c.*, NOT ({_below(block, ALL, rules)}) AS shown{_listed(why)} FROM {source}"
    values = [f"{_rounded(f, i, rules)} AS v{i}, s{i}" for i, f in enumerate(block.figures)]
    where = " WHERE shown" if rules.hidden and block.keys else ""
    return f"SELECT {', '.join([*keys, *values]) or '1 AS one'} FROM ({judged}){where}"


def _listed(items: Sequence[str]) -> str:
    return "".join(f", {item}" for item in items)


def _entities(block: Block) -> range:
    return range(len(block.rows.entities))


# The rules, in the order in which they are told ---------------------------------------------------


def _status(block: Block, figure: Figure, rules: Rules, barred: Sequence[int]) -> str:
    """Why a figure is withheld: the first rule that it fails; NULL if none."""
    cases = [(_below(block, ALL, rules), Missing.below_threshold)]
    for guard in dict.fromkeys((figure.guard, figure.support)):
        if guard != ALL:
            cases.append((_below(block, guard, rules), Missing.below_threshold))
    cases += [(test, Missing.complement) for test in _worked_out(block, figure, rules)]
    if figure.aggregate.quantile:
        cases.append((_at_edge(block, figure, rules), Missing.quantile_edge))
    if figure.aggregate.kind is not Kind.number:
        for measure in figure.measures:
            cases += _concentrated(block, measure, figure.support, rules)
    elif figure.aggregate.of_rows and figure.support in block.row_counts():
        cases += _concentrated(block, ROWS, figure.support, rules)
    if barred:
        told = ", ".join(str(cell) for cell in barred)
        cases.append((f"{cell_sql(block, 'c')} IN ({told})", Missing.differencing))
    shown = " ".join(f"WHEN {test} THEN '{word}'" for test, word in cases)
    return f"CASE {shown} END"


def _below(block: Block, guard: int, rules: Rules) -> str:
    """Under the threshold; of none at all only where a true zero must not be told."""
    none = "true" if rules.hidden else "false"
    fewer = " OR ".join(
        f"{_counted(block, f'x{e}.c{guard}', f'c.n{guard}')} < {rules.k}" for e in _entities(block)
    )
    return f"CASE WHEN c.n{guard} = 0 THEN {none} ELSE {fewer} END"


def _counted(block: Block, exact: str, rows: str) -> str:
    """What was counted. Where nothing was: the rows, of groups that are proven or have too few of
    them; none, where nothing can be proven, for an outer join may have found nobody."""
    return f"coalesce({exact}, {rows if most_rows(block.rows.entities) else 0})"


def _worked_out(block: Block, figure: Figure, rules: Rules) -> list[str]:
    """That figures, added and subtracted, tell of a part that may not be told. The whole of a group
    stays; what is told of its parts goes. Where an empty cell must not be told, nor may a part that
    is all of its group."""
    tests = ["y.few"] if block.part(figure) != ALL and block.parted else []
    if rules.hidden and figure.guard != ALL:
        tests.append(f"c.n{figure.guard} = c.n{ALL}")
    return tests


def _at_edge(block: Block, figure: Figure, rules: Rules) -> str:
    """A quantile with a few entities on one side. With several rows each, rows are what it walks
    along, and one entity may be as many of them as its most."""
    support, most = figure.support, most_rows(block.rows.entities) or "NULL"
    few = " OR ".join(
        f"coalesce(c.n{support} * {block.edge(figure)} < {rules.k} * "
        f"coalesce(x{e}.r{support}, {most}), true)"
        for e in _entities(block)
    )
    return f"(c.n{support} > 0 AND ({few}))"


def _concentrated(
    block: Block, measure: int, guard: int, rules: Rules
) -> list[tuple[str, Missing]]:
    """Comparisons with NULL are not true: what was proven was not counted."""
    cases = []
    for e in _entities(block):
        total, top = (f"x{e}.{spot(measure, guard, letter)}" for letter in ("a", "top"))
        if measure != ROWS:
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
