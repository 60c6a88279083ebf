"""What each program is told, and what it is not."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from workbench.catalogue.new_city import make_city
from workbench.gateway.tls import Files, make
from workbench.up import leaders, programs
from workbench.up.accounts import Account, can_run, home_of, separate
from workbench.up.doors import Door
from workbench.up.jupyter import OWN, write_private
from workbench.up.leaders import PageOptions
from workbench.up.programs import Place, Ports, Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    for name in ("notebooks", "dashboards"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.ipynb").write_text("{}")
    return Site(tmp_path, tmp_path / "logs", Ports(http=1, flight=2, lab=3, voila=4), "zh")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home", None, "browser-token")


def kernel_of(place: Place) -> dict[str, str]:
    path = place.home / "share/jupyter/kernels/python3/kernel.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found: dict[str, str] = json.loads(path.read_text())["env"]
    return found


def test_kernels_are_told_the_address_and_a_token_and_no_more(site: Site, place: Place) -> None:
    programs.prepare(site, place, "session")
    assert kernel_of(place) == {"WORKBENCH_URL": "http://127.0.0.1:1", "WORKBENCH_TOKEN": "session"}
    programs.renew(site, place, "")
    assert kernel_of(place) == {"WORKBENCH_URL": "http://127.0.0.1:1"}


def test_with_tls_kernels_get_a_copy_of_the_authority_and_the_gateway_is_told(
    site: Site, place: Place, tmp_path: Path
) -> None:
    files = Files(tmp_path / "state")
    make(files, "city", (), datetime.now(UTC), 397)
    secure = replace(site, door=Door(files.authority))
    assert (secure.url, secure.flight) == ("https://127.0.0.1:1", "grpc+tls://127.0.0.1:2")
    programs.prepare(secure, place, "session")
    told = kernel_of(place)
    assert told["WORKBENCH_URL"] == secure.url
    copy = Path(told["WORKBENCH_CA"])
    assert copy.is_relative_to(place.home)
    assert copy.read_bytes() == files.authority.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o644
    assert "--tls" in programs.gateway(secure, {}).command
    assert "--no-tls" in programs.gateway(site, {}).command


def test_no_program_gets_the_operator_s_variables_or_a_token(
    site: Site, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPERATORS_SECRET", "secret-value")
    monkeypatch.setenv("WORKBENCH_TOKEN", "operators-token")
    programs.prepare(site, place, "session")
    for program in (
        programs.gateway(site, {"WORKBENCH_CHECKPOINTS": "/elsewhere"}),
        programs.lab(site, place),
        leaders.voila(site, place),
    ):
        told = json.dumps([dict(program.environment), list(program.command)])
        for secret in ("secret-value", "operators-token", "browser-token", "session"):
            assert secret not in told
        assert program.environment["WORKBENCH_LANG"] == "zh"


def test_only_the_gateway_gets_its_configuration(site: Site, place: Place) -> None:
    programs.prepare(site, place, "")
    kept = {"WORKBENCH_CHECKPOINTS": "/elsewhere"}
    assert programs.gateway(site, kept).environment["WORKBENCH_CHECKPOINTS"] == "/elsewhere"
    assert "WORKBENCH_CHECKPOINTS" not in programs.lab(site, place).environment


@pytest.mark.parametrize("keeps_folders", [True, False], ids=["as made", "as cloned"])
@pytest.mark.parametrize("apart", [None, Account(60_999, 60_999)], ids=["one account", "apart"])
def test_a_new_city_can_be_served(
    tmp_path: Path, apart: Account | None, keeps_folders: bool
) -> None:
    """Made by ``init``; a clone of it may lack folders that nobody filled."""
    if apart is not None and os.geteuid() != 0:
        pytest.skip("handing files over needs root")
    root = tmp_path / "city"
    make_city(root)
    for name in ("notebooks", "dashboards"):
        assert (root / name).is_dir()
        if not keeps_folders:
            shutil.rmtree(root / name)
    site = Site(root, tmp_path / "logs", Ports(http=1, flight=2, lab=3, voila=4), "zh")
    place = Place(tmp_path / "home", apart, "t")
    programs.prepare(site, place, "")
    for program in (programs.lab(site, place), leaders.voila(site, place)):
        assert program.folder.is_dir()
        subprocess.run(["true"], cwd=program.folder, check=True)
    assert programs.lab_path(site) == "/lab"


def test_jupyterlab_asks_for_its_token_and_listens_on_this_machine(
    site: Site, place: Place
) -> None:
    programs.prepare(site, place, "")
    programs.lab(site, place)
    config = config_of(place, "jupyter_server_config.json")
    assert config["IdentityProvider"]["token"] == "browser-token"
    assert config["ServerApp"]["ip"] == "127.0.0.1"
    assert config["ServerApp"]["port_retries"] == 0
    assert config["MappingKernelManager"]["cull_idle_timeout"] > 0


def test_the_leaders_server_is_told_its_settings_and_no_secret(site: Site, place: Place) -> None:
    options = PageOptions(
        viewers=3, proxy_header="X-Person", proxy_secret="the-proxy-s-own-secret-1234"
    )
    programs.prepare(site, place, "")
    found = leaders.voila(site, place, lambda: "secret-line", options)
    config = config_of(place, "voila.json")
    server = config["PagesServer"]
    assert (server["ip"], server["port"], server["port_retries"]) == ("127.0.0.1", 4, 0)
    assert (server["viewers"], server["proxy_header"]) == (3, "X-Person")
    assert server["secrets_from_input"] is True
    assert found.secrets is not None
    assert found.secrets() == "secret-line"
    # Its kernels run under its account: nothing of the door may lie in a file or stand in an
    # environment or a command line.
    told = json.dumps([config, dict(found.environment), list(found.command), kernel_of(place)])
    for secret in ("browser-token", "secret-line", options.proxy_secret):
        assert secret not in told
        assert secret not in repr(options)


def config_of(place: Place, name: str) -> dict[str, Any]:
    path = place.home / "config" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_tokens_stand_in_no_repr(place: Place) -> None:
    assert "browser-token" not in repr(place)


def test_the_page_template_and_the_board_are_served_from_the_home(site: Site, place: Place) -> None:
    programs.prepare(site, place, "")
    share = place.home / "share/jupyter"
    template = share / "voila/templates/workbench"
    assert json.loads((template / "conf.json").read_text())["base_template"] == "lab"
    for folder in (template / "static", share / "labextensions/workbench/static"):
        assert (folder / "plotly-qiku.min.js").stat().st_size > 1_000_000
        for name in ("board.js", "board.css", "themes.json"):
            assert (folder / name).stat().st_size > 1_000


def test_the_template_asks_no_other_machine(site: Site, place: Place) -> None:
    programs.prepare(site, place, "")
    for path in (place.home / "share/jupyter/voila").rglob("*.j2"):
        assert "http" not in path.read_text(encoding="utf-8")


def test_write_private_replaces_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    write_private(path, "甲", None)
    write_private(path, "乙", None)
    assert path.read_text(encoding="utf-8") == "乙"
    assert [p.name for p in tmp_path.iterdir()] == ["f.json"]


def test_one_account_is_told() -> None:
    found = separate()
    if found.lab is None:
        assert found.warning is not None
        assert "网关的文件" in found.warning.zh
    else:
        assert found.voila is not None
        assert os.geteuid() == 0
        assert len({found.lab.uid, found.voila.uid, 0}) == 3


def test_an_account_that_cannot_reach_python_cannot_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(hidden / "python"))
    assert can_run(Account(os.getuid() + 54_321, os.getgid() + 54_321)) is False


def test_homes_lie_in_the_state_unless_another_account_must_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.up.accounts.HOMES", tmp_path / "lib")
    state = tmp_path / "city/.workbench"
    assert home_of(tmp_path / "city", state, "lab", None) == state / "jupyter" / "lab"
    other = home_of(tmp_path / "city", state, "lab", Account(1, 1))
    assert not other.is_relative_to(state)
    assert other.parent.is_dir()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="handing files over needs root")


@pytest.fixture
def apart(tmp_path: Path) -> Place:
    return Place(tmp_path / "home", Account(60_999, 60_999), "t")


@needs_root
def test_an_account_of_its_own_keeps_its_notebooks_and_sees_today_s_pages(
    site: Site, apart: Place
) -> None:
    programs.prepare(site, apart, "")
    folder = programs.lab(site, apart).folder
    assert folder != site.root / "notebooks"
    (folder / "a.ipynb").write_text("mine")
    assert (programs.lab(site, apart).folder / "a.ipynb").read_text() == "mine"
    pages = leaders.voila(site, apart).folder
    (site.root / "dashboards" / "a.ipynb").write_text("newer")
    assert (leaders.voila(site, apart).folder / "a.ipynb").read_text() == "newer"
    assert pages != site.root / "dashboards"


@needs_root
def test_an_account_owns_only_what_it_must_write(site: Site, apart: Place) -> None:
    old = os.umask(0o077)
    try:
        programs.prepare(site, apart, "session")
        programs.lab(site, apart)
        leaders.voila(site, apart)
    finally:
        os.umask(old)
    assert apart.account is not None
    owned = {p.name for p in apart.home.iterdir() if p.stat().st_uid == apart.account.uid}
    assert owned == {*OWN, "notebooks"}
    for folder in ("share", "config", "dashboards"):
        for path in (apart.home / folder, *(apart.home / folder).rglob("*")):
            mode = path.stat()
            assert mode.st_uid == 0
            may_read = mode.st_mode & 0o004 or (
                mode.st_gid == apart.account.gid and mode.st_mode & 0o040
            )
            assert may_read, path
            assert not mode.st_mode & 0o022
    secret = apart.home / "share/jupyter/kernels/python3/kernel.json"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o640
    assert secret.stat().st_gid == apart.account.gid


@needs_root
def test_a_link_in_an_account_s_folder_is_not_written_through(
    site: Site, apart: Place, tmp_path: Path
) -> None:
    programs.prepare(site, apart, "")
    folder = programs.lab(site, apart).folder
    victim = tmp_path / "victim"
    (folder / "a.ipynb").unlink()
    (folder / "a.ipynb").symlink_to(victim)
    programs.prepare(site, apart, "")
    programs.lab(site, apart)
    assert not victim.exists()
