"""What an enterprise has lost, from several records, next to its own usual and to its peers.

For each input the logarithm of its value to the firm's own usual, less the course of its industry
and of its county (medians of firms): what moves all of them moves none. For each number of months
that a change may have lasted, the mean loss since then, next to the median of a year before it, is
divided by its spread over firms of about that size *in this very month*: the noise is the panel's
own. Scores of inputs are put together by the likelihood ratio of a loss in the declared direction,

    z = d' R^-1 s / sqrt(d' R^-1 d),   L = d' R^-1 s / (d' R^-1 d),

s the standardised losses, R their correlation over firms, d the direction over the spreads (Healy
(1987), "A note on multivariate CUSUM procedures"). An input with direction 0 is a control: what it
explains is taken off. The best z over the windows is a generalised likelihood ratio over the time
of the change (Lai (1995), "Sequential changepoint detection in quality control and dynamical
systems"). Events count by the likelihood ratio of a Poisson rate that is ``factor`` times the
usual: score^2 = z^2 + 2 (count log(factor) - (factor - 1) rate months).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from workbench.economy.frames import Floats
from workbench.economy.warning_robust import (
    COUNTY,
    INDUSTRY,
    Mask,
    Panel,
    correlation,
    course,
    logarithms,
    mean,
    middle,
    spread,
)

FLOOR = 0.05
"""Of the usual: below it a loss counts as large as there (ours)."""
PEERS = 12
"""Firms of an industry or county without which they have no course of their own (ours)."""
SIZES = 10
"""Classes of size, each with as many firms, in which the noise is estimated (ours)."""
LEAST_SPREAD = 0.02
"""A spread of losses is not believed to be smaller, however regular a record is (ours)."""


class Loss(BaseModel):
    """``losses``: for each input, of a firm's loss (logarithm) the part that shows there; 0 for a
    control. ``events``: inputs that count, with how many times as many a firm in trouble has.
    ``lags``: inputs that are compared with those of so many months later. ``windows``: months that
    a change may have lasted. ``reference``: months before it that make the usual, of which
    ``known`` at least. An alert needs a loss between ``least`` and ``most`` (parts), with ``still``
    of it left in each of the last ``lasting`` months."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    losses: Mapping[str, float] = Field(min_length=1)
    events: Mapping[str, float] = {}
    lags: Mapping[str, int] = {}
    windows: tuple[int, ...] = Field(default=(1, 2, 3), min_length=1)
    reference: int = Field(default=12, ge=3)
    known: int = Field(default=6, ge=3)
    lasting: int = Field(default=1, ge=1)
    still: float = Field(default=0.5, ge=0, le=1)
    least: float = Field(default=0.2, ge=0, lt=1)
    most: float = Field(default=1.0, gt=0, le=1)

    @property
    def months(self) -> int:
        """How many are looked back at, the month itself included; what lags needs more before."""
        return max(self.windows) + self.reference

    @property
    def inputs(self) -> tuple[str, ...]:
        return (*self.losses, *self.events)


@dataclass(frozen=True, eq=False)
class Judged:
    """For each row of the panel: ``score`` (NaN: not known), ``length`` of the best window,
    ``loss`` as a logarithm. ``usual``: of each input what was to be expected in each month."""

    score: Floats
    length: Floats
    loss: Floats
    usual: Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class _Record:
    """An input without its peers: ``rest`` (logarithms), the class of size of each row, and what
    the firm's median and its peers let expect."""

    rest: Floats
    size: Floats
    expected: Floats


def judge(how: Loss, panel: Panel) -> Judged:
    """Every subject of the panel in its last month."""
    records = {name: _record(panel, name, how.known) for name in how.losses}
    rows = panel.who.height
    best = Judged(np.full(rows, np.nan), np.zeros(rows), np.zeros(rows), {})
    for length in sorted(how.windows):
        if length >= how.lasting and length + how.known <= len(panel.months):
            best = _better(best, _window(how, panel, records, length), length)
    usual = {name: _expected(record, best.length, how) for name, record in records.items()}
    return replace(best, usual=usual)


def _record(panel: Panel, name: str, known: int) -> _Record:
    logs, usual = logarithms(panel.values[name], FLOOR, known)
    peers = np.zeros_like(logs)
    for column in (INDUSTRY, COUNTY):
        names, group = panel.groups(column)
        peers = peers + course(logs - peers, group, len(names), PEERS)[group]
    size = _classes(usual)
    return _Record(logs - peers, size, np.exp(peers) * usual[:, None])


def _classes(usual: Floats) -> Floats:
    """0 to SIZES - 1 by size; NaN where that is not known."""
    known = usual[~np.isnan(usual)]
    if not len(known):
        return usual
    cuts = np.unique(np.quantile(known, np.arange(1, SIZES) / SIZES))
    return np.where(np.isnan(usual), np.nan, np.searchsorted(cuts, usual, side="right"))


def _usual(rest: Floats, lengths: Floats | int, how: Loss) -> Floats:
    """The median of the reference before a change of so many months."""
    months = rest.shape[1]
    last = months - np.broadcast_to(np.asarray(lengths, np.int64), rest.shape[:1])[:, None]
    at = np.arange(months)[None, :]
    inside = (at < last) & (at >= last - how.reference)
    chosen = np.where(inside, rest, np.nan)
    found = middle(chosen, 1)
    return np.where((~np.isnan(chosen)).sum(axis=1) >= how.known, found, np.nan)


def _expected(record: _Record, lengths: Floats, how: Loss) -> Floats:
    own = _usual(record.rest, lengths.astype(np.int64), how)
    return record.expected * np.exp(own)[:, None]


def _window(
    how: Loss, panel: Panel, records: Mapping[str, _Record], length: int
) -> tuple[Floats, Floats]:
    """``(score, loss)`` of a change that has lasted ``length`` months, NaN where there is none."""
    monthly = [_usual(r.rest, length, how)[:, None] - r.rest[:, -length:] for r in records.values()]
    losses = [mean(each, (length + 1) // 2) for each in monthly]
    noise = [_noise(x, r.size) for x, r in zip(losses, records.values(), strict=True)]
    scores = [(x - centre) / width for x, (centre, width) in zip(losses, noise, strict=True)]
    direction = np.array(list(how.losses.values()))
    weights, strength = _weights(scores, [width for _, width in noise], direction)
    total = sum(
        np.where(np.isnan(x), 0.0, x - c) * w
        for x, (c, _), w in zip(losses, noise, weights.T, strict=True)
    )
    loss = np.where(strength > 0, total, np.nan)
    score = loss * np.sqrt(strength)
    stays = _stays(how, monthly, weights, loss)
    return np.where(stays, _with_events(how, panel, score, length), np.nan), loss


def _noise(losses: Floats, size: Floats) -> tuple[Floats, Floats]:
    """The middle and the spread of losses in each row's class of size."""
    centre, width = np.full(len(losses), np.nan), np.full(len(losses), np.nan)
    for each in np.unique(size[~np.isnan(size)]):
        mine = size == each
        centre[mine] = middle(losses[mine], 0)
        width[mine] = max(spread(losses[mine]), LEAST_SPREAD)
    return centre, width


def _weights(
    scores: list[Floats], widths: list[Floats], direction: Floats
) -> tuple[Floats, Floats]:
    """``(weight of each input, d' R^-1 d)`` for each row, by which inputs are known there. Rows
    where no input with a direction is known have strength 0."""
    rows, inputs = len(scores[0]), len(scores)
    known = ~np.isnan(np.column_stack(scores))
    weights, strength = np.zeros((rows, inputs)), np.zeros(rows)
    whole = correlation(scores)
    for pattern in np.unique(known, axis=0):
        if not direction[pattern].any():
            continue
        mine = (known == pattern).all(axis=1)
        inverse = np.linalg.inv(whole[np.ix_(pattern, pattern)])
        width = np.column_stack(widths)[np.ix_(mine, pattern)]
        aim = direction[pattern] / width
        pull = aim @ inverse
        power = (pull * aim).sum(axis=1)
        weights[np.ix_(mine, pattern)] = pull / width / power[:, None]
        strength[mine] = power
    return weights, strength


def _stays(how: Loss, monthly: list[Floats], weights: Floats, loss: Floats) -> Mask:
    """Whether enough of the loss is left in each of the last months. A month that is not known
    shows nothing, so the last one has to be known."""
    each = np.zeros((len(loss), how.lasting))
    weight = np.zeros_like(each)
    for values, share in zip(monthly, weights.T, strict=True):
        late = values[:, -how.lasting :]
        each += np.where(np.isnan(late), 0.0, late) * share[:, None]
        weight += np.where(np.isnan(late), 0.0, np.abs(share)[:, None])
    held = (each >= how.still * loss[:, None]) & (weight > 0)
    lost = 1.0 - np.exp(-loss)
    stays: Mask = held.all(axis=1) & (lost >= how.least) & (lost <= how.most)
    return stays


def _with_events(how: Loss, panel: Panel, score: Floats, length: int) -> Floats:
    squared = np.sign(score) * score**2
    for name, factor in how.events.items():
        counts = np.nan_to_num(panel.values[name])
        rate = float(counts.mean())
        seen = counts[:, -length:].sum(axis=1)
        squared = squared + 2.0 * (seen * np.log(factor) - (factor - 1.0) * rate * length)
    found: Floats = np.sqrt(np.maximum(squared, 0.0))
    return found


def _better(best: Judged, found: tuple[Floats, Floats], length: int) -> Judged:
    score, loss = found
    with np.errstate(invalid="ignore"):
        higher = ~np.isnan(score) & ~(best.score >= score)
    return Judged(
        np.where(higher, score, best.score),
        np.where(higher, float(length), best.length),
        np.where(higher, loss, best.loss),
        {},
    )
