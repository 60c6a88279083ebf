"""Which versions of an extract stand: the records of its log, read in order.

A commit of the log is a delivery, a recall, or the undoing of a recall. A version keeps the number
of the commit that brought it, so a number of the log that is a recall names no version. The
current version is the newest that is not recalled: nothing else decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.errors import Code, Text, WorkbenchError, simple

RECALLS, UNDOES = "recalls", "undoes"
"""Keys of a record that is no delivery; each holds the number of a version."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Recall:
    """``version`` was taken back by ``commit`` of the log. ``restores`` is the version that was
    current afterwards, None where none was left; ``by`` is who said so."""

    version: int
    commit: int
    at: datetime
    by: str
    reason: str
    restores: int | None

    def to_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "at": self.at.isoformat()}


@dataclass(frozen=True)
class Standing:
    """``current`` is None where every version was recalled."""

    current: int | None = None
    recalled: Mapping[int, Recall] = field(default_factory=dict)


def standing(records: Mapping[int, Record]) -> Standing:
    """What the records (commit -> record) leave standing."""
    versions: set[int] = set()
    recalled: dict[int, Recall] = {}
    for commit, record in sorted(records.items()):
        if RECALLS in record:
            recalled[record[RECALLS]] = _recall(commit, record)
        elif UNDOES in record:
            recalled.pop(record[UNDOES], None)
        else:
            versions.add(commit)
    return Standing(max(versions - recalled.keys(), default=None), recalled)


def is_delivery(record: Record) -> bool:
    return RECALLS not in record and UNDOES not in record


def record_of_recall(recall: Recall, *, undo: bool) -> dict[str, Any]:
    """The JSON values that stand in the commit of a recall, or of its undoing."""
    return {
        "version": recall.commit,
        (UNDOES if undo else RECALLS): recall.version,
        "restores": recall.restores,
        "at": recall.at.isoformat(),
        "by": recall.by,
        "reason": recall.reason,
    }


def _recall(commit: int, record: Record) -> Recall:
    return Recall(
        version=record[RECALLS],
        commit=commit,
        at=datetime.fromisoformat(record["at"]),
        by=record["by"],
        reason=record["reason"],
        restores=record["restores"],
    )


# what is said of a version that is not there to be read


def missing(resource: str, version: int) -> WorkbenchError:
    return simple(
        Code.extract_missing,
        f"资源 {resource} 没有第 {version} 版数据。",
        f"Resource {resource} has no version {version}.",
        subject=resource,
    )


def foreign(resource: str, version: int) -> WorkbenchError:
    return simple(
        Code.extract_missing,
        f"资源 {resource} 第 {version} 版不是由 workbench ingest 写入的，或其记录已损坏。",
        f"Version {version} of resource {resource} was not written by workbench ingest, "
        "or its record is damaged.",
        next=Text(
            f"请用 workbench ingest {resource} --force 重新接入。",
            f"Ingest it again: workbench ingest {resource} --force.",
        ),
        subject=resource,
    )


def no_delivery(resource: str, number: int) -> WorkbenchError:
    return simple(
        Code.extract_missing,
        f"资源 {resource} 的第 {number} 号记录是召回记录，不是数据版本。",
        f"Number {number} of resource {resource} is a recall, not a version of its data.",
        next=Text(
            f"版本清单：workbench recall {resource} --list",
            f"Its versions: workbench recall {resource} --list",
        ),
        subject=resource,
    )


def recalled(resource: str, recall: Recall) -> WorkbenchError:
    """To whoever was reading, or wants to read, that version."""
    to = recall.restores
    return simple(
        Code.extract_recalled,
        f"资源 {resource} 的第 {recall.version} 版数据已被召回，不再提供。",
        f"Version {recall.version} of resource {resource} was recalled and is no longer served.",
        why=Text(f"召回说明：{recall.reason}", f"The recall says: {recall.reason}"),
        rule=_RULE,
        next=_NOTHING_BEFORE
        if to is None
        else Text(
            "请重新查询：将读取现行版本。此前用该版本得出的结果请勿再用。",
            "Ask again: the current version is read. Do not go on using what was made of "
            "that version.",
        ),
        subject=resource,
    )


def nothing_before(resource: str, recall: Recall) -> WorkbenchError:
    """To an analyst who holds a grant on a resource of which no version stands."""
    return simple(
        Code.extract_recalled,
        f"资源 {resource} 的数据（第 {recall.version} 版）已被召回，且没有更早的版本可用。",
        f"The data of {resource} (version {recall.version}) was recalled, and there is no "
        "version before it.",
        why=Text(f"召回说明：{recall.reason}", f"The recall says: {recall.reason}"),
        rule=_RULE,
        next=_NOTHING_BEFORE,
        subject=resource,
    )


_RULE = Text(
    "数据质量：准确、及时、完整、可用、一致（佛山 2019 第五条；滨州 2023 第十七条；"
    "黑龙江 2025 第十九条）",
    "Data quality: accurate, timely, complete, available, consistent (Foshan 2019 art. 5; "
    "Binzhou 2023 art. 17; Heilongjiang 2025 art. 19)",
)
_NOTHING_BEFORE = Text(
    "授权仍然有效；待提供部门重新交付、运行人员接入后即可查询。",
    "Your grant still holds: ask again once the provider has delivered anew and the operator "
    "has ingested it.",
)
