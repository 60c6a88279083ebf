"""The answers about told statistics, made of what was found."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.catalogue.city import City
from workbench.disclosure.differencing.cells import ELEMENT
from workbench.disclosure.telling.collusion import Follows
from workbench.disclosure.telling.fineness import Fineness
from workbench.errors import Text
from workbench.gateway.answers import Said
from workbench.gateway.told_desk import ColumnTold, Detail, Lines, Open, Pair, Spent, Told
from workbench.gateway.told_models import (
    Entities,
    FollowsAnswer,
    PairAnswer,
    PartClass,
    Parts,
    ReleaseLine,
    ReleasePage,
    RuleCount,
    SpentAnswer,
    ToldColumn,
    ToldDay,
    ToldDetail,
    ToldLine,
    ToldOpen,
    ToldPage,
)
from workbench.gateway.use_answers import holder_title, page_of, same
from workbench.model.noise import epsilon_of
from workbench.sharing.told_releases import Page, Released
from workbench.sharing.told_sight import Sight
from workbench.sharing.told_words import LIMITS, rule_text

_ROWS = Text("行数", "rows")


def told_page(found: Lines, city: City) -> ToldPage:
    return ToldPage(
        total=found.total,
        most=found.most,
        is_behind=found.is_behind,
        lines=[told_line(told, city) for told in found.lines],
    )


def told_line(told: Told, city: City) -> ToldLine:
    releases, books = told.releases, told.books
    moments = [book.first_at for book in books] + [book.last_at for book in books]
    moments += [at for at in (releases.first, releases.last) if at is not None]
    title = Text("同一数据元", "one data element") if told.name == ELEMENT else same(told.name)
    gone = releases.destroyed
    return ToldLine(
        resource=told.name,
        resource_title=Said.of(told.resource.title if told.resource else title),
        provider=told.resource.provider if told.resource else "",
        department=told.department,
        department_title=holder_title(told.department, city),
        page=page_of(told.department),
        releases=releases.number,
        noisy=releases.noisy,
        cells=told.cells,
        withheld=sum(releases.withheld.values()),
        rules=_rules(releases.withheld) if told.sight >= Sight.provided else None,
        first=min(moments, default=None),
        last=max(moments, default=None),
        book=bool(books),
        destroyed=gone[0] if gone is not None and not books else None,
        checks=told.sight is Sight.all,
    )


def told_detail(found: Detail, city: City) -> ToldDetail:
    return ToldDetail(
        line=told_line(found.told, city),
        k=found.k,
        columns=[_column(column) for column in found.columns],
        days=[ToldDay(day=day, cells=cells) for day, cells in found.days.items()],
        is_behind=found.is_behind,
        ready=found.ready,
    )


def told_open(found: Open, city: City) -> ToldOpen:
    def pair(each: Pair) -> PairAnswer:
        return PairAnswer(
            column=each.subject,
            title=Said.of(_title(each.subject)),
            other=each.other,
            other_title=holder_title(each.other, city),
            follows=None if each.follows is None else _follows(each.follows),
        )

    return ToldOpen(
        line=told_line(found.told, city),
        k=found.k,
        alone=[pair(each) for each in found.alone],
        pairs=[pair(each) for each in found.pairs],
        noise=[_spent(each) for each in found.spent],
        limits=[Said.of(text) for text in LIMITS],
        ready=found.ready,
    )


def release_page(found: Page, city: City) -> ReleasePage:
    lines = [_release(line, city) for line in found.lines]
    return ReleasePage(lines=lines, before=found.before, whole=found.whole)


def _rules(withheld: Mapping[str, int]) -> list[RuleCount]:
    most = sorted(withheld.items(), key=lambda each: (-each[1], each[0]))
    return [RuleCount(rule=rule, told=Said.of(rule_text(rule)), figures=n) for rule, n in most]


def _column(column: ColumnTold) -> ToldColumn:
    book = column.book
    return ToldColumn(
        column=book.book.subject,
        title=Said.of(_title(book.book.subject)),
        cells=book.cells,
        withheld=book.withheld,
        first=book.first_at,
        last=book.last_at,
        parts=None if column.fineness is None else _parts(column.fineness),
        percent=column.percent,
    )


def _title(subject: str) -> Text:
    return same(subject) if subject else _ROWS


def _parts(found: Fineness) -> Parts:
    return Parts(
        parts=found.parts,
        determined=found.determined,
        entities=Entities.of(found.entities),
        smallest=Entities.of(found.smallest),
        median=Entities.of(found.median),
        classes=[PartClass(least=c.least, most=c.most, percent=c.percent) for c in found.classes],
        strict=found.strict,
    )


def _follows(found: Follows) -> FollowsAnswer:
    return FollowsAnswer(
        parts=found.parts,
        determined=found.determined,
        combined=found.combined,
        bounded=found.bounded,
        at_least=found.at_least,
        strict=found.strict,
    )


def _spent(each: Spent) -> SpentAnswer:
    total, spent = epsilon_of(each.rules.epsilon), epsilon_of(each.spent)
    return SpentAnswer(grant=each.grant, scenario=each.scenario, total=total, spent=spent)


def _release(line: Released, city: City) -> ReleaseLine:
    noise, k = line.noise, line.rules.get("k")
    return ReleaseLine(
        seq=line.seq,
        at=line.at,
        person=line.person,
        viewer=line.viewer,
        department=line.department,
        department_title=holder_title(line.department, city),
        scenario=line.scenario,
        purpose=line.purpose,
        resources=list(line.resources),
        statement=line.statement,
        outcome=line.outcome,
        rows=line.rows,
        cells=line.cells,
        withheld=sum(line.withheld.values()),
        rules=_rules(line.withheld),
        k=k if isinstance(k, int) else None,
        epsilon=noise.get("charged"),
        epsilon_spent=noise.get("spent"),
        kept=line.kept,
        release=line.release,
    )
