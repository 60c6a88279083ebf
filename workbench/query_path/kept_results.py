"""A result that is kept: how it is held as it passes, and how it is given again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from workbench.query_path.described import BelowFloor
from workbench.query_path.whole import Answer

OVERHEAD = 16 << 10
"""Bytes that a kept result takes besides its values (measured: 10 kB of a small one)."""


@dataclass(frozen=True)
class Result:
    """A whole answer: ``digests`` are those after each batch, ``size`` is in bytes. ``first`` is
    the ledger's entry that released it first; ``low`` and ``disclosure`` are what only its
    workspace could tell."""

    schema: pa.Schema
    low: BelowFloor
    disclosure: Mapping[str, Any] | None
    batches: tuple[pa.RecordBatch, ...] = ()
    digests: tuple[str, ...] = ()
    size: int = 0
    first: int = 0

    def replay(self) -> Replay:
        return Replay(self)


class Replay:
    """An answer given again, with the digests that it had."""

    def __init__(self, result: Result) -> None:
        self.schema: pa.Schema = result.schema
        self._result = result
        self.digest = hashlib.sha256().hexdigest()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch, digest in zip(self._result.batches, self._result.digests, strict=True):
            self.digest = digest
            yield batch

    def abandon(self) -> None:
        """Nothing runs."""


class Collected:
    """Passes an answer on and holds it, up to ``most`` bytes; past that ``too_large`` is called,
    and nothing is held."""

    def __init__(
        self, answer: Answer, empty: Result, most: int, too_large: Callable[[], None]
    ) -> None:
        self.schema: pa.Schema = answer.schema
        self._answer, self._empty = answer, empty
        self._most, self._too_large = most, too_large
        self._batches: list[pa.RecordBatch] = []
        self._digests: list[str] = []
        self._size = 0

    @property
    def digest(self) -> str:
        return self._answer.digest

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._answer:
            self._hold(batch)
            yield batch

    def _hold(self, batch: pa.RecordBatch) -> None:
        if self._size > self._most:
            return
        self._size += max(batch.nbytes, batch.get_total_buffer_size())
        if self._size <= self._most:
            self._batches.append(batch)
            self._digests.append(self._answer.digest)
        else:
            self._batches, self._digests = [], []
            self._too_large()

    def abandon(self) -> None:
        self._answer.abandon()

    def result(self, first: int) -> Result | None:
        """All of it, once it has come to its end; None where it was too large."""
        if self._size > self._most:
            return None
        batches, digests = tuple(self._batches), tuple(self._digests)
        size = self._size + OVERHEAD
        return replace(self._empty, batches=batches, digests=digests, size=size, first=first)
