"""A file of consents: CSV in UTF-8 or GB18030, one subject a line, all of it right or nothing read.

What is wrong is told by line and heading; an identifier is never shown.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from workbench.errors import Code, InvalidInput, Reason, Text
from workbench.extracts.encodings import first_utf8_line
from workbench.model.consent import Basis, normal
from workbench.sharing.consent_asked import Asked
from workbench.sharing.consents import Consent

MOST_ROWS = 100_000
"""Consents in one file: a change holds the store's one write lock (our default)."""
MOST_BYTES = 64 << 20
_SHOWN = 20
"""Findings that are told, of all."""

SUBJECT, GIVEN_ON, UNTIL = "subject", "given_on", "until"
_HEADINGS: Mapping[str, str] = {
    "subject": SUBJECT,
    "主体": SUBJECT,
    "given_on": GIVEN_ON,
    "同意日期": GIVEN_ON,
    "until": UNTIL,
    "有效期至": UNTIL,
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass
class _Reading:
    """What was read so far, and what is wrong with it."""

    name: str
    asked: Asked
    today: date
    found: dict[str, tuple[int, Consent]] = field(default_factory=dict)
    wrong: list[Reason] = field(default_factory=list)
    more: int = 0
    """Mistakes that are only counted: what is told of a file has an end."""

    def error(self, line: int, what: Text, next_: Text) -> None:
        if len(self.wrong) == _SHOWN:
            self.more += 1
            return
        at = f"{self.name}:{line}"
        told = Text(f"{at}：{what.zh}。", f"{at}: {what.en}.")
        self.wrong.append(Reason(Code.invalid_delivery, told, next=next_, subject=at))


def read_consents(
    file: Path, asked: Asked, today: date, told: Callable[[int], object] = lambda _: None
) -> list[Consent]:
    """Each subject once. ``told`` is called with how many lines were read since it was last.

    Raises InvalidInput (invalid_delivery) with all that is wrong, OSError.
    """
    reading = _Reading(file.name, asked, today)
    text = _text(file, reading)
    if text is not None:
        _read(text, reading, told)
    if reading.wrong:
        raise InvalidInput(_few(reading))
    return [consent for _, consent in reading.found.values()]


def _text(file: Path, reading: _Reading) -> str | None:
    if file.stat().st_size > MOST_BYTES:
        reading.error(1, _TOO_LARGE, _SPLIT)
        return None
    content = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        mixed = first_utf8_line(io.BytesIO(content)) if encoding == "gb18030" else None
        if mixed is not None:
            reading.error(mixed, _MIXED, _ONE_ENCODING)
            return None
        return text
    reading.error(1, _NO_ENCODING, _ONE_ENCODING)
    return None


def _read(text: str, reading: _Reading, told: Callable[[int], object]) -> None:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 0
    try:
        header = next(rows, [])
        columns = _columns(header, reading)
        if columns is None:
            return
        for row in rows:
            told(rows.line_num - line)
            line = rows.line_num
            if row:
                _row(dict(zip(columns, row, strict=False)), len(row) == len(columns), line, reading)
            if len(reading.found) > MOST_ROWS:
                reading.error(line, _TOO_LARGE, _SPLIT)
                return
    except csv.Error:
        reading.error(max(rows.line_num, 1), _NO_CSV, _MEND_CSV)
        return
    if not reading.found and not reading.wrong:
        reading.error(1, _EMPTY, _HOW)


def _columns(header: Sequence[str], reading: _Reading) -> list[str] | None:
    """What each column is; None where that cannot be told."""
    own = {heading.casefold(): SUBJECT for heading in reading.asked.headings}
    known = {**own, **_HEADINGS}
    names = [known.get(heading.strip().casefold(), "") for heading in header]
    before = len(reading.wrong)
    for heading, name in zip(header, names, strict=True):
        if not name:
            reading.error(1, _unknown(heading), _HOW)
    for name in (SUBJECT, GIVEN_ON, UNTIL):
        if names.count(name) > 1 or (name == SUBJECT and SUBJECT not in names):
            what = Text(f"应有且只有一列 {name}", f"exactly one column must be {name}")
            reading.error(1, what if name == SUBJECT else _twice(name), _HOW)
    return names if len(reading.wrong) == before else None


def _unknown(heading: str) -> Text:
    """A file without a header has a key in its place: what has digits is not shown."""
    named = heading.strip()
    if not named or len(named) > 40 or any(character.isdigit() for character in named):
        return Text("有一列的表头不认识", "the heading of a column is not known")
    return Text(f"不认识的列 {named!r}", f"the column {named!r} is not known")


def _twice(name: str) -> Text:
    return Text(f"{name} 列出现两次", f"the column {name} is there twice")


def _row(values: Mapping[str, str], whole: bool, line: int, reading: _Reading) -> None:
    if not whole:
        reading.error(line, _RAGGED, _MEND_CSV)
        return
    if not reading.asked.takes(values[SUBJECT]):
        reading.error(line, _NO_KEY, _CHECK_KEY)
        return
    days = {name: _day(values.get(name, ""), name, line, reading) for name in (GIVEN_ON, UNTIL)}
    given_on, until = days[GIVEN_ON] or reading.today, days[UNTIL]
    if given_on > reading.today:
        reading.error(line, _FUTURE, _CHECK_DAY)
    elif until is not None and until < given_on:
        reading.error(line, _ENDS_EARLY, _CHECK_DAY)
    else:
        basis = Basis.undated if days[GIVEN_ON] is None else Basis.listed
        _keep(Consent(values[SUBJECT], given_on, until, basis), line, reading)


def _day(text: str, name: str, line: int, reading: _Reading) -> date | None:
    """None for an empty field; one that is no day is told."""
    text = text.strip()
    if not text:
        return None
    found = _date(text) if _DAY.fullmatch(text) else None
    if found is not None:
        return found
    what = Text(f"{name} 不是 YYYY-MM-DD 形式的日期", f"{name} is no date as YYYY-MM-DD")
    reading.error(line, what, _CHECK_DAY)
    return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # no such day in the calendar
        return None


def _keep(consent: Consent, line: int, reading: _Reading) -> None:
    """The same subject twice is one, where both lines say the same of it."""
    key = normal(consent.identifier)
    first, known = reading.found.setdefault(key, (line, consent))
    if (known.given_on, known.until) != (consent.given_on, consent.until):
        what = Text(
            f"与第 {first} 行是同一主体，日期不同",
            f"the same subject as in line {first}, with other dates",
        )
        reading.error(line, what, Text("只保留一行。", "Keep one of them."))


def _few(reading: _Reading) -> tuple[Reason, ...]:
    if not reading.more:
        return tuple(reading.wrong)
    name, more = reading.name, reading.more
    told = Text(f"{name}：另有 {more:,} 处错误。", f"{name}: {more:,} more mistakes.")
    return (*reading.wrong, Reason(Code.invalid_delivery, told, subject=name))


_TOO_LARGE = Text(f"超过 {MOST_ROWS:,} 条同意", f"it has more than {MOST_ROWS:,} consents")
_SPLIT = Text("请分成几个文件导入。", "Split it into several files.")
_MIXED = Text("同一文件里有两种编码", "the file is in two encodings")
_NO_ENCODING = Text("既不是 UTF-8 也不是 GB18030", "it is neither UTF-8 nor GB18030")
_ONE_ENCODING = Text("请另存为 UTF-8。", "Save it as UTF-8.")
_NO_CSV = Text("引号不配对，不是 CSV", "its quotes do not match: this is no CSV")
_MEND_CSV = Text("请改正该行后重新导入。", "Mend the line and import the file again.")
_RAGGED = Text("列数与表头不符", "it has another number of fields than the header")
_EMPTY = Text("没有任何同意", "there is no consent in it")
_HOW = Text(
    "表头为 subject（或主体、场景中标识主体的数据项），可加 given_on（同意日期）、"
    "until（有效期至）；没有其他列。",
    "The header is subject (or the column that tells subjects in the scenario), maybe given_on and "
    "until, and nothing else.",
)
_NO_KEY = Text("不是有效的主体标识（校验位不符或为空）", "no valid key of a subject (check digits)")
_CHECK_KEY = Text(
    "请核对号码；号码不会被显示或保存。", "Check the number; it is neither shown nor kept."
)
_FUTURE = Text("同意日期在今天之后", "the consent is given in the future")
_ENDS_EARLY = Text("有效期在同意日期之前结束", "it ends before it was given")
_CHECK_DAY = Text("请改正日期，例如 2026-11-30。", "Mend the date, for example 2026-11-30.")
