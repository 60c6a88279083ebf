"""``disclosure: noise:`` of a scenario: read into whole units, and checked against the contract."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any

from workbench.catalogue import types
from workbench.catalogue.scenario_schema import NoiseBoundSpec, NoiseSpec
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Resource, SharingMode
from workbench.model.grant import ColumnGrant, Use
from workbench.model.noise import NoiseBound, NoiseRules, epsilon_of, millionths

MOST_UNITS = 10**12
"""The largest clamp, in units: noise on it stays within 64 bits (ours)."""
FLOAT_UNIT = Decimal("0.01")
"""The unit of a column of floats where none is named (our default)."""


def noise_rules(
    spec: NoiseSpec | None,
    mode: SharingMode,
    columns: Collection[ColumnGrant],
    resource: Resource,
    here: Path,
    notes: Notes,
) -> NoiseRules | None:
    """The rules at ``here``, columns named as the contract spells them; None where any is wrong,
    so that noise is refused. What is wrong goes to ``notes``."""
    if spec is None:
        return None
    before = len(notes.found)
    if mode is not SharingMode.statistics:
        notes.error(here, _MODE, _GIVE_MODE)
    epsilon = _epsilon(spec.epsilon, (*here, "epsilon"), notes)
    each = _epsilon(spec.each, (*here, "each"), notes)
    if each > epsilon:
        notes.error((*here, "each"), _EACH, _GIVE_EACH)
    bounds = [
        _bound(name, given, columns, resource, (*here, "per_entity", name), notes)
        for name, given in spec.per_entity.items()
    ]
    found = tuple(bound for bound in bounds if bound is not None)
    names = [bound.column for bound in found]
    if len(set(names)) < len(names):
        notes.error((*here, "per_entity"), _TWICE, _KEEP_ONE)
    if len(notes.found) > before:
        return None
    return NoiseRules(epsilon, each, spec.rows, found)


def plain_noise(rules: NoiseRules) -> dict[str, Any]:
    """What ``noise_rules`` reads these of."""
    bounds = {
        b.column: {"most": _plain(b.most * b.unit), "unit": str(b.unit)} for b in rules.bounds
    }
    return {
        "epsilon": epsilon_of(rules.epsilon),
        "each": epsilon_of(rules.each),
        "rows": rules.rows,
        "per_entity": bounds,
    }


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _epsilon(given: float, here: Path, notes: Notes) -> int:
    """Millionths; 0 where it is wrong."""
    found = millionths(Decimal(repr(given)))
    if found is None:
        notes.error(here, _EPSILON, _GIVE_EPSILON)
    return found or 0


def _bound(
    name: str,
    given: NoiseBoundSpec,
    columns: Collection[ColumnGrant],
    resource: Resource,
    here: Path,
    notes: Notes,
) -> NoiseBound | None:
    column = resource.column(name)
    measures = [c.name for c in columns if c.use is Use.statistics]
    if column is None or column.name not in measures:
        problem = Text(
            f"{name} 不是以 statistics 授权的指标",
            f"{name} is no measure that is granted with the use statistics",
        )
        notes.error(here, problem, suggest(name, measures))
        return None
    if not types.is_number(column.type):
        notes.error(here, _NUMBER, _DROP)
        return None
    unit, most = _decimal(given.unit), _decimal(given.most)
    if given.unit is None:
        unit = unit_of(column.type)
    if unit is None or most is None or unit <= 0 or most <= 0:
        notes.error(here, _POSITIVE, _GIVE_POSITIVE)
        return None
    units = most / unit
    if units != units.to_integral_value() or units > MOST_UNITS:
        problem = Text(
            f"{most} 不是单位 {unit} 的整数倍，或超过其 {MOST_UNITS:,} 倍",
            f"{most} is not a whole number of units of {unit}, or more than {MOST_UNITS:,} of them",
        )
        notes.error(here, problem, _GIVE_UNIT)
        return None
    return NoiseBound(column.name, int(units), unit)


def unit_of(type_: str) -> Decimal:
    """The smallest unit of a normal type of numbers."""
    if type_ in ("FLOAT", "DOUBLE"):
        return FLOAT_UNIT
    return Decimal(1).scaleb(-types.decimal_scale(type_))


def _decimal(given: int | float | str | None) -> Decimal | None:
    try:
        found = Decimal(repr(given) if isinstance(given, float) else str(given))
    except InvalidOperation:
        return None
    fits = found.is_finite() and len(found.as_tuple().digits) <= 18 and abs(found.adjusted()) < 38
    return found if fits else None


_MODE = Text("加噪只用于共享方式 statistics", "noise is for the sharing mode statistics")
_GIVE_MODE = Text("写 mode: statistics，或删除 noise。", "Write mode: statistics, or drop noise.")
_EACH = Text("一次提问的上限大于总预算", "one question may spend more than there is")
_GIVE_EACH = Text("each 不应大于 epsilon。", "Make each no larger than epsilon.")
_TWICE = Text("同一列写了两次", "a column is named twice")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_EPSILON = Text("epsilon 最多六位小数", "an epsilon has at most six places behind the point")
_GIVE_EPSILON = Text("例如 0.1。", "For example 0.1.")
_NUMBER = Text("不是数字列，不能求和", "this is no column of numbers and has no sum")
_DROP = Text("删除此项。", "Remove it.")
_POSITIVE = Text("应为大于 0 的数", "this must be a number above 0")
_GIVE_POSITIVE = Text(
    "例如 {most: 1000000, unit: 0.01}。", "For example {most: 1000000, unit: 0.01}."
)
_GIVE_UNIT = Text(
    "改 most，或写出 unit，例如 {most: 1000000, unit: 100}。",
    "Change most, or name a unit, as in {most: 1000000, unit: 100}.",
)
