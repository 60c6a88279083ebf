"""What a department could win back, whether last year's advice was followed, and what was decided
on its appeals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbench.reports import assessment_cells as cells
from workbench.reports.assessment import Facts
from workbench.reports.model import Block, Section, Text
from workbench.ui.page_filter import Words

NAMED = 8
"""Items of one advice that are named, the earliest first (ours); the annex lists them."""
KINDS: Mapping[str, Words] = {
    "items": Words(zh="事项未达到要求", en="events not as wanted"),
    "value": Words(zh="应报值未达到满分", en="stated value below full marks"),
    "veto": Words(zh="一票否决", en="veto"),
    "unknown": Words(zh="无人提供数值或样本不足", en="no value given, or too few"),
}
OUTCOMES: Mapping[str, Words] = {
    "done": Words(zh="已落实", en="done"),
    "partly": Words(zh="有改善", en="partly"),
    "not_done": Words(zh="未落实", en="not done"),
    "unknown": Words(zh="无从判断", en="unknown"),
}


def improving(facts: Facts, department: str) -> Section:
    blocks = [
        *_advice(facts["advice"].get(department, [])),
        *_followed(facts, department),
        *_appeals(facts, department),
    ]
    title = Words(zh="改进建议", en="Advice")
    return Section(id="advice", title=title, blocks=tuple(blocks))


def _advice(found: Sequence[Facts]) -> Iterator[Block]:
    if not found:
        yield cells.paragraph("没有可挽回的失分。", "There is no loss that could be won back.")
        return
    zh = "按可挽回的分数排列：只有这一项改好、其他不变时多得的分。各项不能相加。"
    en = (
        "The largest first: what the department would have more were this alone as wanted. They "
        "do not add up."
    )
    yield cells.paragraph(zh, en)
    rows = [_line(one) for one in found]
    yield cells.table(
        "改进建议", "Advice",
        [("指标", "Indicator", 1.6, False), ("可挽回", "To win back", 0.7, True),
         ("原因", "Because of", 1.3, False), ("具体事项", "These items", 3.2, False)],
        rows,
    )  # fmt: skip


def _line(one: Facts) -> list[Text]:
    because = KINDS[one["kind"]]
    gain = cells.plain(one["gain"])
    items = _items(one["items"])
    return [cells.said(one["title"]), gain, cells.both(because.zh, because.en), items]


def _items(items: Sequence[Facts]) -> Text:
    if not items:
        return cells.NONE
    named = [f"{one['item']} ({one['day']})" for one in items[:NAMED]]
    more = len(items) - len(named)
    zh = "；".join(named) + (f"；另有 {more} 项" if more else "")
    en = "; ".join(named) + (f"; {more} more" if more else "")
    return cells.both(zh, en)


def _followed(facts: Facts, department: str) -> Iterator[Block]:
    """Last year's advice; why there is nothing to be said is said."""
    if facts["previous"] is None:
        yield _note("没有上年的考核可比。", "There is no assessment of the year before.")
        return
    if facts["followed"] is None:
        zh = "上年的封存文件不在手边，没有核对上年建议的落实情况。"
        en = "Last year's file is not at hand: whether its advice was followed was not looked at."
        yield _note(zh, en)
        return
    found = facts["followed"].get(department, [])
    if not found:
        yield _note("上年没有给出建议。", "No advice was given last year.")
        return
    yield cells.table(
        "上年建议的落实", "What became of last year's advice",
        [("指标", "Indicator", 1.8, False), ("结果", "Outcome", 0.9, False),
         ("上年的事项仍未改", "Named then, still open", 3.0, False)],
        [_outcome(one) for one in found],
    )  # fmt: skip


def _outcome(one: Facts) -> list[Text]:
    told = OUTCOMES[one["outcome"]]
    still = cells.plain(", ".join(one["still"]))
    return [cells.said(one["title"]), cells.both(told.zh, told.en), still]


def _appeals(facts: Facts, department: str) -> Iterator[Block]:
    amends = facts["amends"]
    decided = [] if amends is None else amends["decided"]
    mine = [one for one in decided if one["department"] == department]
    if not mine:
        return
    titles = {row["indicator"]: row["title"] for row in facts["sheets"][0]["rows"]}
    rows = [
        [
            cells.said(
                titles.get(one["indicator"], {"zh": one["indicator"], "en": one["indicator"]})
            ),
            cells.plain(one["item"]),
            _granted(one["granted"]),
            cells.said(one["reason"]),
        ]
        for one in mine
    ]
    yield cells.table(
        "申诉的决定", "What was decided on appeals",
        [("指标", "Indicator", 1.3, False), ("事项", "Item", 1.8, False),
         ("决定", "Decision", 0.8, False), ("理由", "Reason", 2.6, False)],
        rows,
    )  # fmt: skip


def _granted(granted: bool) -> Text:
    return cells.both("接受", "accepted") if granted else cells.both("不予接受", "refused")


def _note(zh: str, en: str) -> Block:
    return cells.paragraph(zh, en, "note")
