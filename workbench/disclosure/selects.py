"""SELECT by SELECT: which read rows, which aggregate them first, which calculate with cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import aggregate, aggregates_in, is_aggregate
from workbench.disclosure.cells import Block
from workbench.disclosure.dimensions import condition, dimension, literal, value
from workbench.disclosure.joins import RowsQuery, joined, table_rows
from workbench.disclosure.released import Leaf, Val, calculated, column_leaf, folded_leaf
from workbench.disclosure.rules import protect
from workbench.disclosure.scope import Cell, Col, Released, Rows, find, only, quoted
from workbench.disclosure.shapes import StatTable
from workbench.model.grant import Use

MAX_SELECTS = 32
"""SELECTs of one statement (ours): each may cost a pass over its rows."""
_PARTS = (
    "with_", "expressions", "from_", "joins", "where", "group", "having", "order", "limit",
    "offset", "distinct",
)  # fmt: skip


@dataclass(frozen=True)
class Output:
    """A query over released cells: ``SELECT columns FROM source tail``."""

    columns: tuple[tuple[str, Val], ...]
    source: str
    tail: str = ""


@dataclass(frozen=True)
class Table:
    """A released query under a name of ours, to be read under any alias."""

    name: str
    cells: tuple[Cell, ...]

    def under(self, alias: str) -> Released:
        def named(name: str) -> str:
            return f"{quoted(alias)}.{name}"

        cells = tuple(
            Cell(c.name, named(c.sql), named(c.status) if c.status else "") for c in self.cells
        )
        return Released(f"{self.name} AS {quoted(alias)}", ((alias, cells),))


Known = Mapping[str, RowsQuery | Table]
"""Common table expressions by folded name."""


@dataclass
class Compiler:
    """Reads one statement; ``ctes`` are what it needs, in order."""

    tables: Sequence[StatTable]
    ctes: list[tuple[str, str]] = field(default_factory=list)
    _read: dict[str, StatTable] = field(default_factory=dict)
    _selects: int = 0

    def statement(self, tree: exp.Expr) -> Output:
        """Raises Refusal."""
        if not isinstance(tree, exp.Query):
            raise refusals.grammar(
                "统计层只接受 SELECT。", "The statistics tier takes SELECT only."
            )
        found = self._query(tree, {})
        if isinstance(found, RowsQuery):
            raise refusals.rows_asked()
        return found

    def protected_read(self) -> tuple[str, ...]:
        return tuple(name for name, table in self._read.items() if table.rules is not None)

    # Queries ----------------------------------------------------------------------------------

    def _query(self, node: exp.Expr, known: Known) -> Output | RowsQuery:
        self._selects += 1
        if self._selects > MAX_SELECTS:
            raise refusals.not_in_grammar(f"more than {MAX_SELECTS} SELECTs")
        known = self._with(node, known)
        if isinstance(node, exp.Union):
            return self._union(node, known)
        if isinstance(node, exp.Subquery):
            only(node, "this", "with_")
            return self._query(node.this, known)
        if isinstance(node, exp.Select):
            only(node, *_PARTS)
            return self._select(node, known)
        raise refusals.not_in_grammar(type(node).__name__)

    def _with(self, node: exp.Expr, known: Known) -> Known:
        found = node.args.get("with_")
        if found is None:
            return known
        only(found, "expressions")
        named = dict(known)
        for cte in found.expressions:
            only(cte, "this", "alias")
            if cte.args["alias"].args.get("columns"):
                raise refusals.not_in_grammar("WITH name(columns)")
            named[cte.alias.casefold()] = self._stored(self._query(cte.this, named))
        return named

    def _stored(self, found: Output | RowsQuery) -> RowsQuery | Table:
        """A released query gets a name, and is made once however often it is read."""
        if isinstance(found, RowsQuery):
            return found
        name = self._name("q")
        items, cells = [], []
        for number, (shown, val) in enumerate(found.columns):
            items.append(f"{val.shown} AS c{number}")
            if val.status:
                items.append(f"{val.why} AS w{number}")
            cells.append(Cell(shown, f"c{number}", f"w{number}" if val.status else ""))
        body = f"SELECT {', '.join(items)} FROM {found.source}{found.tail}"
        self.ctes.append((name, f"AS MATERIALIZED ({body})"))
        return Table(name, tuple(cells))

    def _name(self, letter: str) -> str:
        return f"{letter}{len(self.ctes)}"

    def _union(self, node: exp.Union, known: Known) -> Output:
        only(node, "this", "expression", "distinct", "with_", "order", "limit", "offset")
        if node.args.get("distinct"):
            raise refusals.grammar(
                "统计语法里只有 UNION ALL。",
                "The statistics grammar has UNION ALL only.",
                "请写 UNION ALL。",
                "Write UNION ALL.",
            )
        sides = [self._side(side, known) for side in (node.this, node.expression)]
        left, right = sides
        if len(left.cells) != len(right.cells):
            raise refusals.wrong_type(
                "UNION ALL 两边的列数不同。", "The sides of UNION ALL differ in columns."
            )
        name, items, cells = self._name("q"), [], []
        for number, (one, other) in enumerate(zip(left.cells, right.cells, strict=True)):
            judged = bool(one.status or other.status)
            items.append((one, other, number, judged))
            cells.append(Cell(one.name, f"c{number}", f"w{number}" if judged else ""))
        body = " UNION ALL ".join(
            "SELECT "
            + ", ".join(
                f"{pair[side].sql} AS c{number}"
                + (f", {pair[side].status or 'NULL::VARCHAR'} AS w{number}" if judged else "")
                for *pair, number, judged in items
            )
            + f" FROM {sides[side].name}"
            for side in (0, 1)
        )
        self.ctes.append((name, f"AS MATERIALIZED ({body})"))
        return self._tailed(node, Table(name, tuple(cells)).under("u"))

    def _side(self, node: exp.Expr, known: Known) -> Table:
        found = self._query(node, known)
        if isinstance(found, RowsQuery):
            raise refusals.grammar(
                "UNION ALL 只用于已聚合的表。",
                "UNION ALL is for aggregated tables.",
                "请先在每一边聚合。",
                "Aggregate on each side first.",
            )
        table = self._stored(found)
        assert isinstance(table, Table)  # a released query is stored as one
        return table

    def _tailed(self, node: exp.Expr, cells: Released) -> Output:
        columns = tuple(
            (c.name, Val(c.sql, (c.status,) if c.status else (), True)) for c in cells.all()
        )
        shown = {name.casefold(): val for name, val in columns}
        tail = self._tail(node, column_leaf(cells), list(shown.values()), shown)
        return Output(columns, cells.sql, tail)

    # FROM -------------------------------------------------------------------------------------

    def _from(self, node: exp.Select, known: Known) -> Rows | Released:
        origin = node.args.get("from_")
        if origin is None:
            raise refusals.grammar("没有 FROM。", "There is no FROM.")
        only(origin, "this")
        left = self._source(origin.this, known)
        for join in node.args.get("joins") or []:
            left = self._joined(left, self._source(join.this, known), join)
        return left

    def _source(self, node: exp.Expr, known: Known) -> Rows | Released:
        if isinstance(node, exp.Subquery):
            only(node, "this", "alias")
            stored = self._stored(self._query(node.this, known))
            alias = node.alias or f"s{len(self.ctes)}_{self._selects}"
            return stored.rows(alias) if isinstance(stored, RowsQuery) else stored.under(alias)
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            raise refusals.not_in_grammar(type(node.this or node).__name__)
        only(node, "this", "alias")
        if node.args.get("alias") is not None:
            only(node.args["alias"], "this")
        found = known.get(node.name.casefold())
        if isinstance(found, RowsQuery):
            return found.rows(node.alias_or_name)
        if found is not None:
            return found.under(node.alias_or_name)
        return table_rows(self._table(node.name), node.alias_or_name)

    def _table(self, name: str) -> StatTable:
        for table in self.tables:
            if table.name.casefold() == name.casefold():
                self._read[table.name] = table
                return table
        raise refusals.unknown_name("table", name, (t.name for t in self.tables))

    def _joined(
        self, left: Rows | Released, right: Rows | Released, join: exp.Join
    ) -> Rows | Released:
        if isinstance(left, Rows) and isinstance(right, Rows):
            return joined(left, right, join)
        one, other = _lifted(left), _lifted(right)
        only(join, "this", "on", "using", "side", "kind")
        side, kind = join.side.upper(), join.kind.upper()
        if side not in ("", "LEFT") or kind not in ("", "INNER", "OUTER", "CROSS"):
            raise refusals.not_in_grammar(f"{side} {kind} JOIN".strip())
        both = Released("", (*one.tables, *other.tables))
        tests = [calculated(join.args["on"], column_leaf(both)).sql] if join.args.get("on") else []
        for name in join.args.get("using") or []:
            column = exp.Column(this=exp.Identifier(this=name.name))
            pair = [calculated(column, column_leaf(each)).sql for each in (one, other)]
            tests.append(" = ".join(pair))
        if not tests and side == "LEFT":
            raise refusals.not_in_grammar("LEFT JOIN without ON")
        word = "LEFT JOIN" if side == "LEFT" else "JOIN"
        sql = f"{one.sql} {word} {other.sql} ON {' AND '.join(tests) or 'true'}"
        return Released(sql, both.tables)

    # SELECT -----------------------------------------------------------------------------------

    def _select(self, node: exp.Select, known: Known) -> Output | RowsQuery:
        source = self._from(node, known)
        if isinstance(source, Released):
            return self._over_cells(node, source)
        asked = [*node.expressions, node.args.get("having"), node.args.get("order")]
        folds = any(each is not None and aggregates_in(each) for each in asked)
        if folds or node.args.get("group") or node.args.get("distinct"):
            return self._first(node, source)
        return self._rows(node, source)

    def _rows(self, node: exp.Select, rows: Rows) -> RowsQuery:
        """Rows for an outer query to aggregate: columns, dimensions, a condition."""
        only(node, "with_", "expressions", "from_", "joins", "where")
        columns: list[Col] = []
        for item in node.expressions:
            columns += self._row_items(item, rows)
        names = [c.name.casefold() for c in columns]
        if len(set(names)) != len(names):
            raise refusals.ambiguous(max(names, key=names.count))
        items = [f"{c.sql} AS {quoted(c.name)}" for c in columns]
        kept = [replace(e, sql=f"·e{i}") for i, e in enumerate(rows.entities)]
        items += [f"{e.sql} AS {quoted(k.sql)}" for e, k in zip(rows.entities, kept, strict=True)]
        where = _where(node, rows)
        sql = f"SELECT {', '.join(items)} FROM {rows.sql}{f' WHERE {where}' if where else ''}"
        return RowsQuery(sql, tuple(columns), tuple(kept))

    def _row_items(self, item: exp.Expr, rows: Rows) -> list[Col]:
        if isinstance(item, exp.Star):
            only(item)
            return list(rows.all())
        inner = item.this if isinstance(item, exp.Alias) else item
        if isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star):
            return [
                c for alias, columns in rows.tables for c in columns
                if alias.casefold() == inner.table.casefold()
            ]  # fmt: skip
        name = item.alias_or_name
        if isinstance(inner, exp.Column):
            found: Col = find(rows, inner)
            return [replace(found, name=name or found.name)]
        made = value(inner, rows)
        raw = made.raw
        if made.family is None or not name:
            raise refusals.wrong_type("请用 AS 给这一列命名。", "Name this column with AS.")
        distinct = raw.distinct if raw is not None and made.distinct is None else made.distinct
        origin = raw.origin if raw is not None else ("", name)
        return [Col(name, made.sql, made.family, Use.value, origin, bool(rows.entities),
                    distinct=distinct)]  # fmt: skip

    def _first(self, node: exp.Select, rows: Rows) -> Output:
        """The first aggregation: here everything is decided."""
        block = Block(rows, _where(node, rows))
        aliases = {
            item.alias.casefold(): item.this
            for item in node.expressions
            if isinstance(item, exp.Alias)
        }
        keys = self._group(node, block, aliases)
        name = self._name("b")
        leaf = _cells_leaf(block, keys, name, aliases)
        columns = tuple(self._items(node, leaf))
        having = node.args.get("having")
        where = f" WHERE {calculated(having.this, leaf).sql}" if having else ""
        shown = {n.casefold(): v for n, v in columns}
        tail = self._tail(node, leaf, [v for _, v in columns], shown)
        if not block.figures and not block.keys:
            raise refusals.rows_asked()
        self.ctes += protect(block, name)
        return Output(columns, name, where + tail)

    def _group(
        self, node: exp.Select, block: Block, aliases: Mapping[str, exp.Expr]
    ) -> dict[str, int]:
        """The groups of a block by their SQL."""
        nodes, block.grouping = _grouped_by(node)
        for each in nodes:
            asked = self._ordinal(each, node)
            if isinstance(asked, exp.Column) and not asked.table:
                asked = self._aliased(asked, block.rows, aliases)
            if aggregates_in(asked):
                raise refusals.not_in_grammar("an aggregate in GROUP BY")
            made = dimension(asked, block.rows)
            if made.sql not in block.keys and not made.is_literal:
                block.keys.append(made.sql)
        return {sql: number for number, sql in enumerate(block.keys)}

    def _aliased(self, column: exp.Column, rows: Rows, aliases: Mapping[str, exp.Expr]) -> exp.Expr:
        """A name in GROUP BY is a column's before it is an alias's."""
        named = any(c.name.casefold() == column.name.casefold() for c in rows.all())
        return column if named else aliases.get(column.name.casefold(), column)

    def _ordinal(self, each: exp.Expr, node: exp.Select) -> exp.Expr:
        if not (isinstance(each, exp.Literal) and each.is_int):
            return each
        number = int(each.name)
        if not 1 <= number <= len(node.expressions):
            raise refusals.wrong_type("GROUP BY 的序号超出范围。", "No such column to group by.")
        item: exp.Expr = node.expressions[number - 1]
        inner: exp.Expr = item.this
        return inner if isinstance(item, exp.Alias) else item

    def _over_cells(self, node: exp.Select, cells: Released) -> Output:
        """A SELECT over what was released."""
        inner = column_leaf(cells)
        where = node.args.get("where")
        tail = f" WHERE {calculated(where.this, inner).sql}" if where else ""
        nodes, grouping = _grouped_by(node)
        if grouping:
            raise refusals.grammar(
                f"{grouping} 只用于第一次聚合。", f"{grouping} is for the first aggregation."
            )
        folds = any(aggregates_in(each) for each in node.expressions)
        if not nodes and not folds:
            columns = tuple(self._items(node, inner, cells))
            shown = {n.casefold(): v for n, v in columns}
            return Output(
                columns, cells.sql, tail + self._tail(node, inner, [v for _, v in columns], shown)
            )
        keys: dict[str, Val] = {}
        for each in nodes:
            made = calculated(self._named(self._ordinal(each, node), node, cells), inner)
            keys[made.sql] = made
        leaf = folded_leaf(cells, keys)
        columns = tuple(self._items(node, leaf))
        grouped = [part for made in keys.values() for part in (made.sql, *made.status)]
        tail += f" GROUP BY {', '.join(dict.fromkeys(grouped))}" if grouped else ""
        having = node.args.get("having")
        tail += f" HAVING {calculated(having.this, leaf).sql}" if having else ""
        shown = {n.casefold(): v for n, v in columns}
        tail += self._tail(node, leaf, [v for _, v in columns], shown)
        return Output(columns, cells.sql, tail)

    def _named(self, each: exp.Expr, node: exp.Select, cells: Released) -> exp.Expr:
        if not isinstance(each, exp.Column) or each.table:
            return each
        if any(c.name.casefold() == each.name.casefold() for c in cells.all()):
            return each
        for item in node.expressions:
            if isinstance(item, exp.Alias) and item.alias.casefold() == each.name.casefold():
                inner: exp.Expr = item.this
                return inner
        return each

    def _items(
        self, node: exp.Select, leaf: Leaf, cells: Released | None = None
    ) -> list[tuple[str, Val]]:
        out: list[tuple[str, Val]] = []
        for item in node.expressions:
            inner = item.this if isinstance(item, exp.Alias) else item
            star = isinstance(inner, exp.Star) or (
                isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
            )
            if star:
                if cells is None:
                    raise refusals.rows_asked()
                only(inner, "this", "table")
                wanted = inner.table.casefold() if isinstance(inner, exp.Column) else ""
                out += [
                    (c.name, Val(c.sql, (c.status,) if c.status else (), True))
                    for alias, columns in cells.tables
                    for c in columns
                    if not wanted or alias.casefold() == wanted
                ]
                continue
            out.append((_name_of(item), calculated(inner, leaf)))
        if not out:
            raise refusals.not_in_grammar("SELECT without columns")
        return out

    def _tail(self, node: exp.Expr, leaf: Leaf, shown: list[Val], names: Mapping[str, Val]) -> str:
        """ORDER BY and LIMIT. A withheld value orders as NULL."""
        parts = []
        order = node.args.get("order")
        for each in order.expressions if order is not None else []:
            only(each, "this", "desc", "nulls_first")
            found = self._order_by(each.this, leaf, shown, names)
            way = " DESC" if each.args.get("desc") else ""
            nulls = " NULLS FIRST" if each.args.get("nulls_first") else " NULLS LAST"
            parts.append(f"{found.shown}{way}{nulls}")
        tail = f" ORDER BY {', '.join(parts)}" if parts else ""
        for key, word in (("limit", "LIMIT"), ("offset", "OFFSET")):
            given = node.args.get(key)
            if given is not None:
                only(given, "expression")
                tail += f" {word} {_count(given.expression)}"
        return tail

    def _order_by(
        self, node: exp.Expr, leaf: Leaf, shown: list[Val], names: Mapping[str, Val]
    ) -> Val:
        if isinstance(node, exp.Literal) and node.is_int:
            number = int(node.name)
            if not 1 <= number <= len(shown):
                raise refusals.wrong_type(
                    "ORDER BY 的序号超出范围。", "No such column to order by."
                )
            return shown[number - 1]
        if isinstance(node, exp.Column) and not node.table and node.name.casefold() in names:
            return names[node.name.casefold()]
        return calculated(node, leaf)


def _where(node: exp.Select, rows: Rows) -> str:
    where = node.args.get("where")
    return condition(where.this, rows) if where is not None else ""


def _count(node: exp.Expr) -> int:
    given = literal(node)
    value_ = given.literal if given is not None else None
    if value_ is None or isinstance(value_, (str, bool)) or value_ != int(value_) or value_ < 0:
        raise refusals.wrong_type("LIMIT 后应是整数。", "LIMIT takes a whole number.")
    return int(value_)


def _name_of(item: exp.Expr) -> str:
    if isinstance(item, (exp.Alias, exp.Column)):
        named: str = item.alias_or_name
        return named
    return item.sql("duckdb").lower()[:64]


def _grouped_by(node: exp.Select) -> tuple[list[exp.Expr], str]:
    """What is grouped by, and ROLLUP or CUBE. GROUP BY ALL and DISTINCT mean all but aggregates."""
    plain = [
        item.this if isinstance(item, exp.Alias) else item
        for item in node.expressions
        if not aggregates_in(item)
    ]
    group = node.args.get("group")
    if group is None:
        return (plain if node.args.get("distinct") else []), ""
    only(group, "expressions", "all")
    if group.args.get("all"):
        return plain, ""
    found = list(group.expressions)
    if len(found) == 1 and isinstance(found[0], (exp.Rollup, exp.Cube)):
        only(found[0], "expressions")
        return list(found[0].expressions), type(found[0]).__name__.upper()
    return found, ""


def _lifted(source: Rows | Released) -> Released:
    """Rows that nobody protects may stand beside released cells."""
    if isinstance(source, Released):
        return source
    if source.entities:
        raise refusals.grammar(
            "受保护的逐行数据不能与已聚合的表连接。",
            "Protected rows cannot be joined with aggregated tables.",
            "请先分别聚合，再连接两张聚合后的表。",
            "Aggregate each first, and join the two results.",
        )
    tables = tuple(
        (alias, tuple(Cell(c.name, c.sql) for c in columns)) for alias, columns in source.tables
    )
    return Released(source.sql, tables)


def _cells_leaf(
    block: Block, keys: Mapping[str, int], name: str, aliases: Mapping[str, exp.Expr]
) -> Leaf:
    """What a SELECT over rows may show: its groups and its aggregates."""

    def leaf(node: exp.Expr) -> Val | None:
        if is_aggregate(node):
            number = block.figure(aggregate(node, block.rows))
            status = (f"{name}.s{number}",) if block.rows.entities else ()
            return Val(f"{name}.v{number}", status, True)
        if literal(node) is not None or aggregates_in(node):
            return None
        if isinstance(node, exp.Grouping):
            return _grouping(node, block, keys, name)
        if isinstance(node, exp.Column) and not node.table:
            named = any(c.name.casefold() == node.name.casefold() for c in block.rows.all())
            if not named and node.name.casefold() in aliases:
                return calculated(aliases[node.name.casefold()], leaf)
        return _key(node, block, keys, name)

    return leaf


def _key(node: exp.Expr, block: Block, keys: Mapping[str, int], name: str) -> Val | None:
    try:
        made = dimension(node, block.rows)
    except refusals.Refusal:
        if isinstance(node, exp.Column):
            raise
        return None
    if made.sql in keys:
        return Val(f"{name}.k{keys[made.sql]}")
    if isinstance(node, exp.Column):
        raise refusals.not_grouped(node.name)
    return None


def _grouping(node: exp.Grouping, block: Block, keys: Mapping[str, int], name: str) -> Val:
    """GROUPING(a): whether a was folded away in a subtotal."""
    only(node, "expressions")
    if not block.grouping or len(node.expressions) != 1:
        raise refusals.not_in_grammar("GROUPING")
    made = dimension(node.expressions[0], block.rows)
    if made.sql not in keys:
        raise refusals.not_grouped(node.expressions[0].name)
    bit = len(keys) - 1 - keys[made.sql]
    return Val(f"(({name}.gid >> {bit}) & 1)")
