"""What went wrong on the wire, as the one kind of error that people see."""

from __future__ import annotations

import json
import re

from workbench.errors import Code, Reason, Text, WorkbenchError, simple

_CODED = re.compile(r"\[([a-z_]+)\] (.*)", re.DOTALL)
_TAIL = re.compile(r"\. (?:gRPC client debug context|Client context|Detail): .*$", re.DOTALL)
"""What gRPC and Arrow add to a text."""
_CODES = frozenset(code.value for code in Code)


def from_flight(message: str, detail: bytes) -> WorkbenchError | None:
    """The gateway's error inside a Flight error, or None where the gateway did not speak.

    The JSON in ``detail`` says all; the text ``[code] zh / en`` is what is left without it.
    """
    return _reasons(detail) or from_text(message)


def from_text(message: str) -> WorkbenchError | None:
    """The error in ``... [code] zh / en``; None where there is no code of ours."""
    coded = _CODED.search(message)
    if coded is None or coded.group(1) not in _CODES:
        return None
    said = _TAIL.sub("", coded.group(2).split("\n")[0]).strip()
    zh, slash, en = said.partition(" / ")
    return simple(Code(coded.group(1)), zh, en if slash else zh)


def from_body(body: str) -> WorkbenchError | None:
    """The error in an HTTP answer ``{"reasons": [...]}``; None for any other body."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    reasons = value.get("reasons") if isinstance(value, dict) else None
    return _reasons(json.dumps(reasons).encode()) if reasons else None


def _reasons(value: bytes) -> WorkbenchError | None:
    start = value.find(b"[{")
    if start < 0:
        return None
    try:
        text = value[start : value.rindex(b"]") + 1].decode()
        return WorkbenchError.of([_reason(item) for item in json.loads(text)])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _reason(item: dict[str, object]) -> Reason:
    """A code that a newer gateway has and this client has not is ``internal``, its text kept."""
    known = item if item.get("code") in _CODES else {**item, "code": Code.internal.value}
    return Reason.from_dict(known)


_START = Text(
    "请先启动平台：在项目目录运行 make up（或 workbench serve）；"
    "网关在别处时，用 url= 或环境变量 WORKBENCH_URL 指明地址。",
    "Start the workbench: run `make up` in the project's folder (or `workbench serve`); "
    "if the gateway is elsewhere, name it with url= or the variable WORKBENCH_URL.",
)


def unreachable(url: str) -> WorkbenchError:
    """Nothing listens at ``url``."""
    return simple(
        Code.gateway_unavailable,
        f"无法连接网关 {url}。",
        f"No gateway answers at {url}.",
        next=_START,
        subject=url,
    )


def not_a_gateway(url: str, status: int) -> WorkbenchError:
    """Something answers at ``url``, in another language than ours."""
    return simple(
        Code.gateway_unavailable,
        f"{url} 的答复不是网关的答复（HTTP {status}）。",
        f"What answers at {url} does not speak as a gateway (HTTP {status}).",
        next=_START,
        subject=url,
    )
