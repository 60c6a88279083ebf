"""Schemes against the city and the regulation that they follow. No data is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workbench.assessment.measured import nature
from workbench.assessment.scheme import Dimension, Indicator, Placed, Scheme, placed, way
from workbench.catalogue.city import City
from workbench.declared.file import Declared
from workbench.declared.findings import Finding, Path, suggest
from workbench.declared.yaml import Document
from workbench.errors import Text
from workbench.kpi.definition import Direction, Figure, Form, Kpi
from workbench.kpi.leaving import left_out
from workbench.regulations.profile import Profile

_NUMBER = re.compile(r"(\d+)(?:\(\d+\))?")


@dataclass(frozen=True)
class Known:
    """What a scheme is held against: ``kpis`` of the city by id, ``profile`` of the regulation that
    the scheme follows (None where it has none)."""

    city: City
    kpis: Mapping[str, Kpi]
    profile: Profile | None


def check(file: Declared[Scheme], known: Known) -> Iterator[Finding]:
    scheme, document = file.value, file.document
    if scheme is None:
        return
    yield from _departments(scheme, document, known.city)
    yield from _articles(scheme, document, known.profile)
    for i, group in enumerate(scheme.peers):
        if group.has is not None:
            yield from _asked(scheme, ("peers", i, "has"), group.has, document, known)
    for one in placed(scheme):
        yield from _indicator(scheme, one, document, known)


def _departments(scheme: Scheme, document: Document, city: City) -> Iterator[Finding]:
    named: list[tuple[Path, str]] = [(("evaluator",), scheme.evaluator)]
    for i, out in enumerate(scheme.left_out):
        named.append((("left_out", i, "department"), out.department))
    for i, group in enumerate(scheme.peers):
        named += [
            (("peers", i, "departments", j), name) for j, name in enumerate(group.departments)
        ]
    for path, name in named:
        if name not in city.departments:
            problem = Text(f"没有部门 {name}", f"there is no department {name}")
            yield document.finding(path, problem, suggest(name, city.departments))


def _articles(scheme: Scheme, document: Document, profile: Profile | None) -> Iterator[Finding]:
    if profile is None:
        fix = Text("给法规文件写上 profile。", "Give the regulation's file a profile.")
        problem = Text(
            f"{scheme.regulation} 没有档案，条款无从核对",
            f"{scheme.regulation} has no profile: no article can be checked",
        )
        yield document.finding(("regulation",), problem, fix)
        return
    for path, text in _cited(scheme):
        for number in map(int, _NUMBER.findall(text)):
            yield from _article(path, number, document, profile)


def _article(path: Path, number: int, document: Document, profile: Profile) -> Iterator[Finding]:
    """The last article is the one that says from when on it applies, as in all five texts."""
    last = max(map(int, _NUMBER.findall(profile.in_force.article)))
    if not 1 <= number <= last:
        problem = Text(f"没有第 {number} 条", f"there is no article {number}")
        fix = Text(f"该法规共 {last} 条。", f"The regulation has articles 1 to {last}.")
        yield document.finding(path, problem, fix)
    elif number in profile.missing_articles:
        problem = Text(
            f"第 {number} 条的文本缺失，不知其规定",
            f"the text of article {number} is missing: nobody can say what it orders",
        )
        fix = Text("引用有文本的条款。", "Cite an article whose text is there.")
        yield document.finding(path, problem, fix)


def _cited(scheme: Scheme) -> Iterator[tuple[Path, str]]:
    yield ("articles",), scheme.articles
    if scheme.missing.given is not None:
        yield ("missing", "given"), scheme.missing.given
    for i, dimension in enumerate(scheme.dimensions):
        yield from _of(("dimensions", i), dimension)
    for one in placed(scheme):
        yield from _of(one.path, one.indicator)


def _of(path: Path, value: Dimension | Indicator) -> Iterator[tuple[Path, str]]:
    for key, text in (("articles", value.articles), ("given", value.given)):
        if text is not None:
            yield (*path, key), text


def _indicator(scheme: Scheme, one: Placed, document: Document, known: Known) -> Iterator[Finding]:
    indicator, path = one.indicator, one.path
    names: list[tuple[Path, str]] = []
    if indicator.measure.kpi is not None:
        names.append(((*path, "measure", "kpi"), indicator.measure.kpi))
    if indicator.applies is not None:
        names.append(((*path, "applies", "has"), indicator.applies.has))
    for where, name in names:
        yield from _asked(scheme, where, name, document, known)
    if indicator.measure.kpi in known.kpis or indicator.measure.manual is not None:
        yield from _fits(scheme, one, document, known.kpis)


def _asked(
    scheme: Scheme, path: Path, name: str, document: Document, known: Known
) -> Iterator[Finding]:
    """The KPI is there, the evaluator can ask it, and some department can have it."""
    kpi = known.kpis.get(name)
    if kpi is None:
        problem = Text(f"没有共享指标 {name}", f"there is no KPI {name}")
        yield document.finding(path, problem, suggest(name, known.kpis))
        return
    scenario = known.city.scenarios.get(kpi.scenario)
    if scenario is None:
        problem = Text(
            f"{name} 属于场景 {kpi.scenario}，本市没有",
            f"{name} is asked under the scenario {kpi.scenario}, which the city has not",
        )
        yield document.finding(path, problem, suggest(kpi.scenario, known.city.scenarios))
    elif scheme.evaluator not in scenario.departments:
        problem = Text(
            f"{name} 属于场景 {kpi.scenario}，{scheme.evaluator} 不在使用部门之中",
            f"{name} is asked under the scenario {kpi.scenario}, "
            f"whose departments do not have {scheme.evaluator}",
        )
        fix = Text(
            f"经批准后把 {scheme.evaluator} 写入场景 {kpi.scenario} 的 departments"
            "（由该部门的分析员取数），或换一个 evaluator。",
            f"Have {scheme.evaluator} approved and listed under departments of {kpi.scenario} (an "
            "analyst of it asks), or name another evaluator.",
        )
        yield document.finding(path, problem, fix)
    why = left_out(kpi, known.profile) if known.profile is not None else None
    if why is not None:
        problem = Text(f"没有部门会有它：{why.zh}", f"no department can have it: {why.en}")
        fix = Text("换一个指标，或改用人工项。", "Choose another KPI, or a manual item.")
        yield document.finding(path, problem, fix)


def _fits(
    scheme: Scheme, one: Placed, document: Document, kpis: Mapping[str, Kpi]
) -> Iterator[Finding]:
    """The function can be followed over this measure, and calls the same way better."""
    indicator, path = one.indicator, (*one.path, "score")
    figure, direction = nature(indicator.measure, kpis)
    wanted = way(indicator.score)
    if wanted is not None and direction not in (wanted, Direction.none):
        yield document.finding(path, *_contradicts(wanted))
    rule = indicator.score
    if rule.rank is not None and wanted is None and direction is Direction.none:
        yield document.finding((*path, "rank"), _NO_WAY, _SAY_WAY)
    if rule.rank is not None and rule.rank.within == "peers" and not scheme.peers:
        yield document.finding((*path, "rank", "within"), _NO_PEERS, _SAY_PEERS)
    if rule.deduct is not None and not _has_events(indicator, figure, direction):
        yield document.finding((*path, "deduct"), _NO_EVENTS, _SAY_EVENTS)
    if indicator.least is not None and figure is Figure.total:
        yield document.finding((*one.path, "least"), _NO_SAMPLE, Text("删除它。", "Remove it."))
    kpi = kpis.get(indicator.measure.kpi or "")
    if kpi is not None and kpi.form is Form.share:
        yield from _shares(indicator, path, document)


def _has_events(indicator: Indicator, figure: Figure, direction: Direction) -> bool:
    if figure is Figure.ratio:
        return direction is not Direction.none
    return figure is Figure.total and direction is Direction.lower


def _shares(indicator: Indicator, path: Path, document: Document) -> Iterator[Finding]:
    """A bound that no share can reach."""
    for where, bound in _bounds(indicator):
        if not 0 <= bound <= 1:
            problem = Text(
                f"占比只在 0 和 1 之间，到不了 {bound}",
                f"a share is between 0 and 1: none is {bound}",
            )
            fix = Text(f"写 {bound / 100:f}？", f"Did you mean {bound / 100:f}?")
            yield document.finding((*path, *where), problem, fix)


def _bounds(indicator: Indicator) -> Iterator[tuple[Path, Decimal]]:
    rule = indicator.score
    if rule.linear is not None:
        yield ("linear", "zero"), rule.linear.zero
        yield ("linear", "full"), rule.linear.full
    for i, step in enumerate(rule.steps or ()):
        yield ("steps", i), step.bound
    if rule.veto is not None:
        for name in ("at_least", "at_most"):
            bound = getattr(rule.veto, name)
            if bound is not None:
                yield ("veto", name), bound


def _contradicts(wanted: Direction) -> tuple[Text, Text]:
    more = wanted is Direction.higher
    return (
        Text(
            f"此函数以{'多' if more else '少'}为好，与指标的方向相反",
            f"it calls {'more' if more else 'less'} better, and the measure says the opposite",
        ),
        Text(
            "对调 zero 和 full，或对调 at_least 和 at_most。",
            "Turn zero and full round, or at_least and at_most.",
        ),
    )


_NO_WAY = Text("指标没有说多好还是少好", "the KPI does not say which way is better")
_SAY_WAY = Text("写 better: higher 或 lower。", "Write better: higher, or lower.")
_NO_PEERS = Text("方案没有同类组", "the scheme has no peer groups")
_SAY_PEERS = Text("写 peers，或改为 within: all。", "Write peers, or within: all.")
_NO_EVENTS = Text(
    "此指标没有可逐件扣分的事项",
    "there are no events in this measure that something could be taken off for",
)
_SAY_EVENTS = Text(
    "用以少为好的合计、有方向的比率，或以件数计的人工项。",
    "Use a total of which less is better, a ratio with a direction, or a manual number of events.",
)
_NO_SAMPLE = Text("合计和人工项没有分母", "a total and a manual item have no denominator")
