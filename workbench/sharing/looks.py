"""Looks into whole extracts on somebody's request: few at a time, and none without end.

Each holds a thread of the gateway and up to 1 GB, so that a person who asks again and again would
take both from everybody else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from workbench.errors import Code, Text, WorkbenchError, simple

LOOK_SECONDS = 20.0
"""How long a look may take (our default; a client waits for 30)."""
_AGAIN_SECONDS = 0.05


class Looks:
    """At most ``most`` of one kind at a time; ``kind`` is what a refusal calls it."""

    def __init__(self, most: int, kind: Text) -> None:
        self._most, self._kind = most, kind
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises LimitReached at once where as many are under way."""
        if not self._free.acquire(blocking=False):
            raise _too_many(self._most, self._kind)
        try:
            yield
        finally:
            self._free.release()


@contextmanager
def interrupted_after(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """What ``con`` then runs ends with ``duckdb.InterruptException``. One interrupt could fall
    between two statements and be lost: it is repeated until the block is left."""
    over = threading.Event()

    def interrupt() -> None:
        wait = seconds
        while not over.wait(wait):
            con.interrupt()
            wait = _AGAIN_SECONDS

    thread = threading.Thread(target=interrupt, name="look limit", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _too_many(most: int, kind: Text) -> WorkbenchError:
    return simple(
        Code.too_many_queries,
        f"{kind.zh}正在进行 {most} 次，不再同时进行更多。",
        f"{kind.en}: {most} under way, and no more at the same time.",
        why=Text(
            "每次都要读完整的数据，占用内存和处理器；同时过多会使其他请求等待。",
            "Each reads whole extracts and takes memory and processors: more of them would keep "
            "all other requests waiting.",
        ),
        next=Text(
            f"请稍后再试：每次最多约 {LOOK_SECONDS:.0f} 秒。",
            f"Try again in a moment: each takes about {LOOK_SECONDS:.0f} seconds at most.",
        ),
    )
