"""A click on a mark sets a filter: which value each mark stands for."""

from __future__ import annotations

from workbench.ui.panels.parts import Json, Task


def picked_column(task: Task) -> str:
    """The column that gives the filter its values: the filter's own where the result has it, else
    the panel's categories. "" where the panel picks nothing."""
    if not task.panel.picks:
        return ""
    declared = task.page.filter(task.panel.picks)
    if declared is not None and declared.on in task.release.columns:
        return declared.on
    return task.panel.by


def pick_values(task: Task) -> list[str | None] | None:
    """Per row the value that a click on its mark sets."""
    name = picked_column(task)
    return list(task.field(name).exact) if name else None


def picked(task: Task) -> str | None:
    """The value that is set now."""
    return task.context.picked.get(task.panel.picks) if task.panel.picks else None


def picks(task: Task, figure: Json | None) -> Json | None:
    """Marks carry their value as ``customdata``; marks that stand for nothing have null there."""
    if not task.panel.picks or figure is None:
        return None
    return {"filter": task.panel.picks, "values": "customdata"}


def customdata(task: Task, rows: list[int | None]) -> Json:
    """For a trace whose points are these rows (None: a gap); nothing where the panel picks none."""
    values = pick_values(task)
    if values is None:
        return {}
    return {"customdata": [None if row is None else values[row] for row in rows]}
