"""What the workbench says of a workbook that it cannot take. Names sheets and cells, no value."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import Text, WorkbenchError
from workbench.extracts.reasons import delivery

_SHOWN = 10


def old_workbook(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：是旧式 Excel（xls）文件；其中的错误单元格与空单元格分不清，不接收。",
        f"{name}: is an old Excel file (xls), whose error cells cannot be told from empty ones.",
        subject=name,
        fix=Text("请另存为 .xlsx 后再接入。", "Save it as .xlsx and ingest that."),
    )


def broken_workbook(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：不是完好的 Excel（xlsx）文件。",
        f"{name}: is not a sound Excel (xlsx) file.",
        subject=name,
        fix=Text("请在表格软件中打开并重新保存。", "Open it in a spreadsheet and save it again."),
    )


def workbook_too_large(name: str, limit: int) -> WorkbenchError:
    return delivery(
        f"{name}：解开后超过 {limit} 字节。",
        f"{name}: is larger than {limit} bytes when unpacked.",
        subject=name,
        fix=Text("请改用 CSV 或 Parquet。", "Deliver it as CSV or Parquet."),
    )


def sheet_too_wide(name: str, sheet: str, rows: int, columns: int, limit: int) -> WorkbenchError:
    return delivery(
        f"{name}：工作表“{sheet}”占 {rows} 行 × {columns} 列，超过 {limit} 格。",
        f"{name}: the sheet “{sheet}” spans {rows} rows × {columns} columns, more than {limit} "
        "cells.",
        subject=name,
        fix=Text(
            "请删去远处的零星单元格，或改用 CSV。",
            "Clear stray cells far away, or deliver it as CSV.",
        ),
    )


def cells_without_place(name: str, sheet: str) -> WorkbenchError:
    return delivery(
        f"{name}：工作表“{sheet}”的单元格没有写明位置，行列无法确认。",
        f"{name}: cells of the sheet “{sheet}” do not say their place, so rows cannot be told.",
        subject=name,
        fix=Text("请在表格软件中打开并重新保存。", "Open it in a spreadsheet and save it again."),
    )


def sheet_missing(name: str, missing: Sequence[str], there: Sequence[str]) -> WorkbenchError:
    gone, found = ", ".join(missing), ", ".join(there)
    return delivery(
        f"{name}：没有工作表 {gone}；有：{found}",
        f"{name}: has no sheet {gone}; there are: {found}",
        subject=name,
        fix=Text("请核对合同的 sheets。", "Check “sheets” in the contract."),
    )


def several_sheets(name: str, filled: Sequence[tuple[str, int]]) -> WorkbenchError:
    """``filled``: name and rows of the sheets that are not empty."""
    zh = "，".join(f"“{sheet}”（{rows} 行）" for sheet, rows in filled[:_SHOWN])
    en = ", ".join(f"“{sheet}” ({rows} rows)" for sheet, rows in filled[:_SHOWN])
    return delivery(
        f"{name}：有 {len(filled)} 张非空工作表（含隐藏的）：{zh}",
        f"{name}: has {len(filled)} sheets that are not empty, hidden ones included: {en}",
        subject=name,
        fix=Text(
            f"在合同的 servers 里写自定义属性 sheets，例如 sheets: [{filled[0][0]}]；"
            "几张合成一份的都列出。",
            f"Write the customProperty sheets at the server in the contract, e.g. sheets: "
            f"[{filled[0][0]}]; list several to have them as one.",
        ),
    )


def merged_heading(name: str, row: int, cells: Sequence[str]) -> WorkbenchError:
    listed = ", ".join(cells[:_SHOWN])
    return delivery(
        f"{name}：表头（第 {row} 行）有合并单元格：{listed}",
        f"{name}: cells of the heading (row {row}) are merged: {listed}",
        subject=name,
        fix=Text(
            "请取消合并，每列写一个列名；表头在下面一行的，在合同里写 headerRow。",
            "Unmerge them and name each column; where the heading is in a row below, say headerRow "
            "in the contract.",
        ),
    )


def merged_cells(name: str, cells: Sequence[str]) -> WorkbenchError:
    listed = ", ".join(cells[:_SHOWN]) + (", ..." if len(cells) > _SHOWN else "")
    return delivery(
        f"{name}：数据区有 {len(cells)} 处合并单元格：{listed}",
        f"{name}: {len(cells)} ranges of cells are merged among the data: {listed}",
        subject=name,
        fix=Text(
            "请取消合并并填满；若每格都应取合并的值，在合同里写 mergedCells: repeat。",
            "Unmerge and fill them; where each cell means the merged value, write mergedCells: "
            "repeat in the contract.",
        ),
    )
