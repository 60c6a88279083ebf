"""Assessments from their draft to their publication. Plain values as the gateway answers them
(``/openapi.json``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from workbench.client.casework import new_key
from workbench.client.control import Control

Answer = Mapping[str, Any]

WORKED_OUT_SECONDS = 600.0
"""How long a step is waited for (our default): a hundred departments with 10,000 sets of weights
take most of a minute to be worked out anew."""


class Assessing:
    """Of whoever is signed in: your own department's sheet once it is shown, the ranking once it is
    published."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(self) -> Sequence[Answer]:
        """``id, scheme, year, state, until, run, …``, the newest first."""
        found: Sequence[Answer] = self._control.get("/assessments")
        return found

    def get(self, assessment: str) -> Answer:
        """The line of one. Raises KeyError where it is not among those that you see."""
        return {one["id"]: one for one in self.list()}[assessment]

    def sheet(self, assessment: str, department: str = "") -> Answer:
        """``line, place, rows, advice, followed, appeals``: your own department's where none is
        named. Raises Refused for another's, StatementWrong for what is not yours to see yet."""
        found: Answer = self._control.get(f"{_path(assessment)}/sheet", department=department)
        return found

    def results(self, assessment: str) -> Answer:
        """``places``, ``unrated``, ``lights``. Raises Refused before it is published."""
        found: Answer = self._control.get(f"{_path(assessment)}/results")
        return found

    def overview(self, assessment: str) -> Answer:
        """The scheme, ``places``, ``tied``, ``cells`` of dimensions: of others' what is published,
        or all for who watches over all."""
        found: Answer = self._control.get(f"{_path(assessment)}/overview")
        return found

    def intervals(self, assessment: str, department: str = "") -> Sequence[Answer]:
        """``indicator, low, high`` of the rates of a sheet. Raises as ``sheet``."""
        found: Sequence[Answer] = self._control.get(
            f"{_path(assessment)}/intervals", department=department
        )
        return found

    def suppose(self, assessment: str, changes: Mapping[str, str]) -> Answer:
        """What if: ``{"dimension.sharing": "40", "indicator.reviewed.zero": "0.5"}``. ``moves``,
        with the reasons; nothing is kept. Raises InvalidInput, and as ``sheet``."""
        body = {"changes": dict(changes)}
        found: Answer = self._control.post(f"{_path(assessment)}/suppose", body)
        return found

    def appeals(self, assessment: str) -> Sequence[Answer]:
        """Your department's; all of them for who watches over all."""
        found: Sequence[Answer] = self._control.get(f"{_path(assessment)}/appeals")
        return found

    def open(self, run: str, *, key: str = "") -> Answer:
        """``run``: the digest of a file that the city keeps. Raises Refused where you are not of
        the scheme's evaluator, Conflict where one of its year is under way."""
        found: Answer = self._control.post("/assessments", {"run": run}, key=key or new_key())
        return found

    def act(
        self, assessment: str, event: str, seen: int, *, reason: str = "", run: str = "",
        key: str = "",
    ) -> Answer:  # fmt: skip
        """``show``, ``settle``, ``sign``, ``publish``, ``return`` or ``withdraw``. ``run``: the
        digest that you looked at. Raises Refused, Conflict, InvalidInput."""
        body = {"event": event, "seen": seen, "reason": reason, "run": run}
        found: Answer = self._control.post(
            _path(assessment), body, key=key or new_key(), seconds=WORKED_OUT_SECONDS
        )
        return found

    def appeal(
        self, assessment: str, indicator: str, item: str, reason: str, *, day: date | None = None,
        amount: str = "", evidence: str = "", key: str = "",
    ) -> Answer:  # fmt: skip
        """Against one item of your own sheet. ``amount``: what it should count, "" to have it
        struck; ``evidence``: a file's SHA-256. Raises Refused, Conflict, InvalidInput."""
        body = {
            "indicator": indicator,
            "item": item,
            "day": day.isoformat() if day else None,
            "amount": amount,
            "reason": reason,
            "evidence": evidence,
        }
        path = f"{_path(assessment)}/appeals"
        found: Answer = self._control.post(path, body, key=key or new_key())
        return found

    def decide(
        self, appeal: str, event: str, seen: int, *, reason: str = "", evidence: str = "",
        key: str = "",
    ) -> Answer:  # fmt: skip
        """``accept`` as it was asked, ``refuse``, or ``withdraw`` your own. Raises as ``act``."""
        body = {"event": event, "seen": seen, "reason": reason, "evidence": evidence}
        path = f"/appeals/{quote(appeal, safe='')}"
        found: Answer = self._control.post(path, body, key=key or new_key())
        return found


def _path(assessment: str) -> str:
    return f"/assessments/{quote(assessment, safe='')}"
