"""The city's yearly report: scores and ranks, what was provided and used by all, and what costs
most. It may be published, so there is no single event in it and nobody's reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from statistics import median

from workbench.reports import assessment_cells as cells
from workbench.reports import assessment_notes as notes
from workbench.reports.assessment import Facts, Kind, Report, report, words
from workbench.reports.assessment_articles import OTHER, Part, articles
from workbench.reports.assessment_improving import KINDS, OUTCOMES
from workbench.reports.model import Block, Card, Cards, Run, Section, Text
from workbench.ui.numbers import MISSING
from workbench.ui.page_filter import Words

LIGHTS = ("green", "yellow", "red")


def of_city(facts: Facts) -> Report:
    sections = [
        _overview(facts),
        _ranks(facts),
        *_parts(facts),
        _dimensions(facts),
        _improving(facts),
        notes.unknown(),
        notes.annex(facts, "city"),
    ]
    return report(Kind.city, facts, tuple(sections))


def _overview(facts: Facts) -> Section:
    places, unrated = facts["ranking"], facts["unrated"]
    blocks: list[Block] = [*notes.opening(facts), _cards(places, unrated)]
    if places:
        caption = Words(zh="各等次的部门数", en="Departments by grade")
        blocks.append(cells.bars(caption, _grades(places)))
    blocks += _lights(places)
    if unrated:
        names = cells.joined([words(one["title"]) for one in unrated])
        zh = f"没有得分（可评的指标过少，不是零分）：{names.zh}。"
        en = f"Without a score (too little can be rated; this is not a zero): {names.en}."
        blocks.append(cells.paragraph(zh, en))
    return Section(id="overview", title=Words(zh="概述", en="Overview"), blocks=tuple(blocks))


def _cards(places: Sequence[Facts], unrated: Sequence[Facts]) -> Cards:
    scores = [Fraction(one["score"]) for one in places]
    middle = cells.two(median(scores)) if scores else MISSING
    ends = f"{places[-1]['score']} – {places[0]['score']}" if places else MISSING
    told = (
        (Words(zh="有得分的部门", en="Departments with a score"), str(len(places))),
        (Words(zh="没有得分的部门", en="Departments without one"), str(len(unrated))),
        (Words(zh="得分中位数", en="Median score"), middle),
        (Words(zh="最低至最高", en="Lowest to highest"), ends),
    )
    return Cards(cards=tuple(Card(label=label, value=Run(zh=x, en=x)) for label, x in told))


def _grades(places: Sequence[Facts]) -> list[tuple[Words, float, str]]:
    """From the best down, as they come in the ranking."""
    names = [words(one["grade"]) for one in places]
    return [(name, float(count), str(count)) for name, count in Counter(names).items()]


def _lights(places: Sequence[Facts]) -> Iterator[Block]:
    rows = []
    for light in LIGHTS:
        names = [words(one["title"]) for one in places if one["light"] == light]
        told, listed = cells.LIGHTS[light], cells.joined(names)
        row = [cells.lit(told, light), cells.plain(str(len(names)))]
        rows.append([*row, cells.both(listed.zh, listed.en)])
    yield cells.table(
        "红黄绿名单", "Red, yellow and green",
        [("灯", "Light", 0.6, False), ("部门数", "Number", 0.7, True),
         ("部门（按名次）", "Departments, by rank", 5.0, False)],
        rows,
    )  # fmt: skip


def _ranks(facts: Facts) -> Section:
    rows = [_place(one) for one in facts["ranking"]]
    blocks: list[Block] = [
        cells.table(
            "得分与名次", "Scores and ranks",
            [("名次", "Rank", 0.6, True), ("部门", "Department", 2.2, False),
             ("得分", "Score", 0.8, True), ("等次", "Grade", 1.2, False),
             ("组", "Group", 1.7, False), ("组内", "In group", 0.8, True),
             ("较上年", "Change", 0.9, True), ("名次区间（95%）", "Ranks (95 %)", 1.0, True)],
            rows,
        )
    ]  # fmt: skip
    blocks += _tied(facts)
    title = Words(zh="得分与名次", en="Scores and ranks")
    return Section(id="ranks", title=title, blocks=tuple(blocks))


def _place(one: Facts) -> list[Text]:
    firm, change = one["firm"], one["change"]
    group = one["group_title"] or {"zh": one["group"] or MISSING, "en": one["group"] or MISSING}
    return [
        cells.plain(str(one["rank"])),
        cells.said(one["title"]),
        cells.plain(one["score"]),
        cells.grade(one),
        cells.said(group),
        cells.plain(f"{one['group_rank']} / {one['group_among']}"),
        cells.plain(cells.signed(change["score"]) if change else None),
        cells.plain(f"{firm['low']}–{firm['high']}" if firm else None),
    ]


def _tied(facts: Facts) -> Iterator[Block]:
    titles = {one["department"]: words(one["title"]) for one in facts["ranking"]}
    for group in facts["tied"]:
        if len(group["departments"]) > 1:
            names = cells.joined([titles[name] for name in group["departments"]])
            zh = f"名次先后不足为凭、应视为并列：{names.zh}。"
            en = f"Not to be told apart, and to be read as tied: {names.en}."
            yield cells.paragraph(zh, en)


def _parts(facts: Facts) -> Iterator[Section]:
    """What was provided, what was used, and the rest, over all departments."""
    part_of = articles().part_of
    for part in articles().parts:
        found = {
            name: rows
            for name, rows in _by_indicator(facts).items()
            if part_of.get(rows[0]["measure"], OTHER) == part.id
        }
        if found or part.id != OTHER:
            yield _part(facts, part, found)


def _by_indicator(facts: Facts) -> dict[str, list[Facts]]:
    """In the order of the scheme, those that apply somewhere or not."""
    found: dict[str, list[Facts]] = {}
    for sheet in facts["sheets"]:
        for row in sheet["rows"]:
            found.setdefault(row["indicator"], []).append(row)
    return found


def _part(facts: Facts, part: Part, found: Mapping[str, Sequence[Facts]]) -> Section:
    blocks: list[Block] = []
    if found:
        rows = [_spread(facts, name, rows) for name, rows in found.items()]
        blocks.append(
            cells.table(
                part.title.zh, part.title.en,
                [("指标", "Indicator", 2.0, False), ("已评部门", "Rated", 0.7, True),
                 ("全市", "The city", 1.2, True), ("中位数", "Median", 1.0, True),
                 ("最低", "Lowest", 0.9, True), ("最高", "Highest", 0.9, True)],
                rows,
            )
        )  # fmt: skip
    else:
        zh, en = "方案没有这类指标。", "The scheme has no such indicators."
        blocks.append(cells.paragraph(zh, en))
    return Section(id=part.id, title=part.title, blocks=tuple(blocks))


def _spread(facts: Facts, name: str, rows: Sequence[Facts]) -> list[Text]:
    rated = [row for row in rows if row["state"] == "rated" and row["value"] is not None]
    head = [cells.said(rows[0]["title"]), cells.plain(str(len(rated)))]
    if not rated:
        return [*head, *(4 * [cells.NONE])]
    values = [Fraction(row["value"]) for row in rated]
    unit, figure = facts["about"]["units"].get(name), rated[0]["figure"]
    three = (median(values), min(values), max(values))
    told = [_value(value, figure, unit) for value in three]
    return [*head, _whole(rated, unit), *told]


def _value(value: Fraction, figure: str, unit: Mapping[str, str] | None) -> Text:
    return cells.figure({"value": str(value), "figure": figure}, unit)


def _whole(rated: Sequence[Facts], unit: Mapping[str, str] | None) -> Text:
    """Of shares all numerators over all denominators, of totals the sum; medians have none."""
    counted = sum((Fraction(row["counted"]) for row in rated), Fraction(0))
    match rated[0]["figure"]:
        case "ratio":
            whole = sum((Fraction(row["sample"]) for row in rated), Fraction(0))
            return _value(counted / whole, "ratio", None) if whole else cells.NONE
        case "total" if rated[0]["measure"] != "manual":
            return _value(counted, "total", unit)
        case _:
            return cells.NONE


def _dimensions(facts: Facts) -> Section:
    """Of each department the share of the points that it got, by dimension."""
    known = {one["id"]: words(one["title"]) for one in facts["about"]["dimensions"]}
    rows = [
        [cells.said(sheet["title"]), *(_share(sheet, name) for name in known)]
        for sheet in _ranked(facts)
    ]
    columns = [(name.zh, name.en, 1.0, True) for name in known.values()]
    zh, en = "各维度得分占应得分的百分比", "Points got of those to be had, by dimension"
    block = cells.table(zh, en, [("部门", "Department", 2.0, False), *columns], rows)
    title = Words(zh="各维度情况", en="By dimension")
    return Section(id="dimensions", title=title, blocks=(block,))


def _ranked(facts: Facts) -> list[Facts]:
    sheets = {sheet["department"]: sheet for sheet in facts["sheets"]}
    return [sheets[place["department"]] for place in facts["ranking"]]


def _share(sheet: Facts, dimension: str) -> Text:
    got, whole = cells.points(sheet, dimension)
    return cells.plain(cells.percent(got / whole)) if whole else cells.NONE


def _improving(facts: Facts) -> Section:
    """Which indicators cost most, and of each department what would bring it most."""
    blocks: list[Block] = [_lost(facts)]
    rows = []
    for sheet in _ranked(facts):
        for one in facts["advice"].get(sheet["department"], [])[:1]:
            because = KINDS[one["kind"]]
            line = [cells.said(sheet["title"]), cells.said(one["title"]), cells.plain(one["gain"])]
            rows.append([*line, cells.both(because.zh, because.en)])
    if rows:
        blocks.append(
            cells.table(
                "各部门首要的改进", "What would bring each department most",
                [("部门", "Department", 2.0, False), ("指标", "Indicator", 2.0, False),
                 ("可挽回", "To win back", 0.9, True), ("原因", "Because of", 1.6, False)],
                rows,
            )
        )  # fmt: skip
    blocks += _followed(facts)
    title = Words(zh="改进建议", en="Advice")
    return Section(id="advice", title=title, blocks=tuple(blocks))


def _followed(facts: Facts) -> Iterator[Block]:
    """How often last year's advice was followed."""
    if facts["followed"] is None:
        zh = "没有核对上年建议的落实情况：没有上年的考核，或其封存文件不在手边。"
        en = (
            "Whether last year's advice was followed was not looked at: there is no assessment of "
            "that year, or its file is not at hand."
        )
        yield cells.paragraph(zh, en, "note")
        return
    counts = Counter(one["outcome"] for each in facts["followed"].values() for one in each)
    rows = [
        [cells.both(told.zh, told.en), cells.plain(str(counts[name]))]
        for name, told in OUTCOMES.items()
    ]
    yield cells.table(
        "上年建议的落实", "What became of last year's advice",
        [("结果", "Outcome", 2.0, False), ("建议数", "Number", 1.0, True)],
        rows,
    )  # fmt: skip


def _lost(facts: Facts) -> Block:
    found = []
    for rows in _by_indicator(facts).values():
        lost = sum((Fraction(row["lost"]) for row in rows), Fraction(0))
        some = sum(Fraction(row["lost"]) > 0 for row in rows)
        found.append((lost, some, rows[0]["title"]))
    found.sort(key=lambda one: -one[0])
    told = [
        [cells.said(title), cells.plain(cells.two(lost)), cells.plain(str(some))]
        for lost, some, title in found
        if lost
    ]
    return cells.table(
        "失分最多的指标", "Indicators that cost most",
        [("指标", "Indicator", 2.4, False), ("失分合计", "Points lost by all", 1.0, True),
         ("失分的部门", "Departments", 1.0, True)],
        told,
    )  # fmt: skip
