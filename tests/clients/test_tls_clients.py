"""TLS on both doors: what openssl sees, what stock clients and ours accept and refuse."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import adbc_driver_flightsql.dbapi as adbc
import polars as pl
import pyarrow.flight as flight
import pytest
import sqlalchemy as sa

from clients.served_city import (
    HEADER,
    LI,
    PASSWORD,
    ROOTS,
    SCENARIO,
    Running,
    copied,
    serving,
    workbench,
)
from workbench.client.connection import connect
from workbench.client.flight import Channel, Stream
from workbench.errors import Code, WorkbenchError
from workbench.gateway import certificates
from workbench.gateway.tls import Files, make
from workbench.store.layout import Layout

pytestmark = pytest.mark.slow  # each starts gateways of its own

COUNT = "SELECT count(DISTINCT city) FROM house_prices"


@pytest.fixture(scope="session")
def secure(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    root = copied(city, tmp_path_factory.mktemp("tls"))
    done = workbench(root, "tls", "init", "--name", "gw.city.example")
    assert done.returncode == 0, done.stderr
    with serving(root) as running:
        assert running.http.startswith("https://")
        assert running.flight.startswith("grpc+tls://")
        yield running


@pytest.fixture
def other_ca(tmp_path: Path) -> Path:
    files = Files(tmp_path / "other")
    make(files, "other", (), datetime.now(UTC), 397)
    return files.authority


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "TOKEN", "SCENARIO", "CA"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def doors(running: Running) -> list[str]:
    return [running.http.partition("://")[2], running.flight.partition("://")[2]]


def openssl(place: str, *words: str) -> str:
    done = subprocess.run(
        ["openssl", "s_client", "-connect", place, *words],
        input="",
        capture_output=True,
        text=True,
        errors="replace",  # what the server says after the handshake is no text
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


# What openssl sees ------------------------------------------------------------------------------


def test_both_doors_show_the_same_valid_certificate(secure: Running) -> None:
    seen = set()
    for place in doors(secure):
        for name in ("localhost", "gw.city.example"):
            said = openssl(place, "-CAfile", str(secure.ca), "-verify_hostname", name,
                           "-verify_return_error", "-alpn", "h2")  # fmt: skip
            assert "Verify return code: 0 (ok)" in said, said
        host, port = place.split(":")
        seen.add(ssl.get_server_certificate((host, int(port))))
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("option", "accepted"),
    [("-tls1", False), ("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)],
)
def test_tls_1_2_and_later_only(secure: Running, option: str, accepted: bool) -> None:
    for place in doors(secure):
        said = openssl(place, option, "-cipher", "ALL:@SECLEVEL=0", "-alpn", "h2")
        found = "-----BEGIN CERTIFICATE-----" in said
        assert found is accepted, said


def test_plain_text_gets_no_answer(secure: Running) -> None:
    for place in doors(secure):
        host, port = place.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as raw:
            raw.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            raw.settimeout(10)
            try:
                answer = raw.recv(1000)
            except ConnectionError:
                answer = b""
        assert b"status" not in answer


# Stock clients ----------------------------------------------------------------------------------


def test_adbc_and_polars_with_the_city_s_authority(secure: Running) -> None:
    with secure.adbc() as connection, connection.cursor() as cursor:
        cursor.execute(COUNT)
        assert cursor.fetchone() == (70,)
        assert pl.read_database(COUNT, connection).item() == 70


def test_sqlalchemy_with_the_city_s_authority(secure: Running) -> None:
    assert secure.ca is not None
    host, port = doors(secure)[1].split(":")
    options = {
        "username": LI, "password": PASSWORD, HEADER: SCENARIO, ROOTS: secure.ca.read_text(),
    }  # fmt: skip
    engine = sa.create_engine(
        sa.URL.create("adbc+flightsql", host=host, port=int(port)),
        connect_args={"autocommit": True, "db_kwargs": options},
    )
    with engine.connect() as connection:
        assert connection.execute(sa.text(COUNT)).scalar_one() == 70
    engine.dispose()


@pytest.mark.parametrize("roots", ["none", "other"])
def test_adbc_refuses_an_authority_it_does_not_know(
    secure: Running, other_ca: Path, roots: str
) -> None:
    options = {"username": LI, "password": PASSWORD}
    if roots == "other":
        options[ROOTS] = other_ca.read_text()
    with pytest.raises(adbc.Error, match="certificate signed by unknown authority"):
        adbc.connect(secure.flight, db_kwargs=options, autocommit=True)


# Our client -------------------------------------------------------------------------------------


def ours(secure: Running, ca: Path | str | None, url: str = "") -> Any:
    return connect(
        url or secure.http, LI, PASSWORD, language="en", scenario=SCENARIO,
        ca=None if ca is None else str(ca), progress=False,
    )  # fmt: skip


def refused(call: Any) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as raised:
        call()
    error = raised.value
    assert error.said("zh") != error.said("en")
    assert PASSWORD not in repr(error) + error.said("zh") + error.said("en")
    return error


def test_our_client_with_the_city_s_authority(
    secure: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ours(secure, secure.ca).sql(COUNT).pl().item() == 70
    monkeypatch.setenv("WORKBENCH_CA", str(secure.ca))
    assert ours(secure, None).sql(COUNT).pl().item() == 70


def test_an_unknown_authority(secure: Running, other_ca: Path) -> None:
    for ca in (None, other_ca):
        error = refused(lambda ca=ca: ours(secure, ca))
        assert (error.code, error.reasons[0].subject) == (Code.certificate_refused, "unknown")
        assert error.exit_code == 5
        assert "WORKBENCH_CA" in error.said("en")


def test_another_name(secure: Running) -> None:
    """127.0.0.2 reaches the same door; the certificate does not name it."""
    port = secure.http.rpartition(":")[2]
    host = "127.0.0.2"
    with socket.socket() as probe:
        probe.bind((host, 0))
        probe.listen(1)
        error = _through(probe, secure, host, int(port))
    assert (error.code, error.reasons[0].subject) == (Code.certificate_refused, "name")
    assert "workbench tls renew --name" in error.said("en")


def _through(probe: socket.socket, secure: Running, host: str, port: int) -> WorkbenchError:
    """What our client says when it comes by ``host``, over a relay to the gateway."""
    import threading

    def relay() -> None:
        near, _ = probe.accept()
        with near, socket.create_connection(("127.0.0.1", port)) as far:
            threading.Thread(target=_pour, args=(far, near), daemon=True).start()
            _pour(near, far)

    threading.Thread(target=relay, daemon=True).start()
    url = f"https://{host}:{probe.getsockname()[1]}"
    return refused(lambda: ours(secure, secure.ca, url))


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        return


def test_an_expired_certificate_is_not_served_and_not_believed(
    secure: Running, tmp_path: Path
) -> None:
    """Served by a plain TLS server, since ours refuses to start with one."""
    then = datetime.now(UTC) - timedelta(days=100)
    files = Files(tmp_path / "old")
    make(files, "old", (), then, 50)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        import threading

        def answer() -> None:
            near, _ = listener.accept()
            with near:
                try:
                    context.wrap_socket(near, server_side=True).close()
                except OSError:
                    return

        threading.Thread(target=answer, daemon=True).start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        error = refused(lambda: ours(secure, files.authority, url))
    assert (error.code, error.reasons[0].subject) == (Code.certificate_refused, "expired")
    assert "workbench tls renew" in error.said("zh")


@pytest.mark.parametrize(
    ("kind", "host", "made"),
    [("unknown", "127.0.0.1", 0), ("name", "127.0.0.2", 0), ("expired", "127.0.0.1", 100)],
)
def test_the_data_side_s_certificate_is_checked_too(
    tmp_path: Path, kind: str, host: str, made: int
) -> None:
    """``made``: days ago, for 50 days. The HTTP side comes first and refuses first, as a rule."""
    files, other = Files(tmp_path / "one"), Files(tmp_path / "other")
    for authority in (files, other):
        make(authority, "one", (), datetime.now(UTC) - timedelta(days=made), 50)
    server = flight.FlightServerBase(
        f"grpc+tls://{host}:0",
        tls_certificates=[(files.server.read_bytes(), files.server.read_bytes())],
    )
    roots = other if kind == "unknown" else files
    channel = Channel(f"grpc+tls://{host}:{server.port}", "a-token", roots.authority.read_text())
    error = refused(lambda: Stream(channel, "SELECT 1", "prices", None, lambda: None))
    assert (error.code, error.reasons[0].subject) == (Code.certificate_refused, kind)
    assert "a-token" not in error.said("en")
    server.shutdown()


@pytest.mark.parametrize("url", ["http://10.1.2.3:8810", "http://gw.city.example", "http://[::2]"])
def test_no_password_and_no_token_over_plain_http_to_another_machine(url: str) -> None:
    """Refused before a connection is tried."""
    for who in ({"user": LI, "password": PASSWORD}, {"token": "a-token"}):
        error = refused(lambda who=who: connect(url, language="en", **who))
        assert error.code is Code.tls_required
        assert error.exit_code == 3
        assert "https://" in error.said("zh")
        assert "a-token" not in error.said("en")


def test_a_file_that_holds_no_certificate(secure: Running, tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no certificate")
    for ca in (tmp_path / "x.pem", tmp_path / "none.pem"):
        assert refused(lambda ca=ca: ours(secure, ca)).code is Code.invalid_request


def test_no_code_of_ours_skips_the_check() -> None:
    import workbench as package

    # The doctor looks at who answers at a port; it sends nothing to it and believes nothing.
    top = Path(package.__file__).parent
    sources = [p for p in top.rglob("*.py") if p.parent.name != "doctor"]
    text = "\n".join(p.read_text(encoding="utf-8") for p in sources)
    for word in ("verify=False", "CERT_NONE", "check_hostname", "TLS_SKIP_VERIFY", "tls_skip"):
        assert word not in text


def test_the_session_remembers_its_authority(secure: Running, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path),
        "WORKBENCH_LANG": "en",
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "workbench"]
    sign_in = ["login", "--url", secure.http, "--user", LI, "--ca", str(secure.ca)]
    done = subprocess.run([*command, *sign_in, "--password-stdin"], input=f"{PASSWORD}\n",
                          env=environment, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    done = subprocess.run([*command, "sql", COUNT, "--scenario", SCENARIO], env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "70" in done.stdout


# The operator -----------------------------------------------------------------------------------


def test_rotation_by_restart_a_warning_near_the_end_and_one_s_own_files(
    secure: Running, tmp_path: Path
) -> None:
    """The city of ``secure`` is served by another process: here a copy of its certificates."""
    root = tmp_path / "city"
    (root / "data_contracts").parent.mkdir()
    import shutil

    shutil.copytree(secure.root / "data_contracts", root / "data_contracts")
    assert workbench(root, "tls", "init", "--days", "20").returncode == 0
    away = tmp_path / "ca.key"
    (root / ".workbench" / "tls" / "ca.key").rename(away)
    first = _shown(root)
    with serving(root) as running:
        health = _health(running)
        assert health["certificate_expires_soon"] is True
        assert "19 days" in workbench(root, "tls", "show").stdout
    assert workbench(root, "tls", "renew").returncode == 2
    assert workbench(root, "tls", "renew", "--ca-key", str(away)).returncode == 0
    second = _shown(root)
    assert first != second
    with serving(root) as running:
        assert _health(running)["certificate_expires_soon"] is False
        place = doors(running)[0]
        said = openssl(place, "-CAfile", str(running.ca), "-verify_return_error")
        assert "Verify return code: 0 (ok)" in said
        started = running.events("gateway_started")
        assert [e["detail"]["certificate"] for e in started] == [first, second]


def _shown(root: Path) -> str:
    from workbench.gateway.pem import read_certificate

    path = Files(Layout(root).state).server
    found = certificates.fingerprint(read_certificate(path))
    assert found in workbench(root, "tls", "show").stdout
    return found


def _health(running: Running) -> dict[str, Any]:
    import urllib.request

    context = ssl.create_default_context(cafile=str(running.ca))
    with urllib.request.urlopen(f"{running.http}/health", context=context) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
