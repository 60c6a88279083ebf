"""The columns of a scenario, each with its use and mask, against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workbench.catalogue import types
from workbench.catalogue.bands import number_of
from workbench.catalogue.mask_rules import check_accepted, fitting, levels_of, unfit
from workbench.catalogue.scenario_schema import ColumnSpec, MaskSpec
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Column, Resource, SharingMode
from workbench.model.grant import ColumnGrant, Mask, MaskKind, Use
from workbench.model.tier import HOLDS, Tier

_FIELDS: Mapping[str, frozenset[str]] = {
    "pseudonym": frozenset(),
    "partial": frozenset({"keep_first", "keep_last"}),
    "division": frozenset({"level"}),
    "industry": frozenset({"level"}),
    "date": frozenset({"level"}),
    "bucket": frozenset({"width", "edges"}),
    "coding": frozenset({"bottom", "top"}),
}
_ALL_FIELDS = frozenset[str]().union(*_FIELDS.values())
_ARRIVING = tuple(tier for tier in Tier if tier is not Tier.compare)


def column_grants(
    specs: Mapping[str, ColumnSpec],
    resource: Resource,
    mode: SharingMode,
    base: Path,
    notes: Notes,
) -> tuple[ColumnGrant, ...]:
    """The granted columns in the scenario's order, named as the contract spells them."""
    out: dict[str, ColumnGrant] = {}
    for name, spec in specs.items():
        here = (*base, name)
        column = resource.column(name)
        if column is None:
            problem = Text(
                f"{resource.name} 没有数据项 {name}", f"{resource.name} has no column {name}"
            )
            notes.error(here, problem, suggest(name, [c.name for c in resource.columns]))
        elif column.name in out:
            notes.error(here, _TWICE, _KEEP_ONE)
        else:
            out[column.name] = _grant(column, spec, mode, here, notes)
    return tuple(out.values())


def _grant(
    column: Column, spec: ColumnSpec, mode: SharingMode, here: Path, notes: Notes
) -> ColumnGrant:
    use = Use(spec.use)
    if column.classification is None:
        notes.error(here, _UNCLASSIFIED, _CLASSIFY)
    if use is not Use.compare and not any(use in HOLDS[t].get(mode, ()) for t in _ARRIVING):
        notes.warn(here, _arrives_nowhere(use, mode), _USE_VALUE)
    mask = None
    if spec.mask is not None:
        if use is not Use.value:
            notes.error((*here, "mask"), _MASK_USE, _DROP_MASK)
        mask = _mask(column, spec.mask, (*here, "mask"), notes)
    check_accepted(column, use, mask, here, notes)
    return ColumnGrant(column.name, use, mask)


def _mask(column: Column, spec: MaskSpec, here: Path, notes: Notes) -> Mask:
    given = {name for name in _ALL_FIELDS if getattr(spec, name) is not None}
    known = _FIELDS[spec.kind]
    for name in sorted(given - known):
        problem = Text(f"掩码 {spec.kind} 没有 {name}", f"mask {spec.kind} has no {name}")
        notes.error((*here, name), problem, suggest(name, known))
    fits = spec.kind in fitting(column.type, column.identifier)
    if not fits:
        unfit_here = unfit(spec.kind, column.name, column.type, column.identifier)
        notes.error((*here, "kind"), *unfit_here)
    levels = levels_of(spec.kind, column.type)
    if levels and spec.level not in levels:
        problem = Text(f"级别 {spec.level} 不认识", f"level {spec.level} is not known")
        notes.error((*here, "level"), problem, suggest(spec.level, levels))
    if spec.kind == "partial" and not given & known:
        notes.error(here, _NO_KEEP, _GIVE_KEEP)
    if spec.kind == "bucket":
        _check_bucket(spec, here, notes)
    bottom, top = (
        _bounds(spec, column.type, here, notes) if spec.kind == "coding" and fits else (None, None)
    )
    return Mask(
        kind=MaskKind(spec.kind),
        keep_first=spec.keep_first or 0,
        keep_last=spec.keep_last or 0,
        level=spec.level or "",
        width=spec.width,
        edges=tuple(spec.edges or ()),
        bottom=bottom,
        top=top,
    )


def _bounds(
    spec: MaskSpec, type_: str, here: Path, notes: Notes
) -> tuple[Decimal | None, Decimal | None]:
    """The bounds of a coding, exact and of the column's own type: they stand among its values."""
    bottom, top = (
        None if value is None else _bound(value, type_, (*here, name), notes)
        for name, value in (("bottom", spec.bottom), ("top", spec.top))
    )
    if spec.bottom is None and spec.top is None:
        notes.error(here, _NO_BOUND, _GIVE_BOUND)
    if bottom is not None and top is not None and bottom >= top:
        notes.error((*here, "top"), _BOUNDS, _GIVE_BOUND)
    return bottom, top


def _bound(value: float | str, type_: str, here: Path, notes: Notes) -> Decimal | None:
    found = number_of(value, type_, here, notes)
    if found is not None and not types.holds(found, type_):
        problem = Text(f"{value} 超出 {type_} 的范围", f"{value} does not fit into {type_}")
        notes.error(here, problem, Text("写该类型容得下的数。", "Write a number that it holds."))
        return None
    return found


def _check_bucket(spec: MaskSpec, here: Path, notes: Notes) -> None:
    if (spec.width is None) == (spec.edges is None):
        notes.error(here, _ONE_OF, _GIVE_WIDTH)
    if spec.width is not None and spec.width <= 0:
        notes.error((*here, "width"), _WIDTH, _GIVE_WIDTH)
    if spec.edges is not None:
        rising = all(a < b for a, b in zip(spec.edges, spec.edges[1:], strict=False))
        if not spec.edges or not rising:
            notes.error((*here, "edges"), _EDGES, _GIVE_EDGES)


def _arrives_nowhere(use: Use, mode: SharingMode) -> Text:
    return Text(
        f"用法 {use} 在 {mode} 方式下不提供数据", f"use {use} brings no data in mode {mode}"
    )


_TWICE = Text("重复（SQL 不分大小写）", "this is named twice (SQL does not tell case apart)")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_UNCLASSIFIED = Text(
    "没有分级的数据项不能授权（GB/T 43697）",
    "a column without a classification cannot be granted (GB/T 43697)",
)
_CLASSIFY = Text(
    "先在契约里加上 classification，或从场景中删除。",
    "Give it a classification in the contract, or take it out of the scenario.",
)
_USE_VALUE = Text("改用 value 或 join_key。", "Use value or join_key.")
_MASK_USE = Text("掩码只用于 value", "a mask goes with the use value")
_DROP_MASK = Text("删除掩码，或写 use: value。", "Remove the mask, or write use: value.")
_NO_KEEP = Text("没有说明保留哪些字符", "it does not say which characters stay")
_GIVE_KEEP = Text("写 keep_first 或 keep_last。", "Write keep_first or keep_last.")
_ONE_OF = Text("width 和 edges 应有且只有一个", "exactly one of width and edges is needed")
_WIDTH = Text("宽度应大于 0", "the width must be above 0")
_GIVE_WIDTH = Text(
    "例如 {kind: bucket, width: 1000000}。", "For example {kind: bucket, width: 1000000}."
)
_NO_BOUND = Text("bottom 和 top 至少写一个", "it has neither bottom nor top")
_GIVE_BOUND = Text(
    "例如 {kind: coding, bottom: 0, top: 50000000}。",
    "For example {kind: coding, bottom: 0, top: 50000000}.",
)
_BOUNDS = Text("bottom 应小于 top", "bottom must be below top")
_EDGES = Text("分界应从小到大", "edges must rise")
_GIVE_EDGES = Text("例如 edges: [0, 100, 1000]。", "For example edges: [0, 100, 1000].")
