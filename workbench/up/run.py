"""The order of ``workbench up``: look, fill, start, watch, end."""

from __future__ import annotations

import json
import secrets
import time
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from workbench.catalogue.city import City
from workbench.errors import Text, WorkbenchError
from workbench.gateway.auth import Auth
from workbench.up import programs
from workbench.up.accounts import home_of, separate
from workbench.up.check import check_ports
from workbench.up.doors import HOST
from workbench.up.leaders import DEFAULT_PAGES, PageOptions, voila
from workbench.up.processes import StopFlag, become_reaper, stop_signals
from workbench.up.programs import Place, Site
from workbench.up.sample import ANALYST, LEADER, Person, first_page, sample_people
from workbench.up.supervise import Say, Supervisor
from workbench.up.timer import Timer

RENEW_SECONDS = 6 * 3600.0
"""Kernels get a new token this often: half of a session's life (our default)."""
PEOPLE_FILE = "sample-users.txt"


class Opened(Protocol):
    """The opened state of the city."""

    @property
    def layout(self) -> Any: ...
    @property
    def store(self) -> Any: ...
    @property
    def keyring(self) -> Any: ...
    @property
    def ledger(self) -> Any: ...


@dataclass(frozen=True)
class Started:
    """What people need to know to come in. The tokens open a server, so only ``say`` gets them."""

    lab: str = field(repr=False)
    page: str = field(repr=False)
    pages: str = field(repr=False)
    gateway: str = ""
    flight: str = ""


@dataclass(frozen=True)
class Up:
    """``kept`` are the operator's variables that the gateway is configured by; ``operator`` is who
    started this, for the ledger. ``monthly``: minutes between two looks at the month; None where
    the city works none out by itself."""

    site: Site
    city: City
    opened: Opened
    clock: Callable[[], datetime]
    say: Say
    kept: Mapping[str, str]
    operator: str
    pages: PageOptions = DEFAULT_PAGES
    monthly: int | None = None

    def run(self, fill: Callable[[], object], *, open_browser: bool) -> None:
        """Until somebody stops it. Raises WorkbenchError where a part cannot start or go on."""
        check_ports(HOST, self.site.ports.named())
        people, fresh = self._people()
        fill()
        become_reaper()
        timers = self._timers()
        supervisor = Supervisor(self.say, beside=lambda: _running(timers))
        with stop_signals() as stop:
            try:
                self._start(supervisor, people, fresh, stop, open_browser, timers)
            finally:
                self.say(Text("正在结束全部进程……", "Ending all processes …"))
                for timer in timers:
                    timer.stop()
                supervisor.stop(lambda: stop.impatient)
        self.say(Text("已全部结束。", "All ended."))

    def _people(self) -> tuple[tuple[Person, ...], bool]:
        path = self._state / PEOPLE_FILE
        store = self.opened.store
        city, ledger = self.city, self.opened.ledger
        return sample_people(
            store.users, city.scenarios, city.resources, ledger, path, self.operator
        )

    def _start(
        self,
        supervisor: Supervisor,
        people: tuple[Person, ...],
        fresh: bool,
        stop: StopFlag,
        open_browser: bool,
        timers: tuple[Timer, ...],
    ) -> None:
        page = first_page(self.city.scenarios, self.site.root / "dashboards", self.city.first_page)
        lab, door = self._places()
        programs.prepare(self.site, lab, self._analyst_token(people))
        programs.prepare(self.site, door, "")
        for program in (
            programs.gateway(self.site, self.kept),
            programs.lab(self.site, lab),
            voila(self.site, door, lambda: self._page_secrets(door), self.pages),
        ):
            self.say(Text(f"正在启动{program.title.zh}……", f"Starting {program.title.en} …"))
            supervisor.start(program, lambda: stop.asked)
            if stop.asked:
                return
        self._welcome(self._addresses(lab, door, page))
        self._introduce(people, fresh)
        self.say(Text("\n按 Ctrl-C 结束全部进程。", "\nCtrl-C ends everything."))
        if open_browser:
            self._open(self._addresses(lab, door, page))
        renewed = time.monotonic()

        def each() -> None:
            nonlocal renewed
            for timer in timers:
                timer.tick()
            if time.monotonic() - renewed > RENEW_SECONDS:
                renewed = time.monotonic()
                programs.renew(self.site, lab, self._analyst_token(people))
                supervisor.tell_secrets("voila")

        supervisor.watch(lambda: stop.asked, each)

    def _timers(self) -> tuple[Timer, ...]:
        if self.monthly is None:
            return ()
        return (Timer(programs.monthly(self.site, self.kept, self.monthly), self.say),)

    def _places(self) -> tuple[Place, Place]:
        accounts = separate()
        if accounts.warning is not None:
            self.say(accounts.warning)
        root = self.site.root
        return (
            Place(home_of(root, self._state, "lab", accounts.lab), accounts.lab, _token()),
            Place(home_of(root, self._state, "voila", accounts.voila), accounts.voila, _token()),
        )

    @property
    def _state(self) -> Path:
        state: Path = self.opened.layout.state
        return state

    @property
    def _auth(self) -> Auth:
        opened = self.opened
        return Auth(opened.store.users, opened.keyring.token_key, opened.ledger, self.clock)

    def _analyst_token(self, people: tuple[Person, ...]) -> str:
        """A session of the sample analyst; none where they are gone or changed their password."""
        found = [p for p in people if p.id == ANALYST]
        if not found:
            self.say(_sign_in_yourself())
            return ""
        try:
            return self._auth.sign_in(ANALYST, found[0].password, "workbench up").session_token
        except WorkbenchError as error:
            self.say(Text(error.said("zh"), error.said("en")))
            self.say(_sign_in_yourself())
            return ""

    def _page_secrets(self, door: Place) -> str:
        """What the leaders' server may know: how it opens pages for whom it lets in."""
        links = [{"token": door.token, "viewer": LEADER}] if self._has_leader() else []
        return json.dumps(
            {
                "door_token": self._auth.door_token("pages"),
                "links": links,
                "proxy_secret": self.pages.proxy_secret,
            }
        )

    def _has_leader(self) -> bool:
        return self.opened.store.users.get(LEADER) is not None

    def _addresses(self, lab: Place, door: Place, page: str) -> Started:
        ports, host = self.site.ports, HOST
        path = f"voila/render/{page}.ipynb" if page else ""
        # Without the sample leader nobody comes in by a link: they sign in.
        token = f"?token={door.token}" if self._has_leader() else ""
        return Started(
            lab=f"http://{host}:{ports.lab}{programs.lab_path(self.site)}?token={lab.token}",
            page=f"http://{host}:{ports.voila}/{path}{token}",
            pages=f"http://{host}:{ports.voila}/{token}",
            gateway=self.site.url,
            flight=self.site.flight,
        )

    def _welcome(self, at: Started) -> None:
        name = self.city.name
        self.say(Text(f"\n{name.zh}已就绪：", f"\n{name.en} is ready:"))
        for line in (
            Text(f"  分析人员 JupyterLab  {at.lab}", f"  analysts, JupyterLab   {at.lab}"),
            Text(f"  领导页面 Voila       {at.page}", f"  leaders' page, Voila   {at.page}"),
            Text(f"  页面目录             {at.pages}", f"  index of pages         {at.pages}"),
            Text(f"  网关 HTTP            {at.gateway}", f"  gateway, HTTP          {at.gateway}"),
            Text(f"  网关 Flight SQL      {at.flight}", f"  gateway, Flight SQL    {at.flight}"),
        ):
            self.say(line)

    def _introduce(self, people: tuple[Person, ...], fresh: bool) -> None:
        path = self._state / PEOPLE_FILE
        if people and not fresh:
            self.say(
                Text(
                    f"\n示例用户的密码见 {path}。", f"\nThe sample users' passwords are in {path}."
                )
            )
        elif people:
            self.say(
                Text(
                    f"\n示例用户（密码只显示这一次，另存于 {path}）：",
                    f"\nSample users (passwords shown this once; kept in {path}):",
                )
            )
            for person in people:
                line = f"  {person.id:<10} {person.password}  {person.department}"
                self.say(Text(line, line))

    @staticmethod
    def _open(at: Started) -> None:
        webbrowser.open(at.lab)
        webbrowser.open(at.page)


def _running(timers: tuple[Timer, ...]) -> frozenset[int]:
    return frozenset(pid for timer in timers for pid in timer.pids())


def _token() -> str:
    return secrets.token_urlsafe(24)


def _sign_in_yourself() -> Text:
    return Text(
        "提示：笔记本内核没有登录令牌，请在笔记本中用 workbench.connect(user=…) 登录。",
        "Note: notebook kernels get no token; sign in with workbench.connect(user=…) there.",
    )
