"""notices.yaml: what a right one gives, and each way to get it wrong."""

# ruff: noqa: E501 (the table of mistakes reads better with long lines)
from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_texts import line_of

from workbench.catalogue.notices import (
    FILE,
    Notices,
    Security,
    Smtp,
    Webhook,
    Words,
    is_address,
    is_loopback,
    load_notices,
    read_notices,
)
from workbench.declared.findings import Severity
from workbench.errors import InvalidInput

DEPARTMENTS = ("drc", "tax")
GOOD = """\
file: true
smtp:
  host: mail.example.gov.cn
  port: 2587
  security: starttls
  from: workbench@example.gov.cn
  account: mail
webhook:
  url: https://oa.example.gov.cn/in?app=share
  account: oa
addresses:
  "department:drc": [office@drc.example.gov.cn, Li@drc.example.gov.cn]
  "role:authority": [data@example.gov.cn]
language: zh
"""


def city(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_full_file_is_read(tmp_path: Path) -> None:
    found = load_notices(city(tmp_path, GOOD), DEPARTMENTS)
    assert found == Notices(
        file=True,
        smtp=Smtp(
            "mail.example.gov.cn", 2587, Security.starttls, "workbench@example.gov.cn", "mail"
        ),
        webhook=Webhook("https://oa.example.gov.cn/in?app=share", "oa"),
        addresses={
            "department:drc": ("office@drc.example.gov.cn", "Li@drc.example.gov.cn"),
            "role:authority": ("data@example.gov.cn",),
        },
        language=Words.zh,
    )


def test_without_a_file_there_are_files_alone(tmp_path: Path) -> None:
    assert load_notices(tmp_path, DEPARTMENTS) == Notices()
    assert Notices().file
    assert (Notices().smtp, Notices().webhook, Notices().language) == (None, None, Words.both)


@pytest.mark.parametrize(
    ("security", "host", "port"),
    [
        ("starttls", "mail", 587),
        ("tls", "10.0.0.7", 465),
        ("none", "127.0.0.1", 25),
        ("none", "'::1'", 25),
    ],
)
def test_a_port_that_is_left_out_is_the_usual_one(
    security: str, host: str, port: int, tmp_path: Path
) -> None:
    text = GOOD.replace("  port: 2587\n", "").replace("starttls", security)
    found = load_notices(city(tmp_path, text.replace("mail.example.gov.cn", host, 1)), DEPARTMENTS)
    assert found.smtp is not None
    assert (found.smtp.port, found.smtp.security.value) == (port, security)


WRONG = [
    # written, instead written, line that begins with, key, problem, fix
    ("file: true", "file: maybe", "file", "file", "true or false", "true"),
    ("file: true", "fiel: true", "fiel", "fiel", "unknown key", "Did you mean file?"),
    ("  host: mail.example.gov.cn\n", "", "smtp:", "smtp.host", "missing", "Add host"),
    ("host: mail.example.gov.cn", "host: smtp://mail", "  host", "smtp.host", "one host name", "host:"),
    ("host: mail.example.gov.cn", "host: a b", "  host", "smtp.host", "one host name", "host:"),
    ("port: 2587", "port: 70000", "  port", "smtp.port", "out of range", "65535"),
    ("  security: starttls\n", "", "smtp:", "smtp.security", "missing", "Add security"),
    ("security: starttls", "security: ssl", "  security", "smtp.security", "'ssl'", "starttls"),
    ("security: starttls", "security: none", "  security", "smtp.security", "without encryption", "starttls or tls"),
    ("from: workbench@example.gov.cn", "from: Qiku <w@example.gov.cn>", "  from", "smtp.from", "not one mail address", "office@"),
    ("from: workbench@example.gov.cn", r'from: "w@example.cn\nBcc: x@example.cn"', "  from", "smtp.from", "not one mail address", "office@"),
    ("  account: mail", "  account: Mail box", "  account", "smtp.account", "name of a secret", "secrets set"),
    ("  account: mail", "  password: hunter2", "  password", "smtp.password", "unknown key", "secrets set"),
    ("  account: mail", "  username: bob", "  username", "smtp.username", "unknown key", "secrets set"),
    ("https://oa", "http://oa", "  url", "webhook.url", "without encryption", "https://"),
    ("https://oa", "ftp://oa", "  url", "webhook.url", "https service", "https://"),
    ("https://oa", "https://bob:hunter2@oa", "  url", "webhook.url", "no password", "secrets set"),
    ("?app=share", "?access_key=hunter2", "  url", "webhook.url", "no password", "secrets set"),
    ("?app=share", "?token=hunter2", "  url", "webhook.url", "no password", "secrets set"),
    ("/in?app=share", ":99999/in", "  url", "webhook.url", "https service", "https://"),
    ("url: https://oa.example.gov.cn/in?app=share", r'url: "https://oa.example\r\nX: 1"', "  url", "webhook.url", "https service", "https://"),
    ("url: https://oa.example.gov.cn/in?app=share", "url: https://", "  url", "webhook.url", "https service", "https://"),
    ("  account: oa", "  acount: oa", "  acount", "webhook.acount", "unknown key", "Did you mean account?"),
    ('"department:drc"', '"department:dcr"', '  "department:dcr"', "addresses.department:dcr", "nobody is", "Did you mean drc?"),
    ('"department:drc"', '"drc"', '  "drc"', "addresses.drc", "no recipient", "department:ID"),
    ('"role:authority"', '"role:authorty"', '  "role', "addresses.role:authorty", "nobody is", "Did you mean authority?"),
    ('"role:authority"', '"role:page"', '  "role', "addresses.role:page", "nobody is", ""),
    ("[data@example.gov.cn]", "[]", '  "role', "addresses.role:authority", "empty", "at least one"),
    ("[data@example.gov.cn]", "data@example.gov.cn", '  "role', "addresses.role:authority", "must be a list", "[data@example.gov.cn]"),
    ("[data@example.gov.cn]", "[data]", '  "role', "addresses.role:authority[0]", "not one mail address", "office@"),
    ("[data@example.gov.cn]", '["a@x.cn, b@x.cn"]', '  "role', "addresses.role:authority[0]", "not one mail address", "office@"),
    ("[data@example.gov.cn]", "[数据@example.cn]", '  "role', "addresses.role:authority[0]", "not one mail address", "office@"),
    ("Li@drc", "OFFICE@drc", '  "department', "addresses.department:drc[1]", "twice", "Keep one"),
    ("language: zh", "language: fr", "language", "language", "'fr'", "both"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "key", "problem", "fix"), WRONG)
def test_a_mistake_has_line_and_fix(
    old: str, new: str, line: str, key: str, problem: str, fix: str, tmp_path: Path
) -> None:
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    notices, (finding,) = read_notices(city(tmp_path, text), DEPARTMENTS)
    assert finding.severity is Severity.error
    assert notices is None or problem == "unknown key"
    assert (finding.file, finding.line) == (
        "data_contracts/notices.yaml",
        line_of(f"\n{text}", f"\n{line}"),
    )
    assert finding.key == key
    assert problem in finding.problem.en
    assert fix in finding.fix.en
    assert finding.problem.zh
    assert finding.fix.zh
    with pytest.raises(InvalidInput) as caught:
        load_notices(tmp_path, DEPARTMENTS)
    assert "hunter2" not in caught.value.said("zh") + caught.value.said("en")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("file: false\n", 1, "no way out"),
        ("smtp: {host: mail, security: tls, from: a@b.cn}\n", 1, "nobody to write to"),
        ("language: en\nsmtp:\n", 2, "empty"),
        ("file: [\n", 2, ""),
        ("", 1, "empty"),
    ],
)
def test_what_leads_nowhere_is_told(text: str, line: int, problem: str, tmp_path: Path) -> None:
    notices, findings = read_notices(city(tmp_path, text), DEPARTMENTS)
    assert notices is None
    assert (findings[0].line, len(findings)) == (line, 1)
    assert problem in findings[0].problem.en


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("starttls", "none").replace("https://oa", "http://oa").replace("drc:", "dcr:")
    )
    _, findings = read_notices(
        city(tmp_path, text.replace('"department:drc"', '"x:y"')), DEPARTMENTS
    )
    assert {f.key for f in findings} == {"smtp.security", "webhook.url", "addresses.x:y"}


def test_addresses_that_nothing_uses_are_a_warning(tmp_path: Path) -> None:
    text = 'addresses: {"department:drc": [a@b.cn]}\n'
    notices, (finding,) = read_notices(city(tmp_path, text), DEPARTMENTS)
    assert finding.severity is Severity.warning
    assert notices is not None
    assert notices.addresses == {"department:drc": ("a@b.cn",)}


def test_what_is_an_address_and_what_is_this_machine() -> None:
    for good in ("a@b", "a.b+c@x-y.example.cn", "o'neil_1@example.cn"):
        assert is_address(good)
    for bad in (
        "a",
        "@b",
        "a@",
        "a@b@",
        "a@-b.cn",
        "a..b@c.cn",
        ".a@b.cn",
        "a@b.cn\n",
        "a b@c",
        '"a"@b',
    ):
        assert not is_address(bad)
    assert all(map(is_loopback, ("localhost", "127.0.0.2", "::1")))
    assert not any(map(is_loopback, ("localhost.example.cn", "10.0.0.1", "0.0.0.0")))


def test_http_to_this_machine_is_allowed(tmp_path: Path) -> None:
    for number, host in enumerate(("127.0.0.1:8080", "[::1]:8080", "localhost")):
        root = city(tmp_path / str(number), f"webhook: {{url: 'http://{host}/in'}}\n")
        found = load_notices(root, DEPARTMENTS)
        assert found.webhook == Webhook(f"http://{host}/in")


def test_the_page_shows_a_file_that_is_right(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "notices.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    notices, findings = read_notices(city(tmp_path, example), DEPARTMENTS)
    assert findings == ()
    assert notices is not None
    assert notices.smtp is not None
    assert notices.webhook is not None
