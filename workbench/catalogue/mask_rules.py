"""Which masks mean something on which column, and which of them its provider accepts.

A contract's column may say ``masks: [pseudonym, {kind: division, levels: [county, city]}]``: no
scenario masks it otherwise. ``maskRequired: true``: no scenario takes its values without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, model_validator

from workbench.catalogue import types
from workbench.catalogue.types import Family
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Column, Identifier, MaskRule
from workbench.model.grant import Mask, MaskKind, Use

Kind = Literal["pseudonym", "partial", "division", "industry", "date", "bucket", "coding"]

LEVELS: Mapping[str, tuple[str, ...]] = {
    "division": ("province", "city", "county", "town"),
    "industry": ("section", "division", "group", "class"),
    "date": ("day", "week", "month", "quarter", "year"),
}
"""Levels of each kind that has any. Divisions of GB/T 2260 and GB/T 10114, industries of GB/T
4754, weeks of ISO 8601."""


class MaskRuleSpec(BaseModel):
    """A kind alone, or ``{kind, levels}``."""

    kind: Kind
    levels: list[str] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


def fitting(type_: str, identifier: Identifier | None) -> tuple[str, ...]:
    """The kinds that mean something on a column of this normal type."""
    family = types.family(type_)
    number = types.is_number(type_)
    fits = {
        "pseudonym": number or family is Family.text,
        "partial": number or family is Family.text,
        "division": identifier is Identifier.division_code,
        "industry": identifier is Identifier.industry_code,
        "date": family in (Family.date, Family.timestamp),
        "bucket": number,
        "coding": number,
    }
    return tuple(kind for kind, good in fits.items() if good)


def levels_of(kind: str, type_: str) -> tuple[str, ...]:
    """The levels of a kind on this type: a date has no time of day to leave out."""
    levels = LEVELS.get(kind, ())
    return levels[1:] if kind == "date" and types.family(type_) is Family.date else levels


def unfit(kind: str, column: str, type_: str, identifier: Identifier | None) -> tuple[Text, Text]:
    """What is wrong with a kind that means nothing on the column, and what fits."""
    of = f"{type_}{f', {identifier}' if identifier else ''}"
    problem = Text(
        f"掩码 {kind} 不适用于 {column}（{of}）", f"mask {kind} does not fit {column} ({of})"
    )
    shown = ", ".join(fitting(type_, identifier))
    fix = (
        Text(f"可用的掩码：{shown}", f"Masks that fit: {shown}")
        if shown
        else Text("此列没有可用的掩码，请删除。", "No mask fits this column: remove it.")
    )
    return problem, fix


def rules_of(
    found: Sequence[MaskRuleSpec] | None,
    column: tuple[str, str, Identifier | None],
    here: Path,
    notes: Notes,
) -> tuple[MaskRule, ...]:
    """The masks that a contract's column accepts; ``column`` is its name, type and identifier."""
    name, type_, identifier = column
    if found is not None and not found:
        notes.error(here, _NO_MASKS, _GIVE_MASKS)
    seen: set[str] = set()
    for index, spec in enumerate(found or ()):
        at = (*here, index)
        if spec.kind not in fitting(type_, identifier):
            notes.error(at, *unfit(spec.kind, name, type_, identifier))
        elif spec.kind in seen:
            notes.error(at, _TWICE, _ONE_LIST)
        else:
            _check_levels(spec, type_, at, notes)
        seen.add(spec.kind)
    return tuple(MaskRule(spec.kind, tuple(spec.levels or ())) for spec in found or ())


def plain_rule(rule: MaskRule) -> str | dict[str, Any]:
    """The value of which ``rules_of`` makes this rule."""
    return {"kind": rule.kind, "levels": list(rule.levels)} if rule.levels else rule.kind


def check_accepted(column: Column, use: Use, mask: Mask | None, here: Path, notes: Notes) -> None:
    """Whether the provider lets a scenario take the column like this. ``here`` is the column's
    place in the scenario. Only values are masked: every other use keeps them back anyway."""
    if use is not Use.value:
        return
    if mask is None:
        if column.mask_required:
            problem = Text(
                f"契约要求 {column.name} 加掩码（maskRequired）",
                f"the contract asks for a mask on {column.name} (maskRequired)",
            )
            notes.error(here, problem, _add_mask(column))
        return
    if not column.masks:
        return
    rule = next((r for r in column.masks if r.kind == mask.kind.value), None)
    if rule is None:
        problem = Text(
            f"契约不接受 {column.name} 的掩码 {mask.kind}",
            f"the contract of {column.name} does not accept the mask {mask.kind}",
        )
        notes.error((*here, "mask", "kind"), problem, _accepted(column))
    elif rule.levels and mask.level not in rule.levels:
        problem = Text(
            f"契约不接受 {column.name} 的级别 {mask.level}",
            f"the contract of {column.name} does not accept the level {mask.level}",
        )
        notes.error((*here, "mask", "level"), problem, _accepted(column))


def _check_levels(spec: MaskRuleSpec, type_: str, at: Path, notes: Notes) -> None:
    known = levels_of(spec.kind, type_)
    if spec.levels is not None and not known:
        problem = Text(f"掩码 {spec.kind} 没有级别", f"mask {spec.kind} has no levels")
        notes.error((*at, "levels"), problem, Text("删除 levels。", "Remove levels."))
    elif spec.levels is not None and not spec.levels:
        notes.error((*at, "levels"), _NO_LEVELS, _REMOVE_LEVELS)
    else:
        for number, level in enumerate(spec.levels or ()):
            if level not in known:
                problem = Text(f"级别 {level} 不认识", f"level {level} is not known")
                notes.error((*at, "levels", number), problem, suggest(level, known))


def _accepted(column: Column) -> Text:
    shown = "; ".join(_shown(rule) for rule in column.masks)
    return Text(f"契约接受：{shown}。", f"It accepts: {shown}.")


def _shown(rule: MaskRule) -> str:
    return f"{rule.kind} ({', '.join(rule.levels)})" if rule.levels else rule.kind


def _add_mask(column: Column) -> Text:
    first = column.masks[0] if column.masks else None
    kinds = fitting(column.type, column.identifier)
    kind = first.kind if first else (kinds[0] if kinds else MaskKind.pseudonym.value)
    levels = first.levels if first and first.levels else levels_of(kind, column.type)
    mask = f"{{kind: {kind}, level: {levels[-1]}}}" if levels else kind
    if kind in ("partial", "bucket", "coding"):
        mask = _EXAMPLES[kind]
    accepted = _accepted(column) if column.masks else Text("", "")
    return Text(
        f"例如 {column.name}: {{use: value, mask: {mask}}}。{accepted.zh}",
        f"For example {column.name}: {{use: value, mask: {mask}}}. {accepted.en}".strip(),
    )


_EXAMPLES = {
    "partial": "{kind: partial, keep_first: 1}",
    "bucket": "{kind: bucket, width: 1000}",
    "coding": "{kind: coding, top: 1000000}",
}
_NO_MASKS = Text("没有列出任何掩码", "no mask is listed")
_GIVE_MASKS = Text(
    "列出接受的掩码，例如 [pseudonym]，或删除 masks。",
    "List those that are accepted, e.g. [pseudonym], or remove masks.",
)
_NO_LEVELS = Text("没有列出任何级别", "no level is listed")
_REMOVE_LEVELS = Text(
    "列出级别；全部接受则删除 levels。", "List the levels; to accept all, remove levels."
)
_TWICE = Text("这种掩码写了两次", "this kind is listed twice")
_ONE_LIST = Text("合并为一项，级别写在一起。", "Make one of them, with all the levels.")
