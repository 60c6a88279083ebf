"""What an ingest becomes that did not end well: always a report, never an engine's own message."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from workbench.errors import Code, WorkbenchError, simple
from workbench.extracts.order import Order
from workbench.extracts.report import IngestReport, Outcome
from workbench.model.contract import Resource


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
    """An engine's message may quote a value, so none of it is passed on."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise simple(
            Code.memory_exceeded,
            f"接入 {resource.name} 时内存或临时空间不足。",
            f"Memory or scratch space did not suffice to ingest {resource.name}.",
            subject=resource.name,
        ) from None
    except duckdb.Error as error:
        kind = type(error).__name__
        raise simple(
            Code.internal,
            f"接入 {resource.name} 时引擎出错（{kind}）。",
            f"The engine failed while ingesting {resource.name} ({kind}).",
            subject=resource.name,
        ) from None
    except OSError as error:
        cause = errno.errorcode.get(error.errno or 0, "I/O")
        raise simple(
            Code.disk_exceeded if cause == "ENOSPC" else Code.internal,
            f"接入 {resource.name} 时写不了数据目录（{cause}）。",
            f"The extracts could not be written while ingesting {resource.name} ({cause}).",
            subject=resource.name,
        ) from error
