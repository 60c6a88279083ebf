"""Pages and charts. Only this package draws, and only what came as a ``Release``.

A dashboard is one cell: ``from workbench.ui import show; show("aba_catalogue")``. An analyst's
notebook draws a result with ``chart(release, "line", x="month", y="index")``, and what it worked
out of releases with ``chart(calculated(frame, release), ...)``. All are loaded when they are first
used: the leaders' server needs the page's values and no widget.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.client.calculation import calculated
    from workbench.ui.names import called
    from workbench.ui.notebook import chart, show

__all__ = ["calculated", "called", "chart", "show"]

_HOMES = {
    "calculated": "workbench.client.calculation",
    "called": "workbench.ui.names",
    "chart": "workbench.ui.notebook",
    "show": "workbench.ui.notebook",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
