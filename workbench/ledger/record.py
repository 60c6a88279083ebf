"""Writing to the ledger: durable when ``record`` returns, refused where it cannot be."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.chain import Journal, compose, fields_of
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.seal import Sealer
from workbench.model.entry import Draft, Entry, EntryFilter, Event, Filed

MOST = 64
"""Entries of one transaction at most (our default)."""


class Ledger:
    """The one way to write entries; safe for threads and for many processes.

    Threads that record at the same time share one transaction and one write of checkpoints: who
    comes while another one writes waits, and the next one writes for all who wait.

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
        self._lock = threading.Lock()
        self._waiting: deque[_Turn] = deque()
        self._owed: tuple[Entry, ...] = ()
        self._doubtful: tuple[Entry, ...] = ()

    @property
    def journal(self) -> Journal:
        return self._journal

    def record(self, draft: Draft, *, doing: Callable[[], object] | None = None) -> Entry:
        """Chain and keep the draft, durably, and write its checkpoint.

        ``doing`` is a change to the same store: it and the entry happen both or not at all. Its
        own ``WorkbenchError`` goes on as it is; everything else that goes wrong is
        ``Unavailable`` (ledger_unavailable). Where the commit itself was not confirmed, both may
        stand all the same, and the error says so. Where only the checkpoint failed, the entry
        stands, the caller is refused all the same, and no further entry is made before the owed
        checkpoint is written.
        """
        try:
            self._journal.ready()
        except RuntimeError as error:
            raise _unavailable(error) from error
        turn = _Turn(draft, doing)
        self._waiting.append(turn)
        try:
            with self._lock:
                if not turn.done:
                    self._serve()
        except BaseException:
            with suppress(ValueError):
                self._waiting.remove(turn)  # interrupted before its turn: not to be written
            raise
        return turn.outcome()

    def close_open_releases(self) -> int:
        """Close, as interrupted, each release that a gateway opened and did not live to close.

        To be called before the gateway serves; returns how many were closed.
        """
        opened = self._journal.open_releases()
        for filed in opened:
            self.record(_interrupted(filed))
        return len(opened)

    def is_closed(self, release: str) -> bool:
        """Whether the release of this id has a closing entry. Raises Unavailable."""
        closing = EntryFilter(release=release, event=Event.release_closed.value, limit=1)
        return bool(self._journal.find(closing))

    def _serve(self) -> None:
        """Write what waits, under the lock; whoever waited finds it done."""
        turns = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for together in _groups(turns):
            try:
                self._write(together)
            except Exception as error:  # noqa: BLE001 - each of them raises it to its own caller
                for turn in together:
                    turn.failed(error)
            except BaseException as error:
                for turn in turns:
                    turn.failed(error)
                raise

    def _write(self, turns: Sequence[_Turn]) -> None:
        self._settle()
        entries: list[Entry] = []

        def composed(last: tuple[int, str] | None) -> Sequence[Filed]:
            filed = self._composed(turns, last)
            entries.extend(one.entry for one in filed)
            return filed

        try:
            self._journal.append(composed, turns[0].doing)
        except BaseException as error:
            # The connection may have gone in the middle of a commit that the server completed.
            self._doubtful = tuple(entries)
            if entries and isinstance(error, Exception):
                raise _in_doubt(error) from error
            raise
        self._owed = tuple(entries)
        self._settle(turns)
        for turn in turns:
            turn.done = True

    def _composed(self, turns: Sequence[_Turn], last: tuple[int, str] | None) -> Sequence[Filed]:
        """The entries of all that can be entries; raises where none can."""
        filed: list[Filed] = []
        for turn in turns:
            try:
                one = compose(turn.draft, last, self._clock(), self._sealer)
                # Before the commit: an entry that can have no checkpoint shall not be made.
                self._checkpoints.check(one.entry)
            except Exception as error:
                if len(turns) == 1:
                    raise
                turn.failed(error)
                continue
            turn.entry = one.entry
            last = one.entry.seq, one.entry.hash
            filed.append(one)
        return filed

    def _settle(self, turns: Sequence[_Turn] = ()) -> None:
        """Write the checkpoints that are still owed, for entries that turned out to stand too."""
        if self._doubtful:
            kept = self._journal.hashes([entry.seq for entry in self._doubtful])
            stand = [entry for entry in self._doubtful if kept.get(entry.seq) == entry.hash]
            self._owed, self._doubtful = (*self._owed, *stand), ()
        if not self._owed:
            return
        try:
            self._checkpoints.write(*self._owed)
        except OSError as error:
            for turn in turns:
                if turn.entry is not None:
                    turn.failed(_no_checkpoint(turn.entry, error))
            raise _no_checkpoint(self._owed[0], error) from error
        self._owed = ()


class _Turn:
    """A draft that waits to be written, and what came of it."""

    def __init__(self, draft: Draft, doing: Callable[[], object] | None) -> None:
        self.draft = draft
        self.doing = doing
        self.entry: Entry | None = None
        self.done = False
        self._cause: BaseException | None = None

    def failed(self, cause: BaseException) -> None:
        """The first cause counts."""
        if not self.done:
            self._cause, self.done = self._cause or cause, True

    def outcome(self) -> Entry:
        cause = self._cause
        if cause is None and self.entry is not None:
            return self.entry
        if isinstance(cause, WorkbenchError):
            if self.doing is not None:
                raise cause
            raise WorkbenchError.of(cause.reasons) from cause  # one error for each thread
        raise _unavailable(cause) from cause


def _groups(turns: Sequence[_Turn]) -> Iterator[list[_Turn]]:
    """Together what is an entry alone; by itself what comes with a change of the store."""
    group: list[_Turn] = []
    for turn in turns:
        if group and (turn.doing is not None or len(group) == MOST):
            yield group
            group = []
        group.append(turn)
        if turn.doing is not None:
            yield group
            group = []
    if group:
        yield group


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


def _unavailable(error: BaseException | None) -> WorkbenchError:
    cause = _named(error)
    return simple(
        Code.ledger_unavailable,
        f"账本无法写入（{cause}），因此未执行任何操作。",
        f"The ledger cannot be written ({cause}), so nothing was done.",
        why=Text("没有记录，就没有使用。", "Without a record there is no use."),
        rule=Text("常德 2016 第二十六条；黑龙江 2025 第二十八条", "Changde 2016 art. 26; "
                  "Heilongjiang 2025 art. 28"),
        next=Text("请联系平台运维。", "Tell the operators of the workbench."),
    )  # fmt: skip


def _in_doubt(error: Exception) -> WorkbenchError:
    """What was composed was on its way when this came: nobody knows yet whether it stands."""
    cause = _named(error)
    return simple(
        Code.ledger_unavailable,
        f"账本没有确认这次写入（{cause}），操作被拒绝；但该条目可能已经写入。",
        f"The ledger did not confirm this entry ({cause}), and the operation is refused; the "
        "entry may stand all the same.",
        why=Text(
            "提交途中出错时，存储库可能已经完成提交；随之提交的变更也可能已经生效。",
            "Where a commit is cut off, the store may have completed it; a change that was to be "
            "made with the entry may have been made too.",
        ),
        next=Text(
            "重试之前请用 workbench audit show 查看是否已经写入；"
            "请运维检查存储库：workbench store status。",
            "Before trying again, see with workbench audit show whether it stands. Operators: "
            "check the store with workbench store status.",
        ),
    )


def _named(error: BaseException | None) -> str:
    """The class of the cause only: its text could hold what the entry holds."""
    inner = error.__cause__ if isinstance(error, WorkbenchError) else error
    return type(getattr(inner, "orig", None) or inner or error).__name__


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
