"""Where departments in whom something was planted should stand by their scores, and where they do:
fixed before a year was scored (docs/assessment-planted.md). Manual values are made up, and called
synthetic (``stated_of``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.assessment.gathering import manual, of_kpi, window, without
from workbench.assessment.measured import Evidence, Gathered, Inputs, Source, stated
from workbench.assessment.peers import groups
from workbench.assessment.scheme import Indicator, Scheme
from workbench.assessment.scoring import Row, Sheet, State, published, sheets, written
from workbench.catalogue.regulations import load_profile
from workbench.kpi.definition import Direction, Kpi
from workbench.kpi.leaving import left_out
from workbench.simulation.behaviours import shipped
from workbench.simulation.planted import Planted
from workbench.simulation.world import World, chance, make_world

YEAR = 2025
LAST = date(YEAR, 12, 31)
ROOT = Path(__file__).parents[2]
SHOWN: Mapping[str, tuple[str, ...]] = {
    "stalling": ("review_on_time", "review_days"),
    "stale": ("deliveries_on_time",),
    "over_reaching": ("refusal_rate",),
    "beyond_purpose": ("refusal_rate",),
}
"""Behaviour -> the KPIs that show it. A scheme sees it where an indicator counts one of them that the
city's regulation does not leave out. Then the departments in whom it was planted should stand, by
their published totals, behind every department of their peer group in whom none of these four
was: who answers or delivers late behind all others that provide data, who reaches too far, or has
somebody who goes beyond the purpose, behind all others that provide, or only use, data as they
do."""
UNSEEN: Mapping[str, str] = {
    "repeated_collection": "counted by the procedure, and nobody reported it",
    "enumerating": "a person's; every look-up is within the grant",
    "sudden_volume": "a person's; every call is within the grant",
    "odd_hours": "a person's; every call is within the grant",
}
"""What no score can see, and why: no place is expected of them, but for one like the others'."""
_NOTHING = Fraction(0)


@dataclass(frozen=True)
class Played:
    """What is kept of a year: by KPI its items, and what was planted."""

    seed: int
    regulation: str
    departments: int
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    planted: Planted
    entries: int
    seconds: float

    @cached_property
    def world(self) -> World:
        return make_world(shipped(), YEAR, self.seed, self.departments)

    def having(self, behaviour: str) -> frozenset[str]:
        """The departments in whom it was planted, or who have somebody in whom it was."""
        people = self.planted.people.get(behaviour, {})
        own = self.planted.departments.get(behaviour, ())
        return frozenset({*own, *(person.partition("-")[0] for person in people)})

    def innocently(self) -> frozenset[str]:
        """Who has newcomers: they ask for the wrong table while they learn, and it was not
        planted."""
        return frozenset(p.department for p in self.world.people if p.innocent == "newcomers")


# Scores ------------------------------------------------------------------------------------------


def scored(
    year: Played, scheme: Scheme, kpis: Mapping[str, Kpi], *, alike: bool
) -> dict[str, Sheet]:
    """By department. ``alike``: everybody has the same manual values."""
    having = {name: {row["department"] for row in year.rows[name]} for name in scheme.kpis}
    names = {one.id for one in year.world.departments}
    providers = {one.id for one in year.world.departments if one.provides}
    choose = chance(f"manual {scheme.id}", year.seed)
    measures = {}
    for each in scheme.indicators:
        if each.measure.manual is not None:
            values = stated_of(each, names, set() if alike else providers, choose, alike=alike)
            measures[each.id] = values
        else:
            measures[each.id] = _counted(kpis[each.measure.kpi or ""], year)
    inputs = Inputs(groups(scheme, names, (), having), measures, having)
    return {one.department: one for one in sheets(scheme, inputs)}


def _counted(kpi: Kpi, year: Played) -> Gathered:
    why = left_out(kpi, load_profile(year.regulation, ROOT).profile)
    if why is not None:
        return without(kpi, Source.left_out, why)
    return of_kpi(kpi, year.rows[kpi.id], *window(kpi, YEAR, LAST))


def stated_of(
    indicator: Indicator,
    names: Collection[str],
    counted: Collection[str],
    choose: Any,
    *,
    alike: bool,
) -> Gathered:
    """Synthetic values, drawn without a look at who does what. Cases are found in one of five of
    the departments in ``counted`` (who provides data) and in no other; nobody has an incident that
    caps the total. Marks of a hundred are 85 to 100."""
    asked = indicator.measure.manual
    assert asked is not None
    shown = [Evidence("synthetic.txt", "0" * 64)]
    way, by = Direction(asked.direction), {}
    for name in sorted(names):
        if way is Direction.higher:
            value = 95 if alike else choose.randint(85, 100)
        else:
            drawn = choose.choices((0, 1, 2), (80, 15, 5))[0]
            value = drawn if name in counted and indicator.weight else 0
        by[name] = stated(Fraction(value), shown)
    return manual(way, by)


# Judging -----------------------------------------------------------------------------------------


def sees(scheme: Scheme, behaviour: str, year: Played, kpis: Mapping[str, Kpi]) -> str | None:
    """The indicator that shows it, the weightiest; None where the scheme has none, or the city's
    regulation leaves all of them out."""
    profile = load_profile(year.regulation, ROOT).profile
    shows = [
        each
        for each in scheme.indicators
        if each.measure.kpi in SHOWN[behaviour]
        and each.weight
        and left_out(kpis[each.measure.kpi], profile) is None
    ]
    return max(shows, key=lambda each: each.weight).id if shows else None


def judged(year: Played, scheme: Scheme, kpis: Mapping[str, Kpi]) -> dict[str, Any]:
    """Of a year under a scheme: each behaviour with who stands where."""
    drawn = scored(year, scheme, kpis, alike=False)
    alike = scored(year, scheme, kpis, alike=True)
    found = Judged(year, drawn, alike)
    shown = {}
    for behaviour in SHOWN:
        indicator = sees(scheme, behaviour, year, kpis)
        own = sorted(year.having(behaviour))
        shown[behaviour] = (
            None if indicator is None else [found.placed(who, indicator) for who in own]
        )
    hidden = {
        name: [found.pairs(who) for who in sorted(year.having(name) & found.innocent)]
        for name in UNSEEN
    }
    rated = [one for one in drawn.values() if one.total is not None]
    covered = sorted(float(one.covered) for one in rated)
    return {
        "scheme": scheme.id,
        "seed": year.seed,
        "regulation": year.regulation,
        "rated": len(rated),
        "unrated": len(drawn) - len(rated),
        "covered": [covered[0], covered[len(covered) // 2], covered[-1]] if covered else [],
        "shown": shown,
        "unseen": hidden,
    }


@dataclass(frozen=True)
class Judged:
    """Who stands where. ``drawn`` and ``alike``: sheets by department, with manual values of each
    its own, or the same."""

    year: Played
    drawn: Mapping[str, Sheet]
    alike: Mapping[str, Sheet]

    @cached_property
    def innocent(self) -> frozenset[str]:
        """In whom nothing was planted that a score can see."""
        guilty = frozenset().union(*(self.year.having(each) for each in SHOWN))
        return frozenset(self.drawn) - guilty

    def others(self, who: str, among: Mapping[str, Sheet]) -> list[Sheet]:
        """The innocent of its group who have a score."""
        group = among[who].group
        return [
            one
            for name, one in sorted(among.items())
            if name in self.innocent
            and name != who
            and one.group == group
            and one.total is not None
        ]

    def placed(self, who: str, indicator: str) -> dict[str, Any]:
        """``behind``: all innocent of its group; ``alike``: so with equal manual values; ``own``: so
        by the indicator alone."""
        mine, others = self.drawn[who], self.others(who, self.drawn)
        row, rows = _row(mine, indicator), [_row(one, indicator) for one in others]
        scores = [one.score for one in rows if one.score is not None]
        own = row.score is not None and all(row.score < each for each in scores)
        found = {
            "who": who,
            "group": mine.group,
            "total": None if mine.total is None else written(mine.total),
            "behind": _is_behind(mine, others),
            "alike": _is_behind(self.alike[who], self.others(who, self.alike)),
            "own": own,
            "pairs": self.pairs(who),
            "before": sum(not _is_behind(mine, [one]) for one in others),
            "of": len(others),
        }
        cause = "" if found["behind"] else self._cause(mine, row, others, indicator, own=own)
        return {**found, "cause": cause}

    def pairs(self, who: str) -> float | None:
        """The share of the innocent of its group that stand before it, a tie as half of one."""
        mine, others = self.drawn[who].total, self.others(who, self.drawn)
        if mine is None or not others:
            return None
        at = published(mine)
        than = [published(one.total) for one in others if one.total is not None]
        return (sum(at < each for each in than) + sum(at == each for each in than) / 2) / len(than)

    def _cause(
        self, mine: Sheet, row: Row, others: Sequence[Sheet], indicator: str, *, own: bool
    ) -> str:
        """Why it is not behind all of them."""
        if mine.total is None:
            return "no score"
        if row.state is not State.rated:
            return f"{indicator}: {row.state.value.replace('_', ' ')}"
        ahead = [one for one in others if not _is_behind(mine, [one])]
        if own or all(_before(_row(one, indicator), row) for one in ahead):
            lost = Counter(_lost_most(one, mine) for one in ahead)
            return f"others lost more on {', '.join(sorted(lost))}"
        new = all(
            one.department in self.year.innocently()
            for one in ahead
            if not _before(_row(one, indicator), row)
        )
        return f"{indicator}: as an innocent one" + (" with newcomers" if new else "")


def _row(sheet: Sheet, indicator: str) -> Row:
    return next(row for row in sheet.rows if row.indicator == indicator)


def _before(one: Row, mine: Row) -> bool:
    """Its score is the better one; or it has none, which is no better place of mine."""
    return one.score is None or (mine.score is not None and one.score > mine.score)


def _is_behind(mine: Sheet, others: Iterable[Sheet]) -> bool:
    if mine.total is None:
        return False
    at = published(mine.total)
    return all(at < published(one.total) for one in others if one.total is not None)


def _lost_most(one: Sheet, than: Sheet) -> str:
    """The indicator on which ``one`` lost most more points than ``than``."""
    theirs = {row.indicator: row.lost for row in than.rows}
    return max(one.rows, key=lambda row: row.lost - theirs.get(row.indicator, _NOTHING)).indicator
