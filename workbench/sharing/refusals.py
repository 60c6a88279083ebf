"""Why a step is refused: what, by which rule, and what can be done instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from workbench.declared.findings import suggest
from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.model.actor import Actor
from workbench.model.case import Case
from workbench.model.contract import SharingMode
from workbench.regulations.profile import Profile
from workbench.regulations.saying import rule_text
from workbench.sharing.transitions import EVENTS, PARTIES, STATES, Event, Need, Row, possible


def moved_on(case: Case) -> WorkbenchError:
    last = case.steps[-1]
    told = EVENTS[Event(last.event)]
    return _one(
        Code.moved_on,
        f"案件 {case.id} 已有新的进展：{last.actor} 已{told.zh}。",
        f'Case {case.id} has moved on: {last.actor} did "{told.en}".',
        next=Text("请重新打开案件，再作决定。", "Open the case again, then decide."),
        subject=case.id,
    )


def not_possible(case: Case, event: Event) -> WorkbenchError:
    state, asked, can = STATES[case.state], EVENTS[event], possible(case.state)
    zh = "、".join(EVENTS[e].zh for e in can) or "无"
    en = ", ".join(EVENTS[e].en for e in can) or "nothing"
    return _one(
        Code.step_not_possible,
        f"案件 {case.id} 处于“{state.zh}”，不能{asked.zh}。",
        f'Case {case.id} is {state.en}: "{asked.en}" cannot follow.',
        next=Text(f"此时可以：{zh}。", f"Now possible: {en}."),
        subject=case.id,
    )


def not_yours(case: Case, row: Row, actor: Actor) -> WorkbenchError:
    who = sorted(row.by)
    zh, en = "、".join(PARTIES[p].zh for p in who), ", ".join(PARTIES[p].en for p in who)
    told = EVENTS[row.event]
    return _one(
        Code.not_yours,
        f"您不能对案件 {case.id} 作“{told.zh}”。",
        f'"{told.en}" of case {case.id} is not yours.',
        why=Text(
            f"只有{zh}可以；您属于 {actor.department}。",
            f"Only these may: {en}; you are of {actor.department}.",
        ),
        next=Text("请有权的人办理。", "Ask one of them."),
        subject=case.id,
    )


def own_refusal(case: Case) -> WorkbenchError:
    return _one(
        Code.own_application,
        "不能处理对自己决定提出的异议。",
        "Nobody decides a dispute about their own refusal.",
        next=Text("请由另一位工作人员办理。", "Ask another officer."),
        subject=case.id,
    )


def another_matter(case: Case) -> WorkbenchError:
    return _one(
        Code.invalid_request,
        "补正不能改变申请部门、应用场景或资源。",
        "A resubmission keeps its department, scenario and resource.",
        next=Text("请另行申请。", "Apply anew for another one."),
        subject=case.id,
    )


def catalogue_changed(case: Case) -> WorkbenchError:
    return _one(
        Code.step_not_possible,
        f"案件 {case.id} 的资源在目录中已变更提供部门或共享类型。",
        f"The resource of case {case.id} has another provider or sharing type by now.",
        why=Text(
            "原审核方已无权决定。",
            "Who was to decide of it does not any more.",
        ),
        next=Text("请撤回后另行申请。", "Withdraw it, and apply anew."),
        subject=case.id,
    )


def put_right_first(case: Case) -> WorkbenchError:
    state = STATES[case.state]
    return _one(
        Code.step_not_possible,
        f"案件 {case.id} 的授权{state.zh}，须先处理完毕。",
        f"The grant of case {case.id} is {state.en}: that comes first.",
        why=Text(
            "新的授权会取代它，也就绕过了整改或暂停。",
            "A new grant would take its place, and pass by what was ordered.",
        ),
        next=Text(
            "请完成整改、恢复，或由提供部门撤销后再申请。",
            "Have it rectified, resumed or revoked first.",
        ),
        subject=case.id,
    )


def not_part_of(event: Event, what: str) -> WorkbenchError:
    told = EVENTS[event]
    return _one(
        Code.invalid_request,
        f"“{told.zh}”不能带 {what}。",
        f'"{told.en}" takes no {what}.',
        next=Text("去掉后再提交。", "Leave it out, and send it again."),
        subject=what,
    )


def only_reviewers(case: Case) -> WorkbenchError:
    return _one(
        Code.not_yours,
        "只有审核方可以查看可识别程度。",
        "Only those who review may see how far people can be told apart.",
        next=Text("请提供部门或数据主管部门查看。", "The provider or the authority can."),
        subject=case.id,
    )


def own_application(case: Case) -> WorkbenchError:
    return _one(
        Code.own_application,
        "不能审核自己提出的申请。",
        "Nobody decides their own application.",
        next=Text("请由同部门的另一位审核人办理。", "Ask another reviewer of your department."),
        subject=case.id,
    )


def only_officers_apply(actor: Actor, department: str) -> WorkbenchError:
    return _one(
        Code.not_yours,
        f"只有 {department} 的经办人可以代表本部门申请。",
        f"Only an officer of {department} applies for the department.",
        why=Text(
            f"您属于 {actor.department}，角色：{'、'.join(sorted(actor.roles)) or '无'}。",
            f"You are of {actor.department}; roles: {', '.join(sorted(actor.roles)) or 'none'}.",
        ),
        next=Text("把草稿交给本部门的经办人提交。", "Hand the draft to your department's officer."),
    )


def no_further_step(case: Case) -> WorkbenchError:
    return _one(
        Code.step_not_possible,
        "该法规没有规定更上一级的处理。",
        "The regulation names no further step.",
        subject=case.id,
    )


def lacks(event: Event, missing: Sequence[Need]) -> WorkbenchError:
    told = EVENTS[event]
    zh = "、".join(_NEEDS[n].zh for n in missing)
    en = ", ".join(_NEEDS[n].en for n in missing)
    return _one(
        Code.decision_incomplete,
        f"{told.zh}须写明{zh}。",
        f'"{told.en}" needs {en}.',
        next=Text("补上后再提交。", "Add it, and send it again."),
    )


# What is not there --------------------------------------------------------------------------------


def no_such_case(id: str) -> WorkbenchError:  # noqa: A002
    return _one(
        Code.not_found,
        f"没有案件 {id[:64]}，或者它与您的部门无关。",
        f"There is no case {id[:64]}, or it is not one of your department's.",
        next=Text("用 workbench cases 查看本部门的案件。", "workbench cases lists yours."),
        subject=id[:64],
    )


def no_such_scenario(id: str, known: Iterable[str]) -> WorkbenchError:  # noqa: A002
    return _one(
        Code.scenario_unknown,
        f"没有应用场景 {id[:64]}。",
        f"There is no scenario {id[:64]}.",
        next=suggest(id, known),
        subject=id[:64],
    )


def no_such_resource(name: str, known: Iterable[str]) -> WorkbenchError:
    return _one(
        Code.not_found,
        f"目录中没有资源 {name[:64]}。",
        f"The catalogue has no resource {name[:64]}.",
        next=suggest(name, known),
        subject=name[:64],
    )


def rules_lost(regulation: str, version: str) -> WorkbenchError:
    return _one(
        Code.not_found,
        f"案件所依据的 {regulation}（{version}）不在存储库中。",
        f"The text of {regulation} ({version}), under which the case began, is not in the store.",
        why=Text(
            "案件按开始时的规则办理，不能换成现行规则。",
            "A case keeps the rules that it began under; today's cannot stand in for them.",
        ),
        next=Text("请运维从备份恢复存储库。", "Have the store restored from its backup."),
        subject=regulation,
    )


def same_key(key: str) -> WorkbenchError:
    return _one(
        Code.invalid_request,
        "这个幂等键已用于另一条命令。",
        "This idempotency key was used for another command.",
        next=Text("换一个新的键再提交。", "Send it again under a new key."),
        subject=key[:64],
    )


# An application that is not complete --------------------------------------------------------------


def incomplete(what: Text, article: str, next: Text, subject: str = "") -> Reason:  # noqa: A002
    return Reason(
        Code.application_incomplete, what, rule=rule_text(article), next=next, subject=subject
    )


def cannot_be_applied_for(resource: str, profile: Profile) -> Reason:
    by = profile.deciders
    article = next((one.article for kind, one in by.items() if kind == "not_shared"), "")
    return Reason(
        Code.not_shared,
        Text(
            f"{resource} 不予共享，不能申请。",
            f"{resource} is not shared: it cannot be applied for.",
        ),
        rule=rule_text(article),
        next=_ROUTE,
        subject=resource,
    )


# A decision that goes beyond ----------------------------------------------------------------------


def column_beyond(name: str) -> Reason:
    return _beyond(
        Text(
            f"没有申请过 {name}，或给的用法更强",
            f"{name} was not asked for, or not in so strong a use",
        ),
        name,
    )


def nothing_granted() -> Reason:
    return _beyond(Text("没有批准任何一列", "no column is granted"))


def mode_beyond(given: SharingMode, asked: SharingMode) -> Reason:
    return _beyond(Text(f"共享方式 {given} 超出 {asked}", f"the mode {given} goes beyond {asked}"))


def until_beyond(given: date, asked: date) -> Reason:
    return _beyond(Text(f"截止日 {given} 晚于 {asked}", f"its end {given} is after {asked}"))


def until_past(given: date) -> Reason:
    return _beyond(Text(f"截止日 {given} 已经过去", f"its end {given} has passed"))


def rows_beyond() -> Reason:
    return _beyond(Text("行的范围比原来宽", "its rows are wider than before"))


def all_of(reasons: Iterable[Reason]) -> WorkbenchError:
    return WorkbenchError.of(tuple(reasons))


def _beyond(what: Text, subject: str = "") -> Reason:
    return Reason(Code.decision_beyond, what, next=_NO_MORE, subject=subject)


def _one(code: Code, zh: str, en: str, **more: object) -> WorkbenchError:
    return WorkbenchError.of(Reason(code, Text(zh, en), **more))  # type: ignore[arg-type]


_ROUTE = Text(
    "可以请提供部门核实、比对，或者请主管部门论证调整共享类型。",
    "Ask the provider to verify or compare, or the authority to argue another sharing type.",
)
_NO_MORE = Text(
    "只能在申请的范围内批准；要更多须另行申请。",
    "Grant within what was asked for; for more, another application is needed.",
)
_NEEDS = {
    Need.reason: Text("理由", "a reason"),
    Need.basis: Text("依据", "its basis"),
    Need.terms: Text("批准的列、方式和截止日", "the columns, mode and end that are granted"),
    Need.days: Text("整改的工作日数", "the working days of the rectification"),
}
