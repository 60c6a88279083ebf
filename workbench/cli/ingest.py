"""``workbench ingest``: files of a provider into a new version of a resource."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.catalogue.city import City
from workbench.cli.common import (
    CityOption,
    State,
    err,
    language,
    opened,
    operator,
    out,
    said,
    visible,
)
from workbench.cli.ingest_desk import Desk, codes_of
from workbench.cli.ingest_show import Result, plain, print_table
from workbench.cli.ingest_watch import Options
from workbench.cli.ingest_watch import watch as watch_folder
from workbench.declared import findings
from workbench.errors import Code, InvalidInput, Text, WorkbenchError, simple
from workbench.extracts.control import beside, two_controls
from workbench.extracts.report import IngestReport
from workbench.gateway.ruled import city_now
from workbench.model.contract import Resource
from workbench.model.entry import Draft, Event


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
                help="CSV、TSV、XLSX、JSON lines、Parquet、ZIP；不给则用契约里的文件 / "
                "Default: the contract's own files",
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
        watch: Annotated[
            Path | None,
            typer.Option("--watch", help="看守交付文件夹 / Take what is dropped in this folder"),
        ] = None,
        once: Annotated[
            bool, typer.Option("--once", help="只看一次（配合 --watch）/ With --watch: look once")
        ] = False,
        settle: Annotated[
            float | None,
            typer.Option(
                "--settle",
                min=1,
                help="不等 .done，静置若干秒即接收 / Take what lies still for so many seconds",
            ),
        ] = None,
        city: CityOption = None,
        as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    ) -> None:
        """导入数据文件，生成新版本 / Load files as a new version

        0：完成；2：数据或契约有误，未生成版本 / 0: done; 2: refused, and no version made
        """
        with opened(city) as state:
            if watch is not None:
                _check_watch(resource, everything, force, data_date, once, settle)
                chosen = Options(watch, settle, once, accept_valid, as_json)
                raise typer.Exit(watch_folder(state, chosen))
            if once or settle is not None:
                raise _only_with_watch()
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


def _check_watch(
    name: str | None,
    everything: bool,
    force: bool,
    data_date: datetime | None,
    once: bool,
    settle: float | None,
) -> None:
    if once and settle is not None:
        raise simple(
            Code.invalid_request,
            "--settle 要看两次才知道文件是否静置，不与 --once 同用。",
            "--settle has to look twice to know what lies still; it does not go with --once.",
        )
    if name is not None or everything or force or data_date is not None:
        raise simple(
            Code.invalid_request,
            "--watch 不与资源、--all、--force、--data-date 同用。",
            "--watch goes with no resource, --all, --force or --data-date.",
            next=Text(
                "资源由子文件夹的名称决定；数据日期写在对账文件的 data_date 里。",
                "The folder's name says which resource; data_date of a control file dates it.",
            ),
        )


def _only_with_watch() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "--once 和 --settle 只与 --watch 同用。",
        "--once and --settle go with --watch only.",
    )


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
        return city_now(state)
    except InvalidInput as error:
        state.ledger.record(
            Draft(
                event=Event.extract_refused,
                actor=operator(),
                content={} if name is None else {name: ()},
                method="ingest",
                medium="extract",
                detail={"resource": name, "codes": codes_of(error)},
            )
        )
        raise


def _chosen(desk: Desk, name: str | None, files: Sequence[Path]) -> list[Result]:
    if name is None:
        return desk.all_missing()
    return [desk.take(named(desk.city, name), files, control=_control_of(files))]


def named(city: City, name: str) -> Resource:
    """The resource of this name. Raises InvalidInput, with the nearest name."""
    missing = Text(f"没有叫 {name} 的资源。", f"There is no resource called {name}.")
    return findings.named(city.resources, name, missing)


def _control_of(files: Sequence[Path]) -> Path | None:
    """The control file beside one of the files: a delivery has one at most."""
    found = [control for file in files if (control := beside(file)) is not None]
    if len(found) > 1:
        raise two_controls([file.name for file in found])
    return found[0] if found else None


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
