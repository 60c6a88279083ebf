"""Figures in large type: the latest one of each column, its change, and its course."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workbench.ui.numbers import decimal_of, rounded, written
from workbench.ui.page import Against, Compare, Compared, Direction, Form
from workbench.ui.panels.fields import Field, why_said, with_unit
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.periods import Period, grid, periods
from workbench.ui.panels.said import joined, names_of
from workbench.ui.words import both

SPARK = 60
"""Points of a sparkline at most: the latest ones (our default)."""
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class _Course:
    """The rows in order of time; ``periods`` None where ``by`` has none."""

    rows: list[int]
    names: list[str]
    periods: list[Period | None] | None

    @property
    def now(self) -> int:
        return self.rows[-1]


def card(task: Task) -> Content:
    course = _course(task)
    cards = [_card(task, field, course) for field in task.values]
    said = [_spoken(task, each) for each in cards]
    title = task.panel.title.said(task.language)
    return Content(
        cards=cards, summary=task.speech._(": ").join([title, joined(said, task.speech)])
    )


def _course(task: Task) -> _Course:
    """Raises InvalidInput where it is not said which of several rows is the current one."""
    if not task.panel.by:
        if task.rows > 1:
            raise unfit(
                both("The result has {number} rows; a card shows one.", number=task.rows),
                both("Nothing says which of them is the current one."),
                both("Name the column of periods as `by`, or let the query give one row."),
            )
        return _Course([0], [""], None)
    field = task.field(task.panel.by)
    found = periods(field.exact)
    rows = list(range(task.rows))
    if found is not None:
        rows = sorted((row for row in rows if found[row] is not None), key=lambda row: found[row])  # type: ignore[arg-type, return-value]
    keys = [field.exact[row] for row in rows]
    if len(set(keys)) < len(keys):
        raise unfit(
            both("Several rows have the same {column}.", column=field.label),
            both("A card would show one of them by chance."),
            both("Group the panel's query by {column}.", column=task.panel.by),
            task.panel.by,
        )
    return _Course(rows, names_of(field), found)


def _card(task: Task, field: Field, course: _Course) -> Json:
    row = course.now
    kind = field.why[row]
    there = decimal_of(field.exact[row]) is not None  # infinity is a figure, NaN is none
    finite = field.decimal[row] is not None
    text = written(
        field.exact[row], field.form, task.language, decimals=field.decimals, unit=field.unit
    )
    return {
        "label": field.label,
        "value": text.short,
        "unit": field.unit if there and not text.short.endswith(field.unit) else "",
        "exact": with_unit(text.exact, field.unit, task.speech),
        "state": "withheld" if kind else "drawn" if there else "missing",
        "why": _why(task, kind, there),
        "delta": _delta(task, field, course) if task.panel.compare and finite else None,
        "spark": _spark(field, course),
    }


def _why(task: Task, kind: str | None, there: bool) -> str:
    if kind:
        return task.speech._("withheld: {why}", why=why_said(kind, task.speech))
    return "" if there else task.speech._("no figure")


# ---- the change


def _delta(task: Task, field: Field, course: _Course) -> Json:
    compare = task.panel.compare
    assert compare is not None
    then, against = _then(task, field, course, compare)
    change = None if then is None else _change(field.decimal[course.now], then, compare.as_)
    if change is None:
        return {"text": "—", "direction": "flat", "good": None, "against": against}
    text, shown = _written(task, field, change, compare.as_)
    direction = "flat" if not shown else "up" if shown > 0 else "down"
    return {
        "text": text,
        "direction": direction,
        "good": _good(direction, compare),
        "against": against,
    }


def _then(
    task: Task, field: Field, course: _Course, compare: Compare
) -> tuple[Decimal | None, str]:
    """The figure to compare with, and what it is called; None with a text that says why."""
    _ = task.speech._
    if compare.against is Against.column:
        other = task.number(compare.column)
        then = other.decimal[course.now]
        return then, _said(task, then, other.label, other.why[course.now])
    row, name = _row_then(task, course, compare.against)
    if row is None:
        return None, name
    return field.decimal[row], _said(task, field.decimal[row], name, field.why[row])


def _said(task: Task, then: Decimal | None, name: str, kind: str | None) -> str:
    _ = task.speech._
    if kind:
        return _("the figure of {name} is withheld", name=name)
    if then is None:
        return _("no figure of {name}", name=name)
    if not _is_percent(task):
        return _("from {name}", name=name)
    if not then:
        return _("the figure of {name} is zero", name=name)
    if then < 0:
        return _("the figure of {name} is below zero", name=name)
    return _("from {name}", name=name)


def _is_percent(task: Task) -> bool:
    return task.panel.compare is not None and task.panel.compare.as_ is Compared.percent


def _row_then(task: Task, course: _Course, against: Against) -> tuple[int | None, str]:
    _ = task.speech._
    if against is Against.previous:
        if len(course.rows) < 2:
            return None, _("nothing before it to compare with")
        return course.rows[-2], course.names[course.rows[-2]]
    now = course.periods[course.now] if course.periods else None
    then = now.year_before() if now else None
    if then is None:
        return None, _("no period one year before")
    assert course.periods is not None
    row = next((r for r in course.rows if course.periods[r] == then), None)
    name = then.said(task.language)
    return (row, name) if row is not None else (None, _("no figure of {name}", name=name))


def _change(now: Decimal | None, then: Decimal, as_: Compared) -> Decimal | None:
    """In percent only of what is above zero: a growth from -2 to 3 has no percentage."""
    if now is None or (as_ is Compared.percent and then <= 0):
        return None
    return (now - then) / then * _HUNDRED if as_ is Compared.percent else now - then


def _written(task: Task, field: Field, change: Decimal, as_: Compared) -> tuple[str, Decimal]:
    """The text, and the value that it says. Two percentages differ by percentage points."""
    if as_ is Compared.difference and field.form not in (Form.percent, Form.share):
        text = field.short(change, signed=True)
        return with_unit(text, field.unit, task.speech), _visible(text, change)
    form = Form.percent if as_ is Compared.percent else Form.points
    if as_ is not Compared.percent and field.form is Form.share:
        change *= _HUNDRED
    text = written(change, form, task.language, signed=True, decimals=1).short
    return text, rounded(change, 1)


def _visible(text: str, change: Decimal) -> Decimal:
    """Zero where the text says zero."""
    return change if any(char in "123456789" for char in text) else Decimal(0)


def _good(direction: str, compare: Compare) -> bool | None:
    if compare.good is None or direction == "flat":
        return None
    return (direction == "up") is (compare.good is Direction.up)


# ---- the course


def _spark(field: Field, course: _Course) -> list[float | None] | None:
    """The latest figures with gaps where periods are missing; None with fewer than three."""
    if course.periods is not None:
        at = {course.periods[row]: field.floats[row] for row in course.rows}
        values = [at.get(each) for each in grid(p for p in at if p is not None)]
    else:
        values = [field.floats[row] for row in course.rows]
    values = values[-SPARK:]
    return values if sum(value is not None for value in values) >= 3 else None


def _spoken(task: Task, each: Json) -> str:
    value = with_unit(each["value"], each["unit"], task.speech)
    if each["state"] != "drawn":
        value = each["why"]
    _ = task.speech._
    delta = each["delta"]
    if delta is None:
        return _("{label}: {value}.", label=each["label"], value=value)
    return _(
        "{label}: {value}, {change} ({against}).",
        label=each["label"],
        value=value,
        change=delta["text"],
        against=delta["against"],
    )
