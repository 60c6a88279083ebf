"""The folder that Jupyter's servers read: our page template, plotly.js, and the kernel's token.

It lies in the account's home and outside the city's state, so that an unprivileged account may
read it. Kernels get their token through the kernel's description and not through the server's
environment: the description can be written again while the server runs, so that a kernel started
tomorrow does not begin with yesterday's token.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from workbench.up.accounts import Account

TEMPLATE = "workbench"
PLOTLY = "plotly.min.js"


def write_jupyter_home(home: Path, account: Account | None) -> None:
    """Template and plotly.js under ``home/share/jupyter``, for Voila and for JupyterLab."""
    share = home / "share" / "jupyter"
    template = share / "voila" / "templates" / TEMPLATE
    with as_file(files("workbench.ui").joinpath("share", "jupyter")) as source:
        shutil.copytree(source, share, dirs_exist_ok=True)
    with as_file(files("plotly").joinpath("package_data", PLOTLY)) as bundle:
        for folder in (template / "static", share / "labextensions" / TEMPLATE / "static"):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(bundle, folder / PLOTLY)
    own(home, account)


def write_kernel(home: Path, environment: Mapping[str, str], account: Account | None) -> None:
    """The Python kernel of this server's users, with what it may know."""
    folder = home / "share" / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True, exist_ok=True)
    description = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (workbench)",
        "language": "python",
        "env": dict(environment),
        "metadata": {"debugger": True},
    }
    path = folder / "kernel.json"
    write_private(path, json.dumps(description, indent=1), account)
    own(folder, account)


def write_private(path: Path, text: str, account: Account | None) -> None:
    """Replace the file at once, readable by its owner alone."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    if account is not None:
        os.chown(fresh, account.uid, account.gid)
    fresh.replace(path)


def own(path: Path, account: Account | None) -> None:
    """Hand the folder over to the account, with all in it."""
    if account is None:
        return
    for found in (path, *_below(path)):
        os.chown(found, account.uid, account.gid, follow_symlinks=False)


def _below(path: Path) -> Iterator[Path]:
    for folder, names, file_names in os.walk(path):
        for name in (*names, *file_names):
            yield Path(folder) / name
