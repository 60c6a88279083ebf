"""The process that writes one workspace: ``python -m workbench.workspace.builder FD``.

It is trusted, and runs nothing that an analyst wrote; it reads the extracts' files and writes one
encrypted file. It needs no network, so it gives that up before it gets its job.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.engine.duckdb import Resources
from workbench.workspace.build import build
from workbench.workspace.child import Message, Report, serve
from workbench.workspace.confine import leave_network
from workbench.workspace.plan import Plan


def work(job: dict[str, Any], report: Report) -> Message:
    """``job``: plan, file, scratch, key, pseudonyms (hex), resources."""
    plan = Plan.from_dict(job["plan"])

    def on_table(number: int, name: str, rows: int) -> None:
        report({"number": number, "tables": len(plan.tables), "table": name, "rows": rows})

    manifest = build(
        plan,
        Path(job["file"]),
        job["key"],
        bytes.fromhex(job["pseudonyms"]),
        Resources(**job["resources"]),
        Path(job["scratch"]),
        on_table,
    )
    return manifest.to_dict()


if __name__ == "__main__":
    leave_network()
    serve(work)
