"""Who answers: the single-query rules alone, or the real query path with its workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import duckdb
import polars as pl
import pyarrow as pa
from stat_tables import Lab

from workbench.disclosure.shapes import Rules
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import Kind, WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.trial.city import SCENARIO

from .city import COLUMNS, SECOND, deliver, delivered, make, uses
from .truth import EDGES, Truth

PASSWORD = "a long enough passphrase"
PEOPLE = 2
"""Of each department."""
RULES = Rules(k=5, dominance=((2, 0.85),), p=0.1)


@dataclass(frozen=True)
class Account:
    """Somebody of a department, in one of its scenarios."""

    department: str
    person: int = 0
    second: bool = False

    @property
    def id(self) -> str:
        return f"{self.department}{self.person}"

    @property
    def scenario(self) -> str:
        return SECOND if self.second else SCENARIO


ASKING_PRIOR = Account("prior")
"""Who asks for the one table of the prior."""


class Oracle(Protocol):
    """``ask`` gives the released columns (NULL where withheld), or None where the statement is
    refused; it raises for anything else, for a gateway that is broken protects nobody.
    ``next_version`` makes the next version of ``firm`` the present one."""

    def ask(self, account: Account, sql: str) -> pl.DataFrame | None: ...
    def next_version(self) -> None: ...


class Primary:
    """Each statement is judged alone: ``disclosure.statement.compiled`` over a DuckDB, no memory
    of what was asked before. It is here to prove that an attack is one."""

    def __init__(self, truth: Truth) -> None:
        self._truth, self._version = truth, 0
        self._lab = Lab(duckdb.connect(config={"threads": 1}))
        for table in COLUMNS:
            self._put(table)

    def _put(self, table: str) -> None:
        self._lab.put(
            table,
            delivered(self._truth, table, self._version if table == "firm" else 0),
            {name: use for name, use in uses(table).items() if use != "value"},
            rules=RULES,
            entity="code",
            bands={"turnover": [Decimal(e) for e in EDGES]} if table == "firm" else {},
        )

    def ask(self, account: Account, sql: str) -> pl.DataFrame | None:
        made = compiled(sql, list(self._lab.tables.values()))
        return self._lab.con.execute(made.sql).pl() if isinstance(made, Compiled) else None

    def next_version(self) -> None:
        self._version += 1
        self._put("firm")


class Gateway:
    """The query path of a real city in this process, with real workers of its people."""

    def __init__(self, root: Path, truth: Truth, bench: Workbench) -> None:
        self._root, self._truth, self._bench, self._version = root, truth, bench, 0

    def ask(self, account: Account, sql: str) -> pl.DataFrame | None:
        actor = Actor(account.id, account.department, frozenset({Role.analyst}))
        try:
            with self._bench.query_path.run(
                actor, account.scenario, sql, method="attack", medium="memory"
            ) as running:
                table = pa.Table.from_batches(list(running), schema=running.schema)
        except WorkbenchError as error:
            if error.code.kind is not Kind.refused:
                raise
            return None
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def next_version(self) -> None:
        self._version += 1
        deliver(self._root, self._truth, self._version)


@contextmanager
def opened(kind: str, truth: Truth, departments: Iterable[str]) -> Iterator[Oracle]:
    """``primary`` or ``gateway``; the latter in a folder that goes when the block ends."""
    if kind == "primary":
        yield Primary(truth)
        return
    named = sorted(departments)
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory(prefix="adversary-")))
        root = make(folder, truth, named)
        bench = held.enter_context(open_workbench(root))
        for department in named:
            for person in range(PEOPLE):
                account = Account(department, person)
                bench.store.users.add(account.id, PASSWORD, department, {Role.analyst})
        yield Gateway(root, truth, bench)
