"""What an ingest becomes that did not end well: always a report, never an engine's own message."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from deltalake.exceptions import DeltaError

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.order import Order
from workbench.extracts.report import IngestReport, Outcome
from workbench.model.contract import Resource

_NO_ROOM = "No space left on device"
"""What the system says of a full disk; the libraries pass it on within a text of their own."""


@contextmanager
def refusals(order: Order) -> Iterator[None]:
    """Whatever refuses the delivery carries a report, also where it could not be read."""
    try:
        yield
    except WorkbenchError as error:
        if "report" not in error.notes:
            error.notes["report"] = IngestReport(
                order.resource.name, Outcome.refused, seconds=order.seconds
            )
        raise


@contextmanager
def engine_errors(resource: Resource) -> Iterator[None]:
    """A library's message may quote a value, so none of it is passed on."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise simple(
            Code.memory_exceeded,
            f"接入 {resource.name} 时内存或临时空间不足。",
            f"Memory or scratch space did not suffice to ingest {resource.name}.",
            subject=resource.name,
        ) from None
    except (duckdb.Error, DeltaError) as error:
        if _NO_ROOM in str(error):
            raise _no_room(resource) from None
        kind = type(error).__name__
        raise simple(
            Code.internal,
            f"接入 {resource.name} 时引擎出错（{kind}）。",
            f"The engine failed while ingesting {resource.name} ({kind}).",
            subject=resource.name,
        ) from None
    except OSError as error:
        cause = errno.errorcode.get(error.errno or 0, "I/O")
        if cause == "ENOSPC" or _NO_ROOM in str(error):
            raise _no_room(resource) from error
        raise simple(
            Code.internal,
            f"接入 {resource.name} 时写不了数据目录（{cause}）。",
            f"The extracts could not be written while ingesting {resource.name} ({cause}).",
            subject=resource.name,
        ) from error


def _no_room(resource: Resource) -> WorkbenchError:
    return simple(
        Code.disk_exceeded,
        f"接入 {resource.name} 时磁盘已满，没有生成新版本。",
        f"The disk was full while ingesting {resource.name}; no version was made.",
        next=Text(
            "请运维腾出数据目录所在磁盘的空间，然后重新接入。",
            "Operators: make room on the disk of the extracts, then ingest it again.",
        ),
        subject=resource.name,
    )
