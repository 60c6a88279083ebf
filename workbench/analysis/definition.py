"""``data_contracts/analysis/*.yaml``: what a month's analysis looks at, as data.

The models are the schema. ``reading`` judges what hangs together across keys; ``check`` holds it
against libraries, contracts and the scenario.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.libraries.definition import Name
from workbench.regulations.profile import Said

FOLDER = FilePath("data_contracts") / "analysis"

_BEFORE = ("month", "part", "subject", "measure", "period")
_AFTER = ("value", "low", "high", "text_zh", "text_en", "state", "entry")


def columns(by: Sequence[str]) -> tuple[str, ...]:
    """Of the resource that an analysis with these dimensions is kept in (docs/analysis.md)."""
    return (*_BEFORE, *by, *_AFTER)


OWN = columns(("county", "industry"))
"""Those of the dimensions that an analysis has where its file names none."""

PUBLISHED = ("series", "period", "frequency", "released_on", "basis", "value", "growth")
"""Columns of the resource of published series."""

PRICES = ("series", "month", "released_on", "year_on_year", "average")
"""Columns that are read of the resource of price indices."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class January(StrEnum):
    """``together``: rates take January and February as one, at February. ``apart``: as they are."""

    together = "together"
    apart = "apart"


class Hundred(StrEnum):
    """What is 100 for an index: the month before (环比), or the month of the year before (同比)."""

    month_before = "month_before"
    year_before = "year_before"


class Headline(_Frozen):
    """One figure that is followed: an indicator of a library, or a published series.

    Kind, direction, price basis and season of an indicator stand in its library's file. ``moving``
    12: rates are of sums over twelve months, for what comes in lumps. ``hundred``: the indicator is
    a price index, whose rates are in it: that on the month before is chained to a year's.
    ``adjust`` false: no season is taken out. ``deflator``: the price index by which growth at
    current prices is made comparable. ``basis``: at what prices, by whose count its growth is."""

    id: Name
    title: Said
    indicator: Name | None = None
    published: Name | None = None
    frequency: Literal["month", "quarter"] = "month"
    january: January = January.apart
    moving: Literal[1, 12] = 1
    hundred: Hundred | None = None
    adjust: bool = True
    deflator: Name | None = None
    unit: Said | None = None
    basis: Said


class Transformation(StrEnum):
    """What a light looks at: the rate of the month, of the year so far, of twelve months' sums, or
    the figure itself."""

    year_on_year = "year_on_year"
    cumulative_year_on_year = "cumulative_year_on_year"
    value = "value"


Cuts = Annotated[tuple[float, ...], Field(min_length=4, max_length=4)]


class Component(_Frozen):
    """A light: ``thresholds`` as given, or ``history``: quantiles of its own past, as it stands in
    the month that is analysed. ``inverted``: the higher the colder."""

    headline: Name
    transformation: Transformation = Transformation.year_on_year
    thresholds: Cuts | None = None
    history: Cuts | None = None
    inverted: bool = False


class Lights(_Frozen):
    """``totals``: cuts of the sum of points; ``least``: lights that have to be known for a sum.
    ``source``: where the thresholds are from."""

    components: tuple[Component, ...] = Field(min_length=1)
    totals: Cuts
    least: int = Field(ge=1)
    source: Said


class Member(_Frozen):
    """How a headline enters an index: see ``economy.composite.Component``."""

    headline: Name
    change: Literal["symmetric", "difference", "level"] = "symmetric"
    inverted: bool = False


class Index(_Frozen):
    """``chosen``: how its members were chosen."""

    title: Said
    chosen: Said
    members: tuple[Member, ...] = Field(min_length=1)


class Diffusion(_Frozen):
    """Of the seasonally adjusted figures, over so many months."""

    title: Said
    headlines: tuple[Name, ...] = Field(min_length=3)
    months: int = Field(default=1, ge=1, le=12)


class Indices(_Frozen):
    leading: Index
    coincident: Index
    lagging: Index
    diffusion: Diffusion


class Forecast(_Frozen):
    """``horizon`` months ahead; judged from ``origins`` past months, ``every`` so many, as far as
    the history reaches, and from ``least`` at least."""

    method: Literal["ets", "theta", "sarima", "seasonal_naive"] = "ets"
    horizon: int = Field(ge=1, le=24)
    level: float = Field(gt=0, lt=1)
    origins: int = Field(ge=1, le=36)
    every: int = Field(default=1, ge=1, le=12)
    least: int = Field(default=3, ge=1)


class Nowcast(_Frozen):
    """``target``: a quarterly headline that is published. ``inputs``: monthly headlines, by their
    rate on a year before. ``least``: quarters before it that an equation needs."""

    target: Name
    inputs: tuple[Name, ...] = Field(min_length=1)
    least: int = Field(ge=4)
    quarters: int = Field(ge=1, le=40)
    level: float = Field(gt=0, lt=1)


class Weighed(_Frozen):
    headline: Name
    weight: float = Field(gt=0)


class Ranking(_Frozen):
    """Counties (or what else ``by`` names) by places: in each headline the fastest growth has 100
    points and the slowest 0; the score is the weighted mean over the headlines that are released
    for the county, of ``least`` at least."""

    id: Name
    by: Name = "county"
    title: Said
    rule: Said
    components: tuple[Weighed, ...] = Field(min_length=1)
    least: int = Field(ge=1)


class Kind(StrEnum):
    """The closed set of sentences, each with the figures that its template may name."""

    lights = "lights"
    moves = "moves"
    where = "where"
    progress = "progress"
    outlook = "outlook"
    ends = "ends"


FIGURES: Mapping[Kind, tuple[str, ...]] = {
    Kind.lights: ("points", "colour", "before", "counted"),
    Kind.moves: ("up", "up_rate", "up_before", "down", "down_rate", "down_before"),
    Kind.where: ("headline", "rate", "county", "county_points", "industry", "industry_points"),
    Kind.progress: ("headline", "done", "due", "needed"),
    Kind.outlook: ("headline", "quarter", "rate", "low", "high"),
    Kind.ends: ("headline", "rate", "first", "first_rate", "last", "last_rate"),
}


class Sentence(_Frozen):
    """``text``: with {names} of ``FIGURES``. ``otherwise``: what is said when one of them is
    withheld or not there. ``headline``: of ``where``, ``progress``, ``outlook`` and ``ends``."""

    kind: Kind
    headline: Name | None = None
    text: Said
    otherwise: Said


class Prices(_Frozen):
    """``resource``: of price indices. ``series``: what those that are used are called."""

    resource: Name
    series: Mapping[Name, Said] = Field(min_length=1)


class Drivers(_Frozen):
    headlines: tuple[Name, ...] = Field(min_length=1)
    largest: int = Field(default=40, ge=1)


class Analysis(_Frozen):
    """One analysis of a month. ``history``: months that are kept of each course. ``published``:
    the resource of published series, where a headline is one. ``by``: the dimensions of the
    libraries that it looks at beside the whole. A part that is not there is not made."""

    id: Name
    title: Said
    about: Said
    scenario: Name
    makes: Name
    published: Name | None = None
    prices: Prices | None = None
    by: tuple[Name, ...] = Field(default=("county", "industry"), min_length=1, max_length=2)
    history: int = Field(default=36, ge=13, le=36)
    headlines: tuple[Headline, ...] = Field(min_length=1)
    lights: Lights
    indices: Indices | None = None
    drivers: Drivers | None = None
    forecast: Forecast | None = None
    nowcast: Nowcast | None = None
    ranking: Ranking | None = None
    sentences: tuple[Sentence, ...] = Field(min_length=1, max_length=3)
    names: Mapping[Annotated[str, Field(min_length=1)], Said] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """Of the resource that it makes."""
        return columns(self.by)

    def headline(self, name: str) -> Headline:
        return next(each for each in self.headlines if each.id == name)


PLACE = re.compile(r"\{([a-z_]*)\}")
"""A figure in a sentence's text."""
