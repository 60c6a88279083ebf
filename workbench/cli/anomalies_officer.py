"""Who closes findings at the command line: an officer of the authority, who signs in."""

from __future__ import annotations

from workbench.cli.common import State, read_password
from workbench.errors import Code, Text, simple
from workbench.model.actor import Actor
from workbench.model.entry import Draft, Event


def officer(state: State, who: str, from_stdin: bool) -> Actor:
    """Whoever signs in; whether they may close findings is decided there. A password that is wrong
    is entered. Raises Unauthenticated."""
    if not who:
        raise simple(
            Code.unauthenticated,
            "办结异常须以主管部门人员身份登录。",
            "Findings are closed by an officer of the authority who signs in.",
            next=Text("请加上 --as 用户名。", "Add --as USER."),
        )
    user = state.store.users.verify(who, read_password(from_stdin=from_stdin))
    if user is None:
        known = state.store.users.get(who)
        name = known.id if known else ""
        state.ledger.record(Draft(Event.sign_in_failed, actor=name, method="sign in", medium="cli"))
        raise simple(
            Code.unauthenticated, "用户名或密码不正确。", "The user name or the password is wrong."
        )
    return Actor(user.id, user.department, frozenset(user.roles))
