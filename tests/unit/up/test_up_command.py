"""``workbench up`` where it must not start: told with the reason and the exit code."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.gateway.tls import Files, make

ROOT = Path(__file__).parents[3]


def up(folder: Path, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", "up", "--city", str(folder), *options],
        env={**os.environ, "WORKBENCH_LANG": "en", **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def city(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data_contracts", tmp_path / "data_contracts")
    return tmp_path


def test_production_is_refused(city: Path) -> None:
    done = up(city, "--production")
    assert done.returncode == 2
    assert "people: No users and no store yet." in done.stderr
    assert "workbench users add" in done.stderr
    assert not (city / ".workbench").exists()


def test_a_certificate_of_one_s_own_is_not_ignored(city: Path, tmp_path: Path) -> None:
    own = Files(tmp_path / "own")
    make(own, "other", (), datetime.now(UTC), 397)
    done = up(city, WORKBENCH_TLS_CERT=str(own.server), WORKBENCH_CA="")
    assert done.returncode != 0
    assert "would not believe this certificate" in done.stderr
    done = up(city, WORKBENCH_TLS_KEY=str(own.server))
    assert "--tls-key needs --tls-cert" in done.stderr
    assert not (city / ".workbench").exists()


def test_a_folder_that_is_no_city_is_told(tmp_path: Path) -> None:
    done = up(tmp_path)
    assert done.returncode == 2
    assert "city.yaml" in done.stderr


def test_wrong_contracts_stop_it_before_anything_is_made(city: Path) -> None:
    path = city / "data_contracts" / "city.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nsurprise: 1\n", encoding="utf-8")
    done = up(city)
    assert done.returncode == 2
    assert "surprise" in done.stderr
    assert not (city / ".workbench").exists()


def test_a_taken_port_stops_it_before_people_and_data_are_made(city: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = up(city, "--lab-port", str(taken.getsockname()[1]))
    assert done.returncode == 5
    assert "--lab-port" in done.stderr
    assert not (city / ".workbench" / "sample-users.txt").exists()
