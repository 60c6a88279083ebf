"""What stands behind the cells of one Block, as SQL in two stages.

The first aggregates as asked, and decides what bounds of the build prove: that so many rows cannot
be of fewer entities, that the largest entity is too small beside a cell's total. The second counts
exactly, entity by entity, only in the groups that the first leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable

from workbench.disclosure.cells import ALL, Block, Figure
from workbench.disclosure.scope import Entity
from workbench.disclosure.shapes import Rules

# What is aggregated ------------------------------------------------------------------------------


def rows_sql(block: Block) -> str:
    items = [f"{sql} AS k{i}" for i, sql in enumerate(block.keys)]
    items += [f"coalesce({g.sql}, false) AS g{i}" for i, g in enumerate(block.guards) if i != ALL]
    items += [f"{measure.sql} AS m{i}" for i, measure in enumerate(block.measures)]
    items += [f"{sql} AS x{i}" for i, sql in enumerate(block.counted)]
    items += [f"{entity.sql} AS e{i}" for i, entity in enumerate(block.rows.entities)]
    where = f" WHERE {block.where}" if block.where else ""
    return f"SELECT {', '.join(items) or '1 AS one'} FROM {block.rows.sql}{where}"


def keys_of(block: Block) -> list[str]:
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


def cells_sql(block: Block, name: str, rules: Rules | None) -> str:
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


def open_sql(block: Block, name: str, rules: Rules) -> str:
    """The groups that have to be counted exactly. One with fewer rows than the threshold has
    fewer entities as well, and needs no counting to be withheld."""
    keys = ", ".join(keys_of(block)) or "1 AS one"
    proven = _proven(block, rules)
    tests = f"n{ALL} >= {rules.k}" + (f" AND NOT ({proven})" if proven else "")
    return f"SELECT {keys} FROM {name}_cells WHERE {tests}"


def _proven(block: Block, rules: Rules) -> str:
    """A condition under which nothing of the group needs counting; empty where nothing is known."""
    most = most_rows(block.rows.entities)
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


def most_rows(entities: Iterable[Entity]) -> int | None:
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


def exact_sql(block: Block, name: str, number: int, rules: Rules) -> str:
    keys, entity = keys_of(block), f"e{number}"
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
