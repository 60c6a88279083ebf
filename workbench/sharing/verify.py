"""Whether the cases of a store, or its procedures, and the ledger say the same: no state without
its entry, no entry without its state, no message twice or lost. What was changed behind the
ledger's back shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from workbench.errors import Text
from workbench.ledger.chain import Journal, fields_of
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


class Matter(Protocol):
    """A case, or a procedure."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True)
class Shelf:
    """What the store has of one sort, how it is written, and by which events the ledger tells of
    it. ``differing``: the ids of those whose row does not say what their body says; ``reminders``
    counts the messages that a date made."""

    all: Callable[[], Iterable[Matter]]
    get: Callable[[str], Matter | None]
    text: Callable[[Any], str]
    differing: Callable[[], Iterable[str]]
    has_message: Callable[[str], bool]
    reminders: Callable[[], int]
    stepped: Event
    reminded: Event


@dataclass
class _Told:
    """What the ledger says: of each case its last version and digest; of each reminder the key of
    its message. ``last`` is the entry that it was heard to."""

    journal: Journal
    shelf: Shelf
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
    """How many cases there are, and what does not agree. Time grows with the ledger."""
    shelf = Shelf(
        cases.all, cases.get, to_text, cases.differing, messages.has, messages.count_reminders,
        Event.case_stepped, Event.case_reminded,
    )  # fmt: skip
    return shelf_mismatches(journal, shelf, progress)


def shelf_mismatches(
    journal: Journal, shelf: Shelf, progress: Callable[[int], object] = lambda done: None
) -> tuple[int, tuple[Mismatch, ...]]:
    """The same of any sort. Others may go on writing: what seems apart is looked at again, in an
    order in which only what is apart can seem so."""
    told = _Told(journal, shelf)
    told.listen(progress)
    kept, doubtful, unseen = 0, [], dict.fromkeys(sorted(told.cases))
    for case in shelf.all():
        kept += 1
        unseen.pop(case.id, None)
        if _compared(case, told.cases.get(case.id), shelf) is not None:
            doubtful.append(case.id)
    notices = (*told.notices.items(), *told.reminders.items())
    settled = [_settled(id_, told) for id_ in (*doubtful, *unseen)]
    found = [one for one in settled if one is not None]
    found += [Mismatch(id_, _OTHERWISE) for id_ in shelf.differing()]
    found += [Mismatch(id_, _NO_MESSAGE) for key, id_ in notices if not shelf.has_message(key)]
    found += _reminders(told)
    return kept, (*told.found, *found)


def _settled(id_: str, told: _Told) -> Mismatch | None:
    """Of a case that seems apart. A step and its entry become visible at once: a case is never
    behind what was heard before it was read, nor ahead of what is heard after."""
    while True:
        before = told.cases.get(id_)
        case = told.shelf.get(id_)
        if case is None:
            return Mismatch(id_, _GONE)
        if before is not None and case.version < before[0]:
            return _compared(case, before, told.shelf)
        told.listen()
        now = told.cases.get(id_)
        if now is None or now[0] <= case.version:
            return _compared(case, now, told.shelf)
        # It was stepped between the two looks.


def _reminders(told: _Told) -> Iterator[Mismatch]:
    """As many messages as the ledger has reminders; counted and heard in the same order."""
    while True:
        before, kept = len(told.reminders), told.shelf.reminders()
        told.listen()
        now = len(told.reminders)
        if kept < before or now <= kept:
            break
    if kept != now:
        yield Mismatch("", _more(kept, now))


def _hear(told: _Told, filed: Filed) -> None:
    event, shelf = filed.keys.get("event"), told.shelf
    if event not in (shelf.stepped.value, shelf.reminded.value):
        return
    fields = fields_of(filed.entry.body)
    if fields is None:
        return  # the verification of the chain says so
    detail: Mapping[str, Any] = fields["detail"]
    if event == shelf.reminded.value:
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


def _compared(case: Matter, told: tuple[int, str] | None, shelf: Shelf) -> Mismatch | None:
    if told is None:
        return Mismatch(case.id, _NO_ENTRY)
    if told[0] != case.version:
        return Mismatch(case.id, _version(case.version, told[0]))
    return None if told[1] == digest(shelf.text(case)) else Mismatch(case.id, _CHANGED)


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
