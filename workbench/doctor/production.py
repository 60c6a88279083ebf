"""What a production start is refused for."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.doctor.results import Result, failing
from workbench.errors import WorkbenchError


def refuse_unready(results: Iterable[Result]) -> None:
    """Raises InvalidInput with one reason for each check that fails under ``--production``."""
    found = failing(results, production=True)
    if found:
        raise WorkbenchError.of([result.reason() for result in found])
