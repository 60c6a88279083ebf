"""HTTP: findings of the anomaly watch, for officers of the authority; who may close one is decided
by ``sharing.anomalies.closing``, as at the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import Field

from workbench.gateway.anomaly_answers import CloseBody, FindingAnswer, FindingsAnswer, RightAnswer
from workbench.gateway.answers import Answer
from workbench.model.actor import Actor, Role
from workbench.sharing.anomalies import say
from workbench.sharing.anomalies.closing import Closing, precision
from workbench.sharing.anomalies.rules import Rule
from workbench.store.anomalies import MOST, Finding, FindingFilter
from workbench.store.session import Store


@dataclass(frozen=True)
class Findings:
    """``rules`` gives those of now, by their ids. Each call raises Refused (not_yours) for whoever
    is no officer of the authority: a finding names a person."""

    store: Store
    closing: Closing
    rules: Callable[[], Mapping[str, Rule]]

    def find(self, wanted: FindingFilter, actor: Actor) -> FindingsAnswer:
        _check(actor)
        rules = self.rules()
        found = self.store.anomalies.find(wanted)
        return FindingsAnswer(
            findings=[FindingAnswer.of(one, rules.get(one.rule)) for one in found]
        )

    def get(self, id: str, actor: Actor) -> FindingAnswer:  # noqa: A002
        """Raises StatementWrong (not_found)."""
        _check(actor)
        found = self.store.anomalies.get(id)
        if found is None:
            raise say.no_such(id)
        return self._answer(found)

    def close(self, id: str, body: CloseBody, actor: Actor) -> FindingAnswer:  # noqa: A002
        """Raises as ``Closing``."""
        done = self.closing.explain if body.event == "explain" else self.closing.rectify
        return self._answer(done(id, actor, body.reason))

    def precision(self, actor: Actor) -> list[RightAnswer]:
        _check(actor)
        rights = precision(self.store)
        return [RightAnswer(**one.__dict__, precision=one.precision) for one in rights]

    def _answer(self, finding: Finding) -> FindingAnswer:
        return FindingAnswer.of(finding, self.rules().get(finding.rule))


class _Wanted(Answer):
    rule: str = Field(default="", max_length=64)
    department: str = Field(default="", max_length=128)
    case: str = Field(default="", max_length=64)
    state: str = Field(default="", pattern="^(open|explained|confirmed|)$")
    since: date | None = None
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10_000_000)

    def filter(self) -> FindingFilter:
        return FindingFilter(
            self.rule, self.department, self.case, self.state, self.since, self.limit, self.offset
        )


def add(app: FastAPI, findings: Findings, caller: Any) -> None:
    @app.get("/anomalies")
    def anomalies(wanted: Annotated[_Wanted, Query()], who: Actor = caller) -> FindingsAnswer:
        """What is out of the ordinary in the ledger."""
        return findings.find(wanted.filter(), who)

    @app.get("/anomalies/precision")
    def rights(who: Actor = caller) -> list[RightAnswer]:
        """How often each rule was right."""
        return findings.precision(who)

    @app.get("/anomalies/{finding_id}")
    def look(finding_id: str, who: Actor = caller) -> FindingAnswer:
        return findings.get(finding_id, who)

    @app.post("/anomalies/{finding_id}")
    def close(finding_id: str, body: CloseBody, who: Actor = caller) -> FindingAnswer:
        """Explained, or confirmed and rectification ordered where it was not. 409 where it was
        closed already."""
        return findings.close(finding_id, body, who)


def _check(actor: Actor) -> None:
    if actor.is_page or Role.authority not in actor.roles:
        raise say.only_authority(actor)
