"""A process that writes entries into a place: ``python ledger_writer.py ROOT NAME COUNT STORE``.

Prints the seq of each entry after ``record`` returned. COUNT 0 means until killed.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.model.entry import Draft, Event
from workbench.store.keyring import Keyring
from workbench.store.session import open_store


def main(root: Path, name: str, wanted: int, where: str) -> None:
    keyring = Keyring.open(root / "keys")
    store = open_store(where, lambda: datetime.now(UTC))
    checkpoints = Checkpoints(root / "checkpoints", keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, keyring.audit_key, lambda: datetime.now(UTC))
    for number in range(wanted) if wanted else count():
        draft = Draft(Event.decision, actor=name, detail={"number": number}, secret="SELECT 1")
        print(ledger.record(draft).seq, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
