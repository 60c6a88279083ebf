"""``workbench assess watch``: what may have been done for the score alone, as questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from workbench.cli.common import CityOption, city_root, err, language, out, reported, said, visible
from workbench.cli.findings import folded_table
from workbench.errors import Code, Text, WorkbenchError, simple

if TYPE_CHECKING:
    from workbench.assessment.gaming.again import Facts
    from workbench.assessment.gaming.finding import Finding
    from workbench.assessment.gaming.stake import Stake, Stakes
    from workbench.assessment.measured import Gathered
    from workbench.assessment.scheme import Scheme
    from workbench.catalogue.city import City
    from workbench.declared.findings import Finding as Mistake
    from workbench.gateway.delivering import Delivering

DAY = ["%Y-%m-%d"]
QUESTIONS = Text(
    "以上都是提问，由人来核实；不自动扣分。",
    "All of these are questions for a person to look into; nothing is deducted for one.",
)
_SYNTHETIC = Text(
    "合成数据：城市和其中发生的事均为模拟", "synthetic: the city and its events are made up"
)


class Form(StrEnum):
    table = "table"
    json = "json"


@dataclass(frozen=True)
class Scored:
    """By which scheme: that of the city with this id, or that of a frozen run; or by none."""

    scheme: str | None
    run: Path | None

    @property
    def by_any(self) -> bool:
        return self.scheme is not None or self.run is not None


def watch(
    year: Annotated[int, typer.Option("--year", min=2000, max=2999, help="考核年度 / The year")],
    as_of: Annotated[
        datetime, typer.Option("--as-of", formats=DAY, help="截至日期 / As of this day")
    ],
    scheme: Annotated[
        str | None, typer.Option("--scheme", help="算出关系几分 / Work out the points at stake")
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", dir_okay=False, help="封存的考核：其方案和填报值 / A frozen run"),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="输出格式 / Form")] = Form.table,
    city: CityOption = None,
) -> None:
    """查找可能只为得分而做的事；每项都是提问 / What may have been done for the score alone

    不自动扣分；由运行城市的人使用。--run 按封存考核的方案和填报值试算，代替 --scheme。 /
    Each finding is a question, nothing is deducted; for whoever runs the city. --run takes the
    scheme and the stated values of a frozen run, in the place of --scheme.
    """
    from workbench.gateway.delivering import open_delivering
    from workbench.gateway.state import utc_now
    from workbench.model.days import day_of

    with reported():
        root = city_root(city)
        _is_over(year, as_of.date(), day_of(utc_now()))
        with open_delivering(root) as opened, Progress(console=err(), transient=True) as bar:
            told = _looked(opened, root, year, as_of.date(), Scored(scheme, run), bar)
    if form is Form.json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(told)


def findings(root: Path) -> tuple[Mistake, ...]:
    """Of the city's own file of rules, where it has one: for ``assess check``."""
    from workbench.assessment.gaming.rules import FILE, FOLDER, read_rules

    path = root / FOLDER / FILE
    return read_rules(path, root).findings if path.is_file() else ()


def _looked(
    opened: Delivering, root: Path, year: int, as_of: date, scored: Scored, bar: Progress
) -> dict[str, Any]:
    from workbench.gateway.delivering import is_simulated

    facts, found = _found(opened, root, year, as_of, bar)
    city, rows = opened.city(), []
    stakes = _stakes(root, city, facts, year, scored) if scored.by_any else None
    for one in bar.track(found, description=said("试算", "scoring without them")):
        rows.append(_plain(one, () if stakes is None else stakes.of(one.found.events)))
    return {
        "year": year,
        "as_of": as_of.isoformat(),
        "scheme": None if stakes is None else stakes.counting.scheme.id,
        "synthetic": is_simulated(city),
        "note": {"zh": QUESTIONS.zh, "en": QUESTIONS.en},
        "findings": rows,
    }


def _found(
    opened: Delivering, root: Path, year: int, as_of: date, bar: Progress
) -> tuple[Facts, tuple[Finding, ...]]:
    from workbench.assessment.gaming.rules import rules_of
    from workbench.assessment.gaming.watch import look
    from workbench.extracts.versions import Extracts
    from workbench.gateway.gaming import facts_of, seen_of, versions_of

    rules, known = rules_of(root), opened.known()
    task = bar.add_task(said("读取台账", "reading the ledger"), total=None)
    versions = versions_of(known, Extracts(opened.state.layout.extracts), as_of)
    facts = facts_of(known, versions, as_of, lambda n: bar.update(task, completed=n))
    return facts, look(seen_of(known, facts, year), rules)


def _is_over(year: int, as_of: date, today: date) -> None:
    if as_of >= today:
        raise simple(
            Code.invalid_request,
            f"{as_of} 还没有过完，当天的事还会变。",
            f"{as_of} is not over yet: what happens on it may change.",
            next=Text("用 --as-of 给出昨天或更早的日期。", "Name yesterday or an earlier day."),
            subject=str(as_of),
        )
    if as_of.year != year:
        raise simple(
            Code.invalid_request,
            f"{as_of} 不在 {year} 年内。",
            f"{as_of} is no day of {year}.",
            why=Text(
                "考核前的最后几天按截至日期计算。",
                "The last days before the count are counted from that day.",
            ),
            next=Text(f"例如 --as-of {year}-12-31。", f"For instance --as-of {year}-12-31."),
            subject=str(as_of),
        )


def _stakes(root: Path, city: City, facts: Facts, year: int, scored: Scored) -> Stakes:
    from workbench.assessment.gaming.stake import Counting, Stakes
    from workbench.assessment.peers import regional
    from workbench.catalogue.regulations import known_regulations, load_profile
    from workbench.kpi.definition import load_kpis, named
    from workbench.kpi.leaving import left_out

    kpis = load_kpis(root, known_regulations(root))
    profile = load_profile(city.regulation.id, root).profile
    scheme, stated = _scheme(root, year, scored)
    for name in scheme.kpis:
        named(kpis, name)
    counting = Counting(
        scheme,
        kpis,
        lambda kpi: left_out(kpi, profile),
        year,
        city.departments,
        regional(city.divisions, city.divisions_of),
        stated,
    )
    return Stakes.open(counting, facts)


def _scheme(root: Path, year: int, scored: Scored) -> tuple[Scheme, dict[str, Gathered]]:
    """With the values that somebody stated, which a frozen run alone has."""
    from workbench.assessment.frozen import scheme_of
    from workbench.assessment.kept import opened
    from workbench.assessment.measured import Source
    from workbench.assessment.reading import load_schemes
    from workbench.assessment.scheme import named
    from workbench.catalogue.regulations import known_regulations

    if scored.run is None:
        return named(load_schemes(root, known_regulations(root)), scored.scheme or ""), {}
    run = opened(scored.run).run
    if scored.scheme is not None or run.year != year:
        raise _one_of_them(run.year)
    measures = run.inputs.measures.items()
    return scheme_of(run), {k: one for k, one in measures if one.source is Source.manual}


def _one_of_them(year: int) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"--run 是 {year} 年的考核，它自带方案。",
        f"--run is an assessment of {year}, and has its own scheme.",
        next=Text(
            f"用 --year {year}，不写 --scheme。", f"Name --year {year} and leave out --scheme."
        ),
    )


def _plain(one: Finding, stakes: Sequence[Stake]) -> dict[str, Any]:
    found, events = one.found, one.found.events
    return {
        "kind": one.kind.value,
        "title": {"zh": one.title.zh, "en": one.title.en},
        "question": {"zh": one.question.zh, "en": one.question.en},
        "department": found.department,
        "subject": found.subject,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "count": found.count,
        "of": found.of,
        "share": round(found.share, 4),
        "evidence": {
            "resources": sorted(events.resources),
            "versions": [list(each) for each in sorted(events.versions)],
            "uses": sorted(events.uses),
            "cases": sorted(events.cases),
        },
        "at_stake": [_stake(each) for each in stakes],
    }


def _stake(one: Stake) -> dict[str, Any]:
    from workbench.assessment.scoring import written

    return {
        "department": one.department,
        "points": written(one.at_stake),
        "total": None if one.total is None else written(one.total),
        "without": None if one.without is None else written(one.without),
        "indicators": {name: written(points) for name, points in sorted(one.points.items())},
    }


def _print(told: dict[str, Any]) -> None:
    if told["synthetic"]:
        out().print(_SYNTHETIC.said(language()))
    names = said(
        "规则 部门 提问 依据 关系几分", "rule department question evidence points-at-stake"
    )
    table = folded_table(*names.split())
    for one in told["findings"]:
        evidence = _evidence(one["evidence"])
        cells = (one["title"][language()], one["department"], one["question"][language()])
        points = _points(one["at_stake"], known=told["scheme"] is not None)
        table.add_row(*map(visible, cells), evidence, points)
    if told["findings"]:
        out().print(table)
    else:
        out().print(said("没有发现。", "Nothing was found."))
    out().print(QUESTIONS.said(language()))


_SORTS = {
    "resources": Text("条目", "entries of the catalogue"),
    "versions": Text("版本", "versions"),
    "uses": Text("台账条目", "ledger entries"),
    "cases": Text("案件", "cases"),
}


def _evidence(evidence: dict[str, Sequence[Any]]) -> str:
    """How many of each sort, and the first of them."""
    told: Iterable[str] = (
        f"{name.said(language())} {len(evidence[sort]):,}: {_first(evidence[sort])}"
        for sort, name in _SORTS.items()
        if evidence[sort]
    )
    return "; ".join(told)


def _first(evidence: Sequence[Any], most: int = 3) -> str:
    shown = [f"{one[0]} {one[1]}" if isinstance(one, list) else str(one) for one in evidence[:most]]
    return ", ".join(shown) + (" …" if len(evidence) > most else "")


def _points(stakes: Sequence[dict[str, Any]], *, known: bool) -> str:
    """Of the departments that it moves: points, and of which indicators."""
    if not known:
        return said("未算（--scheme）", "not worked out (--scheme)")
    told = [
        f"{one['department']} {one['points']} ({', '.join(one['indicators'])})" for one in stakes
    ]
    return "; ".join(told) or said("不影响得分", "moves no score")
