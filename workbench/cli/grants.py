"""``workbench grants``: which grants there are, and taking one back."""

from __future__ import annotations

import difflib
import json
from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from workbench.cli.common import CityOption, State, err, opened, operator, out, said, utc_now
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.ruled import city_now
from workbench.gateway.sources import all_grants, decided_grants
from workbench.model.days import day_of
from workbench.model.grant import Grant, GrantState, state_of
from workbench.sharing.revoking import Order, Revoking

app = typer.Typer(help="查看与撤销授权 / Look at grants and revoke them", no_args_is_help=True)

STATES = {
    GrantState.active: Text("有效", "active"),
    GrantState.not_started: Text("未生效", "not started"),
    GrantState.expired: Text("已到期", "expired"),
    GrantState.revoked: Text("已撤销", "revoked"),
    GrantState.suspended: Text("已暂停", "suspended"),
    GrantState.ended: Text("已终止", "ended"),
}


@app.command("list")
def list_grants(
    scenario: Annotated[str, typer.Option("--scenario", "-s", help="应用场景 / Scenario")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    city: CityOption = None,
) -> None:
    """列出授权及其状态。/ List the grants and their states."""
    with opened(city) as state:
        found = [g for g in _grants(state) if not scenario or g.scenario == scenario]
    if as_json:
        print(json.dumps([_plain(grant) for grant in found], ensure_ascii=False, indent=2))
        return
    table = Table(box=None)
    for title in (
        said("授权", "grant"),
        said("状态", "state"),
        said("共享方式", "mode"),
        said("列", "columns"),
        said("有效期至", "until"),
        said("批准", "approved by"),
    ):
        table.add_column(title, overflow="fold", no_wrap=not table.columns)  # ids are copied
    for grant in found:
        columns = ", ".join(column.name for column in grant.columns)
        until = grant.valid_until.isoformat() if grant.valid_until else ""
        state_word = said(STATES[_state(grant)].zh, STATES[_state(grant)].en)
        table.add_row(grant.id, state_word, grant.mode, columns, until, grant.origin.approver)
    out().print(table)


@app.command()
def revoke(
    grant: Annotated[str, typer.Argument(metavar="GRANT_ID", help="授权编号 / Id of the grant")],
    reason: Annotated[str, typer.Option(help="理由 / Reason")],
    by: Annotated[str, typer.Option(help="决定人 / Who decided it")],
    city: CityOption = None,
) -> None:
    """撤销授权：正在运行的查询随即停止。/ Revoke a grant; its running queries stop at once."""
    with opened(city) as state:
        known = {item.id: item for item in _grants(state)}
        if grant not in known:
            raise _unknown(grant, known)
        chosen = known[grant]
        revoking = Revoking(state.ledger, state.store.revocations, utc_now)
        entry = revoking.revoke(chosen, Order(operator(), by, reason, "cli"))
        done = said(
            f"已撤销，账本第 {entry.seq} 条。", f"Revoked; entry {entry.seq} of the ledger."
        )
        err().print(done, style="green")


def _grants(state: State) -> tuple[Grant, ...]:
    """All grants of the city with their revocations, by id."""
    store = state.store
    decided = decided_grants(store.cases.granted_since)
    found = all_grants(city_now(state), store.revocations.all(), decided)
    return tuple(sorted(found, key=lambda grant: grant.id))


def _today() -> date:
    return day_of(utc_now())


def _state(grant: Grant) -> GrantState:
    return state_of(grant, _today())


def _plain(grant: Grant) -> dict[str, object]:
    return {
        "id": grant.id,
        "scenario": grant.scenario,
        "holder": grant.department,
        "resource": grant.resource,
        "columns": {column.name: column.use.value for column in grant.columns},
        "mode": grant.mode.value,
        "state": _state(grant).value,
        "valid_from": grant.valid_from.isoformat() if grant.valid_from else None,
        "valid_until": grant.valid_until.isoformat() if grant.valid_until else None,
        "revoked_on": grant.revoked_on.isoformat() if grant.revoked_on else None,
        "approver": grant.origin.approver,
        "origin": grant.origin.reference,
    }


def _unknown(grant: str, known: dict[str, Grant]) -> WorkbenchError:
    near = ", ".join(difflib.get_close_matches(grant, known, n=3)) or "workbench grants list"
    return simple(
        Code.invalid_request,
        f"没有授权 {grant}。",
        f"There is no grant {grant}.",
        next=Text(f"是否指：{near}", f"Did you mean: {near}"),
        subject=grant,
    )
