"""Yearly reports of an assessment as values: of a department, of the city, and what a decision on
funds may rest on. Blocks in both languages, made of what a run's file tells; the renderers are
those of the monthly brief.

``Facts`` are plain JSON values: a run as ``assessment.told.as_told`` tells it, without ``scores``,
and beside it

- ``status``: {state: published, draft or unknown; position: seq of the ledger; day: ISO date};
- ``about``: {reading, ours, evaluator, dimensions: [{id, title, weight, articles}], units by
  indicator};
- ``advice`` and ``followed``: of the departments that are reported on, by id. ``followed`` is None
  where last year's file is not at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from workbench.reports.model import Frozen, Section
from workbench.ui.page_filter import Words

Facts = Mapping[str, Any]


class Kind(StrEnum):
    department = "department"
    city = "city"
    funding = "funding"


class State(StrEnum):
    """``unknown``: no ledger was at hand that could tell; it is shown as a draft."""

    published = "published"
    draft = "draft"
    unknown = "unknown"


class Status(Frozen):
    """``position`` and ``day``: of the publication in the ledger; None of what is not published."""

    state: State
    position: int | None = None
    day: date | None = None

    @property
    def is_published(self) -> bool:
        return self.state is State.published


class Report(Frozen):
    """``subject``: the city; ``issuer``: who reports. ``run``: SHA-256 of the frozen file that all
    of it is made of; ``seq`` and ``hash``: the ledger's head when that was measured. The last
    section is an annex."""

    kind: Kind
    title: Words
    subject: Words
    issuer: Words
    year: int
    as_of: date
    synthetic: bool
    status: Status
    run: str
    seq: int
    hash: str
    sections: tuple[Section, ...]

    @property
    def day(self) -> date:
        """What its files bear: the day of the publication, of a draft the last day measured."""
        return self.status.day or self.as_of


def report(
    kind: Kind, facts: Facts, sections: tuple[Section, ...], issuer: Facts | None = None
) -> Report:
    """``issuer``: the title of who reports; the evaluator where it is None."""
    position = facts["position"]
    return Report(
        kind=kind,
        title=TITLES[kind],
        subject=words(facts["city"]),
        issuer=words(issuer or facts["about"]["evaluator"]),
        year=facts["year"],
        as_of=date.fromisoformat(facts["as_of"]),
        synthetic=facts["synthetic"],
        status=Status.model_validate(facts["status"]),
        run=facts["digest"],
        seq=position["seq"],
        hash=position["hash"],
        sections=sections,
    )


def words(found: Facts) -> Words:
    """Of ``{zh, en}``."""
    return Words(zh=found["zh"], en=found["en"])


def sheet_of(facts: Facts, department: str) -> Facts:
    """Raises KeyError where it is not in the run."""
    return next_of(facts["sheets"], department)


def place_of(facts: Facts, department: str) -> Facts | None:
    """None where it has no score."""
    found = [one for one in facts["ranking"] if one["department"] == department]
    return found[0] if found else None


def next_of(rows: list[Facts], department: str) -> Facts:
    for row in rows:
        if row["department"] == department:
            return row
    raise KeyError(department)


TITLES: Mapping[Kind, Words] = {
    Kind.department: Words(zh="公共数据工作年度报告", en="Yearly report on public data"),
    Kind.city: Words(zh="全市公共数据工作年度报告", en="The city's yearly report on public data"),
    Kind.funding: Words(zh="考核结果用于项目和经费的附件", en="Funding annex"),
}
