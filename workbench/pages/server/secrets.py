"""What the server is told and nobody else may know, line by line on its standard input.

Kernels run under the server's account: what lay in a file or in its environment, they could read.
A pipe that only the server has read is nowhere else. ``workbench up`` writes a line when it starts
the server and again when the door token is renewed; the last one counts.

::

    {"door_token": "…", "links": [{"token": "…", "viewer": "leader"}], "proxy_secret": "…"}
"""

from __future__ import annotations

import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO


@dataclass(frozen=True)
class Link:
    """An access token that may stand in an address, and whom it lets in."""

    token: str = field(repr=False)
    viewer: str


@dataclass(frozen=True)
class Secrets:
    """``door_token`` opens pages at the gateway for the people of ``links`` and for whom a proxy
    names; a proxy proves itself by ``proxy_secret``. Without one, nobody comes in that way."""

    door_token: str = field(default="", repr=False)
    links: tuple[Link, ...] = field(default=(), repr=False)
    proxy_secret: str = field(default="", repr=False)

    def viewer_of(self, token: str) -> str:
        """Whom this token lets in; empty for none. Each one is compared, in constant time."""
        found = ""
        for link in self.links:
            if same(link.token, token):
                found = link.viewer
        return found

    def is_proxy(self, secret: str) -> bool:
        return bool(self.proxy_secret) and same(self.proxy_secret, secret)


def same(wanted: str, given: str) -> bool:
    """Whether the two are equal, in a time that does not tell where they differ."""
    return bool(wanted) and hmac.compare_digest(wanted.encode(), given.encode())


def parsed(line: str | bytes) -> Secrets:
    """Raises ValueError, which repeats nothing of the line."""
    try:
        value: Any = json.loads(line)
        links = tuple(Link(str(x["token"]), str(x["viewer"])) for x in value.get("links", ()))
        return Secrets(str(value.get("door_token", "")), links, str(value.get("proxy_secret", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("not a line of secrets") from None


def listen(stream: BinaryIO | Iterable[bytes], heard: Callable[[Secrets], None]) -> Secrets:
    """The first line, waited for; each later one goes to ``heard`` from a thread of its own.

    Raises ValueError for a first line that is none.
    """
    lines = iter(stream)
    first = parsed(next(lines, b"{}"))

    def follow() -> None:
        for line in lines:
            try:
                heard(parsed(line))
            except ValueError:
                logging.getLogger(__name__).warning("a line of secrets could not be read")

    threading.Thread(target=follow, name="secrets", daemon=True).start()
    return first
