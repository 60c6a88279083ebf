"""``workbench exports``: the files that people took away, and which have to be destroyed."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from workbench.cli.common import CityOption, opened, out, said, utc_now, visible
from workbench.errors import Text
from workbench.gateway.ruled import city_now
from workbench.gateway.sources import all_grants, decided_grants
from workbench.ledger.exports import CHANGED, GONE, Export, exports
from workbench.model.days import day_of

app = typer.Typer(help="查看导出的文件 / Files that were exported", no_args_is_help=True)

STATES = {
    "active": Text("有效", "active"),
    "not_started": Text("未生效", "not started"),
    "expired": Text("已到期", "expired"),
    "revoked": Text("已撤销", "revoked"),
    CHANGED: Text("已变更", "changed"),
    GONE: Text("已不存在", "gone"),
}


@app.callback()
def root() -> None:
    """Keeps ``list`` a command of its own, while it is the only one."""


@app.command("list")
def list_exports(
    ended: Annotated[
        bool,
        typer.Option("--ended", help="只列授权已终止、应当销毁的 / Only those to be destroyed"),
    ] = False,
    person: Annotated[str, typer.Option(help="用户或查看者 / Person or viewer")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    city: CityOption = None,
) -> None:
    """列出导出的文件及其授权状态（黑龙江 2025 第二十八条）。
    / List exported files with the state of their grants (Heilongjiang 2025 art. 28)."""
    with opened(city) as state:
        decided = decided_grants(state.store.cases.granted_since)
        revoked = state.store.revocations.all()
        grants = all_grants(city_now(state), revoked, decided)
        listed = exports(state.store.journal, grants, day_of(utc_now()), person)
        found = [one for one in listed if one.ended or not ended]
    if as_json:
        print(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2))
    else:
        out().print(_table(found))


def _table(found: list[Export]) -> Table:
    table = Table(box=None)
    for title in (
        "#",
        said("时间", "time"),
        said("用户", "person"),
        said("部门", "department"),
        said("文件", "file"),
        said("行数", "rows"),
        said("授权", "grants"),
        said("应自此销毁", "to be destroyed since"),
    ):
        table.add_column(title, overflow="fold", no_wrap=not table.columns)
    for one in found:
        who = f"{one.person} ({one.viewer})" if one.viewer else one.person
        grants = "; ".join(f"{g.id} {_word(g.state)}" for g in one.grants)
        cells = (
            str(one.seq), f"{one.at:%Y-%m-%d %H:%M:%S}", who, one.department, one.name,
            f"{one.rows:,}", grants, _since(one),
        )  # fmt: skip
        table.add_row(*map(visible, cells))
    return table


def _word(state: str) -> str:
    known = STATES.get(state, Text(state, state))
    return said(known.zh, known.en)


def _since(one: Export) -> str:
    if not one.ended:
        return ""
    since = one.destroy_since
    return since.isoformat() if since else said("日期不详", "day not known")
