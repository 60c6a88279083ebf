"""SELECT by SELECT: which read rows, which aggregate them first, which calculate with cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import aggregates_in
from workbench.disclosure.cell_selects import over_cells
from workbench.disclosure.first import first
from workbench.disclosure.joins import RowsQuery, joined, table_rows
from workbench.disclosure.operators import as_value, calculated
from workbench.disclosure.parts import Output, tail_of
from workbench.disclosure.released import column_leaf
from workbench.disclosure.row_selects import rows_query
from workbench.disclosure.rules import Barred
from workbench.disclosure.scope import Cell, Released, Rows, only
from workbench.disclosure.shapes import StatTable
from workbench.disclosure.studies import Study, study
from workbench.engine.duckdb import identifier

MAX_SELECTS = 32
"""SELECTs of one statement (ours): each may cost a pass over its rows."""
_PARTS = (
    "with_", "expressions", "from_", "joins", "where", "group", "having", "order", "limit",
    "offset", "distinct",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A released query under a name of ours, to be read under any alias."""

    name: str
    cells: tuple[Cell, ...]

    def under(self, alias: str) -> Released:
        def named(name: str) -> str:
            return f"{identifier(alias)}.{name}"

        cells = tuple(
            Cell(c.name, named(c.sql), named(c.status) if c.status else "") for c in self.cells
        )
        return Released(f"{self.name} AS {identifier(alias)}", ((alias, cells),))


Known = Mapping[str, RowsQuery | Table]
"""Common table expressions by folded name."""


@dataclass
class Compiler:
    """Reads one statement; ``ctes`` are what it needs, in order, and ``studies`` what is told of
    whom by its blocks. ``barred`` by block."""

    tables: Sequence[StatTable]
    barred: Mapping[str, Barred] = field(default_factory=dict)
    ctes: list[tuple[str, str]] = field(default_factory=list)
    studies: list[Study] = field(default_factory=list)
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
        columns = tuple((cell.name, as_value(cell)) for cell in cells.all())
        return Output(columns, cells.sql, tail_of(node, column_leaf(cells), columns))

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
            _plain_alias(node)
            stored = self._stored(self._query(node.this, known))
            alias = node.alias or f"s{len(self.ctes)}_{self._selects}"
            return stored.rows(alias) if isinstance(stored, RowsQuery) else stored.under(alias)
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            raise refusals.not_in_grammar(type(node.this or node).__name__)
        only(node, "this", "alias")
        _plain_alias(node)
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
            return over_cells(node, source)
        asked = [*node.expressions, node.args.get("having"), node.args.get("order")]
        folds = any(each is not None and aggregates_in(each) for each in asked)
        if folds or node.args.get("group") or node.args.get("distinct"):
            name = self._name("b")
            output, ctes, block = first(node, source, name, self.barred.get(name))
            studied = study(block, name, [*self.ctes, *ctes])
            self.studies += [studied] if studied is not None else []
            self.ctes += ctes
            return output
        return rows_query(node, source)


def _plain_alias(node: exp.Expr) -> None:
    """Names of columns in an alias would be lost."""
    if node.args.get("alias") is not None:
        only(node.args["alias"], "this")


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
