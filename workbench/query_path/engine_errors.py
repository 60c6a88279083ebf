"""What an error of the engine means: what it misses may be there, and not granted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from workbench.catalogue.city import City
from workbench.errors import WorkbenchError
from workbench.model.read_set import ReadSet
from workbench.policy.reasons import explain_missing
from workbench.query_path.active import ActiveQuery
from workbench.workspace.answers import refusal
from workbench.workspace.process import EngineError, Stopped


@contextmanager
def explained(query: ActiveQuery, reads: ReadSet, city: City) -> Iterator[None]:
    """Around a worker's answer: raises WorkbenchError for what the worker raises."""
    try:
        yield
    except Stopped as stopped:
        raise stopped.cause from None
    except EngineError as error:
        said = query.heard(error.answer)
        if "missing" not in said:
            # Asked to stop, the engine may fail in a way of its own: the cause is what counts.
            raise (query.cause or refusal(said)) from None
        raise _missing(said, query, reads, city) from None


def _missing(
    said: dict[str, Any], query: ActiveQuery, reads: ReadSet, city: City
) -> WorkbenchError:
    permit = query.permit
    assert permit is not None  # something was run
    reason = explain_missing(
        said["missing"],
        str(said["name"]),
        reads,
        permit.scenario,
        permit.grants,
        city.resources,
        city.regulation,
        permit.tier,
    )
    return WorkbenchError.of(reason)
