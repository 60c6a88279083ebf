"""The statement of a panel, with the page's tables and filters in it. Values are bound, never
written.

In a query ``{where county, month}`` stands for the conditions of those filters that are set, and
``{and county}`` continues conditions of the query's own. ``$month`` is the value of a filter that
is always set (``required``). A name of the page's ``tables`` is such a query in its place::

    select month, sum(output) as output from output_monthly {where county} group by month
    select title from late where due_on < $as_of::date {and department}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.errors import Text
from workbench.ui.page import Chart, Filter, Matching, Page, Panel

MACRO = re.compile(r"\{\s*(where|and)\s+([a-z][a-z0-9_]*(?:\s*,\s*[a-z][a-z0-9_]*)*)\s*\}")
_VALUE = re.compile(r"(?<![\w$])\$([a-z][a-z0-9_]*)")
_TEXT = re.compile(r"'(?:''|[^'])*'|--[^\n]*")
_WITH = re.compile(r"^\s*with\s+", re.IGNORECASE)
INDICATED = frozenset(
    {Chart.card, Chart.line, Chart.area, Chart.bar, Chart.stacked, Chart.ranked, Chart.map}
)
"""Charts that an indicator can fill: one figure by a category or a period."""
MACROS = Text(
    "写 {where 筛选名} 或 {and 筛选名}；多个用逗号隔开。",
    "Write {where NAME} or {and NAME}; several names are parted by commas.",
)

Choices = Mapping[str, str]
"""Filter -> the chosen value; a filter that is not there is not set."""


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def statement(panel: Panel, page: Page, choices: Choices) -> Statement:
    """What the panel asks under these choices. One that picks a filter is not narrowed by it: it
    keeps offering all of its values."""
    own = page.filter(panel.picks)
    if own is not None and not own.required:
        choices = {name: value for name, value in choices.items() if name != own.id}
    return bound(panel.query or _indicator(panel), page, choices)


def bound(query: str, page: Page, choices: Choices) -> Statement:
    """A query of the page with its tables written out and its filters bound."""
    text = with_tables(query, page)
    used = {name: choices[name] for name in values_in(text) if name in choices}

    def conditions(found: re.Match[str]) -> str:
        names = [name.strip() for name in found[2].split(",")]
        filters = [f for name in names if (f := page.filter(name)) and name in choices]
        used.update((f.id, choices[f.id]) for f in filters)
        return f"{found[1]} {' and '.join(map(_condition, filters))}" if filters else ""

    return Statement(MACRO.sub(conditions, text), used)


def follows(panel: Panel, page: Page) -> frozenset[str]:
    """The filters that change this panel."""
    text = with_tables(panel.query or _indicator(panel), page)
    named = {*filters_in(text), *values_in(text)} & {f.id for f in page.filters}
    own = page.filter(panel.picks)
    return frozenset(named - {own.id} if own is not None and not own.required else named)


def with_tables(query: str, page: Page) -> str:
    """``query`` with those of the page's tables before it that it uses, also by way of others."""
    wanted, text = list[str](), query
    for name in reversed(page.tables):
        if re.search(rf"(?<![\w.$]){name}(?!\w)", _TEXT.sub("", text)):
            wanted.insert(0, f"{name} as ({page.tables[name].strip()})")
            text += f" {page.tables[name]}"
    if not wanted:
        return query
    begun = _WITH.match(query)
    rest = f", {query[begun.end() :]}" if begun else f" {query.lstrip()}"
    return f"with {', '.join(wanted)}{rest}"


def filters_in(query: str) -> tuple[str, ...]:
    """The filters whose conditions a query takes, in order."""
    names = (name.strip() for found in MACRO.finditer(query) for name in found[2].split(","))
    return tuple(dict.fromkeys(names))


def values_in(query: str) -> tuple[str, ...]:
    """The filters whose values a query takes, in order."""
    return tuple(dict.fromkeys(_VALUE.findall(_TEXT.sub("", query))))


def misplaced(query: str) -> Text | None:
    """A macro that is not one of ours: what looks like one but would reach the engine."""
    found = re.search(r"\{\s*(?:where|and)\b[^}]*\}?", MACRO.sub("", query))
    if found is None:
        return None
    return Text(f"看不懂 {found[0]}", f"{found[0]} is not understood")


def _condition(one: Filter) -> str:
    column, name = f'"{one.on}"', f"${one.id}"
    if one.match is Matching.contains:
        return f"contains(lower({column}), lower({name}))"
    return f"{column} {one.match.value} {name}"


def _indicator(panel: Panel) -> str:
    """``table.column`` by the panel's categories, under the filters that it follows."""
    table, column = panel.indicator.split(".")
    keys = [f'"{name}"' for name in (panel.by, panel.series) if name]
    value = f'{panel.aggregate}("{column}") as "{column}"'
    where = f"{{where {', '.join(panel.follows)}}}" if panel.follows else ""
    if not keys:
        return f'select {value} from "{table}" {where}'
    grouped = f"group by {', '.join(keys)} order by {', '.join(keys)}"
    return f'select {", ".join([*keys, value])} from "{table}" {where} {grouped}'
