"""Collects the figures of a brief while its blocks are put together: each gets a number, and keeps
where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workbench.reports.asking import Answer
from workbench.reports.model import Asked, Figure, FigureForm, Run, Version
from workbench.ui.numbers import decimal_of
from workbench.ui.page_filter import Words

PLAIN = FigureForm()


@dataclass
class Book:
    figures: list[Figure] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def opened(self, answer: Answer) -> int | None:
        """The number of its statement; None where nothing was answered."""
        if answer.release is None:
            return None
        self.asked.append(asked_of(len(self.asked) + 1, answer))
        return len(self.asked)

    def add(
        self,
        key: str,
        what: Words,
        value: Any,
        said: Words | None,
        *,
        entry: int | None,
        asked: int | None,
        period: date | None = None,
        expected: bool = False,
        spec: FigureForm = PLAIN,
    ) -> int:
        """The number of the figure. ``said`` None: it is drawn, and not printed."""
        number = len(self.figures) + 1
        zh, en = (said.zh, said.en) if said else ("", "")
        self.figures.append(
            Figure(
                number=number,
                key=key,
                what=what,
                value=float(value),
                zh=zh,
                en=en,
                period=period,
                entry=entry,
                asked=asked,
                expected=expected,
                spec=spec,
            )
        )
        return number

    def run(self, said: Words, number: int) -> Run:
        return Run(zh=said.zh, en=said.en, figure=number)


def entry_of(row: Mapping[str, Any], column: str) -> int | None:
    """The ledger entry that a row rests on; None where it says none."""
    value = row.get(column) if column else None
    return int(value) if value else None


def there(value: Any) -> bool:
    """Whether it is a number that can be printed."""
    if isinstance(value, str | bool) or value is None:
        return False
    try:
        found = decimal_of(value)
    except ValueError:
        return False
    return found is not None and found.is_finite()


def asked_of(number: int, answer: Answer) -> Asked:
    assert answer.release is not None
    info = answer.release.info
    return Asked(
        number=number,
        block=answer.block,
        statement=answer.statement,
        parameters=dict(answer.parameters),
        digest=answer.digest,
        scenario=info.scenario,
        entry=info.ledger_seq,
        rows=answer.release.rows,
        withheld=answer.release.withheld,
        sources=tuple(
            Version(
                resource=each.resource,
                title=Words(zh=each.title_zh, en=each.title_en),
                provider=Words(zh=each.provider_zh, en=each.provider_en),
                version=each.extract_version,
                digest=each.extract_digest,
                data_date=each.data_date,
                obtained_on=each.obtained_on,
            )
            for each in info.sources
        ),
        notes=tuple(info.notes),
    )
