"""Writing to the ledger: durable when ``record`` returns, refused where it cannot be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.chain import Journal, compose, fields_of
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.seal import Sealer
from workbench.model.entry import Draft, Entry, Event, Filed


class Ledger:
    """The one way to write entries; safe for threads and for many processes.

    ``clock`` gives aware times; it is read under the journal's lock, so that the order of
    entries is the order of their times for as long as the clock does not go back.
    """

    def __init__(
        self,
        journal: Journal,
        checkpoints: Checkpoints,
        audit_key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._journal = journal
        self._checkpoints = checkpoints
        self._sealer = Sealer(audit_key)
        self._clock = clock
        self._lock = threading.RLock()
        self._owed: Entry | None = None

    @property
    def journal(self) -> Journal:
        return self._journal

    def record(self, draft: Draft, *, doing: Callable[[], object] | None = None) -> Entry:
        """Chain and keep the draft, durably, and write its checkpoint.

        ``doing`` is a change to the same store: it and the entry happen both or not at all. Its
        own ``WorkbenchError`` goes on as it is; everything else that goes wrong is
        ``Unavailable`` (ledger_unavailable). Where only the checkpoint failed, the entry stands,
        the caller is refused all the same, and no further entry is made before the owed
        checkpoint is written.
        """
        with self._lock:
            self._settle()
            self._owed = self._appended(draft, doing)
            entry = self._owed
            self._settle()
            return entry

    def close_open_releases(self) -> int:
        """Close, as interrupted, each release that a gateway opened and did not live to close.

        To be called before the gateway serves; returns how many were closed.
        """
        opened = self._journal.open_releases()
        for filed in opened:
            self.record(_interrupted(filed))
        return len(opened)

    def _appended(self, draft: Draft, doing: Callable[[], object] | None) -> Entry:
        def composed(last: tuple[int, str] | None) -> Filed:
            filed = compose(draft, last, self._clock(), self._sealer)
            # Before the commit: an entry that can have no checkpoint shall not be made.
            self._checkpoints.check(filed.entry)
            return filed

        try:
            return self._journal.append(composed, doing)
        except WorkbenchError:
            raise
        except Exception as error:
            raise _unavailable(error) from error

    def _settle(self) -> None:
        """Write the checkpoint of the last entry, if it is still owed."""
        if self._owed is None:
            return
        try:
            self._checkpoints.write(self._owed)
        except OSError as error:
            raise _no_checkpoint(self._owed, error) from error
        self._owed = None


def _interrupted(filed: Filed) -> Draft:
    fields = fields_of(filed.entry.body) or {}

    def same(name: str) -> str:
        return str(fields.get(name, filed.keys.get(name, "")))

    return Draft(
        Event.release_closed,
        actor=same("actor"),
        department=same("department"),
        viewer=same("viewer"),
        scenario=same("scenario"),
        purpose=same("purpose"),
        approver=same("approver"),
        release=same("release"),
        detail={"outcome": "interrupted", "opened": filed.entry.seq},
    )


def _unavailable(error: Exception) -> WorkbenchError:
    """The class of the cause only: its text could hold what the entry holds."""
    cause = type(error).__name__
    return simple(
        Code.ledger_unavailable,
        f"账本无法写入（{cause}），因此未执行任何操作。",
        f"The ledger cannot be written ({cause}), so nothing was done.",
        why=Text("没有记录，就没有使用。", "Without a record there is no use."),
        rule=Text("常德 2016 第二十六条；黑龙江 2025 第二十八条", "Changde 2016 art. 26; "
                  "Heilongjiang 2025 art. 28"),
        next=Text("请联系平台运维。", "Tell the operators of the workbench."),
    )  # fmt: skip


def _no_checkpoint(entry: Entry, error: OSError) -> WorkbenchError:
    cause = error.strerror or str(error)
    return simple(
        Code.ledger_unavailable,
        f"账本第 {entry.seq} 条已写入，但其检查点无法写入（{cause}）；操作被拒绝。",
        f"Entry {entry.seq} is in the ledger, but its checkpoint cannot be written ({cause}); "
        "the operation is refused.",
        why=Text(
            "没有库外检查点，账本尾部被截断将无从发现。",
            "Without a checkpoint outside the store, a cut tail would not show.",
        ),
        next=Text(
            "请运维检查检查点目录的空间和权限；恢复后自动补写。",
            "Operators: check space and permissions of the checkpoint folder; the owed line is "
            "written once it works again.",
        ),
        subject=f"entry {entry.seq}",
    )
