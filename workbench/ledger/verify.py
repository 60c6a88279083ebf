"""Whether the ledger is what was written: every entry, every statement, every checkpoint.

What it can know: any change, removal, exchange or insertion of entries by someone without the
audit key; any rewriting, even with that key, of entries that a checkpoint vouches for; a cut
tail down to the newest checkpoint that is left. What it cannot: a tail that was cut together with
its checkpoints and statements. Keep the checkpoints where the store's writers cannot reach them.

Entries and lines are read in pages: memory grows by one byte per entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from workbench.errors import Text
from workbench.ledger.chain import GENESIS, Journal
from workbench.ledger.examine import Row, examined
from workbench.ledger.findings import Finding, FindingKind, Runs, Verification
from workbench.ledger.seal import Sealer
from workbench.ledger.witness import Witness, hear
from workbench.model.entry import Entry

LEEWAY = 8
"""Consecutive entries that may lack a checkpoint: each process that dies between its commit and
its checkpoint leaves one, and this many may write at once (our default)."""

_FOREIGN = Text("账本没有写过这一条", "the ledger did not write it")
_GAP = Text("编号缺失", "their numbers are missing")
_LINK = Text("与上一条不衔接", "it does not follow the entry before it")
_REWRITTEN = Text(
    "库外签名检查点记载的哈希不同：自此处起链被重新计算",
    "a signed checkpoint outside the store names another hash: from here on the chain was "
    "computed anew",
)
_BACKWARDS = Text(
    "早于上一条：时钟被回拨", "earlier than the entry before it: a clock was set back"
)
_CUT = Text(
    "库外签名检查点（或保留的语句）证明其曾存在",
    "a signed checkpoint outside the store, or a statement left behind, proves that they existed",
)
_NO_ENTRY = Text("语句没有对应的条目", "a statement without an entry")
_UNVOUCHED = Text(
    "检查点行缺失。可知：无审计密钥者未改动这些条目（封印完好）；"
    "不可知：持有该密钥者是否改写过、末尾是否另有条目",
    "their lines are gone. Known: nobody without the audit key changed these entries (their seals "
    "fit). Not known: whether someone with that key rewrote them, or whether more entries followed",
)


def verify(
    journal: Journal,
    checkpoints: Path,
    public_key: Ed25519PublicKey,
    audit_key: bytes,
    progress: Callable[[int], None] = lambda _: None,
    *,
    signer: Ed25519PrivateKey | None = None,
) -> Verification:
    """Verify the whole ledger; ``progress`` is told how many more lines or entries are done.

    ``signer``: the private half of the key, where it is at hand, makes it faster and finds the
    same. Raises ValueError where it is not the other half.
    """
    if signer is not None and signer.public_key() != public_key:
        raise ValueError("the halves of two keys")
    head = journal.head()
    witness = hear(checkpoints, public_key, journal, progress, signer)
    last = max(witness.top, head.seq if head else 0)
    walk = _Walk(journal, witness)
    sealer = Sealer(audit_key)
    for row, following in _pairs(examined(filed, sealer) for filed in journal.walk()):
        if row.seq > last:
            break  # written while we read: its checkpoint came after we heard them
        walk.see(row, following)
        progress(1)
    findings = walk.closed(journal.stray_statements())
    return Verification(walk.count, walk.head, witness.count, witness.top, findings)


def _pairs(rows: Iterator[Row]) -> Iterator[tuple[Row, Row | None]]:
    """Each row with the one after it."""
    current = next(rows, None)
    while current is not None:
        following = next(rows, None)
        yield current, following
        current = following


class _Walk:
    """The state of one walk from the first entry to the last."""

    def __init__(self, journal: Journal, witness: Witness) -> None:
        self._journal = journal
        self._witness = witness
        self._runs = Runs()
        self._before: Row | None = None
        self._sound_before = True
        self._last = 0
        self._unvouched: list[int] = []
        self.count = 0
        self.head: Entry | None = None

    def see(self, row: Row, following: Row | None) -> None:
        self.count += 1
        self.head = row.filed.entry
        gap = row.seq - self._last - 1
        foreign = not row.genuine and not self._witness.vouches(row.seq)
        if row.seq < 1 or (gap > 0 and foreign):
            self._runs.add(FindingKind.inserted, row.seq, _FOREIGN)
            return
        if gap > 0:
            self._flush_unvouched()
            self._runs.add(FindingKind.removed, self._last + 1, _GAP, until=row.seq - 1)
        found = self._fault(row, following, follows=gap == 0)
        if found is not None:
            self._runs.add(found[0], row.seq, found[1])
        elif row.statement is not None:
            self._runs.add(FindingKind.statement_changed, row.seq, row.statement)
        if found is None and self._goes_back(row):
            self._runs.add(FindingKind.time_backwards, row.seq, _BACKWARDS)
        self._before, self._sound_before, self._last = row, found is None, row.seq
        self._count_unvouched(row.seq)

    def _fault(
        self, row: Row, following: Row | None, *, follows: bool
    ) -> tuple[FindingKind, Text] | None:
        """The one thing that is wrong with this row, the most telling first."""
        if row.misplaced:
            return self._misplaced(row, following)
        if row.fault is not None:
            new = row.hash_fits and not row.genuine and self._is_new(row.seq, following)
            pushed = not row.genuine and _was(following, row.seq)
            kind = FindingKind.inserted if new or pushed else FindingKind.changed
            return kind, row.fault
        if follows and self._sound_before and row.filed.entry.previous != self._hash_before():
            return FindingKind.changed, _LINK
        if self._witness.contradicts(row.seq):
            return FindingKind.changed, _REWRITTEN
        return None

    def _misplaced(self, row: Row, following: Row | None) -> tuple[FindingKind, Text]:
        home = self._journal.at(row.true_seq)
        if home is None or home.entry.hash != row.filed.entry.hash:
            by = f"{row.seq - row.true_seq:+d}"
            how = Text(f"偏离原位 {by}", f"moved from its place by {by}")
            return FindingKind.reordered, how
        how = Text(f"是第 {row.true_seq} 条的副本", f"a copy of entry {row.true_seq}")
        new = self._is_new(row.seq, following)
        return (FindingKind.inserted if new else FindingKind.changed), how

    def _is_new(self, seq: int, following: Row | None) -> bool:
        """Nothing else stood here: it is past what was vouched for, or pushed others on."""
        past = seq > self._witness.top and not self._witness.vouches(seq)
        return past or _was(following, seq)

    def _hash_before(self) -> str:
        return GENESIS if self._before is None else self._before.filed.entry.hash

    def _goes_back(self, row: Row) -> bool:
        if self._before is None or not self._sound_before:
            return False
        return row.filed.entry.at < self._before.filed.entry.at

    def _count_unvouched(self, seq: int) -> None:
        if self._witness.vouches(seq):
            self._flush_unvouched()
        else:
            self._unvouched = [*self._unvouched[:1], seq]

    def _flush_unvouched(self) -> None:
        """A run longer than what dying processes leave; or all of them, when no line is left."""
        leeway = LEEWAY if self._witness.top else 1
        first, last = (self._unvouched[0], self._unvouched[-1]) if self._unvouched else (1, 0)
        if last - first + 1 > leeway:
            self._runs.add(FindingKind.checkpoint_missing, first, _UNVOUCHED, until=last)
        self._unvouched = []

    def closed(self, strays: Iterable[int]) -> tuple[Finding, ...]:
        """All findings, by seq. ``strays``: statements without an entry; those of a gap are
        part of what was removed."""
        self._flush_unvouched()
        end = self._witness.top
        for seq in strays:
            if seq < 1:
                self._runs.add(FindingKind.statement_changed, seq, _NO_ENTRY)
            end = max(end, seq)
        if end > self._last:
            self._runs.add(FindingKind.cut_off, self._last + 1, _CUT, until=end)
        return self._runs.sorted_with(self._witness.runs.found)


def _was(row: Row | None, seq: int) -> bool:
    """Whether the row was written as entry ``seq``."""
    return row is not None and row.genuine and row.true_seq == seq
