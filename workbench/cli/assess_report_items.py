"""Of which KPIs the ids of items may stand in open data: by what the KPI's own SQL makes them of.

An id may be published where each column behind it is one of ``OPEN``, read from the tables that the
platform keeps of itself (``gov_…``): ids of cases, procedures, resources and grants, and days. What
another table calls ``case_id`` may be anybody's case; what cannot be followed is not published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from workbench.declared import yaml

OPEN = frozenset({"resource", "version", "case_id", "procedure_id", "grant_id", "scenario", "day"})
"""Ours."""
OF_THE_PLATFORM = "gov_"
DIALECT = "duckdb"


def open_items(kpis: Mapping[str, str]) -> frozenset[str]:
    """``kpis``: their texts by id."""
    return frozenset(name for name, text in kpis.items() if _is_open(text))


def _is_open(text: str) -> bool:
    value = yaml.parse(text.encode(), "kpi").value
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, str):
        return False
    try:
        if _renames(parse_one(items, dialect=DIALECT)):
            return False
        leaves = list(_leaves(lineage("item", items, {}, dialect=DIALECT)))
    except (SqlglotError, ValueError):
        return False  # it cannot be followed
    return bool(leaves) and all(_is_known(leaf) for leaf in leaves)


def _renames(tree: exp.Expr) -> bool:
    """What lineage does not follow: columns renamed by an alias of a table, by a pivot, or put
    together by their names."""
    return (
        any(alias.columns for alias in tree.find_all(exp.TableAlias))
        or tree.find(exp.Pivot) is not None
        or any(one.args.get("by_name") for one in tree.find_all(exp.SetOperation))
    )


def _leaves(node: Node) -> Iterator[Node]:
    """Those that rest on nothing further; a literal rests on nothing and is none."""
    for each in node.walk():
        if not each.downstream and not _is_literal(each):
            yield each


def _is_literal(node: Node) -> bool:
    made = node.expression
    return not isinstance(made, exp.Table) and not list(made.find_all(exp.Column, exp.Star))


def _is_known(leaf: Node) -> bool:
    table = leaf.expression
    column = leaf.name.rpartition(".")[2].strip('"').lower()
    is_own = isinstance(table, exp.Table) and table.name.lower().startswith(OF_THE_PLATFORM)
    return is_own and column in OPEN
