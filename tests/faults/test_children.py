"""A trusted child whose parent is killed ends, whatever it was about to be told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from faults.processes import process

SUPPORT = Path(__file__).parents[1] / "support"
PARENT = """
import sys, time
from workbench.workspace.child import Child
from workbench.workspace.protocol import readable, receive, send_json
sys.executable = sys.argv[1]
child = Child("child_job")
send_json(child._sock, {"do": "sleep"})
assert readable(child._sock, 30)
if sys.argv[2] == "read":
    receive(child._sock)
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("report", ["read", "unread"])
def test_a_child_at_work_does_not_outlive_its_parent(tmp_path: Path, report: str) -> None:
    """Bytes that nobody has read make the end of a socket an error, not an end."""
    run = tmp_path / "python"
    run.write_text(f'#!/bin/sh\nexec {sys.executable} -I {SUPPORT / "child_job.py"} "$4"\n')
    run.chmod(0o755)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(run), report], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = process(int(parent.stdout.readline()))
    try:
        parent.kill()
        parent.wait()
        assert child.gone(5), "it works on for nobody"
    finally:
        child.kill()
