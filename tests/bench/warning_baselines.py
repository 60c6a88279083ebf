"""Three customary ways, given the same records: what early warning is measured against.

Each looks at one record of a subject: the one that the kind of event is about (``MAIN``). Each
comes in forms, of which the best on the tuning seeds is reported, so that no baseline loses by a
choice of ours:

- *threshold*: the part lost to the same month of the year before. On power for every kind
  (``threshold on power``), and on the kind's own record (``threshold``).
- *z-score*: how many standard deviations of its own months before (24 at most, 8 at least) a value
  lies below their mean; of logarithms, or of changes to the year before.
- *CUSUM* (Page (1954), "Continuous inspection schemes"): S = max(0, S + z - 1/2), z as before.

*seasonal* forms take changes to the same month of the year before, less the median of all subjects:
without that, no baseline survives a season. ``lasting``: the lowest score of so many months counts.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping

import numpy as np

from tests.bench.warning_city import Matrix

MAIN: Mapping[str, str] = {
    "stop": "power",
    "cut": "power",
    "tax_slide": "taxes",
    "employment_loss": "people",
    "export_loss": "exports",
    "credit": "power",
    "industry": "power",
    "county": "power",
}
YEAR, OWN, LEAST = 12, 24, 8
SLACK = 0.5
FLOOR = 0.01
"""Of a record's mean: zero has no logarithm."""
LASTING = (1, 2, 3)
CUSTOMARY = {"threshold on power": 0.30, "threshold": 0.30, "z-score": 3.0, "CUSUM": 5.0}
"""Thresholds as they are often taken; with one month, and without season."""
METHODS = tuple(CUSTOMARY)


def forms(method: str, record: Matrix) -> Iterator[tuple[str, Matrix]]:
    """Scores by subject and month, NaN where there is none, by the name of the form."""
    logs = _logs(record)
    change = np.full_like(logs, np.nan)
    change[:, YEAR:] = logs[:, YEAR:] - logs[:, :-YEAR]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # months in which nobody has a record
        together = change - np.nanmedian(change, axis=0, keepdims=True)
    if method.startswith("threshold"):
        yield "plain", 1.0 - np.exp(change)
        yield "seasonal", 1.0 - np.exp(together)
        return
    for name, values in (("plain", logs), ("seasonal", together)):
        z = _below(values)
        yield name, z if method == "z-score" else _summed(z)


def lasting(score: Matrix, months: int) -> Matrix:
    """The lowest of the last so many months."""
    found = score.copy()
    for back in range(1, months):
        found[:, back:] = np.minimum(found[:, back:], score[:, :-back])
        found[:, :back] = np.nan
    return found


def _logs(record: Matrix) -> Matrix:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        usual = np.nanmean(record, axis=1, keepdims=True)
        found: Matrix = np.log(np.maximum(record, FLOOR * usual))
    return np.where(np.isfinite(found), found, np.nan)


def _below(values: Matrix) -> Matrix:
    found = np.full_like(values, np.nan)
    for month in range(1, values.shape[1]):
        before = values[:, max(0, month - OWN) : month]
        known = (~np.isnan(before)).sum(axis=1)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            z = (np.nanmean(before, axis=1) - values[:, month]) / np.nanstd(before, axis=1, ddof=1)
        found[:, month] = np.where(known >= LEAST, z, np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def _summed(z: Matrix) -> Matrix:
    found, total = np.full_like(z, np.nan), np.zeros(len(z))
    for month in range(z.shape[1]):
        known = ~np.isnan(z[:, month])
        total = np.where(known, np.maximum(0.0, total + np.nan_to_num(z[:, month]) - SLACK), 0.0)
        found[:, month] = np.where(known, total, np.nan)
    return found
