"""A module for ``workspace.child``: does what its job says."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from workbench.workspace.child import serve


def work(job: dict[str, Any], report: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    match job["do"]:
        case "echo":
            report({"at": 1})
            report({"at": 2})
            return {"said": job["text"], "environment": sorted(os.environ)}
        case "raise":
            raise LookupError("a value that must not leave")
        case "sleep":
            report({"at": 1})
            time.sleep(600)
    return {}


if __name__ == "__main__":
    serve(work)
