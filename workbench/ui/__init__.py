"""Pages and charts. Only this package draws, and only what came as a ``Release``.

A dashboard is one cell: ``from workbench.ui import show; show("aba_catalogue")``. An analyst's
notebook draws a result with ``chart(release, "line", x="month", y="index")``. Both are loaded when
they are first used: the leaders' server needs the page's values and no widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.ui.notebook import chart, show

__all__ = ["chart", "show"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from workbench.ui import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
