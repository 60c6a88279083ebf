"""What an ask has become once it was permitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from workbench.disclosure.rules import Barred
from workbench.disclosure.shapes import StatTable
from workbench.disclosure.studies import Study
from workbench.model.decision import Permit
from workbench.query_path.whole import Settle, Settling
from workbench.workspace.build import Manifest


@dataclass(frozen=True)
class Prepared:
    """What the worker is sent. ``disclosure`` is told with the release (ReleaseInfo). ``settle``:
    the answer is small, and settled whole before any of it leaves (see ``whole``). ``pay``: what is
    run is known once it is paid for; it is called right before, and gives what is sent.
    ``guarded``: it tells of protected rows, and the guard has to see of whose (``guarding``)."""

    sql: str
    parameters: pa.RecordBatch | None = None
    disclosure: Mapping[str, Any] | None = None
    settle: Settle | None = None
    pay: Callable[[Settling], Prepared] | None = None
    guarded: Guarded | None = None


@dataclass(frozen=True)
class Guarded:
    """``studies``: what it would tell of whom, over ``tables``. ``without``: what is sent where
    some cells may not be told. ``told``: the answer shows them, so that they count as told from
    now on."""

    studies: tuple[Study, ...]
    tables: tuple[StatTable, ...]
    without: Callable[[Mapping[str, Barred]], Prepared]
    told: bool = True


class Bound(Protocol):
    """An ask that was permitted: ``permit`` says what it reads, ``prepare`` what is run once the
    workspace is there. Raises WorkbenchError for what only the data could tell."""

    @property
    def permit(self) -> Permit: ...
    def prepare(self, manifest: Manifest) -> Prepared: ...
