"""``data_contracts/simulation/*.yaml``: how a simulated year goes. Read strictly."""

from __future__ import annotations

from importlib import resources
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import Field

from workbench.catalogue.scenario_schema import NonEmpty, Strict
from workbench.declared import schema
from workbench.declared.findings import raise_errors
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, parse, read
from workbench.errors import Text

FOLDER = FilePath("data_contracts") / "simulation"
SHIPPED = "default.yaml"

Share = Annotated[float, Field(ge=0, le=1)]
Counts = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=2, max_length=2)]
Amounts = Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=2, max_length=2)]
"""``[low, high]``, both included."""


class Ordinary(Strict):
    """What everybody does; ``peak`` is a factor, ``decided_early`` a part of the deadline."""

    analysts: Counts
    uses_a_week: Amounts
    rows: Counts
    mistakes: Share
    stray: Share
    overtime: Share
    night_shift: Share
    lookups: Share
    peak: float = Field(ge=1)
    refused: Share
    returned: Share
    decided_early: Share


class Late(Strict):
    share: Share
    late: Counts


class Shared(Strict):
    share: Share


class OverReaching(Strict):
    share: Share
    extra: Counts
    refused: Amounts


class Departments(Strict):
    """``stalling`` in working days after the deadline, ``stale`` in days after the others."""

    stalling: Late
    stale: Late
    repeated_collection: Shared
    over_reaching: OverReaching


class Enumerating(Strict):
    share: Share
    lookups: Counts
    days: Counts


class Sudden(Strict):
    share: Share
    times: Amounts
    days: Counts


class Odd(Strict):
    share: Share
    calls: Counts
    days: Counts


class Beyond(Strict):
    share: Share
    tries: Counts
    weeks: Counts


class People(Strict):
    enumerating: Enumerating
    sudden_volume: Sudden
    odd_hours: Odd
    beyond_purpose: Beyond


class Innocent(Strict):
    """People who do what looks like the planted, once, and for a good reason."""

    bursts: Sudden
    campaigns: Enumerating
    late_weeks: Odd
    newcomers: Beyond


class Dormant(Strict):
    share: Share
    used_days: Counts


class Seasonal(Strict):
    """A duty that comes twice a year: in between its grant lies unused, and is needed."""

    share: Share
    weeks: Counts


class GrantPlan(Strict):
    dormant: Dormant
    seasonal: Seasonal


class Deliveries(Strict):
    rows: Counts
    short: Share
    again: Counts
    lost: Share
    lag: Counts


class Officers(Strict):
    answer: Counts
    mistaken: Share
    rectified: Counts


class Splitting(Strict):
    """``departments`` divide an entry into ``parts``, registered within ``days`` of each other;
    ``unmounted``: the share that never puts data behind them; ``dropped``: of the parts that lack
    a column of the first."""

    departments: Counts
    parts: Counts
    days: Counts
    unmounted: Share = 0
    dropped: Share = 0


class Resending(Strict):
    """Deliveries of a resource in the year that bring what was there before."""

    departments: Counts
    times: Counts


class Bursting(Strict):
    """One person and one statement: so many ``calls`` on each of so many days (``bursts``), parted
    evenly but for ``jitter`` of the distance."""

    departments: Counts
    bursts: Counts
    calls: Counts
    jitter: Amounts


class Exchanging(Strict):
    """Two departments that call each other, so often a week."""

    pairs: Counts
    weekly: Amounts


class Closing(Strict):
    """Applications that are taken back or ended ``days`` after they were made, and never used."""

    departments: Counts
    cases: Counts
    days: Counts


class CatchingUp(Strict):
    """``silent_after``: the month of the last delivery before; ``days``: before the year's end."""

    departments: Counts
    silent_after: Counts
    days: Counts


class Using(Strict):
    """Uses a week of a department's own resource by all of its people."""

    departments: Counts
    weekly: Amounts


class GamingInnocent(Strict):
    """What looks like gaming and is not."""

    series: Splitting
    unchanged: Resending
    december: Resending
    yearly: Resending
    own_users: Using
    scheduled: Bursting
    withdrawn: Closing


class Gaming(Strict):
    """What departments do for their score alone, before they are assessed, and its like."""

    splitting: Splitting
    resending: Resending
    self_calling: Bursting
    exchanging: Exchanging
    closing: Closing
    catching_up: CatchingUp
    innocent: GamingInnocent


class Behaviours(Strict):
    """All shares and parameters of a simulated year; units stand in the shipped file. ``gaming``:
    nobody games where it is not there."""

    id: str = NonEmpty
    ordinary: Ordinary
    departments: Departments
    people: People
    innocent: Innocent
    grants: GrantPlan
    deliveries: Deliveries
    officers: Officers
    gaming: Gaming | None = None


def shipped() -> Behaviours:
    """Those that come with the package."""
    raw = (resources.files("workbench.simulation") / "shipped" / SHIPPED).read_bytes()
    return _judged(parse(raw, SHIPPED), FilePath(SHIPPED).stem)


def behaviours_in(path: FilePath) -> Behaviours:
    """Of one file. Raises InvalidInput with every mistake, its line and what to write instead."""
    return _judged(read(path, path.as_posix()), path.stem)


def _judged(document: Document, name: str) -> Behaviours:
    notes = Notes(document, list(document.findings))
    spec = None
    if document.value is not None:
        spec, misfits = schema.validate(Behaviours, document.value, document)
        notes.extend(misfits)
        _ordered(document.value, (), notes)
    if spec is not None and spec.id != name:
        notes.error(("id",), _OTHER_ID, Text(f"写 {name}。", f"Write {name}."))
    raise_errors(notes.found)
    assert spec is not None  # without errors the whole document was read
    return spec


def _ordered(value: object, here: tuple[str | int, ...], notes: Notes) -> None:
    """A range goes from its low end to its high one."""
    if isinstance(value, dict):
        for key, item in value.items():
            _ordered(item, (*here, key), notes)
    elif isinstance(value, list) and len(value) == 2 and all(_is_number(v) for v in value):
        low, high = value
        if low > high:
            fix = Text(f"写成 [{high}, {low}]。", f"Write [{high}, {low}].")
            notes.error(here, _TURNED, fix)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_OTHER_ID = Text("编号与文件名不同", "the id is not the file's name")
_TURNED = Text("区间的下限大于上限", "the range begins above its end")
