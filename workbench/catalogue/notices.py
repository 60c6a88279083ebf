"""``data_contracts/notices.yaml``: by which ways the messages of cases leave, and to whom.

A city without the file has its messages as files alone. No password stands in it: an account is
named, and kept as those of attached sources are.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field

from workbench.catalogue.scenario_schema import NonEmpty, Strict
from workbench.catalogue.sources import SECRET_NAME
from workbench.declared import schema
from workbench.declared.findings import Finding, errors, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import read
from workbench.errors import Text
from workbench.model.actor import Role

FILE = FilePath("data_contracts") / "notices.yaml"

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")  # IPv4 addresses too
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_CREDENTIAL = re.compile(r"user.*|login|password|passwd|pwd|pass|token|secret|sign|.*key", re.I)
_ROLES = frozenset(role.value for role in Role) - {Role.page.value}


class Security(StrEnum):
    """``starttls``: encrypted or not at all. ``none``: to this machine only."""

    starttls = "starttls"
    tls = "tls"
    none = "none"


class Words(StrEnum):
    """In which languages a message is written."""

    zh = "zh"
    en = "en"
    both = "both"


PORTS: Mapping[Security, int] = {Security.starttls: 587, Security.tls: 465, Security.none: 25}
"""Submission (RFC 6409), submission over TLS (RFC 8314), and the relay of this machine."""


@dataclass(frozen=True)
class Smtp:
    """``sender`` is a bare address; ``account`` the name of a secret, "" where none is asked."""

    host: str
    port: int
    security: Security
    sender: str
    account: str = ""


@dataclass(frozen=True)
class Webhook:
    """``account`` names the secret whose password signs the body, "" for no signature."""

    url: str
    account: str = ""


@dataclass(frozen=True)
class Notices:
    """``addresses``: mail addresses by recipient (``department:ID``, ``role:ROLE``)."""

    file: bool = True
    smtp: Smtp | None = None
    webhook: Webhook | None = None
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    language: Words = Words.both


class SmtpSpec(Strict):
    host: str = NonEmpty
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"]
    sender: str = Field(alias="from", min_length=1)
    account: str | None = None


class WebhookSpec(Strict):
    url: str = NonEmpty
    account: str | None = None


class NoticesSpec(Strict):
    file: bool = True
    smtp: SmtpSpec | None = None
    webhook: WebhookSpec | None = None
    addresses: dict[str, Annotated[list[str], NonEmpty]] = Field(default={})
    language: Literal["zh", "en", "both"] = "both"


def load_notices(root: FilePath, departments: Collection[str]) -> Notices:
    """Those of the city in ``root``; ``departments`` are the ids of city.yaml.

    Raises InvalidInput with every finding, by file and line.
    """
    found, findings = read_notices(root, departments)
    raise_errors(findings)
    assert found is not None  # without errors it was read
    return found


def read_notices(
    root: FilePath, departments: Collection[str]
) -> tuple[Notices | None, tuple[Finding, ...]]:
    """None where there is an error among the findings."""
    if not (root / FILE).exists():
        return Notices(), ()
    document = read(root / FILE, FILE.as_posix())
    notes = Notes(document, list(document.findings))
    if document.value is None:
        return None, tuple(notes.found)
    spec, misfits = schema.validate(NoticesSpec, document.value, document)
    notes.extend(_without_passwords(misfits))
    if spec is None:
        return None, tuple(notes.found)
    for way in ("smtp", "webhook"):  # left empty, it would be overlooked
        if way in document.value and document.value[way] is None:
            notes.error((way,), _EMPTY, _EMPTY_FIX)
    _judge_smtp(spec, notes)
    _judge_webhook(spec, notes)
    _judge_addresses(spec, departments, notes)
    if not (spec.file or spec.smtp or spec.webhook):
        notes.error(("file",), _NO_WAY, _NO_WAY_FIX)
    return (None if errors(notes.found) else _made(spec)), tuple(notes.found)


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine for certain, without asking a name server."""
    ip = _ip(host)
    return host == "localhost" or (ip is not None and ip.is_loopback)


def is_address(text: str) -> bool:
    """A mail address of one mailbox, in ASCII and nothing around it (RFC 5321; no quoted part)."""
    local, at, domain = text.rpartition("@")
    plain = bool(_LOCAL.fullmatch(local)) and ".." not in f".{local}."
    return bool(at) and plain and len(domain) <= 253 and bool(_HOST.fullmatch(domain))


def _made(spec: NoticesSpec) -> Notices:
    smtp, webhook = spec.smtp, spec.webhook
    return Notices(
        file=spec.file,
        smtp=None if smtp is None else _smtp(smtp),
        webhook=None if webhook is None else Webhook(webhook.url, webhook.account or ""),
        addresses=MappingProxyType({who: tuple(at) for who, at in spec.addresses.items()}),
        language=Words(spec.language),
    )


def _smtp(spec: SmtpSpec) -> Smtp:
    security = Security(spec.security)
    port = spec.port or PORTS[security]
    return Smtp(spec.host, port, security, spec.sender, spec.account or "")


def _without_passwords(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """An unknown key that would hold a password: told where passwords go instead."""
    for finding in findings:
        key = finding.key.rpartition(".")[2]
        known = finding.problem.en.startswith("unknown key") and _CREDENTIAL.fullmatch(key)
        yield replace(finding, fix=_ACCOUNT_FIX) if known else finding


def _judge_smtp(spec: NoticesSpec, notes: Notes) -> None:
    smtp = spec.smtp
    if smtp is None:
        return
    if not _is_host(smtp.host):
        notes.error(("smtp", "host"), _BAD_HOST, _HOST_FIX)
    elif smtp.security == "none" and not is_loopback(smtp.host):
        notes.error(("smtp", "security"), _IN_THE_CLEAR, _SECURITY_FIX)
    if not is_address(smtp.sender):
        notes.error(("smtp", "from"), _BAD_ADDRESS, _ADDRESS_FIX)
    _judge_account(smtp.account, ("smtp", "account"), notes)
    if not spec.addresses:
        notes.error(("smtp",), _NOBODY, _NOBODY_FIX)


def _judge_webhook(spec: NoticesSpec, notes: Notes) -> None:
    webhook = spec.webhook
    if webhook is None:
        return
    found = _wrong_url(webhook.url)
    if found is not None:
        notes.error(("webhook", "url"), *found)
    _judge_account(webhook.account, ("webhook", "account"), notes)


def _wrong_url(url: str) -> tuple[Text, Text] | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return _BAD_URL, _URL_FIX
    plain = url.isascii() and url.isprintable() and not set(url) & set(" \\\"'<>#")
    if not plain or parts.scheme not in ("http", "https") or not _is_host(host):
        return _BAD_URL, _URL_FIX
    if "@" in parts.netloc or any(_CREDENTIAL.fullmatch(k) for k, _ in parse_qsl(parts.query)):
        return _SECRET_IN_URL, _ACCOUNT_FIX
    if parts.scheme == "http" and not is_loopback(host):
        return _IN_THE_CLEAR, _URL_FIX
    return None


def _judge_account(name: str | None, here: tuple[str, ...], notes: Notes) -> None:
    if name is not None and not SECRET_NAME.fullmatch(name):
        notes.error(here, _BAD_ACCOUNT, _ACCOUNT_FIX)


def _judge_addresses(spec: NoticesSpec, departments: Collection[str], notes: Notes) -> None:
    if spec.addresses and spec.smtp is None:
        notes.warn(("addresses",), _UNUSED, _UNUSED_FIX)
    for recipient, addresses in spec.addresses.items():
        here = ("addresses", recipient)
        _judge_recipient(recipient, departments, here, notes)
        for number, address in enumerate(addresses):
            if not is_address(address):
                notes.error((*here, number), _BAD_ADDRESS, _ADDRESS_FIX)
            elif address.casefold() in [one.casefold() for one in addresses[:number]]:
                notes.error((*here, number), _TWICE, _KEEP_ONE)


def _judge_recipient(
    recipient: str, departments: Collection[str], here: tuple[str, ...], notes: Notes
) -> None:
    kind, colon, name = recipient.partition(":")
    known = {"department": departments, "role": _ROLES}.get(kind)
    if known is None or not colon:
        notes.error(here, _BAD_RECIPIENT, _RECIPIENT_FIX)
    elif name not in known:
        problem = Text(f"没有 {recipient} 这个收件方", f"nobody is {recipient}")
        notes.error(here, problem, suggest(name, known))


def _is_host(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) or _ip(host) is not None


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


_EMPTY = Text("此项是空的", "this key is empty")
_EMPTY_FIX = Text("写上内容，或删去此项。", "Fill it in, or remove it.")
_NO_WAY = Text("消息没有任何出口", "messages have no way out")
_NO_WAY_FIX = Text("写 file: true，或配置 smtp 或 webhook。", "Write file: true, smtp or webhook.")
_BAD_HOST = Text("应为一个主机名或地址", "this must be one host name or address")
_HOST_FIX = Text("例如 host: mail.example.gov.cn。", "For example host: mail.example.gov.cn.")
_IN_THE_CLEAR = Text(
    "不加密只能发往本机（127.0.0.1、::1、localhost）",
    "without encryption only this machine can be reached (127.0.0.1, ::1, localhost)",
)
_SECURITY_FIX = Text("写 starttls 或 tls。", "Write starttls or tls.")
_BAD_ADDRESS = Text("不是一个邮件地址", "this is not one mail address")
_ADDRESS_FIX = Text("例如 office@drc.example.gov.cn。", "For example office@drc.example.gov.cn.")
_NOBODY = Text("配置了 smtp，却没有收件地址", "smtp has nobody to write to")
_NOBODY_FIX = Text(
    '补上 addresses，例如 "department:drc": [office@drc.example.gov.cn]。',
    'Add addresses, for example "department:drc": [office@drc.example.gov.cn].',
)
_BAD_URL = Text("不是一个 https 网址", "this is not the URL of an https service")
_URL_FIX = Text("例如 https://oa.example.gov.cn/in。", "For example https://oa.example.gov.cn/in.")
_SECRET_IN_URL = Text("网址里不写口令、令牌或密钥", "no password, token or key stands in a URL")
_BAD_ACCOUNT = Text("account 是一个密钥名", "account is the name of a secret")
_ACCOUNT_FIX = Text(
    "只写密钥名 account: 名称，再运行 workbench secrets set 名称。",
    "Name it with account, then run: workbench secrets set NAME.",
)
_UNUSED = Text("没有配置 smtp，地址用不到", "without smtp no address is used")
_UNUSED_FIX = Text("配置 smtp，或删去 addresses。", "Add smtp, or remove addresses.")
_TWICE = Text("同一地址写了两次", "this address stands here twice")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_BAD_RECIPIENT = Text("收件方写法不对", "this is no recipient")
_RECIPIENT_FIX = Text(
    '写 "department:部门编号" 或 "role:authority"。',
    'Write "department:ID" or "role:authority".',
)
