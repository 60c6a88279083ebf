"""Why a step of a procedure is refused: what, by which rule, and what can be done instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.model.actor import Actor
from workbench.model.procedure import Definition, Need, Procedure, StepSpec
from workbench.regulations.saying import rule_text
from workbench.sharing.procedures.definition import (
    NEEDS,
    PARTIES,
    article_of,
    event_text,
    rows_from,
)


def refusal(code: Code, zh: str, en: str, **more: object) -> WorkbenchError:
    return WorkbenchError.of(Reason(code, Text(zh, en), **more))  # type: ignore[arg-type]


def moved_on(procedure: Procedure, definition: Definition | None = None) -> WorkbenchError:
    last = procedure.steps[-1]
    plain = Text(last.event, last.event)
    told = plain if definition is None else event_text(definition, last.event)
    return refusal(
        Code.moved_on,
        f"事项 {procedure.id} 已有新的进展：{last.actor} 已{told.zh}。",
        f'Procedure {procedure.id} has moved on: {last.actor} did "{told.en}".',
        next=Text("请重新打开，再作决定。", "Open it again, then decide."),
        subject=procedure.id,
    )


def not_possible(definition: Definition, procedure: Procedure, event: str) -> WorkbenchError:
    state = definition.state(procedure.state).title
    told = event_text(definition, event)
    can = {row.event: row.title for row in _from(definition, procedure)}
    zh = "、".join(f"{t.zh}（{e}）" for e, t in can.items()) or "无"
    en = ", ".join(f"{e} ({t.en})" for e, t in can.items()) or "nothing"
    return refusal(
        Code.step_not_possible,
        f"事项 {procedure.id} 处于“{state.zh}”，不能{told.zh}。",
        f'Procedure {procedure.id} is {state.en}: "{told.en}" cannot follow.',
        next=Text(f"此时可以：{zh}。", f"Now possible: {en}."),
        subject=procedure.id,
    )


def not_yours(
    rows: Sequence[StepSpec], regulation: str, actor: Actor, subject: str
) -> WorkbenchError:
    who = sorted({party for row in rows for party in row.by})
    zh, en = "、".join(PARTIES[p].zh for p in who), ", ".join(PARTIES[p].en for p in who)
    told = rows[0].title
    return refusal(
        Code.not_yours,
        f"您不能作“{told.zh}”。",
        f'"{told.en}" is not yours.',
        why=Text(
            f"只有{zh}可以；您属于 {actor.department}，角色：{_roles(actor)}。",
            f"Only these may: {en}; you are of {actor.department}, as {_roles(actor)}.",
        ),
        rule=rule_text(article_of(rows[0], regulation)),
        next=Text("请有权的人办理。", "Ask one of them."),
        subject=subject,
    )


def same_person(row: StepSpec, definition: Definition, separate: str, id: str) -> WorkbenchError:  # noqa: A002
    """``separate``: the article by which a regulation keeps people apart, where it does."""
    names = [event_text(definition, event) for event in sorted(row.other_than)]
    zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
    ours = Text("我们的默认：两人办理", "Our default: two people")
    return refusal(
        Code.own_application,
        f"“{row.title.zh}”须由另一个人办理，不能与此前的“{zh}”是同一人。",
        f'"{row.title.en}" takes another person than "{en}" before it.',
        rule=rule_text(separate) or ours,
        next=Text("请由另一位工作人员办理。", "Ask another officer."),
        subject=id,
    )


def same_side(row: StepSpec, department: str, id: str) -> WorkbenchError:  # noqa: A002
    return refusal(
        Code.not_yours,
        f"“{row.title.zh}”须由另一方办理，意见是 {department} 自己提出的。",
        f'"{row.title.en}" is for the other side: {department} itself proposed it.',
        next=Text("请另一方的工作人员办理。", "Ask an officer of the other side."),
        subject=id,
    )


def lacks(row: StepSpec, missing: Iterable[Need], regulation: str) -> WorkbenchError:
    names = [NEEDS[need] for need in missing]
    zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
    return refusal(
        Code.decision_incomplete,
        f"{row.title.zh}须写明{zh}。",
        f'"{row.title.en}" needs {en}.',
        rule=rule_text(article_of(row, regulation)),
        next=Text("补上后再提交。", "Add it, and send it again."),
    )


def by_hand(row: StepSpec, effects: Sequence[Text], regulation: str) -> WorkbenchError:
    """The workbench does not do it; who acts does, and then says so with the proof."""
    zh, en = "、".join(e.zh for e in effects), ", ".join(e.en for e in effects)
    who = sorted(row.by)
    zh_who, en_who = "或".join(PARTIES[p].zh for p in who), " or ".join(PARTIES[p].en for p in who)
    return refusal(
        Code.decision_incomplete,
        f"“{row.title.zh}”须先由人完成：{zh}。",
        f'"{row.title.en}": this has to be done by hand first: {en}.',
        why=Text(
            f"平台不自行完成这一步；由{zh_who}完成。",
            f"The workbench does not do it; it must be done by {en_who}.",
        ),
        rule=rule_text(article_of(row, regulation)),
        next=Text(
            "完成后带凭证的摘要再提交（--evidence 文件）。",
            "Then send it with the digest of the evidence (--evidence FILE).",
        ),
    )


def not_part_of(row: StepSpec, what: str) -> WorkbenchError:
    return refusal(
        Code.invalid_request,
        f"“{row.title.zh}”不能带 {what}。",
        f'"{row.title.en}" takes no {what}.',
        next=Text("去掉后再提交。", "Leave it out, and send it again."),
        subject=what,
    )


def bad_evidence() -> WorkbenchError:
    return refusal(
        Code.invalid_request,
        "凭证须是文件的 SHA-256 摘要（64 位十六进制）。",
        "Evidence is the SHA-256 digest of a file (64 hexadecimal digits).",
        next=Text("命令行写 --evidence 文件，由它计算。", "--evidence FILE works it out."),
        subject="evidence",
    )


# What the regulation does not know --------------------------------------------------------------


def not_ordered(definition: Definition, regulation: str) -> WorkbenchError:
    return refusal(
        Code.step_not_possible,
        f"{regulation} 没有规定“{definition.title.zh}”。",
        f'{regulation} orders no "{definition.title.en}".',
        next=Text(
            "可用 workbench procedures kinds 查看本市可以办理的事项。",
            "workbench procedures kinds lists those of this city.",
        ),
        subject=definition.id,
    )


def no_way_to_open(definition: Definition, event: str, regulation: str) -> WorkbenchError:
    can = {row.event: row.title for row in rows_from(definition, regulation, "")}
    zh = "、".join(f"{e}（{t.zh}）" for e, t in can.items())
    en = ", ".join(f"{e} ({t.en})" for e, t in can.items())
    return refusal(
        Code.invalid_request,
        f"“{definition.title.zh}”不能以 {event[:64]} 发起。",
        f'"{definition.title.en}" is not opened by {event[:64]}.',
        next=Text(f"可以：{zh}。", f"Write one of: {en}."),
        subject=event[:64],
    )


def nobody_decides(definition: Definition, regulation: str) -> WorkbenchError:
    return refusal(
        Code.step_not_possible,
        f"{regulation} 没有写明这类争议由谁处理。",
        f"{regulation} names nobody who decides such a dispute.",
        next=Text("请向数据主管部门反映。", "Tell the authority."),
        subject=definition.id,
    )


def no_further_step(procedure: Procedure) -> WorkbenchError:
    return refusal(
        Code.step_not_possible,
        "该法规没有规定更上一级的处理。",
        "The regulation names no further step.",
        subject=procedure.id,
    )


def no_such_procedure(id: str) -> WorkbenchError:  # noqa: A002
    return refusal(
        Code.not_found,
        f"没有事项 {id[:64]}，或者它与您的部门无关。",
        f"There is no procedure {id[:64]}, or it is not one of your department's.",
        next=Text("用 workbench procedures list 查看。", "workbench procedures list shows yours."),
        subject=id[:64],
    )


def definition_lost(kind: str, version: str) -> WorkbenchError:
    return refusal(
        Code.not_found,
        f"事项所依据的定义 {kind}（{version[:16]}）不在存储库中。",
        f"The definition {kind} ({version[:16]}), under which it began, is not in the store.",
        why=Text("事项按开始时的定义办理。", "A procedure keeps what it began under."),
        next=Text("请运维从备份恢复存储库。", "Have the store restored from its backup."),
        subject=kind,
    )


def _from(definition: Definition, procedure: Procedure) -> tuple[StepSpec, ...]:
    return rows_from(definition, procedure.regulation, procedure.state)


def _roles(actor: Actor) -> str:
    return ", ".join(sorted(actor.roles)) or "—"
