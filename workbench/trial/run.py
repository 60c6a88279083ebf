"""Running a policy test: every line through the real path, in a city that is thrown away."""

from __future__ import annotations

import logging
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.client.compare import beside_keys
from workbench.client.view import view_body
from workbench.errors import Text, WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.model.comparison import Comparison
from workbench.model.days import CHINA
from workbench.model.entry import Entry
from workbench.model.release import NOTHING_THERE, ReleaseInfo
from workbench.model.tier import Tier
from workbench.query_path import Running
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.expect import Outcome, Sighting, What, holds, outcome_of, sightings
from workbench.trial.schema import DEPARTMENT, CompareForm, PolicyTest, QueryForm

ANYBODY = "somebody"
"""Who asks where a line names nobody."""
_NOON = "12:00"


@dataclass(frozen=True)
class Line:
    """One query of the file with what came of it."""

    number: int
    query: QueryForm
    outcome: Outcome
    milliseconds: float
    sightings: tuple[Sighting, ...]

    @property
    def holds(self) -> bool:
        return not self.sightings and holds(self.query.expect, self.outcome, self.query.sql)

    def to_dict(self) -> dict[str, Any]:
        seen = [{"canary": s.canary, "where": s.where} for s in self.sightings]
        said = self.outcome.said
        return {
            "number": self.number,
            "sql": self.query.text,
            "expect": self.query.expect.written(),
            "outcome": self.outcome.what,
            "rule": self.outcome.code.value if self.outcome.code else None,
            "milliseconds": round(self.milliseconds, 1),
            "canary": seen or None,
            "holds": self.holds,
            "message": {"zh": said.zh, "en": said.en} if said else None,
        }


class Clock:
    """The trial's clock: now, or noon (Asia/Shanghai) of the day that a line asks for."""

    def __init__(self) -> None:
        self.day: date | None = None

    def __call__(self) -> datetime:
        if self.day is None:
            return datetime.now(UTC)
        noon = datetime.fromisoformat(f"{self.day.isoformat()}T{_NOON}")
        return noon.replace(tzinfo=CHINA).astimezone(UTC)


class Trial:
    """An opened throw-away city. Use ``opened``."""

    def __init__(self, test: PolicyTest, workbench: Workbench, clock: Clock) -> None:
        self._test = test
        self._workbench = workbench
        self._clock = clock

    def line(self, number: int, query: QueryForm) -> Line:
        """Run one line, as if nothing had been told before: its outcome is the same in any order.
        The ledger's entries of it count as log, beside the log itself."""
        self._clock.day = query.today or self._test.today
        self._workbench.store.told.forget()
        journal = self._workbench.store.journal
        before = _seq(journal.head())
        with _logged() as records:
            started = time.perf_counter()
            outcome = self._outcome(query)
            took = (time.perf_counter() - started) * 1000
        filed = [journal.at(seq) for seq in range(before + 1, _seq(journal.head()) + 1)]
        entries = [f.entry.body for f in filed if f is not None]
        outcome = replace(outcome, logged="\n".join([*records, *entries]))
        seen = sightings(self._test.canaries, query.text, outcome)
        return Line(number, query, outcome, took, seen)

    def _outcome(self, query: QueryForm) -> Outcome:
        try:
            compared = comparison(query.compare) if query.compare is not None else None
            with self._asked(query, compared) as running:
                table = pa.Table.from_batches(list(running), schema=running.schema)
                told = running.info
            table = table if compared is None else beside_keys(compared, table)
        except WorkbenchError as error:
            said = Text(error.said("zh"), error.said("en"))
            text = "\n".join((said.zh, said.en, error.to_json()))
            return Outcome(outcome_of(error.code), error.code, error=text, said=said)
        cells = withheld(table, told)
        what: What = "withheld" if cells else "ok"
        return Outcome(
            what, rows=rows_of(table.select(told.shown(table.column_names))), cells=cells
        )

    def _asked(self, query: QueryForm, compared: Comparison | None) -> Running:
        path, actor = self._workbench.query_path, self._actor(query.as_)
        how: dict[str, Any] = {"method": "policy test", "medium": "memory"}
        if compared is not None:
            return path.template(actor, SCENARIO, compared.to_body(), **how)
        if query.view is not None:
            body = view_body(**dict(query.view))
            return path.template(actor, SCENARIO, body, **how)
        tier = Tier(query.tier) if query.tier else None
        return path.run(actor, SCENARIO, query.sql, tier=tier, **how)

    def _actor(self, name: str) -> Actor:
        person = self._test.people.get(name)
        department = person.department if person else DEPARTMENT
        roles = frozenset(person.roles) if person else frozenset({Role.analyst})
        return Actor(name or ANYBODY, department, roles)


@contextmanager
def opened(test: PolicyTest, data: Path) -> Iterator[Trial]:
    """The city of ``test`` with its data (files below ``data``), removed in the end.

    Raises InvalidInput where contract, scenario or data do not hold.
    """
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="workbench-trial-") as folder:
        root = Path(folder)
        write_city(test, root)
        ingest_all(test, data, root, clock)
        with open_workbench(root, clock) as workbench:
            for name, person in {ANYBODY: None, **test.people}.items():
                workbench.store.users.add(
                    name,
                    secrets.token_urlsafe(16),
                    person.department if person else DEPARTMENT,
                    frozenset(person.roles) if person else frozenset({Role.analyst}),
                )
            yield Trial(test, workbench, clock)


def run(test: PolicyTest, data: Path, on_line: Callable[[Line], None]) -> list[Line]:
    """All lines in order; ``on_line`` is called after each."""
    lines = []
    with opened(test, data) as trial:
        for number, query in enumerate(test.queries, start=1):
            lines.append(trial.line(number, query))
            on_line(lines[-1])
    return lines


def _seq(entry: Entry | None) -> int:
    return entry.seq if entry is not None else 0


def comparison(form: CompareForm) -> Comparison:
    """Raises InvalidInput(invalid_request)."""
    return Comparison.of(form.resource, form.on, form.keys, form.values)


def withheld(table: pa.Table, info: ReleaseInfo) -> int:
    """How many cells are suppressed; an empty one hides nothing."""
    columns = (table.column(name).to_pylist() for name in info.companions)
    return sum(why not in (None, NOTHING_THERE) for column in columns for why in column)


def rows_of(table: pa.Table) -> tuple[tuple[Any, ...], ...]:
    """Rows as Python values; columns of equal names keep their places."""
    columns = [column.to_pylist() for column in table.columns]
    return tuple(zip(*columns, strict=True)) if columns else ()


@contextmanager
def _logged() -> Iterator[list[str]]:
    """Everything that any logger of this process says meanwhile."""
    records: list[str] = []
    handler = logging.Handler(logging.DEBUG)
    formatter = logging.Formatter("%(name)s %(message)s")

    def keep(record: logging.LogRecord) -> None:
        records.append(formatter.format(record))

    handler.emit = keep  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
