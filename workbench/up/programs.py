"""What runs, with which environment: the gateway, JupyterLab for analysts (``leaders``: Voila).

Each gets an environment of its own and nothing of the operator's. The two Jupyter servers hold no
key and no path into the city's state; where the workbench was started as root, each runs under an
account of its own, so that its kernels cannot read the gateway's files either.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from workbench.client.trust import context_for
from workbench.errors import Language, Text
from workbench.up.accounts import Account
from workbench.up.doors import HOST, Door
from workbench.up.jupyter import (
    make_home,
    share,
    working_copy,
    write_kernel,
    write_private,
)
from workbench.up.supervise import Program
from workbench.up.timer import Job

CULL_NOTEBOOK_SECONDS = 12 * 3600
"""A notebook's kernel ends after a working day without use (our default)."""


@dataclass(frozen=True)
class Ports:
    http: int = 8810
    flight: int = 8811
    lab: int = 8888
    voila: int = 8866

    def named(self) -> Mapping[str, int]:
        return {
            "--http-port": self.http,
            "--flight-port": self.flight,
            "--lab-port": self.lab,
            "--voila-port": self.voila,
        }


@dataclass(frozen=True)
class Place:
    """A server's own folder, its account, and the token that opens it in a browser.

    Neither token may stand in a log or in an error's ``repr``.
    """

    home: Path
    account: Account | None
    token: str = field(repr=False)


@dataclass(frozen=True)
class Site:
    """One city being served. ``folder`` of a server is where its notebooks lie."""

    root: Path
    logs: Path
    ports: Ports
    language: Language
    door: Door | None = None
    """None where the gateway speaks no TLS."""

    @property
    def url(self) -> str:
        return f"{'https' if self.door else 'http'}://{HOST}:{self.ports.http}"

    @property
    def flight(self) -> str:
        return f"{'grpc+tls' if self.door else 'grpc'}://{HOST}:{self.ports.flight}"

    @property
    def ca(self) -> Path | None:
        """The roots that kernels have to be given; None where the machine's own list does."""
        return self.door.ca if self.door else None


def gateway(site: Site, kept: Mapping[str, str]) -> Program:
    """``kept`` are the operator's variables that the gateway is configured by."""
    ports = site.ports
    return Program(
        name="gateway",
        title=Text("网关", "the gateway"),
        command=(
            *(sys.executable, "-m", "workbench", "serve"),
            *("--city", str(site.root), "--host", HOST),
            *("--http-port", str(ports.http), "--flight-port", str(ports.flight)),
            *_certificate(site.door),
        ),
        environment={**_base(site, site.logs.parent), **kept},
        folder=site.root,
        log=site.logs / "gateway.out.log",
        ready=answers(f"{site.url}/health", site.ca),
    )


def monthly(site: Site, kept: Mapping[str, str], minutes: int) -> Job:
    """The month, worked out by itself: the operator's own process, configured as the gateway is."""
    trusted = {"WORKBENCH_CA": str(site.ca)} if site.ca is not None else {}
    return Job(
        title=Text("月度运行", "The monthly run"),
        command=(
            *(sys.executable, "-m", "workbench", "monthly", "run"),
            *("--city", str(site.root), "--url", site.url),
        ),
        environment={**_base(site, site.logs.parent), **kept, **trusted},
        folder=site.root,
        log=site.logs / "monthly.out.log",
        every=minutes * 60.0,
    )


def _certificate(door: Door | None) -> tuple[str, ...]:
    if door is None:
        return ("--no-tls",)
    named = (("--tls-cert", door.certificate), ("--tls-key", door.key))
    return ("--tls", *(word for name, file in named if file for word in (name, str(file))))


def lab(site: Site, place: Place) -> Program:
    """JupyterLab over the city's notebooks. An account of its own gets copies of them."""
    folder = site.root / "notebooks"
    if place.account is not None:
        folder = working_copy(folder, place.home, place.account)
    else:
        folder.mkdir(exist_ok=True)  # a version control keeps no empty folder
    config = {
        "ServerApp": {
            **server_config(site.ports.lab),
            "root_dir": str(folder),
            "allow_root": place.account is None,
        },
        "IdentityProvider": {"token": place.token},
        "LabApp": {
            "default_url": lab_path(site),
            "extension_manager": "readonly",
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "news_url": None,
        },
        "MappingKernelManager": _culling(CULL_NOTEBOOK_SECONDS),
    }
    page = {
        "disabledExtensions": {
            "@jupyterlab/apputils-extension:announcements": True,
            "@jupyterlab/extensionmanager-extension": True,
        }
    }
    write_config(place, "jupyter_server_config.json", config)
    write_config(place, "labconfig/page_config.json", page)
    return Program(
        name="lab",
        title=Text("JupyterLab", "JupyterLab"),
        command=(sys.executable, "-m", "jupyterlab"),
        environment=jupyter_environment(site, place),
        folder=folder,
        log=site.logs / "lab.out.log",
        ready=answers(f"http://{HOST}:{site.ports.lab}/api"),
        account=place.account,
    )


def lab_path(site: Site) -> str:
    """Where JupyterLab opens: at the city's first notebook."""
    first = sorted((site.root / "notebooks").glob("*.ipynb"))
    return f"/lab/tree/{first[0].name}" if first else "/lab"


def prepare(site: Site, place: Place, token: str) -> None:
    """The server's folder with all it reads; its kernels begin with ``token``."""
    make_home(place.home, place.account)
    renew(site, place, token)


def renew(site: Site, place: Place, token: str) -> None:
    """Kernels started from now on begin with ``token``; without one they have to sign in.

    They get a copy of the authority's certificate: the state folder is closed to them.
    """
    told = {"WORKBENCH_URL": site.url, **({"WORKBENCH_TOKEN": token} if token else {})}
    if site.ca is not None:
        told["WORKBENCH_CA"] = shared_ca(site, place)
    write_kernel(place.home, told, place.account)


def shared_ca(site: Site, place: Place) -> str:
    """A copy of the roots that kernels may read; empty where there is nothing to read."""
    return "" if site.ca is None else str(share(place.home, site.ca))


def answers(url: str, ca: Path | None = None) -> Callable[[], bool]:
    """Whether something there speaks HTTP and is not failing; its certificate is by ``ca``, or by
    a root of the machine's own list."""
    trusted = context_for(str(ca or ""))

    def ask() -> bool:
        try:
            return httpx.get(url, timeout=2, trust_env=False, verify=trusted).status_code < 500
        except httpx.TransportError:
            return False

    return ask


def _base(site: Site, home: Path) -> dict[str, str]:
    """Every process: where programs lie, in which language to speak. No secret."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TZ") if name in os.environ}
    return {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), "/usr/local/bin:/usr/bin:/bin")),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        **kept,
        "WORKBENCH_LANG": site.language,
        "PYTHONUNBUFFERED": "1",
    }


def jupyter_environment(site: Site, place: Place) -> dict[str, str]:
    home = place.home
    return {
        **_base(site, home / "user"),
        "USER": "workbench",
        "LOGNAME": "workbench",
        "SHELL": "/bin/sh",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "data" / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "data" / "lab" / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PATH": str(home / "share" / "jupyter"),
        "IPYTHONDIR": str(home / "ipython"),
        "TMPDIR": str(home / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def server_config(port: int) -> dict[str, Any]:
    return {"ip": HOST, "port": port, "port_retries": 0, "open_browser": False}


def _culling(seconds: int) -> dict[str, Any]:
    return {"cull_idle_timeout": seconds, "cull_interval": 15, "cull_connected": False}


def write_config(place: Place, name: str, value: Mapping[str, Any]) -> None:
    path = place.home / "config" / name
    path.parent.mkdir(exist_ok=True)
    path.parent.chmod(0o755)
    write_private(path, json.dumps(value, indent=1), place.account)
