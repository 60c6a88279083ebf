"""Why a case of a what-if question was not kept, not shown or not changed."""

from __future__ import annotations

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.libraries.what_if import Inputs
from workbench.model.what_if import WhatIf


def a_person() -> WorkbenchError:
    return simple(
        Code.role_missing,
        "页面不能保存情景。",
        "A page keeps no cases.",
        next=Text("请本人登录后保存。", "Sign in and keep it yourself."),
    )


def no_such_inputs(name: str) -> WorkbenchError:
    return simple(
        Code.not_granted,
        f"没有可供您使用的情景输入 {name}。",
        f"There are no inputs {name} that you may use.",
        next=Text(
            "请为所在部门申请其应用场景的授权。",
            "Apply for a grant of their scenario for your department.",
        ),
        subject=name,
    )


def name_taken(name: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"本部门已有名为“{name}”的情景（可能已删除）。",
        f"Your department has a case called {name} already (it may be deleted).",
        next=Text("换一个名称，或恢复那一个。", "Choose another name, or restore that one."),
        subject=name,
    )


def no_such(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.not_found,
        f"没有编号为 {id[:64]} 的情景。",
        f"There is no case {id[:64]}.",
        next=Text("运行 workbench whatif list。", "Run workbench whatif list."),
        subject=id[:64],
    )


def only_the_maker(case: WhatIf) -> WorkbenchError:
    return simple(
        Code.not_yours,
        f"情景“{case.name}”由 {case.maker} 保存，只有本人可以删除或恢复。",
        f"{case.maker} kept the case {case.name}: only they delete or restore it.",
        next=Text("请联系保存人。", "Ask them."),
        subject=case.id,
    )


def moved_on(case: WhatIf) -> WorkbenchError:
    return simple(
        Code.moved_on,
        f"情景“{case.name}”在此期间已有变化。",
        f"The case {case.name} has changed in the meantime.",
        next=Text("重新打开后再办。", "Open it again, then act."),
        subject=case.id,
    )


def no_release(entry: int) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"账本第 {entry} 条不是向本部门在该场景下的放行。",
        f"Entry {entry} of the ledger is no release of this scenario to your department.",
        next=Text("请重新推算后再保存。", "Work the case out again, then keep it."),
        subject=str(entry),
    )


def not_of(inputs: Inputs) -> WorkbenchError:
    low, high = inputs.shocks.low, inputs.shocks.high
    targets = ", ".join(inputs.targets)
    return simple(
        Code.invalid_request,
        f"这不是情景输入 {inputs.id} 的问题。",
        f"This is no question of the inputs {inputs.id}.",
        next=Text(
            f"目标：{targets}；最多移动 {inputs.most} 个序列，各 {low:g} 至 {high:g}%。",
            f"Targets: {targets}; at most {inputs.most} series move, {low:g} to {high:g} % each.",
        ),
        subject=inputs.id,
    )
