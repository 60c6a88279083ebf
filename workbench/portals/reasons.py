"""What is said of a portal's file that cannot be read at all."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import Code, Text, WorkbenchError, simple

_SHOWN = 20


def unfit(name: str, zh: str, en: str, fix: Text | None = None) -> WorkbenchError:
    """InvalidInput about the file ``name``."""
    return simple(Code.invalid_delivery, f"{name}：{zh}", f"{name}: {en}", subject=name, next=fix)


def no_title(name: str, headings: Sequence[str], wanted: Sequence[str]) -> WorkbenchError:
    seen = ", ".join(_safe(h) for h in headings[:_SHOWN]) or "—"
    names = ", ".join(wanted)
    return unfit(
        name,
        f"没有标题列；读到的表头：{seen}",
        f"no heading for the title; the headings are: {seen}",
        Text(
            f"在映射文件的 columns.title 写上该表头（现有：{names}），用 --mapping 指定；"
            "表头不在第一行时写 file.heading_row。",
            f"Name it under columns.title of a mapping (now: {names}) and give that with "
            "--mapping; say file.heading_row where the headings are not in the first line.",
        ),
    )


def heading_twice(name: str, heading: str) -> WorkbenchError:
    return unfit(
        name,
        f"表头“{_safe(heading)}”出现两次，不知道读哪一列",
        f"the heading “{_safe(heading)}” stands twice, so nobody knows which to read",
        Text("请给其中一列改名后再导入。", "Rename one of the two, then import again."),
    )


def no_portal(name: str) -> WorkbenchError:
    return unfit(
        name,
        "文件没有说明是哪个门户",
        "the file does not say whose portal it is from",
        Text("用 --portal 名称 指定。", "Say it with --portal NAME."),
    )


def no_entries(name: str) -> WorkbenchError:
    return unfit(
        name,
        "只有表头，没有目录条目；原有条目不动",
        "it has headings and no entry; what was there is left as it is",
        Text("请检查导出的文件是否完整。", "See whether the export is complete."),
    )


def too_large(name: str, limit: int) -> WorkbenchError:
    return unfit(
        name,
        f"解压后超过 {limit >> 20} MiB",
        f"it is larger than {limit >> 20} MiB once unpacked",
        Text("请按门户分成几个文件。", "Split it into a file for each portal."),
    )


def too_many(name: str, limit: int) -> WorkbenchError:
    return unfit(
        name,
        f"超过 {limit:,} 行",
        f"it has more than {limit:,} lines",
        Text("请按门户分成几个文件。", "Split it into a file for each portal."),
    )


def broken_gzip(name: str) -> WorkbenchError:
    return unfit(
        name,
        "压缩文件已损坏或不完整",
        "the compressed file is broken, or cut short",
        Text("请重新下载。", "Download it again."),
    )


def other_kind(name: str, kind: str) -> WorkbenchError:
    return unfit(
        name,
        f"是 {kind} 文件；目录接收 CSV、TSV、XLSX、JSON 和它们的 .gz",
        f"it is {kind}; a catalogue is taken as CSV, TSV, XLSX, JSON, or one of them as .gz",
        Text("请另存为其中一种。", "Save it as one of these."),
    )


def broken_line(name: str, number: int) -> WorkbenchError:
    return unfit(
        name,
        f"第 {number} 行起引号不成对或字段过长，后面的行无法确定从哪里开始",
        f"from line {number} a quote is not closed, or a field is too long: nobody knows where "
        "the lines after it begin",
        Text("请改正该行后再导入。", "Mend that line, then import again."),
    )


def no_json_list(name: str, path: str | None) -> WorkbenchError:
    if path is None:
        return unfit(
            name,
            "JSON 既不是列表，也不是每行一个对象",
            "the JSON is neither a list nor an object a line",
            Text(
                "列表在里层时，在映射文件写 file.entries_at，如 data.rows。",
                "Where the list lies deeper say file.entries_at in the mapping, e.g. data.rows.",
            ),
        )
    return unfit(
        name,
        f"{path} 处没有列表",
        f"there is no list at {path}",
        Text("检查映射文件的 file.entries_at。", "Look at file.entries_at of the mapping."),
    )


def deep_json(name: str) -> WorkbenchError:
    return unfit(
        name, "JSON 嵌套过深或数字过长", "the JSON is nested too deeply, or has a number too long"
    )


def _safe(heading: str) -> str:
    """Nothing that a terminal would act on."""
    return "".join(c if c.isprintable() else "?" for c in heading[:40])


def contract_lacks(resource: str, columns: Sequence[str]) -> WorkbenchError:
    listed = ", ".join(columns)
    return simple(
        Code.invalid_contract,
        f"资源 {resource} 的契约缺少列：{listed}",
        f"The contract of {resource} lacks columns: {listed}",
        next=_COPY,
        subject=resource,
    )


def no_contract(resource: str) -> WorkbenchError:
    return simple(
        Code.invalid_contract,
        f"城市没有资源 {resource} 的契约，导入的条目无处可放。",
        f"The city has no contract of {resource}, which imported entries are stored under.",
        next=_COPY,
        subject=resource,
    )


def nothing_imported() -> WorkbenchError:
    return simple(
        Code.extract_missing,
        "还没有导入任何门户的目录。",
        "No portal's catalogue has been imported yet.",
        next=Text(
            "先运行：workbench catalogue import 文件",
            "First: workbench catalogue import FILE",
        ),
    )


_COPY = Text(
    "从示例城市复制 data_contracts/resources/catalogue_entries.odcs.yaml。",
    "Copy data_contracts/resources/catalogue_entries.odcs.yaml from the sample city.",
)
