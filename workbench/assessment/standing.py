"""How firm a run's figures are, frozen beside its scores: rank stability and intervals of rates.

Drawn figures rest on numpy's streams, which may change with its version: so what was told is kept,
and not drawn again when somebody asks years later. Scores and ranks rest on none of this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from workbench.assessment.frozen import Frozen, scheme_of, scored
from workbench.assessment.rates import Rates, interval, rates_of
from workbench.assessment.scoring import Sheet
from workbench.assessment.stability import (
    CONCENTRATION,
    DRAWS,
    Around,
    Stability,
    Without,
    leave_one_out,
    stability,
)
from workbench.assessment.tables import caps_of, scores_of
from workbench.ledger.chain import canonical

_DIGITS = 4


def standing(frozen: Frozen, draws: int = DRAWS) -> str:
    """Canonical JSON: ``standings`` by department, ``groups`` of ranks that are not apart,
    ``without`` each indicator, ``intervals`` (95 %) of rates by department and indicator. Weights
    are drawn around the scheme's, and rates anew, by the seed of the year. Who has no score is
    left out; empty where nobody has one."""
    scheme = scheme_of(frozen)
    found = [sheet for sheet in scored(frozen)[0] if sheet.total is not None]
    if not found:
        return ""
    rates = rates_of(scheme, frozen.inputs, found)
    scores, caps = scores_of(found), caps_of(scheme, found)
    firm = stability(
        scheme.weights, scores, Around(), seed=frozen.year, draws=draws, caps=caps, rates=rates
    )
    told = {
        "draws": draws,
        "seed": frozen.year,
        "concentration": CONCENTRATION,
        "numpy": np.__version__,
        **_firm(firm),
        "without": [_without(one) for one in leave_one_out(scheme.weights, scores, caps)],
        "intervals": _intervals(found, rates, frozen.year),
    }
    return canonical(told)


def draws_of(told: str) -> int:
    """How many sets of weights were drawn for what ``standing`` told."""
    return int(json.loads(told)["draws"])


def _firm(firm: Stability) -> Mapping[str, Any]:
    return {
        "standings": {
            one.department: {
                "rank": one.rank,
                "best": one.best,
                "worst": one.worst,
                "low": one.low,
                "high": one.high,
                "points_low": _short(one.points_low),
                "points_high": _short(one.points_high),
                "first": _short(one.times[0] / firm.draws),
            }
            for one in firm.standings
        },
        "groups": [
            {"rank": group.rank, "departments": list(group.departments)} for group in firm.groups
        ],
    }


def _without(one: Without) -> Mapping[str, Any]:
    return {
        "indicator": one.indicator,
        "agreement": None if one.agreement is None else _short(one.agreement),
        "moved": {name: list(ranks) for name, ranks in one.moved.items()},
    }


def _intervals(found: Iterable[Sheet], rates: Rates, seed: int) -> Mapping[str, Any]:
    return {
        sheet.department: {
            name: [_short(end) for end in interval(rate, seed)]
            for name, rate in rates.get(sheet.department, {}).items()
        }
        for sheet in found
    }


def _short(value: float) -> float:
    """Beyond these digits stands what one machine rounds otherwise than another."""
    return round(float(value), _DIGITS)
