"""``workbench store``: where the ledger is kept, which version it has, upgrading and moving it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from workbench.cli import told
from workbench.cli.common import CityOption, city_root, open_state, out, reported, said, utc_now
from workbench.errors import Code, simple
from workbench.ledger.verify import verify
from workbench.store.address import PostgresAt, SqliteAt, address_of, parsed, remember
from workbench.store.layout import Layout
from workbench.store.moving import move
from workbench.store.rights import rights as rights_sql
from workbench.store.session import open_store, upgrade_store
from workbench.store.standing import Standing, standing

app = typer.Typer(help="存储库的状态、升级与搬迁 / State, upgrade and move of the store",
                  no_args_is_help=True)  # fmt: skip
app.add_typer(told.app, name="told")

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
ToOption = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="URL",
        help="目标，不含密码 / Destination, no password: postgresql://user@host/db?schema=...",
    ),
]


@app.command()
def status(as_json: AsJson = False, city: CityOption = None) -> None:
    """存储库在哪里、是什么版本；可用退出 0，否则 5。/ Where it is, which version; 0 if usable."""
    with reported():
        found = standing(address_of(Layout(city_root(city))))
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        _tell(found)
    raise typer.Exit(0 if found.state in ("current", "empty") else 5)


def _tell(found: Standing) -> None:
    console = out()
    console.print(said(f"存储库：{found.store}", f"Store: {found.store}"))
    version = found.version if found.version is not None else "-"
    console.print(
        said(
            f"结构版本：{version}（本程序：{found.program}）",
            f"Schema version: {version} (this program: {found.program})",
        )
    )
    if found.entries is not None:
        console.print(said(f"账本：{found.entries} 条", f"Ledger: {found.entries} entries"))
    console.print(said(found.told.zh, found.told.en))


@app.command()
def upgrade(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只显示 SQL / Only show the SQL")
    ] = False,
    city: CityOption = None,
) -> None:
    """建立或升级存储库。/ Make the store, or bring it to this program's version."""
    from workbench.store import schema

    with reported():
        address = address_of(Layout(city_root(city)))
        if dry_run:
            found = standing(address)
            if found.state in ("unreachable", "newer", "unknown"):
                raise simple(Code.ledger_unavailable, found.told.zh, found.told.en)
            if found.state != "current":
                kind = "sqlite" if isinstance(address, SqliteAt) else "postgresql"
                if isinstance(address, PostgresAt):
                    print(f'SET search_path TO "{address.schema}";\n')
                print(schema.script(kind, found.version))
            return
        before, now = upgrade_store(address, utc_now)
    if before == now:
        told = said(f"已是版本 {now}。", f"It has version {now} already.")
    elif before is None:
        told = said(f"已建立，版本 {now}。", f"Made, version {now}.")
    else:
        told = said(
            f"已由版本 {before} 升级到 {now}。", f"Upgraded from version {before} to {now}."
        )
    out().print(told)
    if before not in (None, now) and isinstance(address, PostgresAt):
        out().print(
            said(
                "新表还没有给网关角色的权限：请再执行一次 workbench store rights 角色 打印的语句。",
                "The gateway's role has no rights on new tables yet: run again what "
                "`workbench store rights ROLE` prints.",
            )
        )


@app.command()
def copy(to: ToOption, city: CityOption = None) -> None:
    """搬到 PostgreSQL：校验通过后原库停用。/ Move to PostgreSQL; the old store is closed then."""
    with reported():
        layout = Layout(city_root(city))
        destination = parsed(to, "--to")
        state = open_state(layout.root)
        try:
            if isinstance(address_of(layout), PostgresAt):
                raise simple(
                    Code.invalid_request,
                    "本城市的存储库已在 PostgreSQL 上。",
                    "The store of this city is on PostgreSQL already.",
                )
            target = open_store(destination, utc_now)
            try:
                counts = move(
                    state.store,
                    target,
                    lambda: (
                        verify(
                            target.journal,
                            layout.checkpoints,
                            state.keyring.checkpoint_public,
                            state.keyring.audit_key,
                            signer=state.keyring.checkpoint_key,
                        ).clean
                    ),
                )
            finally:
                target.close()
        finally:
            state.store.close()
        remember(layout, destination)
    for name in ("entries", "statements", "users", "revocations"):
        out().print(f"{name}: {counts[name]}")
    out().print(
        said(
            f"已搬到 {destination.shown}，账本在新库中校验无误；原库已停用并保留。",
            f"Moved to {destination.shown}; the ledger verifies there. The old store is kept, "
            "closed.",
        )
    )


@app.command()
def rights(
    role: Annotated[str, typer.Argument(help="网关使用的数据库角色 / The gateway's role")],
    city: CityOption = None,
) -> None:
    """显示给网关角色授权的 SQL。/ Print the SQL that gives the gateway's role its rights."""
    with reported():
        address = address_of(Layout(city_root(city)))
        if not isinstance(address, PostgresAt):
            raise simple(
                Code.invalid_request,
                "本城市的存储库是 SQLite，没有角色。",
                "The store of this city is SQLite; it has no roles.",
            )
        print(rights_sql(address, role), end="")
