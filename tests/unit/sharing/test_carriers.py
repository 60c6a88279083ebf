"""Each carrier against a real receiver: a folder, an SMTP server, an HTTP server."""

from __future__ import annotations

import json
import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from matters import NOON

from workbench.catalogue.notices import Notices, Security, Smtp, Webhook, Words
from workbench.gateway import tls
from workbench.sharing.carriers import (
    FileCarrier,
    SmtpCarrier,
    Undelivered,
    WebhookCarrier,
    carriers_of,
    content_of,
    letter_of,
    signature,
)
from workbench.sharing.transitions import Event
from workbench.store.messages import OF_A_DATE, Message
from workbench.store.secrets import Account, Secrets

KEY = "a1" * 32
ZH = "案件 20260309-1（drc 申请 taxes）：批准，现为“生效”。理由：用于月度“𠮷”分析，" + "很长" * 80
EN = "Case 20260309-1 (drc for taxes): approve; now active."
MESSAGE = Message(
    KEY,
    "20260309-1",
    "approve",
    "department:drc",
    json.dumps({"case": "20260309-1", "zh": ZH, "en": EN}, ensure_ascii=False),
    NOON,
)
TO = {"department:drc": ("office@drc.example.cn", "li@drc.example.cn")}
FIRST, SECOND = (f"smtp:{address}" for address in TO["department:drc"])
ACCOUNT = Account("sender", "pa55-密码")


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    found = Secrets(tmp_path / "secrets", bytes(range(32)))
    found.set("mail", Account("sender", "pa55-word"))
    found.set("oa", ACCOUNT)
    return found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tls.Files:
    files = tls.Files(tmp_path_factory.mktemp("tls"))
    tls.make(files, "test", ["127.0.0.1", "localhost"], datetime.now(UTC), 30)
    return files


def trusting(certificate: tls.Files) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.authority))


def presenting(certificate: tls.Files) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.server)
    return context


@dataclass
class Mailbox:
    """What a real mail server took: ``(from, to, content)`` of each transaction, and the logins."""

    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    encrypted: list[bool] = field(default_factory=list)
    answer: str = "250 taken"
    goodbye: str = ""

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox pa55-word"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if self.answer.startswith("250"):
            self.taken.append((str(envelope.mail_from), list(envelope.rcpt_tos), content))
            self.encrypted.append(session.ssl is not None)
        return self.answer

    async def handle_QUIT(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.goodbye == "none":
            server.transport.abort()
        return self.goodbye or "221 bye"

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for _, _, raw in self.taken]


class AnyPort(Controller):
    """Port 0 is any free one; the library's own check would knock at port 0."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(mailbox: Mailbox, **more: Any) -> Iterator[int]:
    def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        mailbox.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"pa55-word", handled=False)

    controller = AnyPort(mailbox, hostname="127.0.0.1", port=0, authenticator=login, **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop(no_assert=True)


def by_mail(port: int, secrets: Secrets, **more: Any) -> SmtpCarrier:
    smtp = Smtp("127.0.0.1", port, Security.none, "workbench@city.example.cn")
    known = {name: more.pop(name) for name in ("security", "account") if name in more}
    return SmtpCarrier(replace(smtp, **known), TO, secrets, **({"seconds": 5.0} | more))


def trouble_of(act: Callable[[], object]) -> tuple[str, bool]:
    with pytest.raises(Undelivered) as caught:
        act()
    return caught.value.trouble, caught.value.carrier_down


# --- what a message says


def test_the_same_message_has_the_same_bytes_in_the_languages_of_the_city() -> None:
    content = content_of(MESSAGE, Words.both)
    assert content == content_of(MESSAGE, Words.both)
    assert json.loads(content) == {
        "key": KEY,
        "case": "20260309-1",
        "kind": "approve",
        "recipient": "department:drc",
        "made": NOON.isoformat(),
        "subject": "案件 20260309-1：同意 / Case 20260309-1: approve",
        "text": {"zh": ZH, "en": EN},
    }
    assert json.loads(content_of(MESSAGE, Words.zh))["text"] == {"zh": ZH}
    assert letter_of(MESSAGE, Words.en).subject == "Case 20260309-1: approve"
    assert letter_of(replace(MESSAGE, kind="other"), Words.zh).subject == "案件 20260309-1：通知"


@pytest.mark.parametrize("kind", sorted({*OF_A_DATE, *(event.value for event in Event)}))
def test_the_subject_says_what_every_kind_of_message_is_about(kind: str) -> None:
    subject = letter_of(replace(MESSAGE, kind=kind), Words.both).subject
    assert "通知 /" not in subject or kind == "notify"
    assert not subject.endswith(("：", ": ", ": notice"))


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"body": "no json"}, "unreadable_body"),
        ({"body": "[]"}, "unreadable_body"),
        ({"body": '{"case": "1"}'}, "unreadable_body"),
        ({"body": json.dumps({"case": "1\nBcc: x@y", "zh": "", "en": ""})}, "unusable_name"),
        ({"key": "../../keys/token"}, "unusable_name"),
        ({"key": ".hidden"}, "unusable_name"),
        ({"key": "a\nb"}, "unusable_name"),
    ],
)
def test_what_cannot_be_of_ours_goes_nowhere(
    change: dict[str, str], trouble: str, tmp_path: Path, secrets: Secrets
) -> None:
    wrong, mailbox = replace(MESSAGE, **change), Mailbox()  # type: ignore[arg-type]
    with mail_server(mailbox) as port:
        mail = by_mail(port, secrets)
        assert trouble_of(lambda: mail.carry(wrong, FIRST)) == (trouble, False)
    carrier = FileCarrier(tmp_path / "outbox")
    assert trouble_of(lambda: carrier.carry(wrong, "file")) == (trouble, False)
    assert mailbox.taken == []
    assert not (tmp_path / "outbox").exists()


# --- a file


def test_a_file_is_written_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "outbox"
    carrier = FileCarrier(folder)
    assert carrier.parts("role:nobody") == ("file",)
    carrier.carry(MESSAGE, "file")
    (file,) = folder.iterdir()
    assert file.name == f"{KEY}.json"
    assert file.read_bytes() == content_of(MESSAGE, Words.both)
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    before = file.stat()
    carrier.carry(MESSAGE, "file")
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [f.name for f in folder.iterdir()] == [file.name]


def test_a_folder_that_is_none_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("no folder")
    carrier = FileCarrier(tmp_path / "outbox")
    assert trouble_of(lambda: carrier.carry(MESSAGE, "file")) == ("FileExistsError", True)


# --- a mail


def test_chinese_arrives_intact(secrets: Secrets) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        carrier = by_mail(port, secrets)
        assert carrier.parts("department:drc") == (FIRST, SECOND)
        assert carrier.parts("department:tax") == ()
        carrier.carry(MESSAGE, FIRST)
        carrier.carry(MESSAGE, FIRST)
        carrier.carry(MESSAGE, SECOND)
    first, again, second = mailbox.mails()
    assert [to for _, to, _ in mailbox.taken] == [["office@drc.example.cn"]] * 2 + [
        ["li@drc.example.cn"]
    ]
    assert first["Subject"] == "案件 20260309-1：同意 / Case 20260309-1: approve"
    assert first.get_content().replace("\r\n", "\n") == f"{ZH}\n\n{EN}\n"
    assert first["From"] == "workbench@city.example.cn"
    assert first["To"] == "office@drc.example.cn, li@drc.example.cn"
    assert first["Date"].datetime == NOON.replace(microsecond=0)
    assert first["Auto-Submitted"] == "auto-generated"
    assert {m["Message-ID"] for m in (first, again, second)} == {f"<{KEY}@city.example.cn>"}
    raw = mailbox.taken[0][2]
    assert raw.isascii()
    assert f"Message-ID: <{KEY}@city.example.cn>".encode() in raw
    assert max(map(len, raw.splitlines())) < 998  # RFC 5322


def test_a_long_subject_is_folded_and_arrives_whole(secrets: Secrets) -> None:
    case, mailbox = "甲" * 30 + "-long-case", Mailbox()
    body = json.dumps({"case": case, "zh": ZH, "en": EN})
    with mail_server(mailbox) as port:
        by_mail(port, secrets).carry(replace(MESSAGE, body=body), FIRST)
    (mail,) = mailbox.mails()
    assert mail["Subject"] == f"案件 {case}：同意 / Case {case}: approve"


def test_one_refused_mailbox_is_its_own_trouble(secrets: Secrets) -> None:
    mailbox = Mailbox(refused={"office@drc.example.cn"})
    with mail_server(mailbox) as port:
        carrier = by_mail(port, secrets)
        trouble = trouble_of(lambda: carrier.carry(MESSAGE, FIRST))
        carrier.carry(MESSAGE, SECOND)
    assert trouble == ("SMTPRecipientsRefused 550", False)
    assert len(mailbox.taken) == 1


def test_a_refused_mail_is_no_trouble_of_the_others(secrets: Secrets) -> None:
    mailbox = Mailbox(answer="554 no thanks")
    with mail_server(mailbox) as port:
        carrier = by_mail(port, secrets)
        assert trouble_of(lambda: carrier.carry(MESSAGE, FIRST)) == ("SMTPDataError 554", False)


@pytest.mark.parametrize("goodbye", ["421 leave me alone", "none"])
def test_a_poor_farewell_does_not_undo_a_mail_that_was_taken(
    goodbye: str, secrets: Secrets
) -> None:
    mailbox = Mailbox(goodbye=goodbye)
    with mail_server(mailbox) as port:
        by_mail(port, secrets).carry(MESSAGE, FIRST)
    assert len(mailbox.taken) == 1


def test_starttls_then_the_account(secrets: Secrets, certificate: tls.Files) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, tls_context=presenting(certificate)) as port:
        sure = by_mail(port, secrets, security=Security.starttls, account="mail",
                       context=trusting(certificate))  # fmt: skip
        sure.carry(MESSAGE, FIRST)
        unsure = by_mail(port, secrets, security=Security.starttls, account="mail")
        assert trouble_of(lambda: unsure.carry(MESSAGE, FIRST)) == (
            "SSLCertVerificationError",
            True,
        )
    assert mailbox.encrypted == [True]
    assert mailbox.logins == [(b"sender", b"pa55-word")]


def test_a_server_that_does_not_offer_starttls_gets_nothing(secrets: Secrets) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        carrier = by_mail(port, secrets, security=Security.starttls, account="mail")
        trouble = trouble_of(lambda: carrier.carry(MESSAGE, FIRST))
    assert trouble == ("SMTPNotSupportedError", True)
    assert (mailbox.taken, mailbox.logins) == ([], [])


def test_tls_from_the_first_byte(secrets: Secrets, certificate: tls.Files) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, ssl_context=presenting(certificate)) as port:
        carrier = by_mail(port, secrets, security=Security.tls, context=trusting(certificate))
        carrier.carry(MESSAGE, FIRST)
    (mail,) = mailbox.mails()
    assert mail.get_content().startswith("案件")


def test_a_wrong_password_is_trouble_without_the_password(
    secrets: Secrets, certificate: tls.Files
) -> None:
    mailbox = Mailbox()
    secrets.set("mail", Account("sender", "hunter2"))
    with mail_server(mailbox, tls_context=presenting(certificate)) as port:
        carrier = by_mail(port, secrets, security=Security.starttls, account="mail",
                          context=trusting(certificate))  # fmt: skip
        trouble = trouble_of(lambda: carrier.carry(MESSAGE, FIRST))
        assert trouble == ("SMTPAuthenticationError 535", True)
        secrets.set("mail", Account("sender", "pa55-word"))
        carrier.carry(MESSAGE, FIRST)  # what is set now is used now
    assert len(mailbox.taken) == 1


def test_an_account_that_is_not_there_or_cannot_be_read(secrets: Secrets, tmp_path: Path) -> None:
    missing = by_mail(1, secrets, account="other")
    assert trouble_of(lambda: missing.carry(MESSAGE, FIRST)) == ("account_missing", True)
    (tmp_path / "secrets" / "mail").chmod(0o644)
    opened = by_mail(1, secrets, account="mail")
    assert trouble_of(lambda: opened.carry(MESSAGE, FIRST)) == ("account_unusable", True)


@pytest.mark.parametrize("at", ["a@b.cn\r\nRCPT TO:<x@y.cn>", "a@b.cn, x@y.cn", "A <a@b.cn>", "a"])
def test_an_address_that_is_more_than_one_is_refused(at: str, secrets: Secrets) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        carrier = by_mail(port, secrets)
        for wrong in (
            replace(carrier, addresses={"department:drc": (at,)}),
            replace(carrier, smtp=replace(carrier.smtp, sender=at)),
        ):
            (part, *_) = wrong.parts("department:drc")
            assert trouble_of(lambda w=wrong, p=part: w.carry(MESSAGE, p)) == (  # type: ignore[misc]
                "unusable_address", False,
            )  # fmt: skip
    assert mailbox.taken == []


def test_nobody_there(secrets: Secrets) -> None:
    with mail_server(Mailbox()) as port:
        pass
    carrier = by_mail(port, secrets)
    assert trouble_of(lambda: carrier.carry(MESSAGE, FIRST)) == ("ConnectionRefusedError", True)


# --- a web service


@dataclass
class Service:
    """A web service: what it was called with; what it answers to each path."""

    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    port: int = 0


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            found.calls.append((self.path, dict(self.headers), content))
            if self.path == "/hang":
                found.released.wait(10)
                return
            self.send_response(int(self.path.removeprefix("/")))
            self.send_header("Location", "/200")
            self.send_header("Content-Length", "1000000")  # which never come
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """The test's output stays clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield found
    found.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def by_call(service: Service, path: str, secrets: Secrets, account: str = "") -> WebhookCarrier:
    url = f"http://127.0.0.1:{service.port}/{path}"
    return WebhookCarrier(Webhook(url, account), secrets)


def test_a_call_is_signed_and_has_a_stable_key(
    service: Service, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # of the environment: not taken
    by_call(service, "200", secrets, "oa").carry(MESSAGE, "webhook")
    by_call(service, "204", secrets).carry(MESSAGE, "webhook")
    (_, signed, content), (_, plain, again) = service.calls
    assert content == again == content_of(MESSAGE, Words.both)
    assert json.loads(content)["text"]["zh"] == ZH
    assert signed["Idempotency-Key"] == plain["Idempotency-Key"] == KEY
    assert signed["Content-Type"] == "application/json"
    assert signed["Workbench-Signature"] == signature(ACCOUNT.password, content)
    assert "Workbench-Signature" not in plain
    assert ACCOUNT.password not in str(service.calls)


def test_the_signature_is_the_standard_one() -> None:
    """RFC 4231, test case 2."""
    assert signature("Jefe", b"what do ya want for nothing?") == (
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500, 503])
def test_anything_but_2xx_is_trouble_and_a_redirection_is_not_followed(
    status: int, service: Service, secrets: Secrets
) -> None:
    carrier = by_call(service, str(status), secrets)
    assert trouble_of(lambda: carrier.carry(MESSAGE, "webhook")) == (f"status {status}", False)
    assert [path for path, _, _ in service.calls] == [f"/{status}"]


def test_a_service_that_hangs_is_left(service: Service, secrets: Secrets) -> None:
    begun = time.monotonic()
    carrier = replace(by_call(service, "hang", secrets), seconds=0.3)
    assert trouble_of(lambda: carrier.carry(MESSAGE, "webhook")) == ("ReadTimeout", True)
    assert time.monotonic() - begun < 5


def test_a_service_that_cannot_be_reached_or_signed_for(service: Service, secrets: Secrets) -> None:
    gone = WebhookCarrier(Webhook("http://127.0.0.1:1/x"), secrets)
    assert trouble_of(lambda: gone.carry(MESSAGE, "webhook")) == ("ConnectError", True)
    unsigned = by_call(service, "200", secrets, "other")
    assert trouble_of(lambda: unsigned.carry(MESSAGE, "webhook")) == ("account_missing", True)
    assert service.calls == []


# --- as the city configured them


def test_a_city_has_the_carriers_that_it_names(tmp_path: Path, secrets: Secrets) -> None:
    (only,) = carriers_of(Notices(), tmp_path, secrets)
    assert only == FileCarrier(tmp_path / "outbox")
    smtp = Smtp("127.0.0.1", 25, Security.none, "a@b.cn")
    every = Notices(True, smtp, Webhook("https://x.cn"), TO, Words.en)
    carriers = carriers_of(every, tmp_path, secrets)
    assert [c.name for c in carriers] == ["file", "smtp", "webhook"]
    assert all(c.words is Words.en for c in carriers)  # type: ignore[attr-defined]
    assert (
        carriers_of(replace(every, file=False, smtp=None), tmp_path, secrets)[0].name == "webhook"
    )


def test_smtplib_says_its_errors_as_os_errors() -> None:
    """What the mail carrier catches stands and falls with it."""
    assert issubclass(smtplib.SMTPException, OSError)
