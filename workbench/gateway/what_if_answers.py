"""What is asked and answered about cases of what-if questions: strict models."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, field_validator

from workbench.gateway.answers import Answer
from workbench.libraries.what_if import Inputs
from workbench.model.what_if import Estimate, Outcome, Supposed, WhatIf

MOST_NAME, MOST_NOTE = 80, 1000
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e18, le=1e18)]
Id = Annotated[str, Field(min_length=1, max_length=64)]


class EstimateBody(Answer):
    driver: Id
    value: Number
    low: Number
    high: Number


class OutcomeBody(Answer):
    """As ``model.what_if.Outcome``: worked out by whoever asks, from what was released to them."""

    value: Number
    low: Number
    high: Number
    observations: int = Field(ge=1, le=10_000)
    fit: float = Field(ge=0, le=1)
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    baseline: Number | None
    estimates: list[EstimateBody] = Field(min_length=1, max_length=8)

    def outcome(self) -> Outcome:
        plain = self.model_dump(exclude={"estimates"})
        return Outcome(**plain, estimates=tuple(Estimate(**dict(e)) for e in self.estimates))


class SupposedBody(Answer):
    inputs: Id
    target: Id
    shocks: dict[Id, Number] = Field(min_length=1, max_length=8)
    level: float = Field(ge=0.5, le=0.99)

    def supposed(self) -> Supposed:
        return Supposed(**self.model_dump())


class KeepBody(Answer):
    """``entry``: that of the ledger under which the figures were released. ``key`` names the
    command, so that it is done once."""

    name: str = Field(max_length=MOST_NAME)
    note: str = Field(default="", max_length=MOST_NOTE)
    supposed: SupposedBody
    outcome: OutcomeBody
    entry: int = Field(ge=1)
    key: str = Field(min_length=8, max_length=128)

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        plain = " ".join(unicodedata.normalize("NFC", value).split())
        if not plain or not plain.isprintable():
            raise ValueError("a name that can be read")
        return plain


class MarkBody(Answer):
    """``seen``: the version of the case that was looked at."""

    seen: int = Field(ge=1)


class CaseAnswer(Answer):
    """``mine``: whether the caller may delete and restore it. ``versions``: resource -> version
    and digest of the figures that it rests on."""

    id: str
    department: str
    name: str
    scenario: str
    maker: str
    made: datetime
    note: str
    supposed: SupposedBody
    outcome: OutcomeBody
    entry: int
    versions: dict[str, list[Any]]
    deleted: datetime | None
    version: int
    mine: bool

    @classmethod
    def of(cls, case: WhatIf, *, mine: bool) -> CaseAnswer:
        outcome = OutcomeBody(
            **{
                **case.outcome.__dict__,
                "estimates": [EstimateBody(**one.__dict__) for one in case.outcome.estimates],
            }
        )
        plain = {
            **case.__dict__,
            "supposed": SupposedBody(**case.supposed.__dict__),
            "outcome": outcome,
            "versions": {name: list(one) for name, one in case.versions.items()},
        }
        return cls(**plain, mine=mine)


class CasesAnswer(Answer):
    """The newest first; ``total`` is how many there are."""

    cases: list[CaseAnswer]
    total: int


class InputsAnswer(Answer):
    """A file of inputs, as it stands in the city."""

    inputs: Inputs
