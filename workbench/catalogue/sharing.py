"""Sharing and opening of a resource: the contradictions that the regulations rule out.

The five regulations differ; a contract must hold under the strictest of them, so that it can move
between cities.
"""

from __future__ import annotations

from collections.abc import Callable

from workbench.catalogue.properties import ResourceProperties
from workbench.declared.findings import Path
from workbench.declared.notes import Notes, says_something
from workbench.errors import Text
from workbench.model.contract import Sharing, SharingMode, SharingType

Place = Callable[[str], Path]
"""From the name of a customProperty to its place in the document."""


def sharing_of(found: ResourceProperties) -> Sharing:
    conditions = found.sharing_conditions
    scope, purpose = (conditions.scope, conditions.purpose) if conditions else ("", "")
    parts = (("范围：", scope), ("用途：", purpose), ("理由：", found.sharing_reason))
    return Sharing(
        type=SharingType(found.sharing_type),
        mode=SharingMode(found.sharing_mode) if found.sharing_mode else None,
        conditions="；".join(label + text for label, text in parts if text),
        legal_basis=found.legal_basis,
        usage_requirements=found.usage_requirements,
        scope=scope,
        purpose=purpose,
        reason=found.sharing_reason,
    )


def check(found: ResourceProperties, place: Place, notes: Notes) -> None:
    """Everything about a resource's sharing that contradicts itself or a regulation."""
    match found.sharing_type:
        case "conditional":
            _conditional(found, place, notes)
        case "not_shared":
            _not_shared(found, place, notes)
        case _:
            _unconditional(found, place, notes)
    _opening(found, place, notes)


def _conditional(found: ResourceProperties, place: Place, notes: Notes) -> None:
    if found.sharing_mode is None:
        notes.error(place("sharingType"), _NO_MODE, _GIVE_MODE)
    conditions = found.sharing_conditions
    if conditions is None:
        notes.error(place("sharingType"), _NO_CONDITION, _GIVE_CONDITION)
    else:
        here = place("sharingConditions")
        if not says_something(conditions.scope):
            notes.error((*here, "scope"), _NO_SCOPE, _GIVE_CONDITION)
        if not says_something(conditions.purpose):
            notes.error((*here, "purpose"), _NO_PURPOSE, _GIVE_CONDITION)
    if not says_something(found.sharing_reason):
        notes.error(place("sharingReason"), _NO_REASON, _GIVE_REASON)
    if not says_something(found.legal_basis):
        notes.error(place("legalBasis"), _CONDITIONAL_BASIS, _GIVE_BASIS)


def _not_shared(found: ResourceProperties, place: Place, notes: Notes) -> None:
    if not says_something(found.legal_basis):
        notes.error(place("legalBasis"), _NOT_SHARED_BASIS, _GIVE_BASIS)
    if found.sharing_mode not in (None, "compare"):
        notes.error(place("sharingMode"), _NOT_SHARED_MODE, _DROP_MODE)
    if found.sharing_conditions is not None:
        notes.error(place("sharingConditions"), _NOT_SHARED_CONDITION, _DROP_CONDITION)
    if found.open_type == "unconditional":
        notes.error(place("openType"), _NOT_SHARED_OPEN, _NOT_OPEN)
    elif found.open_type == "conditional":
        notes.warn(place("openType"), _NOT_SHARED_OPEN, _NOT_OPEN)


def _unconditional(found: ResourceProperties, place: Place, notes: Notes) -> None:
    if found.sharing_conditions is not None:
        notes.error(place("sharingConditions"), _UNCONDITIONAL_CONDITION, _UNCONDITIONAL_FIX)


def _opening(found: ResourceProperties, place: Place, notes: Notes) -> None:
    has = says_something(found.open_conditions)
    if found.open_type == "conditional" and not has:
        notes.error(place("openConditions"), _NO_OPEN_CONDITION, _GIVE_OPEN_CONDITION)
    if found.open_type != "conditional" and found.open_conditions:
        notes.error(place("openConditions"), _SPARE_OPEN_CONDITION, _OPEN_FIX)


_NO_MODE = Text(
    "有条件共享却没有共享方式（佛山2019第13条）",
    "conditional sharing without a sharing mode (Foshan 2019 art. 13)",
)
_GIVE_MODE = Text(
    "加上 sharingMode：view、compare、statistics 或 obtain。",
    "Add sharingMode: view, compare, statistics or obtain.",
)
_NO_CONDITION = Text(
    "有条件共享却没有条件；未写明范围和用途的视为无条件共享（黑龙江2025第21条）",
    "conditional sharing without a condition: one that names no scope and purpose counts as "
    "unconditional (Heilongjiang 2025 art. 21)",
)
_NO_SCOPE = Text(
    "共享条件没有写明范围（黑龙江2025第21条）",
    "the condition names no scope (Heilongjiang 2025 art. 21)",
)
_NO_PURPOSE = Text(
    "共享条件没有写明用途（黑龙江2025第21条）",
    "the condition names no purpose (Heilongjiang 2025 art. 21)",
)
_GIVE_CONDITION = Text(
    "写 sharingConditions 的值为 {scope: 哪些部门可用, purpose: 用于什么}，"
    "或把 sharingType 改为 unconditional。",
    "Give sharingConditions the value {scope: who may use it, purpose: for what}, "
    "or make sharingType unconditional.",
)
_NO_REASON = Text(
    "有条件共享须说明理由，否则视为无条件（滨州2023第20条）",
    "conditional sharing needs a reason, or it counts as unconditional (Binzhou 2023 art. 20)",
)
_GIVE_REASON = Text(
    "加上 sharingReason，说明为什么不能无条件共享。",
    "Add sharingReason: why it cannot be shared unconditionally.",
)
_CONDITIONAL_BASIS = Text(
    "有条件共享须有法律依据，否则视为无条件（滨州2023第20条）",
    "conditional sharing needs a legal basis, or it counts as unconditional (Binzhou 2023 art. 20)",
)
_NOT_SHARED_BASIS = Text(
    "不予共享须有法律、法规或政策依据"
    "（佛山2019第5条第3项、滨州2023第20条、黑龙江2025第21条、阿坝2024第24条）",
    "not_shared needs a legal basis (Foshan 2019 art. 5(3), Binzhou 2023 art. 20, "
    "Heilongjiang 2025 art. 21, Aba 2024 art. 24)",
)
_GIVE_BASIS = Text(
    "加上 legalBasis，写明法规名称和条款。", "Add legalBasis: name the law and its article."
)
_NOT_SHARED_MODE = Text(
    "不予共享的资源没有共享方式，只可协助比对（阿坝2024第25条）",
    "a resource that is not shared has no mode; only compare remains (Aba 2024 art. 25)",
)
_DROP_MODE = Text("删除 sharingMode，或改为 compare。", "Remove sharingMode, or make it compare.")
_NOT_SHARED_CONDITION = Text(
    "不予共享的资源不能带共享条件", "a resource that is not shared has no sharing conditions"
)
_DROP_CONDITION = Text(
    "删除 sharingConditions，或把 sharingType 改为 conditional。",
    "Remove sharingConditions, or make sharingType conditional.",
)
_NOT_SHARED_OPEN = Text(
    "不予部门共享的资源却向社会开放",
    "a resource that departments may not share is opened to the public",
)
_NOT_OPEN = Text("把 openType 改为 not_open。", "Make openType not_open.")
_UNCONDITIONAL_CONDITION = Text("无条件共享却带有条件", "unconditional sharing with conditions")
_UNCONDITIONAL_FIX = Text(
    "删除 sharingConditions，或把 sharingType 改为 conditional。",
    "Remove sharingConditions, or make sharingType conditional.",
)
_NO_OPEN_CONDITION = Text(
    "依申请开放却没有开放条件（佛山2019第14条、黑龙江2025第33条）",
    "conditional opening without a condition (Foshan 2019 art. 14, Heilongjiang 2025 art. 33)",
)
_GIVE_OPEN_CONDITION = Text(
    "加上 openConditions，写明向谁、按什么条件开放。",
    "Add openConditions: to whom, and on which condition.",
)
_SPARE_OPEN_CONDITION = Text(
    "写了开放条件，但开放类型不是依申请开放",
    "open conditions on a resource not opened on conditions",
)
_OPEN_FIX = Text(
    "删除 openConditions，或把 openType 改为 conditional。",
    "Remove openConditions, or make openType conditional.",
)
