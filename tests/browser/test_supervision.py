"""Processes that die are started again; Ctrl-C leaves none behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import httpx
import psutil
import pytest
from running_city import Up, Watched, copy_city, wait_for, words_of

from workbench.client import connect
from workbench.up.processes import is_alive

pytestmark = pytest.mark.browser


def ask(up: Up) -> int:
    """One governed query as the sample analyst."""
    connection = connect(up.gateway, user="analyst", password=up.password("analyst"))
    try:
        return connection.sql("from house_prices limit 3", scenario="house_price_watch").rows
    finally:
        connection.close()


def test_a_killed_gateway_is_started_again_and_works(up: Up) -> None:
    assert ask(up) == 3
    before = up.child("serve")
    workers = before.children(recursive=True)
    before.kill()
    assert wait_for(lambda: "网关已重新启动" in up.said)
    assert wait_for(lambda: _healthy(up))
    assert up.child("serve").pid != before.pid
    assert ask(up) == 3
    assert re.search(r"网关已退出（signal SIGKILL），1 秒后重新启动", up.said)
    assert wait_for(lambda: not any(is_alive(w.pid) for w in workers))


def _healthy(up: Up) -> bool:
    try:
        return httpx.get(f"{up.gateway}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_a_killed_jupyterlab_takes_its_kernels_along(up: Up, watched: Watched) -> None:
    watched.page.goto(up.lab)
    assert wait_for(lambda: _kernels(up.child("jupyterlab")), 60)
    lab = up.child("jupyterlab")
    kernels = _kernels(lab)
    lab.kill()
    assert wait_for(lambda: not any(is_alive(k.pid) for k in kernels))
    assert wait_for(lambda: "JupyterLab已重新启动" in up.said)


def _kernels(server: psutil.Process) -> list[psutil.Process]:
    return [p for p in server.children(recursive=True) if "ipykernel" in " ".join(words_of(p))]


def test_a_second_up_tells_that_the_city_is_being_served(up: Up) -> None:
    second = Up.start(up.city)
    assert second.process.wait(120) != 0
    assert wait_for(lambda: "网关" in second.said)
    assert up.process.poll() is None
    assert ask(up) == 3


@pytest.mark.slow
def test_ctrl_c_leaves_no_process_and_no_port(tmp_path: Path) -> None:
    check_stopping(Up.start(copy_city(tmp_path)).ready(), signal.SIGINT)


def check_stopping(running: Up, number: int) -> None:
    assert ask(running) == 3
    httpx.get(running.page, follow_redirects=True, timeout=60, trust_env=False)
    everybody = running.descendants()
    assert len(everybody) >= 4  # gateway, its worker, JupyterLab, Voila (and the page's kernel)
    assert running.stop(number) == 0
    assert [p for p in everybody if is_alive(p.pid)] == []
    assert "已全部结束" in running.said
    for address in (running.lab, running.page, running.gateway):
        with pytest.raises(httpx.TransportError):
            httpx.get(address, trust_env=False)


def test_what_up_wrote_is_for_its_owner_only(up: Up) -> None:
    state = up.city / ".workbench"
    assert state.stat().st_mode & 0o077 == 0
    for path in (*state.glob("logs/*"), state / "sample-users.txt"):
        assert path.stat().st_mode & 0o077 == 0


def test_no_token_and_no_password_stands_in_a_log(up: Up) -> None:
    secrets = [up.password(person) for person in ("analyst", "leader", "auditor", "operator")]
    secrets += [address.split("token=")[1] for address in (up.lab, up.page)]
    logs = "".join(p.read_text(errors="replace") for p in (up.city / ".workbench/logs").iterdir())
    assert logs
    assert [secret for secret in secrets if secret in logs] == []


def test_a_kernel_cannot_read_the_state_or_up_says_that_it_could(up: Up) -> None:
    lab = up.child("jupyterlab")
    uid = lab.uids().real
    if uid == os.getuid():
        assert "内核中的代码可以读取网关的文件" in up.said
        return
    for path in (up.city / ".workbench", up.city / ".workbench" / "keys"):
        done = subprocess.run(["ls", str(path)], user=uid, group=uid, extra_groups=[], check=False)
        assert done.returncode != 0
    assert uid != up.child("voila").uids().real


def test_a_signal_to_end_does_the_same(up: Up) -> None:
    """The last test here: it ends what the others shared."""
    check_stopping(up, signal.SIGTERM)
