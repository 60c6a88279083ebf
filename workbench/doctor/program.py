"""Versions, contracts, extracts, people, workers and doors."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from workbench.doctor.facts import Facts, Port, TlsSeen
from workbench.doctor.results import Result, Status, ok, unseen
from workbench.errors import Text

OLDEST_PYTHON = (3, 11)
TLS_DAYS = 30
"""A certificate that ends sooner is told (our default)."""
STEPS_WANTED = ("no_network", "own_root", "own_account")


def versions(facts: Facts) -> Iterator[Result]:
    found = facts.versions
    python = ".".join(map(str, found.python))
    if found.python < OLDEST_PYTHON:
        seen = Text(f"Python {python} 过旧。", f"Python {python} is too old.")
        yield Result("versions", Status.fail, seen, next=_SYNC)
    if found.duckdb != found.duckdb_wanted:
        seen = Text(
            f"DuckDB 为 {found.duckdb}，应为 {found.duckdb_wanted}。",
            f"DuckDB is {found.duckdb}; {found.duckdb_wanted} is the one that was checked.",
        )
        yield Result("versions", Status.fail, seen, _LOCKDOWN, _SYNC)
    for name, version in sorted(found.extensions.items()):
        if version != found.duckdb:
            seen = Text(
                f"扩展 {name} 的版本是 {version or '（缺失）'}，引擎是 {found.duckdb}。",
                f"The extension {name} is {version or 'missing'}; the engine is {found.duckdb}.",
            )
            yield Result("versions", Status.fail, seen, _EXTENSION, _SYNC)
    others = ", ".join(f"{name} {version}" for name, version in found.others.items())
    told = f"Python {python}, DuckDB {found.duckdb}, {others}"
    yield ok("versions", told, told)


def city(facts: Facts) -> Iterator[Result]:
    found = facts.city
    if found.errors:
        first = "; ".join(found.errors[:3])
        seen = Text(
            f"契约有 {len(found.errors)} 处错误：{first}",
            f"The contracts have {len(found.errors)} errors: {first}",
        )
        yield Result("contracts", Status.fail, seen, _CONTRACTS, _CONTRACTS_NEXT)
    elif found.warnings:
        seen = Text(f"契约有 {found.warnings} 处提醒。", f"{found.warnings} warnings.")
        yield Result("contracts", Status.warn, seen, next=_CONTRACTS_NEXT)
    elif not found.looked:
        assert found.unread is not None  # it says why
        yield unseen("contracts", found.unread, next_=_CONTRACTS_NEXT)
    else:
        yield ok("contracts", "没有发现问题。", "No findings.")


def extracts(facts: Facts) -> Iterator[Result]:
    found = facts.extracts
    for resource, problem in found.damaged:
        seen = Text(
            f"资源 {resource} 的现行数据版本有问题：{problem}",
            f"The current extract of {resource} is not whole: {problem}",
        )
        step = Text(
            f"从备份恢复，或重新接入：workbench ingest {resource} --force",
            f"Restore it from the backup, or ingest again: workbench ingest {resource} --force",
        )
        yield Result("extracts", Status.fail, seen, next=step)
    if not found.damaged:
        yield ok(
            "extracts",
            f"{found.looked_at} 个数据版本的文件齐全（未逐字节核对）。",
            f"The files of {found.looked_at} extracts are there (not compared byte by byte).",
        )


def people(facts: Facts) -> Iterator[Result]:
    found = facts.store
    if found.sample_people:
        seen = Text(
            "示例账号的密码文件 sample-users.txt 还在。",
            "The passwords of the sample people lie in sample-users.txt.",
        )
        step = Text(
            "停用示例账号（workbench users disable），删除该文件，为真实人员建账号。",
            "Disable the sample people (workbench users disable), delete the file, add real ones.",
        )
        yield Result("people", Status.warn, seen, _SAMPLE, step, production=Status.fail)
    elif found.unread is not None:
        step = Text("workbench store status", "workbench store status")
        yield unseen("people", found.unread, next_=step)
    elif found.exists and not found.people:
        seen = Text("还没有可登录的用户。", "There is nobody who could sign in.")
        step = Text("workbench users add 用户 …", "workbench users add NAME …")
        yield Result("people", Status.warn, seen, _NOBODY, step, production=Status.fail)
    elif not found.exists:
        seen = Text("还没有用户，存储库尚未建立。", "No users and no store yet.")
        step = Text("workbench users add 用户 …", "workbench users add NAME …")
        yield Result("people", Status.ok, seen, _NOBODY, step, production=Status.fail)
    else:
        yield ok("people", f"{found.people} 人可登录。", f"{found.people} people may sign in.")


def worker(facts: Facts) -> Iterator[Result]:
    found = facts.worker
    if found.problem:
        seen = Text(
            f"工作进程无法启动：{found.problem}", f"No worker could be started: {found.problem}"
        )
        yield Result("worker", Status.fail, seen, next=_SYNC)
        return
    steps = ", ".join(found.steps)
    missing = ", ".join(step for step in STEPS_WANTED if step not in found.steps)
    seen = Text(f"工作进程放弃了：{steps}。", f"A worker gave up: {steps}.")
    if missing:
        seen = Text(f"{seen.zh}没有做到：{missing}。", f"{seen.en} It could not: {missing}.")
        yield Result("worker", Status.warn, seen, _WORKER, _AS_ROOT, production=Status.fail)
    else:
        yield Result("worker", Status.ok, seen)


def ports(facts: Facts) -> Iterator[Result]:
    for port in facts.ports:
        yield from _port(port)


def _port(port: Port) -> Iterator[Result]:
    name = f"{port.name} {port.number}"
    if not port.listening:
        yield ok("ports", f"{name}：空闲。", f"{name} is free.")
        return
    outside = [a for a in port.listening if not _loopback(a)]
    where = ", ".join(port.listening)
    if outside and port.speaks != "https":
        seen = Text(
            f"{name} 在 {where} 上监听，没有 TLS。", f"{name} listens at {where} without TLS."
        )
        yield Result("ports", Status.fail, seen, _CLEAR, _LOOPBACK)
    elif port.ours:
        yield ok("ports", f"{name}：本网关在 {where}。", f"{name}: the gateway, at {where}.")
    else:
        by = port.process or "?"
        seen = Text(f"{name} 已被 {by} 占用（{where}）。", f"{name} is taken by {by} ({where}).")
        yield Result("ports", Status.warn, seen, next=_OTHER_PORT)


def _loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def tls(facts: Facts) -> Iterator[Result]:
    found = facts.tls
    if found.problem is not None:
        yield Result("tls", Status.fail, found.problem, next=found.next or _renewal(found))
    elif not found.exists:
        yield ok(
            "tls",
            "没有证书：网关只在本机提供服务。",
            "No certificate: the gateway serves this machine only.",
        )
    elif found.expires is not None:
        days = (found.expires - facts.clock.now).days
        whose = f" ({found.own})" if found.own else ""
        seen = Text(
            f"证书{whose}还有 {days} 天到期。", f"The certificate{whose} ends in {days} days."
        )
        if days < 0:
            yield Result("tls", Status.fail, _EXPIRED, next=_renewal(found))
        elif days < TLS_DAYS:
            yield Result("tls", Status.warn, seen, next=_renewal(found))
        else:
            yield Result("tls", Status.ok, seen)


def _renewal(found: TlsSeen) -> Text:
    if found.own is None:
        return _RENEW
    return Text(
        f"用新证书替换 {found.own}，然后重启网关。",
        f"Put a new certificate in the place of {found.own}, then start again.",
    )


_SYNC = Text("用锁定的版本重新安装：uv sync。", "Install the locked versions again: uv sync.")
_LOCKDOWN = Text(
    "工作区的隔离只在该版本上核对过。", "The isolation of a workspace was checked on that version."
)
_EXTENSION = Text(
    "版本不同的扩展无法加载：加密与外部数据源会失败。",
    "Another version does not load: encryption and attached sources would fail.",
)
_CONTRACTS = Text(
    "有错误的文件所授予的一概不提供。", "What stands in a wrong file is not served at all."
)
_CONTRACTS_NEXT = Text("workbench contracts check", "workbench contracts check")
_SAMPLE = Text(
    "示例密码由程序生成并以明文保存，用于试用。",
    "They were made by the program for trying it out, and lie there in the clear.",
)
_NOBODY = Text(
    "没有用户时 workbench up 会建立示例账号。",
    "Where there is nobody, workbench up makes the sample people.",
)
_WORKER = Text(
    "与网关同一账号的工作进程若被攻破，可读到密钥和数据副本。",
    "A worker under the gateway's account that is broken out of could read keys and extracts.",
)
_AS_ROOT = Text(
    "以 root 启动网关（例如在容器中）：工作进程随后改用各自的账号。",
    "Start the gateway as root (in a container, say): workers then get accounts of their own.",
)
_CLEAR = Text(
    "密码、令牌和数据会以明文经过网络。",
    "Passwords, tokens and data would cross the network in the clear.",
)
_LOOPBACK = Text(
    "只监听 127.0.0.1，或先 workbench tls init。",
    "Listen at 127.0.0.1 only, or run workbench tls init first.",
)
_OTHER_PORT = Text(
    "结束该程序，或另选端口（--http-port 等）。",
    "End it, or choose another port (--http-port ...).",
)
_RENEW = Text("workbench tls renew，然后重启网关。", "workbench tls renew, then start again.")
_EXPIRED = Text("服务器证书已过期。", "The server's certificate has expired.")
