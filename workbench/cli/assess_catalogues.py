"""``workbench assess catalogues``: departments of portals, rated by their open catalogues."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.common import (
    CityOption,
    State,
    city_root,
    language,
    opened,
    out,
    reported,
    said,
)
from workbench.cli.findings import folded_table
from workbench.errors import Code, Text, simple

if TYPE_CHECKING:
    from workbench.assessment.catalogues.rating import Rated
    from workbench.assessment.catalogues.reading import Catalogues
    from workbench.catalogue.city import City
    from workbench.client.connection import Connection
    from workbench.declared.findings import Finding
    from workbench.regulations.profile import Profile

    ProfileOf = Callable[[str, Path], Profile | None]

_DAY = ["%Y-%m-%d"]


def catalogues(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=_DAY, help="截至日期，默认为最近取得之日 / Default: obtained"
        ),
    ] = None,
    portal: Annotated[
        list[str] | None, typer.Option("--portal", help="只评这些门户 / These portals alone")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="入库供页面使用，替换原有结果 / Keep them for the page")
    ] = False,
    url: Annotated[str | None, typer.Option(help="网关地址 / Address of the gateway")] = None,
    user: Annotated[str | None, typer.Option(help="用户名 / Your user name")] = None,
    city: CityOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
) -> None:
    """按本人的授权，由已导入的开放目录给各部门评分 / Rate departments by their open catalogues

    先用 workbench catalogue import 导入。只在同一门户内排名。 / Import catalogues before. Ranks are
    within a portal.
    """
    from workbench.client.connection import connect

    with reported():
        declared = _declared(city_root(city))
        with connect(url=url, user=user, progress=False) as connection:
            found, entry = _rated(declared, connection, as_of.date() if as_of else None, portal)
    if keep:
        with opened(city) as state:
            _keep(state, declared, found, entry)
    if as_json:
        told = [plain(declared, one) for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _say(declared, found)


def findings(root: Path, city: City, profile_of: ProfileOf) -> Iterator[Finding]:
    """Of the city's files, for ``assess check``; none where it rates no catalogues."""
    from workbench.assessment.catalogues import reading
    from workbench.assessment.catalogues.check import check
    from workbench.catalogue.regulations import known_regulations

    files = reading.read_files(root, known_regulations(root))
    if files is None:
        return
    yield from files.findings
    scheme = files.scheme.value
    yield from check(files, city, None if scheme is None else profile_of(scheme.regulation, root))


def plain(declared: Catalogues, one: Rated) -> dict[str, Any]:
    """A portal as JSON: counts, what became of its entries by indicator, scores in exact
    fractions."""
    from workbench.assessment.plain import as_plain

    figures = {
        name: {
            department: {"value": _exact(each.value), "counted": _exact(each.counted),
                         "sample": _exact(each.sample)}
            for department, each in sorted(gathered.by.items())
        }
        for name, gathered in one.gathered.items()
    }  # fmt: skip
    return {
        "portal": one.portal,
        "portal_name": one.name,
        "as_of": one.as_of.isoformat(),
        "entries": one.entries,
        "departments": len(one.sheets),
        "with_score": len(one.ranking.places),
        "rated_by": {each.id: one.rated_by(each.id) for each in declared.scheme.indicators},
        "treatments": {name: _together(one, name) for name in one.treatments},
        "figures": figures,
        **as_plain(declared.scheme, one.sheets, one.ranking),
    }


def _declared(root: Path) -> Catalogues:
    from workbench.assessment.catalogues.reading import load
    from workbench.catalogue.regulations import known_regulations

    return load(root, known_regulations(root))


def _rated(
    declared: Catalogues, connection: Connection, day: date | None, portals: Sequence[str] | None
) -> tuple[tuple[Rated, ...], int]:
    """The portals, and the latest entry of the ledger that they rest on."""
    from workbench.assessment.catalogues.definition import SCENARIO
    from workbench.assessment.catalogues.rating import rated
    from workbench.assessment.catalogues.statements import LATEST

    if day is None:
        day = connection.sql(LATEST, scenario=SCENARIO).arrow()["day"][0].as_py()
    if day is None:
        raise _nothing()
    answers, entry = _answers(declared, connection, day, portals or ())
    found = rated(declared, answers, day)
    if not found:
        raise _nothing()
    return found, entry


def _answers(
    declared: Catalogues, connection: Connection, day: date, portals: Sequence[str]
) -> tuple[dict[str, list[dict[str, Any]]], int]:
    import polars as pl

    from workbench.assessment.catalogues.statements import as_kpi
    from workbench.kpi.statements import drill

    answers, entry = {}, 0
    for name, indicator in declared.indicators.items():
        kpi = as_kpi(indicator, declared.oddities, day)
        release = connection.sql(drill(kpi), scenario=kpi.scenario)
        rows = pl.DataFrame(release.table)
        _known(portals, rows["portal"].unique())
        if portals:
            rows = rows.filter(pl.col("portal").is_in(portals))
        answers[name] = rows.to_dicts()
        entry = max(entry, release.info.ledger_seq or 0)
    return answers, entry


def _known(portals: Iterable[str], there: Iterable[str]) -> None:
    """Raises InvalidInput for a portal that was not imported."""
    from workbench.declared.findings import named

    known = dict.fromkeys(there, True)
    for name in portals:
        missing = Text(f"没有导入门户 {name}。", f"The portal {name} was not imported.")
        named(known, name, missing)


def _keep(state: State, declared: Catalogues, found: Sequence[Rated], entry: int) -> None:
    from workbench.assessment.catalogues.definition import MAKES
    from workbench.assessment.catalogues.rows import frame
    from workbench.catalogue.city import load_city
    from workbench.cli.ingest_desk import Desk
    from workbench.extracts.parts import put

    city = load_city(state.layout.root)
    rows = frame(declared, found, entry)
    put(Desk(state, city).shelf(), city.resources[MAKES], rows, found[0].as_of)


def _together(one: Rated, indicator: str) -> dict[str, int]:
    told: dict[str, int] = {}
    for (_, treatment), entries in sorted(one.treatments[indicator].items()):
        told[treatment] = told.get(treatment, 0) + entries
    return told


def _exact(value: Any) -> str | None:
    return None if value is None else str(value)


def _say(declared: Catalogues, found: Sequence[Rated]) -> None:
    names = said(
        "门户 截至日期 条目 部门 有总分", "portal as-of entries departments scored"
    ).split()
    scored = declared.scheme.indicators
    table = folded_table(*names, *(each.title.text().said(language()) for each in scored))
    for one in found:
        counts = [one.entries, len(one.sheets), len(one.ranking.places)]
        counts += [one.rated_by(each.id) for each in scored]
        table.add_row(one.name, one.as_of.isoformat(), *(f"{count:,}" for count in counts))
    out().print(table)
    if len(found) == 1:
        _ranking(found[0])
        _treatments(declared, found[0])


def _ranking(one: Rated) -> None:
    from workbench.assessment.scoring import written

    covered = {sheet.department: f"{float(sheet.covered):g}" for sheet in one.sheets}
    table = folded_table(
        *said("名次 部门 得分 等次 可评权重", "rank department score grade covered").split()
    )
    for place in one.ranking.places:
        grade = place.grade.title.text().said(language())
        who = place.department
        table.add_row(str(place.rank), who, written(place.score), grade, covered[who])
    for who in one.ranking.unrated:
        table.add_row("", who, said("无总分", "no score"), "", covered[who])
    out().print(table)


def _treatments(declared: Catalogues, one: Rated) -> None:
    from workbench.assessment.catalogues.rows import treated

    table = folded_table(
        *said("指标 条目情形 处理 条数", "indicator entry treatment entries").split()
    )
    for name, indicator in declared.indicators.items():
        rules = treated(indicator)
        for treatment, entries in _together(one, name).items():
            odd = declared.oddities.get(treatment)
            title = odd.title.text().said(language()) if odd else said("正常", "nothing odd")
            told = RULES[rules[treatment]].said(language())
            table.add_row(indicator.title.text().said(language()), title, told, f"{entries:,}")
    out().print(table)


def _nothing() -> Exception:
    return simple(
        Code.invalid_request,
        "还没有导入任何门户的目录。",
        "No portal's catalogue has been imported yet.",
        next=Text("先运行 workbench catalogue import。", "Run workbench catalogue import before."),
    )


RULES = {
    "counted": Text("计入", "counted"),
    "against": Text("计为不符", "counts against"),
    "not_rated": Text("不评", "not rated"),
}
