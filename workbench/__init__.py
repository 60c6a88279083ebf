"""Qiku Workbench: governed data sharing, where a grant is a database.

In a notebook: ``workbench.connect()`` and ``%load_ext workbench``. Nothing heavy is imported until
one of them is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.client import Connection, Release, connect

__all__ = ["Connection", "Release", "__version__", "connect", "load_ipython_extension"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in ("Connection", "Release", "connect"):
        from workbench import client

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext workbench``: the ``%%sql`` magic and completion of what is granted."""
    from workbench.client.magic import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext workbench``."""
    from workbench.client.magic import unload

    unload(shell)
