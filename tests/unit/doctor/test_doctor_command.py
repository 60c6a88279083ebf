"""``workbench doctor`` and ``--production`` as they are typed, beside a gateway that runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from commands import here
from ports import free_ports

PASSWORD = "a long enough password"


def doctor(city: Path, *options: str, **ports: int) -> tuple[int, dict[str, Any]]:
    numbers = {**dict(zip(("http", "flight", "lab", "voila"), free_ports(4), strict=True)), **ports}
    named = [word for name, n in numbers.items() for word in (f"--{name}-port", str(n))]
    done = here("doctor", "--city", str(city), "--json", *options, *named)
    assert done.stdout.startswith("{"), done.stderr
    return done.returncode, json.loads(done.stdout)


@contextmanager
def gateway(city: Path) -> Iterator[dict[str, Any]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "serve", "--city", str(city),
         "--http-port", "0", "--flight-port", "0"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_beside_a_gateway_that_runs(city: Path) -> None:
    with gateway(city) as ready:
        port = int(ready["http"].rsplit(":", 1)[1])
        code, report = doctor(city, http=port)
        assert code == 0, [c for c in report["checks"] if c["status"] == "fail"]
        said = [c["seen"]["en"] for c in report["checks"] if c["check"] == "ports"]
        assert any("the gateway, at 127.0.0.1" in s for s in said)
        assert {c["status"] for c in report["checks"] if c["check"] == "ledger"} == {"ok"}
    assert report["ok"] is True
    assert sum(report["counts"].values()) == len(report["checks"])


def test_a_failure_gives_exit_2_and_words(city: Path) -> None:
    (city / ".workbench/keys/token.key").chmod(0o604)
    code, report = doctor(city)
    assert (code, report["ok"]) == (2, False)
    done = here("doctor", "--city", str(city))
    assert done.returncode == 2
    assert "✗ who can read:" in done.stdout
    assert "Next: chmod 600" in done.stdout


def test_serve_does_not_start_in_production_while_something_fails(city: Path) -> None:
    (city / ".workbench/sample-users.txt").write_text("analyst\tsecret-word\tdrc\n")
    done = here(
        "serve", "--city", str(city), "--production", "--http-port", "0", "--flight-port", "0"
    )
    assert done.returncode == 2
    assert "people: The passwords of the sample people" in done.stderr
    assert "Next:" in done.stderr
    assert "secret-word" not in done.stderr
    assert "ready" not in done.stdout
    assert not (city / ".workbench/gateway.lock").exists()
