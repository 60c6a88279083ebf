"""A panel in words and in rows, for who does not see the drawing."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.ui.panels.fields import Field, with_unit
from workbench.ui.panels.parts import Json, Task
from workbench.ui.panels.periods import periods
from workbench.ui.words import Speech

DATA_ROWS = 200
"""Rows of the figures as a table (the contract with the board); all are in the CSV."""


def names_of(field: Field, *, as_days: bool = False) -> list[str]:
    """A column of categories as people read it: periods by language, the rest as it is."""
    missing = field.speech._("(none)")
    found = periods(field.exact, as_days=as_days)
    if found is not None:
        return [
            (text or missing) if each is None else each.said(field.speech.language)
            for each, text in zip(found, field.exact, strict=True)
        ]
    if field.number:
        return [field.text(row) for row in range(len(field.exact))]
    empty = field.speech._("(empty)") if None in field.exact else missing
    return [missing if text is None else field.read(text) or empty for text in field.exact]


def data_table(task: Task) -> Json:
    """The figures as a table: the columns that the panel names, each cell in full."""
    names = task.panel.named or task.release.columns
    fields = [task.field(name) for name in names]
    drawn = {n for role in ("value", "plan", "size") for n in task.panel.role(role)}
    columns = [
        [f.whole(row) for row in range(min(task.rows, DATA_ROWS))]
        if f.name in drawn or not _categories(f)
        else names_of(f)[:DATA_ROWS]
        for f in fields
    ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    if task.rows > DATA_ROWS and fields:
        cut = task.speech._(
            "… the first {shown} of {all} rows; the CSV has all", shown=DATA_ROWS, all=task.rows
        )
        rows.append([cut, *[""] * (len(fields) - 1)])
    return {"columns": [f.titled for f in fields], "rows": rows}


def _categories(field: Field) -> bool:
    return not field.number or periods(field.exact) is not None


def extremes(task: Task, field: Field, names: Sequence[str]) -> str:
    """One sentence: how many figures, the least and the most of them and where."""
    _ = task.speech._
    found = [(value, row) for row, value in enumerate(field.floats) if value is not None]
    if not found:
        return _("{label}: no figures.", label=field.label)
    least, most = min(found), max(found)
    number = f"{len(found):,}"
    if least[0] == most[0]:
        return _(
            "{label}: {number} figures, all {value}.",
            label=field.label,
            number=number,
            value=_in_words(field, least[1]),
        )
    if not names[least[1]] and not names[most[1]]:
        return _(
            "{label}: {number} figures, least {least}, most {most}.",
            label=field.label,
            number=number,
            least=_in_words(field, least[1]),
            most=_in_words(field, most[1]),
        )
    return _(
        "{label}: {number} figures, least {least} ({least_at}), most {most} ({most_at}).",
        label=field.label,
        number=number,
        least=_in_words(field, least[1]),
        least_at=names[least[1]],
        most=_in_words(field, most[1]),
        most_at=names[most[1]],
    )


def summary(task: Task, names: Sequence[str], fields: Sequence[Field] | None = None) -> str:
    """What is shown, least and most, and how much of it is withheld."""
    drawn = task.values if fields is None else list(fields)
    said = [extremes(task, field, names) for field in drawn[:3]]
    withheld = sum(len(field.withheld) for field in drawn)
    if withheld:
        said.append(task.speech._("{number} figures withheld.", number=withheld))
    title = task.panel.title.said(task.language)
    return task.speech._(": ").join([title, joined(said, task.speech)])


def joined(sentences: Sequence[str], speech: Speech) -> str:
    """One after the other; Chinese has no space between sentences."""
    return ("" if speech.language == "zh" else " ").join(sentences)


def first(names: Sequence[str], most: int = 8) -> str:
    """The first names of a list, and how many there are where these are not all."""
    shown = ", ".join(names[:most])
    return f"{shown}, … ({len(names)})" if len(names) > most else shown


def _in_words(field: Field, row: int) -> str:
    return with_unit(field.text(row), field.unit, field.speech)
