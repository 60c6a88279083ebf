"""What findings say, and why something about one is refused; in both languages."""

from __future__ import annotations

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.actor import Actor
from workbench.regulations.saying import article_text
from workbench.sharing.anomalies.rules import Rule
from workbench.store.anomalies import Finding, FindingState

STATES: dict[FindingState, Text] = {
    FindingState.open: Text("待处理", "open"),
    FindingState.explained: Text("已说明", "explained"),
    FindingState.confirmed: Text("已确认", "confirmed"),
}


def told(finding: Finding, rule: Rule | None) -> Text:
    """What was found, in the words of its rule; by its kind alone where the rule has gone."""
    if rule is None:
        return Text(f"异常 {finding.kind}", f"anomaly {finding.kind}")
    places = {
        "person": finding.person,
        "department": finding.department,
        "scenario": finding.scenario,
        "resource": finding.resource,
        "grant": finding.grant_id,
        "measure": f"{finding.measure:g}",
        "threshold": f"{finding.threshold:g}",
        "days": str(rule.window_days),
    }
    return Text(rule.text.zh.format_map(places), rule.text.en.format_map(places))


def ordered(finding: Finding, rule: Rule | None, article: str) -> Text:
    """The reason of a rectification: what was found, by which article, which entries show it."""
    what, by = told(finding, rule), article_text(article)
    seqs = ", ".join(map(str, finding.evidence))
    zh = f"{what.zh}；账本条目 {seqs}" if seqs else what.zh
    en = f"{what.en}; entries {seqs} of the ledger" if seqs else what.en
    return Text(f"异常 {finding.id}：{zh}（{by.zh}）", f"anomaly {finding.id}: {en} ({by.en})")


def no_such(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.not_found,
        f"没有异常 {id[:64]}。",
        f"There is no finding {id[:64]}.",
        next=Text("workbench anomalies list 列出全部。", "workbench anomalies list shows all."),
        subject=id[:64],
    )


def only_authority(actor: Actor) -> WorkbenchError:
    return simple(
        Code.not_yours,
        "只有数据主管部门的人员可以办理异常。",
        "Only officers of the authority deal with findings.",
        why=Text(
            f"{actor.id} 的角色：{'、'.join(sorted(actor.roles)) or '无'}。",
            f"The roles of {actor.id}: {', '.join(sorted(actor.roles)) or 'none'}.",
        ),
        rule=Text("佛山 2019 第四十二条", "Foshan 2019 art. 42"),
        next=Text("请数据主管部门办理。", "Ask the authority."),
        subject=actor.id,
    )


def own(finding: Finding) -> WorkbenchError:
    return simple(
        Code.not_yours,
        f"异常 {finding.id} 涉及您本人或您的部门，不能由您办理。",
        f"The finding {finding.id} is about you or your department: it is not yours to close.",
        next=Text("请其他人员办理。", "Ask somebody else."),
        subject=finding.id,
    )


def closed_already(finding: Finding) -> WorkbenchError:
    state = STATES[finding.state]
    return simple(
        Code.moved_on,
        f"异常 {finding.id} 已由 {finding.closed_by} 办结（{state.zh}）。",
        f"The finding {finding.id} was closed by {finding.closed_by} already ({state.en}).",
        next=Text("请用 workbench anomalies show 查看。", "Look at it: workbench anomalies show."),
        subject=finding.id,
    )


def no_reason() -> WorkbenchError:
    return simple(
        Code.decision_incomplete,
        "没有写明理由。",
        "The reason is missing.",
        why=Text(
            "办结的理由与异常一起保存，用于统计规则的准确率。",
            "It is kept with the finding, and the precision of the rule is counted by it.",
        ),
        next=Text("加上 --reason。", "Add --reason."),
    )
