"""Where the rows of a panel stand along its axis: in time, by number, or by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.errors import WorkbenchError
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import BREAK, plain, wrapped
from workbench.ui.panels.layout import named_axis, number_axis
from workbench.ui.panels.parts import Json, Task, unfit
from workbench.ui.panels.periods import Grain, Period, axis_texts, grid, periods, tick_periods
from workbench.ui.panels.said import names_of
from workbench.ui.words import both

Key = str | float
NONE = "—"
"""The category of rows that have none."""


@dataclass(frozen=True)
class Along:
    """``keys``: per row where it stands; ``names``: what people read there; ``whole``: every place
    in order, those without a row too, where places are counted (periods, categories)."""

    keys: list[Key | None]
    names: list[str]
    whole: list[Key] | None
    axis: Json


def along(task: Task) -> Along:
    """For lines: a date axis for periods, a number axis for numbers, else categories."""
    field = task.field(task.panel.by)
    found = periods(field.exact)
    if found is not None:
        return _in_time(task, field, found)
    if field.number:
        return _by_number(task, field)
    return by_name(task)


def by_name(task: Task, width: int = 12, rows: int = 2, name: str = "") -> Along:
    """Categories of ``by`` (or of the column ``name``) in the order of their first row. Periods
    stand in their own order, with those that are missing in between."""
    field = task.field(name or task.panel.by)
    found = periods(field.exact)
    if found is not None:
        return _periods_by_name(task, field, found)
    keys: list[Key | None] = [NONE if text is None else text for text in field.exact]
    names = names_of(field)
    said = dict(zip(keys, names, strict=True))
    whole = [key for key in dict.fromkeys(keys) if key is not None]
    texts = [wrapped(said[key], width, rows) for key in whole]
    return Along(keys, names, list(whole), named_axis([str(k) for k in whole], texts))


def once(task: Task, keys: Sequence[object], names: Sequence[str]) -> None:
    """Raises InvalidInput where two rows would stand at one place: drawn over each other they
    would show one of them only."""
    seen = set()
    for key, name in zip(keys, names, strict=True):
        if key in seen:
            raise twice(task, name)
        seen.add(key)


def twice(task: Task, place: str) -> WorkbenchError:
    """The error of two rows at one place."""
    return unfit(
        both("Two rows stand at the same place: {place}.", place=place),
        both("Drawn over each other, only one of them would be seen."),
        both("Sum them in the query, or name the column that parts them as series."),
        task.panel.by,
    )


def _in_time(task: Task, field: Field, found: list[Period | None]) -> Along:
    names = [NONE if each is None else each.said(task.language) for each in found]
    given = [each for each in found if each is not None]
    whole = grid(given)
    marked = tick_periods(min(given), max(given)) if given else []
    axis: Json = {
        "type": "date",
        **_range(given),
        "tickmode": "array",
        "tickvals": [each.iso for each in marked],
        "ticktext": [plain_ticks(text) for text in axis_texts(marked, task.language, "\n")],
        "tickangle": 0,
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
    }
    counted = bool(given) and given[0].grain is not Grain.moment
    keys: list[Key | None] = [None if each is None else each.iso for each in found]
    return Along(keys, names, [each.iso for each in whole] if counted else None, axis)


def _range(given: list[Period]) -> Json:
    """From the first to the last, with some room: left to itself, Plotly makes room inside the
    drawing for the names at the lines' ends."""
    if not given or min(given) == max(given):
        return {}
    first, last = min(given).start, max(given).start
    room = (last - first) / 50
    return {"range": [(first - room).isoformat()[:19], (last + room).isoformat()[:19]]}


def _by_number(task: Task, field: Field) -> Along:
    present = field.present or [0.0]
    axis = number_axis(task, field, min(present), max(present))
    names = [field.said(row) for row in range(task.rows)]
    return Along(list(field.floats), names, None, axis | {"showgrid": False, "zeroline": False})


def _periods_by_name(task: Task, field: Field, found: list[Period | None]) -> Along:
    given = [each for each in found if each is not None]
    whole = grid(given)
    marked = whole if len(whole) <= 6 else tick_periods(min(given), max(given))
    axis = named_axis(
        [each.iso for each in whole],
        [],
        tickangle=0,
        tickvals=[each.iso for each in marked],
        ticktext=[plain_ticks(text) for text in axis_texts(marked, task.language, "\n")],
    )
    names = [NONE if each is None else each.said(task.language) for each in found]
    keys: list[Key | None] = [None if each is None else each.iso for each in found]
    return Along(keys, names, [each.iso for each in whole], axis)


def plain_ticks(text: str) -> str:
    return BREAK.join(plain(line) for line in text.split("\n"))
