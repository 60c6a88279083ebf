"""The runs of assessments that a city keeps (``assessment.kept``), by the digest of their files.

A file that has not the digest that a procedure names is not used: what was shown, signed and
published is what its file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workbench.assessment import frozen as runs
from workbench.assessment import kept
from workbench.assessment.frozen import Frozen
from workbench.assessment.ranking import Place, Ranking
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import Sheet
from workbench.gateway import assessing_refusals as refusals

_KEPT = 4
"""Runs whose scores are kept in memory, by their content (ours): this year's and last year's, as
drafted and as amended."""


@dataclass(frozen=True)
class Run:
    """A run and its scores, worked out of it alone. ``places`` by department."""

    digest: str
    frozen: Frozen
    scheme: Scheme
    sheets: Mapping[str, Sheet]
    ranking: Ranking

    @property
    def places(self) -> Mapping[str, Place]:
        return {place.department: place for place in self.ranking.places}


@dataclass(frozen=True)
class Runs:
    """``state``: the city's folder of state."""

    state: Path

    def keep(self, frozen: Frozen) -> str:
        """The digest; the same run is kept once."""
        digest = runs.digest_of(runs.as_bytes(frozen))
        if not self.has(digest):
            kept.Runs(self.state).keep(runs.scheme_of(frozen).id, frozen)
        return digest

    def get(self, digest: str) -> Run:
        """Raises StatementWrong (not_found) where no file has this digest."""
        path = self._path(digest)
        content = path.read_bytes() if path is not None else b""
        if runs.digest_of(content) != digest:
            raise refusals.no_run(digest)
        return run_in(content)

    def has(self, digest: str) -> bool:
        return self._path(digest) is not None

    def _path(self, digest: str) -> Path | None:
        for path in sorted(kept.Runs(self.state).folder.glob("*/*.zip")):
            known = path.stat()
            if _digest(path, known.st_mtime_ns, known.st_size) == digest:
                return path
        return None


@lru_cache(256)
def _digest(path: Path, changed: int, size: int) -> str:
    """Once for a file as it is; what is used is read anew and held against it."""
    return runs.digest_of(path.read_bytes())


@lru_cache(_KEPT)
def run_in(content: bytes) -> Run:
    """Raises InvalidInput for what is no run."""
    frozen = runs.read(content)
    scheme = runs.scheme_of(frozen)
    sheets, ranked = runs.scored(frozen)
    by_name = {sheet.department: sheet for sheet in sheets}
    return Run(runs.digest_of(content), frozen, scheme, by_name, ranked)
