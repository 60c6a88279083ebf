"""Taking deliveries of one city, each with its entry in the ledger and its progress shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from workbench.catalogue.city import City
from workbench.catalogue.identifiers import load_codes
from workbench.cli.attached_say import no_delivery
from workbench.cli.common import State, err, language, operator, utc_now
from workbench.cli.ingest_show import Result
from workbench.errors import Code, InvalidInput, Text, WorkbenchError, simple
from workbench.extracts.control import two_controls
from workbench.extracts.ingest import ingest as ingest_files
from workbench.extracts.reconcile import Reconciliation
from workbench.extracts.report import IngestReport, Outcome
from workbench.extracts.report import Progress as Step
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.model.contract import Delivery, Resource
from workbench.model.entry import Draft, Event
from workbench.model.procedure import Effect
from workbench.policy.ruled import kept_back

if TYPE_CHECKING:  # Polars comes along with it
    from workbench.extracts.parts import Shelf

QUARANTINE = "quarantine"
"""Folder of the city's state that holds the lists of bad rows."""

_STAGES = {
    "reading": (Text("读取", "reading"), 0.0, 0.5),
    "checking": (Text("检查", "checking"), 0.5, 0.3),
    "writing": (Text("写入", "writing"), 0.8, 0.2),
}
"""Name, share of the bar before the stage, share of the stage (as measured, roughly)."""


class Desk:
    """Takes deliveries of one city and enters each in the ledger."""

    def __init__(
        self,
        state: State,
        city: City,
        accept_valid: bool = False,
        force: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.state, self.city, self.clock = state, city, clock
        self.accept_valid, self.force = accept_valid, force
        self.data_date: date | None = None
        self.extracts = Extracts(state.layout.extracts)
        self._codes = load_codes(city.root)
        self._bar: Progress | None = None

    @contextmanager
    def showing(self, quiet: bool = False) -> Iterator[None]:
        """A progress bar on stderr, where that is a terminal."""
        console = err()
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        disabled = quiet or not console.is_terminal
        with Progress(*columns, console=console, disable=disabled) as self._bar:
            yield

    def all_missing(self) -> list[Result]:
        """Every resource that has deliveries of its own and no version."""
        return [
            self.take(resource, ())
            for resource in self.city.resources.values()
            if resource.deliveries and self.extracts.latest(resource.name) is None
            if resource.closed is None
        ]

    def take(
        self,
        resource: Resource,
        files: Sequence[Path],
        *,
        control: Path | None = None,
        drop: str = "",
        on_progress: Callable[[Step], None] | None = None,
    ) -> Result:
        """One delivery; ``files`` empty: the contract's own. A refusal is entered and returned.
        ``control`` is the provider's control file; ``drop`` names a delivery of a drop folder.

        Raises WorkbenchError for what is not the delivery's fault.
        """
        if resource.closed is not None and resource.closed.effect == Effect.destroy.value:
            raise WorkbenchError.of(kept_back(resource, resource.closed, self.city.regulation))
        if resource.attached is not None:
            refused = IngestReport(resource.name, Outcome.refused), no_delivery(resource.name)
            self.enter_refusal(resource, *refused, drop)
            return refused
        delivery: Sequence[Path | Delivery] = files or self._own(resource)
        if not files:
            control = self._own_control(resource)
        try:
            report = ingest_files(
                resource,
                delivery,
                extracts=self.extracts,
                codes=self._codes,
                quarantine_folder=self.state.layout.state / QUARANTINE,
                clock=self.clock,
                accept_valid=self.accept_valid,
                data_date=self.data_date,
                force=self.force,
                on_progress=on_progress or self._steps(resource.name),
                before_commit=lambda version: self._enter_version(resource, version),
                control=control,
                on_reconciled=lambda found: self.enter_reconciled(resource, found),
                drop=drop,
            )
        except InvalidInput as error:
            report = error.notes["report"]
            self.enter_refusal(resource, report, error, drop)
            return report, error
        return report, None

    def shelf(self) -> Shelf:
        """Where parts of a resource go, each entered as a delivery is."""
        from workbench.extracts.parts import Shelf

        quarantine = self.state.layout.state / QUARANTINE
        return Shelf(self.extracts, self._codes, quarantine, self.clock, self._enter_version)

    def _enter_version(self, resource: Resource, version: ExtractVersion) -> int:
        """Before the version is there, so that none is without its entry."""
        detail = {
            "version": version.version,
            "digest": version.digest,
            "rows": version.rows,
            "rows_read": version.rows_read,
            "rejected": version.rejected,
            "contract_version": version.contract_version,
            "data_date": version.data_date and version.data_date.isoformat(),
            "obtained_on": version.obtained_on and version.obtained_on.isoformat(),
            "files": [s.__dict__ for s in version.sources],
        }
        detail |= {"drop": version.drop} if version.drop else {}
        return self._enter(Event.extract_ingested, resource, detail)

    def enter_reconciled(self, resource: Resource, found: Reconciliation) -> None:
        """What was compared, and how it came out."""
        self._enter(Event.reconciled, resource, found.to_dict(), method="reconcile")

    def enter_refusal(
        self, resource: Resource, report: IngestReport, error: WorkbenchError, drop: str
    ) -> None:
        """That a delivery was not taken, and why."""
        detail = report.to_dict() | {"codes": codes_of(error)}
        detail |= {"drop": drop} if drop else {}
        self._enter(Event.extract_refused, resource, detail)

    def _enter(
        self, event: Event, resource: Resource, detail: Mapping[str, Any], method: str = "ingest"
    ) -> int:
        draft = Draft(
            event=event,
            actor=operator(),
            department=resource.department,
            content={resource.name: tuple(c.name for c in resource.columns)},
            method=method,
            medium="extract",
            detail=detail,
        )
        return self.state.ledger.record(draft).seq

    def controls(self, resource: Resource) -> list[Path]:
        """The control files that the contract names, below the city's folder."""
        named = dict.fromkeys(d.control for d in resource.deliveries if d.control)
        return [self.city.root / path for path in named]

    def _own_control(self, resource: Resource) -> Path | None:
        found = self.controls(resource)
        if len(found) > 1:
            raise two_controls([file.name for file in found])
        return found[0] if found else None

    def _own(self, resource: Resource) -> list[Delivery]:
        if not resource.deliveries:
            raise simple(
                Code.invalid_request,
                f"资源 {resource.name} 的契约没有自带文件。",
                f"The contract of {resource.name} ships no files.",
                next=Text(
                    f"请给出文件：workbench ingest {resource.name} 文件",
                    f"Name them: workbench ingest {resource.name} FILE",
                ),
            )
        root = self.city.root
        return [replace(d, path=str(root / d.path)) for d in resource.deliveries]

    def _steps(self, name: str) -> Callable[[Step], None]:
        bar = self._bar
        if bar is None:
            return lambda _: None
        task = bar.add_task(name, total=1.0)

        def show(step: Step) -> None:
            stage, before, share = _STAGES[step.stage]
            said_so = f"{name}  {stage.said(language())}"
            bar.update(task, description=said_so, completed=before + share * step.fraction)

        return show


def codes_of(error: WorkbenchError) -> list[str]:
    return sorted({str(reason.code) for reason in error.reasons})
