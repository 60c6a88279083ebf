"""The leaders' server: Voila with a door, warm kernels and a limit (``workbench.pages.server``)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.errors import Text
from workbench.up.doors import HOST
from workbench.up.jupyter import reading_copy
from workbench.up.programs import (
    Place,
    Site,
    answers,
    jupyter_environment,
    server_config,
    shared_ca,
    write_config,
)
from workbench.up.supervise import Program

WIDGET_EXTENSIONS = (
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
)
"""All that a page needs of JupyterLab's extensions; the rest only costs time."""


@dataclass(frozen=True)
class PageOptions:
    """What the operator chooses for pages: how many are open at once, and of one person; the names
    (Host) that the server is reached by beside loopback; and the header by which a proxy in front
    names who is looking, with the secret that proves it; empty where there is no proxy."""

    viewers: int = 20
    pages_each: int = 10
    hosts: tuple[str, ...] = ()
    proxy_header: str = "X-Forwarded-User"
    proxy_secret: str = field(default="", repr=False)


DEFAULT_PAGES = PageOptions()


def voila(
    site: Site,
    place: Place,
    secrets: Callable[[], str] = lambda: "{}",
    options: PageOptions = DEFAULT_PAGES,
) -> Program:
    """The leaders' server over the city's dashboards. ``secrets`` is its line of secrets (see
    ``workbench.pages.server.secrets``), made anew at each start."""
    folder = site.root / "dashboards"
    if place.account is not None:
        folder = reading_copy(folder, place.home)
    else:
        folder.mkdir(exist_ok=True)
    config = {
        "PagesServer": {
            **server_config(site.ports.voila),
            "root_dir": str(folder),
            "gateway_url": site.url,
            "gateway_ca": shared_ca(site, place),
            "language": site.language,
            "viewers": options.viewers,
            "pages_each": options.pages_each,
            "hosts": list(options.hosts),
            "proxy_header": options.proxy_header,
            "secrets_from_input": True,
        },
        "VoilaConfiguration": {
            "template": "workbench",
            "extension_allowlist": list(WIDGET_EXTENSIONS),
            "show_tracebacks": False,
        },
    }
    write_config(place, "voila.json", config)
    return Program(
        name="voila",
        title=Text("Voila", "Voila"),
        command=(sys.executable, "-m", "workbench.pages.server", str(folder)),
        environment=jupyter_environment(site, place),
        folder=folder,
        log=site.logs / "voila.out.log",
        ready=answers(f"http://{HOST}:{site.ports.voila}/login"),
        account=place.account,
        secrets=secrets,
    )
