"""Where those in whom something was planted end in the ranking: simulated years of 100 departments,
each under another of the five regulations, each scored by all five schemes.

What "where they should" means stands in ``assessment_places`` and was fixed before a year was scored.
The schemes were set on seed 7; what is reported are seeds 401 to 405, each played and scored once.
"""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.assessment_places import LAST, ROOT, SHOWN, UNSEEN, YEAR, Played, judged
from tests.bench.measure import table
from workbench.assessment.gaming.again import items
from workbench.assessment.reading import load_schemes
from workbench.assessment.scheme import Scheme
from workbench.catalogue.regulations import FOLDER, known_regulations
from workbench.cli.sample_deliver import delivering
from workbench.extracts.versions import Extracts
from workbench.gateway.delivering import open_delivering
from workbench.gateway.gaming import facts_of, versions_of
from workbench.kpi.definition import Kpi, load_kpis
from workbench.simulation.behaviours import shipped
from workbench.simulation.platform import attend
from workbench.simulation.world import make_world
from workbench.simulation.year import open_year

NAME = "assessment_planted"
TUNED, REPORTED = (7,), range(401, 406)
DEPARTMENTS, APPLICATIONS = 100, 300
QUICK = (16, 60)
MEMORY = Path("/dev/shm")
KEPT = "PLANTED_YEARS"
"""A folder in which a year's items are kept, so that it need not be played again."""
REGULATIONS = ("aba-2024", "foshan-2019", "changde-2016", "binzhou-2023", "heilongjiang-2025")
"""Of the seeds in turn: each scheme is tried under its own regulation, and under the others."""


def run(quick: bool) -> dict[str, Any]:
    if quick:
        return measured([TUNED[0]], *QUICK)
    return measured(REPORTED, DEPARTMENTS, APPLICATIONS)


def measured(seeds: Iterable[int], departments: int, applications: int) -> dict[str, Any]:
    schemes, kpis = _declared()
    years, found = [], []
    for seed in seeds:
        year = known(seed, departments, applications)
        years.append(
            {"seed": seed, "regulation": year.regulation, "entries": year.entries,
             "played_s": round(year.seconds)}
        )  # fmt: skip
        for scheme in schemes.values():
            began = time.monotonic()
            one = judged(year, scheme, kpis)
            found.append({**one, "scored_s": time.monotonic() - began})
        print(f"  seed {seed}: {year.seconds:.0f} s", file=sys.stderr, flush=True)
    return {"departments": departments, "applications": applications, "years": years,
            **summed(found)}  # fmt: skip


def _declared() -> tuple[dict[str, Scheme], dict[str, Kpi]]:
    regulations = known_regulations(ROOT)
    return load_schemes(ROOT, regulations), load_kpis(ROOT, regulations)


def known(seed: int, departments: int, applications: int) -> Played:
    """Played, or as it was kept."""
    folder = os.environ.get(KEPT)
    name = f"{seed}-{departments}-{applications}.pickle"
    file = None if folder is None else Path(folder) / name
    if file is not None and file.is_file():
        kept: Played = pickle.loads(file.read_bytes())
        return kept
    regulation = REGULATIONS[(seed - 1) % len(REGULATIONS)]
    found = _played(seed, regulation, departments, applications)
    if file is not None:
        file.write_bytes(pickle.dumps(found))
    return found


def _played(seed: int, regulation: str, departments: int, applications: int) -> Played:
    began = time.monotonic()
    where = MEMORY if MEMORY.is_dir() else None
    rules = ROOT / FOLDER / f"{regulation}.yaml"
    world = make_world(shipped(), YEAR, seed, departments)
    with tempfile.TemporaryDirectory(dir=where) as folder:
        city = Path(folder) / "city"
        with open_year(world, city, delivering, rules) as year:
            attend(year)
            planted = year.play(applications)
            head = year.state.store.journal.head()
        with open_delivering(city, lambda: datetime(YEAR + 1, 1, 1, 1, tzinfo=UTC)) as opened:
            source = opened.known()
            versions = versions_of(source, Extracts(opened.state.layout.extracts), LAST)
            rows = items(_asked(), facts_of(source, versions, LAST))
    entries = head.seq if head else 0
    return Played(
        seed, regulation, departments, rows, planted, entries, time.monotonic() - began
    )  # fmt: skip


def _asked() -> list[Kpi]:
    """The KPIs of all the schemes, each once."""
    schemes, kpis = _declared()
    return [kpis[name] for name in sorted({n for one in schemes.values() for n in one.kpis})]


# Summing and telling -----------------------------------------------------------------------------


def summed(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = sorted({one["scheme"] for one in found})
    cells: dict[str, Any] = {}
    for name in names:
        mine = [one for one in found if one["scheme"] == name]
        cells[name] = {
            "years": len(mine),
            "rated": sum(one["rated"] for one in mine),
            "unrated": sum(one["unrated"] for one in mine),
            "covered": [one["covered"] for one in mine],
            "shown": {each: _cell([one["shown"][each] for one in mine]) for each in SHOWN},
            "unseen": {each: _mean(p for one in mine for p in one["unseen"][each])
                       for each in UNSEEN},
        }  # fmt: skip
    misses = [
        {"scheme": one["scheme"], "seed": one["seed"], "regulation": one["regulation"],
         "behaviour": each, **place}
        for one in found
        for each in SHOWN
        for place in one["shown"][each] or ()
        if not place["behind"]
    ]  # fmt: skip
    unseen = {each: sum(len(one["unseen"][each]) for one in found) for each in UNSEEN}
    scored = sorted(one["scored_s"] for one in found)[len(found) // 2]
    return {"schemes": cells, "misses": misses, "hidden": unseen, "scored_s": scored}


def _cell(years: Sequence[Sequence[dict[str, Any]] | None]) -> dict[str, Any]:
    """``years`` in which the scheme sees it; of these the planted, and how many stand where."""
    seen = [year for year in years if year is not None]
    places = [place for year in seen for place in year]
    counts = {key: sum(bool(one[key]) for one in places) for key in ("behind", "alike", "own")}
    by = {
        group: [
            sum(one["behind"] for one in places if one["group"] == group),
            sum(one["group"] == group for one in places),
        ]
        for group in sorted({one["group"] for one in places})
    }
    return {"years": len(seen), "planted": len(places), **counts, "groups": by,
            "pairs": _mean(one["pairs"] for one in places),
            "furthest": max((one["before"] for one in places), default=0)}  # fmt: skip


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def report(figures: dict[str, Any]) -> str:
    years = ", ".join(f"{one['seed']} ({one['regulation']})" for one in figures["years"])
    entries = sum(one["entries"] for one in figures["years"])
    head = ("scheme", "planted", "years that show it", "planted in", "behind all innocent",
            "by the indicator alone", "with equal manual values", "pairs in order",
            "most innocent behind one")  # fmt: skip
    rows = [
        _line(scheme, name, one)
        for scheme, of in figures["schemes"].items()
        for name, one in of["shown"].items()
    ]
    causes = Counter((one["behaviour"], one["cause"]) for one in figures["misses"])
    told = [[name, cause, str(n)] for (name, cause), n in causes.most_common()]
    hidden = [
        [scheme, *(_percent(of["unseen"][name]) for name in UNSEEN)]
        for scheme, of in figures["schemes"].items()
    ]
    return f"""## assessment_planted

Simulated years of {figures["departments"]} departments (synthetic), seeds and regulations: {years}; {entries:,} entries. Each
scored by all five schemes, {figures["scored_s"]:.1f} s a scheme (median).

{table(head, rows)}

Of those not behind all innocent of their group, why (one for each scheme and year):

{table(("planted", "cause", "times"), told)}

What no score can see: innocent departments before one in whom it was planted (a half: like anybody).

{table(("scheme", *UNSEEN), hidden)}
"""


def _line(scheme: str, name: str, one: dict[str, Any]) -> list[str]:
    parts = ", ".join(f"{group} {hit} of {of}" for group, (hit, of) in one["groups"].items())
    behind = f"{one['behind']} ({parts})" if parts else "not shown"
    counts = (one["planted"], behind, one["own"], one["alike"], _percent(one["pairs"]))
    return [scheme, name, str(one["years"]), *map(str, counts), str(one["furthest"])]


def _percent(share: float | None) -> str:
    return "n/a" if share is None else f"{share:.1%}"
