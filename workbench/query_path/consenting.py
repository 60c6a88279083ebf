"""Consent of those whom data are about, as a query meets it: the version that its workspace is
built for, why it stops, and what its release says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from workbench.catalogue.city import City
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.consent import ConsentState
from workbench.model.grant import Grant
from workbench.model.regulation import Topic
from workbench.policy.rules import rule
from workbench.query_path.active import ActiveQuery
from workbench.store.consents import Consents

_OUR_OWN = Text("场景的要求", "the scenario asks for it")
"""Where the regulation does not order it, a scenario may ask all the same (our option)."""


class Consenting:
    """The consents of a gateway, as they are now. Used by several threads."""

    def __init__(self, consents: Consents, today: Callable[[], date]) -> None:
        self._consents, self._today = consents, today
        self._states: dict[str, ConsentState] = {}

    def state(self, scenario: str) -> ConsentState:
        """The very object that was given before while nothing changed."""
        now = self._consents.state(scenario, self._today())
        known = self._states.get(scenario)
        if known == now:
            return known
        self._states[scenario] = now
        return now

    def subjects(self, scenario: str) -> Iterator[list[str]]:
        """Digests of those who consent today, a page at a time."""
        return self._consents.subjects(scenario, self._today())

    def judge(self, query: ActiveQuery) -> None:
        """Stop the query if somebody whose rows it may be reading does not consent any more."""
        permit, before = query.permit, query.consent
        if permit is None or before is None:
            return
        read = {resource for resource, _ in permit.reads}
        asked = [g.resource for g in permit.grants if g.consent and g.resource in read]
        if asked and self.state(before.scenario).narrowed_since(before):
            query.stop(_withdrawn(asked))


def left_out(grants: Iterable[Grant], city: City) -> Iterator[str]:
    """A sentence for each resource that rows are missing of. Not how many: that would tell how
    many did not consent."""
    why = rule(city.regulation, Topic.consent) or _OUR_OWN
    for grant in grants:
        if grant.consent:
            yield (
                f"{grant.resource} 只含主体同意用于本场景的行，其余的行不在其中（{why.zh}） / "
                f"{grant.resource} has only rows of those who consent to this scenario; the rows "
                f"of others are left out ({why.en})"
            )


def _withdrawn(resources: list[str]) -> WorkbenchError:
    named = ", ".join(sorted(resources))
    return simple(
        Code.consent_withdrawn,
        f"{named} 中有主体撤回了同意，或其同意已到期，查询已停止。",
        f"Somebody whom {named} is about withdrew their consent, or it ran out; the query was "
        "stopped.",
        why=Text(
            "没有同意的行，不再用于本场景。",
            "Rows without a consent are not used in this scenario any more.",
        ),
        next=Text(
            "请重新执行：新的工作区不含这些行。", "Run it again: the new workspace is without them."
        ),
        subject=named,
    )
