"""Recall and precision of the gaming watch on simulated years, against what was planted in them.

Ranges of what is planted stand in data_contracts/simulation/gaming.yaml and were fixed before. The
thresholds were set on seeds 1 to 3; what is reported are seeds 301 to 310, played once after.
"""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.bench.measure import table
from workbench.assessment.gaming.finding import Finding
from workbench.assessment.gaming.rules import Kind, rules_of
from workbench.assessment.gaming.seen import Seen
from workbench.assessment.gaming.watch import look
from workbench.cli.sample_deliver import delivering
from workbench.extracts.versions import Extracts
from workbench.gateway.delivering import open_delivering
from workbench.gateway.gaming import facts_of, seen_of, versions_of
from workbench.simulation.behaviours import behaviours_in
from workbench.simulation.gaming_plan import INNOCENT, PLANTED
from workbench.simulation.planted import Planted
from workbench.simulation.world import make_world
from workbench.simulation.year import open_year

NAME = "gaming"
TUNED, REPORTED = range(1, 4), range(301, 311)
YEAR, DEPARTMENTS, APPLICATIONS = 2025, 54, 80
ROOT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")
KEPT = "GAMING_SEEN"
"""A folder in which what was seen is kept, so that rules can be tried again without playing."""
LOOKS_FOR: Mapping[str, tuple[Kind, ...]] = {
    "splitting": (Kind.split_entries,),
    "resending": (Kind.unchanged,),
    "self_calling": (Kind.self_calls, Kind.own_calls),
    "exchanging": (Kind.mutual_calls,),
    "closing": (Kind.opened_and_closed,),
    "catching_up": (Kind.before_count,),
}
"""Which kinds should find each behaviour."""
_OTHERS = ("stale", "over_reaching", "stalling", "repeated_collection")


def run(quick: bool) -> dict[str, Any]:
    return measured([TUNED[0]] if quick else REPORTED)


def measured(seeds: Iterable[int]) -> dict[str, Any]:
    years = []
    for seed in seeds:
        began = time.monotonic()
        seen, planted = known(seed)
        played = time.monotonic()
        found = look(seen, rules_of(ROOT))
        looked = time.monotonic() - played
        years.append({"seed": seed, "look": looked, **judged(found, planted, seen)})
        print(f"  seed {seed}: {played - began:.0f} s", file=sys.stderr, flush=True)
    return summed(years)


def known(seed: int) -> tuple[Seen, Planted]:
    """Played, or as it was kept."""
    folder = os.environ.get(KEPT)
    file = None if folder is None else Path(folder) / f"{seed}.pickle"
    if file is not None and file.is_file():
        kept: tuple[Seen, Planted] = pickle.loads(file.read_bytes())
        return kept
    found = _played(seed)
    if file is not None:
        file.write_bytes(pickle.dumps(found))
    return found


def _played(seed: int) -> tuple[Seen, Planted]:
    spec = behaviours_in(ROOT / "data_contracts" / "simulation" / "gaming.yaml")
    last = date(YEAR, 12, 31)
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        city = Path(folder) / "city"
        with open_year(make_world(spec, YEAR, seed, DEPARTMENTS), city, delivering) as year:
            planted = year.play(APPLICATIONS)
        with open_delivering(city, lambda: datetime(YEAR + 1, 1, 1, 1, tzinfo=UTC)) as opened:
            source = opened.known()
            versions = versions_of(source, Extracts(opened.state.layout.extracts), last)
            return seen_of(source, facts_of(source, versions, last), YEAR), planted


def judged(found: Sequence[Finding], planted: Planted, seen: Seen) -> dict[str, Any]:
    """By behaviour: what was planted and found of it, and departments that were found wrongly, each
    with what it was made to do."""
    behaviours = {}
    for behaviour, kinds in LOOKS_FOR.items():
        truth = set(planted.gaming[behaviour])
        told = {who for one in found if one.kind in kinds for who in _who(one)}
        wrong = {who: _does(who, planted) for who in told - truth}
        behaviours[behaviour] = {
            "planted": len(truth),
            "hit": len(truth & told),
            "found": len(told),
            "otherwise": sum(does in PLANTED for does in wrong.values()),
            "wrong": sorted(does for does in wrong.values() if does not in PLANTED),
            "missed": sorted(truth - told),
        }
    kinds = Counter(one.kind.value for one in found)
    innocent = {kind: len(planted.gaming[kind]) for kind in INNOCENT}
    calls = len(seen.calls)
    return {"behaviours": behaviours, "kinds": kinds, "innocent": innocent, "calls": calls}


def _who(one: Finding) -> tuple[str, ...]:
    pair = one.kind is Kind.mutual_calls
    return (one.found.department, one.found.subject) if pair else (one.found.department,)


def _does(who: str, planted: Planted) -> str:
    for kind in (*PLANTED, *INNOCENT):
        if who in planted.gaming[kind]:
            return kind
    people = (
        kind for kind, some in planted.people.items() if any(p.startswith(f"{who}-") for p in some)
    )
    others = [kind for kind in _OTHERS if who in planted.departments.get(kind, ())]
    return " and ".join([*others, *people]) or "nobody special"


def summed(years: Sequence[dict[str, Any]]) -> dict[str, Any]:
    behaviours: dict[str, Any] = {}
    for name in LOOKS_FOR:
        parts = [year["behaviours"][name] for year in years]
        counts = {
            key: sum(one[key] for one in parts) for key in ("planted", "hit", "found", "otherwise")
        }
        wrong = Counter(does for one in parts for does in one["wrong"])
        missed = [f"{y['seed']} {who}" for y in years for who in y["behaviours"][name]["missed"]]
        behaviours[name] = {**counts, "wrong": dict(wrong), "missed": missed}
    return {
        "seeds": [year["seed"] for year in years],
        "calls": sum(year["calls"] for year in years),
        "look_s": sorted(year["look"] for year in years)[len(years) // 2],
        "behaviours": behaviours,
        "kinds": dict(sum((year["kinds"] for year in years), Counter())),
        "innocent": dict(sum((Counter(year["innocent"]) for year in years), Counter())),
    }


def report(figures: dict[str, Any]) -> str:
    head = ("planted behaviour", "rules", "planted", "found of them", "departments found",
            "planted otherwise", "false", "recall", "precision, strict", "precision", "F1")  # fmt: skip
    rows = [_row(name, one) for name, one in figures["behaviours"].items()]
    wrong = [
        [name, does, str(count), str(figures["innocent"].get(does, "n/a"))]
        for name, one in figures["behaviours"].items()
        for does, count in sorted(one["wrong"].items())
    ]
    return f"""## gaming

The gaming watch on simulated years of seeds {figures["seeds"]}: {DEPARTMENTS} departments, {APPLICATIONS} applications and
those of the behaviours, {figures["calls"]:,} calls in all; one look took {figures["look_s"]:.2f} s (median). Subjects are departments.

{table(head, rows)}

What was found wrongly, by what those departments were made to do:

{table(("behaviour", "does", "found", "of them there were"), wrong)}
"""


def _row(name: str, one: dict[str, Any]) -> list[str]:
    hit, planted, found = one["hit"], one["planted"], one["found"]
    false = sum(one["wrong"].values())
    recall, strict = _share(hit, planted), _share(hit, found)
    f1 = f"{2 * hit / (planted + found):.2f}" if planted + found else "n/a"
    rules = ", ".join(kind.value for kind in LOOKS_FOR[name])
    counts = [str(n) for n in (planted, hit, found, one["otherwise"], false)]
    return [name, rules, *counts, recall, strict, _share(found - false, found), f1]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "n/a"
