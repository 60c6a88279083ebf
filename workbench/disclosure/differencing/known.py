"""Units and entities by the numbers under which they are known again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.disclosure.differencing.contributions import Ints

Hashes = NDArray[np.uint64]


class Known:
    """Hashes, each with its place in the order in which they came."""

    def __init__(self) -> None:
        self._hashes: Hashes = np.empty(0, np.uint64)
        self._sorted: Hashes = np.empty(0, np.uint64)
        self._places: Ints = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._hashes)

    def copy(self) -> Known:
        other = Known()
        other.__dict__.update(self.__dict__)  # arrays are replaced, never written into
        return other

    def places(self, hashes: Hashes) -> tuple[Ints, Ints]:
        """The place of each, and at which of ``hashes`` each new one stands first. New ones are
        known from now on, in that order."""
        fresh, at, back = np.unique(hashes, return_index=True, return_inverse=True)
        at = np.sort(at[~self._has(fresh)])
        if at.size:
            self._hashes = np.concatenate([self._hashes, hashes[at]])
            self._places = np.argsort(self._hashes, kind="stable")
            self._sorted = self._hashes[self._places]
        return self._places[np.searchsorted(self._sorted, fresh)][back], at

    def _has(self, hashes: Hashes) -> NDArray[np.bool_]:
        if not len(self._sorted):
            return np.zeros(len(hashes), np.bool_)
        at = np.minimum(np.searchsorted(self._sorted, hashes), len(self._sorted) - 1)
        found: NDArray[np.bool_] = self._sorted[at] == hashes
        return found
