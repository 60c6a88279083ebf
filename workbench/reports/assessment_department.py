"""The yearly report of a department: what it provided and used, its points, and what to improve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbench.reports import assessment_cells as cells
from workbench.reports import assessment_notes as notes
from workbench.reports.assessment import Facts, Kind, Report, place_of, report, sheet_of, words
from workbench.reports.assessment_articles import OTHER, Part, articles
from workbench.reports.assessment_improving import improving
from workbench.reports.model import Block, Card, Cards, Paragraph, Run, Section, Table, Text
from workbench.ui.numbers import MISSING
from workbench.ui.page_filter import Words

_FIGURES: Sequence[cells.Column] = (
    ("指标", "Indicator", 2.2, False), ("状态", "State", 0.9, False), ("值", "Value", 1.0, True),
    ("由来", "Made of", 1.0, True), ("区间（95%）", "Interval (95 %)", 1.1, True),
)  # fmt: skip
_POINTS: Sequence[cells.Column] = (
    ("指标", "Indicator", 2.2, False), ("维度", "Dimension", 1.2, False),
    ("得分", "Score", 0.8, True), ("权重", "Weight", 0.8, True), ("分", "Points", 0.8, True),
    ("失分", "Lost", 0.8, True), ("状态", "State", 0.9, False),
)  # fmt: skip


def of_department(facts: Facts, department: str, most: int | None = None) -> Report:
    """``most``: items of an indicator that are printed; None prints all. Raises KeyError where the
    department is not in the run."""
    sheet, place = sheet_of(facts, department), place_of(facts, department)
    sections = [
        _overview(facts, sheet, place),
        *_parts(facts, sheet),
        _points(sheet),
        improving(facts, department),
        notes.unknown(),
        notes.annex(facts, "department", list(_items(facts, sheet, most))),
    ]
    return report(Kind.department, facts, tuple(sections), sheet["title"])


def _overview(facts: Facts, sheet: Facts, place: Facts | None) -> Section:
    blocks: list[Block] = list(notes.opening(facts))
    if place is None:
        blocks.append(
            cells.paragraph(
                f"没有得分：能评的指标在百分中只占 {sheet['covered']} 分。这不是零分。",
                f"No score: what can be rated makes {sheet['covered']} of the hundred. "
                "This is not a score of zero.",
                "lead",
            )
        )
    else:
        blocks += [_cards(place), *_standing(place)]
    zh = f"得分依据的指标占百分中的 {sheet['covered']} 分；不适用者的权重按方案转给其他指标。"
    en = (
        f"The score rests on {sheet['covered']} of the scheme's hundred; the weight of what does "
        "not apply goes to other indicators, as the scheme says."
    )
    blocks.append(cells.paragraph(zh, en, "note"))
    return Section(id="overview", title=Words(zh="概述", en="Overview"), blocks=tuple(blocks))


def _cards(place: Facts) -> Cards:
    rank = f"{place['rank']} / {place['among']}"
    group = f"{place['group_rank']} / {place['group_among']}"
    title = place["group_title"] or {"zh": place["group"], "en": place["group"]}
    made = (
        Card(label=Words(zh="总分", en="Total"), value=_run(place["score"]), under=_change(place)),
        Card(label=Words(zh="名次", en="Rank"), value=_run(rank)),
        Card(
            label=Words(zh="组内名次", en="Rank in its group"),
            value=_run(group),
            under=cells.said(title) if title["zh"] else (),
        ),
        Card(label=Words(zh="等次", en="Grade"), value=cells.grade(place)[0]),
    )
    return Cards(cards=made)


def _run(text: str) -> Run:
    return Run(zh=text, en=text)


def _change(place: Facts) -> Text:
    change = place["change"]
    if change is None:
        return ()
    score, was = cells.signed(change["score"]), change["was"]
    zh = f"较上年 {score}（上年 {was['score']}，第 {was['rank']} 名）"
    en = f"{score} from last year ({was['score']}, rank {was['rank']})"
    return cells.both(zh, en)


def _standing(place: Facts) -> Iterator[Paragraph]:
    firm = place["firm"]
    if firm is None:
        return
    low, high = firm["low"], firm["high"]
    yield cells.paragraph(
        f"名次的稳健性：权重和比率在合理范围内变动时，95% 的情形名次在 {low} 至 {high} 之间。"
        "区间重叠的部门，名次先后不足为凭。",
        f"How firm the rank is: with weights and rates varied within reason, it lies between {low} "
        f"and {high} in 95 % of the cases. Of departments whose ranges overlap, the order says "
        "little.",
    )


def _parts(facts: Facts, sheet: Facts) -> Iterator[Section]:
    """What it provided, what it used, and the rest; nothing at all is said too."""
    part_of = articles().part_of
    for part in articles().parts:
        rows = [row for row in sheet["rows"] if part_of.get(row["measure"], OTHER) == part.id]
        if rows or part.id != OTHER:
            yield _part(facts, part, rows)


def _part(facts: Facts, part: Part, rows: Sequence[Facts]) -> Section:
    told = [row for row in rows if row["state"] != "not_applicable"]
    blocks: list[Block] = []
    if told:
        units = facts["about"]["units"]
        made = [_figure(row, units.get(row["indicator"])) for row in told]
        title = words(part.title.model_dump())
        blocks.append(cells.table(title.zh, title.en, _FIGURES, made))
    else:
        zh = "方案中这一部分的指标对本单位均不适用，或方案没有这类指标。"
        en = "No indicator of this part applies to the department, or the scheme has none."
        blocks.append(cells.paragraph(zh, en))
    absent = [words(row["title"]) for row in rows if row["state"] == "not_applicable"]
    if absent and told:
        names = cells.joined(absent)
        blocks.append(
            cells.paragraph(f"不适用：{names.zh}。", f"Not applicable: {names.en}.", "note")
        )
    return Section(id=part.id, title=part.title, blocks=tuple(blocks))


def _figure(row: Facts, unit: Mapping[str, str] | None) -> list[Text]:
    return [
        cells.said(row["title"]),
        cells.state(row),
        cells.figure(row, unit),
        cells.behind(row),
        cells.interval(row),
    ]


def _points(sheet: Facts) -> Section:
    rows = [
        [
            cells.said(row["title"]),
            cells.said(row["dimension_title"]),
            *(cells.plain(row[name]) for name in ("score", "weight", "points", "lost")),
            cells.state(row),
        ]
        for row in sheet["rows"]
        if row["state"] != "not_applicable"
    ]
    title = Words(zh="得分与失分", en="Points and losses")
    blocks: list[Block] = [cells.table("各指标的分数", "Points by indicator", _POINTS, rows)]
    dimensions = list(_by_dimension(sheet))
    if dimensions:
        caption = Words(zh="各维度的失分 / 应得分", en="Points lost / to be had, by dimension")
        blocks.insert(0, cells.bars(caption, dimensions))
    if sheet["before_veto"] != sheet["score"] and sheet["before_veto"] is not None:
        was = sheet["before_veto"]
        zh, en = f"否决前的总分：{was}。", f"The total before the veto: {was}."
        blocks.append(cells.paragraph(zh, en, "note"))
    return Section(id="points", title=title, blocks=tuple(blocks))


def _by_dimension(sheet: Facts) -> Iterator[tuple[Words, float, str]]:
    """What was lost, beside what was to be had."""
    for name in dict.fromkeys(row["dimension"] for row in sheet["rows"]):
        rows = [row for row in sheet["rows"] if row["dimension"] == name]
        got, whole = cells.points(sheet, name)
        if whole:
            text = f"{cells.two(whole - got)} / {cells.two(whole)}"
            yield words(rows[0]["dimension_title"]), float(whole - got), text


def _items(facts: Facts, sheet: Facts, most: int | None) -> Iterator[Block]:
    """The items that were not as wanted: what an appeal or an improvement is about."""
    advised = facts["advice"].get(sheet["department"], [])
    lowering = [
        (row, _short(row, advised))
        for row in sheet["rows"]
        if row["weight"] != "0.00" or row["vetoed"]
    ]
    rows = [_item(row, one) for row, items in lowering for one in items[:most]]
    if rows:
        yield _table(rows)
    for row, items in lowering:
        if most is not None and len(items) > most:
            title, more = words(row["title"]), len(items) - most
            zh = f"{title.zh}：另有 {more} 项未列出，见 xlsx 报告或 assess show。"
            en = f"{title.en}: {more} more are not listed; see the xlsx report or assess show."
            yield cells.paragraph(zh, en, "note")
    proof = [(row, file) for row in sheet["rows"] for file in row["evidence"]]
    if proof:
        yield _proof(proof)


def _short(row: Facts, advised: Sequence[Facts]) -> list[Facts]:
    """Each item of a median counts against it: of those that which the advice is about."""
    if row["figure"] != "median":
        return [one for one in row["items"] if one["against"]]
    mine = [one for one in advised if one["indicator"] == row["indicator"]]
    named = {(item["day"], item["item"]) for one in mine for item in one["items"]}
    return [one for one in row["items"] if (one["day"], one["item"]) in named]


def _table(rows: Sequence[Sequence[Text]]) -> Table:
    return cells.table(
        "未达到要求的事项", "Items that were not as wanted",
        [("指标", "Indicator", 1.6, False), ("日期", "Day", 0.9, False),
         ("事项", "Item", 2.6, False), ("计", "Counts", 0.7, True), ("分母", "Of", 0.7, True)],
        rows, small=True,
    )  # fmt: skip


def _item(row: Facts, one: Facts) -> list[Text]:
    counts = (cells.plain(cells.amount(one[name])) for name in ("amount", "of"))
    return [cells.said(row["title"]), cells.plain(one["day"]), cells.plain(one["item"]), *counts]


def _proof(proof: Sequence[tuple[Facts, Facts]]) -> Table:
    rows = [
        [cells.said(row["title"]), cells.plain(one["file"] or MISSING), cells.plain(one["sha256"])]
        for row, one in proof
    ]
    return cells.table(
        "证明应报值的文件", "Files that show stated values",
        [("指标", "Indicator", 1.4, False), ("文件", "File", 1.4, False),
         ("SHA-256", "SHA-256", 3.2, False)],
        rows, small=True,
    )  # fmt: skip
