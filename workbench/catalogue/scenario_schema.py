"""How a scenario file is written. Dates are YYYY-MM-DD; nothing else is accepted silently."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.catalogue.mask_rules import Kind

NonEmpty = Field(min_length=1)


class Strict(BaseModel):
    """A key that nobody knows is an error: a mask that was misspelt would be no mask."""

    model_config = ConfigDict(extra="forbid")


class Title(Strict):
    zh: str = NonEmpty
    en: str = NonEmpty


class MaskSpec(Strict):
    """``pseudonym`` alone, or a mapping with the fields of its kind."""

    kind: Kind
    keep_first: int | None = Field(default=None, ge=0, le=64)
    keep_last: int | None = Field(default=None, ge=0, le=64)
    level: str | None = None
    width: float | None = None
    edges: list[float] | None = None
    bottom: int | float | str | None = None
    top: int | float | str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


class ColumnSpec(Strict):
    """A use alone, or ``{use, mask}``."""

    use: Literal["value", "join_key", "statistics", "compare"] = "value"
    mask: MaskSpec | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"use": value} if isinstance(value, str) else value


class RowSpec(Strict):
    column: str = NonEmpty
    op: Literal[
        "=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "starts with",
        "is null", "is not null",
    ]  # fmt: skip
    value: Any = None
    values: list[Any] | None = None


class DominanceSpec(Strict):
    n: int = Field(ge=1)
    k: float = Field(gt=0, le=1)


class RoundingSpec(Strict):
    counts: int | None = Field(default=None, ge=2)
    values: float | None = Field(default=None, gt=0)


class NoiseBoundSpec(Strict):
    """The most alone, or ``{most, unit}``; a number of many digits stands in quotes."""

    most: int | float | str
    unit: int | float | str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"most": value} if isinstance(value, int | float | str) else value


class NoiseSpec(Strict):
    """``epsilon``: the grant's whole budget (100 at most: more protects nobody); ``each``: of one
    question; ``rows`` and ``per_entity``: how much one entity weighs."""

    epsilon: float = Field(gt=0, le=100)
    each: float = Field(gt=0)
    rows: int = Field(default=1, ge=1, le=1000)
    per_entity: dict[str, NoiseBoundSpec] = {}


class DisclosureSpec(Strict):
    k: int | None = Field(default=None, ge=1)
    dominance: DominanceSpec | None = None
    p_percent: float | None = Field(default=None, gt=0, le=100)
    rounding: RoundingSpec = RoundingSpec()
    zero: Literal["told", "hidden"] | None = None
    noise: NoiseSpec | None = None


class DecidedSpec(Strict):
    """The provider's own decision, where a city's regulation leaves it to the provider: by which
    department, when, under which number."""

    by: str = NonEmpty
    on: date
    reference: str = NonEmpty


class ConsentSpec(Strict):
    """Whose consent a row needs: ``subject`` is the column that tells whom it is about."""

    required: bool
    subject: str = NonEmpty


class ResourceSpec(Strict):
    resource: str = NonEmpty
    mode: Literal["view", "compare", "statistics", "obtain"]
    reason: str = NonEmpty
    columns: dict[str, ColumnSpec] = Field(min_length=1)
    rows: list[RowSpec] = []
    disclosure: DisclosureSpec = DisclosureSpec()
    decided: DecidedSpec | None = None
    consent: ConsentSpec | None = None


class PageSpec(Strict):
    id: str = NonEmpty
    viewers: list[str] = []
    viewer_departments: list[str] = []


class ScenarioSpec(Strict):
    """``valid_until`` is the last day of use: an authorisation runs until a date (Foshan 2019
    art. 29)."""

    id: str = NonEmpty
    version: str = NonEmpty
    title: Title
    purpose: str = NonEmpty
    duty_basis: str = NonEmpty
    approver: str = NonEmpty
    approved_on: date | None = None
    valid_from: date | None = None
    valid_until: date
    departments: list[str] = []
    pages: list[PageSpec] = []
    resources: list[ResourceSpec] = Field(min_length=1)
