"""The statement of a panel, with the page's tables and filters in it. Values are bound, never
written.

In a query ``{where county, month}`` stands for the conditions of those filters that are set, and
``{and county}`` continues conditions of the query's own. ``$month`` is the value of a filter that
is always set (``required``). A name of the page's ``tables`` is such a query in its place::

    select month, sum(output) as output from output_monthly {where county} group by month
    select title from late where due_on < $as_of::date {and department}
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.client.placeholders import passages
from workbench.declared import marks
from workbench.errors import Text
from workbench.ui.page import Chart, Filter, Page, Panel
from workbench.ui.page_filter import Matching

MACRO = re.compile(r"\{\s*(where|and)\s+([a-z][a-z0-9_]*(?:\s*,\s*[a-z][a-z0-9_]*)*)\s*\}")
_LIKE_A_MACRO = re.compile(r"\{\s*[A-Za-z_]\w*(?:\s*\}|\s+[A-Za-z_][^}:]*\}?)")
_VALUE = re.compile(r"(?<![\w$])\$([A-Za-z]\w*)")
_WITH = re.compile(r"\s*(with\s+recursive|with)\s", re.IGNORECASE)
INDICATED = frozenset(
    {Chart.card, Chart.line, Chart.area, Chart.bar, Chart.stacked, Chart.ranked, Chart.map}
)
"""Charts that an indicator can fill: one figure by a category or a period."""
_MACROS = ("where", "and")

Choices = Mapping[str, str]
"""Filter -> the chosen value; a filter that is not there is not set."""


@dataclass(frozen=True)
class Statement:
    """``parameters`` are values of the types that the filters declare."""

    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def statement(panel: Panel, page: Page, choices: Choices) -> Statement:
    """What the panel asks under these choices. One that picks a filter is not narrowed by it: it
    keeps offering all of its values."""
    own = page.filter(panel.picks)
    if own is not None and not own.required:
        choices = {name: value for name, value in choices.items() if name != own.id}
    return bound(panel.query or _indicator(panel), page, choices)


def bound(query: str, page: Page, choices: Choices) -> Statement:
    """A query of the page with its tables written out and its filters bound. Raises InvalidInput
    for a choice that is no value of its filter's type."""
    text = with_tables(query, page)
    used = [name for name in values_in(text) if name in choices]
    pieces, end = list[str](), 0
    for found in MACRO.finditer(_code(text)):
        filters = [f for name in _names(found) if (f := page.filter(name)) and name in choices]
        used += [f.id for f in filters]
        said = f"{found[1]} {' and '.join(map(_condition, filters))}" if filters else ""
        pieces += [text[end : found.start()], said]
        end = found.end()
    values = {name: _typed(page, name, choices[name]) for name in used}
    return Statement("".join([*pieces, text[end:]]), values)


def _names(macro: re.Match[str]) -> list[str]:
    return [name.strip() for name in macro[2].split(",")]


def _typed(page: Page, name: str, value: str) -> Any:
    one = page.filter(name)
    return value if one is None else one.typed(value)


def _code(sql: str, *, names: bool = False) -> str:
    """``sql`` with blanks for strings, comments and (unless ``names``) names in quotes, so that
    what is found in it stands at the same place."""
    pieces, end = list[str](), 0
    for start, stop, kind in passages(sql):
        if kind != "name" or not names:
            pieces += [sql[end:start], " " * (stop - start)]
            end = stop
    return "".join([*pieces, sql[end:]])


def looked_up(panel: Panel, page: Page, choices: Choices) -> list[tuple[str, str, Any]]:
    """The conditions of a panel's view: ``(column, operator, value)``, without those of filters
    that are not set. Raises InvalidInput for a choice that is no value of its filter's type."""
    found: list[tuple[str, str, Any]] = []
    view = panel.view
    for column, value in view.where.items() if view is not None else ():
        name = view.filters.get(column) if view is not None else None
        if name is None:
            found.append((column, "in" if isinstance(value, tuple) else "=", value))
        elif name in choices and (one := page.filter(name)) is not None:
            found.append((column, one.match.value, one.typed(choices[name])))
    return found


def follows(panel: Panel, page: Page) -> frozenset[str]:
    """The filters that change this panel."""
    if panel.view is not None:
        return frozenset(panel.view.filters.values())
    text = with_tables(panel.query or _indicator(panel), page)
    named = {*filters_in(text), *values_in(text)} & {f.id for f in page.filters}
    own = page.filter(panel.picks)
    return frozenset(named - {own.id} if own is not None and not own.required else named)


def with_tables(query: str, page: Page) -> str:
    """``query`` with those of the page's tables before it that it uses, also by way of others."""
    wanted, text = list[str](), query
    for name in reversed(list(page.tables)):
        if re.search(rf"(?<![\w.$]){name}(?!\w)", _code(text, names=True)):
            body = page.tables[name].strip().rstrip(";")
            wanted.insert(0, f"{name} as (\n{body}\n)")  # a comment may end the body
            text += f"\n{page.tables[name]}"
    if not wanted:
        return query
    begun = _WITH.match(_code(query))
    if begun is None:
        return f"with {', '.join(wanted)} {query.lstrip()}"
    at = begun.end(1)
    return f"{query[:at]} {', '.join(wanted)}, {query[at:].lstrip()}"


def filters_in(query: str) -> tuple[str, ...]:
    """The filters whose conditions a query takes, in order."""
    names = (name for found in MACRO.finditer(_code(query)) for name in _names(found))
    return tuple(dict.fromkeys(names))


def values_in(query: str) -> tuple[str, ...]:
    """The filters whose values a query takes, in order."""
    return tuple(dict.fromkeys(_VALUE.findall(_code(query))))


def mistyped(query: str) -> tuple[Text, Text] | None:
    """``(problem, fix)`` of what would reach the engine though it was meant for us, or is a Chinese
    punctuation mark where the engine wants its own."""
    code = _code(query)
    if (at := marks.find(code)) is not None:
        typed = marks.fix(query[at])
        return marks.problem(query, at), Text(
            f"{typed.zh} ；名称里本来就有的，给名称加双引号。",
            f"{typed.en} ; a name that has it stands in double quotes.",
        )
    found = _LIKE_A_MACRO.search(MACRO.sub("", code))
    if found is None:
        return None
    return Text(f"看不懂 {found[0]}", f"{found[0]} is not understood"), _macro_meant(found[0])


def _macro_meant(text: str) -> Text:
    """Which macros there are, and the one that this looks like."""
    first, *rest = re.findall(r"\w+", text.lower())
    near = difflib.get_close_matches(first, _MACROS, n=1, cutoff=0.5)
    names = ", ".join(name for name in rest if name not in (*_MACROS, "or"))
    meant = f"{{{near[0]} {names}}}" if near and names else ""
    told = Text(f"是否想写 {meant}？", f"Did you mean {meant}? ") if meant else Text("", "")
    return Text(
        told.zh + "只有两种：{where 筛选名} 和 {and 筛选名}，用小写；几个筛选用逗号隔开。",
        told.en + "There are two: {where NAME} and {and NAME}, in small letters; several names "
        "are parted by commas.",
    )


def _condition(one: Filter) -> str:
    column, name = f'"{one.on}"', f"${one.id}"
    if one.match is Matching.contains:
        return f"contains(lower({column}), lower({name}))"
    return f"{column} {one.match.value} {name}"


def _indicator(panel: Panel) -> str:
    """``table.column`` by the panel's categories, under the filters that it follows."""
    if not panel.indicator:  # a panel whose release was there before it
        return ""
    table, column = panel.indicator.split(".")
    keys = [f'"{name}"' for name in (panel.by, panel.series) if name]
    value = f'{panel.aggregate.value}("{column}") as "{column}"'
    where = f"{{where {', '.join(panel.follows)}}}" if panel.follows else ""
    if not keys:
        return f'select {value} from "{table}" {where}'
    grouped = f"group by {', '.join(keys)} order by {', '.join(keys)}"
    return f'select {", ".join([*keys, value])} from "{table}" {where} {grouped}'
