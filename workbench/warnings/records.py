"""What the run reads: records of single enterprises, asked of the gateway month by month.

The run holds no key to the data. It asks as the subject that its scenarios register, a statement
for each input and month, and every one of them is decided and entered in the ledger first. Months
that two rules, or two months' looks back, have in common are asked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import polars as pl
from sqlglot import exp

from workbench.economy.frames import MONTH, add_months
from workbench.economy.warning import months_needed, together
from workbench.economy.warning_robust import SUBJECT
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.warnings import statements
from workbench.warnings.definition import Rule
from workbench.warnings.setting import Names

AT_ONCE = 200
"""Enterprises whose names are asked for in one statement (our default)."""
Key = tuple[str, str]
"""Scenario and statement."""


class Asks(Protocol):
    """A connection of the run's subject, as far as it is used here."""

    def sql(self, text: str, scenario: str | None = None) -> Any:
        """A release: ``table`` (Arrow) and ``info.ledger_seq``. Raises as the gateway does."""


@dataclass
class Records:
    """Of one run. ``entry`` is the last ledger entry under which something was read; in memory are
    the months that a rule looks back at, and no more (``forget``)."""

    asks: Asks
    entry: int = 0
    _months: dict[tuple[Key, date], pl.DataFrame] = field(default_factory=dict)
    _registers: dict[Key, pl.DataFrame] = field(default_factory=dict)

    def panel(self, rule: Rule, month: date) -> pl.DataFrame:
        """A rule's panel up to ``month`` (``economy.warning``). Raises InvalidInput where an input
        has no record at all in it: it was not delivered yet, and all would seem to have stopped."""
        first = add_months(month, 1 - months_needed(rule.parameters))
        records = {name: self._input(rule, name, first, month) for name in rule.inputs}
        return together(records, self.register(rule), rule.events)

    def register(self, rule: Rule) -> pl.DataFrame:
        """``subject, county, industry, closed``."""
        key = (rule.scenario, statements.of_register(rule))
        if key not in self._registers:
            self._registers[key] = self._asked(*key)
        return self._registers[key]

    def forget(self, before: date) -> None:
        """What no rule will look back at any more; registers are asked anew for the next month."""
        self._months = {key: rows for key, rows in self._months.items() if key[1] >= before}
        self._registers.clear()

    def names(self, where: Names, subjects: Sequence[str]) -> Mapping[str, str]:
        """The name of each, where the register has one; nobody else's name is read."""
        found: dict[str, str] = {}
        for start in range(0, len(subjects), AT_ONCE):
            text = _names_of(where, subjects[start : start + AT_ONCE])
            found.update(self._asked(where.scenario, text).iter_rows())
        return found

    def _input(self, rule: Rule, name: str, first: date, last: date) -> pl.DataFrame:
        parts = [self._month(rule, name, month) for month in _between(first, last)]
        if parts[-1].is_empty() and name not in rule.events:
            raise _not_delivered(rule.inputs[name].resource, last)
        return pl.concat(parts)

    def _month(self, rule: Rule, name: str, month: date) -> pl.DataFrame:
        key = (rule.scenario, statements.of_input(rule, name, month, month))
        if (key, month) not in self._months:
            rows = self._asked(*key)
            self._months[key, month] = rows.select(
                pl.col(SUBJECT).cast(pl.String),
                pl.col(MONTH).cast(pl.Date),
                pl.col(name).cast(pl.Float64),
            )
        return self._months[key, month]

    def _asked(self, scenario: str, text: str) -> pl.DataFrame:
        release = self.asks.sql(text, scenario=scenario)
        self.entry = max(self.entry, release.info.ledger_seq or 0)
        return pl.DataFrame(release.table)


def _between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = add_months(first, 1)


def _names_of(where: Names, subjects: Sequence[str]) -> str:
    query = exp.select(exp.column(where.subject), exp.column(where.name)).from_(where.resource)
    listed = exp.column(where.subject).isin(*(exp.Literal.string(one) for one in subjects))
    return query.where(listed).sql("duckdb")


def _not_delivered(resource: str, month: date) -> WorkbenchError:
    return simple(
        Code.extract_missing,
        f"{resource} 没有 {month:%Y-%m} 的数据。",
        f"{resource} has nothing of {month:%Y-%m}.",
        why=Text(
            "缺少一个月的数据时，所有企业都会像停产一样。",
            "Without a month of it every enterprise would seem to have stopped.",
        ),
        next=Text(
            "该月数据交付后再运行；此前的月份已保留。",
            "Run it again when that month was delivered; the months before are kept.",
        ),
        subject=resource,
    )
