"""Pages and charts. Only this package draws, and only what came as a ``Release``.

A dashboard is one cell: ``from workbench.ui import show; show("aba_catalogue")``. An analyst's
notebook draws a result with ``chart(release, "line", x="month", y="index")``.
"""

from workbench.ui.notebook import chart, show

__all__ = ["chart", "show"]
