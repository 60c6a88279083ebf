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
    middle,
    spread,
)

FLOOR = 0.05
"""Of the usual: below it a loss counts as large as there (ours)."""
PEERS = 12
"""Firms of an industry or county without which they have no course of their own (ours)."""
SIZES = 10
"""Classes of size, each with as many firms, in which the noise is estimated (ours)."""
BEGUN = 0.25
"""Of a loss: the first month with so much of it is the one in which it began (ours)."""
LEAST_SPREAD = 0.02
"""A spread of losses is not believed to be smaller, however regular a record is (ours)."""


class Loss(BaseModel):
    """``losses``: for each input, of a firm's loss (logarithm) the part that shows there; 0 for a
    control. ``events``: inputs that count, with how many times as many a firm in trouble has.
    ``units``: inputs that are whole numbers, and of what. ``lags``: inputs that are compared with
    those of so many months later. ``windows``: months that a change may have lasted. ``reference``:
    months before it that make the usual, of which ``known`` at least. An alert needs a loss between
    ``least`` and ``most`` (parts), with ``still`` of it left in each of the last ``lasting``
    months."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    losses: Mapping[str, float] = Field(min_length=1)
    events: Mapping[str, float] = {}
    lags: Mapping[str, int] = {}
    units: Mapping[str, float] = {}
    windows: tuple[int, ...] = Field(default=(1, 2, 3), min_length=1)
    reference: int = Field(default=12, ge=3)
    known: int = Field(default=6, ge=3)
    lasting: int = Field(default=1, ge=1)
    still: float = Field(default=0.5, ge=0, le=1)
    sheer: float = Field(default=1.0, gt=0, le=1)
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
    usual: Floats
    expected: Floats


def judge(how: Loss, panel: Panel) -> Judged:
    """Every subject of the panel in its last month."""
    records = {name: _record(panel, name, how.known) for name in how.losses}
    rows = panel.who.height
    best = Judged(np.full(rows, np.nan), np.zeros(rows), np.zeros(rows), {})
    for length in sorted(how.windows):
        if length + how.known <= len(panel.months):
            best = _better(best, _window(how, panel, records, length))
    usual = {name: _expected(record, best.length, how) for name, record in records.items()}
    return replace(best, usual=usual)


def _record(panel: Panel, name: str, known: int) -> _Record:
    logs, usual = logarithms(panel.values[name], FLOOR, known)
    peers = np.zeros_like(logs)
    for column in (INDUSTRY, COUNTY):
        names, group = panel.groups(column)
        peers = peers + course(logs - peers, group, len(names), PEERS)[group]
    size = _classes(usual)
    return _Record(logs - peers, size, usual, np.exp(peers) * usual[:, None])


def _classes(usual: Floats) -> Floats:
    """0 to SIZES - 1 by size; NaN where that is not known."""
    known = usual[~np.isnan(usual)]
    if not len(known):
        return usual
    cuts = np.unique(np.quantile(known, np.arange(1, SIZES) / SIZES))
    return np.where(np.isnan(usual), np.nan, np.searchsorted(cuts, usual, side="right"))


def _usual(rest: Floats, length: int, how: Loss) -> Floats:
    """The median of the reference before a change of so many months."""
    last = rest.shape[1] - length
    chosen = rest[:, max(0, last - how.reference) : last]
    return np.where((~np.isnan(chosen)).sum(axis=1) >= how.known, middle(chosen, 1), np.nan)


def _expected(record: _Record, lengths: Floats, how: Loss) -> Floats:
    own = np.full(len(lengths), np.nan)
    for length in np.unique(lengths).astype(int).tolist():
        mine = lengths == length
        own[mine] = _usual(record.rest[mine], length, how)
    found: Floats = record.expected * np.exp(own)[:, None]
    return found


def _window(
    how: Loss, panel: Panel, records: Mapping[str, _Record], length: int
) -> tuple[Floats, Floats, Floats]:
    """``(score, loss, months since it began)`` of a change within ``length`` months; the score is
    NaN where there is none."""
    monthly = [_usual(r.rest, length, how)[:, None] - r.rest[:, -length:] for r in records.values()]
    losses = [
        _least_of(how, name, _since(each), record)
        for (name, record), each in zip(records.items(), monthly, strict=True)
    ]
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
    stays, since = _held(how, monthly, weights, loss)
    return np.where(stays, _with_events(how, panel, score, length), np.nan), loss, since


def _since(monthly: Floats) -> Floats:
    """The median loss of the months since a change (the mean of two), so that one month of
    maintenance is none; NaN where less than half of them is known."""
    known = (~np.isnan(monthly)).sum(axis=1)
    return np.where(known * 2 >= monthly.shape[1], middle(monthly, 1), np.nan)


def _least_of(how: Loss, name: str, losses: Floats, record: _Record) -> Floats:
    """The least change that whole numbers leave possible: of two people one is half, and may be
    nothing but rounding. By half a unit before and half a unit after."""
    if name not in how.units:
        return losses
    half = 0.5 * how.units[name] / record.usual
    sure = np.maximum(np.abs(losses) - half * (1.0 + np.exp(losses)), 0.0)
    return np.sign(losses) * sure


def _noise(losses: Floats, size: Floats) -> tuple[Floats, Floats]:
    """The middle and the spread of losses in each row's class of size. No class is believed to be
    quieter than the middle one: small firms' whole numbers hardly ever move."""
    centre, width = np.full(len(losses), np.nan), np.full(len(losses), np.nan)
    classes = np.unique(size[~np.isnan(size)])
    wide = np.array([spread(losses[size == each]) for each in classes])
    least = max(float(middle(wide, 0)), LEAST_SPREAD) if len(classes) else LEAST_SPREAD
    for each, found in zip(classes, wide, strict=True):
        mine = size == each
        centre[mine] = middle(losses[mine], 0)
        width[mine] = np.fmax(found, least)
    return centre, width


def _weights(
    scores: list[Floats], widths: list[Floats], direction: Floats
) -> tuple[Floats, Floats]:
    """``(weight of each input, d' R^-1 d)`` for each row, by which inputs are known there. Rows
    where none of the inputs that lose most is known have strength 0."""
    rows, inputs = len(scores[0]), len(scores)
    known = ~np.isnan(np.column_stack(scores))
    weights, strength = np.zeros((rows, inputs)), np.zeros(rows)
    whole = correlation(scores)
    main = direction >= direction.max()
    for pattern in np.unique(known, axis=0):
        if not (main & pattern).any():
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


def _held(how: Loss, monthly: list[Floats], weights: Floats, loss: Floats) -> tuple[Mask, Floats]:
    """Whether enough of the loss is left in each of the last months, and since how many months
    there is some of it. A month that is not known shows nothing, so the last one has to be
    known."""
    each, known = np.zeros_like(monthly[0]), np.zeros(monthly[0].shape, np.bool_)
    for values, share in zip(monthly, weights.T, strict=True):
        each += np.where(np.isnan(values), 0.0, values) * share[:, None]
        known |= ~np.isnan(values) & (share[:, None] != 0)
    length = each.shape[1]
    left = (each >= how.still * loss[:, None]) & known
    lost = 1.0 - np.exp(-loss)
    enough = (lost >= how.sheer) if length < how.lasting else np.ones(len(loss), np.bool_)
    stays: Mask = left[:, -how.lasting :].all(axis=1) & enough
    stays &= (lost >= how.least) & (lost <= how.most)
    some = each >= BEGUN * loss[:, None]
    return stays, (length - some.argmax(axis=1)).astype(np.float64)


def _with_events(how: Loss, panel: Panel, score: Floats, length: int) -> Floats:
    squared = np.sign(score) * score**2
    for name, factor in how.events.items():
        counts = np.nan_to_num(panel.values[name])
        rate = float(counts.mean())
        seen = counts[:, -length:].sum(axis=1)
        squared = squared + 2.0 * (seen * np.log(factor) - (factor - 1.0) * rate * length)
    found: Floats = np.sqrt(np.maximum(squared, 0.0))
    return found


def _better(best: Judged, found: tuple[Floats, Floats, Floats]) -> Judged:
    score, loss, since = found
    with np.errstate(invalid="ignore"):
        higher = ~np.isnan(score) & ~(best.score >= score)
    return Judged(
        np.where(higher, score, best.score),
        np.where(higher, since, best.length),
        np.where(higher, loss, best.loss),
        {},
    )
