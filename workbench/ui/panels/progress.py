"""What is done against what was planned: a bar, and a mark where it should be by now."""

from __future__ import annotations

from workbench.ui.panels.along import NONE, once
from workbench.ui.panels.bars import MOST_BARS
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import BREAK, lines, plain, wrapped
from workbench.ui.panels.layout import base, named_axis, room_beside, sparse, tall, value_axis
from workbench.ui.panels.parts import Content, Json, Task
from workbench.ui.panels.picking import customdata
from workbench.ui.panels.said import joined, names_of, summary

_ROW_PIXELS = 40


def progress(task: Task) -> Content:
    """In the order of the rows; behind its plan a bar is in the colour of what is bad."""
    field, done, plan = task.field(task.panel.by), task.values[0], task.number(task.panel.plan)
    names, due = names_of(field), _due(task)
    keys = [NONE if text is None else text for text in field.exact]
    once(task, keys, names)
    shown = list(range(min(task.rows, MOST_BARS)))
    behind = [_behind(done, plan, row) for row in shown]
    said = [_label(task, names[row], due[row]) for row in shown]
    room = room_beside(_share(task, done, plan, row) for row in shown)
    layout = base(
        barmode="overlay",
        bargap=0.45,
        xaxis=sparse(value_axis(task, [done, plan], zero=True, room=room)),
        yaxis=named_axis([keys[row] for row in shown], said, range=[len(shown) - 0.5, -0.5]),
        **tall(len(shown), _ROW_PIXELS),
    )
    hover = [_hover(task, names[row], row, done, plan, due[row]) for row in shown]
    bars: Json = {
        "type": "bar",
        "orientation": "h",
        "x": [done.floats[row] for row in shown],
        "y": [keys[row] for row in shown],
        "marker": {"color": [_COLOURS[late] for late in behind]},
        "hoverinfo": "text",
        "hovertext": hover,
        "showlegend": False,
        **customdata(task, list(shown)),
    }
    known = [late for late in behind if late is not None]
    told = task.speech._("{number} of {all} are behind plan.", number=sum(known), all=len(known))
    texts = _texts(task, done, plan, keys, shown)
    return Content(
        figure={"data": [bars, _plans(plan, keys, hover, shown), texts], "layout": layout},
        summary=joined([summary(task, names, [done]), told], task.speech),
        notes=_note(task, len(shown)),
    )


def _plans(plan: Field, keys: list[str], hover: list[str], shown: list[int]) -> Json:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plan.label,
        "x": [plan.floats[row] for row in shown],
        "y": [keys[row] for row in shown],
        "marker": {
            "symbol": "line-ns-open",
            "size": 20,
            "color": "@text",
            "line": {"width": 3, "color": "@text"},
        },
        "hoverinfo": "text",
        "hovertext": hover,
        "cliponaxis": False,
        "showlegend": False,
    }


def _texts(task: Task, done: Field, plan: Field, keys: list[str], shown: list[int]) -> Json:
    """The words of each row behind the bar and the mark of its plan, whichever ends later: on bars
    that are not seen, so that the board makes room for them as for any bar's text."""
    ends = [[v for v in (done.floats[row], plan.floats[row]) if v is not None] for row in shown]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [max(each, default=0.0) for each in ends],
        "y": [keys[row] for row in shown],
        "marker": {"color": "rgba(0,0,0,0)"},
        "text": [plain(_share(task, done, plan, row)) for row in shown],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
        "meta": "texts",
    }


_COLOURS = {True: "@bad", False: "@good", None: "@muted"}


def _behind(done: Field, plan: Field, row: int) -> bool | None:
    """None where there is no plan or no figure: that is neither on plan nor behind it."""
    have, want = done.decimal[row], plan.decimal[row]
    return None if have is None or want is None else have < want


def _due(task: Task) -> list[str]:
    if not task.panel.due:
        return [""] * task.rows
    field = task.field(task.panel.due)
    names = names_of(field, as_days=True)
    return [name if text else "" for name, text in zip(names, field.exact, strict=True)]


def _label(task: Task, name: str, due: str) -> str:
    text = wrapped(name, 24, 1)
    if not due:
        return text
    return f"{text}{BREAK}{plain(task.speech._('due {date}', date=due))}"


def _share(task: Task, done: Field, plan: Field, row: int) -> str:
    """``done / plan``, or the word for what is not there."""
    if done.floats[row] is None or plan.floats[row] is None:
        return done.text(row)
    return task.speech._("{done} of {plan}", done=done.text(row), plan=plan.text(row))


def _hover(task: Task, name: str, row: int, done: Field, plan: Field, due: str) -> str:
    colon = task.speech._(": ")
    return lines(
        name,
        f"{done.label}{colon}{done.said(row)}",
        f"{plan.label}{colon}{plan.said(row)}",
        task.speech._("due {date}", date=due) if due else "",
        task.speech._("behind plan") if _behind(done, plan, row) else "",
    )


def _note(task: Task, shown: int) -> tuple[str, ...]:
    black = task.speech._("The upright mark is the plan.")
    if shown == task.rows:
        return (black,)
    return (
        black,
        task.speech._("The first {shown} of {all} are drawn.", shown=shown, all=task.rows),
    )
