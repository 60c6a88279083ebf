"""What hangs together across the keys of a page: each mistake with its key and its fix. Pure.

Single values are held against their types by the models (``page``); the city is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text, WorkbenchError
from workbench.ui import queries
from workbench.ui.page import (
    ROLES,
    SEVERAL_VALUES,
    Against,
    Chart,
    DeskName,
    Filter,
    Page,
    Panel,
    RunsAs,
)
from workbench.ui.page_filter import FilterKind, Matching


def judge(page: Page, notes: Notes) -> None:
    ids = [f.id for f in page.filters]
    for number, one in enumerate(page.filters):
        here: Path = ("filters", number)
        if one.id in ids[:number]:
            notes.error((*here, "id"), _twice(one.id), _OTHER_NAME)
        _judge_filter(one, here, page, notes)
    for name, query in page.tables.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            problem = Text(f"{name} 不能作表名", f"{name} cannot be the name of a table")
            fix = Text("用小写字母、数字和下划线。", "Use small letters, digits and underscores.")
            notes.error(("tables", name), problem, fix)
        _judge_filters_used(query, ("tables", name), page, notes)
        if (odd := queries.mistyped(query)) is not None:
            notes.error(("tables", name), *odd)
    _judge_asker(page, notes)
    if not page.panels:
        notes.error(("sections",), Text("页面没有图表框", "the page has no panel"), _ADD)
    panel_places = (
        (panel, ("sections", s, "panels", p))
        for s, section in enumerate(page.sections)
        for p, panel in enumerate(section.panels)
    )
    for panel, place in panel_places:
        _judge_panel(panel, place, page, notes)


def _judge_asker(page: Page, notes: Notes) -> None:
    """Who asks: figures need a scenario, and a desk is its reader's own."""
    desks = [panel for panel in page.panels if panel.desk is not None]
    if not page.scenario and len(desks) < len(page.panels):
        problem = Text("没有写应用场景", "the page names no scenario")
        fix = Text(
            "写 scenario；只有全部是办理台（desk）的页面可以不写。",
            "Write scenario; only a page of desks alone goes without.",
        )
        notes.error((), problem, fix)
    if page.scenario and page.roles:
        problem = Text("有应用场景的页面不用 roles", "a page with a scenario has no roles")
        fix = Text("删除 roles：谁有授权谁能打开。", "Remove roles: whoever holds grants opens it.")
        notes.error(("roles",), problem, fix)
    if desks and page.runs_as is not RunsAs.viewer:
        problem = Text("办理台以查看者本人的身份办理", "at a desk its reader acts, nobody else")
        notes.error(("as",), problem, Text("写 as: viewer。", "Write as: viewer."))


def _judge_filter(one: Filter, here: Path, page: Page, notes: Notes) -> None:
    asked = queries.with_tables(one.query, page)
    if (odd := queries.mistyped(one.query)) is not None:
        notes.error((*here, "query"), *odd)
    elif queries.filters_in(asked) or queries.values_in(asked):
        problem = Text("选项的语句不能再用筛选", "the options of a filter follow no filter")
        fix = Text("去掉 {where …}、{and …} 和 $…。", "Take out {where ...}, {and ...} and $NAME.")
        notes.error((*here, "query"), problem, fix)
    if one.kind is FilterKind.choice and not one.query and not one.options:
        problem = Text("没有说明有哪些选项", "the filter has no options")
        fix = Text(
            "写 query（返回选项的语句）或 options。",
            "Write query (a statement that gives them) or options.",
        )
        notes.error(here, problem, fix)
    for value in (*one.options, *([one.default] if one.default else [])):
        try:
            one.typed(value)
        except WorkbenchError as error:
            fix = Text("按 type 的写法改写。", "Write it as type says.")
            notes.error((*here, "type"), error.reasons[0].what, fix)
    if one.options and one.default is not None and one.default not in one.options:
        problem = Text(f"默认值 {one.default} 不在选项中", f"default {one.default} is no option")
        notes.error((*here, "default"), problem, suggest(one.default, one.options))
    if one.query and one.options:
        notes.error((*here, "options"), _BOTH, Text("只写一个。", "Keep one of them."))
    if one.required and one.default is None and not one.query and not one.options:
        problem = Text("必选筛选没有默认值", "a required filter has no default")
        notes.error((*here, "required"), problem, Text("写 default。", "Write default."))


def _judge_panel(panel: Panel, here: Path, page: Page, notes: Notes) -> None:
    for problem, fix, key in (*_roles(panel), *_asked(panel), *_extras(panel)):
        notes.error((*here, key) if key else here, problem, fix)
    _judge_view(panel, (*here, "view"), page, notes)
    if panel.picks and page.filter(panel.picks) is None:
        problem = Text(f"没有名为 {panel.picks} 的筛选", f"there is no filter {panel.picks}")
        notes.error((*here, "picks"), problem, suggest(panel.picks, [f.id for f in page.filters]))
    _judge_filters_used(queries.with_tables(panel.query, page), (*here, "query"), page, notes)
    for name in panel.follows:
        if page.filter(name) is None:
            notes.error((*here, "follows"), _no_filter(name), _known_filter(name, page))


def _judge_view(panel: Panel, here: Path, page: Page, notes: Notes) -> None:
    """Whoever looks is charged and watermarked, so that nobody looks by a page's own grants."""
    if panel.view is None:
        return
    if page.runs_as is not RunsAs.viewer:
        problem = Text("查阅只在 as: viewer 的页面", "a view is for pages that run as: viewer")
        fix = Text(
            "在页面写 as: viewer；查看者须有 view 方式的授权。",
            "Write as: viewer at the page: its reader needs a grant of the mode view.",
        )
        notes.error(here, problem, fix)
    for column, name in panel.view.filters.items():
        found = page.filter(name)
        if found is None:
            notes.error((*here, "where", column), _no_filter(name), _known_filter(name, page))
        elif found.match is Matching.contains:
            problem = Text("查阅没有 contains", "a view has no contains")
            fix = Text("该筛选的 match 写 =、>= 或 <=。", "Write match: =, >= or <= at the filter.")
            notes.error((*here, "where", column), problem, fix)


def _judge_filters_used(query: str, here: Path, page: Page, notes: Notes) -> None:
    values = queries.values_in(query)
    for name in (*queries.filters_in(query), *values):
        found = page.filter(name)
        if found is None:
            notes.error(here, _no_filter(name), _known_filter(name, page))
        elif name in values and not found.required:
            problem = Text(
                f"${name} 需要总有取值的筛选", f"${name} needs a filter that is always set"
            )
            notes.error(here, problem, Text("给该筛选写 required: true。", "Write required: true."))


def _no_filter(name: str) -> Text:
    return Text(f"没有名为 {name} 的筛选", f"there is no filter {name}")


def _known_filter(name: str, page: Page) -> Text:
    return suggest(name, [f.id for f in page.filters])


_Wrong = tuple[Text, Text, str]


def _roles(panel: Panel) -> Iterator[_Wrong]:
    """Each chart's keys: what it needs, and nothing that it would not draw."""
    needs, may = ROLES[panel.chart]
    for role in needs:
        if not panel.role(role):
            yield (
                Text(f"图 {panel.chart} 需要 {role}", f"a {panel.chart} needs {role}"),
                Text(
                    f"写 {role}: 结果中的列名。",
                    f"Write {role}: the name of a column of the result.",
                ),
                "chart",
            )
    every = {role for pair in ROLES.values() for group in pair for role in group}
    for role in sorted(every - {*needs, *may}):
        if panel.role(role):
            known = ", ".join((*needs, *may)) or "-"
            yield (
                Text(f"图 {panel.chart} 不用 {role}", f"a {panel.chart} draws no {role}"),
                Text(f"删除它；可用：{known}", f"Remove it; it draws: {known}"),
                role,
            )
    if len(panel.value) > 1 and panel.chart not in SEVERAL_VALUES:
        yield _ONE_VALUE, Text("只写一列。", "Name one column."), "value"
    if len(panel.value) > 1 and panel.series:
        problem = Text("value 有几列时不能再写 series", "series does not go with several values")
        yield problem, Text("只用其中一种。", "Use one of the two."), "series"


def _asked(panel: Panel) -> Iterator[_Wrong]:
    if panel.desk is not None or panel.chart is Chart.desk:
        yield from _at_desk(panel)
        return
    if panel.view is not None:
        yield from _looks_up(panel)
        return
    if panel.query and panel.indicator:
        yield _BOTH_ASKED, Text("只写一个。", "Keep one of them."), "indicator"
    elif not panel.query and not panel.indicator:
        yield (
            Text("没有数据来源", "the panel asks for nothing"),
            Text("写 query、indicator 或 view。", "Write query, indicator or view."),
            "",
        )
    if panel.indicator and panel.chart not in queries.INDICATED:
        known = ", ".join(sorted(queries.INDICATED))
        yield (
            Text(f"图 {panel.chart} 不能用 indicator", f"a {panel.chart} takes no indicator"),
            Text(f"写 query；indicator 可用于：{known}", f"Write query; indicator is for: {known}"),
            "indicator",
        )
    if panel.follows and not panel.indicator:
        fix = Text(
            "在 query 中写 {where …} 或 {and …}。", "Write {where ...} or {and ...} in the query."
        )
        yield Text("follows 只用于 indicator", "follows is for an indicator"), fix, "follows"
    if panel.aggregate_said and not panel.indicator:
        problem = Text("aggregate 只用于 indicator", "aggregate is for an indicator")
        fix = Text(
            "删除它，在 query 中写汇总函数。",
            "Remove it, and write the aggregate in the query.",
        )
        yield problem, fix, "aggregate"
    odd = queries.mistyped(panel.query)
    if odd is not None:
        yield *odd, "query"


def _looks_up(panel: Panel) -> Iterator[_Wrong]:
    """A view is a table, and is asked by its template alone."""
    if panel.chart is not Chart.table:
        problem = Text("查阅的图是 table", "what is looked up is a table")
        yield problem, Text("写 chart: table。", "Write chart: table."), "chart"
    for key in ("query", "indicator", "follows", "picks", "compare", "reference", "boundaries"):
        if getattr(panel, key):
            yield Text(f"查阅不用 {key}", f"a view has no {key}"), _REMOVE, key


def _at_desk(panel: Panel) -> Iterator[_Wrong]:
    """A desk asks by itself, and is a chart of its own."""
    if panel.desk is None:
        known = ", ".join(DeskName)
        problem = Text("没有写是哪个办理台", "it does not say which desk")
        yield problem, Text(f"写 desk：{known}", f"Write desk: one of {known}"), "chart"
    elif panel.chart is not Chart.desk:
        problem = Text("办理台的图是 desk", "the chart of a desk is desk")
        yield problem, Text("写 chart: desk。", "Write chart: desk."), "chart"
    for key in ("query", "indicator", "follows", "picks", "compare", "reference", "boundaries"):
        if getattr(panel, key):
            yield Text(f"办理台不用 {key}", f"a desk has no {key}"), _REMOVE, key


def _extras(panel: Panel) -> Iterator[_Wrong]:
    if panel.chart is Chart.card:
        for key in ("picks", "reference"):
            if getattr(panel, key):
                yield Text(f"指标卡不用 {key}", f"a card has no {key}"), _REMOVE, key
    if panel.boundaries and panel.chart is not Chart.map:
        yield Text("只有地图用 boundaries", "boundaries are for a map"), _REMOVE, "boundaries"
    if panel.chart is Chart.map and not panel.boundaries:
        yield (
            Text("地图没有写边界文件", "the map names no boundaries"),
            Text(
                "写 boundaries: dashboards/maps/ 中的名称。",
                "Write boundaries: a name in dashboards/maps/.",
            ),
            "chart",
        )
    compare = panel.compare
    if compare is None:
        return
    if panel.chart is not Chart.card:
        yield Text("只有指标卡用 compare", "compare is for a card"), _REMOVE, "compare"
    elif compare.against is Against.column and not compare.column:
        problem = Text("没有写与哪一列比较", "no column to compare with is named")
        yield problem, Text("写 column。", "Write column."), "compare"
    elif compare.against is not Against.column and not panel.by:
        yield (
            Text("与往期比较需要期间列", "to compare with an earlier period a card needs by"),
            Text("写 by: 期间所在的列。", "Write by: the column of the period."),
            "compare",
        )


def _twice(name: str) -> Text:
    return Text(f"{name} 写了两次", f"{name} stands twice")


_ADD = Text("写至少一个图表框。", "Write at least one panel.")
_OTHER_NAME = Text("换一个名称。", "Choose another name.")
_BOTH = Text("query 和 options 只能写一个", "query and options do not go together")
_BOTH_ASKED = Text("query 和 indicator 只能写一个", "query and indicator do not go together")
_ONE_VALUE = Text("这种图只画一列", "this chart draws one column")
_REMOVE = Text("删除它。", "Remove it.")
