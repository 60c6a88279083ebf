"""What notebooks, pages and the magic need of a connection, and which scenario a call means."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.client.compare import beside_keys
from workbench.client.compare import hashed as digested
from workbench.client.explanation import Explanation
from workbench.client.listing import Listing
from workbench.client.noisy import NoisyQuestions
from workbench.client.parameters import Parameters
from workbench.client.progress import Line
from workbench.client.release import Release
from workbench.client.suggestions import SECONDS, Suggestions, asked_in_turn
from workbench.client.teaching import taught
from workbench.client.view import OrderBy, Where, view_body
from workbench.errors import (
    Code,
    Language,
    LimitReached,
    Refused,
    StatementWrong,
    Text,
    Unauthenticated,
    WorkbenchError,
    simple,
)
from workbench.model.comparison import Comparison, On, Values
from workbench.model.period import Period


class BaseConnection(NoisyQuestions):
    """Implemented by ``Connection`` and by the fake of ``testing``."""

    language: Language
    scenario: str
    """The scenario where a call names none; empty if there is no such default."""

    @abstractmethod
    def sql(
        self,
        text: str,
        scenario: str | None = None,
        parameters: Parameters | None = None,
        tier: str | None = None,
        within: Period | None = None,
    ) -> Release:
        """Run one statement under ``scenario``, in ``tier`` (rows, statistics; by itself in the one
        that holds what the statement names). ``within``: the database that it runs on holds these
        days only, and is built of no others. Raises WorkbenchError; Ctrl-C cancels it."""

    @abstractmethod
    def template(self, body: Mapping[str, Any], scenario: str | None = None) -> Release:
        """Ask by a fixed template, which ``body`` names under ``do``. As ``sql``."""

    def view(
        self,
        resource: str,
        columns: str | Sequence[str] | None = None,
        where: Where | None = None,
        order_by: OrderBy | None = None,
        page: int = 1,
        rows: int | None = None,
        scenario: str | None = None,
    ) -> Release:
        """A page of a resource that is shared in mode view (Foshan 2019 art. 13).

        ``where`` is ``{column: value}`` or a list of ``(column, operator, value)``, joined by AND;
        operators: =, !=, <, <=, >, >=, in, not in, between, starts with, is null, is not null.
        ``order_by`` is a column, or several; ``"-column"`` is downwards. ``rows`` are a page's at
        most. Raises LimitReached(view_limit), and as ``sql``. See docs/view.md.
        """
        try:
            body = view_body(resource, columns, where, order_by, page, rows)
        except WorkbenchError as error:
            raise taught(error, self.language) from None
        found = self.template(body, scenario)
        return found.limited(max(found.rows, 1))

    def compare(
        self,
        resource: str,
        on: On,
        keys: Iterable[Any],
        values: Values,
        scenario: str | None = None,
        *,
        hashed: bool = False,
    ) -> Release:
        """For each key whether its value is right: match, no_match or malformed (Foshan 2019
        art. 13).

        ``on`` is the key column, a list of them, or ``{key column: compared column}``; it has the
        whole entity key. ``keys`` are a column, or lists of a composite key; ``values`` a column,
        or ``{compared column: values}``. With ``hashed`` digests leave the kernel in place of
        keys and values. Raises LimitReached(compare_limit), and as ``sql``. See docs/compare.md.
        """
        try:
            asked = sent = Comparison.of(resource, on, keys, values)
        except WorkbenchError as error:
            raise taught(error, self.language) from None
        if hashed:
            terms = self.compare_terms(resource, scenario)
            try:
                sent = digested(asked, terms)
            except WorkbenchError as error:
                raise taught(error, self.language) from None
        found = self.template(sent.to_body(), scenario)
        return replace(found, table=beside_keys(asked, found.table))

    @abstractmethod
    def compare_terms(self, resource: str, scenario: str | None = None) -> Mapping[str, Any]:
        """The key of the resource's digests, and its columns (``GET /compare/key``)."""

    def explain(
        self,
        text: str,
        scenario: str | None = None,
        tier: str | None = None,
        *,
        suggest: bool = False,
        seconds: float = SECONDS,
    ) -> Explanation:
        """Whether ``text`` would run, in which tier, and how many of its cells would be withheld;
        of what would be refused, why and the nearest form that is allowed. It is recorded; a
        statistic takes as long as the statement itself. Of rows names and types are looked up, and
        no value: a cast may still fail. Raises where nothing can be told.

        ``suggest``: also which coarser statements would show more. Each is asked and recorded as a
        statement of its own; after ``seconds`` no other is begun. Raises InvalidInput where
        nothing of the statement is protected."""
        found = self._explained(text, scenario, tier)
        if not suggest or not found.allowed:
            return found
        return replace(found, suggestions=self._suggested(found, text, scenario, tier, seconds))

    def _explained(self, text: str, scenario: str | None, tier: str | None) -> Explanation:
        body = {"do": "explain", "sql": text, "tier": tier or ""}
        try:
            return Explanation.of(self.template(body, scenario), self.language)
        except (Unauthenticated, LimitReached):
            raise
        except (Refused, StatementWrong) as error:
            return Explanation.refused(error, self.language)

    def _suggested(
        self, found: Explanation, text: str, scenario: str | None, tier: str | None, seconds: float
    ) -> Suggestions:
        before = (found.released, found.withheld)
        if found.cells and not found.withheld:
            return Suggestions(before=before)
        try:
            body = {"do": "suggest", "sql": text, "tier": tier or ""}
            offered = self.template(body, scenario).table.to_pylist()
        except Refused as error:
            if error.code is not Code.statistics_grammar:
                raise
            return Suggestions(before=before, refused=error.reasons)
        return asked_in_turn(
            offered,
            found,
            lambda sql: self._coarser(sql, scenario, found.tier),
            self.language,
            self._line(),
            seconds,
        )

    def _coarser(self, sql: str, scenario: str | None, tier: str) -> Explanation:
        """One that took too long says so, and the next may not."""
        try:
            return self._explained(sql, scenario, tier)
        except LimitReached as error:
            return Explanation.refused(error, self.language)

    def _line(self) -> Line | None:
        """Where progress over several statements is shown, if anywhere."""
        return None

    @abstractmethod
    def stamp(self, scenario: str | None = None) -> str:
        """A digest of all that may change an answer: grants, contracts, settings, extracts, pulls.
        While it stays the same an open page need not ask again. Cheap, and not recorded."""

    @abstractmethod
    def tables(self, scenario: str | None = None) -> Listing:
        """``table``, ``column``, ``type`` and ``tiers`` of all that the scenario grants to you."""

    @abstractmethod
    def grants(self) -> Listing:
        """What you may see, and why: one row per scenario and resource."""

    @abstractmethod
    def usage(self, limit: int = 20) -> Listing:
        """Your own latest entries in the ledger (Heilongjiang 2025 art. 28)."""

    @abstractmethod
    def exports(self, limit: int = 50) -> Listing:
        """The files that you kept (``release.save``), newest first, with the state of their
        grants: one that ``ended`` has to be destroyed (Heilongjiang 2025 art. 28)."""

    @abstractmethod
    def whoami(self) -> Listing:
        """One row: who the gateway takes you for."""

    @abstractmethod
    def catalogue(self) -> Listing:
        """The resources of the city, granted or not."""

    def scenarios(self) -> Listing:
        """The scenarios in which you hold an active grant, with their tables."""
        held: dict[str, list[str]] = {}
        for grant in self.grants():
            if grant["state"] == "active":
                held.setdefault(grant["scenario"], []).append(grant["resource"])
        title = Text("应用场景", "Scenarios").said(self.language)
        rows = tuple({"scenario": key, "resources": value} for key, value in held.items())
        return Listing(title, ("scenario", "resources"), rows, self.language)

    def scenario_for(self, named: str | None) -> str:
        """``named``, else the default, else the only one held. Raises Refused(scenario_unknown)."""
        if named or self.scenario:
            return checked_scenario(named or self.scenario)
        held = [row["scenario"] for row in self.scenarios()]
        if len(held) == 1:
            return str(held[0])
        raise _which(held)


def checked_scenario(scenario: str) -> str:
    """``scenario``, if it can stand in a header. Raises Refused(scenario_unknown)."""
    if scenario and scenario.isascii() and scenario.isprintable():
        return scenario
    raise simple(
        Code.scenario_unknown,
        f"没有名为 {scenario!r} 的应用场景。",
        f"There is no scenario {scenario!r}.",
        subject=scenario,
    )


def _which(held: Sequence[str]) -> WorkbenchError:
    if not held:
        return simple(
            Code.scenario_unknown,
            "您目前没有任何有效的应用场景授权。",
            "You hold no active grant in any scenario.",
            next=Text(
                "请查看 grants()，并向数据主管部门申请。",
                "Look at grants(), and apply to the data authority.",
            ),
        )
    names = ", ".join(held)
    return simple(
        Code.scenario_unknown,
        f"您有多个应用场景，请指明一个：{names}。",
        f"You hold several scenarios; name one: {names}.",
        next=Text(
            f'例如 sql("…", scenario="{held[0]}")，或 connect(scenario=…)。',
            f'For example sql("...", scenario="{held[0]}"), or connect(scenario=...).',
        ),
    )
