"""``workbench secrets``: the accounts at attached sources, by name. No password is ever shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from workbench.cli.common import CityOption, State, err, opened, operator, out, read_password, said
from workbench.errors import Code, Text, simple
from workbench.model.entry import Draft, Event
from workbench.store.secrets import Account, Secrets

app = typer.Typer(help="管理来源账号 / Accounts at attached sources", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="密钥名 / Name of the secret")]


@app.command("set")
def set_secret(
    name: Name,
    user: Annotated[str, typer.Option("--user", "-u", help="来源处的用户 / User at the source")],
    from_stdin: Annotated[
        bool, typer.Option("--stdin", help="从标准输入读取口令 / Password from stdin")
    ] = False,
    city: CityOption = None,
) -> None:
    """设置用户和口令（口令不回显）。/ Set user and password (asked for without echo)."""
    with opened(city) as state:
        account = Account(user, read_password(from_stdin=from_stdin, twice=True))
        _do(state, name, "set", lambda: _secrets(state).set(name, account))


@app.command("list")
def list_secrets(city: CityOption = None) -> None:
    """只列出名称。/ List the names alone."""
    with opened(city) as state:
        for name in _secrets(state).names():
            out().print(name)


@app.command()
def remove(name: Name, city: CityOption = None) -> None:
    """删除一个密钥。/ Remove a secret."""
    with opened(city) as state:
        if name not in _secrets(state).names():
            raise simple(
                Code.invalid_request,
                f"没有密钥 {name}。",
                f"There is no secret {name}.",
                next=Text("查看名称：workbench secrets list。", "See: workbench secrets list."),
            )
        _do(state, name, "removed", lambda: _secrets(state).remove(name))


def _secrets(state: State) -> Secrets:
    return Secrets(state.layout.secrets, state.keyring.audit_key)


def _do(state: State, name: str, what: str, change: Callable[[], object]) -> None:
    """The change and its entry, which holds the name alone; both or none."""
    draft = Draft(
        Event.secret_changed,
        actor=operator(),
        method="secrets",
        medium="cli",
        detail={"secret": name, "change": what},
    )
    entry = state.ledger.record(draft, doing=change)
    done = said(f"完成，账本第 {entry.seq} 条。", f"Done; entry {entry.seq} of the ledger.")
    err().print(done, style="green")
