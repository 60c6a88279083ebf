"""From the table of text to a judgement: what is loaded, what is refused, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

from workbench.errors import Text, WorkbenchError
from workbench.extracts import quarantine, refusals
from workbench.extracts.checks import BAD, bad_rows, find_bad_rows, lines
from workbench.extracts.faults import Broken, Failed
from workbench.extracts.order import Order
from workbench.extracts.quality import failed_rules
from workbench.extracts.readers import STAGED, Staged, stage
from workbench.extracts.report import IngestReport, Outcome, Progress
from workbench.extracts.scan import Scanned
from workbench.extracts.sql import scalar


@dataclass(frozen=True)
class Checked:
    staged: Staged
    broken: tuple[Broken, ...]
    failed: tuple[Failed, ...]
    bad: int

    @property
    def read(self) -> int:
        return self.staged.rows + len(self.staged.unfit)

    @property
    def rejected(self) -> int:
        return self.bad + len(self.staged.unfit)


def check(con: duckdb.DuckDBPyConnection, order: Order, files: Sequence[Scanned]) -> Checked:
    staged = stage(con, files, order.fields)
    order.on_progress(Progress("reading", 1.0))
    broken = find_bad_rows(
        con, order.fields, order.codes, lambda f: order.on_progress(Progress("checking", f))
    )
    table = STAGED
    if order.accept_valid and broken:
        table = f"(SELECT * FROM {STAGED} WHERE rowid NOT IN (SELECT row FROM {BAD}))"
    failed = failed_rules(con, table, order.resource.quality, order.fields)
    return Checked(staged, broken, failed, bad_rows(con))


def report_of(
    con: duckdb.DuckDBPyConnection, order: Order, files: Sequence[Scanned], checked: Checked
) -> IngestReport:
    nothing_left = checked.rejected == checked.read
    bad = checked.rejected > 0 and (nothing_left or not order.accept_valid)
    refused = bad or bool(checked.failed)
    report = IngestReport(
        resource=order.resource.name,
        outcome=Outcome.refused if refused else Outcome.loaded,
        sources=tuple(f.source for f in files),
        data_date=order.data_date,
        rows_read=checked.read,
        accepted=0 if refused else checked.read - checked.rejected,
        rejected=checked.rejected,
        broken=(*_unfit(checked), *checked.broken),
        failed=tuple(f.rule.name or f.rule.metric for f in checked.failed),
        warnings=(*checked.staged.warnings, *_by_form(order)),
        seconds=order.seconds,
    )
    if checked.rejected == 0:
        return report
    found = _lines(con, checked)
    file, count = quarantine.write(order.quarantine, report.resource, order.clock(), found)
    total = len(checked.staged.unfit) + scalar(con, f"SELECT count(*) FROM {BAD}")
    cut = (refusals.quarantine_cut(count, total),) if count < total else ()
    return replace(report, quarantine=file, quarantined=count, warnings=(*report.warnings, *cut))


def _unfit(checked: Checked) -> tuple[Broken, ...]:
    counted = Counter(u.rule for u in checked.staged.unfit)
    return tuple(Broken(rule, "", count) for rule, count in sorted(counted.items()))


def _lines(con: duckdb.DuckDBPyConnection, checked: Checked) -> Iterable[quarantine.Line]:
    for u in checked.staged.unfit:
        yield quarantine.Line(u.file, u.row, "", u.rule, f"{u.said.zh} / {u.said.en}")
    for rowid, broken, shown in lines(con, checked.broken, quarantine.LIMIT):
        file, row = checked.staged.locate(rowid)
        yield quarantine.Line(file, row, broken.column, broken.said, shown)


def _both(first: Text | None, then: Text) -> Text:
    return then if first is None else Text(f"{first.zh} {then.zh}", f"{first.en} {then.en}")


def _by_form(order: Order) -> Iterable[Text]:
    unlisted = order.codes.by_form_only
    for column in order.resource.columns:
        if column.identifier in unlisted:
            yield refusals.by_form_only(column)


def refusal(order: Order, report: IngestReport, checked: Checked) -> WorkbenchError:
    found = [refusals.rows_broken(order.resource.name, b) for b in report.broken]
    found += [refusals.rule_failed(order.resource.name, f) for f in checked.failed]
    if report.quarantine is not None:
        fix = refusals.mend(report.quarantine, order.resource.name, bool(checked.failed))
        found[-1] = replace(found[-1], next=_both(found[-1].next, fix))
    error = WorkbenchError.of(found)
    error.notes["report"] = report
    return error
