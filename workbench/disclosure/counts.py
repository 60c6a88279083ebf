"""What stands behind the cells of one Block, as SQL in three stages.

The first aggregates as asked, and sees what bounds of the build prove: that so many rows cannot be
of fewer entities, that the largest entity is too small beside a cell's total. The second looks at
the largest single rows of the groups that are still open. The third counts exactly, entity by
entity, in those that are open even then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workbench.disclosure.cells import ALL, ROWS, Block, Figure
from workbench.disclosure.scope import Col, Entity
from workbench.disclosure.shapes import Rules

Ctes = list[tuple[str, str]]

# What is aggregated ------------------------------------------------------------------------------


def rows_sql(block: Block) -> str:
    where = f" WHERE {block.where}" if block.where else ""
    return _rows(block) + where


def left_out_sql(block: Block) -> str:
    """The rows that are as described, and were left out by lists, alternatives or exclusions."""
    kept = " AND ".join(f"coalesce({each}, false)" for each in block.choosing)
    return (
        f"{_rows(block)} WHERE {f'{block.described} AND ' if block.described else ''}NOT ({kept})"
    )


def _rows(block: Block) -> str:
    items = [f"{sql} AS k{i}" for i, sql in enumerate(block.keys)]
    items += [f"{block.split} AS z"] if block.split else []
    items += [f"coalesce({sql}, false) AS g{i}" for i, sql in enumerate(block.guards) if i != ALL]
    items += [f"{_safe(measure)} AS m{i}" for i, measure in enumerate(block.measures)]
    items += [f"{sql} AS x{i}" for i, sql in enumerate(block.counted)]
    for i, entity in enumerate(block.rows.entities):
        items += [f"{entity.sql} AS e{i}", f"{entity.unit} AS u{i}"]
    if block.pieced:
        items.append(f"hash({', '.join(['0', *block.pieces])}) AS p0")
        own = block.guard_pieces.items()
        items += [f"hash({', '.join(['0', *block.pieces, *mine])}) AS p{g}" for g, mine in own]
    return f"SELECT {', '.join(items) or '1 AS one'} FROM {block.rows.sql}"


def _safe(measure: Col) -> str:
    """Sums of the widest numbers may overflow, and an error would say of what."""
    return f"{measure.sql}::DOUBLE" if measure.wide else measure.sql


def keys_of(block: Block) -> list[str]:
    """What tells the groups of a block apart."""
    keys = [f"k{i}" for i in range(len(block.keys))]
    return keys + (["gid"] if block.grouping else []) + (["z"] if block.split else [])


def matched(block: Block, one: str, other: str) -> str:
    """That two tables speak of the same group."""
    same = [f"{one}.{key} IS NOT DISTINCT FROM {other}.{key}" for key in keys_of(block)]
    return " AND ".join(same) or "true"


def cells_sql(block: Block, name: str) -> str:
    items = _selected_keys(block)
    items += [f"count(*){_filter(g)} AS n{g}" for g in range(len(block.guards))]
    items += [f"{_value(f)} AS v{i}" for i, f in enumerate(block.figures)]
    if block.rows.entities:
        items += [f"sum(m{m}){_filter(g)} AS t{m}_{g}" for m, g in block.spread()]
    return f"SELECT {', '.join(items)} FROM {name}_rows{_grouped(block)}"


def _selected_keys(block: Block) -> list[str]:
    keys = [f"k{i}" for i in range(len(block.keys))]
    gid = [f"grouping({', '.join(keys)}) AS gid"] if block.grouping else []
    return keys + gid + (["z"] if block.split else [])


def _grouped(block: Block, entity: str = "") -> str:
    """The GROUP BY of a block; with ``entity`` each group is split by it."""
    keys = [f"k{i}" for i in range(len(block.keys))]
    parts = [f"{block.grouping} ({', '.join(keys)})"] if block.grouping else keys
    parts += [part for part in ("z" if block.split else "", entity) if part]
    return f" GROUP BY {', '.join(parts)}" if parts else ""


def _filter(guard: int) -> str:
    return "" if guard == ALL else f" FILTER (WHERE g{guard})"


def _value(figure: Figure) -> str:
    names = {f"m{i}": f"m{m}" for i, m in enumerate(figure.measures)}
    return figure.aggregate.template.format(
        **names, x=f"x{figure.counted}", g=f"g{figure.guard}", where=_filter(figure.guard)
    )


# What bounds prove -------------------------------------------------------------------------------


def most_rows(entities: Iterable[Entity]) -> int | None:
    known = [entity.most for entity in entities]
    return None if None in known else max((m for m in known if m is not None), default=1)


def counted(block: Block, name: str, rules: Rules) -> Ctes:
    """Common table expressions that end with one count a protected resource, ``{name}_exact{i}``,
    for the groups that nothing else could judge."""
    most = most_rows(block.rows.entities)
    first = f"n{ALL} >= {rules.k}"
    facts = None if most is None else _proven(block, rules, most, _bound_of_facts)
    near = None if most is None else _proven(block, rules, most, _bound_of_rows)
    ctes: Ctes = []
    if most is None or most == 1 or near is None or not block.spread():
        ctes.append((f"{name}_open", _open(block, name, first, facts)))
    else:
        ctes.append((f"{name}_far", _open(block, name, first, facts)))
        ctes.append((f"{name}_near", _near(block, name)))
        ctes.append((f"{name}_open", _still_open(block, name, near)))
    for number, entity in enumerate(block.rows.entities):
        exact = _each_row_one if entity.most == 1 else _by_entity
        ctes.append((f"{name}_exact{number}", exact(block, name, number, rules)))
    return ctes


def _open(block: Block, name: str, first: str, proven: str | None) -> str:
    """One with fewer rows than the threshold has fewer entities as well, and needs no counting to
    be withheld."""
    keys = ", ".join(keys_of(block)) or "1 AS one"
    tests = first + (f" AND NOT ({proven})" if proven else "")
    return f"SELECT {keys} FROM {name}_cells AS c WHERE {tests}"


Bound = Callable[[Block, Rules, int, int, int], str | None]


def _proven(block: Block, rules: Rules, most: int, bound: Bound) -> str | None:
    """A condition under which nothing of the group needs counting; None where nothing is known."""
    enough = rules.k * most
    parts = [f"(n{g} = 0 OR n{g} >= {enough})" for g in range(len(block.guards))]
    for measure, guard in block.spread():
        spread = bound(block, rules, measure, guard, most)
        if spread is None:
            return None
        parts.append(f"(n{guard} = 0 OR ({spread}))")
    for guard in block.row_counts():
        parts.append(f"(n{guard} = 0 OR ({_apart(rules, f'n{guard}', str(most))}))")
    parts += [
        f"(n{f.support} = 0 OR n{f.support} * {block.edge(f)} >= {enough})"
        for f in block.figures
        if f.aggregate.quantile
    ]
    return " AND ".join(dict.fromkeys(parts))


def _apart(rules: Rules, total: str, largest: str) -> str:
    """That entities of at most ``largest`` can neither dominate ``total`` nor be worked out."""
    parts = [f"{n} * {largest} <= {share!r} * {total}" for n, share in rules.dominance]
    if rules.p is not None:
        parts.append(f"{total} - 2 * {largest} >= {rules.p!r} * {largest}")
    return " AND ".join(parts) or "true"


def _bound_of_facts(block: Block, rules: Rules, measure: int, guard: int, most: int) -> str | None:
    facts = block.measures[measure].facts
    if facts is None or facts.largest is None or facts.commonest is None:
        return None
    total, largest = f"t{measure}_{guard}::DOUBLE", repr(float(facts.largest))
    various = f"{total} > 0 AND n{guard} > {facts.commonest}"
    return f"{various} AND {_apart(rules, total, largest)}"


def _bound_of_rows(block: Block, rules: Rules, measure: int, guard: int, most: int) -> str | None:
    """As the bound of facts, with the largest row of the group in the place of the table's largest
    entity. Without facts total and variety are looked at as well."""
    place, largest = f"{measure}_{guard}", f"{most} * h{measure}_{guard}"
    facts = block.measures[measure].facts
    if facts is None or facts.largest is None or facts.commonest is None:
        return f"w{place} AND isfinite(a{place}) AND {_apart(rules, f'a{place}', largest)}"
    total = f"t{place}::DOUBLE"
    various = f"{total} > 0 AND n{guard} > {facts.commonest}"
    return f"{various} AND {_apart(rules, total, largest)}"


def _near(block: Block, name: str) -> str:
    """Of the open groups the largest single rows, in absolute terms."""
    items = _selected_keys(block)
    for m, g in block.spread():
        where, facts = _filter(g), block.measures[m].facts
        if facts is not None and facts.largest is not None:
            items.append(f"max(m{m}){where}::DOUBLE AS h{m}_{g}")
            continue
        size = f"abs(m{m}::DOUBLE)"
        items += [
            f"sum({size}){where} AS a{m}_{g}",
            f"max({size}){where} AS h{m}_{g}",
            f"min(m{m}){where} < max(m{m}){where} AS w{m}_{g}",
        ]
    source = _of_open(block, name, f"{name}_far")
    return f"SELECT {', '.join(items)} FROM {source}{_grouped(block)}"


def _still_open(block: Block, name: str, proven: str) -> str:
    keys = ", ".join(f"c.{key}" for key in keys_of(block)) or "1 AS one"
    source = f"{name}_near AS h JOIN {name}_cells AS c ON {matched(block, 'h', 'c')}"
    return f"SELECT {keys} FROM {source} WHERE NOT coalesce({proven}, false) AND n{ALL} > 0"


# What is counted exactly -------------------------------------------------------------------------


_IF_ANY = " HAVING count(*) > 0"
"""A total over no rows has a row all the same, which would say that nobody is there."""


def _each_row_one(block: Block, name: str, number: int, rules: Rules) -> str:
    """Where each row is an entity of its own, its rows are counted."""
    items = _selected_keys(block)
    items += [f"count(*){_filter(g)} AS c{g}" for g in range(len(block.guards))]
    items += [f"1 AS r{g}" for g in range(len(block.guards))]
    for m, g in block.spread():
        where, size = _filter(g), f"abs(m{m}::DOUBLE)"
        items += [
            f"sum({size}){where} AS a{m}_{g}",
            f"min(m{m}){where} = max(m{m}){where} AS u{m}_{g}",
        ]
        items += [f"max({size}, {rules.top}){where} AS top{m}_{g}"] if rules.top else []
    ones = f"[{', '.join(['1'] * rules.top)}]"
    items += _rows_each(block, rules, lambda g: f"count(*){_filter(g)}", lambda _: ones)
    source = _of_open(block, name, f"{name}_open")
    return f"SELECT {', '.join(items)} FROM {source}{_grouped(block)}{_IF_ANY}"


def _by_entity(block: Block, name: str, number: int, rules: Rules) -> str:
    keys, entity = keys_of(block), f"e{number}"
    inner = [*_selected_keys(block), entity]
    inner += [f"count(*){_filter(g)} AS n{g}" for g in range(len(block.guards))]
    outer = [f"count(*) FILTER (WHERE n{g} > 0) AS c{g}" for g in range(len(block.guards))]
    outer += [f"max(n{g}) AS r{g}" for g in range(len(block.guards))]
    for m, g in block.spread():
        inner += [
            f"sum(abs(m{m}::DOUBLE)){_filter(g)} AS a{m}_{g}",
            f"min(m{m}){_filter(g)} AS lo{m}_{g}",
            f"max(m{m}){_filter(g)} AS hi{m}_{g}",
        ]
        held = f"a{m}_{g}"
        outer += [f"sum({held}) AS {held}", f"min(lo{m}_{g}) = max(hi{m}_{g}) AS u{m}_{g}"]
        outer += [f"max({held}, {rules.top}) AS top{m}_{g}"] if rules.top else []
    outer += _rows_each(block, rules, lambda g: f"sum(n{g})", lambda g: f"max(n{g}, {rules.top})")
    source = f"{_of_open(block, name, f'{name}_open')}{_grouped(block, entity)}"
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    return (
        f"SELECT {', '.join([*keys, *outer])} FROM (SELECT {', '.join(inner)} FROM {source}) "
        f"WHERE {entity} IS NOT NULL{grouped}{_IF_ANY}"
    )


def _rows_each(
    block: Block, rules: Rules, total: Callable[[int], str], top: Callable[[int], str]
) -> list[str]:
    """How many rows entities contribute to a count of rows."""
    items = []
    for guard in block.row_counts() if rules.top else []:
        items += [f"{total(guard)} AS {spot(ROWS, guard, 'a')}"]
        items += [f"{top(guard)} AS {spot(ROWS, guard, 'top')}"]
    return items


def spot(measure: int, guard: int, letter: str) -> str:
    """The name of what was counted of a measure, or of rows, under a guard."""
    return f"{letter}{'rows' if measure == ROWS else measure}_{guard}"


def _of_open(block: Block, name: str, chosen: str) -> str:
    """The rows of the open groups. With subtotals the groups overlap, so all rows are read if any
    is open."""
    keys = [f"k{i}" for i in range(len(block.keys))] + (["z"] if block.split else [])
    if block.grouping or not keys:
        return f"{name}_rows WHERE (SELECT count(*) > 0 FROM {chosen})"
    same = " AND ".join(f"o.{key} IS NOT DISTINCT FROM r.{key}" for key in keys)
    return f"{name}_rows AS r SEMI JOIN {chosen} AS o ON {same}"
