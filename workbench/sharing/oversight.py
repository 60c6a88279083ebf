"""Who may look at how grants are used and at the trail of it, and who may take a grant back. Pure.

A provider sees how its data is used (Aba 2024 art. 27; Heilongjiang 2025 art. 28). The trail of all
that people did is for auditors alone (Foshan 2019 art. 40).
"""

from __future__ import annotations

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.actor import Actor, Role
from workbench.model.case import Case
from workbench.model.contract import Resource
from workbench.model.grant import Grant, GrantState, OriginKind
from workbench.sharing import refusals
from workbench.sharing.guards import parties_of
from workbench.sharing.sight import OVER_ALL
from workbench.sharing.stated import is_stated
from workbench.sharing.transitions import Event, Need, offered

BY_CASE, BY_GRANT = "case", "grant"


def over_all(actor: Actor) -> bool:
    return bool(actor.roles & OVER_ALL) and not actor.is_page


def oversees(actor: Actor) -> None:
    """Raises Refused for who looks at nobody's use."""
    provides = Role.provider in actor.roles and actor.department
    if actor.is_page or not (provides or actor.roles & OVER_ALL):
        raise _only_providers(actor)


def may_see(actor: Actor, resource: Resource | None, reviewer: str) -> bool:
    """``reviewer`` is the department that decides for the provider on the grant's holder. What the
    catalogue has lost is for those who watch over all."""
    if over_all(actor):
        return True
    if resource is None or Role.provider not in actor.roles or not actor.department:
        return False
    return actor.department in (resource.provider, reviewer)


def revocation(
    actor: Actor, grant: Grant, state: GrantState, resource: Resource | None, case: Case | None
) -> str:
    """Which way the actor may revoke the grant: by its case, the grant itself, or neither."""
    if is_of_case(grant):
        can = () if case is None else offered(case.state, parties_of(case, actor))
        return BY_CASE if Event.revoke in can else ""
    may = state is not GrantState.revoked and _may_revoke(actor, resource)
    return BY_GRANT if may else ""


def may_revoke(actor: Actor, grant: Grant, resource: Resource | None) -> None:
    """Of a grant that a scenario file gives. Raises Refused, and Conflict for one of a case."""
    if not _may_revoke(actor, resource):
        raise _not_theirs(grant, resource, actor)
    if is_of_case(grant):
        raise _by_case(grant)


def with_grounds(reason: str, basis: str) -> None:
    """Raises InvalidInput with what is missing."""
    given = {Need.reason: reason, Need.basis: basis}
    missing = [need for need, text in given.items() if not is_stated(text)]
    if missing:
        raise refusals.lacks(Event.revoke, missing)


def is_of_case(grant: Grant) -> bool:
    return grant.origin.kind is OriginKind.application


def case_of(grant: Grant) -> str:
    """The id of the case that decided it; empty for a grant of a scenario file."""
    return grant.origin.reference if is_of_case(grant) else ""


def audits(actor: Actor) -> None:
    """Raises Refused for who is no auditor."""
    if actor.is_page or Role.auditor not in actor.roles:
        raise _only_auditors(actor)


def _may_revoke(actor: Actor, resource: Resource | None) -> bool:
    if actor.is_page:
        return False
    provides = resource is not None and actor.department == resource.provider
    return Role.authority in actor.roles or (Role.provider in actor.roles and provides)


# Refusals -----------------------------------------------------------------------------------------


def no_such_grant(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.not_found,
        f"没有授权 {id[:128]}，或者它与您的部门提供的数据无关。",
        f"There is no grant {id[:128]}, or it is not one on your department's data.",
        next=Text("GET /uses 列出您可以查看的授权。", "GET /uses lists those that you may see."),
        subject=id[:128],
    )


def _only_providers(actor: Actor) -> WorkbenchError:
    return simple(
        Code.not_yours,
        "只有数据提供部门、数据主管部门、审计和评估人员可以查看数据的使用情况。",
        "Only providers of data, the authority, auditors and evaluators see how data is used.",
        why=_why(actor),
        rule=Text(
            "阿坝 2024 第二十七条；黑龙江 2025 第二十八条",
            "Aba 2024 art. 27; Heilongjiang 2025 art. 28",
        ),
        next=Text(
            "请本部门的审核人（provider 角色）查看；您自己的使用记录见 connection.usage()。",
            "Ask somebody with the role provider of your department; your own use is in "
            "connection.usage().",
        ),
    )


def _only_auditors(actor: Actor) -> WorkbenchError:
    return simple(
        Code.not_yours,
        "只有审计人员可以查阅操作留痕。",
        "Only auditors read the trail.",
        why=_why(actor),
        rule=Text("佛山 2019 第四十条", "Foshan 2019 art. 40"),
        next=Text(
            "安全管理、数据操作和审计由不同的人担任：请审计人员查阅。",
            "Security, operation and audit are different people: ask an auditor.",
        ),
    )


def _not_theirs(grant: Grant, resource: Resource | None, actor: Actor) -> WorkbenchError:
    provider = resource.provider if resource is not None else "?"
    return simple(
        Code.not_yours,
        f"您不能撤销授权 {grant.id}。",
        f"Grant {grant.id} is not yours to revoke.",
        why=Text(
            f"只有提供部门 {provider} 的审核人或数据主管部门可以撤销；您属于 {actor.department}。",
            f"Only the provider, {provider}, and the authority revoke it; you are of "
            f"{actor.department}.",
        ),
        next=Text("请有权的人办理。", "Ask one of them."),
        subject=grant.id,
    )


def _by_case(grant: Grant) -> WorkbenchError:
    case = case_of(grant)
    return simple(
        Code.step_not_possible,
        f"授权 {grant.id} 由案件 {case} 的决定产生，须在该案件中撤销。",
        f"Grant {grant.id} is the product of case {case}: it is revoked there.",
        next=Text(
            f"POST /cases/{case}，event 为 revoke；或 workbench revoke {case}。",
            f"POST /cases/{case} with the event revoke, or workbench revoke {case}.",
        ),
        subject=case,
    )


def _why(actor: Actor) -> Text:
    return Text(
        f"您属于 {actor.department}，角色：{'、'.join(sorted(actor.roles)) or '无'}。",
        f"You are of {actor.department}; roles: {', '.join(sorted(actor.roles)) or 'none'}.",
    )
