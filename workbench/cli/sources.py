"""``workbench sources``: the attached resources, whether their sources answer, and how they fit."""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from workbench.catalogue.city import City
from workbench.cli.common import CityOption, State, language, opened, out, said, utc_now, visible
from workbench.errors import Code, Text, simple
from workbench.extracts.sources import age
from workbench.gateway.ruled import city_now
from workbench.ledger.chain import fields_of
from workbench.model.contract import Resource
from workbench.model.days import clock_text
from workbench.model.entry import EntryFilter, Event
from workbench.store.secrets import Secrets
from workbench.workspace.pulling import Puller, PullFailed
from workbench.workspace.source_failures import CAUSES, Failure, failed

app = typer.Typer(help="查看挂接的来源 / Look at attached sources", invoke_without_command=True)
PROBE_SECONDS = 3
"""For a source to let the account in when it is only looked at (our default)."""
AT_ONCE = 4
"""Sources that are looked at at the same time (our default)."""

_STATES = {
    "fits": Text("相符", "fits"),
    "column_missing": Text("来源中没有此列", "not at the source"),
    "column_denied": Text("账号无权读取", "the account may not read it"),
    "type_wrong": Text("类型不符", "its type does not fit"),
}


@dataclass(frozen=True)
class SourceState:
    """What ``--json`` prints of one resource; times are ISO 8601 with offset."""

    resource: str
    kind: str
    reachable: bool
    cause: str
    pulled_at: str
    age_seconds: int | None
    rows: int | None
    ttl_seconds: int
    failed_at: str
    last_error: str


@app.callback()
def list_sources(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    city: CityOption = None,
) -> None:
    """列出挂接的资源及其来源状态。/ List the attached resources and how their sources are."""
    if context.invoked_subcommand is not None:
        return
    with opened(city) as state:
        known = city_now(state)
        puller = _puller(state, known)
        attached = _attached(known)
        with (
            tempfile.TemporaryDirectory(dir=state.layout.state) as folder,
            ThreadPoolExecutor(AT_ONCE) as threads,
        ):
            wrong = threads.map(lambda r: _wrong(puller, r, Path(folder)), attached)
            found = [_state(state, r, w) for r, w in zip(attached, wrong, strict=True)]
    if as_json:
        print(json.dumps([asdict(row) for row in found], ensure_ascii=False, indent=2))
        return
    out().print(_table(found))


def _table(found: list[SourceState]) -> Table:
    table = Table(box=None)
    for zh, en in (
        ("资源", "resource"), ("类型", "kind"), ("可达", "reachable"),
        ("最近取数", "last good pull"), ("距今", "age"), ("行数", "rows"), ("有效期", "ttl"),
        ("之后的错误", "error since"),
    ):  # fmt: skip
        table.add_column(said(zh, en), overflow="fold")
    for row in found:
        answers = said("是", "yes") if row.reachable else CAUSES[row.cause].said(language())
        pulled = clock_text(datetime.fromisoformat(row.pulled_at)) if row.pulled_at else "-"
        rows = "" if row.rows is None else f"{row.rows:,}"
        error = CAUSES[row.last_error].said(language()) if row.last_error else ""
        cells = (row.resource, row.kind, answers, pulled, _age(row.age_seconds), rows)
        table.add_row(*map(visible, cells), _age(row.ttl_seconds), error)
    return table


def _age(seconds: int | None) -> str:
    return "" if seconds is None else age(timedelta(seconds=seconds)).said(language())


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="RESOURCE", help="资源名 / Name of the resource")],
    city: CityOption = None,
) -> None:
    """现在连接来源，逐列对照契约。/ Connect now, and hold each column against the contract."""
    with opened(city) as state:
        known = city_now(state)
        resource = _named(known, name)
        with tempfile.TemporaryDirectory(dir=state.layout.state) as folder:
            try:
                found = _puller(state, known).look(resource, Path(folder))
            except PullFailed as error:
                raise failed(name, error.failure) from None
        fits = _tell(found)
        if not fits:
            columns = {c["name"]: c["there"] for c in found["columns"] if c["state"] != "fits"}
            raise failed(name, Failure("type_wrong", columns))


def _tell(found: dict[str, Any]) -> bool:
    table = Table(box=None)
    for zh, en in (("列", "column"), ("契约", "contract"), ("来源", "source"), ("", "")):
        table.add_column(said(zh, en), overflow="fold")
    for column in found["columns"]:
        state = _STATES[column["state"]].said(language())
        table.add_row(*map(visible, (column["name"], column["type"], column["there"], state)))
    out().print(table)
    if found["others"]:
        others = visible(", ".join(found["others"]))
        out().print(said(f"来源中另有：{others}", f"Also at the source: {others}"))
    return all(column["state"] == "fits" for column in found["columns"])


def _wrong(puller: Puller, resource: Resource, folder: Path) -> Failure | None:
    """By signing in: a server may shut out who only knocks."""
    assert resource.attached is not None  # those that are attached were asked for
    return puller.answers(resource.attached, PROBE_SECONDS, folder)


def _state(state: State, resource: Resource, silent: Failure | None) -> SourceState:
    source = resource.attached
    assert source is not None  # those that are attached were asked for
    pulled = _last(state, resource.name, Event.source_pulled)
    wrong = _last(state, resource.name, Event.source_pull_failed)
    since = wrong if wrong is not None and (pulled is None or wrong[0] > pulled[0]) else None
    seconds = None if pulled is None else int((utc_now() - pulled[0]).total_seconds())
    return SourceState(
        resource=resource.name,
        kind=source.kind.value,
        reachable=silent is None,
        cause="" if silent is None else silent.cause,
        pulled_at="" if pulled is None else pulled[0].isoformat(),
        age_seconds=seconds,
        rows=None if pulled is None else pulled[1]["rows"],
        ttl_seconds=source.ttl_seconds,
        failed_at="" if since is None else since[0].isoformat(),
        last_error="" if since is None else since[1]["cause"],
    )


def _last(state: State, resource: str, event: Event) -> tuple[datetime, dict[str, Any]] | None:
    """From the ledger: the gateway's own memory is another process's."""
    found = state.store.journal.find(EntryFilter(resource=resource, event=event.value, limit=1))
    fields = fields_of(found[0].entry.body) if found else None
    return None if fields is None else (found[0].entry.at, fields["detail"])


def _attached(known: City) -> list[Resource]:
    return [r for _, r in sorted(known.resources.items()) if r.attached is not None]


def _named(known: City, name: str) -> Resource:
    resource = known.resources.get(name)
    if resource is not None and resource.attached is not None:
        return resource
    listed = ", ".join(r.name for r in _attached(known)) or "-"
    raise simple(
        Code.invalid_request,
        f"没有挂接的资源 {name}。",
        f"There is no attached resource {name}.",
        next=Text(f"挂接的资源：{listed}", f"Attached: {listed}"),
        subject=name,
    )


def _puller(state: State, known: City) -> Puller:
    secrets = Secrets(state.layout.secrets, state.keyring.audit_key)
    return Puller(known.root, secrets.get, lambda: known.settings)
