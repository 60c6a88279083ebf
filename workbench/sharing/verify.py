"""Whether the cases of a store and the ledger say the same: no state without its entry, no entry
without its state, no message twice or lost. What was changed behind the ledger's back shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import Text
from workbench.ledger.chain import Journal, fields_of
from workbench.model.case import Case
from workbench.model.entry import Event, Filed
from workbench.sharing.notices import key_of
from workbench.store.case_text import digest, to_text
from workbench.store.cases import Cases
from workbench.store.messages import Messages


@dataclass(frozen=True)
class Mismatch:
    """``case_id`` and what of it does not agree."""

    case_id: str
    how: Text


@dataclass
class _Told:
    """What the ledger says: of each case its last version and digest; of each reminder the key of
    its message. ``last`` is the entry that it was heard to."""

    journal: Journal
    last: int | None = None
    cases: dict[str, tuple[int, str]] = field(default_factory=dict)
    notices: dict[str, str] = field(default_factory=dict)
    reminders: dict[str, str] = field(default_factory=dict)
    found: list[Mismatch] = field(default_factory=list)

    def listen(self, progress: Callable[[int], object] = lambda done: None) -> None:
        """Hear what was written since, to the end."""
        for filed in self.journal.walk(self.last):
            self.last = filed.entry.seq
            _hear(self, filed)
            progress(1)


def mismatches(
    journal: Journal,
    cases: Cases,
    messages: Messages,
    progress: Callable[[int], object] = lambda done: None,
) -> tuple[int, tuple[Mismatch, ...]]:
    """How many cases there are, and what does not agree. Time grows with the ledger.

    Others may go on writing: what seems apart is looked at again, in an order in which only what
    is apart can seem so.
    """
    told = _Told(journal)
    told.listen(progress)
    kept, doubtful, unseen = 0, [], dict.fromkeys(sorted(told.cases))
    for case in cases.all():
        kept += 1
        unseen.pop(case.id, None)
        if _compared(case, told.cases.get(case.id)) is not None:
            doubtful.append(case.id)
    notices = (*told.notices.items(), *told.reminders.items())
    settled = [_settled(id_, cases, told) for id_ in (*doubtful, *unseen)]
    found = [one for one in settled if one is not None]
    found += [Mismatch(id_, _OTHERWISE) for id_ in cases.differing()]
    found += [Mismatch(id_, _NO_MESSAGE) for key, id_ in notices if not messages.has(key)]
    found += _reminders(messages, told)
    return kept, (*told.found, *found)


def _settled(id_: str, cases: Cases, told: _Told) -> Mismatch | None:
    """Of a case that seems apart. A step and its entry become visible at once: a case is never
    behind what was heard before it was read, nor ahead of what is heard after."""
    while True:
        before = told.cases.get(id_)
        case = cases.get(id_)
        if case is None:
            return Mismatch(id_, _GONE)
        if before is not None and case.version < before[0]:
            return _compared(case, before)
        told.listen()
        now = told.cases.get(id_)
        if now is None or now[0] <= case.version:
            return _compared(case, now)
        # It was stepped between the two looks.


def _reminders(messages: Messages, told: _Told) -> Iterator[Mismatch]:
    """As many messages as the ledger has reminders; counted and heard in the same order."""
    while True:
        before, kept = len(told.reminders), messages.count_reminders()
        told.listen()
        now = len(told.reminders)
        if kept < before or now <= kept:
            break
    if kept != now:
        yield Mismatch("", _more(kept, now))


def _hear(told: _Told, filed: Filed) -> None:
    event = filed.keys.get("event")
    if event not in (Event.case_stepped.value, Event.case_reminded.value):
        return
    fields = fields_of(filed.entry.body)
    if fields is None:
        return  # the verification of the chain says so
    detail: Mapping[str, Any] = fields["detail"]
    if event == Event.case_reminded.value:
        key = key_of(detail["case"], fields["method"], detail["about"], detail["recipient"])
        if key in told.reminders:
            told.found.append(Mismatch(detail["case"], _TWICE))
        told.reminders[key] = detail["case"]
        return
    told.notices |= dict.fromkeys(detail["messages"], detail["case"])
    for one in detail["cases"]:
        before = told.cases.get(one["id"], (0, ""))[0]
        if one["version"] != before + len(one["steps"]):
            told.found.append(Mismatch(one["id"], _gap(before, one["version"])))
        told.cases[one["id"]] = one["version"], one["digest"]


def _compared(case: Case, told: tuple[int, str] | None) -> Mismatch | None:
    if told is None:
        return Mismatch(case.id, _NO_ENTRY)
    if told[0] != case.version:
        return Mismatch(case.id, _version(case.version, told[0]))
    return None if told[1] == digest(to_text(case)) else Mismatch(case.id, _CHANGED)


def _gap(before: int, now: int) -> Text:
    return Text(
        f"账本中从第 {before} 步跳到第 {now} 步",
        f"in the ledger it goes from step {before} to step {now}",
    )


def _version(kept: int, told: int) -> Text:
    return Text(
        f"存储库中是第 {kept} 步，账本中是第 {told} 步",
        f"the store has step {kept}, the ledger step {told}",
    )


def _more(kept: int, said: int) -> Text:
    return Text(
        f"存储库中有 {kept} 条提醒，账本中有 {said} 条",
        f"the store has {kept} reminders, the ledger {said}",
    )


_GONE = Text(
    "账本中有此案件，存储库中没有，或无法读取",
    "the ledger knows it; the store does not, or cannot read it",
)
_OTHERWISE = Text("列表中的字段与内容不符", "what it is listed by is not what it says")
_NO_ENTRY = Text("存储库中有此案件，账本中没有", "the store knows it, and the ledger does not")
_CHANGED = Text("内容与账本中的摘要不符", "it is not what the ledger has the digest of")
_NO_MESSAGE = Text("应有的消息不在存储库中", "a message that was to be sent is not in the store")
_TWICE = Text("同一提醒记录了两次", "one reminder stands in the ledger twice")
