"""``workbench users``: who may sign in, from which department, in which roles."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table

from workbench.catalogue.city import load_city
from workbench.cli.common import (
    CityOption,
    State,
    err,
    opened,
    operator,
    out,
    read_password,
    said,
)
from workbench.errors import Code, Text, simple
from workbench.model.actor import Role
from workbench.model.entry import Draft, Event

app = typer.Typer(help="管理用户 / Manage users", no_args_is_help=True)

Person = Annotated[str, typer.Argument(metavar="ID", help="用户名 / User id")]
Roles = Annotated[
    list[Role], typer.Option("--role", "-r", help="角色，可重复 / Role, may be repeated")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读取密码 / Password from stdin")
]
Generate = Annotated[
    bool, typer.Option("--generate", help="生成密码并只显示一次 / Make a password, shown once")
]


@app.command()
def add(
    person: Person,
    department: Annotated[str, typer.Option("--department", "-d", help="部门 / Department")],
    role: Roles,
    from_stdin: FromStdin = False,
    generate: Generate = False,
    city: CityOption = None,
) -> None:
    """新增用户。/ Add a user."""
    with opened(city) as state:
        _known_department(state, department)
        password = _new_password(from_stdin, generate)
        _do(
            state,
            person,
            "added",
            lambda: state.store.users.add(person, password, department, role),
            department=department,
            roles=role,
        )
        _show(password, generate)


@app.command("list")
def list_users(city: CityOption = None) -> None:
    """列出用户。/ List the users."""
    with opened(city) as state:
        table = Table(box=None)
        for title in (
            said("用户", "user"),
            said("部门", "department"),
            said("角色", "roles"),
            said("状态", "state"),
        ):
            table.add_column(title, overflow="fold")
        for user in state.store.users.all():
            word = said("已停用", "disabled") if user.disabled else said("启用", "enabled")
            table.add_row(user.id, user.department, ", ".join(sorted(user.roles)), word)
        out().print(table)


@app.command()
def disable(person: Person, city: CityOption = None) -> None:
    """停用用户，其会话和查询随即结束。/ Disable a user; sessions and queries end at once."""
    with opened(city) as state:
        _do(state, person, "disabled", lambda: state.store.users.disable(person))


@app.command()
def enable(person: Person, city: CityOption = None) -> None:
    """重新启用用户。/ Enable a user again."""
    with opened(city) as state:
        _do(state, person, "enabled", lambda: state.store.users.enable(person))


@app.command()
def password(
    person: Person, from_stdin: FromStdin = False, generate: Generate = False,
    city: CityOption = None,
) -> None:  # fmt: skip
    """设置新密码，旧会话失效。/ Set a new password; old sessions end."""
    with opened(city) as state:
        new = _new_password(from_stdin, generate)
        _do(state, person, "password", lambda: state.store.users.set_password(person, new))
        _show(new, generate)


@app.command()
def roles(person: Person, role: Roles, city: CityOption = None) -> None:
    """设置角色（取代原有角色）。/ Set the roles, in the place of the old ones."""
    with opened(city) as state:
        change = lambda: state.store.users.set_roles(person, role)  # noqa: E731
        _do(state, person, "roles", change, roles=role)


def _do(
    state: State,
    person: str,
    what: str,
    change: Callable[[], object],
    *,
    department: str = "",
    roles: list[Role] | None = None,
) -> None:
    """The change and its entry, both or none."""
    detail: dict[str, object] = {"user": person, "change": what}
    if roles is not None:
        detail["roles"] = sorted(role.value for role in roles)
    draft = Draft(
        Event.user_changed,
        actor=operator(),
        department=department,
        method="users",
        medium="cli",
        detail=detail,
    )
    entry = state.ledger.record(draft, doing=change)
    done = said(f"完成，账本第 {entry.seq} 条。", f"Done; entry {entry.seq} of the ledger.")
    err().print(done, style="green")


def _known_department(state: State, department: str) -> None:
    known = load_city(state.layout.root).departments
    if department in known:
        return
    listed = ", ".join(f"{key} ({name.zh})" for key, name in sorted(known.items()))
    raise simple(
        Code.invalid_request,
        f"city.yaml 中没有部门 {department}。",
        f"city.yaml has no department {department}.",
        next=Text(f"可用部门：{listed}", f"Departments: {listed}"),
        subject=department,
    )


def _new_password(from_stdin: bool, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(18)  # 144 bits, 24 characters
    return read_password(from_stdin=from_stdin, twice=True)


def _show(password: str, generated: bool) -> None:
    if generated:
        err().print(said("密码（只显示这一次）：", "Password (shown this once):"))
        out().print(password)
