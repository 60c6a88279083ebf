"""Why a day, a deadline or its extension is refused."""

from __future__ import annotations

from datetime import date

from workbench.errors import Code, Text, WorkbenchError
from workbench.model.procedure import Running, StepSpec
from workbench.regulations.saying import article_text, key_text, rule_text
from workbench.sharing.procedures.refusals import refusal


def not_yet(row: StepSpec, clock: Running, id: str) -> WorkbenchError:  # noqa: A002
    by = article_text(clock.article)
    return refusal(
        Code.step_not_possible,
        f"“{row.title.zh}”要等到 {clock.due} 之后。",
        f'"{row.title.en}" waits until {clock.due} has passed.',
        rule=by if clock.article else None,
        next=Text("到期后再办理。", "Do it after that day."),
        subject=id,
    )


def until_past(until: date, today: date) -> WorkbenchError:
    return refusal(
        Code.invalid_request,
        f"最后一天 {until} 早于今天 {today}。",
        f"The last day {until} is before today, {today}.",
        next=Text("写今天或以后的日期。", "Write today or a later day."),
        subject="until",
    )


def until_too_soon(until: date, least: date, article: str) -> WorkbenchError:
    return refusal(
        Code.invalid_request,
        f"最后一天 {until} 早于法规要求的 {least}。",
        f"The last day {until} is before {least}, which the regulation asks for.",
        rule=rule_text(article),
        next=Text(f"写 {least} 或以后的日期。", f"Write {least} or a later day."),
        subject="until",
    )


def not_happened_yet(day: date) -> WorkbenchError:
    return refusal(
        Code.invalid_request,
        f"起算的日期 {day} 还没有到。",
        f"The day {day}, which the deadline counts from, has not come yet.",
        next=Text("写事情发生的日期。", "Write the day on which it happened."),
        subject="since",
    )


def no_number_to_name(key: str, article: str) -> WorkbenchError:
    name = key_text(key)
    return refusal(
        Code.invalid_request,
        f"{name.zh}的期限由法规规定，不能另定。",
        f"The regulation gives the days of the {name.en}: nobody names others.",
        rule=rule_text(article),
        next=Text("去掉 days。", "Leave days out."),
        subject="days",
    )


def no_extension(clock: Running | None, id: str) -> WorkbenchError:  # noqa: A002
    zh, en = "没有正在计算的期限", "no deadline runs"
    if clock is not None and clock.extended:
        zh, en = "期限已经延长过一次", "the deadline was extended once already"
    elif clock is not None:
        zh, en = "法规没有可以延长的规定", "the regulation knows no extension of it"
    return refusal(
        Code.step_not_possible,
        f"不能延长：{zh}。",
        f"It cannot be extended: {en}.",
        rule=rule_text(clock.article) if clock else None,
        next=Text("请在期限内办理。", "Do it in time."),
        subject=id,
    )


def extended_too_late(clock: Running, id: str) -> WorkbenchError:  # noqa: A002
    return refusal(
        Code.step_not_possible,
        f"期限 {clock.due} 已过，不能再延长。",
        f"The deadline passed on {clock.due}: it cannot be extended any more.",
        rule=rule_text(clock.article),
        next=Text("请尽快办理；超期已如实记录。", "Do it soon; that it is late is on record."),
        subject=id,
    )
