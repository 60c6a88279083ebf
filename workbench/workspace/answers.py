"""What the engine's own errors become: one table from its classes to our codes."""

from __future__ import annotations

from typing import Any

from workbench.errors import Code, Reason, Text, WorkbenchError

_WRONG = frozenset(
    {
        "ParserException", "SyntaxException", "BinderException", "CatalogException",
        "ConversionException", "InvalidInputException", "InvalidTypeException",
        "OutOfRangeException", "ConstraintException", "TypeMismatchException",
        "NotImplementedException", "NotSupportedError", "TransactionException", "ProgrammingError",
        "DataError", "InternalException", "SequenceException", "DependencyException", "Error",
        "SerializationException", "IntegrityError", "OperationalError",
    }
)  # fmt: skip


def refusal(answer: dict[str, Any]) -> WorkbenchError:
    """The error for a worker's answer (``class``, ``text``, maybe ``reasons``)."""
    name, text = str(answer.get("class", "")), str(answer.get("text", ""))
    if name == "Screened":
        return WorkbenchError.of([Reason.from_dict(r) for r in answer["reasons"]])
    if name == "InterruptException":
        # Nobody asked it to stop (that cause would be told instead): one of the engine's threads
        # failed and took the others along, and theirs is the error that came.
        return WorkbenchError.of(_PART_WAY)
    if name in ("OutOfMemoryException", "MemoryError") or "bad_alloc" in text:
        full_disk = "max_temp_directory_size" in text or "failed to offload" in text
        return WorkbenchError.of(_DISK if full_disk else _MEMORY)
    if name == "PermissionException":
        return WorkbenchError.of(_OUTSIDE)
    if "read-only mode" in text:
        return WorkbenchError.of(_READ_ONLY)
    if name in _WRONG:
        return WorkbenchError.of(wrong(text))
    return WorkbenchError.of(
        Reason(
            Code.internal,
            Text(f"查询进程报告了意外错误（{name}）。", f"The worker met an odd error ({name})."),
            next=Text(
                "请重试；若重复出现请联系运行人员。", "Try again; if it repeats, tell the operator."
            ),
        )
    )


def quiet(answer: dict[str, Any]) -> dict[str, Any]:
    """``answer`` without what the engine said of the statement: where the SQL is ours and the rows
    are secret, its sentence could only hold a value."""
    if str(answer.get("class", "")) not in _WRONG:
        return answer
    return {"class": answer["class"], "text": _NOT_COMPUTED.en}


def wrong(text: str) -> Reason:
    """The statement is at fault; ``text`` is what the engine says of it."""
    ours = text == _NOT_COMPUTED.en  # else in the engine's English, in both languages
    said = _NOT_COMPUTED.zh if ours else f"引擎的原话：{text}"
    return Reason(
        Code.statement_wrong,
        Text(f"语句有误，{said}", f"The statement is wrong: {text}"),
        next=Text(
            "请改正后重试；DESCRIBE 表名 可查看现有列。",
            "Correct it and try again; DESCRIBE table shows the columns there are.",
        ),
    )


_NOT_COMPUTED = Text("引擎无法完成这个计算", "the engine could not compute it")
_PART_WAY = Reason(
    Code.statement_wrong,
    Text(
        "语句在执行中途出错，引擎没有说明在哪个值上。",
        "The statement failed part way, and the engine did not say at which value.",
    ),
    next=Text(
        "请检查类型转换（可改用 TRY_CAST）后重试。",
        "Look at its casts (TRY_CAST gives NULL instead) and try again.",
    ),
)
_MEMORY = Reason(
    Code.memory_exceeded,
    Text("查询超出了内存上限。", "The query went past its memory limit."),
    next=Text(
        "先筛选或聚合再连接，或减少列数；上限见 city.yaml 的 settings.memory_mb。",
        "Filter or aggregate before joining, or take fewer columns; settings.memory_mb of "
        "city.yaml is the limit.",
    ),
)
_DISK = Reason(
    Code.disk_exceeded,
    Text("查询超出了临时磁盘上限。", "The query went past its limit of scratch space."),
    next=Text(
        "请减少排序、连接的数据量；上限见 city.yaml 的 settings.temp_mb。",
        "Sort or join less; settings.temp_mb of city.yaml is the limit.",
    ),
)
_OUTSIDE = Reason(
    Code.statement_not_allowed,
    Text("工作区不能读写文件、网络或设置。", "A workspace reaches no file, network or setting."),
    why=Text(
        "工作区只含本场景授权的数据，进程之外一律不可达。",
        "It holds what this scenario's grants allow; nothing outside its process can be reached.",
    ),
    next=Text(
        "请使用已授权的表；外部数据请申请入库。",
        "Use the granted tables; have other data ingested.",
    ),
)
_READ_ONLY = Reason(
    Code.statement_not_allowed,
    Text("授权的表是只读的。", "Granted tables are read-only."),
    next=Text(
        "请用 CREATE TEMP TABLE … AS SELECT … 建临时表后修改。",
        "Make a temporary table with CREATE TEMP TABLE … AS SELECT … and change that.",
    ),
)
