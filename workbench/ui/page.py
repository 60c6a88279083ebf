"""A page as data: its YAML file, checked to the last key.

::

    title: {zh: 阿坝州数据目录, en: The catalogue of Aba}
    scenario: catalogue_overview
    as: page
    panels:
      - title: {zh: 各部门条目数, en: Entries by department}
        chart: bar
        sql: select department, count(*) as entries from catalogue_aba group by 1
        x: department
        y: entries
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from workbench.errors import Code, Reason, Text, WorkbenchError, simple

FOLDERS = ("pages", "dashboards/pages")
"""Where a page's file is looked for, in the working folder and each one above it."""


class Chart(StrEnum):
    card = "card"
    bar = "bar"
    line = "line"
    table = "table"


_NEEDS: Mapping[Chart, tuple[str, ...]] = {
    Chart.card: (),
    Chart.bar: ("x", "y"),
    Chart.line: ("x", "y"),
    Chart.table: (),
}
_MAY: Mapping[Chart, tuple[str, ...]] = {
    Chart.card: (),
    Chart.bar: ("x", "y"),
    Chart.line: ("x", "y", "series"),
    Chart.table: (),
}


@dataclass(frozen=True)
class Panel:
    """One frame. A card shows the first row, one figure a column; ``x``, ``y`` and ``series`` name
    columns of the result."""

    title: Text
    chart: Chart
    sql: str
    x: str = ""
    y: str = ""
    series: str = ""


@dataclass(frozen=True)
class Page:
    """``runs_as`` is ``page``: the page's own subject and grants, with the viewer recorded."""

    name: str
    title: Text
    scenario: str
    runs_as: str
    panels: tuple[Panel, ...]


def find_page(name: str, start: Path) -> Path:
    """The file of the page, looked for from ``start`` upwards. Raises InvalidInput."""
    if not name.isidentifier():
        raise simple(
            Code.invalid_request,
            "页面名只能由字母、数字和下划线组成。",
            "A page's name is made of letters, digits and underscores.",
        )
    for folder in (start, *start.parents):
        for inner in FOLDERS:
            path = folder / inner / f"{name}.yaml"
            if path.is_file():
                return path
    raise simple(
        Code.invalid_request,
        f"没有名为 {name} 的页面。",
        f"There is no page called {name}.",
        next=Text(
            f"页面文件应为 dashboards/pages/{name}.yaml。",
            f"Its file would be dashboards/pages/{name}.yaml.",
        ),
        subject=name,
    )


def load_page(path: Path) -> Page:
    """The page in this file. Raises InvalidInput with every finding."""
    try:
        raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _invalid([_found(path, f"{mark.line + 1 if mark else '?'}", "YAML")]) from error
    findings = list(_check(path, raw))
    if findings:
        raise _invalid(findings)
    return Page(
        name=path.stem,
        title=_text(raw["title"]),
        scenario=raw["scenario"],
        runs_as=raw["as"],
        panels=tuple(_panel(item) for item in raw["panels"]),
    )


def _panel(item: Mapping[str, Any]) -> Panel:
    names = {key: item.get(key, "") for key in ("x", "y", "series")}
    return Panel(_text(item["title"]), Chart(item["chart"]), item["sql"], **names)


def _text(value: Mapping[str, str]) -> Text:
    return Text(value["zh"], value["en"])


def _check(path: Path, raw: Any) -> Iterator[Reason]:
    if not isinstance(raw, dict):
        yield _found(path, "", "title, scenario, as, panels")
        return
    yield from _keys(path, "", raw, {"title", "scenario", "as", "panels"}, set())
    yield from _title(path, "title", raw.get("title"))
    if not _is_name(raw.get("scenario")):
        yield _found(path, "scenario", Text("应用场景编号", "the id of a scenario"))
    if raw.get("as") != "page":
        yield _found(path, "as", "page")
    panels = raw.get("panels")
    if not isinstance(panels, list) or not panels:
        yield _found(path, "panels", Text("图表框列表", "a list of panels"))
        return
    for number, item in enumerate(panels):
        yield from _check_panel(path, f"panels[{number}]", item)


def _check_panel(path: Path, where: str, item: Any) -> Iterator[Reason]:
    if not isinstance(item, dict) or item.get("chart") not in set(Chart):
        yield _found(path, f"{where}.chart", " | ".join(Chart))
        return
    kind = Chart(item["chart"])
    yield from _keys(path, where, item, {"title", "chart", "sql", *_NEEDS[kind]}, set(_MAY[kind]))
    yield from _title(path, f"{where}.title", item.get("title"))
    for key in ("sql", *_MAY[kind]):
        if key in item and not _is_name(item[key]):
            yield _found(path, f"{where}.{key}", Text("文字", "text"))


def _keys(
    path: Path, where: str, item: Mapping[Any, Any], needed: set[str], allowed: set[str]
) -> Iterator[Reason]:
    dot = f"{where}." if where else ""
    for key in sorted(needed - set(item)):
        yield _found(path, f"{dot}{key}", Text("此键（缺失）", "this key, which is missing"))
    for key in sorted(map(str, set(item) - needed - allowed)):
        yield _found(
            path, f"{dot}{key}", f"no such key; known: {', '.join(sorted(needed | allowed))}"
        )


def _title(path: Path, where: str, value: Any) -> Iterator[Reason]:
    good = isinstance(value, dict) and set(value) == {"zh", "en"}
    if not good or not all(_is_name(text) for text in value.values()):
        yield _found(path, where, "{zh: …, en: …}")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _found(path: Path, where: str, wanted: Text | str) -> Reason:
    text = Text(wanted, wanted) if isinstance(wanted, str) else wanted
    return Reason(
        Code.invalid_request,
        Text(
            f"页面文件 {path.name} 有误：{where or '顶层'}，应为：{text.zh}",
            f"The page file {path.name} is wrong at {where or 'the top'}; write: {text.en}",
        ),
        subject=f"{path.name}:{where}",
    )


def _invalid(findings: list[Reason]) -> WorkbenchError:
    return WorkbenchError.of(findings)
