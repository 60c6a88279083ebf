"""A sample city as a whole: from a plan and a seed to files of each resource, month by month.

Only one month of the enterprises is in memory at a time, whatever the number of months.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path

import polars as pl

from workbench.catalogue.identifiers import CODES
from workbench.economy.festival import new_year
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.simulation.economy.course import Course, Month
from workbench.simulation.economy.cycles import Cycles, make_cycles
from workbench.simulation.economy.events import PlantedEconomy, plant
from workbench.simulation.economy.firms import Firms, Place, make_firms, month_of, register
from workbench.simulation.economy.memory import Memory
from workbench.simulation.economy.occasions import Occasions
from workbench.simulation.economy.plan import Plan
from workbench.simulation.economy.prices import price_indices
from workbench.simulation.economy.published import Totals, published, totals
from workbench.simulation.economy.tables import monthly, truth

STANDING = ("enterprise", "project", "published_series", "price_index")
"""Resources that are written anew as they stand at the end; the others have a file a month."""
TRUTH = "planted_economy.json"

Written = Mapping[str, Sequence[Path]]
"""Files by the name of the resource, in the order of their months."""


@dataclass(frozen=True)
class Ground:
    """What a city stands on: its counties, and the classes of each industry."""

    places: tuple[Place, ...]
    classes: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(root: Path, divisions: str) -> Ground:
        """Of the city's lists of codes; ``divisions`` is its own code. Raises InvalidInput where it
        has no counties there."""
        found = _read(root, "divisions.csv")
        rows = [row for row in found if row["parent_code"] == divisions and not row["last_year"]]
        if not rows:
            raise _no_counties(divisions)
        classes: dict[str, list[str]] = {}
        for row in _read(root, "industry.csv"):
            if row["level"] == "class":
                classes.setdefault(row["code"][:2], []).append(row["code"])
        places = tuple(Place(row["code"], row["name"]) for row in rows)
        return Ground(places, {code: tuple(each) for code, each in classes.items()})


@dataclass(frozen=True)
class SampleCity:
    """``start``: the first of ``months``; ``count`` enterprises are there before it, and births
    add to them. With more months all that is of the first ones stays the same."""

    plan: Plan
    ground: Ground
    count: int
    start: date
    months: int
    seed: int

    @cached_property
    def firms(self) -> Firms:
        return make_firms(
            self.plan, self.ground.places, self.ground.classes,
            count=self.count, months=self.months, seed=self.seed,
        )  # fmt: skip

    @cached_property
    def cycles(self) -> Cycles:
        years = range(self.start.year, self.month(self.months).year + 1)
        return make_cycles(
            self.plan, len(self.ground.places), start=self.start, months=self.months,
            seed=self.seed, festivals={year: new_year(year) for year in years},
        )  # fmt: skip

    @cached_property
    def planted(self) -> PlantedEconomy:
        counties = len(self.ground.places)
        return plant(self.plan, self.firms, counties, months=self.months, seed=self.seed)

    @property
    def industries(self) -> list[str]:
        return [each.code for each in self.plan.industries]

    def month(self, number: int) -> date:
        """The first day of a month by its number."""
        return month_of(self.start, number)

    def begun(self, memory: Memory | None = None) -> Course:
        """Before its first month, or where ``memory`` left it."""
        return Course(
            self.plan, self.firms, self.cycles, self.planted, self.start, self.seed,
            None if memory is None else memory.carried,
        )  # fmt: skip

    def course(self) -> Iterator[Month]:
        """All months."""
        course = self.begun()
        for number in range(self.months):
            yield course.month(number)

    def write(
        self, folder: Path, told: Callable[[int, int], object], before: Memory | None = None
    ) -> tuple[Written, Memory]:
        """Parquet files below ``folder``: of all months, or of those that follow ``before``; and
        what yet later ones go on from. ``told``: months that are done, of how many."""
        first = 0 if before is None else before.months
        course, occasions = self.begun(before), self._occasions(before)
        sums: list[Totals] = [] if before is None else list(before.sums)
        reached: dict[str, date] = {} if before is None else dict(before.reached)
        files: dict[str, list[Path]] = {}
        for number in range(first, self.months):
            month = course.month(number)
            rows = monthly(self.firms, self.ground.places, month) | occasions.of(month)
            for name, frame in rows.items():
                if not frame.is_empty():
                    _put(files, folder, name, f"{month.first:%Y-%m}", frame)
                    reached[name] = month.first
            sums.append(totals(self.firms, self.industries, month))
            told(number + 1 - first, self.months - first)
        enterprises = register(self.firms, self.ground.places, self.start, self.months)
        standing = (
            enterprises, occasions.register(), published(sums, self.planted.revised),
            price_indices(self.plan.prices, self.start, self.months, self.seed),
        )  # fmt: skip
        for name, frame in zip(STANDING, standing, strict=True):
            if not frame.is_empty():
                _put(files, folder, name, "all", frame)
        if course.carried is None:
            raise AssertionError  # there is a month at least
        kept = Memory(
            self.plan, self.count, self.start, self.months, self.seed, course.carried,
            tuple(occasions.projects), occasions.deals, occasions.credit, tuple(sums), reached,
        )  # fmt: skip
        return files, kept

    def _occasions(self, before: Memory | None) -> Occasions:
        found = Occasions(self.plan, self.firms, self.ground.places, self.start, self.seed)
        if before is not None:
            found.projects = list(before.projects)
            found.deals, found.credit = before.deals, before.credit
        return found

    def truth(self) -> dict[str, object]:
        """What was planted. Only measurements read it."""
        planted = self.planted
        written = partial(
            truth, code=self.firms.code, industries=self.industries,
            places=self.ground.places, month_of=self.month,
        )  # fmt: skip
        revised = None
        if planted.revised is not None:
            since = date(self.month(planted.revised[0]).year + 1, 1, 1)
            if since < self.month(self.months):
                revised = {"from": since.isoformat(), "part": round(planted.revised[1], 4)}
        return {
            "seed": self.seed,
            "enterprises": self.count,
            "start": self.start.isoformat(),
            "months": self.months,
            "events": written(planted.firms),
            "areas": written(planted.areas),
            "revision": revised,
        }


def keep_truth(city: SampleCity, root: Path) -> Path:
    """Beside the city and not in it: nothing of the product looks there."""
    file = root / TRUTH
    file.write_text(json.dumps(city.truth(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return file


def _put(
    files: dict[str, list[Path]], folder: Path, name: str, part: str, frame: pl.DataFrame
) -> None:
    file = folder / f"{name}-{part}.parquet"
    frame.write_parquet(file, compression="zstd", compression_level=1)
    files.setdefault(name, []).append(file)


def _read(root: Path, name: str) -> list[dict[str, str]]:
    file = root / CODES / name
    if not file.is_file():
        raise simple(
            Code.invalid_request,
            f"没有 {CODES / name}。",
            f"There is no {CODES / name}.",
            next=Text("从示例城市复制。", "Copy it from a sample city."),
        )
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _no_counties(divisions: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{CODES}/divisions.csv 中没有 {divisions} 的县。",
        f"{CODES}/divisions.csv has no counties of {divisions}.",
        next=Text("检查 city.yaml 的 divisions。", "Check divisions in city.yaml."),
        subject=divisions,
    )
