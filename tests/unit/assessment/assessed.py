"""A small scheme that can be followed by hand, with every function of the closed set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from workbench.assessment.measured import (
    Evidence,
    Gathered,
    Inputs,
    Item,
    Measured,
    Source,
    of_items,
    stated,
)
from workbench.assessment.scheme import Scheme
from workbench.kpi.definition import Direction, Figure

_OURS = {"ours": {"zh": "默认", "en": "a default"}}
_TITLE = {"zh": "名称", "en": "title"}
_MANUAL = {"evidence": _TITLE, "unit": _TITLE, "direction": "lower"}
_BOUNDS = [{"at_most": 3, "score": 100}, {"at_most": 7, "score": 60}, {"at_most": 12, "score": 20}]


def _indicator(name: str, weight: int, score: object, **more: object) -> dict[str, object]:
    measure = {"manual": _MANUAL} if name == "leak" else {"kpi": name}
    told = {"id": name, "title": _TITLE, "weight": weight, "measure": measure, "score": score}
    return {**told, **_OURS, **more}


DECLARED = {
    "id": "small",
    "title": _TITLE,
    "regulation": "aba-2024",
    "articles": "6",
    "reading": _TITLE,
    **_OURS,
    "evaluator": "data_bureau",
    "missing": {"as": "redistribute", **_OURS},
    "grades": [
        {"from": 75, "title": _TITLE, "light": "green"},
        {"from": 60, "title": _TITLE, "light": "yellow"},
        {"from": 0, "title": _TITLE, "light": "red"},
    ],
    "dimensions": [
        {"id": "sharing", "title": _TITLE, "weight": 60, **_OURS, "indicators": [
            _indicator("reviewed", 40, {"linear": {"zero": 0.5, "full": 1}}, least=3),
            _indicator("repeated", 20, {"deduct": {"each": 25, "cap": 75}}),
        ]},
        {"id": "use", "title": _TITLE, "weight": 40, **_OURS, "indicators": [
            _indicator("asked", 30, {"rank": {"within": "all", "better": "higher"}}),
            _indicator("days", 10, {"steps": _BOUNDS}),
            _indicator("leak", 0, {"veto": {"at_least": 1, "cap": 59, "says": _TITLE}}),
        ]},
    ],
}  # fmt: skip


def small(**changed: object) -> Scheme:
    return Scheme.model_validate({**DECLARED, **changed})


NATURE = {
    "reviewed": (Figure.ratio, Direction.higher),
    "repeated": (Figure.total, Direction.lower),
    "asked": (Figure.total, Direction.none),
    "days": (Figure.median, Direction.lower),
}
DAY = date(2025, 6, 1)
Amounts = Mapping[str, Mapping[str, Iterable[tuple[int, int]]]]
"""By indicator and department, numerators (or amounts) and denominators."""


def inputs(
    amounts: Amounts,
    departments: Iterable[str],
    leaks: Mapping[str, int] | None = None,
    groups: Mapping[str, str] | None = None,
) -> Inputs:
    measures = {
        name: Gathered(
            Source.kpi,
            figure,
            direction,
            {who: of_items(figure, _items(pairs)) for who, pairs in amounts.get(name, {}).items()},
        )
        for name, (figure, direction) in NATURE.items()
    }
    by = {who: _stated(count) for who, count in (leaks or {}).items()}
    measures["leak"] = Gathered(Source.manual, Figure.total, Direction.lower, by)
    return Inputs(groups or dict.fromkeys(departments, ""), measures)


def _items(pairs: Iterable[tuple[int, int]]) -> list[Item]:
    return [
        Item(DAY, f"case-{number}", Fraction(amount), Fraction(of))
        for number, (amount, of) in enumerate(pairs)
    ]


def _stated(count: int) -> Measured:
    return stated(Fraction(count), [Evidence("finding.pdf", "0" * 64)])
