"""A fake gateway for people who write pages, notebooks and tests (no process, no network).

::

    fake = FakeConnection({"housing": table}, scenario="housing")
    fake.answer("select city, price", other_table)
    fake.answer("select secret", simple(Code.not_granted, "…", "…"))
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyarrow as pa

from workbench.client.base import BaseConnection
from workbench.client.listing import Listing
from workbench.client.parameters import Parameters
from workbench.client.release import Release
from workbench.client.teaching import taught
from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.model.period import Period
from workbench.model.release import METADATA_KEY, ReleaseInfo, Source

Answer: TypeAlias = pa.Table | WorkbenchError


@dataclass(frozen=True)
class Asked:
    """One call of ``sql``, for a test to look at."""

    sql: str
    scenario: str
    parameters: Parameters | None = None
    tier: str = ""
    within: Period | None = None


@dataclass
class FakeConnection(BaseConnection):
    """Answers ``sql`` from Arrow tables, or raises the error given in a table's place.

    ``granted`` maps a table's name to an empty or full table: its columns are what ``tables()``
    lists, and itself is the answer to any statement that names it. ``answer`` adds more exact ones.
    ``me``, ``used`` and ``listed`` are what ``whoami``, ``usage`` and ``catalogue`` give.
    ``exported`` are the files that were saved; ``refuses_exports`` is raised instead, if it is set.
    ``stamped`` is what ``stamp`` gives, or raises: set another one to have a page ask again.
    ``budgets`` are the rows of ``noise_budget``.
    """

    granted: Mapping[str, pa.Table] = field(default_factory=dict)
    scenario: str = "demo"
    language: Language = "en"
    info: ReleaseInfo | None = None
    me: Mapping[str, Any] = field(default_factory=lambda: {"id": "demo", "department": "demo"})
    used: Sequence[Mapping[str, Any]] = ()
    listed: Sequence[Mapping[str, Any]] = ()
    asked: list[Asked] = field(default_factory=list)
    exported: list[Mapping[str, Any]] = field(default_factory=list)
    refuses_exports: WorkbenchError | None = None
    stamped: str | WorkbenchError = "0" * 32
    budgets: Sequence[Mapping[str, Any]] = ()
    _answers: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)

    def answer(self, containing: str, answer: Answer | Callable[[Asked], Answer]) -> None:
        """Statements with ``containing`` (case apart) get this; the latest rule wins."""
        key = containing.casefold()
        older = {other: kept for other, kept in self._answers.items() if other != key}
        self._answers = {key: answer, **older}

    def sql(
        self,
        text: str,
        scenario: str | None = None,
        parameters: Parameters | None = None,
        tier: str | None = None,
        within: Period | None = None,
    ) -> Release:
        asked = Asked(text, self.scenario_for(scenario), parameters, tier or "", within)
        return self._released(asked)

    def template(self, body: Mapping[str, Any], scenario: str | None = None) -> Release:
        """Answered like a statement whose text is the JSON of ``body``."""
        return self._released(
            Asked(json.dumps(body, ensure_ascii=False), self.scenario_for(scenario))
        )

    def _released(self, call: Asked) -> Release:
        self.asked.append(call)
        answer = self._answer_to(call)
        if isinstance(answer, WorkbenchError):
            raise taught(WorkbenchError.of(answer.reasons), self.language)
        if METADATA_KEY in (answer.schema.metadata or {}):
            return Release.of(answer, self.language, self._export)
        info = self.info or sample_info(call.scenario)
        return Release(answer, info, self.language, exporter=self._export)

    def _export(self, order: Mapping[str, Any]) -> Mapping[str, Any]:
        """A receipt in form only: it is unsigned, and no ledger knows it."""
        self.exported.append(order)
        if self.refuses_exports is not None:
            raise WorkbenchError.of(self.refuses_exports.reasons)
        position = {"ledger_position": len(self.exported), "product": "fake", "obligations": []}
        return {"receipt": {**order, **position}, "signature": ""}

    def _answer_to(self, call: Asked) -> Answer:
        text = call.sql.casefold()
        for containing, answer in self._answers.items():
            if containing in text:
                return answer(call) if callable(answer) else answer
        for name, table in self.granted.items():
            if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text):
                return table
        return simple(
            Code.not_found,
            "没有为这条语句准备答案。",
            "No answer was prepared for this statement.",
            next=Text("请调用 answer(…)。", "Call answer(...) first."),
        )

    def compare_terms(self, resource: str, scenario: str | None = None) -> Mapping[str, Any]:
        """Every column as text, under a key of zeros: a fake looks nothing up."""
        columns = [
            {"name": name, "type": "VARCHAR", "use": "compare", "identifier": "", "entity": False}
            for name in (self.granted[resource].column_names if resource in self.granted else ())
        ]
        return {"resource": resource, "key": "00" * 32, "columns": columns}

    def noise_budget(self, scenario: str | None = None) -> Listing:
        return Listing.of("noise", list(self.budgets), self.language)

    def stamp(self, scenario: str | None = None) -> str:
        if isinstance(self.stamped, WorkbenchError):
            raise taught(WorkbenchError.of(self.stamped.reasons), self.language)
        return self.stamped

    def tables(self, scenario: str | None = None) -> Listing:
        rows = [
            {"table": name, "column": column.name, "type": str(column.type)}
            for name, table in self.granted.items()
            for column in table.schema
        ]
        return Listing("tables", ("table", "column", "type"), tuple(rows), self.language)

    def grants(self) -> Listing:
        rows = [
            {"scenario": self.scenario, "resource": name, "columns": t.column_names}
            | {"mode": "obtain", "state": "active"}
            for name, t in self.granted.items()
        ]
        return Listing.of("grants", rows, self.language)

    def usage(self, limit: int = 20) -> Listing:
        return Listing.of("usage", list(self.used)[:limit], self.language)

    def exports(self, limit: int = 50) -> Listing:
        return Listing.of("exports", list(reversed(self.exported))[:limit], self.language)

    def whoami(self) -> Listing:
        return Listing.of("whoami", [self.me], self.language)

    def catalogue(self) -> Listing:
        return Listing.of("catalogue", list(self.listed), self.language)


def sample_info(scenario: str = "demo", *titles: str) -> ReleaseInfo:
    """A release's description with made-up sources: of a fake, so they say ``synthetic``."""
    sources = tuple(
        Source(
            resource=f"resource_{i}",
            title_zh=f"{title}（合成）",
            title_en=f"{title} (synthetic)",
            provider_zh="demo",
            provider_en="demo",
            extract_version=0,
            extract_digest="",
            data_date=None,
            obtained_on=None,
        )
        for i, title in enumerate(titles or ("demo",))
    )
    return ReleaseInfo("fake", scenario, "obtain", 0, None, sources)
