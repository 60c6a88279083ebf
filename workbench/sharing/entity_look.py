"""Looking into the current extracts of many resources for one person or firm, within a time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.engine.duckdb import Resources as Limits
from workbench.engine.duckdb import open_builder
from workbench.errors import Text, WorkbenchError
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.model.contract import Resource, SharingType
from workbench.model.regulation import UNSTATED
from workbench.policy.ruled import told
from workbench.sharing.entity_rows import CannotLook, Looked, Scope, look
from workbench.sharing.looks import LOOK_SECONDS, interrupted_after

_LIMITS = Limits(memory_mb=1024, scratch_mb=4096, threads=2)


@dataclass(frozen=True)
class NotLookedAt:
    resource: Resource
    why: Text


Found = tuple[tuple[Looked, ...], tuple[NotLookedAt, ...]]


def look_into(
    resources: Iterable[Resource],
    key: str,
    scopes: Mapping[str, Sequence[Scope]],
    extracts: Extracts,
    scratch: Path,
    seconds: float = LOOK_SECONDS,
) -> Found:
    """In the order of ``resources``. ``key`` in its normal form; ``scopes`` by the folded name of
    the resource. What is not looked at, or not to its end after so many ``seconds``, is named."""
    looked: list[Looked] = []
    missed: list[NotLookedAt] = []
    limit = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        con = open_builder(_LIMITS, Path(folder))
        try:
            with interrupted_after(con, seconds):
                for resource in resources:
                    try:
                        if time.monotonic() > limit:
                            raise CannotLook(_NO_TIME)
                        extract = _extract(extracts, resource)
                        of_grants = scopes.get(resource.name.casefold(), ())
                        looked.append(look(con, extract, resource, key, of_grants))
                    except CannotLook as error:
                        missed.append(NotLookedAt(resource, error.why))
        finally:
            con.close()
    return tuple(looked), tuple(missed)


def _extract(extracts: Extracts, resource: Resource) -> ExtractVersion:
    """Raises CannotLook."""
    if resource.attached is not None:
        raise CannotLook(_ATTACHED)
    if resource.sharing.type is SharingType.not_shared:
        raise CannotLook(_NOT_SHARED)
    if resource.closed is not None:
        raise CannotLook(told(resource.closed, UNSTATED))
    try:
        extract = extracts.latest(resource.name)
    except WorkbenchError:
        raise CannotLook(_NO_EXTRACT) from None
    if extract is None:
        raise CannotLook(_NO_EXTRACT)
    return extract


_ATTACHED = Text(
    "数据挂接在来源处，本平台没有副本",
    "its data stay at their source: nothing of them is held here",
)
_NO_EXTRACT = Text("没有可查的现行版本", "it has no current version to look into")
_NOT_SHARED = Text(
    "不予共享：目录只说明其存在；此前的使用请按资源查阅留痕",
    "it is not shared: the catalogue says only that it exists; what was read of it before stands "
    "in the trail, by resource",
)
_NO_TIME = Text(
    "查询时间已到，尚未查到这里；请限定应用场景再查",
    "the time for looking was over before it; ask again within one scenario",
)
