"""Whether a store's consents and the ledger say the same: no consent without its entry, none
changed or lost behind its back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.errors import Text
from workbench.ledger.chain import Journal, fields_of
from workbench.model.entry import EntryFilter, Event
from workbench.store.consents import Consents

_PAGE = 1000


@dataclass(frozen=True)
class ConsentMismatch:
    """The ``change`` (its number) of a scenario's consents, and what of it does not agree."""

    scenario: str
    change: int
    how: Text


def consent_mismatches(
    journal: Journal, consents: Consents
) -> tuple[int, tuple[ConsentMismatch, ...]]:
    """How many changes there are, and which do not agree. Others may go on writing: a change and
    its entry become visible at once, and neither is changed again."""
    kept = {
        name: consents.numbers(name) | frozenset(range(1, changes + 1))
        for name, changes in consents.scenarios().items()
    }
    told: dict[tuple[str, int], str] = {}
    found = []
    for scenario, number, digest in _told(journal):
        if (scenario, number) in told:
            found.append(ConsentMismatch(scenario, number, _TWICE))
        told[scenario, number] = digest
    for (scenario, number), digest in told.items():
        if consents.digest_of(scenario, number) != digest:
            found.append(ConsentMismatch(scenario, number, _CHANGED))
    unknown = [(s, n) for s, numbers in kept.items() for n in numbers if (s, n) not in told]
    found += [ConsentMismatch(s, n, _NO_ENTRY) for s, n in sorted(unknown)]
    return len(told), tuple(found)


def _told(journal: Journal) -> Iterator[tuple[str, int, str]]:
    before: int | None = None
    while True:
        wanted = EntryFilter(event=Event.consent_changed.value, before=before, limit=_PAGE)
        page = journal.find(wanted)
        for filed in page:
            fields = fields_of(filed.entry.body)
            if fields is not None:  # the verification of the chain says so
                detail: Mapping[str, object] = fields["detail"]
                yield fields["scenario"], int(str(detail["change"])), str(detail["digest"])
        if len(page) < _PAGE:
            return
        before = page[-1].entry.seq


_TWICE = Text("账本中有两条这次变更", "the ledger has two entries of it")
_CHANGED = Text("与账本中的摘要不符", "it is not what the ledger has the digest of")
_NO_ENTRY = Text("存储库中有这次变更，账本中没有", "the store knows it, and the ledger does not")
