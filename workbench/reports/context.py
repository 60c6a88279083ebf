"""What every block is put together with: the outline, the book of figures, and one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.reports import printing
from workbench.reports.asking import Answer, Row
from workbench.reports.book import Book, entry_of, there
from workbench.reports.model import FigureForm, Run
from workbench.reports.outline import Asking, Outline, Shown
from workbench.ui.page import Form
from workbench.ui.page_filter import Words


@dataclass(frozen=True)
class Context:
    """``asked``: the number of the statement that gave ``answer``."""

    outline: Outline
    book: Book
    block: Asking
    answer: Answer
    asked: int | None

    @property
    def columns(self) -> Mapping[str, Shown]:
        found: Mapping[str, Shown] = self.block.columns
        return found

    def subject(self, row: Row) -> Any:
        return row.get(self.block.by) if self.block.by else None

    def spec(self, row: Row, column: str) -> Shown:
        return printing.spec(self.columns, column, self.outline, self.subject(row))

    def name(self, row: Row) -> Words:
        """What the row is about; the block's title where it does not say."""
        subject = self.subject(row)
        return self.block.title if subject is None else printing.named(subject, self.outline)

    def figure(
        self,
        row: Row,
        column: str,
        said: Words | None,
        *,
        series: Any = None,
        at: str = "",
        expected: bool = False,
    ) -> int:
        """Enters the row's figure, and gives its number. ``at``: tells rows without a subject
        apart."""
        subject = self.subject(row)
        period = subject if isinstance(subject, date) else None
        if isinstance(period, datetime):
            period = period.date()
        parts = [self.answer.block, series, at if period or subject is None else subject, column]
        return self.book.add(
            "/".join(str(part) for part in parts if part not in (None, "")),
            self._what(row, column, series),
            row[column],
            said,
            entry=self.entry(row),
            asked=self.asked,
            period=period,
            expected=expected,
            spec=form_of(self.spec(row, column)),
        )

    def _what(self, row: Row, column: str, series: Any) -> Words:
        spec = self.columns.get(column)
        names = [printing.named(series, self.outline)] if series is not None else []
        if self.block.kind == "chart":
            names.insert(0, self.block.title)
        names.append(self.name(row))
        if spec is not None and spec.label is not None:
            names.append(spec.label)
        return Words(zh="·".join(n.zh for n in names), en=", ".join(n.en for n in names))

    def entry(self, row: Row) -> int | None:
        """What the row's figures rest on: what it says, or the answer itself."""
        if self.block.entry or self.answer.release is None:
            return entry_of(row, self.block.entry)
        return self.answer.release.info.ledger_seq

    def absent(self, row: Row) -> Words:
        """Why there is no figure."""
        if self.block.state:
            withheld = row.get(self.block.state) == "suppressed"
        else:  # of a statistic the release knows
            withheld = self.answer.release is not None and self.answer.release.withheld > 0
        return printing.WITHHELD if withheld else printing.NOTHING

    def run(self, row: Row, column: str, *, signed: bool = False) -> Run:
        """The figure as a number, or why there is none."""
        value = row[column]
        if not there(value):
            if isinstance(value, str | date):
                said = printing.word(value, self.outline, self.subject(row))
            else:
                said = self.absent(row)
            return Run(zh=said.zh, en=said.en)
        spec = self.spec(row, column)
        if spec.light:
            return self._light(row, column)
        said = printing.number(value, spec, signed=signed)
        return self.book.run(said, self.figure(row, column, said))

    def _light(self, row: Row, column: str) -> Run:
        colour = printing.light(row[column])
        if colour is None:
            return Run(zh=printing.NOTHING.zh, en=printing.NOTHING.en)
        said = printing.meaning(colour)
        number = self.figure(row, column, said)
        return Run(zh=said.zh, en=said.en, figure=number, light=colour.value)


def form_of(spec: Shown) -> FigureForm:
    return FigureForm(form=printing.form(spec).value, decimals=spec.decimals, unit=spec.unit)


def shown_of(spec: FigureForm) -> Shown:
    """The other way round."""
    return Shown(unit=spec.unit, format=Form(spec.form), decimals=spec.decimals)
