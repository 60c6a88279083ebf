"""The primary rules as SQL over one Block: threshold, complement, dominance, p %, uniform, edges.

Two stages. The first aggregates as asked, and decides what bounds of the build prove: that so many
rows cannot be of fewer entities, that the largest entity is too small beside a cell's total. The
second counts exactly, entity by entity, only in the groups that the first leaves open.
Whatever is not proven or counted is withheld.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from workbench.disclosure.aggregates import Kind
from workbench.disclosure.cells import ALL, Block, Figure
from workbench.disclosure.scope import Entity
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
    ctes = [(f"{name}_rows", f"AS NOT MATERIALIZED ({_rows(block)})")]
    ctes.append((f"{name}_cells", f"AS MATERIALIZED ({_cells(block, name, rules)})"))
    if rules is not None:
        ctes.append((f"{name}_open", f"AS MATERIALIZED ({_open(block, name, rules)})"))
        for number in range(len(block.rows.entities)):
            exact = _exact(block, name, number, rules)
            ctes.append((f"{name}_exact{number}", f"AS MATERIALIZED ({exact})"))
    ctes.append((name, f"AS MATERIALIZED ({_released(block, name, rules)})"))
    return ctes


# What is aggregated ------------------------------------------------------------------------------


def _rows(block: Block) -> str:
    items = [f"{sql} AS k{i}" for i, sql in enumerate(block.keys)]
    items += [f"coalesce({g.sql}, false) AS g{i}" for i, g in enumerate(block.guards) if i != ALL]
    items += [f"{measure.sql} AS m{i}" for i, measure in enumerate(block.measures)]
    items += [f"{sql} AS x{i}" for i, sql in enumerate(block.counted)]
    items += [f"{entity.sql} AS e{i}" for i, entity in enumerate(block.rows.entities)]
    where = f" WHERE {block.where}" if block.where else ""
    return f"SELECT {', '.join(items) or '1 AS one'} FROM {block.rows.sql}{where}"


def _keys(block: Block) -> list[str]:
    return [f"k{i}" for i in range(len(block.keys))] + (["gid"] if block.grouping else [])


def _grouped(block: Block, entity: str = "") -> str:
    """The GROUP BY of a block; with ``entity`` each group is split by it."""
    keys = [f"k{i}" for i in range(len(block.keys))]
    if not block.grouping:
        all_ = [*keys, entity] if entity else keys
        return f" GROUP BY {', '.join(all_)}" if all_ else ""
    if not entity:
        return f" GROUP BY {block.grouping} ({', '.join(keys)})"
    return f" GROUP BY {block.grouping} ({', '.join(keys)}), {entity}"


def _selected_keys(block: Block) -> list[str]:
    keys = [f"k{i}" for i in range(len(block.keys))]
    return keys + ([f"grouping({', '.join(keys)}) AS gid"] if block.grouping else [])


def _filter(guard: int) -> str:
    return "" if guard == ALL else f" FILTER (WHERE g{guard})"


def _between(pair: tuple[int, int]) -> str:
    """The rows that the first guard has and the second has not."""
    one, other = pair
    return f"NOT g{other}" if one == ALL else f"g{one} AND NOT g{other}"


def _cells(block: Block, name: str, rules: Rules | None) -> str:
    items = _selected_keys(block)
    items += [f"count(*){_filter(g)} AS n{g}" for g in range(len(block.guards))]
    items += [f"{_value(f)} AS v{i}" for i, f in enumerate(block.figures)]
    if rules is not None:
        items += [
            f"count(*) FILTER (WHERE {_between(pair)}) AS d{i}"
            for i, pair in enumerate(block.pairs())
        ]
        items += [f"sum(m{m}){_filter(g)} AS t{m}_{g}" for m, g in block.spread() if rules.top]
    return f"SELECT {', '.join(items)} FROM {name}_rows{_grouped(block)}"


def _value(figure: Figure) -> str:
    names = {f"m{i}": f"m{m}" for i, m in enumerate(figure.measures)}
    return figure.aggregate.template.format(
        **names, x=f"x{figure.counted}", g=f"g{figure.guard}", where=_filter(figure.guard)
    )


# What the bounds of the build prove --------------------------------------------------------------


def _open(block: Block, name: str, rules: Rules) -> str:
    """The groups that have to be counted exactly. One with fewer rows than the threshold has
    fewer entities as well, and needs no counting to be withheld."""
    keys = ", ".join(_keys(block)) or "1 AS one"
    proven = _proven(block, rules)
    tests = f"n{ALL} >= {rules.k}" + (f" AND NOT ({proven})" if proven else "")
    return f"SELECT {keys} FROM {name}_cells WHERE {tests}"


def _proven(block: Block, rules: Rules) -> str:
    """A condition under which nothing of the group needs counting; empty where nothing is known."""
    most = _most(block.rows.entities)
    if most is None:
        return ""
    enough = rules.k * most
    parts = [f"(n{g} = 0 OR n{g} >= {enough})" for g in range(len(block.guards))]
    parts += [f"(d{i} = 0 OR d{i} >= {enough})" for i in range(len(block.pairs()))]
    for measure, guard in block.spread():
        bound = _spread_bound(block, rules, measure, guard)
        if bound is None:
            return ""
        parts.append(f"(n{guard} = 0 OR ({bound}))")
    parts += [
        f"n{f.support} * {f.aggregate.edge} >= {enough}" for f in block.figures if f.aggregate.edge
    ]
    return " AND ".join(dict.fromkeys(parts))


def _most(entities: Iterable[Entity]) -> int | None:
    known = [entity.most for entity in entities]
    return None if None in known else max((m for m in known if m is not None), default=1)


def _spread_bound(block: Block, rules: Rules, measure: int, guard: int) -> str | None:
    facts = block.measures[measure].facts
    if facts is None or facts.largest is None or facts.commonest is None:
        return None
    total, largest = f"t{measure}_{guard}::DOUBLE", repr(float(facts.largest))
    parts = [f"{total} > 0", f"n{guard} > {facts.commonest}"]
    parts += [f"{n} * {largest} <= {share!r} * {total}" for n, share in rules.dominance]
    if rules.p is not None:
        parts.append(f"{total} - 2 * {largest} >= {rules.p!r} * {largest}")
    return " AND ".join(parts)


# What is counted exactly -------------------------------------------------------------------------


def _exact(block: Block, name: str, number: int, rules: Rules) -> str:
    keys, entity = _keys(block), f"e{number}"
    inner = [*_selected_keys(block), entity]
    inner += [f"count(*){_filter(g)} AS n{g}" for g in range(len(block.guards))]
    inner += [
        f"count(*) FILTER (WHERE {_between(pair)}) AS d{i}" for i, pair in enumerate(block.pairs())
    ]
    outer = [f"count(*) FILTER (WHERE n{g} > 0) AS c{g}" for g in range(len(block.guards))]
    outer += [f"count(*) FILTER (WHERE d{i} > 0) AS b{i}" for i in range(len(block.pairs()))]
    for m, g in block.spread():
        inner += [
            f"sum(abs(m{m}::DOUBLE)){_filter(g)} AS a{m}_{g}",
            f"min(m{m}){_filter(g)} AS lo{m}_{g}",
            f"max(m{m}){_filter(g)} AS hi{m}_{g}",
        ]
        outer += _concentration(m, g, rules)
    source = f"(SELECT {', '.join(inner)} FROM {_of_open(block, name)}{_grouped(block, entity)})"
    grouped = f" GROUP BY {', '.join(keys)}" if keys else " HAVING count(*) > 0"
    chosen = ", ".join([*keys, *outer])
    return f"SELECT {chosen} FROM {source} WHERE {entity} IS NOT NULL{grouped}"


def _concentration(m: int, g: int, rules: Rules) -> list[str]:
    """What rules of concentration need: the total of what each entity holds, the largest of them,
    and the range of single values."""
    held = f"a{m}_{g}"
    items = [f"sum({held}) AS a{m}_{g}", f"min(lo{m}_{g}) = max(hi{m}_{g}) AS u{m}_{g}"]
    return items + ([f"max({held}, {rules.top}) AS top{m}_{g}"] if rules.top else [])


def _of_open(block: Block, name: str) -> str:
    """The rows of the open groups. With subtotals the groups overlap, so all rows are read if any
    is open."""
    if block.grouping or not block.keys:
        return f"{name}_rows WHERE (SELECT count(*) > 0 FROM {name}_open)"
    same = " AND ".join(f"o.k{i} IS NOT DISTINCT FROM r.k{i}" for i in range(len(block.keys)))
    return f"{name}_rows AS r SEMI JOIN {name}_open AS o ON {same}"


# What is released --------------------------------------------------------------------------------


def _released(block: Block, name: str, rules: Rules | None) -> str:
    keys = [f"c.{key}" for key in _keys(block)]
    source = f"{name}_cells AS c"
    if rules is None:
        values = [f"c.v{i}, NULL::VARCHAR AS s{i}" for i in range(len(block.figures))]
        return f"SELECT {', '.join([*keys, *values])} FROM {source}"
    for number in range(len(block.rows.entities)):
        same = " AND ".join(f"c.{k} IS NOT DISTINCT FROM x{number}.{k}" for k in _keys(block))
        source += f" LEFT JOIN {name}_exact{number} AS x{number} ON {same or 'true'}"
    why = [f"{_status(block, f, rules)} AS s{i}" for i, f in enumerate(block.figures)]
    judged = f"SELECT c.*, {_shown(block, rules)} AS shown{_listed(why)} FROM {source}"
    values = [f"{_rounded(f, i, rules)} AS v{i}, s{i}" for i, f in enumerate(block.figures)]
    where = " WHERE shown" if rules.hidden and block.keys else ""
    plain = _keys(block)
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
    return f"coalesce({exact}, {rows if _most(block.rows.entities) else 0})"


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
    edge, most = figure.aggregate.edge, _most(block.rows.entities) or 1
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
