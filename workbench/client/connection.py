"""A kernel's only way to data."""

from __future__ import annotations

import getpass
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from workbench.client.anomalies import Anomalies
from workbench.client.assessing import Assessing
from workbench.client.base import BaseConnection
from workbench.client.casework import Cases
from workbench.client.control import Control
from workbench.client.credentials import DEFAULT_URL, found_ca, found_session
from workbench.client.flight import Channel, Stream, put_table, template_ticket
from workbench.client.language import as_language, language_of
from workbench.client.listing import Listing
from workbench.client.own_tables import as_table
from workbench.client.parameters import Parameters, as_batch
from workbench.client.portals import Portals
from workbench.client.procedures import Procedures
from workbench.client.progress import Line, Progress, line_here
from workbench.client.release import Release
from workbench.client.signed_briefs import SignedBriefs
from workbench.client.teaching import taught
from workbench.client.told import Told
from workbench.client.trail import Trail
from workbench.client.trust import root_certificates
from workbench.client.uses import Uses
from workbench.client.what_ifs import WhatIfs
from workbench.errors import (
    Code,
    Language,
    Text,
    Unauthenticated,
    Unavailable,
    WorkbenchError,
    simple,
)
from workbench.model.period import Period

DERIVE_SECONDS = 600.0
"""A statement of a proposal may take as long as any; the gateway has a deadline of its own."""


class Connection(BaseConnection):
    """Signed in to one gateway. Made by ``connect``."""

    def __init__(
        self, control: Control, language: Language, scenario: str = "", *, progress: bool = True
    ) -> None:
        self.language = language
        self.scenario = scenario
        self._control = control
        self._progress = progress
        self._channel: Channel | None = None
        self._lock = threading.Lock()

    @property
    def cases(self) -> Cases:
        """Applications and their cases, as far as they are yours."""
        return Cases(self._control)

    @property
    def procedures(self) -> Procedures:
        """Procedures beside sharing, as far as they are yours."""
        return Procedures(self._control)

    @property
    def assessing(self) -> Assessing:
        """Assessments of departments, as far as they are yours to see."""
        return Assessing(self._control)

    @property
    def anomalies(self) -> Anomalies:
        """What is out of the ordinary in the ledger, for officers of the authority."""
        return Anomalies(self._control)

    @property
    def uses(self) -> Uses:
        """Who uses the data that your department provides."""
        return Uses(self._control)

    @property
    def told(self) -> Told:
        """How much statistics have told; their releases, for output checkers."""
        return Told(self._control)

    @property
    def portals(self) -> Portals:
        """The open catalogues of portals, searched."""
        return Portals(self._control)

    @property
    def what_ifs(self) -> WhatIfs:
        """Named cases of what-if questions, of your department."""
        return WhatIfs(self._control)

    @property
    def briefs(self) -> SignedBriefs:
        """The monthly briefs that were signed."""
        return SignedBriefs(self._control)

    @property
    def trail(self) -> Trail:
        """What people did, for auditors."""
        return Trail(self._control)

    def __repr__(self) -> str:
        return f"<workbench connection to {self._control.url}>"

    @property
    def url(self) -> str:
        return self._control.url

    @property
    def ca(self) -> str:
        """The file of root certificates that is trusted; empty for the machine's own."""
        return self._control.ca

    @property
    def session_token(self) -> str:
        """What `workbench login` keeps. Not to be printed."""
        return self._control.session_token

    def close(self) -> None:
        self._channel = None
        self._control.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sql(
        self,
        text: str,
        scenario: str | None = None,
        parameters: Parameters | None = None,
        tier: str | None = None,
        within: Period | None = None,
    ) -> Release:
        with self.stream(text, scenario, parameters, tier, within) as stream:
            return Release.of(stream.read_all(), self.language, self._export)

    def template(self, body: Mapping[str, Any], scenario: str | None = None) -> Release:
        with self.stream(template_ticket(body), scenario) as stream:
            return Release.of(stream.read_all(), self.language, self._export)

    @contextmanager
    def stream(
        self,
        text: str | bytes,
        scenario: str | None = None,
        parameters: Parameters | None = None,
        tier: str | None = None,
        within: Period | None = None,
    ) -> Iterator[Stream]:
        """The same as ``sql``, batch by batch: ``with connection.stream(...) as batches``. Bytes
        are a ticket."""
        with self._teaching():
            named = self.scenario_for(scenario)
            row = as_batch(parameters) if parameters else None
            progress = Progress(self._running, named, self._line(), self.language)
            asked = (text, named, row, progress.tick, tier or "", within)
            try:
                with self._opened(asked) as stream:
                    yield stream
            finally:
                progress.close()

    def _line(self) -> Line | None:
        return line_here() if self._progress else None

    def _opened(self, asked: tuple[Any, ...]) -> Stream:
        """``asked``: what a Stream takes beside its channel."""
        try:
            return Stream(self._data(), *asked)
        except Unauthenticated as error:
            if error.code is not Code.token_expired:
                raise
            self._control.access_token(renew=True)
            return Stream(self._data(), *asked)
        except Unavailable:
            self._channel = None  # the next statement asks again where the data side is
            raise

    def _data(self) -> Channel:
        """The channel of the current token."""
        token = self._control.access_token()
        with self._lock:
            if self._channel is None:
                self._channel = self._channel_to(self._control.flight_address(), token)
            elif self._channel.token != token:
                self._channel = self._channel_to(self._channel.address, token)
            return self._channel

    def _channel_to(self, address: str, token: str) -> Channel:
        roots = root_certificates(self._control.ca) if self._control.ca else ""
        return Channel(address, token, roots, self._control.access_token)

    def bring(self, name: str, table: Any, scenario: str | None = None) -> Listing:
        """Bring a table of your own into a scenario, as ``own.NAME`` of its statements.

        ``table``: a Polars or pandas frame, an Arrow table, a .csv or .parquet file. It is yours
        alone, lies in the gateway's memory only, and lasts until your session ends, or
        ``drop_own``; one of that name is replaced. It never meets a join key, nor a statistic: see
        docs/own-tables.md. Raises InvalidInput, LimitReached, Refused."""
        with self._teaching():
            named = self.scenario_for(scenario)
            put_table(self._data(), name, as_table(table), named)
        return self.own_tables(named)

    def own_tables(self, scenario: str | None = None) -> Listing:
        """The tables that you brought: of one scenario, or of all where none is named."""
        asked = {} if scenario is None else {"scenario": scenario}
        return self._listed("/own-tables", Text("自带表", "Tables of your own"), **asked)

    def drop_own(self, name: str, scenario: str | None = None) -> None:
        """Let a table of your own go. Raises StatementWrong (not_found)."""
        with self._teaching():
            body = {"name": name, "scenario": self.scenario_for(scenario)}
            self._control.post("/own-tables/drop", body)

    def propose_derived(
        self, name: str, sql: str, title: tuple[str, str], scenario: str | None = None
    ) -> Mapping[str, Any]:
        """Propose the result of ``sql`` as a resource of your department; ``title`` is Chinese and
        English. The gateway runs it (recorded as any statement), writes the contract, and lays both
        before its operator, who accepts or refuses (``workbench derive``).

        ``id``, ``name``, ``rows``, ``columns``, ``terms`` (conditions to be read by whoever accepts
        it) and ``contract`` (ODCS as YAML). See docs/own-tables.md. Raises as ``sql``, Refused
        (export_not_allowed), InvalidInput."""
        with self._teaching():
            body = {
                "name": name,
                "sql": sql,
                "title_zh": title[0],
                "title_en": title[1],
                "scenario": self.scenario_for(scenario),
            }
            found: Mapping[str, Any] = self._control.post("/derived", body, seconds=DERIVE_SECONDS)
        return found

    def compare_terms(self, resource: str, scenario: str | None = None) -> Mapping[str, Any]:
        with self._teaching():
            named = self.scenario_for(scenario)
            found: Mapping[str, Any] = self._control.get(
                "/compare/key", resource=resource, scenario=named
            )
        return found

    def noise_budget(self, scenario: str | None = None) -> Listing:
        named = self.scenario_for(scenario)
        return self._listed("/noise", Text("隐私预算", "Privacy budgets"), scenario=named)

    def stamp(self, scenario: str | None = None) -> str:
        with self._teaching():
            found = self._control.get("/stamp", scenario=self.scenario_for(scenario))
        return str(found["stamp"])

    def tables(self, scenario: str | None = None) -> Listing:
        with self._teaching():
            named = self.scenario_for(scenario)
            rows = self._control.get("/tables", scenario=named)
        return self._listing(Text(f"场景 {named} 的表", f"Tables of {named}"), rows)

    def grants(self) -> Listing:
        return self._listed("/grants", Text("我的授权", "My grants"))

    def usage(self, limit: int = 20) -> Listing:
        return self._listed("/usage", Text("我的使用记录", "My usage"), limit=str(limit))

    def exports(self, limit: int = 50) -> Listing:
        return self._listed("/exports", Text("我的导出", "My exports"), limit=str(limit))

    def _export(self, order: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._control.closed:
            raise simple(
                Code.gateway_unavailable,
                "这个结果的连接已关闭，不能再保存。",
                "The connection of this result was closed; it cannot be saved any more.",
                next=Text("请在关闭连接之前保存。", "Save before you close the connection."),
            )
        receipt: Mapping[str, Any] = self._control.post("/exports", order)
        return receipt

    def whoami(self) -> Listing:
        with self._teaching():
            me = self._control.get("/me")
        return self._listing(Text("我是谁", "Who am I"), [me])

    def catalogue(self) -> Listing:
        return self._listed("/catalogue", Text("数据资源目录", "Catalogue"))

    def _running(self) -> Sequence[Mapping[str, Any]]:
        return list(self._control.get("/queries"))

    def _listed(self, path: str, title: Text, **query: str) -> Listing:
        with self._teaching():
            rows = self._control.get(path, **query)
        return self._listing(title, rows)

    def _listing(self, title: Text, rows: Sequence[Mapping[str, Any]]) -> Listing:
        return Listing.of(title.said(self.language), rows, self.language)

    @contextmanager
    def _teaching(self) -> Iterator[None]:
        try:
            yield
        except WorkbenchError as error:
            taught(error, self.language)
            raise


def connect(
    url: str | None = None,
    user: str | None = None,
    password: str | None = None,
    token: str | None = None,
    language: str | None = None,
    scenario: str | None = None,
    *,
    ca: str | None = None,
    progress: bool = True,
) -> Connection:
    """Sign in to a gateway and return a Connection.

    Who you are comes from ``user`` (with ``password``, or asked for without echo), else ``token``
    (a session token), else WORKBENCH_TOKEN, else the file that `workbench login` wrote. ``url``
    defaults to WORKBENCH_URL, ``scenario`` to WORKBENCH_SCENARIO, ``language`` (zh, en) to
    WORKBENCH_LANG and the locale. ``ca`` is the file of root certificates for an ``https://`` URL:
    by default WORKBENCH_CA, what `workbench login` was told, or the machine's own.

    Raises Unauthenticated, Unavailable (nothing answers at ``url``, or its certificate is refused),
    Refused (``tls_required``: plain HTTP to another machine).
    """
    spoken = as_language(language) if language else language_of(os.environ)
    default = scenario if scenario is not None else os.environ.get("WORKBENCH_SCENARIO", "")
    try:
        control = _signed_in(url, user, password, token, spoken, ca)
    except WorkbenchError as error:
        taught(error, spoken)
        raise
    return Connection(control, spoken, default, progress=progress)


def _signed_in(
    url: str | None,
    user: str | None,
    password: str | None,
    token: str | None,
    language: Language,
    ca: str | None,
) -> Control:
    trusted = found_ca(ca, url, os.environ)
    if not user and not token:
        control = Control(*found_session(url, os.environ), ca=trusted)
    else:
        address = url or os.environ.get("WORKBENCH_URL") or DEFAULT_URL
        control = Control(address, token or "", ca=trusted)
    if user:
        control.sign_in(user, asked(user, language) if password is None else password)
    if not control.session_token:
        control.health()  # that nothing answers is said before that nobody is signed in
    control.access_token()
    return control


def asked(user: str, language: Language) -> str:
    """The password, typed without echo; so it need not stand in a notebook."""
    try:
        return getpass.getpass(Text(f"{user} 的密码：", f"Password of {user}: ").said(language))
    except (EOFError, NotImplementedError):  # the second is how a kernel without stdin says no
        raise simple(
            Code.unauthenticated,
            "没有给出密码，这里也无法输入。",
            "No password was given, and none can be typed here.",
        ) from None
