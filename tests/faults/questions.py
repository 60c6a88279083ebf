"""What the clients of the fault loops ask, and what a whole answer is."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Question:
    """``times`` is how often each row of ``resource`` comes; 0 where one row of counts does."""

    kind: str
    resource: str
    times: int
    sql: str


def drawn(choose: random.Random) -> Question:
    """Tiny, long or sorted; now and then one that must be refused whatever happens."""
    kind = choose.choices(("tiny", "stream", "sorted", "refused"), (4, 4, 1, 1))[0]
    resource = "station" if kind == "tiny" and choose.random() < 0.3 else "reading"
    if kind == "tiny":
        listed = "count(*) AS id, min(edition) AS edition, max(edition) AS top"
        return Question(kind, resource, 0, f"SELECT {listed} FROM {resource}")
    if kind == "refused":
        return Question(kind, resource, 1, f"SELECT id, edition, secret FROM {resource}")
    times = choose.randint(1, 12)
    sql = f"SELECT id, edition, note FROM {resource}, range({times})"
    return Question(kind, resource, times, sql + (" ORDER BY note" if kind == "sorted" else ""))


class Tally:
    """What arrived: rows, the sum of ids, the editions seen."""

    def __init__(self) -> None:
        self.rows = 0
        self.ids = 0
        self.editions: set[int] = set()

    def add(self, batch: pa.RecordBatch | pa.Table) -> None:
        self.rows += batch.num_rows
        self.ids += pc.sum(batch.column("id")).as_py() or 0
        for name in {"edition", "top"} & set(batch.schema.names):
            self.editions |= set(pc.unique(batch.column(name)).to_pylist()) - {None}

    def to_dict(self) -> dict[str, Any]:
        return {"rows": self.rows, "ids": self.ids, "editions": sorted(self.editions)}
