"""``workbench monthly run``: does of the month what is due and possible, each step by itself.

What a step made is kept before the next one begins, so that a run that was killed goes on where it
was; one run at a time works in a city. A step that is refused keeps the others from nothing but
what they take from it. Each step that made something, or was refused, is an entry in the ledger.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from workbench.cli import acting, report_due
from workbench.cli.analysis_run import Analyst
from workbench.cli.common import operator
from workbench.cli.ingest_desk import Desk as IngestDesk
from workbench.cli.libraries_run import Maker
from workbench.cli.monthly_plan import Kind, Look, Standing, Step
from workbench.cli.monthly_steps import Desk, Missing
from workbench.cli.warnings_run import worker_for
from workbench.errors import Reason, WorkbenchError
from workbench.model.actor import Actor
from workbench.model.days import day_of
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.store.layout import private_folder

LOCK = "monthly.lock"
BACK = 100
"""Entries of earlier runs that are looked through for the same one (our default)."""


class OfMonth(Protocol):
    """What a step kept of one month."""

    @property
    def month(self) -> date: ...


@dataclass(frozen=True)
class Made:
    """What a step did: the months that it made, and why it made no more. ``case``: the procedure of
    a brief's sign-off; ``opened``, ``climbed``: procedures of alerts."""

    step: Step
    months: tuple[date, ...] = ()
    case: str = ""
    opened: int = 0
    climbed: int = 0
    refused: tuple[Reason, ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.months or self.case or self.opened or self.climbed)


@dataclass(frozen=True)
class Outcome:
    """Of a whole run: what was done, how each step stands after it, which deliveries it waits
    for."""

    made: tuple[Made, ...]
    looks: tuple[Look, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Runner:
    """``officer`` answers for what is done. ``told`` hears of each step before it is at work,
    and of each month that it made."""

    desk: Desk
    officer: Actor
    url: str
    ca: str | None
    clock: Callable[[], datetime]
    told: Callable[[str], object] = lambda step: None

    def run(self) -> Outcome:
        """Raises Unavailable where an entry cannot be made; what is wrong with a step is told with
        it."""
        done: list[Made] = []
        for step in self.desk.month.steps():
            look = next(one for one in self._looks() if one.step.name == step.name)
            if look.standing is not Standing.ready and not self._follows(look):
                continue
            self.told(step.name)
            made = self._step(look)
            self._enter(made)
            done.append(made)
        looks = self._looks()
        missing = self.desk.missing(looks, day_of(self.clock()))
        self._enter_missing(missing)
        kept = tuple(one for one in done if one.anything or one.refused)
        return Outcome(kept, tuple(looks), tuple(missing))

    def _looks(self) -> list[Look]:
        return self.desk.looks(self.clock())

    @staticmethod
    def _follows(look: Look) -> bool:
        """Between months too alerts are followed (what was not opened, what climbed, what became of
        them), and files of briefs that were signed meanwhile are made for their readers."""
        begun = look.standing is not Standing.not_begun
        return begun and look.step.kind in (Kind.warnings, Kind.brief)

    def _step(self, look: Look) -> Made:
        work = {
            Kind.library: self._library,
            Kind.analysis: self._analysis,
            Kind.warnings: self._warnings,
            Kind.brief: self._brief,
        }[look.step.kind]
        months: list[date] = []
        try:
            return work(look, months)
        except WorkbenchError as error:
            reasons = tuple(replace(each, subject=look.step.name) for each in error.reasons)
            return Made(look.step, tuple(months), refused=reasons)

    # Each step -----------------------------------------------------------------------------------

    def _keep(self, look: Look, months: list[date], made: Iterable[OfMonth]) -> None:
        """Add each month as it is made: what comes before a failure stays."""
        for one in made:
            months.append(one.month)
            self.told(f"{look.step.name} {one.month:%Y-%m}")

    def _library(self, look: Look, months: list[date]) -> Made:
        month = self.desk.month
        with self._asking() as connection:
            maker = Maker(month.city, self._shelf(), connection)
            library = month.libraries[look.step.id]
            self._keep(look, months, maker.run(library, look.months[0], look.months[-1]))
        return Made(look.step, tuple(months))

    def _analysis(self, look: Look, months: list[date]) -> Made:
        month = self.desk.month
        with self._asking() as connection:
            analyst = Analyst(month.city, month.libraries, self._shelf(), connection)
            analysis = month.analyses[look.step.id]
            self._keep(look, months, analyst.run(analysis, look.months[0], look.months[-1]))
        return Made(look.step, tuple(months))

    def _warnings(self, look: Look, months: list[date]) -> Made:
        plan = self.desk.month.warnings
        assert plan is not None  # else there is no such step
        state, nothing = self.desk.state, lambda rule, at: None
        with worker_for(state, plan, self.officer, self.url, nothing, self.ca) as worker:
            if look.months:
                self._keep(look, months, worker.run.months(look.months[0], look.months[-1]))
            became = worker.follow()
        return Made(look.step, tuple(months), opened=became.opened, climbed=became.climbed)

    def _brief(self, look: Look, months: list[date]) -> Made:
        briefs = self.desk.briefs(look.step.id)
        for digest, signing in briefs.signings().items():
            if signing.signed:
                briefs.rendered(digest)
        if look.standing is not Standing.ready:
            return Made(look.step)
        month, schedule = look.months[0], briefs.outline.schedule
        assert schedule is not None  # else there is no such step
        done = report_due.draft(briefs, schedule, month, self.officer.id, self.url, self.ca)
        months.append(month)
        return Made(look.step, tuple(months), case=done.case)

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        subject = self.desk.month.setting.subject
        with acting.asking(self.desk.state, subject, self.officer, self.url, self.ca) as found:
            yield found

    def _shelf(self) -> Any:
        return IngestDesk(self.desk.state, self.desk.month.city).shelf()

    # The ledger ----------------------------------------------------------------------------------

    def _enter(self, made: Made) -> None:
        """What was done; what is refused for the same reasons as before is entered once."""
        detail: dict[str, Any] = {"step": made.step.name}
        detail["months"] = [f"{month:%Y-%m}" for month in made.months]
        detail |= {"case": made.case} if made.case else {}
        detail |= {"opened": made.opened} if made.opened else {}
        detail |= {"climbed": made.climbed} if made.climbed else {}
        detail |= {"refused": [each.code.value for each in made.refused]} if made.refused else {}
        if made.anything or (made.refused and detail != self._last(made.step.name)):
            self._record(detail)

    def _enter_missing(self, missing: Sequence[Missing]) -> None:
        """Which deliveries are waited for, whenever that is another one than before."""
        waited = [f"{one.resource} after {one.reaches or '-'}" for one in missing]
        detail = {"step": "deliveries", "missing": waited}
        if detail != self._last("deliveries") and (waited or self._last("deliveries")):
            self._record(detail)

    def _last(self, step: str) -> Mapping[str, Any] | None:
        wanted = EntryFilter(event=Event.monthly_run.value, limit=BACK)
        for filed in self.desk.state.store.journal.find(wanted):
            detail: Mapping[str, Any] = json.loads(filed.entry.body)["detail"]
            if detail["step"] == step:
                return detail
        return None

    def _record(self, detail: Mapping[str, Any]) -> None:
        officer = self.officer
        self.desk.state.ledger.record(
            Draft(
                event=Event.monthly_run,
                actor=operator(),
                department=officer.department,
                viewer=officer.id,
                method="monthly run",
                medium="cli",
                detail=detail,
            )
        )


@contextmanager
def alone(folder: Path) -> Iterator[str]:
    """Nobody else runs the month while this lasts; else the number of the process that does. The
    kernel lets go of the lock when the process ends, however it ends."""
    private_folder(folder)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "?"
            return
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield ""
    finally:
        os.close(descriptor)
