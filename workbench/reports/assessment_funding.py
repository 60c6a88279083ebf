"""What a decision on projects and funds may rest on, where an article says that it may. Nothing is
decided here: the columns for the decision are empty, and people fill them in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.errors import Code, Text, simple
from workbench.reports import assessment_cells as cells
from workbench.reports import assessment_notes as notes
from workbench.reports.assessment import Facts, Kind, Report, place_of, report, words
from workbench.reports.assessment_articles import Funding, articles
from workbench.reports.model import Block, Section, Table
from workbench.reports.model import Text as Cell
from workbench.ui.page_filter import Words

_NUMBER = re.compile(r"\d+")


def of_funding(facts: Facts) -> Report:
    """Raises InvalidInput where no article makes the result count for money."""
    found = articles().funded(facts["regulation"])
    if found is None:
        raise _not_ordered(facts)
    basis = _basis(facts, found)
    sections = [
        _orders(facts, found, basis),
        _scores(facts, basis),
        *(_detail(facts, one) for one in basis),
        _decisions(facts, found),
        notes.unknown(found.lacks),
        notes.annex(facts, None),
    ]
    return report(Kind.funding, facts, tuple(sections))


def _basis(facts: Facts, found: Funding) -> list[Facts]:
    """Those dimensions of the scheme that cite the article; all where none does, for then the
    article speaks of the whole result."""
    dimensions: list[Facts] = facts["about"]["dimensions"]
    cited = [one for one in dimensions if found.articles in _NUMBER.findall(one["articles"] or "")]
    return cited or dimensions


def _orders(facts: Facts, found: Funding, basis: Sequence[Facts]) -> Section:
    names = cells.joined([words(one["title"]) for one in basis])
    cited = f"{found.regulation} {found.articles}"
    zh = f"依据：{cited}。方案中与之对应的维度：{names.zh}。"
    en = f"Basis: {cited}. The scheme's dimensions that answer to it: {names.en}."
    blocks: list[Block] = [
        *notes.opening(facts),
        cells.paragraph(found.orders.zh, found.orders.en, "lead"),
        cells.paragraph(zh, en),
        cells.paragraph(
            "本附件只列考核结果。立项、资金、经费和验收均由有权机关决定；本系统不作决定，也不提出金额。",
            "This annex tells the result of the assessment and nothing else. Approval, funds and "
            "acceptance are decided by the competent bodies; this system decides nothing and names "
            "no amount.",
        ),
    ]
    return Section(
        id="orders", title=Words(zh="条文", en="What the article says"), blocks=tuple(blocks)
    )


def _scores(facts: Facts, basis: Sequence[Facts]) -> Section:
    columns: list[cells.Column] = [
        ("部门", "Department", 2.0, False), ("总分", "Total", 0.8, True),
        ("等次", "Grade", 1.2, False),
    ]  # fmt: skip
    for one in basis:
        title = words(one["title"])
        columns.append((f"{title.zh}（分）", f"{title.en}, points", 1.3, True))
    rows = [_row(facts, sheet, basis) for sheet in _ordered(facts)]
    zh = "“得分 / 应得分”。应得分含从不适用的指标转来的权重；没有得分的部门不是零分。"
    en = (
        "Points got / to be had, with the weight that came from what does not apply. Having no "
        "score is not a score of zero."
    )
    blocks = (
        cells.table("作为依据的得分", "The points that count", columns, rows),
        cells.paragraph(zh, en, "note"),
    )
    return Section(id="scores", title=Words(zh="得分", en="Points"), blocks=blocks)


def _ordered(facts: Facts) -> list[Facts]:
    """By name, not by rank: this is no list of who comes first."""
    found: list[Facts] = sorted(facts["sheets"], key=lambda one: str(one["department"]))
    return found


def _row(facts: Facts, sheet: Facts, basis: Sequence[Facts]) -> list[Cell]:
    place = place_of(facts, sheet["department"])
    total = cells.NONE if place is None else cells.plain(place["score"])
    grade = cells.both("没有得分", "no score") if place is None else cells.grade(place)
    points = [_points(sheet, one["id"]) for one in basis]
    return [cells.said(sheet["title"]), total, grade, *points]


def _points(sheet: Facts, dimension: str) -> Cell:
    got, whole = cells.points(sheet, dimension)
    return cells.plain(f"{cells.two(got)} / {cells.two(whole)}") if whole else cells.NONE


def _detail(facts: Facts, dimension: Facts) -> Section:
    """Each indicator's figure, by department."""
    sheets = _ordered(facts)
    names = [row for row in sheets[0]["rows"] if row["dimension"] == dimension["id"]]
    columns: list[cells.Column] = [("部门", "Department", 2.0, False)]
    columns += [(one["title"]["zh"], one["title"]["en"], 1.0, True) for one in names]
    rows = [[cells.said(sheet["title"]), *_figures(facts, sheet, names)] for sheet in sheets]
    title = words(dimension["title"])
    block = cells.table(title.zh, title.en, columns, rows)
    return Section(id=dimension["id"], title=title, blocks=(block,))


def _figures(facts: Facts, sheet: Facts, names: Sequence[Facts]) -> list[Cell]:
    by = {row["indicator"]: row for row in sheet["rows"]}
    units = facts["about"]["units"]
    return [_figure(by[one["indicator"]], units.get(one["indicator"])) for one in names]


def _figure(row: Facts, unit: Facts | None) -> Cell:
    """Why there is none is said."""
    return cells.figure(row, unit) if row["value"] is not None else cells.state(row)


def _decisions(facts: Facts, found: Funding) -> Section:
    zh = "以下各栏由有权机关填写，本系统留空。"
    en = "These columns are for the competent bodies to fill in; this system leaves them empty."
    blocks = (cells.paragraph(zh, en), _empty(facts, found))
    title = Words(zh="决定（由有权机关填写）", en="Decisions (by the competent bodies)")
    return Section(id="decisions", title=title, blocks=blocks)


def _empty(facts: Facts, found: Funding) -> Table:
    columns: list[cells.Column] = [("部门", "Department", 2.0, False)]
    columns += [(one.zh, one.en, 1.2, False) for one in found.decides]
    blank: Cell = ()
    rows = [[cells.said(one["title"]), *(blank for _ in found.decides)] for one in _ordered(facts)]
    return cells.table("决定", "Decisions", columns, rows)


def _not_ordered(facts: Facts) -> Exception:
    return simple(
        Code.invalid_request,
        f"{facts['regulation']} 没有规定考核结果用于项目和经费，没有附件可出。",
        f"{facts['regulation']} does not make results count for projects and funds: there is no "
        "annex to it.",
        why=Text(
            "附件只在条文规定时出具，以免考核被用于条文没有规定的用途。",
            "An annex is made where an article orders it, so that scores are put to no other use.",
        ),
        next=Text(
            "全市报告：assess report FILE --city-report。", "See assess report --city-report."
        ),
        subject=facts["scheme"],
    )
