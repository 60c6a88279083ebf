"""The leaders' server as ``workbench up`` starts it, before a real gateway of a small city."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from page_city import PASSWORD, Clock, opened, write_pages
from ports import free_ports
from running_city import wait_for

from workbench.errors import Text
from workbench.gateway.assemble import Workbench
from workbench.gateway.doors import Gateway
from workbench.up import leaders, programs
from workbench.up.leaders import PageOptions
from workbench.up.programs import Place, Ports, Site
from workbench.up.supervise import Supervisor

LINK, PROXY_SECRET = "a-link-for-li-0123456789", "a-proxy-proves-itself-by-this"
PAGE = """\
title: {{zh: 价格表 {name}, en: Prices {name}}}
audience: {{zh: 市长办公会, en: "The mayor's meeting"}}
scenario: trial
as: {as_}
sections:
  - panels:
      - title: {{zh: 各地价格, en: Prices by city}}
        chart: table
        query: select city, sum(value) as value from price group by city order by city
"""
PAGES: Mapping[str, str] = {"board": "page", "desk": "page", "mine": "viewer"}


def write_dashboards(root: Path) -> None:
    """Two pages with grants of their own, one that runs as its viewer, one that breaks off."""
    folder = root / "dashboards" / "pages"
    folder.mkdir(parents=True)
    for name, runs_as in PAGES.items():
        (folder / f"{name}.yaml").write_text(PAGE.format(name=name, as_=runs_as), encoding="utf-8")
        write_notebook(root, name, f'from workbench.ui import show\n\nshow("{name}")')


def write_notebook(root: Path, name: str, source: str) -> None:
    notebook = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "id": "1", "metadata": {},
             "outputs": [], "source": source}
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    (root / "dashboards" / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@dataclass
class PageServer:
    """``url`` is its address. ``secrets`` is what it was told; change it and ``tell``."""

    url: str
    site: Site
    place: Place
    bench: Workbench
    clock: Clock
    supervisor: Supervisor
    gateway: Gateway
    secrets: dict[str, Any] = field(default_factory=dict)

    def tell(self, **changed: Any) -> None:
        self.secrets.update(changed)
        self.supervisor.tell_secrets("voila")

    def browser(self, **headers: str) -> httpx.Client:
        """One with cookies of its own that follows no redirect by itself."""
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    @contextmanager
    def signed_in(self, person: str = "li", password: str = PASSWORD) -> Iterator[httpx.Client]:
        with self.browser() as browser:
            answer = sign_in(browser, person, password)
            assert answer.status_code == 302, answer.text
            yield browser

    def page(self, browser: httpx.Client, name: str = "board", query: str = "") -> httpx.Response:
        return browser.get(f"/voila/render/{name}.ipynb{query}")

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.supervisor.pids()["voila"])

    def kernels(self) -> list[psutil.Process]:
        found = self.process.children(recursive=True)
        return [p for p in found if "ipykernel_launcher" in " ".join(_words(p))]

    @property
    def log(self) -> str:
        return (self.site.logs / "voila.out.log").read_text(errors="replace")

    def pool_is_full(self, size: int = 1) -> bool:
        """So many kernels run, and each waits warm."""
        return wait_for(
            lambda: len(self.kernels()) == size and all(map(self.is_warm, self.kernels())), 30
        )

    def is_warm(self, kernel: psutil.Process) -> bool:
        name, log = name_of(kernel), self.log
        taken = re.search(rf"a kernel shows \w+: {name}", log)
        return taken is None and f"a kernel waits warm: {name}" in log


def sign_in(browser: httpx.Client, person: str, password: str, where: str = "/") -> httpx.Response:
    form = browser.get("/login").text
    (token,) = re.findall(r'name="_xsrf" value="([^"]+)"', form)
    body = {"_xsrf": token, "user": person, "password": password, "next": where}
    return browser.post("/login", data=body)


def xsrf(browser: httpx.Client) -> dict[str, str]:
    return {"X-XSRFToken": browser.cookies["_xsrf"]}


def told(html: str, name: str) -> str:
    """A value of the page's own script."""
    (found,) = re.findall(rf'"{name}": "?([^",}}]+)', html)
    return found


def kernel_of(html: str) -> str:
    (found,) = re.findall(r'"kernelId": "([^"]+)"', html)
    return found


@contextmanager
def page_server(folder: Path, **settings: Any) -> Iterator[PageServer]:
    """``settings`` are those of the server (``PagesServer``) and of its kernels (``PageKernels``
    where they are its own): few kernels, and no patience."""
    root = write_pages(folder)
    write_dashboards(root)
    clock = Clock()
    bench = opened(root, clock)
    gateway = Gateway(bench, "test")
    (port,) = free_ports(1)
    http, flight = (int(address.rsplit(":", 1)[1]) for address in (gateway.http, gateway.flight))
    site = Site(root, root / "logs", Ports(http, flight, 0, port), "zh")
    place = Place(folder / "home", None, LINK)
    secrets = {
        "door_token": bench.auth.door_token("pages"),
        "links": [{"token": LINK, "viewer": "li"}],
        "proxy_secret": PROXY_SECRET,
    }
    programs.prepare(site, place, "")
    program = leaders.voila(site, place, lambda: json.dumps(secrets), PageOptions())
    _configure(place, settings)
    supervisor = Supervisor(_silent)
    try:
        supervisor.start(program)
        url = f"http://127.0.0.1:{port}"
        yield PageServer(url, site, place, bench, clock, supervisor, gateway, secrets)
    finally:
        supervisor.stop()
        gateway.stop()
        bench.close()


def _configure(place: Place, settings: Mapping[str, Any]) -> None:
    path = place.home / "config" / "voila.json"
    config = json.loads(path.read_text())
    kernels = {"pool_size", "refill_seconds", "starts_at_once", "warm_modules"}
    config["PagesServer"] |= {k: v for k, v in settings.items() if k not in kernels}
    config["PageKernels"] = {k: v for k, v in settings.items() if k in kernels}
    path.write_text(json.dumps(config))


def name_of(kernel: psutil.Process) -> str:
    """The kernel's id, from its command line; empty for one that is ending."""
    return "".join(re.findall(r"kernel-([0-9a-f-]+)\.json", " ".join(_words(kernel))))


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def _silent(text: Text) -> None:
    """What the supervisor says is not what is looked at here."""
