"""The whole verification: the ledger itself, and that cases, procedures, messages and consents say
what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.ledger.findings import Finding, Verification
from workbench.ledger.verify import verify
from workbench.sharing.consent_verify import ConsentMismatch, consent_mismatches
from workbench.sharing.procedures.verify import procedure_mismatches
from workbench.sharing.verify import Mismatch, mismatches
from workbench.store.keyring import Keyring
from workbench.store.session import Store

WALKS = 4
"""How often an entry is gone over: its checkpoint, itself, what it tells of cases and of
procedures."""


@dataclass(frozen=True)
class Verified:
    """``ledger``: of the chain; ``apart``: where one of the ``cases`` or ``procedures`` (by its id)
    does not agree with it; ``forged``: where one of the ``consents``, which are their changes, does
    not."""

    ledger: Verification
    cases: int
    apart: tuple[Mismatch, ...]
    consents: int = 0
    forged: tuple[ConsentMismatch, ...] = ()
    procedures: int = 0

    @property
    def sound(self) -> bool:
        return self.ledger.clean and not self.apart and not self.forged

    def to_dict(self) -> dict[str, Any]:
        """JSON values, as ``workbench audit verify --json`` prints them."""
        found = self.ledger
        return {
            "clean": found.clean,
            "entries": found.entries,
            "checkpoints": found.lines,
            "vouched": found.vouched,
            "ahead": found.ahead,
            "head": found.head.hash if found.head else None,
            "findings": [_finding(one) for one in found.findings],
            "cases": self.cases,
            "procedures": self.procedures,
            "case_findings": [
                {"case": one.case_id, "zh": one.how.zh, "en": one.how.en} for one in self.apart
            ],
            "consents": self.consents,
            "consent_findings": [
                {"scenario": o.scenario, "change": o.change, "zh": o.how.zh, "en": o.how.en}
                for o in self.forged
            ],
        }


def steps(store: Store) -> int:
    """How far ``progress`` will count, about."""
    head = store.journal.head()
    return WALKS * head.seq if head else 0


def verify_all(
    store: Store,
    checkpoints: Path,
    keyring: Keyring,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """``progress`` is told how many more lines or entries are done. Others may go on writing."""
    found = verify(
        store.journal,
        checkpoints,
        keyring.checkpoint_public,
        keyring.audit_key,
        progress,
        signer=keyring.checkpoint_key,
    )
    cases, apart = mismatches(store.journal, store.cases, store.messages, progress)
    consents, forged = consent_mismatches(store.journal, store.consents)
    procedures, other = procedure_mismatches(store.journal, store, progress)
    return Verified(found, cases, (*apart, *other), consents, forged, procedures)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "warning": finding.warning,
        "seq": finding.seq,
        "until": finding.until,
        "how": {"zh": finding.how.zh, "en": finding.how.en},
        "where": finding.where,
    }
