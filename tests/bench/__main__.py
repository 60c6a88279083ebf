"""``python -m tests.bench [--quick] [PART ...]``: measure, then write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests")]

from tests.bench.measure import machine, table  # noqa: E402

PARTS = (
    "tpch",
    "tiny",
    "transfer",
    "builds",
    "clients",
    "postgres",
    "policy_scale",
    "ledger",
    "ingest",
    "statistics",
    "secondary",
    "guard",
    "marks",
    "compare",
    "pages",
    "cases",
    "kpi",
    "anomalies",
    "gaming",
    "assessment_planted",
    "libraries",
    "forecasts",
    "warnings",
    "catalogue",
)
FIGURES = ROOT / "docs" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"


def module_of(part: str) -> ModuleType:
    """Has ``run(quick) -> figures`` and ``report(figures) -> Markdown``."""
    return importlib.import_module(f"tests.bench.{part}")


def measure(part: str, quick: bool) -> None:
    started = time.monotonic()
    print(f"== {part}", flush=True)
    conditions = machine()
    figures: dict[str, Any] = module_of(part).run(quick)
    took = round(time.monotonic() - started)
    kept = {"machine": conditions, "seconds": took, "quick": quick, "figures": figures}
    if quick:
        print(json.dumps(kept, indent=1, default=str))
        return
    FIGURES.mkdir(exist_ok=True)
    (FIGURES / f"{part}.json").write_text(json.dumps(kept, indent=1, default=str) + "\n")
    print(module_of(part).report(figures), f"\n({took} s)", flush=True)


def write_page() -> None:
    """The page, from the kept figures of every part that was ever measured."""
    sections = [INTRODUCTION]
    for part in PARTS:
        file = FIGURES / f"{part}.json"
        if file.exists():
            kept = json.loads(file.read_text())
            sections += [module_of(part).report(kept["figures"]), _conditions(part, kept)]
    PAGE.write_text("\n\n".join(section.strip() for section in sections) + "\n")


def _conditions(part: str, kept: dict[str, Any]) -> str:
    it = kept["machine"]
    return (
        f"*`python -m tests.bench {part}`, {kept['seconds']} s on {it['measured_at']}, commit "
        f"{it['commit']}: {it['cpu']}, {it['cores']} cores, {it['memory_gb']} GB; DuckDB "
        f"{it['duckdb']}, Python {it['python']}, pyarrow {it['pyarrow']}; load before "
        f"{it['load_before']}.*"
    )


INTRODUCTION = f"""# Benchmarks

Written by `make bench` from the figures in `docs/benchmarks/`; do not edit by hand. Every part
measures its ways in turns within one run. Absolute times depend on the machine and on what else it
does; the ratios are what to look at. A target that was missed says so.

{
    table(
        ("part", "question"),
        (
            ("tpch", "What does a governed query cost against raw DuckDB on the same rows?"),
            ("tiny", "What does the path of one small query cost against a bare Flight call?"),
            ("transfer", "How fast does a large result travel?"),
            ("builds", "How fast is a workspace built, and opened again?"),
            (
                "clients",
                "Do sixteen clients at once work, and does the gateway's memory stay flat?",
            ),
            ("postgres", "What would people use instead? Grants, policies and views of PostgreSQL"),
            ("policy_scale", "Does a decision take longer in a large city?"),
            ("ledger", "What does a durable entry cost?"),
            ("ingest", "What do the checks of a delivery cost?"),
            ("statistics", "What do the rules of a released statistic cost?"),
            ("secondary", "How long does it take to find what else has to be withheld?"),
            ("guard", "What does a statement cost as more and more was told before?"),
            ("marks", "What does it cost to look whether a statement reads what is disputed?"),
            ("compare", "How many keys a second are compared?"),
            ("kpi", "How long does the page of KPIs take over ten million entries?"),
            ("pages", "When is a leaders' page there, and how many may look at once?"),
            ("anomalies", "Does the anomaly watch find what was planted in simulated years?"),
            ("gaming", "Does the gaming watch ask about those who work for their score alone?"),
            (
                "assessment_planted",
                "Do those in whom something was planted end where they should?",
            ),
            (
                "libraries",
                "What do the indicators of the seven libraries cost, and one more month?",
            ),
            ("forecasts", "What are forecasts worth, next to repeating last year?"),
            (
                "warnings",
                "Does early warning find what was planted, sooner than what is customary?",
            ),
            ("catalogue", "How long does a real catalogue take, and how good is its search?"),
        ),
    )
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small sizes; nothing is kept")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in options.parts or PARTS:
        measure(part, options.quick)
    if not options.quick:
        write_page()
        print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
