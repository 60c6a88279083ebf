"""Which scenario a request belongs to, when it may go without saying."""

from __future__ import annotations

from collections.abc import Callable

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.actor import Actor
from workbench.wire import SCENARIO_HEADER


def picked(named: str, actor: Actor, usable: Callable[[Actor], tuple[str, ...]]) -> str:
    """The one named, or the person's only one. Raises InvalidInput listing the person's own.

    ``usable`` gives the scenarios in which somebody has an active grant.
    """
    if named:
        return named
    own = sorted(usable(actor))
    if len(own) != 1:
        raise which_scenario(own)
    return own[0]


def which_scenario(own: list[str]) -> WorkbenchError:
    """``own``: the scenarios that the person may use now."""
    listed = ", ".join(own)
    return simple(
        Code.invalid_request,
        "未指明应用场景。" if own else "您目前没有可用的应用场景。",
        "The scenario is not named." if own else "There is no scenario that you may use now.",
        why=Text("一次查询只属于一个场景。", "A query belongs to exactly one scenario."),
        next=Text(
            f"请在请求头 {SCENARIO_HEADER} 中写明其一：{listed}",
            f"Name one of yours in the header {SCENARIO_HEADER}: {listed}",
        )
        if own
        else Text("请先为所在部门申请授权。", "Apply for a grant for your department first."),
        subject=listed,
    )
