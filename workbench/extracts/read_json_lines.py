"""JSON lines into the table of text: one flat object a line, numbers digit by digit.

A number is never a float here: its text goes into the table as it stands. A file that is one JSON
list, or one object over several lines, is refused, since it cannot be read row by row.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from workbench.errors import Text, WorkbenchError
from workbench.extracts import misreads, reasons, text_reasons
from workbench.extracts.faults import Unfit
from workbench.extracts.headers import printable
from workbench.extracts.read_csv import LONGEST_RECORD
from workbench.extracts.scan import Scanned
from workbench.extracts.table import Field, Part, Read, insert, skips_of

MOST_UNFIT = 200_000
"""Lines that are told apart one by one before the file is refused as a whole (our default)."""


class _Number(str):
    """The text of a JSON number."""

    __slots__ = ()


class _Fault(ValueError):
    def __init__(self, rule: str, said: Text) -> None:
        super().__init__(rule)
        self.rule, self.said = rule, said


def read(
    con: duckdb.DuckDBPyConnection, file: Scanned, fields: Sequence[Field], start: int
) -> Read:
    """``start`` is the file's first rowid. Raises InvalidInput."""
    unfit: list[Unfit] = []
    rows = insert(con, fields, range(len(fields)), _rows(file, fields, unfit))
    skips = skips_of([u.row for u in unfit], 1)
    return Read(Part(file.source.name, start, rows, 1, skips), tuple(unfit))


def _rows(
    file: Scanned, fields: Sequence[Field], unfit: list[Unfit]
) -> Iterator[tuple[str | None, ...]]:
    name = file.source.name
    keys = _keys(fields)
    spare = file.delivery.missing_keys == "null"
    blank: list[int] = []
    for number, line in _lines(file):
        if not line.strip():
            blank.append(number)
            continue
        unfit += [Unfit(name, row, "json", _BLANK) for row in blank]  # not at the file's end
        blank = []
        try:
            yield _row(_object(line), fields, keys, spare)
        except _Fault as fault:
            if number == 1 and fault.rule == "json":
                raise _no_json_lines(name, line) from None
            unfit.append(Unfit(name, number, fault.rule, fault.said))
        if len(unfit) > MOST_UNFIT:
            raise text_reasons.too_many_unfit(name, MOST_UNFIT)


def _keys(fields: Sequence[Field]) -> dict[str, int]:
    return {
        heading.strip().casefold(): at
        for at, field in enumerate(fields)
        for heading in (field.column.name, *field.column.source_names)
    }


def _lines(file: Scanned) -> Iterator[tuple[int, str]]:
    with file.text.open(encoding="utf-8-sig", newline="\n") as stream:
        number = 0
        while line := stream.readline(LONGEST_RECORD + 1):
            number += 1
            if len(line) > LONGEST_RECORD:
                raise reasons.broken_record(file.source.name, number, too_long=True)
            yield number, line


def _no_json_lines(name: str, line: str) -> WorkbenchError:
    return (
        text_reasons.json_list(name)
        if line.lstrip()[:1] == "["
        else text_reasons.no_json_lines(name)
    )


def _object(line: str) -> dict[str, Any]:
    """Raises _Fault."""
    try:
        found = json.loads(
            line,
            object_pairs_hook=_pairs,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_constant,
        )
    except (json.JSONDecodeError, RecursionError):
        raise _Fault("json", _BROKEN) from None
    if not isinstance(found, dict):
        raise _Fault("json", _NO_OBJECT)
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _Fault("key_twice", _of_key("键重复", "a key is given twice", twice))
    return found


def _constant(word: str) -> str:
    raise _Fault("json", Text(f"{word} 不是 JSON 的数", f"{word} is no number of JSON"))


def _row(
    found: dict[str, Any], fields: Sequence[Field], keys: dict[str, int], spare: bool
) -> tuple[str | None, ...]:
    row: list[str | None] = [None] * len(fields)
    given: set[int] = set()
    for key, value in found.items():
        at = keys.get(key.strip().casefold())
        if at is None:
            raise _Fault(
                "key_unknown", _of_key("键不在合同中", "a key is not in the contract", key)
            )
        if at in given:
            raise _Fault("key_twice", _of_key("列给了两次", "a column is given twice", key))
        given.add(at)
        row[at] = _text(value, fields[at])
    if not spare and len(given) < len(fields):
        missing = next(f.column.name for at, f in enumerate(fields) if at not in given)
        raise _Fault("key_missing", _of_key("缺少键", "a key is missing", missing))
    return tuple(row)


def _text(value: Any, field: Field) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        fits = field.type.name == "BOOLEAN"
        return str(value).lower() if fits else misreads.mark("cell_kind")
    if isinstance(value, str):
        if not value.isascii():
            _check_whole(value)
        return str(value)
    return misreads.mark("nested")


def _check_whole(text: str) -> None:
    """Half of a surrogate pair is no character, and cannot be written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Fault("json", _HALF) from None


def _of_key(zh: str, en: str, key: str) -> Text:
    return Text(f"{zh}：{printable(key)}", f"{en}: {printable(key)}")


_BLANK = Text("空行", "an empty line")
_BROKEN = Text("不是完整的 JSON", "no complete JSON")
_HALF = Text("文字含有半个字符（代理项）", "a text holds half a character (a surrogate)")
_NO_OBJECT = Text("不是 JSON 对象", "no JSON object")
