"""Whether the procedures of a store and the ledger say the same, and what is marked as disputed and
what is decided about resources is what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.errors import Text
from workbench.ledger.chain import Journal, fields_of
from workbench.model.entry import EntryFilter, Event
from workbench.model.ruling import Ruling
from workbench.sharing.procedures.decided import digest_of
from workbench.sharing.procedures.effects import is_marked
from workbench.sharing.verify import Mismatch, Shelf, shelf_mismatches
from workbench.store.procedures import Procedures, to_text
from workbench.store.session import Store


def procedure_mismatches(
    journal: Journal, store: Store, progress: Callable[[int], object] = lambda done: None
) -> tuple[int, tuple[Mismatch, ...]]:
    """How many there are, and what does not agree; as ``verify.mismatches`` for cases."""
    kept = store.procedures
    shelf = Shelf(
        kept.all, kept.get, to_text, kept.differing, store.messages.has, kept.count_reminders,
        Event.procedure_stepped, Event.procedure_reminded,
    )  # fmt: skip
    count, found = shelf_mismatches(journal, shelf, progress)
    return count, (*found, *_marks(kept, store), *_rulings(journal, store))


def _rulings(journal: Journal, store: Store) -> Iterator[Mismatch]:
    """What is kept of a decision and its entry become visible at once: what is kept now stands in
    the ledger read after it, and what the ledger has is kept when it is looked for again."""
    before = {_key(one): digest_of(one) for one in store.rulings.all()}
    told = _told(journal)
    after = {_key(one): digest_of(one) for one in store.rulings.all()}
    wrong = {key for key, digest in before.items() if told.get(key) != digest}
    wrong |= {key for key, digest in told.items() if after.get(key) != digest}
    for id_, _, _ in sorted(wrong):
        yield Mismatch(id_, _OTHER_RULING)


def _told(journal: Journal) -> dict[_Key, str]:
    found: dict[_Key, str] = {}
    wanted = EntryFilter(event=Event.procedure_stepped.value, limit=_ALL)
    for filed in journal.find(wanted):
        fields = fields_of(filed.entry.body)
        detail: Mapping[str, Any] = fields["detail"] if fields is not None else {}
        for one in detail.get("decided", ()):
            step = detail["cases"][0]["version"]
            found[detail["case"], step, one["effect"]] = one["digest"]
    return found


_ALL = 2**31 - 1
_Key = tuple[str, int, str]
"""The procedure, its step, the effect."""


def _key(one: Ruling) -> _Key:
    return one.procedure_id, one.step, one.effect.value


def _marks(kept: Procedures, store: Store) -> Iterator[Mismatch]:
    """A mark and its step become visible at once: what seems apart is looked at again."""
    marked = store.effects.marked()
    for one in kept.all():
        if is_marked(one) != (one.id in marked) and _still_apart(one.id, kept, store):
            yield Mismatch(one.id, _OTHER_MARKS)


def _still_apart(id_: str, kept: Procedures, store: Store) -> bool:
    while True:
        before, now, after = kept.get(id_), store.effects.marked(id_), kept.get(id_)
        if before is None or after is None:
            return False  # one that is gone is told of above
        if before.version == after.version:
            return is_marked(after) != (id_ in now)


_OTHER_RULING = Text(
    "对资源的决定与账本所载不符", "what is decided about its resource is not what the ledger has"
)
_OTHER_MARKS = Text(
    "异议标记与办理的步骤不符", "what is marked as disputed is not what its steps say"
)
