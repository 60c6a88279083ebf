"""``workbench reconcile``: an extract against the provider's own control file, as a routine."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.table import Table

from workbench.cli.attached_say import no_version
from workbench.cli.common import CityOption, err, language, opened, out, said, visible
from workbench.cli.ingest import named
from workbench.cli.ingest_desk import Desk
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.control import read_control
from workbench.extracts.reconcile import Compared, Reconciliation, reconcile, title
from workbench.extracts.sql import open_connection
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.gateway.ruled import city_now
from workbench.model.contract import Resource

MISMATCH = 2
"""Exit code where something does not agree."""


def register(app: typer.Typer) -> None:
    """Add the command ``reconcile``."""

    @app.command("reconcile")
    def reconcile_command(
        resource: Annotated[
            str | None, typer.Argument(metavar="[RESOURCE]", help="资源的表名 / Its name")
        ] = None,
        control: Annotated[
            Path | None,
            typer.Argument(metavar="[CONTROL_FILE]", help="对账文件 / The control file"),
        ] = None,
        version: Annotated[
            int | None,
            typer.Option("--version", min=0, help="版本号，默认现行版本 / Default: the current"),
        ] = None,
        everything: Annotated[
            bool,
            typer.Option("--all", help="契约写明对账文件的资源 / All that name a control file"),
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
        city: CityOption = None,
    ) -> None:
        """数据版本与提供部门的对账文件核对 / Compare an extract with its control file

        0：相符；2：不符，或对账文件有误 / 0: agrees; 2: does not, or the control file is wrong
        """
        with opened(city) as state:
            _check_use(resource, control, version, everything)
            desk = Desk(state, city_now(state))
            if everything:
                found, failed = _all(desk)
            else:
                assert resource is not None
                assert control is not None
                contract = named(desk.city, resource)
                found, failed = [_one(desk, contract, control, version)], []
        _tell(found, failed, as_json)


def _one(desk: Desk, resource: Resource, file: Path, version: int | None) -> Reconciliation:
    kept = version is not None and desk.extracts.history(resource.name)
    if resource.attached is not None and not kept:  # an old version may be looked into
        raise no_version(resource.name)
    control = read_control(file, resource)
    extract = _extract(desk.extracts, resource.name, version)
    with _connection(desk.extracts) as con:
        try:
            found = reconcile(
                con, extract.files, extract.sources, control, resource.name, extract.version
            )
        except duckdb.Error as error:
            raise _unreadable(extract, error) from None
    desk.enter_reconciled(resource, found)
    return found


def _all(desk: Desk) -> tuple[list[Reconciliation], list[WorkbenchError]]:
    """Every resource whose contract names a control file; what fails for one stops no other."""
    found, failed = [], []
    for resource in desk.city.resources.values():
        for control in desk.controls(resource):
            try:
                found.append(_one(desk, resource, control, None))
            except WorkbenchError as error:
                failed.append(error)
    return found, failed


def _extract(extracts: Extracts, name: str, version: int | None) -> ExtractVersion:
    if version is not None:
        return extracts.known(name, version)  # a recalled one may be looked into
    found = extracts.latest(name)
    if found is None:
        raise simple(
            Code.extract_missing,
            f"资源 {name} 没有现行的数据版本。",
            f"The resource {name} has no current version.",
            subject=name,
        )
    return found


@contextmanager
def _connection(extracts: Extracts) -> Iterator[duckdb.DuckDBPyConnection]:
    """One that spills into a folder of its own, which goes with it."""
    with tempfile.TemporaryDirectory(prefix=".reconcile-", dir=extracts.folder) as scratch:
        con = open_connection(Path(scratch))
        try:
            yield con
        finally:
            con.close()


def _unreadable(extract: ExtractVersion, error: duckdb.Error) -> WorkbenchError:
    """An engine's message may quote a value, so none of it is passed on."""
    name, kind = extract.resource, type(error).__name__
    return simple(
        Code.extract_missing,
        f"资源 {name} 第 {extract.version} 版的数据文件读不出来（{kind}）。",
        f"The files of version {extract.version} of {name} cannot be read ({kind}).",
        subject=name,
    )


def _check_use(
    resource: str | None, control: Path | None, version: int | None, everything: bool
) -> None:
    one = resource is not None and control is not None
    none = resource is None and control is None and version is None
    if not (none if everything else one):
        raise simple(
            Code.invalid_request,
            "请给出资源和对账文件，或只用 --all。",
            "Name a resource and its control file, or say --all and nothing else.",
            next=Text(
                "例如 workbench reconcile 资源 文件.control.yaml",
                "For example: workbench reconcile RESOURCE FILE.control.yaml",
            ),
        )


# what is shown


def _tell(found: Sequence[Reconciliation], failed: Sequence[WorkbenchError], as_json: bool) -> None:
    if as_json:
        plain: list[Any] = [r.to_dict() for r in found]
        plain += [{"agrees": False, "reasons": [r.to_dict() for r in e.reasons]} for e in failed]
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        _print(found)
        for error in failed:
            err().print(visible(error.said(language())), style="red")
    if not all(r.agrees for r in found):
        raise typer.Exit(MISMATCH)
    if failed:
        raise typer.Exit(failed[0].exit_code)


def _print(found: Sequence[Reconciliation]) -> None:
    if not found:
        out().print(said("没有契约写明对账文件。", "No contract names a control file."))
        return
    table = Table(box=None, pad_edge=False)
    for zh, en in (("资源", "Resource"), ("版本", "Version"), ("核对项", "Check")):
        table.add_column(said(zh, en))
    for zh, en in (("应为", "Expected"), ("实为", "Found"), ("差额", "Difference")):
        table.add_column(said(zh, en), justify="right")
    table.add_column(said("结果", "Outcome"))
    for reconciliation in found:
        for compared in reconciliation.compared:
            version = "" if reconciliation.version is None else str(reconciliation.version)
            cells = (reconciliation.resource, version, *cells_of(compared))
            table.add_row(*map(visible, cells))
    out().print(table)


def cells_of(compared: Compared) -> tuple[str, str, str, str, str]:
    """Check, expected, found, difference, outcome: as they are shown."""
    name = title(compared).said(language())
    outcome = said("相符", "agrees") if compared.agrees else said("不符", "does not agree")
    if not compared.shown:
        hidden = said("不显示", "not shown")
        return name, hidden, hidden, hidden, outcome
    difference = compared.difference
    if compared.tolerance:
        difference = f"{difference} (± {compared.tolerance})"
    return name, compared.expected, compared.found, difference, outcome
