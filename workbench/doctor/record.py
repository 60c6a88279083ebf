"""Keys, store, ledger, its checkpoints, and the clock that they go by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from workbench.doctor.facts import Facts
from workbench.doctor.results import Result, Status, ok, unseen
from workbench.errors import Text

DRIFT_SECONDS = 5.0
"""Clocks that differ by more are told (our default)."""
BACK = timedelta(seconds=5)
"""A last entry this much ahead of the clock is an error (our default)."""


def keys(facts: Facts) -> Iterator[Result]:
    found = facts.keys
    if found.problem is not None:
        yield Result("keys", Status.fail, found.problem, _KEYS_WHY, _RESTORE_KEYS)
    elif not found.exists and facts.store.problem is not None:
        why = Text(
            "没有密钥；存储库读不出来，不知它是否已经建立。",
            "there are none; whether a store was written with some is not known, as it could not "
            "be read.",
        )
        yield unseen("keys", why, next_=_STORE_NEXT)
    elif not found.exists and facts.store.exists:
        seen = Text("有存储库而没有密钥。", "There is a store, and no keys.")
        yield Result("keys", Status.fail, seen, _KEYS_WHY, _RESTORE_KEYS)
    elif not found.exists:
        yield ok("keys", "首次启动时生成。", "They are made at the first start.")
    elif facts.store.owner_fits is False:
        seen = Text(
            "密钥与存储库不是一对。", "The keys are not those that this store was written with."
        )
        yield Result("keys", Status.fail, seen, _KEYS_WHY, _RESTORE_KEYS)
    elif facts.store.unread is not None:
        why = Text(
            f"四把密钥齐全，但不知是否与存储库相符：{facts.store.unread.zh}",
            f"all four are whole; whether they fit the store is not known: {facts.store.unread.en}",
        )
        yield unseen("keys", why, next_=_STORE_NEXT)
    elif facts.store.owner_fits is None:
        yield ok(
            "keys",
            "四把密钥齐全；还没有存储库可以对照。",
            "All four are whole; no store was written with them yet.",
        )
    else:
        yield ok("keys", "四把密钥齐全，与存储库相符。", "All four are whole and fit the store.")


def store(facts: Facts) -> Iterator[Result]:
    found = facts.store
    if found.problem is not None:
        yield Result("store", Status.fail, found.problem, next=_STORE_NEXT)
    elif not found.exists:
        yield ok(
            "store", f"{found.shown}：首次启动时建立。", f"{found.shown}: made at the first start."
        )
    elif found.schema is None:
        seen = Text(f"{found.shown} 不是存储库。", f"{found.shown} is no store.")
        yield Result("store", Status.fail, seen, next=_STORE_NEXT)
    elif found.schema > found.program:
        seen = _versions(found.shown, found.schema, found.program)
        yield Result("store", Status.fail, seen, _NEWER, _NEW_PROGRAM)
    elif found.schema < found.program:
        seen = _versions(found.shown, found.schema, found.program)
        yield Result("store", Status.warn, seen, _OLDER, _UPGRADE)
    else:
        told = f"{found.shown}: {found.schema}"
        yield ok("store", told, told)


def _versions(shown: str, found: int, program: int) -> Text:
    return Text(
        f"{shown} 的结构版本是 {found}，本程序是 {program}。",
        f"{shown} has schema version {found}; this program has {program}.",
    )


def ledger(facts: Facts) -> Iterator[Result]:
    tail = facts.store.tail
    unread = facts.store.unread
    if unread is None and not tail.sealed:
        unread = Text("没有可用的密钥。", "there are no keys to examine its entries with.")
    if unread is not None:
        yield unseen("ledger", unread, next_=_STORE_NEXT)
    elif tail.faults:
        shown = "; ".join(f"{seq}: {text.en}" for seq, text in tail.faults[:3])
        shown_zh = "；".join(f"{seq}：{text.zh}" for seq, text in tail.faults[:3])
        seen = Text(
            f"账本末尾有 {len(tail.faults)} 处不符：{shown_zh}",
            f"{len(tail.faults)} of the last entries are not as they were written: {shown}",
        )
        yield Result("ledger", Status.fail, seen, _TAMPERED, _VERIFY)
    elif not tail.agrees or tail.checkpoint_seq > tail.last_seq:
        seen = Text(
            f"检查点到第 {tail.checkpoint_seq} 条，账本到第 {tail.last_seq} 条，二者不符。",
            f"The last checkpoint is of entry {tail.checkpoint_seq}, the ledger ends with "
            f"{tail.last_seq}: they do not agree.",
        )
        yield Result("ledger", Status.fail, seen, _CUT, _VERIFY)
    else:
        yield ok(
            "ledger",
            f"末尾 {tail.looked_at} 条（至第 {tail.last_seq} 条）与检查点相符。",
            f"The last {tail.looked_at} entries (to {tail.last_seq}) agree with the checkpoints.",
        )


def checkpoints(facts: Facts) -> Iterator[Result]:
    """On the store's own disk a thief, a fire or an intruder takes both."""
    store_at, checks_at = facts.space.store_device, facts.space.checkpoint_device
    if checks_at is None:
        yield ok("checkpoints", "还没有。", "There are none yet.")
    elif facts.store.kind == "postgresql":
        yield unseen("checkpoints", _SERVERS_DISK, next_=_APART, blocks=False)
    elif store_at is None and facts.store.exists:
        why = facts.store.unread or Text("找不到存储库。", "the store is not found.")
        yield unseen("checkpoints", why, next_=_STORE_NEXT)
    elif store_at is not None and store_at == checks_at:
        yield Result("checkpoints", Status.warn, _SAME_DISK, _SAME_WHY, _MOVE)
    else:
        yield ok(
            "checkpoints", "与存储库不在同一磁盘。", "They lie on another disk than the store."
        )


def clock(facts: Facts) -> Iterator[Result]:
    found, last = facts.clock, facts.store.tail.last_at
    good = True
    if not found.zones:
        good = False
        yield Result("clock", Status.fail, _NO_ZONES, _DAYS, _TZDATA)
    if last is not None and found.now + BACK < last:
        good = False
        now, then = f"{found.now:%Y-%m-%d %H:%M:%S %Z}", f"{last:%Y-%m-%d %H:%M:%S %Z}"
        seen = Text(
            f"时钟为 {now}，账本最后一条却在 {then}。",
            f"The clock says {now}; the ledger's last entry is of {then}.",
        )
        yield Result("clock", Status.fail, seen, _DAYS, _NTP)
    drifts = [(Text("文件系统", "the file system"), found.files_ahead)]
    if facts.store.clock is not None:
        ahead = (facts.store.clock - found.now).total_seconds()
        drifts.append((Text("数据库服务器", "the database server"), ahead))
    for who, ahead in drifts:
        if abs(ahead) > DRIFT_SECONDS:
            good = False
            seen = Text(
                f"{who.zh}的时钟相差 {ahead:+.0f} 秒。",
                f"The clock of {who.en} differs by {ahead:+.0f} s.",
            )
            yield Result("clock", Status.warn, seen, _DAYS, _NTP)
    if facts.store.unread is not None:
        why = Text(
            f"与账本末条的先后：{facts.store.unread.zh}",
            f"whether it is earlier than the ledger's last entry: {facts.store.unread.en}",
        )
        yield unseen("clock", why, next_=_STORE_NEXT)
    elif good:
        told = f"{found.now:%Y-%m-%d %H:%M:%S %Z}"
        yield ok("clock", told, told)


_KEYS_WHY = Text(
    "没有原来的密钥，已有账本、检查点和假名都无法核对。",
    "Without the keys that wrote it, ledger, checkpoints and pseudonyms cannot be checked.",
)
_RESTORE_KEYS = Text(
    "从备份恢复 .workbench/keys（0700，文件 0600）；不要新造。",
    "Restore .workbench/keys from the backup (0700, files 0600); do not make new ones.",
)
_STORE_NEXT = Text(
    "检查存储库地址与权限；必要时从备份恢复。",
    "Check the store's address and rights; restore it from the backup if need be.",
)
_NEWER = Text("旧程序会写坏新结构。", "An older program would damage a newer schema.")
_NEW_PROGRAM = Text("请升级本程序。", "Install the newer program.")
_OLDER = Text(
    "SQLite 在下次启动时升级（先留副本）；PostgreSQL 须手动升级。",
    "SQLite is upgraded at the next start (a copy is kept); PostgreSQL by command.",
)
_UPGRADE = Text("先备份，再启动或升级。", "Make a backup, then start or upgrade.")
_TAMPERED = Text("账本被改动，或磁盘有损坏。", "The ledger was changed, or the disk is damaged.")
_CUT = Text(
    "账本末尾可能被截断，或存储库被换成旧副本。",
    "Its tail may have been cut, or the store exchanged for an old copy.",
)
_VERIFY = Text(
    "workbench audit verify；不要继续写入。", "workbench audit verify; stop writing to it."
)
_SAME_DISK = Text("检查点与存储库在同一磁盘上。", "The checkpoints lie on the store's own disk.")
_SERVERS_DISK = Text(
    "存储库在 PostgreSQL 服务器上，从这里看不到它的磁盘。",
    "the store is a PostgreSQL server's, whose disk cannot be seen from here.",
)
_APART = Text(
    "确认检查点与数据库不在同一磁盘、不归同一管理员；否则用 WORKBENCH_CHECKPOINTS 移开。",
    "Make sure that the checkpoints lie on no disk of the database and under another "
    "administrator; else move them with WORKBENCH_CHECKPOINTS.",
)
_SAME_WHY = Text(
    "能改存储库的人也能改检查点；磁盘损坏则两者俱失。",
    "Who changes the store can change them too, and a broken disk takes both.",
)
_MOVE = Text(
    "用 WORKBENCH_CHECKPOINTS 指向另一台机器或只能追加的目录。",
    "Point WORKBENCH_CHECKPOINTS at another machine, or at a folder that only appends.",
)
_NO_ZONES = Text("没有 Asia/Shanghai 的时区数据。", "There is no time zone Asia/Shanghai.")
_DAYS = Text(
    "授权按中国标准时间的日期起止，账本按时间排列。",
    "Grants begin and end by the day of China Standard Time, and the ledger goes by time.",
)
_TZDATA = Text("安装 tzdata。", "Install tzdata.")
_NTP = Text("校准时钟（chrony、systemd-timesyncd）。", "Set the clock (chrony, systemd-timesyncd).")
