"""What the three forms share: their names, what they change, and what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pyarrow.types as kinds

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.receipt import Change


class Form(StrEnum):
    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"


@dataclass(frozen=True)
class Changed:
    """One kind of change, and the columns in which it was made."""

    kind: Change
    columns: tuple[str, ...]

    @property
    def text(self) -> Text:
        zh, en = CHANGES[self.kind].zh, CHANGES[self.kind].en
        named = ", ".join(self.columns)
        return Text(f"{zh}（{named}）", f"{en} ({named})")


CHANGES: Mapping[Change, Text] = {
    Change.renamed: Text("重名的列加了后缀", "columns of equal names got a suffix"),
    Change.exact_numbers_as_text: Text(
        "超过 15 位有效数字，按文本写入以保持精确",
        "more than 15 significant digits: written as text, to stay exact",
    ),
    Change.old_dates_as_text: Text(
        "1900-03-01 之前（或 9999 年之后）的日期按文本写入，Excel 没有这些日期",
        "days before 1900-03-01 or after 9999 are text: Excel has none",
    ),
    Change.times_as_text: Text(
        "带时区或精度高于毫秒的时间按文本写入",
        "times with a zone, or finer than a millisecond, are text",
    ),
    Change.other_types_as_text: Text(
        "文件格式没有的类型按文本写入", "types that the form lacks are text"
    ),
    Change.not_finite_as_text: Text(
        "NaN 与无穷大按文本写入", "NaN and the infinities are written as text"
    ),
    Change.rounded: Text(
        "浮点数保留 16 位有效数字", "floating-point numbers keep 16 significant digits"
    ),
    Change.formula_like: Text(
        "CSV 中以 = + - @ 等开头的文本会被表格软件当作公式；请以文本方式导入，或改存 .xlsx",
        "text that begins with = + - @ is a formula to a spreadsheet that opens the CSV: import "
        "it as text, or save as .xlsx",
    ),
}


class Noted:
    """Collects changes while a file is written; each column once for each kind."""

    def __init__(self) -> None:
        self._found: dict[Change, dict[str, None]] = {}

    def add(self, kind: Change, column: str) -> None:
        self._found.setdefault(kind, {})[column] = None

    def all(self) -> tuple[Changed, ...]:
        return tuple(Changed(k, tuple(self._found[k])) for k in Change if k in self._found)


def form_of(path: Path) -> Form:
    """By the suffix, whatever its case. Raises InvalidInput for any other."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix in {form.value for form in Form}:
        return Form(suffix)
    raise simple(
        Code.invalid_request,
        f"不支持的文件后缀“{path.suffix}”。",
        f"There is no form of the suffix “{path.suffix}”.",
        next=Text(
            "请用 .parquet、.csv 或 .xlsx 结尾的文件名。",
            "End the name in .parquet, .csv or .xlsx.",
        ),
        subject=path.name,
    )


def is_nested(kind: pa.DataType) -> bool:
    inner = kind.value_type if kinds.is_dictionary(kind) else kind
    return bool(kinds.is_nested(inner))


def refuse_nested(schema: pa.Schema, form: Form) -> None:
    """A list or a structure has no one way to stand in a cell, so none is chosen silently."""
    nested = [field.name for field in schema if is_nested(field.type)]
    if nested:
        named = ", ".join(nested)
        raise simple(
            Code.invalid_request,
            f"{form} 文件存不了嵌套类型的列：{named}。",
            f"A {form} file cannot hold columns of nested types: {named}.",
            next=Text(
                "请在 SQL 中取出成员或转换为文本（to_json(列)::VARCHAR），或改存 .parquet。",
                "Take the parts out in SQL, or make text of it (to_json(column)::VARCHAR), or save "
                "as .parquet.",
            ),
            subject=named,
        )


def too_big(what: Text, limit: int) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{what.zh}，超过 Excel 的上限 {limit:,}，没有写入。",
        f"{what.en}: Excel takes {limit:,} at most, and nothing was written.",
        next=Text(
            "请改存 .parquet 或 .csv，或在 SQL 中先筛选、聚合或截取。",
            "Save as .parquet or .csv, or filter, aggregate or cut it in SQL first.",
        ),
    )
