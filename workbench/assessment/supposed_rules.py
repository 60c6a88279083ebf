"""Bounds and rules of a scheme that somebody supposes to be others. Pure.

A path names each: ``indicator.reviewed.zero``, ``indicator.open.step.0``, ``missing``. The values
are judged as a scheme's file is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from workbench.assessment import supposed_refusals as refusals
from workbench.assessment.scheme import (
    Indicator,
    Missing,
    MissingRule,
    Scheme,
    Scoring,
    Step,
    way,
)

WEIGHT, LEAST, RULE, ENOUGH, STEP = "weight", "least", "missing", "enough", "step"
Settings = Mapping[str, str]
"""By path, as it would be written in a scheme."""
_WORDS = frozenset({"within"})
_BOUNDS = ("zero", "full", "each", "cap", "at_least", "at_most", "within")
_MOST_LETTERS = 12
Part = TypeVar("Part", bound=BaseModel)


def settings(scheme: Scheme) -> dict[str, str]:
    """All that can be supposed, as it stands."""
    found = {f"dimension.{each.id}": str(each.weight) for each in scheme.dimensions}
    for each in scheme.indicators:
        found |= {f"indicator.{each.id}.{key}": value for key, value in _of(scheme, each)}
    found[RULE] = scheme.missing.rule.value
    if scheme.enough is not None:
        found[ENOUGH] = str(scheme.enough.points)
    return found


def _of(scheme: Scheme, one: Indicator) -> Iterator[tuple[str, str]]:
    rule = one.score
    if rule.veto is None:  # a veto weighs nothing
        yield WEIGHT, str(one.weight)
        yield RULE, scheme.rule_of(one).value
    if one.least is not None:
        yield LEAST, str(one.least)
    for at, step in enumerate(rule.steps or ()):
        yield f"{STEP}.{at}", str(step.bound)
        yield f"{STEP}.{at}.score", str(step.score)
    given = rule.linear or rule.deduct or rule.rank or rule.veto
    for name in _BOUNDS:
        if (value := getattr(given, name, None)) is not None:
            yield name, str(value)


def changed(scheme: Scheme, changes: Settings) -> Scheme:
    """With these bounds and rules. Weights stay: they are supposed exactly, beside the scheme.
    Raises InvalidInput."""
    known = settings(scheme)
    for path in changes:
        if path not in known:
            raise refusals.no_such_setting(path, known)
    update: dict[str, Any] = {
        "dimensions": tuple(
            dim.model_copy(update={"indicators": tuple(_other(i, changes) for i in dim.indicators)})
            for dim in scheme.dimensions
        )
    }
    if RULE in changes:
        rule = {"rule": _rule(RULE, changes[RULE])}
        update["missing"] = scheme.missing.model_copy(update=rule)
    if ENOUGH in changes and scheme.enough is not None:
        update["enough"] = _judged(ENOUGH, scheme.enough, {"points": changes[ENOUGH]})
    return scheme.model_copy(update=update)


def _other(one: Indicator, changes: Settings) -> Indicator:
    start = f"indicator.{one.id}."
    own = {path.removeprefix(start): to for path, to in changes.items() if path.startswith(start)}
    update: dict[str, Any] = {}
    own.pop(WEIGHT, None)
    if RULE in own:
        rule = _rule(start + RULE, own.pop(RULE))
        update["missing"] = MissingRule.model_validate({"as": rule})
    if LEAST in own:
        update["least"] = _least(start + LEAST, own.pop(LEAST))
    if own:
        update["score"] = _scoring(one.score, own, start.rstrip("."))
    return one.model_copy(update=update) if update else one


def _scoring(before: Scoring, own: Settings, path: str) -> Scoring:
    name, given = next((name, given) for name, given in before if given is not None)
    other = _steps(given, own, path) if name == "steps" else _judged(path, given, own)
    after = before.model_copy(update={name: other})
    level = after.linear is not None and after.linear.zero == after.linear.full
    if way(after) is not way(before) or level:
        raise refusals.turned(path)
    return after


def _steps(before: tuple[Step, ...], own: Settings, path: str) -> tuple[Step, ...]:
    made = tuple(_step(one, own, at, path) for at, one in enumerate(before))
    falling = before[0].at_least is not None
    bounds, scores = [one.bound for one in made], [one.score for one in made]
    in_order = bounds == sorted(set(bounds), reverse=falling)
    if not in_order or scores != sorted(scores, reverse=True):
        raise refusals.out_of_order(path)
    return made


def _step(one: Step, own: Settings, at: int, path: str) -> Step:
    bound = "at_least" if one.at_least is not None else "at_most"
    named = {bound: f"{STEP}.{at}", "score": f"{STEP}.{at}.score"}
    return _judged(path, one, {key: own[name] for key, name in named.items() if name in own})


def _judged(path: str, before: Part, own: Settings) -> Part:
    """The same with these values."""
    plain = before.model_dump(by_alias=True)
    plain |= {
        name: value if name in _WORDS else number(f"{path}.{name}", value)
        for name, value in own.items()
    }
    try:
        return type(before).model_validate(plain)
    except ValidationError as error:
        raise refusals.out_of_range(path, ", ".join(sorted(own.values()))) from error


def _rule(path: str, word: str) -> Missing:
    if word not in set(Missing):
        raise refusals.out_of_range(path, word)
    return Missing(word)


def _least(path: str, text: str) -> int | None:
    """None, where 0 is supposed: any number will do."""
    found = number(path, text)
    if found != int(found) or not 0 <= found <= 10**6:
        raise refusals.out_of_range(path, text)
    return int(found) or None


def number(path: str, text: str) -> Decimal:
    """Raises InvalidInput for what is no plain decimal number of a few digits."""
    plain = text.strip().removeprefix("-")
    if (
        not plain.replace(".", "", 1).isdecimal()
        or not plain.isascii()
        or len(text) > _MOST_LETTERS
    ):
        raise refusals.no_number(path, text)
    return Decimal(text.strip())
