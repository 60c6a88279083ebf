"""Who can read what: permission bits, owners, folders above, accounts, dumps and swap."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.doctor.facts import Facts, Seen
from workbench.doctor.results import Result, Status, ok, unseen
from workbench.errors import Text

OTHERS = 0o077
WRITABLE = 0o022
STICKY = 0o1000


def private_files(facts: Facts) -> Iterator[Result]:
    """Keys, store, extracts, workspaces, checkpoints, secrets: for their owner alone."""
    found = facts.readers
    wrong = False
    for seen in found.private:
        for result in (*_open_to_others(seen), *_foreign(seen, found.euid)):
            wrong = True
            yield result
    if found.closed:
        names = ", ".join(map(str, found.closed[:3]))
        why = Text(
            f"{len(found.closed)} 处无权查看：{names}。",
            f"{len(found.closed)} places are closed to {found.account}: {names}.",
        )
        yield unseen("who can read", why, next_=_AS_GATEWAY)
    elif not wrong:
        yield ok(
            "who can read",
            f"{len(found.private)} 处私有文件和目录只有 {found.account} 可读。",
            f"{len(found.private)} private files and folders are for {found.account} alone.",
        )


def _open_to_others(seen: Seen) -> Iterator[Result]:
    if seen.mode & OTHERS:
        mode = f"{seen.mode & 0o7777:04o}"
        what = Text(
            f"{seen.path} 的权限是 {mode}，其他账号可访问。",
            f"{seen.path} has the mode {mode}: other accounts can reach it.",
        )
        wanted = "700" if seen.folder else "600"
        step = Text(
            f"chmod {wanted} {seen.path}；密钥若可能已被读取，请更换。",
            f"chmod {wanted} {seen.path}; replace a key that may have been read.",
        )
        yield Result("who can read", Status.fail, what, _SHIELD, step)
    elif seen.access_list:
        what = Text(
            f"{seen.path} 带有访问控制列表（ACL）。", f"{seen.path} has an access control list."
        )
        step = Text(
            f"setfacl -b {seen.path}（先用 getfacl 查看）。",
            f"setfacl -b {seen.path} (look with getfacl first).",
        )
        yield Result("who can read", Status.fail, what, _SHIELD, step)


def _foreign(seen: Seen, euid: int) -> Iterator[Result]:
    if seen.uid == euid:
        return
    what = Text(
        f"{seen.path} 属于账号 {seen.uid}，而本程序以 {euid} 运行。",
        f"{seen.path} belongs to account {seen.uid}; this program runs as {euid}.",
    )
    step = Text(
        f"以该账号运行，或 chown {euid} {seen.path}。",
        f"Run as that account, or chown {euid} {seen.path}.",
    )
    yield Result("who can read", Status.warn, what, _SHIELD, step, production=Status.fail)


def ways_in(facts: Facts) -> Iterator[Result]:
    """Who can write a folder above can put another state in the place of this one."""
    wrong = [s for s in facts.readers.above if s.mode & WRITABLE and not s.mode & STICKY]
    for seen in wrong:
        mode = f"{seen.mode & 0o7777:04o}"
        what = Text(
            f"上级目录 {seen.path} 的权限是 {mode}，其他账号可写。",
            f"The folder above, {seen.path}, has the mode {mode}: other accounts can write it.",
        )
        step = Text(f"chmod go-w {seen.path}", f"chmod go-w {seen.path}")
        yield Result("folders above", Status.warn, what, _REPLACE, step, production=Status.fail)
    temp = facts.readers.temp
    if temp.mode & 0o002 and not temp.mode & STICKY:
        what = Text(f"{temp.path} 没有粘滞位。", f"{temp.path} has no sticky bit.")
        step = Text(f"chmod +t {temp.path}", f"chmod +t {temp.path}")
        yield Result("folders above", Status.fail, what, _REPLACE, step)
    elif not wrong:
        yield ok("folders above", "其他账号不可写。", "No other account can write them.")


def accounts(facts: Facts) -> Iterator[Result]:
    """DESIGN: on one machine under one account a kernel could read the gateway's files."""
    found = facts.readers
    if found.kernels is None:
        yield ok(
            "accounts",
            "内核与网关使用不同账号。",
            "Kernels run under accounts of their own, apart from the gateway's.",
        )
        return
    yield Result(
        "accounts", Status.warn, found.kernels, _ONE_ACCOUNT, _SEPARATE, production=Status.fail
    )


def leaks(facts: Facts) -> Iterator[Result]:
    found = facts.readers
    none = True
    if found.core_dumps:
        none = False
        yield Result("memory on disk", Status.warn, _CORE, _KEYS, _NO_CORE)
    if found.plain_swap:
        none = False
        names = ", ".join(found.plain_swap)
        seen = Text(f"交换区未加密：{names}。", f"Swap that is not encrypted: {names}.")
        yield Result("memory on disk", Status.warn, seen, _KEYS, _NO_SWAP)
    if found.umask & 0o077 != 0o077:
        none = False
        seen = Text(f"umask 为 {found.umask:04o}。", f"The umask is {found.umask:04o}.")
        yield Result("memory on disk", Status.warn, seen, _UMASK_WHY, _UMASK)
    if found.plain_swap is None:
        why = Text("/proc/swaps 读不出来。", "/proc/swaps cannot be read.")
        yield unseen("memory on disk", why, next_=_NO_SWAP, blocks=False)
    elif none:
        yield ok("memory on disk", "无核心转储和明文交换。", "No core dumps, no plain swap.")


_AS_GATEWAY = Text("以网关的账号运行 doctor。", "Run doctor as the gateway's account.")
_SHIELD = Text(
    "其中有密钥、账本、数据副本：读到它们就绕过了授权。",
    "Keys, ledger and extracts lie there: who reads them has gone around every grant.",
)
_REPLACE = Text(
    "能写上级目录的人可以把状态目录整个换掉。",
    "Who can write it can put another folder in the place of the state.",
)
_ONE_ACCOUNT = Text(
    "同一账号下，内核里的代码可以读取网关的文件（密钥、账本、数据副本）。",
    "Under one account the code of a kernel can read the gateway's files (keys, ledger, extracts).",
)
_SEPARATE = Text(
    "以 root 启动（容器、服务），并把 Python 环境放在其他账号可读的目录，程序会给内核单独的账号。",
    "Start as root (a container, a service) from a Python environment that other accounts can "
    "reach: kernels then get accounts of their own.",
)
_KEYS = Text("内存中的密钥和数据可能落到磁盘上。", "Keys and data in memory may end up on disk.")
_CORE = Text("允许核心转储。", "Core dumps are allowed.")
_NO_CORE = Text(
    "ulimit -c 0，或在服务单元中写 LimitCORE=0。", "ulimit -c 0, or LimitCORE=0 in the unit."
)
_NO_SWAP = Text("swapoff -a，或使用加密的交换区。", "swapoff -a, or encrypted swap.")
_UMASK_WHY = Text(
    "别的程序写在旁边的文件（导出、备份）可被他人读取。",
    "What other programs put beside it (exports, backups) can be read by others.",
)
_UMASK = Text("在启动脚本或服务单元中设 umask 077。", "Set umask 077 in the start script or unit.")
