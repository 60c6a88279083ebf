"""Why an appeal is not admitted, or a decision cannot be carried out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from workbench.errors import Code, Text, WorkbenchError, simple

if TYPE_CHECKING:
    from workbench.assessment.appeals import Event

_LOOK = Text(
    "请在本部门的考核表中查看指标下的事项编号。",
    "See the items below the indicator in your department's sheet.",
)
_RULE = Text(
    "每个事项只能由其所在部门在规定日期内申诉一次（本产品的默认规则）。",
    "An event is appealed once, by its department, within the days set (our default).",
)


def not_yours(event: Event) -> WorkbenchError:
    """The same whether the event is there or not."""
    return simple(
        Code.not_yours,
        "只能对本部门考核表中的事项申诉。",
        "Only what is in your own department's sheet can be appealed.",
        rule=_RULE,
        next=_LOOK,
        subject=event.indicator,
    )


def too_late(event: Event, until: date) -> WorkbenchError:
    return simple(
        Code.step_not_possible,
        f"申诉期已于 {until} 结束。",
        f"The days of appeal ended on {until}.",
        rule=_RULE,
        next=Text(
            "如数据确有错误，请提出异议核实。", "If the data are wrong, ask to correct them."
        ),
        subject=_subject(event),
    )


def twice(event: Event) -> WorkbenchError:
    return simple(
        Code.step_not_possible,
        f"事项 {event.item} 已经申诉过。",
        f"{event.item} was appealed already.",
        rule=_RULE,
        next=Text("请查看已有的申诉及其决定。", "See that appeal and what was decided."),
        subject=_subject(event),
    )


def not_in_sheet(event: Event) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"本部门考核表的指标 {event.indicator} 下没有事项 {event.item}。",
        f"There is no {event.item} under {event.indicator} in your department's sheet.",
        next=_LOOK,
        subject=_subject(event),
    )


def several_days(event: Event, days: Sequence[date]) -> WorkbenchError:
    named = ", ".join(str(day) for day in days)
    return simple(
        Code.invalid_request,
        f"事项 {event.item} 出现在多个日期：{named}。",
        f"{event.item} stands at several days: {named}.",
        next=Text("请写明是哪一天。", "Name the day."),
        subject=_subject(event),
    )


def value_needed(event: Event) -> WorkbenchError:
    return simple(
        Code.decision_incomplete,
        f"{event.item} 的决定没有给出更正后的数值。",
        f"The decision of {event.item} does not give the value that is right.",
        why=Text(
            "人工填报的数值只能更正，不能剔除；更正须写明数值。",
            "A stated value can be corrected and not struck; a correction names its value.",
        ),
        next=Text("请写明更正后的数值。", "Give the value."),
        subject=_subject(event),
    )


def beyond(event: Event, amount: Fraction, most: Fraction | None) -> WorkbenchError:
    upto = "" if most is None else f"，至多 {most}"
    upto_en = "" if most is None else f" and at most {most}"
    return simple(
        Code.decision_beyond,
        f"{event.item} 不能计为 {amount}：至少为 0{upto}。",
        f"{event.item} cannot count {amount}: it is at least 0{upto_en}.",
        next=Text("请改正数值。", "Give another value."),
        subject=_subject(event),
    )


def _subject(event: Event) -> str:
    return f"{event.indicator}.{event.item}"[:128]
