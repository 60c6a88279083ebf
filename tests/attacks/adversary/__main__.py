"""``python -m tests.attacks.adversary [--seeds N] [--oracle gateway|primary] [--json FILE]``"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[3]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # seeds run at once, each on a core
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests")]

from tests.attacks.adversary.families import FAMILIES  # noqa: E402
from tests.attacks.adversary.run import play  # noqa: E402
from tests.attacks.adversary.scorer import Score, table  # noqa: E402
from tests.conftest import pytest_configure as hash_passwords_once  # noqa: E402

READY = partial(hash_passwords_once, None)


def main() -> int:
    """0 where no family is above its margin, 1 where some are."""
    given = _arguments()
    READY()
    families = [f for f in FAMILIES if not given.family or f.name in given.family]
    started = time.monotonic()
    seeds = range(given.first, given.first + given.seeds)
    scores = play(seeds, given.oracle, families, given.jobs, READY, _told)
    took = time.monotonic() - started
    print(table(scores))
    for family in families:
        if family.skip:
            print(f"\n{family.name}: skipped: {family.skip}")
    asked = sum(s.asked for s in scores)
    print(f"\n{given.oracle}, {given.seeds} seeds, {asked} queries, {took:.0f} s")
    if given.json:
        body = {"oracle": given.oracle, "seeds": given.seeds, "first": given.first,
                "seconds": round(took, 1), "families": [s.to_dict() for s in scores]}  # fmt: skip
        given.json.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return int(any(s.above for s in scores))


def _told(scores: list[Score]) -> None:
    """A line a seed, so that a long run shows where it is."""
    above = sum(s.hits - s.prior for s in scores)
    took = sum(s.seconds for s in scores)
    print(
        f"a seed in {took:.0f} s: {above} successes beyond the prior", file=sys.stderr, flush=True
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.adversary", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many (default 10)")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--oracle", choices=("primary", "gateway"), default="gateway")
    parser.add_argument("--jobs", type=int, default=2, help="seeds at once (default 2)")
    parser.add_argument("--family", action="append", help="only this one; may be repeated")
    parser.add_argument("--json", type=Path, help="write the table there too")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
