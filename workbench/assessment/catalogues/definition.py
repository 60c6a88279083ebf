"""``data_contracts/assessment_catalogue``: what is measured of a portal's catalogue, as data.

``oddities.yaml`` says what is odd in real catalogues, each by a condition over an entry;
``indicators/ID.yaml`` measures the entries of a department and says of each oddity what becomes of
it; ``catalogues.yaml`` is an ordinary scheme (``assessment.scheme``) whose measures are these
indicators. Conditions are SQL over the columns that ``SCENARIO`` grants of the entries; ``$as_of``
is the day.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path as FilePath

from pydantic import BaseModel, ConfigDict, Field

from workbench.assessment.scheme import Name
from workbench.kpi.definition import Cited, Direction, Figure, Form
from workbench.regulations.profile import Said

FOLDER = FilePath("data_contracts") / "assessment_catalogue"
ODDITIES = FOLDER / "oddities.yaml"
INDICATORS = FOLDER / "indicators"
SCHEME = FOLDER / "catalogues.yaml"
SCENARIO = "catalogue_ratings"
"""Under whose grants entries are asked, and the ratings that were kept are read."""
MAKES = "catalogue_ratings"
"""The resource in which ratings are kept."""
COUNTED = "counted"
"""What an entry is called in which an indicator finds nothing odd."""


class Treated(StrEnum):
    """What an oddity makes of an entry: it leaves numerator and denominator, or it is in the
    denominator alone. (In the numerator it would be nothing odd.)"""

    not_rated = "not_rated"
    against = "against"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Oddity(_Frozen):
    """``where``: a condition over an entry's columns."""

    id: Name
    title: Said
    where: str = Field(min_length=1)


class Oddities(_Frozen):
    oddities: tuple[Oddity, ...] = Field(min_length=1)


class Treatment(_Frozen):
    """Of one oddity, with the reason; no text says how to treat any."""

    oddity: Name
    treated: Treated = Field(alias="as")
    ours: Said


class CatalogueIndicator(_Frozen):
    """``counts`` (of a ratio): the condition under which an entry is in the numerator; ``amount``
    (of a median and a total): its number. ``over``: which entries, in words. The first of
    ``treatments`` that fits an entry is the one that holds: what an indicator does with all entries
    adds up to all of them. ``articles`` empty: no text orders it."""

    id: Name
    title: Said
    formula: Said
    over: Said
    figure: Figure
    form: Form
    unit: Said
    direction: Direction
    counts: str | None = None
    amount: str | None = None
    treatments: tuple[Treatment, ...] = ()
    articles: tuple[Cited, ...] = ()
    ours: Said
    note: Said | None = None
