"""What an ask has become once it was permitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from workbench.model.decision import Permit
from workbench.query_path.whole import Settle
from workbench.workspace.build import Manifest


@dataclass(frozen=True)
class Prepared:
    """What the worker is sent. ``disclosure`` is told with the release (ReleaseInfo). ``settle``:
    the answer is small, and settled whole before any of it leaves (see ``whole``)."""

    sql: str
    parameters: pa.RecordBatch | None = None
    disclosure: Mapping[str, Any] | None = None
    settle: Settle | None = None


class Bound(Protocol):
    """An ask that was permitted: ``permit`` says what it reads, ``prepare`` what is run once the
    workspace is there. Raises WorkbenchError for what only the data could tell."""

    @property
    def permit(self) -> Permit: ...
    def prepare(self, manifest: Manifest) -> Prepared: ...
