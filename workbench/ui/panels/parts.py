"""What goes into a panel and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from workbench.client.disclosure import Marks
from workbench.client.release import Release
from workbench.client.values import texts
from workbench.errors import Code, Language, Reason, Text, WorkbenchError
from workbench.model.release import NOTHING_THERE
from workbench.ui.page import Column, Form, Page, Panel
from workbench.ui.panels.boundaries import Boundaries, no_boundaries
from workbench.ui.panels.fields import Field, form_of, in_china, is_numeric
from workbench.ui.view import State
from workbench.ui.words import Speech, both

Json = dict[str, Any]
VALUES = ("value", "plan", "size")
"""Roles whose columns are written in the panel's own format and unit."""


@dataclass(frozen=True)
class Context:
    """``boundaries`` loads a map of the city by its name; ``today`` is the day at the reader's;
    ``picked`` are the values of the page's filters by id; ``labels`` are what people read for a
    value, where that is another."""

    speech: Speech
    boundaries: Callable[[str], Boundaries] = no_boundaries
    today: date | None = None
    picked: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: str) -> str:
        return self.labels.get(value, value)


@dataclass(frozen=True)
class Content:
    """The parts of a panel that depend on its chart (see docs/pages.md). ``statuses`` are those
    that its rows name, ``notes`` sentences to stand below the panel's own note, ``withheld`` how
    many of the figures that it draws are withheld."""

    state: State = State.drawn
    figure: Json | None = None
    cards: list[Json] | None = None
    signals: Json | None = None
    sentences: list[list[Json]] | None = None
    table: Json | None = None
    picks: Json | None = None
    summary: str = ""
    data: Json | None = None
    approval: str = ""
    reasons: tuple[Reason, ...] = ()
    statuses: tuple[str, ...] = ()
    illustration: bool = False
    notes: tuple[str, ...] = ()
    withheld: int = 0


@dataclass(frozen=True)
class Task:
    """One panel to draw."""

    panel: Panel
    page: Page
    release: Release
    context: Context

    @property
    def speech(self) -> Speech:
        return self.context.speech

    @property
    def language(self) -> Language:
        return self.speech.language

    @property
    def rows(self) -> int:
        return self.release.rows

    @cached_property
    def why(self) -> Mapping[str, list[str | None]]:
        """By column: per row the kind of why its cell is withheld, or None."""
        found = Marks(self.release.table, self.release.info).why
        return {
            name: [None if kind == NOTHING_THERE else kind for kind in kinds]
            for name, kinds in found.items()
        }

    @cached_property
    def _fields(self) -> dict[str, Field]:
        return {}

    def field(self, name: str) -> Field:
        """A column of the result, ready to be written. Raises InvalidInput where there is none."""
        if name not in self._fields:
            self._fields[name] = self._read(name)
        return self._fields[name]

    def number(self, name: str) -> Field:
        """The same; raises InvalidInput where it holds no numbers."""
        found = self.field(name)
        if not found.number:
            raise unfit(
                both("Column {column} holds {type}, not numbers.", column=name, type=found.type),
                both(
                    "A {chart} chart draws numbers from this column.", chart=self.panel.chart.value
                ),
                both("CAST the column in the panel's query, or name another column."),
                name,
            )
        return found

    def optional(self, name: str) -> Field | None:
        return self.field(name) if name else None

    @property
    def values(self) -> list[Field]:
        """The columns that are drawn, in the order of the page."""
        return [self.number(name) for name in self.panel.value]

    def _read(self, name: str) -> Field:
        table = self.release.visible
        if name not in table.column_names:
            raise unfit(
                both("The result has no column {column}.", column=name),
                None,
                both("Name one of: {columns}", columns=", ".join(self.release.columns)),
                name,
            )
        column = in_china(table.column(table.column_names.index(name)))
        return self.head(name, column, texts(column), self.why.get(name) or [None] * len(column))

    def head(
        self,
        name: str,
        column: pa.ChunkedArray,
        exact: Sequence[str | None] = (),
        why: Sequence[str | None] = (),
    ) -> Field:
        """How a column is called and written, with these cells."""
        said = self._column(name)
        label = said.label.said(self.language) if said.label else name
        return Field(
            name=name,
            label=label,
            unit=said.unit.said(self.language) if said.unit else "",
            form=said.format or self._form(name, label),
            decimals=said.decimals,
            number=is_numeric(column.type),
            type=str(column.type),
            exact=exact,
            why=why,
            speech=self.speech,
            labels=self._labels,
        )

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return self.page.read_as(self.language)

    def _form(self, name: str, label: str) -> Form:
        """By the whole column: a window of a table is written as all of it."""
        visible = self.release.visible
        return form_of(visible.column(visible.column_names.index(name)), name, label)

    def _column(self, name: str) -> Column:
        """The panel's word on this column, its word on all its values, the page's word."""
        own = self.panel.columns.get(name, Column())
        paged = self.page.columns.get(name, Column())
        panel = Column()
        if any(name in self.panel.role(role) for role in VALUES):
            panel = Column(
                unit=self.panel.unit, format=self.panel.format, decimals=self.panel.decimals
            )
        told = (own, panel, paged)
        return Column(
            label=next((c.label for c in told if c.label is not None), None),
            unit=next((c.unit for c in told if c.unit is not None), None),
            format=next((c.format for c in told if c.format is not None), None),
            decimals=next((c.decimals for c in told if c.decimals is not None), None),
        )


def unfit(what: Text, why: Text | None, next_: Text, subject: str = "") -> WorkbenchError:
    """The page asks for a drawing that this result does not allow."""
    return WorkbenchError.of(
        Reason(Code.invalid_request, what, why=why, next=next_, subject=subject)
    )
