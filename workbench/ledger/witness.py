"""What the checkpoints outside the store say about its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from workbench.errors import Text
from workbench.ledger.chain import Journal
from workbench.ledger.checkpoints import Line, genuine, lines
from workbench.ledger.findings import FindingKind, Runs

BATCH = 500
"""Lines of one batch: one query, one thread's work. SQLite takes up to 32,766 parameters."""

_FORGED = Text(
    "检查点的签名与公钥不符", "the signature of the checkpoint does not fit the public key"
)
_UNREADABLE = Text(
    "此行不是检查点：或因写入中断，或被破坏；它原来证明的条目视为未经证明",
    "this line is no checkpoint: a write was interrupted, or it was spoilt; what it vouched for "
    "counts as not vouched for",
)


@dataclass
class Witness:
    """One byte per entry: a million entries take 1 MB."""

    count: int = 0
    top: int = 0
    """The newest entry that a genuine line names."""
    runs: Runs = field(default_factory=Runs)
    _vouched: bytearray = field(default_factory=bytearray)

    def vouches(self, seq: int) -> bool:
        """Some genuine line names this entry."""
        return 0 < seq < len(self._vouched) and self._vouched[seq] > 0

    def contradicts(self, seq: int) -> bool:
        """Some genuine line says that this entry had another hash."""
        return 0 < seq < len(self._vouched) and self._vouched[seq] > 1

    def heard(self, line: Line, stored: str | None) -> None:
        self.top = max(self.top, line.seq)
        if line.seq >= len(self._vouched):
            self._vouched.extend(bytes(line.seq + 1 - len(self._vouched)))
        says = 1 if stored is None or stored == line.hash else 2
        self._vouched[line.seq] = max(says, self._vouched[line.seq])


def hear(
    folder: Path,
    key: Ed25519PublicKey,
    journal: Journal,
    progress: Callable[[int], None],
    signer: Ed25519PrivateKey | None = None,
) -> Witness:
    """Read every line, check its signature and compare it with the journal, batch by batch."""
    witness = Witness()
    with ThreadPoolExecutor(2) as pool:
        for several in _batches(lines(folder), 2 * BATCH):
            halves = [several[:BATCH], several[BATCH:]]
            truths = pool.map(lambda half: genuine(half, key, signer), halves)
            stored = journal.hashes([line.seq for line in several if line.seq])
            for line, true in zip(several, (t for half in truths for t in half), strict=True):
                _hear_one(witness, line, true, stored.get(line.seq))
            progress(len(several))
    return witness


def _hear_one(witness: Witness, line: Line, true: bool, stored: str | None) -> None:
    witness.count += 1
    if not line.seq:
        witness.runs.add(FindingKind.checkpoint_unreadable, 0, _UNREADABLE, where=line.where)
    elif not true:
        witness.runs.add(FindingKind.forged_checkpoint, line.seq, _FORGED, where=line.where)
    else:
        witness.heard(line, stored)


def _batches(source: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while several := list(islice(source, size)):
        yield several
