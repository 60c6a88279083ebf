"""What runs from when to when: lying bars on a date axis."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from workbench.model.days import day_of
from workbench.ui.panels.along import plain_ticks
from workbench.ui.panels.bars import MOST_BARS
from workbench.ui.panels.labels import lines, plain, shortened, wrapped
from workbench.ui.panels.layout import (
    PANEL_PIXELS,
    ROW_PIXELS,
    base,
    colour,
    legend,
    named_axis,
    tall,
)
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.periods import Grain, Period, axis_texts, never, periods, tick_periods
from workbench.ui.panels.picking import customdata
from workbench.ui.panels.said import joined, names_of
from workbench.ui.words import both

_NEAR = 0.25
"""Part of the axis within which a label at its end would be cut (our default)."""
_LABEL_PIXELS = 26
"""Height of the day's label over the drawing."""


def timeline(task: Task) -> Content:
    """One line for each row, in their order. What has no end runs on, hatched, to the edge."""
    names = names_of(task.field(task.panel.by))
    starts, ends = _dates(task, task.panel.start), _dates(task, task.panel.end)
    rows = [row for row in range(task.rows) if starts[row] is not None]
    shown = rows[:MOST_BARS]
    left, right = _span(task, starts, ends, shown)
    traces = [
        _trace(task, group, i, starts, ends, names, right)
        for i, group in enumerate(_groups(task, shown).items())
    ]
    said = [wrapped(names[row], 24, 1) for row in shown]
    layout = base(
        barmode="overlay",
        bargap=0.35,
        xaxis=_axis(task, left, right),
        yaxis=named_axis([str(row) for row in shown], said, range=[len(shown) - 0.5, -0.5]),
        **tall(len(shown)),
    )
    _today(task, layout, left, right)
    if task.panel.series:
        layout |= legend()
        layout["legend"] = {**layout["legend"], "y": 1 + _over_label(layout, len(shown))}
    return Content(
        figure={"data": traces, "layout": layout},
        summary=_summary(task, left, ends, shown),
        notes=_notes(task, rows, shown),
    )


def _summary(task: Task, left: datetime, ends: list[Period | None], shown: list[int]) -> str:
    """The last end that is stated, not the margin of the drawing."""
    _ = task.speech._
    title, start = task.panel.title.said(task.language), _day(left).said(task.language)
    stated = [end for row in shown if (end := ends[row]) is not None]
    said = [_("{title}: {number} lines from {start} on.", title=title, number=len(shown),
              start=start)]  # fmt: skip
    if stated:
        last = max(stated, key=_end).said(task.language)
        said = [_("{title}: {number} lines, from {start} to {end}.", title=title,
                  number=len(shown), start=start, end=last)]  # fmt: skip
    if len(stated) < len(shown):
        said.append(_("{number} have no end stated.", number=len(shown) - len(stated)))
    return joined(said, task.speech)


def _dates(task: Task, name: str) -> list[Period | None]:
    field = task.field(name)
    found = periods(field.exact, as_days=True)
    if found is None and not all(text is None or never(text) for text in field.exact):
        raise unfit(
            both("Column {column} holds {type}, not dates.", column=name, type=field.type),
            None,
            both("Give dates such as 2025-12-31 or months such as 2025-12, of one form."),
            name,
        )
    return found or [None] * task.rows


def _end(found: Period) -> datetime:
    """A day or a month that is named as the end belongs to it."""
    return (
        found.start if found.grain is Grain.moment else Period(found.grain, found.index + 1).start
    )


def _span(
    task: Task, starts: list[Period | None], ends: list[Period | None], rows: list[int]
) -> tuple[datetime, datetime]:
    """Raises InvalidInput where something ends before it starts, or nothing has a start."""
    points = []
    for row in rows:
        start, end = starts[row], ends[row]
        assert start is not None
        points.append(start.start)
        points.append(start.start + timedelta(days=1))
        if end is None:
            continue
        if _end(end) < start.start:
            raise unfit(
                both("Row {number} ends before it starts.", number=row + 1),
                None,
                both("Mend start and end in the data or in the panel's query."),
                task.panel.end,
            )
        points.append(_end(end))
    if not points:
        raise unfit(both("No row has a start."), None, both("Name the column of starts."))
    left, right = min(points), max(points)
    if any(ends[row] is None for row in rows):
        right += (right - left) / 12  # so that what runs on is seen to
    return left, right


def _groups(task: Task, rows: list[int]) -> dict[str, list[int]]:
    if not task.panel.series:
        return {"": rows}
    names = names_of(task.field(task.panel.series))
    out: dict[str, list[int]] = {}
    for row in rows:
        out.setdefault(names[row], []).append(row)
    return out


def _trace(
    task: Task,
    group: tuple[str, list[int]],
    place: int,
    starts: list[Period | None],
    ends: list[Period | None],
    names: list[str],
    right: datetime,
) -> Json:
    label, rows = group
    return {
        "type": "bar",
        "orientation": "h",
        "name": shortened(label, 24),
        "base": [_iso(_start(starts[row])) for row in rows],
        "x": [_length(_start(starts[row]), ends[row], right) for row in rows],
        "y": [str(row) for row in rows],
        "marker": {
            "color": colour(place),
            "pattern": {
                "shape": ["/" if ends[row] is None else "" for row in rows],
                "fillmode": "overlay",
                "solidity": 0.35,
            },
        },
        "hoverinfo": "text",
        "hovertext": [_hover(task, names[row], label, starts[row], ends[row]) for row in rows],
        **customdata(task, list(rows)),
    }


def _start(found: Period | None) -> datetime:
    assert found is not None
    return found.start


def _length(start: datetime, end: Period | None, right: datetime) -> float:
    until = right if end is None else _end(end)
    return round((until - start) / timedelta(milliseconds=1))


def _hover(task: Task, name: str, label: str, start: Period | None, end: Period | None) -> str:
    _ = task.speech._
    assert start is not None
    until = end.said(task.language) if end is not None else _("no end stated")
    span = _("{start} to {end}", start=start.said(task.language), end=until)
    return lines(name, label, span)


def _axis(task: Task, left: datetime, right: datetime) -> Json:
    marked = tick_periods(_day(left), _day(right))
    return {
        "type": "date",
        "range": [_iso(left), _iso(right)],
        "tickmode": "array",
        "tickvals": [each.iso for each in marked],
        "ticktext": [plain_ticks(text) for text in axis_texts(marked, task.language, "\n")],
        "automargin": True,
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": "@grid",
    }


# ---- the line of the day


def _today(task: Task, layout: Json, left: datetime, right: datetime) -> None:
    """A line at the day of which the data tell. It is called today only where that is today: over
    old data, today's line would say what the data cannot know."""
    day = told_of(task)
    at = None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    if day is None or at is None or not left <= at <= right:
        return
    _ = task.speech._
    said = Period(Grain.day, day.toordinal()).said(task.language)
    text = _("today") if day == task.context.today else _("as of {date}", date=said)
    layout["shapes"] = [
        {
            "type": "line",
            "x0": _iso(at),
            "x1": _iso(at),
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": "@accent", "width": 2},
        }
    ]
    layout["annotations"] = [
        {
            "x": _iso(at),
            "y": 1,
            "yref": "paper",
            "xanchor": _side((at - left) / (right - left)),
            "yanchor": "bottom",
            "text": plain(text),
            "showarrow": False,
            "font": {"color": "@accent"},
        }
    ]
    layout["margin"] = {**layout["margin"], "t": 26}


def _side(part: float) -> str:
    """Which side of its line the label begins at: near an edge it stands inwards."""
    return "left" if part < _NEAR else "right" if part > 1 - _NEAR else "center"


def _over_label(layout: Json, rows: int) -> float:
    """How far over the drawing the legend stands, as a part of its height: over the day's name."""
    pixels = _LABEL_PIXELS if layout.get("annotations") else 6
    return pixels / max(rows * ROW_PIXELS, PANEL_PIXELS - 60)


def told_of(task: Task) -> date | None:
    """The oldest day of which a source of the release tells; None where one does not say."""
    days = [
        day_of(source.pulled_at) if source.pulled_at is not None else source.data_date
        for source in task.release.info.sources
    ]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _day(moment: datetime) -> Period:
    return Period(Grain.day, moment.date().toordinal())


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _notes(task: Task, rows: list[int], shown: list[int]) -> tuple[str, ...]:
    notes = []
    if len(rows) < task.rows:
        notes.append(
            task.speech._(
                "{number} rows have no start and are not drawn.", number=task.rows - len(rows)
            )
        )
    if len(shown) < len(rows):
        notes.append(
            task.speech._("The first {shown} of {all} are drawn.", shown=len(shown), all=len(rows))
        )
    return tuple(notes)
