"""What the workbench says of a delivery that it cannot take.

Texts name files, columns, rows, rules and counts; never a value.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.extracts.recalls import Recall
from workbench.model.contract import Column


def delivery(zh: str, en: str, *, subject: str = "", fix: Text | None = None) -> WorkbenchError:
    """InvalidInput with one reason about the delivered files."""
    return WorkbenchError.of(Reason(Code.invalid_delivery, Text(zh, en), subject=subject, next=fix))


def contract(zh: str, en: str, *, subject: str = "", fix: Text | None = None) -> WorkbenchError:
    """InvalidInput with one reason about the contract."""
    return WorkbenchError.of(Reason(Code.invalid_contract, Text(zh, en), subject=subject, next=fix))


def unreadable(name: str, error: OSError) -> WorkbenchError:
    if error.errno == errno.ENOENT:
        return delivery(f"{name}：文件不存在。", f"{name}: there is no such file.", subject=name)
    cause = errno.errorcode.get(error.errno or 0, "I/O")
    return delivery(
        f"{name}：读不了（{cause}）。", f"{name}: cannot be read ({cause}).", subject=name
    )


def symbolic_link(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：是符号链接，不接收。",
        f"{name}: is a symbolic link, which is not taken.",
        subject=name,
        fix=Text("请给出文件本身的路径。", "Give the path of the file itself."),
    )


def not_a_file(name: str) -> WorkbenchError:
    return delivery(f"{name}：不是普通文件。", f"{name}: is not a regular file.", subject=name)


def changed_meanwhile(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：接入过程中文件被改动。",
        f"{name}: was changed while it was being ingested.",
        subject=name,
        fix=Text("请等文件写完后重试。", "Try again when it has been written to the end."),
    )


def empty_file(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：文件是空的，连表头也没有。",
        f"{name}: is empty; it has not even a header.",
        subject=name,
    )


def other_kind(name: str, kind: str) -> WorkbenchError:
    return delivery(
        f"{name}：是 {kind} 文件；只接收 CSV、TSV、XLSX、JSON lines、Parquet 和 ZIP。",
        f"{name}: is a {kind} file; CSV, TSV, XLSX, JSON lines, Parquet and ZIP are taken.",
        subject=name,
        fix=Text(
            "请另存为“CSV UTF-8”或 .xlsx 后再接入。",
            "Save it as “CSV UTF-8” or .xlsx, and ingest that.",
        ),
    )


def not_the_format(name: str, declared: str, found: str) -> WorkbenchError:
    return delivery(
        f"{name}：合同写的格式是 {declared}，文件其实是 {found}。",
        f"{name}: the contract says {declared}, but the file is {found}.",
        subject=name,
        fix=Text(
            f"请交付 {declared} 文件，或把合同的 format 改为 {found}。",
            f"Deliver {declared}, or write format: {found} in the contract.",
        ),
    )


def no_rows(name: str) -> Text:
    return Text(f"{name}：只有表头，0 行。", f"{name}: header only, 0 rows.")


def column_absent(name: str, column: str) -> Text:
    return Text(
        f"{name}：没有选填列 {column}，该列为空。",
        f"{name}: does not bring the optional column {column}, which is empty.",
    )


def no_header(name: str, found: int, columns: Sequence[str]) -> WorkbenchError:
    listed = ", ".join(columns)
    return delivery(
        f"{name}：第一行的 {found} 个字段没有一个是合同的列名。",
        f"{name}: none of the {found} fields of the first line is a column of the contract.",
        subject=name,
        fix=Text(
            f"第一行应为列名：{listed}；表头在别处或另有名称的，在合同里写 headerRow 或 sourceName",
            f"The first line must name the columns: {listed}; where the heading is elsewhere, or "
            "has other names, say headerRow or sourceName in the contract",
        ),
    )


def header_too_long(name: str, limit: int) -> WorkbenchError:
    return delivery(
        f"{name}：前 {limit} 个字符里没有换行，第一行不像表头。",
        f"{name}: no line ends within {limit} characters; the first line is no header.",
        subject=name,
    )


def columns_missing(name: str, columns: Sequence[str]) -> WorkbenchError:
    listed = ", ".join(columns)
    return delivery(
        f"{name}：缺少必填列：{listed}",
        f"{name}: required columns are missing: {listed}",
        subject=name,
    )


def columns_twice(name: str, columns: Sequence[str]) -> WorkbenchError:
    listed = ", ".join(columns)
    return delivery(
        f"{name}：列名重复：{listed}", f"{name}: columns are named twice: {listed}", subject=name
    )


def columns_extra(name: str, columns: Sequence[tuple[int, str]]) -> WorkbenchError:
    """``columns``: place in the file (from 1) and name."""
    zh = "，".join(f"第 {at} 列“{n}”" for at, n in columns[:10])
    en = ", ".join(f"“{n}” (field {at})" for at, n in columns[:10])
    return delivery(
        f"{name}：有 {len(columns)} 列不在合同中：{zh}",
        f"{name}: {len(columns)} columns are not in the contract: {en}",
        subject=name,
        fix=Text(
            "请去掉这些列（最少够用）；确有需要的，先修改合同；只是表头不同的，写 sourceName。",
            "Leave them out (the least data that is needed), or add them to the contract first; "
            "where a heading only differs, name it in sourceName.",
        ),
    )


def not_csv(name: str, line: int | None) -> WorkbenchError:
    zh = "" if line is None else f"第 {line} 行附近"
    en = "" if line is None else f" near row {line}"
    return delivery(
        f"{name}：{zh}不是合规的 CSV（换行符混用、孤立的回车，或引号有误）。",
        f"{name}: is not proper CSV{en} (mixed line ends, a lone carriage return, or quotes).",
        subject=name,
        fix=Text(
            "请用同一种换行符重新导出，含换行或引号的字段要加引号。",
            "Export it again with one kind of line end, and with quotes around fields that hold "
            "line ends or quotes.",
        ),
    )


def broken_record(name: str, row: int, *, too_long: bool) -> WorkbenchError:
    zh = "超过 2,000,000 字节（可能有引号没有闭合）" if too_long else "有引号没有正确闭合"
    en = "is longer than 2,000,000 bytes (perhaps a quote does not close)"
    en = en if too_long else "has a quote that does not close properly"
    return delivery(
        f"{name}：第 {row} 行{zh}，其后的行无法确认。",
        f"{name}: row {row} {en}; the rows after it cannot be told apart.",
        subject=name,
        fix=Text("请修正该行后重新交付。", "Correct that row and deliver the file again."),
    )


def blank_lines(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：中间有空行，又有很长的字段，行号无法确认。",
        f"{name}: has empty lines and very long fields; its rows cannot be numbered.",
        subject=name,
        fix=Text("请去掉空行。", "Remove the empty lines."),
    )


def not_parquet(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：不是完好的 Parquet 文件。",
        f"{name}: is not a sound Parquet file.",
        subject=name,
    )


def parquet_type(name: str, column: Column, found: str) -> WorkbenchError:
    return delivery(
        f"{name}：列 {column.name} 的类型是 {found}，合同写的是 {column.type}，不能无损转换。",
        f"{name}: column {column.name} is {found} and the contract says {column.type}; "
        "one does not turn into the other without loss.",
        subject=name,
        fix=Text("请按合同的类型导出。", "Export it with the contract's type."),
    )


def no_files(resource: str) -> WorkbenchError:
    return delivery(
        f"没有给出要接入 {resource} 的文件。",
        f"No file was given to ingest into {resource}.",
        subject=resource,
    )


def was_recalled(resource: str, recall: Recall) -> WorkbenchError:
    when = recall.at.isoformat(timespec="seconds")
    return WorkbenchError.of(
        Reason(
            Code.invalid_delivery,
            Text(
                f"{resource}：这正是第 {recall.version} 版的交付，该版已于 {when} 被召回。",
                f"{resource}: this is the delivery of version {recall.version}, which was "
                f"recalled at {when}.",
            ),
            why=Text(f"召回说明：{recall.reason}", f"The recall says: {recall.reason}"),
            subject=resource,
            next=Text(
                "请提供部门交付改正后的数据；确认内容无误的，可撤回召回（workbench recall "
                f"{resource} --version {recall.version} --undo --reason …），"
                "或加 --force 重新接入。",
                "Ask the provider for corrected data. If it was right after all, undo the recall "
                f"(workbench recall {resource} --version {recall.version} --undo --reason …), "
                "or ingest it with --force.",
            ),
        )
    )


def same_file_twice(resource: str) -> WorkbenchError:
    return delivery(
        f"{resource}：同一个文件（内容相同）给了两次。",
        f"{resource}: the same file (by its contents) was given twice.",
        subject=resource,
    )
