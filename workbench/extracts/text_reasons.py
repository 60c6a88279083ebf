"""What the workbench says of a text (CSV, TSV, JSON lines) that it cannot take."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import Text, WorkbenchError
from workbench.extracts.reasons import contract, delivery

_ONE_ENCODING = Text(
    "请把整个文件存为一种编码：UTF-8 或 GB18030。",
    "Save the whole file in one encoding: UTF-8 or GB18030.",
)


def unknown_encoding(name: str, encoding: str) -> WorkbenchError:
    return contract(
        f"{name}：合同写的编码“{encoding}”不受支持；可写 UTF-8、GB18030 或 UTF-16。",
        f"{name}: the contract gives the encoding “{encoding}”; UTF-8, GB18030, UTF-16 are read.",
        subject=name,
    )


def nul_byte(name: str, offset: int) -> WorkbenchError:
    return delivery(
        f"{name}：第 {offset} 字节（从 0 数起）是 NUL，不是文本文件。",
        f"{name}: byte {offset} (counted from 0) is NUL; this is not a text file.",
        subject=name,
    )


def wrong_bytes(name: str, tried: Sequence[tuple[str, int, int]]) -> WorkbenchError:
    """``tried``: encodings with the offset of the first byte that does not fit, and its row."""
    zh = "；".join(
        f"按 {e} 读，第 {row} 行（第 {at} 字节，从 0 数起）起不合" for e, at, row in tried
    )
    en = "; ".join(
        f"as {e} it is wrong from row {row} (byte {at}, counted from 0)" for e, at, row in tried
    )
    return delivery(
        f"{name}：编码有误：{zh}。",
        f"{name}: cannot be decoded: {en}.",
        subject=name,
        fix=_ONE_ENCODING,
    )


def mixed_encodings(name: str, utf8_row: int, other_row: int | None) -> WorkbenchError:
    """``other_row``: the first row that is not UTF-8; None where all are."""
    zh = f"第 {utf8_row} 行是 UTF-8"
    en = f"row {utf8_row} is UTF-8"
    if other_row is None:
        zh, en = f"{zh}，不是 GB18030", f"{en} and not GB18030"
    else:
        zh, en = f"{zh}，第 {other_row} 行是 GB18030", f"{en}, and row {other_row} is GB18030"
    return delivery(
        f"{name}：编码混用：{zh}。",
        f"{name}: its encodings are mixed: {en}.",
        subject=name,
        fix=_ONE_ENCODING,
    )


def utf16_not_declared(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：是 UTF-16 文件，合同没有这样写。",
        f"{name}: is UTF-16, which the contract does not say.",
        subject=name,
        fix=Text(
            "请存为 UTF-8；或在合同的 servers 里写 encoding: utf-16。",
            "Save it as UTF-8, or write encoding: utf-16 at the server in the contract.",
        ),
    )


def no_utf16(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：合同写的编码是 UTF-16，文件开头却没有 UTF-16 的标记（BOM）。",
        f"{name}: the contract says UTF-16, but the file does not begin with its mark (BOM).",
        subject=name,
        fix=Text("请核对编码。", "Check the encoding."),
    )


def ambiguous_encoding(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：文件很短，按 UTF-8 和 GB18030 都读得通，字却不同。",
        f"{name}: reads in UTF-8 and in GB18030 alike, as different characters.",
        subject=name,
        fix=Text(
            "请在合同的 servers 里写明 encoding: utf-8 或 encoding: gb18030。",
            "Write encoding: utf-8 or encoding: gb18030 at the server in the contract.",
        ),
    )


def no_header_row(name: str, row: int, rows: int) -> WorkbenchError:
    return delivery(
        f"{name}：合同说表头在第 {row} 行，文件只有 {rows} 行。",
        f"{name}: the contract has the heading in row {row}, but there are {rows} rows.",
        subject=name,
    )


def no_footer(name: str, row: int | None, wanted: str) -> WorkbenchError:
    zh = "表尾行数不够" if row is None else f"第 {row} 行应是表尾“{wanted}”"
    en = "there are too few rows" if row is None else f"row {row} should begin with “{wanted}”"
    return delivery(
        f"{name}：与合同的 footer 不符：{zh}。",
        f"{name}: does not end as “footer” of the contract says: {en}.",
        subject=name,
        fix=Text(
            "请核对文件末尾，或修改合同的 footer。",
            "Check the end of the file, or mend “footer” in the contract.",
        ),
    )


def json_list(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：是一个 JSON 列表；只接收每行一个对象的 JSON lines。",
        f"{name}: is one JSON list; JSON lines are taken, one object a line.",
        subject=name,
        fix=Text(
            "请每行写一个对象，去掉方括号和行间逗号，例如用 jq -c '.[]'。",
            "Write one object a line, without brackets and commas between, e.g. by jq -c '.[]'.",
        ),
    )


def no_json_lines(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：第 1 行不是完整的 JSON 对象。",
        f"{name}: row 1 is no complete JSON object.",
        subject=name,
        fix=Text("请每行写一个对象。", "Write one object a line."),
    )


def too_many_unfit(name: str, limit: int) -> WorkbenchError:
    return delivery(
        f"{name}：超过 {limit} 行不能读。",
        f"{name}: more than {limit} rows cannot be read.",
        subject=name,
        fix=Text("请检查文件的格式。", "Check the format of the file."),
    )
