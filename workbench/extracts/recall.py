"""Taking a version back, and undoing that: a commit of its own, so that nothing is rewritten.

From the commit on no reader gets the recalled version; readers that ask for the current one move
to the newest that stands. The files stay, for whoever has to look into what went wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.commit import commit_record, workplace
from workbench.extracts.recalls import Recall, record_of_recall
from workbench.extracts.versions import Extracts, ExtractVersion

MAX_REASON = 500
"""Characters of a reason (our default): it is shown to everyone who used the version."""


@dataclass(frozen=True)
class Recalled:
    """What a recall, or its undoing, did or (``dry_run``) would do. ``now`` is the current version
    afterwards, ``before`` the one until then; None where there is none."""

    version: ExtractVersion
    recall: Recall
    before: int | None
    now: ExtractVersion | None
    undo: bool = False

    @property
    def moves(self) -> bool:
        """Whether readers of the current version move to another."""
        return self.before != (None if self.now is None else self.now.version)

    def to_dict(self) -> dict[str, Any]:
        return {
            "resource": self.version.resource,
            "version": self.version.version,
            "digest": self.version.digest,
            "undo": self.undo,
            "reason": self.recall.reason,
            "by": self.recall.by,
            "at": self.recall.at.isoformat(),
            "commit": self.recall.commit,
            "current_before": self.before,
            "current_now": None if self.now is None else self.now.version,
        }


@dataclass(frozen=True)
class Wish:
    """Which version of which resource is to be recalled (``undo``: stand again), by whom, why."""

    resource: str
    version: int
    by: str
    reason: str
    undo: bool = False


def recall(
    extracts: Extracts,
    wish: Wish,
    clock: Callable[[], datetime],
    before_commit: Callable[[Recalled], None] = lambda _: None,
    *,
    dry_run: bool = False,
) -> Recalled:
    """Recall the version, or undo its recall. ``before_commit`` sees what is about to be: where
    it raises (the ledger cannot be written), nothing happens.

    Raises InvalidInput where the wish cannot be fulfilled, Unavailable: extract_busy while an
    ingest or another recall of the resource runs, extract_missing where somebody else wrote to
    the table.
    """
    reason = _sound_reason(wish.reason)
    extracts.latest(wish.resource)  # refuses where somebody else wrote last
    if not extracts.history(wish.resource):
        raise _nothing_there(wish.resource)
    if dry_run:
        return _planned(extracts, replace(wish, reason=reason), clock())
    with workplace(extracts, wish.resource):
        plan = _planned(extracts, replace(wish, reason=reason), clock())
        before_commit(plan)
        commit_record(
            extracts,
            wish.resource,
            plan.recall.commit,
            record_of_recall(plan.recall, undo=wish.undo),
            plan.now,
            plan.recall.at,
            moves=plan.moves,
        )
    return plan


def _planned(extracts: Extracts, wish: Wish, at: datetime) -> Recalled:
    history = extracts.history(wish.resource)
    version = _found(history, wish)
    standing = [v for v in history if v.recalled is None]
    after = [v for v in standing if v != version]
    if wish.undo:
        after = sorted([*standing, version], key=lambda v: -v.version)
    before, now = (found[0] if found else None for found in (standing, after))
    if now is not None and now != before:
        _check_sound(extracts, now, wish)
    newest = extracts.newest(wish.resource)
    assert newest is not None  # there are versions
    restored = None if now is None else now.version
    return Recalled(
        version=version,
        recall=Recall(wish.version, newest + 1, at, wish.by, wish.reason, restored),
        before=None if before is None else before.version,
        now=now,
        undo=wish.undo,
    )


def _found(history: Sequence[ExtractVersion], wish: Wish) -> ExtractVersion:
    found = next((v for v in history if v.version == wish.version), None)
    if found is None:
        raise _no_version(wish, [v.version for v in history])
    if not wish.undo and found.recalled is not None:
        raise _twice(wish, found.recalled)
    if wish.undo and found.recalled is None:
        raise _not_recalled(wish)
    return found


def _check_sound(extracts: Extracts, version: ExtractVersion, wish: Wish) -> None:
    """Readers shall not be moved to files that are not what was ingested."""
    damage = extracts.verify(version.resource, version.version)
    if damage:
        raise _damaged(version, wish, damage[0].problem)


def _sound_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not text or len(text) > MAX_REASON or not text.isprintable():
        raise simple(
            Code.invalid_request,
            f"召回须说明原因（1 到 {MAX_REASON} 个可显示的字符）。",
            f"A recall needs a reason: 1 to {MAX_REASON} printable characters.",
            why=Text(
                "用过该版本的人都会看到这句话，账本也记下它。",
                "Everyone who used the version reads it, and the ledger keeps it.",
            ),
            next=Text('加上 --reason "原因"', 'Add --reason "WHY"; no personal data in it.'),
        )
    return text


def _nothing_there(resource: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"资源 {resource} 没有任何数据版本，无从召回。",
        f"Resource {resource} has no version at all: there is nothing to recall.",
        subject=resource,
    )


def _no_version(wish: Wish, known: Sequence[int]) -> WorkbenchError:
    listed = ", ".join(str(number) for number in sorted(known))
    return simple(
        Code.invalid_request,
        f"资源 {wish.resource} 没有第 {wish.version} 版。",
        f"Resource {wish.resource} has no version {wish.version}.",
        next=Text(f"现有版本：{listed}", f"There are: {listed}"),
        subject=wish.resource,
    )


def _twice(wish: Wish, recall: Recall) -> WorkbenchError:
    when = recall.at.isoformat(timespec="seconds")
    return simple(
        Code.invalid_request,
        f"资源 {wish.resource} 的第 {wish.version} 版已于 {when} 被 {recall.by} 召回："
        f"{recall.reason}",
        f"Version {wish.version} of {wish.resource} was already recalled at {when} by "
        f"{recall.by}: {recall.reason}",
        next=Text("若要恢复，请加 --undo。", "To make it stand again, add --undo."),
        subject=wish.resource,
    )


def _not_recalled(wish: Wish) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"资源 {wish.resource} 的第 {wish.version} 版没有被召回，无需撤回召回。",
        f"Version {wish.version} of {wish.resource} is not recalled: there is nothing to undo.",
        subject=wish.resource,
    )


def _damaged(version: ExtractVersion, wish: Wish, problem: Text) -> WorkbenchError:
    name, number = version.resource, version.version
    fix = Text(
        f"请先召回受损的第 {number} 版（workbench recall {name} --version {number} --reason …），"
        f"再召回第 {wish.version} 版。",
        f"Recall the damaged version first (workbench recall {name} --version {number} "
        f"--reason …), then version {wish.version}.",
    )
    return simple(
        Code.extract_missing,
        f"读者将转到资源 {name} 的第 {number} 版，但其数据文件有问题：{problem.zh}",
        f"Readers would move to version {number} of {name}, whose data is not sound: {problem.en}",
        next=None if wish.undo else fix,
        subject=name,
    )
