"""The process that writes one workspace: ``python -m workbench.workspace.builder FD``.

It is trusted, and runs nothing that an analyst wrote; it reads the extracts' files and writes one
encrypted file. It needs no network, so it gives that up before it gets its job.
"""

# ruff: noqa: E402 - see TAKEN
from __future__ import annotations

from workbench.workspace.confine import leave_network

TAKEN = leave_network() if __name__ == "__main__" else []
"""Before the imports below start threads: a process with several gets no user namespace."""

from pathlib import Path
from typing import Any

import duckdb

from workbench.engine.duckdb import Resources
from workbench.workspace.build import build
from workbench.workspace.child import Message, Report, serve
from workbench.workspace.plan import Plan


class DiskFull(Exception):
    """The engine says so only in a text, which does not leave this process."""


def work(job: dict[str, Any], report: Report) -> Message:
    """``job``: plan, file, scratch, key, pseudonyms (hex), resources."""
    plan = Plan.from_dict(job["plan"])

    def on_table(number: int, name: str, rows: int) -> None:
        report({"number": number, "tables": len(plan.tables), "table": name, "rows": rows})

    try:
        manifest = build(
            plan,
            Path(job["file"]),
            job["key"],
            bytes.fromhex(job["pseudonyms"]),
            Resources(**job["resources"]),
            Path(job["scratch"]),
            on_table,
        )
    except duckdb.Error as error:
        if "No space left on device" in str(error):
            raise DiskFull from None
        raise
    return manifest.to_dict()


if __name__ == "__main__":
    serve(work)
