"""One's own certificate and the operator's own variables, as the gateway of ``up`` gets them."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ports import free_ports
from stores import Places

from workbench.catalogue.new_city import make_city
from workbench.errors import Code, WorkbenchError
from workbench.gateway.securing import Wanted
from workbench.gateway.tls import Files, make
from workbench.store.address import STORE
from workbench.store.layout import CHECKPOINTS, Layout
from workbench.up import programs
from workbench.up.doors import Door, door
from workbench.up.kept import kept
from workbench.up.programs import Ports, Site

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Another authority and its certificate for this machine."""
    files = Files(tmp_path_factory.mktemp("own"))
    make(files, "other", ["gw.city.example"], NOW, 397)
    return files


@pytest.fixture
def site(tmp_path: Path) -> Site:
    root = tmp_path / "city"
    make_city(root)
    http, flight, lab, voila = free_ports(4)
    return Site(root, Layout(root).logs, Ports(http, flight, lab, voila), "en")


def refused(wanted: Wanted, ca: str, tmp_path: Path) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        door(Files(tmp_path / "none"), wanted, ca, NOW)
    (reason,) = caught.value.reasons
    assert reason.next is not None
    assert reason.next.zh != reason.next.en
    return caught.value


def test_a_certificate_of_one_s_own_is_served_and_kernels_get_its_roots(
    own: Files, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own.folder)  # the gateway runs elsewhere
    found = door(Files(tmp_path), Wanted(certificate=Path("server.pem")), "ca.pem", NOW)
    assert found == Door(own.authority, own.server, None)
    secure = replace(site, door=found)
    place = programs.Place(tmp_path / "home", None, "t")
    programs.prepare(secure, place, "")
    kernel = (place.home / "share/jupyter/kernels/python3/kernel.json").read_text()
    assert secure.url in kernel
    assert "WORKBENCH_CA" in kernel
    copy = place.home / "share/jupyter/ca.pem"
    assert copy.read_bytes() == own.authority.read_bytes()

    program = programs.gateway(secure, {})
    process = subprocess.Popen(
        program.command,
        env=dict(program.environment), cwd=program.folder, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not program.ready() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        assert program.ready(), "believed by its own roots"
    finally:
        process.terminate()
        process.wait(30)
    assert program.command[program.command.index("--tls-cert") + 1] == str(own.server)


def test_with_a_key_apart(own: Files, tmp_path: Path, site: Site) -> None:
    text = own.server.read_text()
    at = text.index("-----BEGIN PRIVATE KEY")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text(text[:at])
    key.touch(mode=0o600)
    key.write_text(text[at:])
    found = door(Files(tmp_path), Wanted(None, chain, key), str(own.authority), NOW)
    command = programs.gateway(replace(site, door=found), {}).command
    assert command[-5:] == ("--tls", "--tls-cert", str(chain), "--tls-key", str(key))


def test_a_certificate_that_kernels_would_not_believe_starts_nothing(
    own: Files, tmp_path: Path
) -> None:
    error = refused(Wanted(certificate=own.server), "", tmp_path)
    assert error.code is Code.certificate_refused
    assert "WORKBENCH_CA" in error.said("en")
    other = Files(tmp_path / "other")
    make(other, "third", (), NOW, 397)
    error = refused(Wanted(certificate=own.server), str(other.authority), tmp_path)
    assert error.code is Code.certificate_refused


def test_roots_with_a_key_are_not_handed_to_kernels(own: Files, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text(own.authority.read_text() + own.authority_key.read_text())
    error = refused(Wanted(certificate=own.server), str(both), tmp_path)
    assert "holds a private key" in error.said("en")


def test_without_tls_and_with_the_citys_own(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert door(files, Wanted(), "", NOW) is None
    make(files, "city", (), NOW, 397)
    assert door(files, Wanted(), "", NOW) == Door(files.authority)
    assert door(files, Wanted(tls=False), "", NOW) is None


# The operator's variables -------------------------------------------------------------------


def test_what_a_home_and_a_folder_stand_for_is_written_out(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    (home / ".postgresql").mkdir(parents=True)
    assert kept({}, home, here) == {}
    for name in (".pgpass", ".postgresql/root.crt"):
        (home / name).touch()
    given = {STORE: "postgresql://x", CHECKPOINTS: "../checks", "PGSSLMODE": "require",
             "OPERATORS_SECRET": "x", "PGSSLKEY": ""}  # fmt: skip
    assert kept(given, home, here) == {
        STORE: "postgresql://x",
        CHECKPOINTS: str(tmp_path / "checks"),
        "PGSSLMODE": "require",
        "PGPASSFILE": str(home / ".pgpass"),
        "PGSSLROOTCERT": str(home / ".postgresql/root.crt"),
    }
    named = {"PGPASSFILE": "/elsewhere", "PGSSLROOTCERT": "system"}
    assert kept(named, home, here) == named


def test_the_gateway_finds_the_operator_s_password_file(
    site: Site,
    tmp_path: Path,
    postgres_server: Places,
) -> None:
    url = postgres_server.url("pgpass").partition("&passfile")[0]
    home = tmp_path / "home"
    home.mkdir()
    (home / ".pgpass").touch(mode=0o600)
    (home / ".pgpass").write_text(postgres_server.passfile.read_text())

    def status(home: Path) -> tuple[int, str]:
        told = programs.gateway(site, kept({STORE: url}, home, tmp_path)).environment
        python, *_ = programs.gateway(site, {}).command
        done = subprocess.run(
            [python, "-m", "workbench", "store", "status", "--city", str(site.root)],
            env=dict(told), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    assert status(home)[0] == 0, status(home)
    code, said = status(tmp_path)
    assert (code, "password" in said) == (5, True), said
