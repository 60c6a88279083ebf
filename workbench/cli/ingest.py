"""``workbench ingest``: files of a provider into a new version of a resource."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from workbench.catalogue.city import City, load_city
from workbench.catalogue.findings import suggest
from workbench.catalogue.identifiers import load_codes
from workbench.cli.common import (
    CityOption,
    State,
    err,
    language,
    opened,
    operator,
    out,
    said,
    utc_now,
    visible,
)
from workbench.cli.ingest_show import Result, plain, print_table
from workbench.errors import Code, InvalidInput, Text, WorkbenchError, simple
from workbench.extracts.ingest import ingest as ingest_files
from workbench.extracts.report import IngestReport
from workbench.extracts.report import Progress as Step
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.model.contract import Delivery, Resource
from workbench.model.entry import Draft, Event

QUARANTINE = "quarantine"
"""Folder of the city's state that holds the lists of bad rows."""

_STAGES = {
    "reading": (Text("读取", "reading"), 0.0, 0.5),
    "checking": (Text("检查", "checking"), 0.5, 0.3),
    "writing": (Text("写入", "writing"), 0.8, 0.2),
}
"""Name, share of the bar before the stage, share of the stage (as measured, roughly)."""


def register(app: typer.Typer) -> None:
    """Add the command ``ingest``."""

    @app.command()
    def ingest(
        resource: Annotated[
            str | None, typer.Argument(metavar="[RESOURCE]", help="资源的表名 / Its name")
        ] = None,
        files: Annotated[
            list[Path] | None,
            typer.Argument(
                metavar="[FILE]...",
                help="CSV 或 Parquet；不给则用契约里的文件 / Default: the contract's own files",
            ),
        ] = None,
        accept_valid: Annotated[
            bool, typer.Option("--accept-valid", help="只接入合格的行 / Load the valid rows only")
        ] = False,
        data_date: Annotated[
            datetime | None,
            typer.Option("--data-date", formats=["%Y-%m-%d"], help="数据日期 / Date of the data"),
        ] = None,
        force: Annotated[
            bool, typer.Option("--force", help="内容相同也新建版本 / A new version in any case")
        ] = False,
        everything: Annotated[
            bool, typer.Option("--all", help="接入还没有数据的资源 / What has no version yet")
        ] = False,
        city: CityOption = None,
        as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    ) -> None:
        """导入数据文件，生成新版本 / Load files as a new version

        0：完成；2：数据或契约有误，未生成版本 / 0: done; 2: refused, and no version made
        """
        with opened(city) as state:
            _check_use(resource, everything)
            desk = Desk(state, _sound_city(state, resource), accept_valid, force)
            desk.data_date = data_date.date() if data_date else None
            with desk.showing(quiet=as_json):
                results = _chosen(desk, resource, files or [])
        _tell(results, as_json)


def ingest_all(state: State, city: City) -> tuple[IngestReport, ...]:
    """Ingest every resource that ships files and has no version yet, with a progress bar.

    Raises InvalidInput, after all were tried, with the reasons of those that were refused.
    """
    desk = Desk(state, city)
    with desk.showing():
        results = desk.all_missing()
    if results:
        print_table(results)
    refused = [reason for _, error in results if error is not None for reason in error.reasons]
    if refused:
        raise WorkbenchError.of(refused)
    return tuple(report for report, _ in results)


class Desk:
    """Takes deliveries of one city and enters each in the ledger."""

    def __init__(
        self, state: State, city: City, accept_valid: bool = False, force: bool = False
    ) -> None:
        self.state, self.city = state, city
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
        ]

    def take(self, resource: Resource, files: Sequence[Path]) -> Result:
        """One delivery; ``files`` empty: the contract's own. A refusal is entered and returned.

        Raises WorkbenchError for what is not the delivery's fault.
        """
        delivery: Sequence[Path | Delivery] = files or self._own(resource)
        try:
            report = ingest_files(
                resource,
                delivery,
                extracts=self.extracts,
                codes=self._codes,
                quarantine_folder=self.state.layout.state / QUARANTINE,
                clock=utc_now,
                accept_valid=self.accept_valid,
                data_date=self.data_date,
                force=self.force,
                on_progress=self._steps(resource.name),
                before_commit=lambda version: self._enter_version(resource, version),
            )
        except InvalidInput as error:
            report = error.notes["report"]
            self._enter_refusal(resource, report, error)
            return report, error
        return report, None

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
        return self._enter(Event.extract_ingested, resource, detail)

    def _enter_refusal(
        self, resource: Resource, report: IngestReport, error: WorkbenchError
    ) -> None:
        detail = report.to_dict() | {"codes": _codes_of(error)}
        self._enter(Event.extract_refused, resource, detail)

    def _enter(self, event: Event, resource: Resource, detail: Mapping[str, Any]) -> int:
        draft = Draft(
            event=event,
            actor=operator(),
            department=resource.department,
            content={resource.name: tuple(c.name for c in resource.columns)},
            method="ingest",
            medium="extract",
            detail=detail,
        )
        return self.state.ledger.record(draft).seq

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


def _check_use(name: str | None, everything: bool) -> None:
    if everything == (name is not None):
        raise simple(
            Code.invalid_request,
            "请给出一个资源的表名，或用 --all（两者取一）。",
            "Name one resource, or say --all; one of the two.",
        )


def _sound_city(state: State, name: str | None) -> City:
    """The city, all its files without errors; ``name`` is the resource asked for, None for all.

    Raises InvalidInput with every error. That no delivery was taken is entered first, with the
    codes only: what a wrong file says may be what should not be here.
    """
    try:
        return load_city(state.layout.root)
    except InvalidInput as error:
        state.ledger.record(
            Draft(
                event=Event.extract_refused,
                actor=operator(),
                content={} if name is None else {name: ()},
                method="ingest",
                medium="extract",
                detail={"resource": name, "codes": _codes_of(error)},
            )
        )
        raise


def _codes_of(error: WorkbenchError) -> list[str]:
    return sorted({str(reason.code) for reason in error.reasons})


def _chosen(desk: Desk, name: str | None, files: Sequence[Path]) -> list[Result]:
    if name is None:
        return desk.all_missing()
    found = desk.city.resources.get(name)
    if found is None:
        raise simple(
            Code.invalid_request,
            f"没有叫 {name} 的资源。",
            f"There is no resource called {name}.",
            next=suggest(name, desk.city.resources),
            subject=name,
        )
    return [desk.take(found, files)]


def _tell(results: Sequence[Result], as_json: bool) -> None:
    """Leaves with the exit code of the first refusal."""
    refused = [error for _, error in results if error is not None]
    if as_json:
        typer.echo(json.dumps([plain(*r) for r in results], ensure_ascii=False, indent=2))
    elif results:
        print_table(results)
        for error in refused:
            err().print(visible(error.said(language())), style="red")
    else:
        out().print(said("没有要接入的：都已有数据。", "Nothing to do: all have a version."))
    if refused:
        raise typer.Exit(refused[0].exit_code)
