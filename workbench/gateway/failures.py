"""What an error becomes on the wire: one place for Flight, used by every handler.

pyarrow passes on only ``Flight*Error``; any other exception reaches the client with its traceback
and our file paths. So nothing else may leave a handler, and what was not foreseen becomes
``internal`` with an id under which the log has its type and place, never its text: the text of an
engine's error may hold values.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Mapping

import pyarrow.flight as fl

from workbench.errors import Code, Kind, Reason, Text, WorkbenchError

log = logging.getLogger(__name__)

TEXT_BYTES = 1500
"""Longest message text. gRPC percent-encodes it (3 times its bytes for Chinese) and a C++ client
takes about 8 KiB of trailers, if it does not say more, before it reports another status. The whole
is in ``extra_info``, which travels in the same trailers."""

_FLIGHT: Mapping[Kind, type[Exception]] = {
    Kind.refused: fl.FlightUnauthorizedError,
    Kind.unauthenticated: fl.FlightUnauthenticatedError,
    Kind.unavailable: fl.FlightUnavailableError,
}
_FLIGHT_BY_CODE: Mapping[Code, type[Exception]] = {
    Code.internal: fl.FlightInternalError,
    # Not FlightCancelledError: pyarrow's client takes that for a signal that it missed and raises
    # SIGINT in its own process.
    Code.cancelled: fl.FlightServerError,
    Code.deadline_exceeded: fl.FlightTimedOutError,
}


def foreseen(error: BaseException) -> WorkbenchError:
    """The error itself, or ``internal`` with a new id after logging where it came from."""
    if isinstance(error, WorkbenchError):
        return error
    error_id = secrets.token_hex(6)
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "internal error %s: %s at %s",
        error_id,
        type(error).__name__,
        " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames[-8:])),
    )
    return WorkbenchError.of(
        Reason(
            Code.internal,
            Text(
                f"网关发生内部错误（编号 {error_id}）。",
                f"Something went wrong inside the gateway (id {error_id}).",
            ),
            next=Text(
                "请把编号告知运维人员，日志中有相应记录。",
                "Tell the operator this id; the gateway's log has an entry for it.",
            ),
            subject=error_id,
        )
    )


def to_flight(error: WorkbenchError) -> Exception:
    """The Flight error that carries ``error``: its text for a person, JSON as extra_info."""
    kind = _FLIGHT_BY_CODE.get(error.code) or _FLIGHT.get(error.code.kind, fl.FlightServerError)
    return kind(shortened(text_of(error)), error.to_json().encode())


def text_of(error: WorkbenchError) -> str:
    """``[code] zh / en`` and the next step, for each reason: all that a stock client shows."""
    return "\n".join(_lines_of(reason) for reason in error.reasons)


def _lines_of(reason: Reason) -> str:
    what = f"[{reason.code}] {reason.what.zh} / {reason.what.en}"
    return f"{what}\n→ {reason.next.zh} / {reason.next.en}" if reason.next else what


def shortened(text: str) -> str:
    """At most TEXT_BYTES bytes of UTF-8, cut between characters."""
    encoded = text.encode()
    if len(encoded) <= TEXT_BYTES:
        return text
    return encoded[: TEXT_BYTES - 3].decode(errors="ignore") + "…"
