"""What a worker can no longer do, as root and as any other account."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import ctypes, json, os, socket, sys
from pathlib import Path
from workbench.workspace.confine import confine, leave_network

root, unprivileged = Path(sys.argv[1]), sys.argv[2] == "any"
if unprivileged and os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # dumpable again, as a process that was never root
taken = leave_network()
steps = confine(root, 256, 64, None if unprivileged else 61_999, taken)

def fails(what):
    try:
        what()
    except OSError:
        return True
    return False

(Path("/t") / "spilt").write_text("x")
caller = socket.socket()
print(json.dumps({
    "steps": steps,
    "root": sorted(os.listdir("/")),
    "network": not fails(lambda: caller.connect(("127.0.0.1", int(sys.argv[3])))),
    "leaves": not fails(lambda: os.chroot("t")),
    "becomes_root": not fails(lambda: os.setuid(0)),
}))
"""


def user_namespaces() -> bool:
    """Whether this kernel gives them to an account that is not root."""
    script = (
        "import ctypes, os\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "raise SystemExit(ctypes.CDLL(None).unshare(0x10000000) != 0)"
    )
    return subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("account", ["root", "any"])
def test_a_confined_process_has_a_root_of_its_own_and_no_network(
    account: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if account == "root" and os.geteuid() != 0:
        pytest.skip("needs root")
    if account == "any" and not user_namespaces():
        pytest.skip("this kernel gives no user namespaces to other accounts than root")
    root: Path = tmp_path_factory.mktemp("root")
    (root / "t").mkdir()
    (root / "t").chmod(0o777)
    for folder in (root, *root.parents):
        if stat.S_IMODE(folder.stat().st_mode) == 0o700:  # pytest's own: another account goes in
            folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(root), account, port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    wanted = {"no_network", "own_root", "not_dumpable", "no_new_privileges", "limits", "no_core"}
    wanted |= {"own_account"} if account == "root" else {"own_users"}
    assert set(said.pop("steps")) == wanted
    assert said == {
        "root": ["t"],
        "network": False,
        "leaves": False,
        "becomes_root": False,
    }
