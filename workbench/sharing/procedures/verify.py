"""Whether the procedures of a store and the ledger say the same, and what is marked as disputed is
what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbench.errors import Text
from workbench.ledger.chain import Journal
from workbench.model.entry import Event
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
    return count, (*found, *_marks(kept, store))


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


_OTHER_MARKS = Text(
    "异议标记与办理的步骤不符", "what is marked as disputed is not what its steps say"
)
