"""How ``workbench ingest`` shows what it did: a table, remarks, or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from workbench.cli.common import language, out, said, visible
from workbench.errors import Text, WorkbenchError
from workbench.extracts.report import IngestReport, Outcome

Result = tuple[IngestReport, WorkbenchError | None]
"""What was done, and the refusal where it was one."""

_OUTCOMES = {
    Outcome.loaded: Text("已接入", "loaded"),
    Outcome.unchanged: Text("无变化", "unchanged"),
    Outcome.refused: Text("已拒绝", "refused"),
}


def plain(report: IngestReport, error: WorkbenchError | None) -> dict[str, Any]:
    found = report.to_dict()
    found["quarantine"] = str(report.quarantine) if report.quarantine else None
    found["reasons"] = [] if error is None else [r.to_dict() for r in error.reasons]
    return found


def print_table(results: Sequence[Result]) -> None:
    table = Table(box=None, pad_edge=False)
    for zh, en in (("资源", "Resource"), ("结果", "Outcome"), ("版本", "Version")):
        table.add_column(said(zh, en))
    for zh, en in (("读入行", "Read"), ("接收", "Accepted"), ("未接收", "Rejected"), ("秒", "s")):
        table.add_column(said(zh, en), justify="right")
    for report, _ in results:
        version = "" if report.version is None else str(report.version.version)
        counts = (report.rows_read, report.accepted, report.rejected)
        outcome = _OUTCOMES[report.outcome].said(language())
        cells = (report.resource, outcome, version, *(f"{n:,}" for n in counts))
        table.add_row(*map(visible, cells), f"{report.seconds:.1f}")
    console = out()
    console.print(table)
    for report, _ in results:
        for line in _remarks(report):
            console.print(visible(f"{report.resource}: {line}"))


def _remarks(report: IngestReport) -> Iterator[str]:
    """What the table has no room for."""
    if report.outcome is Outcome.loaded and report.rejected:
        yield said(
            f"{report.rejected} 行未接收，见 {report.quarantine}",
            f"rows left out: {report.rejected}; see {report.quarantine}",
        )
    for warning in report.warnings:
        yield warning.said(language())
