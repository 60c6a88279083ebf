"""What was measured of early warning, as the sample city ships it for its pages: one row a kind.

python -m tests.bench.warning_shipped     # after `python -m tests.bench warnings`
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MEASURED = ROOT / "docs/benchmarks/warnings.json"
SHIPPED = ROOT / "workbench/simulation/shipped/city/data_contracts/samples/warning_benchmark.csv"
TIE = 0.01
"""A difference of F1 that is no difference (ours: a tenth of the planted are one or two)."""
COLUMNS = (
    "place", "kind", "planted", "recall", "precision", "f1",
    "baseline", "baseline_recall", "baseline_precision", "baseline_f1", "stands",
)  # fmt: skip


def rows(measured: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """As COLUMNS. The baseline is the one with the highest F1 of all, in its best choice."""
    for place, (kind, methods) in enumerate(measured["figures"]["kinds"].items(), start=1):
        ours = methods["ours"]
        others = {name: one for name, one in methods.items() if not name.startswith("ours")}
        name, best = max(others.items(), key=lambda pair: float(pair[1]["f1"]))
        ahead = ours["f1"] - best["f1"]
        stands = "tie" if abs(ahead) < TIE else "better" if ahead > 0 else "worse"
        yield (
            place, kind, ours["planted"], *_three(ours), name.split(",")[0], *_three(best), stands
        )  # fmt: skip


def text(measured: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(measured))
    return out.getvalue()


def _three(one: dict[str, Any]) -> tuple[float, float, float]:
    recall, precision, f1 = (round(float(one[n]), 4) for n in ("recall", "precision", "f1"))
    return recall, precision, f1


if __name__ == "__main__":
    SHIPPED.parent.mkdir(exist_ok=True)
    SHIPPED.write_text(text(json.loads(MEASURED.read_text())), encoding="utf-8")
