"""``workbench recall``: taking a version of a resource back, and who used it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from workbench.cli.attached_say import no_version
from workbench.cli.common import (
    CityOption,
    State,
    err,
    opened,
    operator,
    out,
    said,
    utc_now,
    visible,
)
from workbench.errors import Code, InvalidInput, Text, simple
from workbench.extracts.recall import Recalled, Wish, recall
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.gateway.ruled import city_now
from workbench.ledger.usage import Use, uses_of
from workbench.model.contract import Resource
from workbench.model.entry import Draft, Event

_OUTCOMES = {
    "complete": Text("完整", "complete"),
    "interrupted": Text("中断", "interrupted"),
    "failed": Text("失败", "failed"),
    "not_opened": Text("未发出", "not opened"),
    "open": Text("进行中", "open"),
}


def register(app: typer.Typer) -> None:
    """Add the command ``recall``."""

    @app.command("recall")
    def recall_command(
        resource: Annotated[str, typer.Argument(help="资源的表名 / Its name")],
        version: Annotated[
            int | None, typer.Option("--version", min=0, help="版本号 / Number of the version")
        ] = None,
        reason: Annotated[
            str, typer.Option("--reason", help="原因，会告知使用者 / Why; its users are told")
        ] = "",
        undo: Annotated[
            bool, typer.Option("--undo", help="撤回召回 / Make it stand again")
        ] = False,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="只看会怎样 / Only tell what would happen")
        ] = False,
        listing: Annotated[
            bool, typer.Option("--list", help="列出各版本 / List the versions")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
        city: CityOption = None,
    ) -> None:
        """召回一个版本：读者转到上一版，并列出谁用过 / Take a version back; tell who used it"""
        with opened(city) as state:
            extracts = Extracts(state.layout.extracts)
            if not extracts.history(resource) and _attached(state, resource):
                raise no_version(resource)
            if listing:
                _print_versions(extracts.history(resource), as_json)
                return
            if version is None:
                raise _which(resource)
            wish = Wish(resource, version, operator(), reason, undo)
            done = recall(
                extracts,
                wish,
                utc_now,
                lambda plan: _enter(state, plan),
                dry_run=dry_run,
            )
            used = done.version
            uses = uses_of(state.store.journal, resource, version, used.digest, used.entry)
        if as_json:
            found = done.to_dict() | {"dry_run": dry_run, "uses": [u.to_dict() for u in uses]}
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            _tell(done, uses, dry_run)


def _enter(state: State, plan: Recalled) -> None:
    """Before the recall is there, so that none is without its entry."""
    contract = _contract(state, plan.version.resource)
    columns = () if contract is None else tuple(c.name for c in contract.columns)
    state.ledger.record(
        Draft(
            event=Event.recall_undone if plan.undo else Event.extract_recalled,
            actor=operator(),
            department="" if contract is None else contract.department,
            content={plan.version.resource: columns},
            method="recall",
            medium="extract",
            detail=plan.to_dict(),
        )
    )


def _contract(state: State, name: str) -> Resource | None:
    """None where the city's files are wrong or no longer name it: a recall must not wait for
    that."""
    try:
        return city_now(state).resources.get(name)
    except InvalidInput:
        return None


def _attached(state: State, name: str) -> bool:
    """Versions of before it was attached can be recalled still."""
    contract = _contract(state, name)
    return contract is not None and contract.attached is not None


def _which(resource: str) -> Exception:
    return simple(
        Code.invalid_request,
        "请用 --version 给出要召回的版本号。",
        "Say which version, with --version.",
        next=Text(
            f"版本清单：workbench recall {resource} --list",
            f"Its versions: workbench recall {resource} --list",
        ),
    )


# what is shown


def _tell(done: Recalled, uses: Sequence[Use], dry_run: bool) -> None:
    err().print(visible(_done(done, dry_run)), style="yellow" if dry_run else "green")
    err().print(visible(_readers(done)))
    if not uses:
        out().print(said("没有发布用过这个版本。", "No release was made from this version."))
        return
    out().print(said(f"用过这个版本的发布：{len(uses)} 个", f"Releases made from it: {len(uses)}"))
    out().print(_use_table(uses))


def _done(done: Recalled, dry_run: bool) -> str:
    name, number = done.version.resource, done.version.version
    what = {
        (False, False): said(
            f"已召回 {name} 第 {number} 版。", f"Version {number} of {name} is recalled."
        ),
        (False, True): said(
            f"将召回 {name} 第 {number} 版（未执行）。",
            f"Version {number} of {name} would be recalled (nothing was done).",
        ),
        (True, False): said(
            f"已撤回对 {name} 第 {number} 版的召回。",
            f"The recall of version {number} of {name} is undone.",
        ),
        (True, True): said(
            f"将撤回对 {name} 第 {number} 版的召回（未执行）。",
            f"The recall of version {number} of {name} would be undone (nothing was done).",
        ),
    }
    return what[done.undo, dry_run]


def _readers(done: Recalled) -> str:
    if done.now is None:
        return said(
            "没有更早的版本：在重新接入之前，该资源无数据可读。",
            "There is none before it: until the resource is ingested again, nobody can read it.",
        )
    now = done.now
    day = "" if now.data_date is None else now.data_date.isoformat()
    if not done.moves:
        return said(
            f"现行版本不变，为第 {now.version} 版（数据日期 {day}）。",
            f"The current version stays: {now.version} (data date {day}).",
        )
    return said(
        f"读者转到第 {now.version} 版（数据日期 {day}，{now.rows:,} 行，"
        f"契约 {now.contract_version}）。",
        f"Readers move to version {now.version} (data date {day}, {now.rows:,} rows, "
        f"contract {now.contract_version}).",
    )


def _use_table(uses: Sequence[Use]) -> Table:
    table = _table(
        said("时间", "when"),
        said("用户", "who"),
        said("部门", "department"),
        said("应用场景", "scenario"),
        said("行数", "rows"),
        said("结果", "outcome"),
        said("发布编号", "release"),
    )
    for use in uses:
        who = f"{use.actor} ({use.viewer})" if use.viewer else use.actor
        outcome = _OUTCOMES.get(use.outcome, Text(use.outcome, use.outcome))
        cells = (
            f"{use.at:%Y-%m-%d %H:%M:%S}",
            who,
            use.department,
            use.scenario,
            "" if use.rows is None else f"{use.rows:,}",
            said(outcome.zh, outcome.en),
            use.release,
        )
        table.add_row(*map(visible, cells))
    return table


def _print_versions(found: Sequence[ExtractVersion], as_json: bool) -> None:
    current = next((v.version for v in found if v.recalled is None), None)
    if as_json:
        plain = [_plain(version, current) for version in found]
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    table = _table(
        said("版本", "version"),
        said("接入时间", "ingested"),
        said("数据日期", "data date"),
        said("行数", "rows"),
        said("状态", "state"),
    )
    for version in found:
        day = "" if version.data_date is None else version.data_date.isoformat()
        at = version.ingested_at.isoformat(timespec="seconds")
        state = _state(version, current)
        cells = (str(version.version), at, day, f"{version.rows:,}", state)
        table.add_row(*map(visible, cells))
    out().print(table)


def _plain(version: ExtractVersion, current: int | None) -> dict[str, Any]:
    return {
        "version": version.version,
        "digest": version.digest,
        "rows": version.rows,
        "ingested_at": version.ingested_at.isoformat(),
        "data_date": version.data_date and version.data_date.isoformat(),
        "current": version.version == current,
        "recalled": None if version.recalled is None else version.recalled.to_dict(),
    }


def _state(version: ExtractVersion, current: int | None) -> str:
    recall = version.recalled
    if recall is not None:
        return said(f"已召回：{recall.reason}", f"recalled: {recall.reason}")
    return said("现行", "current") if version.version == current else ""


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
