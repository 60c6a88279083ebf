"""What the commands for versions say of a resource that is attached at its source."""

from __future__ import annotations

from workbench.errors import Code, Text, WorkbenchError, simple

_WHY = Text(
    "它挂接在来源：数据在有人查询时从来源取得，不保存版本。",
    "It is attached: its rows are pulled from its source when somebody asks, and no version is "
    "kept.",
)


def no_delivery(name: str) -> WorkbenchError:
    """For ``ingest``."""
    return simple(
        Code.invalid_request,
        f"资源 {name} 不接收文件，未接入。",
        f"The resource {name} takes no deliveries; nothing was ingested.",
        why=_WHY,
        next=Text(
            f"请检查来源：workbench sources check {name}；要改为交付文件，请先改契约的 servers。",
            f"Look at its source: workbench sources check {name}. To deliver files instead, change "
            "servers in its contract first.",
        ),
        subject=name,
    )


def no_version(name: str) -> WorkbenchError:
    """For ``recall`` and ``reconcile``."""
    return simple(
        Code.invalid_request,
        f"资源 {name} 没有版本可以召回或核对。",
        f"The resource {name} has no version to recall or to compare.",
        why=_WHY,
        next=Text(
            f"谁用过它：workbench audit show --resource {name}；"
            f"来源是否相符：workbench sources check {name}",
            f"Who used it: workbench audit show --resource {name}. "
            f"Whether its source fits: workbench sources check {name}",
        ),
        subject=name,
    )
