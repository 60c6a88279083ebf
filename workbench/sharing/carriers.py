"""The ways by which a message leaves: a file, a mail, a call of a web service.

A carrier splits a message into parts, each of which arrives or not by itself (a mail to three
people has three), and names them, so that a later try repeats none that went out. What it raises
says what class of error it was: what a server answered may hold what was sent, and stays out.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets as random
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import httpx

from workbench.catalogue.notices import Notices, Security, Smtp, Webhook, Words, is_address
from workbench.errors import Text, WorkbenchError
from workbench.sharing.transitions import EVENTS, Event
from workbench.store.layout import private_folder, synced, write_private
from workbench.store.messages import Message
from workbench.store.secrets import Account, Secrets

log = logging.getLogger(__name__)

FOLDER = "outbox"
"""In the city's state. A file whose name begins with a dot is not whole."""
SMTP_SECONDS = 15.0
"""Patience with each answer of a mail server (our default)."""
WEBHOOK_SECONDS = 10.0
"""Patience with connecting to a web service, and with each part of its answer (our default)."""
SIGNATURE = "Workbench-Signature"

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_KINDS: Mapping[str, Text] = {
    **{event.value: EVENTS[event] for event in Event},
    "due_soon": Text("即将到期限", "due soon"),
    "due_today": Text("今天到期限", "due today"),
    "overdue": Text("已过期限", "overdue"),
    "ends_soon": Text("授权即将到期", "the grant ends soon"),
    "expired": Text("授权已到期", "the grant has ended"),
}
_OTHER = Text("通知", "notice")


class Undelivered(Exception):
    """``trouble`` is a class of error, without any secret. ``carrier_down``: nothing else would
    get through either."""

    def __init__(self, trouble: str, *, carrier_down: bool = False) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.carrier_down = carrier_down


class Carrier(Protocol):
    @property
    def name(self) -> str: ...

    def parts(self, recipient: str) -> tuple[str, ...]:
        """What has to arrive for ``recipient``; none where the carrier knows nobody there."""

    def carry(self, message: Message, part: str) -> None:
        """Raises Undelivered."""


@dataclass(frozen=True)
class Letter:
    """A message as people get it: a subject and what it says, in the city's languages."""

    case: str
    subject: str
    said: Mapping[str, str]


def letter_of(message: Message, words: Words) -> Letter:
    """Raises Undelivered for a body or key that cannot be of ours."""
    try:
        body = json.loads(message.body)
        case, told = str(body["case"]), {"zh": str(body["zh"]), "en": str(body["en"])}
    except (ValueError, KeyError, TypeError):
        raise Undelivered("unreadable_body") from None
    if not _KEY.fullmatch(message.key) or not case.isprintable():
        raise Undelivered("unusable_name")
    about = _KINDS.get(message.kind.removeprefix("procedure_"), _OTHER)
    noun = Text("事项", "Procedure") if "procedure" in body else Text("案件", "Case")
    subject = {"zh": f"{noun.zh} {case}：{about.zh}", "en": f"{noun.en} {case}: {about.en}"}
    wanted = ("zh", "en") if words is Words.both else (words.value,)
    return Letter(case, " / ".join(subject[w] for w in wanted), {w: told[w] for w in wanted})


def content_of(message: Message, words: Words) -> bytes:
    """The JSON (UTF-8) of a file and of a call; the same bytes each time."""
    letter = letter_of(message, words)
    content = {
        "key": message.key,
        "case": letter.case,
        "kind": message.kind,
        "recipient": message.recipient,
        "made": message.made.isoformat(),
        "subject": letter.subject,
        "text": dict(letter.said),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True)
class FileCarrier:
    """One file a message, named by its key: there whole or not at all, and never a second one."""

    folder: Path
    words: Words = Words.both
    name: str = field(default="file", init=False)

    def parts(self, recipient: str) -> tuple[str, ...]:
        return (self.name,)

    def carry(self, message: Message, part: str) -> None:
        content = content_of(message, self.words)
        target = self.folder / f"{message.key}.json"
        beside = self.folder / f".{message.key}.{random.token_hex(8)}"
        try:
            private_folder(self.folder)
            if target.exists():
                return  # written before, by a sender that could not say so any more
            try:
                write_private(beside, content)
                beside.rename(target)
            finally:
                beside.unlink(missing_ok=True)
            synced(self.folder)
        except OSError as error:
            raise Undelivered(type(error).__name__, carrier_down=True) from error


@dataclass(frozen=True)
class SmtpCarrier:
    """One transaction an address. A Message-ID made of the key tells a receiver of a repetition."""

    smtp: Smtp
    addresses: Mapping[str, tuple[str, ...]]
    secrets: Secrets
    words: Words = Words.both
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = SMTP_SECONDS
    name: str = field(default="smtp", init=False)

    def parts(self, recipient: str) -> tuple[str, ...]:
        return tuple(f"smtp:{address}" for address in self.addresses.get(recipient, ()))

    def carry(self, message: Message, part: str) -> None:
        address = part.removeprefix("smtp:")
        mail = self._mail(message, address)
        account = _account(self.secrets, self.smtp.account)
        try:
            with closing(self._connected(account)) as server:
                server.send_message(mail, self.smtp.sender, [address])
                _leave(server)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            raise Undelivered(_class_of(error)) from error
        except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
            raise Undelivered(_class_of(error), carrier_down=True) from error

    def _mail(self, message: Message, address: str) -> EmailMessage:
        """Everybody stands in To, though each gets a transaction of their own."""
        letter = letter_of(message, self.words)
        everybody = self.addresses.get(message.recipient, (address,))
        if not all(map(is_address, (self.smtp.sender, address, *everybody))):
            raise Undelivered("unusable_address")
        mail = EmailMessage()
        mail["From"] = self.smtp.sender
        mail["To"] = ", ".join(everybody)
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(message.made)
        mail["Message-ID"] = f"<{message.key}@{_domain(self.smtp.sender)}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
        mail.set_content("\n\n".join(letter.said.values()) + "\n", charset="utf-8", cte="base64")
        return mail

    def _connected(self, account: Account | None) -> smtplib.SMTP:
        """Encrypted as ordered, or not at all. The name in EHLO is the sender's domain: asking a
        name server for this machine's may take long, and tells it to the other side."""
        where, domain = (self.smtp.host, self.smtp.port), _domain(self.smtp.sender)
        server: smtplib.SMTP
        if self.smtp.security is Security.tls:
            server = smtplib.SMTP_SSL(*where, domain, timeout=self.seconds, context=self.context)
        else:
            server = smtplib.SMTP(*where, domain, timeout=self.seconds)
        try:
            if self.smtp.security is Security.starttls:
                server.starttls(context=self.context)
            if account is not None:
                server.login(account.user, account.password)
        except BaseException:
            server.close()
            raise
        return server


@dataclass(frozen=True)
class WebhookCarrier:
    """A POST of the message's JSON; done where the service answers 2xx. Its answer is not read."""

    webhook: Webhook
    secrets: Secrets
    words: Words = Words.both
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = WEBHOOK_SECONDS
    name: str = field(default="webhook", init=False)

    def parts(self, recipient: str) -> tuple[str, ...]:
        return (self.name,)

    def carry(self, message: Message, part: str) -> None:
        content = content_of(message, self.words)
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        account = _account(self.secrets, self.webhook.account)
        if account is not None:
            headers[SIGNATURE] = signature(account.password, content)
        try:
            status = self._posted(content, headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Undelivered(type(error).__name__, carrier_down=True) from error
        if not 200 <= status < 300:
            raise Undelivered(f"status {status}")

    def _posted(self, content: bytes, headers: Mapping[str, str]) -> int:
        """Past no proxy of the environment, and to no other place than the one named."""
        with (
            httpx.Client(
                trust_env=False,
                follow_redirects=False,
                timeout=self.seconds,
                verify=self.context,
            ) as client,
            client.stream("POST", self.webhook.url, content=content, headers=headers) as answer,
        ):
            return answer.status_code


def carriers_of(notices: Notices, state: Path, secrets: Secrets) -> tuple[Carrier, ...]:
    """Those that the city configured. ``state`` is its ``.workbench``."""
    found: list[Carrier] = []
    if notices.file:
        found.append(FileCarrier(state / FOLDER, notices.language))
    if notices.smtp is not None:
        found.append(SmtpCarrier(notices.smtp, notices.addresses, secrets, notices.language))
    if notices.webhook is not None:
        found.append(WebhookCarrier(notices.webhook, secrets, notices.language))
    return tuple(found)


def signature(secret: str, content: bytes) -> str:
    """HMAC-SHA-256 (RFC 2104) of the body's bytes under the secret's, in hexadecimal."""
    return f"sha256={hmac.new(secret.encode(), content, sha256).hexdigest()}"


def _account(secrets: Secrets, name: str) -> Account | None:
    """As it is now: a secret that was replaced is used from the next message on."""
    if not name:
        return None
    try:
        found = secrets.get(name)
    except (WorkbenchError, OSError) as error:
        raise Undelivered("account_unusable", carrier_down=True) from error
    if found is None:
        raise Undelivered("account_missing", carrier_down=True)
    return found


def _leave(server: smtplib.SMTP) -> None:
    """The mail is taken already: a poor farewell must not have it sent again."""
    try:
        server.quit()
    except smtplib.SMTPException as error:
        log.debug("after a mail was taken: %s", _class_of(error))


def _class_of(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), None)
    name = type(error).__name__
    return name if code is None else f"{name} {code}"


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
