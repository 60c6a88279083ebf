"""What runs in a kernel or a shell: the connection, its results, the ``%%sql`` magic.

Imports, besides itself, only ``model`` and ``errors``: no key, no store and no engine comes along.
Its names are loaded when they are first used, so that a command that only needs to know the
language does not wait for Arrow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.client.base import BaseConnection
    from workbench.client.briefs import Brief, read_brief
    from workbench.client.connection import Connection, connect
    from workbench.client.listing import Listing
    from workbench.client.release import Release
    from workbench.client.warned import alerts, evidence

__all__ = [
    "BaseConnection",
    "Brief",
    "Connection",
    "Listing",
    "Release",
    "alerts",
    "connect",
    "evidence",
    "read_brief",
]

_HOMES = {
    "BaseConnection": "base",
    "Brief": "briefs",
    "Connection": "connection",
    "alerts": "warned",
    "connect": "connection",
    "evidence": "warned",
    "Listing": "listing",
    "Release": "release",
    "read_brief": "briefs",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"workbench.client.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
