"""The runs of assessments that a city keeps: files by the digest of their content, never changed.

``DIGEST.zip`` is the file of a run (``assessment.frozen``). One that has not the digest of its name
is not used: what was shown, signed and published is what its file says.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workbench.assessment import frozen as runs
from workbench.assessment.frozen import Frozen
from workbench.assessment.ranking import Place, Ranking
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import Sheet
from workbench.gateway import assessing_refusals as refusals
from workbench.store.layout import private_folder, write_private

FOLDER = "assessments"
"""Of the city's state."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
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
    """Those in ``folder``."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """The digest. Raises InvalidInput for what is no run, or was altered; the same run is
        kept once."""
        digest = run_in(content).digest
        place = private_folder(self.folder) / f"{digest}.zip"
        if not place.exists():
            fresh = place.with_name(f".{secrets.token_hex(8)}.part")
            write_private(fresh, content)
            fresh.replace(place)
        return digest

    def get(self, digest: str) -> Run:
        """Raises StatementWrong (not_found) where it is not there or not what its name says."""
        if not _DIGEST.fullmatch(digest):
            raise refusals.no_run(digest)
        try:
            content = (self.folder / f"{digest}.zip").read_bytes()
        except OSError as error:
            raise refusals.no_run(digest) from error
        if runs.digest_of(content) != digest:
            raise refusals.no_run(digest)
        return run_in(content)

    def has(self, digest: str) -> bool:
        return bool(_DIGEST.fullmatch(digest)) and (self.folder / f"{digest}.zip").is_file()


@lru_cache(_KEPT)
def run_in(content: bytes) -> Run:
    """Raises InvalidInput for what is no run."""
    frozen = runs.read(content)
    scheme = runs.scheme_of(frozen)
    sheets, ranked = runs.scored(frozen)
    by_name = {sheet.department: sheet for sheet in sheets}
    return Run(runs.digest_of(content), frozen, scheme, by_name, ranked)
