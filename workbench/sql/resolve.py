"""The parts of a parsed statement that read, by the kind of statement."""

from __future__ import annotations

from sqlglot import exp

from workbench.sql.found import Found
from workbench.sql.frames import Frame, Source
from workbench.sql.queries import Queries


def read(tree: exp.Expr) -> Found:
    """What ``tree`` reads. Raises RecursionError for one that is too deep."""
    found = Found()
    _statement(tree, Queries(found))
    _check(tree, found)
    return found


def _statement(tree: exp.Expr, queries: Queries) -> None:
    frame = Frame()
    if isinstance(tree, (exp.Describe, exp.Summarize)):
        queries.query(tree.this, frame)
    elif isinstance(tree, exp.Create):
        _create(tree, queries)
    elif isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
        _change(tree, queries)
    elif isinstance(tree, (exp.Drop, exp.Alter, exp.TruncateTable, exp.Comment)):
        for table in tree.find_all(exp.Table):
            queries.found.table(table)
        queries.found.skip(tree)
    elif isinstance(tree, exp.Set):
        _set(tree, queries)
    elif isinstance(tree, (exp.Query, exp.Pivot, exp.Values)):
        queries.query(tree, frame)
    else:
        queries.found.complete = False


def _create(tree: exp.Create, queries: Queries) -> None:
    """CREATE TABLE, VIEW, MACRO, INDEX. The new name is not read."""
    found, made, frame = queries.found, tree.this, Frame()
    if isinstance(made, exp.Index):
        table = made.args.get("table")
        if isinstance(table, exp.Table):
            queries.source(table, frame)
        queries.walk(made.args.get("params"), frame)
        return
    target = made.find(exp.Table)
    if target is not None:
        found.skip(target)
        found.created[target.name] = None
    if isinstance(made, exp.UserDefinedFunction):
        names = [parameter.name for parameter in made.expressions]
        found.own(names)
        found.skip(made)
        frame = Frame({" ": Source(None, frozenset(n.casefold() for n in names))})
    elif isinstance(made, exp.Schema):
        queries.walk(made.expressions, frame)
    queries.walk(tree.args.get("expression"), frame)


def _change(tree: exp.Expr, queries: Queries) -> None:
    """INSERT, UPDATE, DELETE, MERGE: the target and the other relations share one scope; what
    INSERT inserts does not see them."""
    frame = queries.ctes(tree, Frame())
    if isinstance(tree, exp.Insert):
        queries.walk(tree.args.get("expression"), frame.child())
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if isinstance(target, exp.Table):
        queries.source(target, frame)
    others = tree.args.get("using") or []
    for other in others if isinstance(others, list) else [others]:
        queries.source(other, frame)
    origin = tree.args.get("from_")
    if origin is not None:
        queries.from_(origin, frame)
    done = {"this", "using", "from_", "with_"}
    if isinstance(tree, exp.Insert):
        done.add("expression")
    queries.walk_args(tree, frame, done)


def _set(tree: exp.Set, queries: Queries) -> None:
    for item in tree.expressions:
        equal = item.this
        if isinstance(equal, exp.EQ):
            queries.found.skip(equal.this)
            queries.walk(equal.expression, Frame())
        else:
            queries.found.complete = False


def _check(tree: exp.Expr, found: Found) -> None:
    """Every table and column of the tree was met, or the reading is not complete."""
    for node in tree.walk():
        if id(node) in found.seen:
            continue
        if isinstance(node, exp.Command):
            found.complete = False
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            found.table(node)
            found.complete = False
        elif isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
            found.loose[node.parts[0].name] = None
            found.complete = False
