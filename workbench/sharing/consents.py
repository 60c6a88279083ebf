"""Recording and withdrawing consents: a change of a scenario's consents, and its ledger entry, both
or neither. Neither has an identifier in it; the entry has counts and a digest of what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.record import Ledger
from workbench.model.consent import (
    Basis,
    Change,
    Ended,
    Given,
    Wanted,
    consent_key,
    normal,
    subject_of,
)
from workbench.model.days import day_of
from workbench.model.entry import Draft, Event
from workbench.sharing.consent_asked import Asked, OnRecord
from workbench.store.consents import Consents

Told = Callable[[int], object]


@dataclass(frozen=True)
class Consent:
    """One consent as somebody brings it, with the key of whom the data are about."""

    identifier: str
    given_on: date
    until: date | None = None
    basis: Basis = Basis.listed


@dataclass(frozen=True)
class Recorded:
    """What came of a change: ``entry`` is the ledger's, None where there was nothing to change."""

    change: Change
    entry: int | None

    def to_dict(self) -> dict[str, Any]:
        done = self.entry is not None
        return {
            "scenario": self.change.scenario,
            "change": self.change.number if done else None,
            **counted(self.change),
            "unchanged": self.change.unchanged,
            "withdrawn_since": self.change.withdrawn_since,
            "given_later": self.change.given_later,
            "entry": self.entry,
        }


class ConsentBook:
    """Consents of the scenarios of one city. ``clock`` gives aware times."""

    def __init__(
        self,
        consents: Consents,
        ledger: Ledger,
        mask_key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._consents, self._ledger = consents, ledger
        self._mask_key, self._clock = mask_key, clock

    def give(
        self, asked: Asked, wanted: Sequence[Consent], by: str, told: Told = lambda _: None
    ) -> Recorded:
        """Record consents, each subject's once; who gave the same already gives nothing new, and
        what was said later stays (``Consents.plan``).

        Raises InvalidInput for what cannot be an entity key, Unavailable where it cannot be
        recorded.
        """
        scenario, now = asked.scenario.id, self._clock()
        key = consent_key(self._mask_key, scenario)
        given = [_wanted(asked, key, one) for one in wanted]
        record = OnRecord(scenario, asked.scenario.purpose, asked.kinds)
        plan = self._consents.plan
        return self._done(record, lambda: plan(scenario, given, by, now), told)

    def withdraw(self, record: OnRecord, identifiers: Sequence[str], by: str) -> Recorded:
        """Take the consents of these subjects back, all or none. Withdrawn before, it is left so.

        By what is recorded alone: whether the scenario still asks, and by which column, is nothing
        to whoever withdraws. Raises InvalidInput for a subject of whom no consent was ever
        recorded: a slip of the pen must not pass for a withdrawal; Unavailable as ``give``.
        """
        scenario, now = record.scenario, self._clock()
        key = consent_key(self._mask_key, scenario)
        subjects: dict[str, None] = {}
        for identifier in identifiers:
            found = self._recorded(record, key, identifier)
            if not found:
                raise _never_given(scenario, len(identifiers))
            subjects |= dict.fromkeys(found)
        plan = self._consents.plan_withdrawal
        return self._done(record, lambda: plan(scenario, list(subjects), by, now), lambda _: None)

    def _recorded(self, record: OnRecord, key: bytes, identifier: str) -> list[str]:
        """The digests by which consents of this subject were recorded."""
        if not normal(identifier):
            raise no_key(record.scenario, record.kinds)
        subjects = (subject_of(key, kind, identifier) for kind in record.kinds)
        return [one for one in subjects if self._consents.last(record.scenario, one) is not None]

    def today(self) -> date:
        return day_of(self._clock())

    def _done(self, record: OnRecord, work: Callable[[], Change], told: Told) -> Recorded:
        """Worked out anew under the store's write lock, so that of two at once both are done."""
        seen = [work()]
        if seen[0].empty:
            return Recorded(seen[0], None)
        detail: dict[str, Any] = {}  # of the entry, which is composed after the change is made

        def make() -> None:
            seen.append(work())
            if seen[-1].empty:
                raise _Nothing
            self._consents.make(seen[-1], told)
            detail.update(_told(seen[-1]))

        try:
            entry = self._ledger.record(_draft(record, seen[0].by, detail), doing=make)
        except WorkbenchError:
            if seen[-1].empty:  # somebody else was first with the same
                return Recorded(seen[-1], None)
            raise
        return Recorded(seen[-1], entry.seq)


def _wanted(asked: Asked, key: bytes, consent: Consent) -> Wanted:
    kind = asked.kind_of(consent.identifier)
    if kind is None:
        raise no_key(asked.scenario.id, (column.name for column in asked.columns))
    subject = subject_of(key, kind, consent.identifier)
    return Wanted(Given(subject, consent.given_on, consent.until, kind), consent.basis)


class _Nothing(Exception):
    """There is nothing to change any more."""


def counted(change: Change) -> dict[str, int]:
    """How many consents a change gives, replaces and takes back."""
    ended = {how.value: len(change.ends) if how is change.how else 0 for how in Ended}
    return {"given": len(change.given), **ended}


def _told(change: Change) -> dict[str, Any]:
    return {"change": change.number, **counted(change), "digest": change.digest()}


def _draft(record: OnRecord, by: str, detail: Mapping[str, Any]) -> Draft:
    return Draft(
        Event.consent_changed,
        actor=by,
        scenario=record.scenario,
        purpose=record.purpose,
        method="consent",
        medium="cli",
        detail=detail,
    )


def no_key(scenario: str, told_by: Iterable[str]) -> WorkbenchError:
    columns = ", ".join(dict.fromkeys(told_by))
    return simple(
        Code.invalid_request,
        "这不是一个有效的主体标识，未作任何记录。",
        "This is no valid key of a subject; nothing was recorded.",
        why=Text(
            f"场景 {scenario} 按 {columns} 识别主体，其校验位须相符。",
            f"The scenario {scenario} tells subjects by {columns}, whose check digits "
            "have to agree.",
        ),
        next=Text("请核对号码；它不会被显示或保存。", "Check the number; it is neither shown nor "
                  "kept."),
        subject=scenario,
    )  # fmt: skip


def _never_given(scenario: str, of: int) -> WorkbenchError:
    zh, en = ("该主体", "this subject") if of == 1 else ("其中有主体", "one of these subjects")
    return simple(
        Code.invalid_request,
        f"{zh}在场景 {scenario} 从未登记过同意，没有可撤回的；未作任何记录。",
        f"No consent of {en} was ever recorded in {scenario}: there is none to withdraw. Nothing "
        "was recorded.",
        why=Text(
            "没有登记同意的主体，其数据本来就不在工作区里。",
            "Rows of those who never consented are in no workspace anyway.",
        ),
        next=Text(
            "请核对号码和场景：号码写错时，本应撤回的同意仍然有效。",
            "Check the number and the scenario: where one is wrong, the consent that was to be "
            "withdrawn still stands.",
        ),
        subject=scenario,
    )
