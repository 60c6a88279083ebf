"""What would follow from told cells that may not be told: nothing, where the guard judged them all;
something, where two departments put together what each was told by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.differencing import reach
from workbench.disclosure.differencing.system import System
from workbench.disclosure.differencing.together import too_much

Clock = Callable[[], float]


@dataclass(frozen=True)
class Follows:
    """Parts that may not be told by themselves and would be. ``determined``: their figure follows
    exactly; ``combined``: they stand in a sum or difference of a few that follows; ``bounded``:
    their figure can be bounded more closely than their rules allow. Each part counts once.

    ``at_least``: of ``combined`` and ``bounded`` there may be more, since only some are looked for
    once any are found; ``strict``: past the limit of exactness, where not all that follows is
    worked out. ``bounded`` is None where the time ran out before that was known."""

    determined: int
    combined: int
    bounded: int | None
    at_least: bool
    strict: bool

    @property
    def parts(self) -> int:
        return self.determined + self.combined + (self.bounded or 0)


def follows(system: System, clock: Clock = time.monotonic) -> Follows:
    """Of all told cells of ``system``. Takes up to ``reach.SECONDS`` and what the elimination of a
    few thousand cells costs; amounts that may be negative bound nothing."""
    atoms, span = system.atoms, system.span
    unsafe = atoms.unsafe()
    every = np.ones(len(atoms), np.bool_)
    exact = unsafe & span.known
    few = (span.rows[~atoms.judged(span.rows)] != 0.0).any(axis=0)
    combined = unsafe & (few | too_much(atoms, span, every)) & ~exact
    begun = clock()
    looked_at = unsafe & ~(exact | combined)
    until = reach.deadline()
    close, _ = reach.within_reach(atoms, span, system.cells, looked_at, every, until)
    late = clock() - begun >= reach.SECONDS
    return Follows(
        determined=int(exact.sum()),
        combined=int(combined.sum()),
        bounded=None if late else int(close.sum()),
        at_least=bool(combined.any() or close.any()),
        strict=system.strict,
    )
