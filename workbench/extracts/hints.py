"""What a contract could say, so that values that broke a rule are read: a line to paste.

Only keys and words of closed lists are named, never a value. Nothing is read by a hint: whether
the line is right is the provider's to say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ruamel.yaml import YAML

from workbench.catalogue.date_forms import FORMS, moment
from workbench.catalogue.reading import read_of
from workbench.errors import Text
from workbench.extracts.conversion import Misread, converter
from workbench.extracts.strict import StrictType
from workbench.model.contract import Column, Reading

_UNITS = {
    "万元": "10000",
    "亿元": "100000000",
    "千元": "1000",
    "百万元": "1000000",
    "元": "1",
    "万": "10000",
    "亿": "100000000",
    "万人": "10000",
    "人": "1",
    "户": "1",
    "家": "1",
    "个": "1",
    "件": "1",
    "%": "0.01",
    "％": "0.01",
    "公顷": "1",
    "亩": "1",
    "吨": "1",
    "平方米": "1",
    "㎡": "1",
    "公里": "1",
}
"""Words after a number in Chinese statistics, with the factor that the hint offers."""
_NOTHING = ("暂无", "无", "—", "-", "--", "/", "不详", "N/A", "NULL", "null", "空")
_YES = (("是", "否"), ("有", "无"), ("Y", "N"), ("1", "0"))
_PREFIXES = ("¥", "￥")
_SURE = ("yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日", "二〇二四年三月五日")
_FIRST_DAYS = ("yyyy年M月", "yyyy-MM", "yyyyMM")


def hint_of(column: Column, target: StrictType, values: Sequence[str]) -> Text | None:
    """``values``: delivered text that broke a rule of the column. None where no line helps."""
    start = column.reading or Reading()
    found = start
    needed = column.required or column.entity_key
    for value in values:
        if needed and value.strip() in _NOTHING:
            continue
        found = _widened(found, target, value)
    if found == start:
        return None
    line = f"{{property: read, value: {_flow(found)}}}"
    return Text(
        f"若来源就是这样写的，在合同该数据项的 customProperties 里写：{line}",
        f"Where the source means it so, write under the column's customProperties: {line}",
    )


def _widened(reading: Reading, target: StrictType, value: str) -> Reading:
    """The first wider mapping that reads the value; the same one where none does."""
    if _reads(reading, target, value):
        return reading
    for wider in _wider(reading, target, value):
        if _reads(wider, target, value):
            return wider
    return reading


def _reads(reading: Reading, target: StrictType, value: str) -> bool:
    """Whether the mapping makes something of the value that fits the type."""
    try:
        text = converter(reading, target)(value)
    except Misread:
        return False
    if target.name == "VARCHAR":
        return text != value
    return text is None or _fits(text, target)


def _fits(text: str, target: StrictType) -> bool:
    """Near enough for a hint; the engine judges what is loaded."""
    if target.family == "INTEGER":
        return re.fullmatch("-?(0|[1-9][0-9]{0,18})", text) is not None
    if target.name == "DATE":
        return moment(text, "yyyy-M-d") is not None and len(text) == 10
    return re.fullmatch(target.pattern, text) is not None


def _wider(reading: Reading, target: StrictType, value: str) -> Iterator[Reading]:
    for basic in _basic(reading, value):
        yield basic
        yield from _of_type(basic, target, value)


def _basic(reading: Reading, value: str) -> Iterator[Reading]:
    yield reading
    if value.strip() in _NOTHING:
        yield replace(reading, null_words=(*reading.null_words, value.strip()))
    yield replace(reading, digits="fullwidth")
    yield replace(reading, trim=True)
    yield replace(reading, trim=True, digits="fullwidth")


def _of_type(reading: Reading, target: StrictType, value: str) -> Iterator[Reading]:
    if target.is_number:
        yield from _numbers(reading, value)
    elif target.name in ("DATE", "TIMESTAMP"):
        forms = [*_SURE, *_FIRST_DAYS] if target.name == "DATE" else FORMS
        for form in (f for f in forms if f not in ("d/M/yyyy", "M/d/yyyy", "yyyy", "excelSerial")):
            yield replace(reading, dates=tuple(dict.fromkeys((*reading.dates, form))))
    elif target.name == "BOOLEAN":
        for yes, no in _YES:
            yield replace(reading, yes=(*reading.yes, yes), no=(*reading.no, no))


def _numbers(reading: Reading, value: str) -> Iterator[Reading]:
    marks = (reading.thousands,) if reading.thousands else ("", ",", "，")
    for mark in marks:
        for grouped in _signed(replace(reading, thousands=mark), value):
            yield grouped
            for units in _units(reading, value):
                yield replace(grouped, units=units)


def _signed(reading: Reading, value: str) -> Iterator[Reading]:
    yield reading
    for prefix in _PREFIXES:
        if prefix in value and prefix not in reading.prefixes:
            yield replace(reading, prefixes=(*reading.prefixes, prefix))
    if not reading.negative and value[:1] in ("(", "（", "△", "▲"):
        triangle = value[:1] in ("△", "▲")
        yield replace(reading, negative="triangle" if triangle else "parentheses")


def _units(reading: Reading, value: str) -> Iterable[tuple[tuple[str, str], ...]]:
    known = dict(reading.units)
    if known and "" not in known:
        yield tuple({**known, "": "1"}.items())
    for word, factor in sorted(_UNITS.items(), key=lambda u: len(u[0]), reverse=True):
        if word not in known and value.rstrip().endswith(word):
            yield tuple({**known, word: factor}.items())


def _flow(reading: Reading) -> str:
    """The mapping on one line of YAML."""
    out = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = True
    writer.allow_unicode = True
    writer.width = 10_000
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.dump(read_of(reading), out)
    return out.getvalue().strip().removesuffix("...").strip()
