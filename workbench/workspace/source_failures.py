"""Why a source gave nothing: a closed set of causes, and the error that each becomes.

A source that cannot be reached may be stood in for by the last good pull. One that answers *no*
(the account, the table or a column is gone, or holds what the contract forbids) is obeyed: what was
pulled before is given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.causes import REACHING


@dataclass(frozen=True)
class Failure:
    """``columns``: contract column -> what is wrong (a type, a number of values), or nothing."""

    cause: str
    columns: Mapping[str, str] = field(default_factory=dict)
    error: WorkbenchError | None = None
    """An error of the workbench's own, told as it is."""

    @property
    def text(self) -> Text:
        return CAUSES.get(self.cause, CAUSES["internal"])

    @property
    def unreachable(self) -> bool:
        return self.cause in UNREACHABLE

    @property
    def answered_no(self) -> bool:
        """Whether the source spoke, and what was pulled before is to be given up."""
        return self.cause not in (*UNREACHABLE, "no_room", "internal")


UNREACHABLE = frozenset(
    {
        "host_unknown", "no_answer", "connection_refused", "lost", "timed_out", "file_missing",
        "interrupted",
    }
)  # fmt: skip
_UNFIT = frozenset(
    {
        "column_missing", "type_wrong", "value_wrong", "scope_wrong", "too_many_rows", "too_big",
        "encoding",
    }
)  # fmt: skip

CAUSES: Mapping[str, Text] = {
    **REACHING,
    "timed_out": Text("查询超过时限", "its answer took longer than the deadline"),
    "file_missing": Text("文件不存在", "its file is not there"),
    "interrupted": Text("取数进程中断", "the pull was interrupted"),
    "secret_missing": Text("没有设置密钥", "its secret has not been set"),
    "table_missing": Text(
        "表不存在或账号无权读取", "its table is not there, or closed to the account"
    ),
    "column_denied": Text("账号无权读取所需的列", "the account may not read a column"),
    "column_missing": Text("缺少契约中的列", "a column of the contract is missing"),
    "type_wrong": Text("列的类型与契约不符", "a column's type does not fit the contract"),
    "value_wrong": Text(
        "有值不符合契约的类型（列：个数）",
        "values do not fit the contract's type (column: how many)",
    ),
    "scope_wrong": Text(
        "行范围所用的列有无法比较的值（列：个数）",
        "columns of the row scope hold values that cannot be compared (column: how many)",
    ),
    "too_many_rows": Text("行数超过上限", "it holds more rows than the limit"),
    "too_big": Text("数据量超过上限", "it is larger than the limit"),
    "no_room": Text("取数合计超过上限", "the pulls of all sources are over their limit"),
    "encoding": Text("文字编码有误", "its text is not well-formed"),
    "internal": Text("取数失败，原因不明", "the pull failed for an unknown cause"),
}
_SECRET = Text(
    "请运行人员执行：workbench secrets set 名称",
    "Ask the operator to run: workbench secrets set NAME",
)
_LIMITS = Text(
    "请缩小授权的行范围，或由运行人员提高 city.yaml 的 settings.pull_rows、pull_mb。",
    "Narrow the row scope of the grant, or have the operator raise settings.pull_rows or pull_mb "
    "of city.yaml.",
)
_NEXT: Mapping[str, Text] = {
    "secret_missing": _SECRET,
    "authentication": _SECRET,
    "too_many_rows": _LIMITS,
    "too_big": _LIMITS,
    "interrupted": Text("请重试。", "Try again."),
}


def failed(resource: str, failure: Failure) -> WorkbenchError:
    """The error for whoever asked for ``resource``. It names no host, account or value."""
    if failure.error is not None:
        return failure.error
    listed = ", ".join(f"{n}: {what}" if what else n for n, what in failure.columns.items())
    shown_zh, shown_en = (f"：{listed}", f": {listed}") if listed else ("", "")
    text = failure.text
    check = Text(
        f"请运行人员检查来源：workbench sources check {resource}",
        f"Ask the operator to look: workbench sources check {resource}",
    )
    if failure.cause in _UNFIT:
        return simple(
            Code.source_unfit,
            f"资源 {resource} 的来源与契约不符，未取数。",
            f"The source of {resource} does not fit its contract; nothing was taken from it.",
            why=Text(f"{text.zh}{shown_zh}", f"{text.en}{shown_en}"),
            next=_NEXT.get(failure.cause, check),
            subject=resource,
        )
    return simple(
        Code.source_unreachable,
        f"资源 {resource} 的来源目前不可用，也没有可以代用的数据。",
        f"The source of {resource} cannot be used now, and no earlier pull can stand in for it.",
        why=Text(f"{text.zh}{shown_zh}", f"{text.en}{shown_en}"),
        next=_NEXT.get(failure.cause, check),
        subject=resource,
    )
