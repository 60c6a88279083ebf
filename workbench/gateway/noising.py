"""Privacy budgets over HTTP: what a person's grants may still spend on figures with noise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request

from workbench.gateway.answers import Answer
from workbench.gateway.envelope import line_of
from workbench.gateway.scenario import picked
from workbench.model.actor import Actor
from workbench.model.contract import SharingMode
from workbench.model.days import day_of
from workbench.model.grant import Grant
from workbench.model.noise import NoiseRules, epsilon_of
from workbench.model.tier import Tier
from workbench.policy.holding import active_grants
from workbench.store.noise import NoiseBudgets


class Clamp(Answer):
    """What one entity contributes at most to a sum, and the unit that sums are in."""

    column: str
    most: float
    unit: float


class NoiseBudget(Answer):
    """One grant's. ``total``, ``each`` (of one question), ``spent`` and ``left`` are epsilons;
    ``rows`` of one entity are looked at."""

    resource: str
    total: float
    each: float
    spent: float
    left: float
    rows: int
    per_entity: list[Clamp]

    @classmethod
    def of(cls, resource: str, rules: NoiseRules, spent: int) -> NoiseBudget:
        clamps = [
            Clamp(column=b.column, most=float(b.most * b.unit), unit=float(b.unit))
            for b in rules.bounds
        ]
        return cls(
            resource=resource,
            total=epsilon_of(rules.epsilon),
            each=epsilon_of(rules.each),
            spent=epsilon_of(spent),
            left=epsilon_of(max(rules.epsilon - spent, 0)),
            rows=rules.rows,
            per_entity=clamps,
        )


class NoiseDesk:
    """One per gateway. ``grants`` gives the present ones; ``clock`` an aware time."""

    def __init__(
        self,
        budgets: NoiseBudgets,
        grants: Callable[[], Iterable[Grant]],
        clock: Callable[[], datetime],
    ) -> None:
        self._budgets, self._grants, self._clock = budgets, grants, clock

    def of(self, actor: Actor, scenario: str) -> list[NoiseBudget]:
        """Of each grant of the actor in the scenario that offers noise; it is not recorded."""
        today = day_of(self._clock())
        held = active_grants(actor, scenario, self._grants(), today, Tier.statistics)
        return [
            NoiseBudget.of(grant.resource, grant.disclosure.noise, self._budgets.spent(grant.id))
            for grant in held
            if grant.disclosure.noise is not None and grant.mode is SharingMode.statistics
        ]


def add(
    app: FastAPI, desk: NoiseDesk, usable: Callable[[Actor], tuple[str, ...]], caller: Any
) -> None:
    """``caller`` is the dependency that gives the signed-in Actor."""

    @app.get("/noise")
    def noise(
        request: Request,
        scenario: Annotated[str, Query(max_length=128)] = "",
        who: Actor = caller,
    ) -> list[NoiseBudget]:
        wanted = picked(scenario, who, usable)
        line_of(request.scope).scenario = wanted
        return desk.of(who, wanted)
