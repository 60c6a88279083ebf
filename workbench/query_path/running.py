"""A result on its way out: sliced, counted, stopped when it must, and closed in the ledger."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.release import METADATA_KEY, NOTHING_THERE, ReleaseInfo
from workbench.query_path.active import ActiveQuery
from workbench.query_path.whole import Answer, Whole
from workbench.workspace.answers import refusal
from workbench.workspace.process import EngineError, Stopped

log = logging.getLogger(__name__)
MESSAGE_BYTES = 4 << 20
"""A Flight message stays under 16 MiB; a quarter of that keeps memory low as well."""


class Running:
    """Iterate for record batches; ``close`` ends it early. Closing is recorded exactly once.

    ``on_close(detail)`` writes the closing entry; ``held`` gives the worker back.
    """

    def __init__(
        self,
        query: ActiveQuery,
        answer: Answer,
        info: ReleaseInfo,
        result_bytes: int,
        on_close: Callable[[dict[str, Any]], None],
        held: ExitStack,
    ) -> None:
        self.info = info
        self.schema = _described(answer.schema, info)
        self._query = query
        self._answer = answer
        self._left = result_bytes
        self._limit = result_bytes
        self._on_close = on_close
        self._held = held
        self._bytes = 0
        self._withheld = 0
        self._closed = False

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        outcome = "interrupted"
        code = ""
        try:
            for batch in self._answer:
                yield from self._sliced(batch)
            outcome = "complete"
        except Stopped as stopped:
            code = stopped.cause.code.value
            raise stopped.cause from None
        except EngineError as error:
            outcome = "failed"
            raised = self._query.cause or refusal(self._query.heard(error.answer))
            code = raised.code.value
            raise raised from None
        except WorkbenchError as error:
            code = error.code.value
            raise
        finally:
            self._finish(outcome, code)

    def close(self) -> None:
        """Stop, if it still runs. Safe to call again."""
        cause = self._query.cause
        self._finish("interrupted", cause.code.value if cause is not None else "")

    @property
    def cause(self) -> WorkbenchError | None:
        """Why it has to stop, once it has to."""
        return self._query.cause

    def _sliced(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        size = batch.nbytes
        self._left -= size
        if self._left < 0:
            raise _too_large(self._limit)
        step = max(1, batch.num_rows * MESSAGE_BYTES // max(size, 1))
        for start in range(0, batch.num_rows, step):
            self._query.check()
            piece = batch.slice(start, step)
            if piece.num_rows == 1 and piece.nbytes > 3 * MESSAGE_BYTES:
                raise _value_too_large()
            yield pa.RecordBatch.from_arrays(piece.columns, schema=self.schema)
            self._query.rows += piece.num_rows
        self._bytes += size
        for name in self.info.companions:
            why = batch.column(name)
            there = pc.sum(pc.equal(why, NOTHING_THERE)).as_py() or 0
            self._withheld += len(why) - why.null_count - there

    def _finish(self, outcome: str, code: str) -> None:
        if self._closed:
            return
        self._closed = True
        detail = {
            "outcome": outcome,
            "rows": self._query.rows,
            "bytes": self._bytes,
            "digest": self._answer.digest,
            "seconds": round(time.monotonic() - self._query.started, 3),
        }
        if self.info.companions:
            detail["withheld"] = self._withheld
        if isinstance(self._answer, Whole):
            detail |= self._answer.facts
        try:
            self._answer.abandon()
        finally:
            try:
                self._on_close({**detail, "code": code} if code else detail)
            finally:
                self._held.close()


def _described(schema: pa.Schema, info: ReleaseInfo) -> pa.Schema:
    text = json.dumps(info.to_dict(), ensure_ascii=False)
    return schema.with_metadata({METADATA_KEY: text.encode()})


def _too_large(limit: int) -> WorkbenchError:
    return simple(
        Code.result_too_large,
        f"结果超过 {limit >> 20} MB 的上限，已停止发送。",
        f"The result is larger than the limit of {limit >> 20} MB; sending stopped.",
        next=Text(
            "请先聚合或筛选；上限见 city.yaml 的 settings.result_mb。",
            "Aggregate or filter first; settings.result_mb of city.yaml is the limit.",
        ),
    )


def _value_too_large() -> WorkbenchError:
    return simple(
        Code.result_too_large,
        "结果中有一行超过 12 MB，无法发送。",
        "One row of the result is larger than 12 MB and cannot be sent.",
        next=Text("请截取或拆分该值。", "Cut or split the value."),
    )
