"""Who may see how much statistics have told, and how much of it. Pure.

Checking output is looking at each release after it was made, and at what they tell together. It is
done by the role ``auditor``, which changes nothing, and by the authority; operation, audit and
security are different people (Foshan 2019 art. 40). A provider sees how its data is used (Aba 2024
art. 27; Heilongjiang 2025 art. 28).
"""

from __future__ import annotations

from enum import IntEnum

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.actor import Actor, Role
from workbench.model.contract import Resource

CHECKERS = frozenset({Role.auditor, Role.authority})
_LOOKERS = CHECKERS | {Role.provider, Role.officer}


class Sight(IntEnum):
    """``own``: how much their own department was told, and not by which rule the rest was
    withheld, nor how fine the parts are: what a release does not tell its department, a report
    does not either. ``provided``: all of it, of what the own department provides. ``all``: of
    every resource, with the releases."""

    none = 0
    own = 1
    provided = 2
    all = 3


def checks(actor: Actor) -> bool:
    return bool(actor.roles & CHECKERS) and not actor.is_page


def looks(actor: Actor) -> None:
    """Raises Refused for who sees nothing of it."""
    if actor.is_page or not actor.roles & _LOOKERS or not (actor.department or checks(actor)):
        raise _only_concerned(actor)


def must_check(actor: Actor) -> None:
    """Raises Refused for who is no output checker."""
    if not checks(actor):
        raise _only_checkers(actor)


def sight_of(actor: Actor, department: str, resource: Resource | None, reviewer: str) -> Sight:
    """What the actor sees of what ``department`` was told of the resource; ``reviewer`` is the
    department that decides for the provider on that one. What the catalogue has lost, and data
    elements of several resources, are for output checkers, and for whom it was told."""
    if checks(actor):
        return Sight.all
    if actor.is_page or not actor.department:
        return Sight.none
    provides = resource is not None and actor.department in (resource.provider, reviewer)
    if provides and Role.provider in actor.roles:
        return Sight.provided
    if actor.department == department and Role.officer in actor.roles:
        return Sight.own
    return Sight.none


# Refusals -----------------------------------------------------------------------------------------


def no_such_book(department: str, resource: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"没有 {department[:80]} 从 {resource[:80]} 得到的统计，或者它与您的部门无关。",
        f"{department[:80]} was told nothing of {resource[:80]}, or it does not concern your "
        "department.",
        next=Text("GET /told 列出您可以查看的。", "GET /told lists what you may see."),
        subject=resource[:80],
    )


def _only_concerned(actor: Actor) -> WorkbenchError:
    return simple(
        Code.not_yours,
        "只有数据提供部门、使用部门的经办人、数据主管部门和审计人员可以查看统计已告知多少。",
        "Only providers of data, officers of the departments that were told, the authority and "
        "auditors see how much statistics have told.",
        why=_why(actor),
        rule=Text(
            "阿坝 2024 第二十七条；黑龙江 2025 第二十八条",
            "Aba 2024 art. 27; Heilongjiang 2025 art. 28",
        ),
        next=Text(
            "请本部门的审核人（provider）或经办人（officer）查看。",
            "Ask somebody with the role provider or officer of your department.",
        ),
    )


def _only_checkers(actor: Actor) -> WorkbenchError:
    return simple(
        Code.not_yours,
        "只有审计人员和数据主管部门可以做输出核查。",
        "Only auditors and the authority check output.",
        why=_why(actor),
        rule=Text("佛山 2019 第四十条", "Foshan 2019 art. 40"),
        next=Text(
            "请审计人员（auditor）核查；本部门数据已告知多少见 GET /told。",
            "Ask an auditor; how much of your department's data was told is in GET /told.",
        ),
    )


def _why(actor: Actor) -> Text:
    return Text(
        f"您属于 {actor.department}，角色：{'、'.join(sorted(actor.roles)) or '无'}。",
        f"You are of {actor.department}; roles: {', '.join(sorted(actor.roles)) or 'none'}.",
    )
