"""One delivery into one version: read, check, then write all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from workbench.catalogue.identifiers import CodeLists
from workbench.errors import Reason, WorkbenchError
from workbench.extracts import reasons
from workbench.extracts.arrivals import delivery_of, reading_key
from workbench.extracts.checks import BAD
from workbench.extracts.commit import commit, workplace
from workbench.extracts.control import read_control
from workbench.extracts.failures import engine_errors, refusals
from workbench.extracts.judge import Checked, check, refusal, report_of
from workbench.extracts.order import Order
from workbench.extracts.readers import STAGED, fields_of
from workbench.extracts.reconcile import Reconciliation, mismatch, reconcile
from workbench.extracts.report import IngestReport, Outcome, Progress
from workbench.extracts.scan import Scanned
from workbench.extracts.sql import identifier, literal, open_connection
from workbench.extracts.strict import strict_type
from workbench.extracts.unpack import opened
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.model.contract import Delivery, Resource


def ingest(
    resource: Resource,
    files: Sequence[Path | Delivery],
    *,
    extracts: Extracts,
    codes: CodeLists,
    quarantine_folder: Path,
    clock: Callable[[], datetime],
    accept_valid: bool = False,
    data_date: date | None = None,
    force: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
    before_commit: Callable[[ExtractVersion], int | None] = lambda _: None,
    control: Path | None = None,
    on_reconciled: Callable[[Reconciliation], None] = lambda _: None,
    drop: str = "",
) -> IngestReport:
    """Read ``files`` as one delivery of ``resource`` and make it the next version.

    A ``Path`` is read as the contract says for such a name or format (``arrivals``).
    Any bad row refuses the delivery, unless ``accept_valid``: then the valid rows are loaded. A
    rule over the table always refuses. ``data_date`` defaults to that of the control file, then to
    the contract's last update.
    ``before_commit`` is called with the version that is about to be and gives the seq of its
    entry; where it raises (the ledger cannot be written), there is no version. ``control`` is
    the provider's control file: what does not agree with it is refused, after ``on_reconciled``
    was called. ``drop`` names the delivery of a drop folder.

    Raises InvalidInput (``notes["report"]`` is the IngestReport) where nothing was loaded,
    Unavailable (extract_busy) where another ingest of the resource runs.
    """
    order = Order(
        resource=resource,
        files=tuple(_hinted(resource, f) for f in files),
        extracts=extracts,
        codes=codes,
        quarantine=quarantine_folder,
        accept_valid=accept_valid,
        data_date=data_date,
        force=force,
        clock=clock,
        on_progress=on_progress,
        before_commit=before_commit,
        control=None,
        on_reconciled=on_reconciled,
        drop=drop,
        started=clock(),
    )
    with workplace(extracts, resource.name) as work, refusals(order), engine_errors(resource):
        if not order.files:
            raise reasons.no_files(resource.name)
        types = [(c, strict_type(resource.name, c.name, c.type)) for c in resource.columns]
        order = _with_control(replace(order, fields=fields_of(types)), control)
        return _run(order, work)


def _run(order: Order, work: Path) -> IngestReport:
    files = _scan(order, work)
    delivery = _delivery_key(order, files)
    current = None if order.force else order.extracts.latest(order.resource.name)
    with _connection(work) as con:
        if current is not None and _is_unchanged(order, current, delivery):
            report = _unchanged(order, current)
            return _reconciled(con, order, report, current.files, current.version)
        _refuse_recalled(order, delivery)
        checked = check(con, order, files)
        report = report_of(con, order, files, checked)
        if report.outcome is Outcome.refused:
            raise refusal(order, report, checked)
        order.on_progress(Progress("writing", 0.0))
        parquet = _write(con, order, work, checked)
        report = _reconciled(con, order, report, [str(parquet)], None)
    order.on_progress(Progress("writing", 0.9))
    draft = _draft(order, report, delivery)
    version = commit(order.extracts, draft, parquet, order.before_commit)
    order.on_progress(Progress("writing", 1.0))
    return replace(report, version=version, seconds=order.seconds)


# reading


def _hinted(resource: Resource, file: Path | Delivery) -> Delivery:
    return file if isinstance(file, Delivery) else delivery_of(resource, file)


def _scan(order: Order, work: Path) -> tuple[Scanned, ...]:
    """All files, or all that is wrong with them."""
    total = sum(_size(Path(f.path)) for f in order.files) or 1
    done = 0
    found: list[Scanned] = []
    faults: list[Reason] = []

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        order.on_progress(Progress("reading", min(done / total, 1.0) / 2))

    for number, file in enumerate(order.files):
        try:
            found.extend(opened(file, work / f"{number}.utf8.csv", on_bytes))
        except WorkbenchError as error:
            faults += error.reasons
    if not faults and len({f.source.sha256 for f in found}) < len(found):
        faults += reasons.same_file_twice(order.resource.name).reasons
    if faults:
        raise WorkbenchError.of(faults)
    return tuple(found)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _delivery_key(order: Order, files: Sequence[Scanned]) -> str:
    """sha256 over all that shapes a version: the files, and what the contract says of them."""
    resource = order.resource
    shaped_by = {
        "files": sorted(f.source.sha256 for f in files),
        "read_as": reading_key(order.files, resource),
        "contract": resource.version,
        "columns": repr(resource.columns),
        "quality": repr(resource.quality),
        "data_date": str(order.data_date),
        "obtained_on": str(resource.obtained_on),
    }
    return hashlib.sha256(json.dumps(shaped_by, sort_keys=True).encode()).hexdigest()


@contextmanager
def _connection(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_connection(work / "spill")
    try:
        yield con
    finally:
        con.close()


# against the provider's control file


def _with_control(order: Order, file: Path | None) -> Order:
    control = None if file is None else read_control(file, order.resource)
    told = None if control is None else control.data_date
    day = order.data_date or told or order.resource.last_update
    return replace(order, control=control, data_date=day)


def _reconciled(
    con: duckdb.DuckDBPyConnection,
    order: Order,
    report: IngestReport,
    parquet: Sequence[str],
    version: int | None,
) -> IngestReport:
    """The report with the reconciliation. Raises InvalidInput where something does not agree."""
    if order.control is None:
        return report
    found = reconcile(con, parquet, report.sources, order.control, report.resource, version)
    order.on_reconciled(found)
    if found.agrees:
        return replace(report, reconciled=found)
    error = mismatch(found)
    error.notes["report"] = replace(
        report, outcome=Outcome.refused, version=None, accepted=0, reconciled=found
    )
    raise error


# writing


def _write(con: duckdb.DuckDBPyConnection, order: Order, work: Path, checked: Checked) -> Path:
    """The accepted rows, in the contract's order and types, as one Parquet file."""
    target = work / "accepted.parquet"
    listed = ", ".join(
        f"{f.value}::{f.type.name} AS {identifier(f.column.name)}" for f in order.fields
    )
    where = f" WHERE rowid NOT IN (SELECT row FROM {BAD})" if checked.bad else ""
    con.execute(
        f"COPY (SELECT {listed} FROM {STAGED}{where}) TO {literal(str(target))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    return target


def _draft(order: Order, report: IngestReport, delivery: str) -> ExtractVersion:
    return ExtractVersion(
        resource=order.resource.name,
        version=-1,
        digest="",
        rows=report.accepted,
        ingested_at=order.clock(),
        data_date=order.data_date,
        obtained_on=order.resource.obtained_on,
        contract_version=order.resource.version,
        files=(),
        sources=report.sources,
        rows_read=report.rows_read,
        rejected=report.rejected,
        delivery=delivery,
        drop=order.drop,
    )


# ends


def _refuse_recalled(order: Order, delivery: str) -> None:
    if order.force:
        return
    for version in order.extracts.made_of(order.resource.name, delivery=delivery):
        if version.recalled is not None:
            raise reasons.was_recalled(order.resource.name, version.recalled)


def _is_unchanged(order: Order, current: ExtractVersion, delivery: str) -> bool:
    """Rows that were left out of the current version refuse the delivery when nobody says
    ``accept_valid`` this time."""
    return current.delivery == delivery and (order.accept_valid or current.rejected == 0)


def _unchanged(order: Order, current: ExtractVersion) -> IngestReport:
    return IngestReport(
        resource=order.resource.name,
        outcome=Outcome.unchanged,
        version=current,
        sources=current.sources,
        data_date=current.data_date,
        rows_read=current.rows_read,
        accepted=current.rows,
        rejected=current.rejected,
        seconds=order.seconds,
    )
