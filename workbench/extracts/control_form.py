"""A control file as written (YAML, JSON or CSV) into one form, with the place of each mistake."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from workbench.declared import schema
from workbench.declared.findings import Finding, Path, errors, suggest
from workbench.declared.yaml import Document, parse
from workbench.errors import Code, Text, WorkbenchError

Count = Annotated[int, Field(ge=0)]


class Form(BaseModel):
    """A ``control`` file as its keys are spelt; numbers of columns are text by then."""

    control: Literal[1]
    resource: str | None = None
    data_date: date | None = None
    rows: Count | None = None
    distinct_keys: Count | None = None
    sums: dict[str, str] = Field(default_factory=dict)
    tolerances: dict[str, str] = Field(default_factory=dict)
    minimum: dict[str, str] = Field(default_factory=dict)
    maximum: dict[str, str] = Field(default_factory=dict)
    sha256: dict[str, str] = Field(default_factory=dict)


_TEXTS = ("sums", "tolerances")
_BY_COLUMN = ("sums", "tolerances", "minimum", "maximum", "sha256")
_ALONE = ("control", "resource", "data_date", "rows", "distinct_keys")
_HEADER = ["check", "column", "value"]


def read_form(raw: bytes, name: str) -> tuple[Document, Form]:
    """The file's document and form. Raises InvalidInput (invalid_delivery) with every mistake."""
    document = _from_csv(raw, name) if name.endswith(".csv") else parse(raw, name)
    raise_all(document.findings)
    value, findings = _as_text(document)
    raise_all(findings)
    form, misfits = schema.validate(Form, value, document)
    raise_all(misfits)
    assert form is not None  # else there was a misfit
    return document, form


def raise_all(findings: Iterable[Finding]) -> None:
    found = errors(findings)
    if found:
        raise WorkbenchError.of([replace(f.reason(), code=Code.invalid_delivery) for f in found])


def _as_text(document: Document) -> tuple[dict[str, Any], list[Finding]]:
    """Whole numbers of columns as text. One with a decimal point was rounded by now: refused."""
    value, found = dict(document.value), []
    for key in _TEXTS:
        if isinstance(value.get(key), dict):
            for name, number in value[key].items():
                if isinstance(number, float):
                    found.append(document.finding((key, name), _UNQUOTED, _QUOTE))
            value[key] = {n: str(v) if type(v) is int else v for n, v in value[key].items()}
    return value, found


def _from_csv(raw: bytes, name: str) -> Document:
    """The lines as the document that the same file in YAML would be."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _broken(name, 1, _NOT_UTF8, _SAVE_UTF8)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return _broken(name, 1, _NOT_CSV, _GIVE_HEADER)
    if not rows or [cell.strip() for cell in rows[0]] != _HEADER:
        return _broken(name, 1, _NO_HEADER, _GIVE_HEADER)
    value: dict[str, Any] = {"control": 1}
    lines: dict[Path, int] = {(): 1}
    found: list[Finding] = []
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row]
        if any(cells):
            problem = _take(cells, value, lines, number)
            if problem is not None:
                found.append(Finding(name, number, cells[0], *problem))
    return Document(name, value, lines, tuple(found))


def _take(
    cells: list[str], value: dict[str, Any], lines: dict[Path, int], line: int
) -> tuple[Text, Text] | None:
    """Put one line into the document; what is wrong with it, and the fix."""
    if len(cells) != len(_HEADER):
        return _THREE_FIELDS, _GIVE_HEADER
    check, column, text = cells
    if check in _BY_COLUMN and column:
        table: dict[str, Any] = value.setdefault(check, {})
        place: Path = (check, column)
    elif check in _ALONE and not column:
        table, place = value, (check,)
    else:
        known = suggest(check, (*_BY_COLUMN, *_ALONE))
        return (_ODD_CHECK, known) if check not in (*_BY_COLUMN, *_ALONE) else (_ODD_COLUMN, _HOW)
    if place in lines:
        return _TWICE, _KEEP_ONE
    lines[place] = line
    whole = check in ("control", "rows", "distinct_keys") and text.isascii() and text.isdigit()
    table[place[-1]] = int(text) if whole else text  # type: ignore[index]
    return None


def _broken(name: str, line: int, problem: Text, fix: Text) -> Document:
    return Document(name, None, {}, (Finding(name, line, "", problem, fix),))


_NOT_CSV = Text("不是合规的 CSV", "this is not proper CSV")
_NOT_UTF8 = Text("文件不是 UTF-8 编码", "the file is not UTF-8")
_SAVE_UTF8 = Text("另存为 UTF-8。", "Save it as UTF-8.")
_NO_HEADER = Text("第一行不是 check,column,value", "the first line is not check,column,value")
_GIVE_HEADER = Text(
    "第一行写 check,column,value，其后每行一项，例如 rows,,1200。",
    "Begin with check,column,value, then one check a line, for example rows,,1200.",
)
_THREE_FIELDS = Text("应有三个字段", "a line has three fields")
_ODD_CHECK = Text("不认识的核对项", "this check is not known")
_ODD_COLUMN = Text("列名该写而未写，或不该写而写了", "a column is missing, or one too many")
_HOW = Text(
    "sums、minimum、maximum 写列名，sha256 写文件名，其余留空。",
    "sums, minimum and maximum name a column, sha256 a file, the others nothing.",
)
_TWICE = Text("写了两次", "it is given twice")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_UNQUOTED = Text(
    "带小数点的数没有加引号，读取时会被舍入",
    "a number with a decimal point has no quotes: a reader would round it",
)
_QUOTE = Text('照原样加引号，例如 "10250.50"。', 'Quote it as it is, for example "10250.50".')
