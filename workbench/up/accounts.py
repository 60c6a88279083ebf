"""Accounts for the Jupyter servers, where the workbench was started as root.

Under one account a kernel could read the gateway's files: keys, store and extracts. As root the
two servers get two numeric accounts that own nothing else; where these cannot reach Python or
the packages (a virtual environment in a private home, say), that is told, not hidden.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from workbench.errors import Text

FIRST_UID = 60_901
"""Our default: above Debian's range for people (1000-59999, adduser.conf) and below the one that
systemd hands out at need (61184-65519, systemd.exec(5))."""
HOMES = Path("/var/lib/qiku-workbench")
_PROBE = """
import importlib.util, sys
names = ("ipykernel", "jupyterlab", "voila", "plotly", "workbench.ui")
sys.exit(any(importlib.util.find_spec(name) is None for name in names))
"""


@dataclass(frozen=True)
class Account:
    """An unprivileged account that a program runs under."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Separation:
    """The accounts of JupyterLab and Voila, or why there are none."""

    lab: Account | None
    voila: Account | None
    warning: Text | None


ONE_ACCOUNT = Text(
    "提示：同一账号下运行，内核中的代码可以读取网关的文件（密钥、账本、数据副本）。"
    "仅供试用；正式使用须以不同账号运行。",
    "Note: one account runs everything, so a kernel could read the gateway's files (keys, ledger, "
    "extracts). For trying out only; production needs separate accounts.",
)


def separate() -> Separation:
    """Two accounts where that is possible, else the warning with the reason."""
    if os.geteuid() != 0:
        return Separation(None, None, ONE_ACCOUNT)
    lab, voila = _free_account(FIRST_UID), _free_account(FIRST_UID + 1)
    if not can_run(lab):
        return Separation(None, None, _unreachable())
    return Separation(lab, voila, None)


def can_run(account: Account) -> bool:
    """Whether this account can start our Python and find the packages."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def home_of(root: Path, state: Path, name: str, account: Account | None) -> Path:
    """The server's folder: in the state, or outside it where another account must reach it."""
    if account is None:
        return state / "jupyter" / name
    folder = homes_of(root)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (HOMES, folder):
        path.chmod(0o755)
    return folder / name


def homes_of(root: Path) -> Path:
    """Where the accounts' folders of one city lie; to be deleted with the city."""
    return HOMES / sha256(str(root).encode()).hexdigest()[:12]


def _free_account(uid: int) -> Account:
    """The first number from ``uid`` on, in steps of two, that no person's entry names."""
    while True:
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return Account(uid, uid)
        uid += 2


def _unreachable() -> Text:
    return Text(
        f"{ONE_ACCOUNT.zh}（以 root 启动，但其他账号无法访问 {sys.prefix} 中的 Python。）",
        f"{ONE_ACCOUNT.en} (Started as root, but other accounts cannot reach the Python in "
        f"{sys.prefix}.)",
    )
