"""The mapping of delivered files in a contract: how a file is taken apart (customProperties of a
server) and how the text of a column is read (its customProperties ``sourceName`` and ``read``).

What is written here is checked against the column's type at once, so that no mapping can stand
in a contract and never apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from open_data_contract_standard.model import Server

from workbench.catalogue import properties
from workbench.catalogue.date_forms import FORMS, ONLY_TIMESTAMP
from workbench.catalogue.reading_schema import DeliveryProperties, ReadProperties
from workbench.catalogue.types import Family, family
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Delivery, Reading

_FOR: Mapping[str, tuple[str, ...]] = {
    "thousands": ("integer", "number"),
    "unit": ("integer", "number"),
    "prefix": ("integer", "number"),
    "negative": ("integer", "number"),
    "date": ("date", "timestamp"),
    "trueWords": ("boolean",),
    "falseWords": ("boolean",),
}
"""Families of types for which a key of ``read`` means something; the others mean it for all."""
_OF_FORMAT: Mapping[str, tuple[str, ...]] = {
    "sheets": ("xlsx",),
    "mergedCells": ("xlsx",),
    "missingKeys": ("jsonl",),
    "members": ("zip",),
    "memberNames": ("zip",),
    "headerRow": ("csv", "tsv", "xlsx"),
    "footer": ("csv", "tsv", "xlsx"),
}
"""Formats of files for which a key means something; in a zip, those of its members."""


def delivery_of(
    server: Server, here: Path, notes: Notes, path: str, form: str, text: tuple[str, str]
) -> Delivery:
    """``form`` is the file's format, ``text`` its encoding and delimiter."""
    found = server.customProperties
    mine = properties.read(DeliveryProperties, found, here, notes)
    plain = Delivery(path, form, *text)
    if mine is None:
        return plain
    given = mine.model_dump(by_alias=True, exclude_unset=True)
    for key in given.keys() & _OF_FORMAT.keys():
        if form != "zip" and form not in _OF_FORMAT[key]:
            notes.error(properties.place(found, key, here), *_not_for(key, form, _OF_FORMAT[key]))
    if form == "zip" and not mine.members:
        notes.error((*here, "customProperties"), _NO_MEMBERS, _GIVE_MEMBERS)
    return Delivery(
        path,
        form,
        *text,
        sheets=_words(mine.sheets),
        header_row=mine.header_row,
        footer=tuple(mine.footer or ()),
        merged_cells=mine.merged_cells or "",
        missing_keys=mine.missing_keys or "",
        members=mine.members,
        member_names=mine.member_names or "",
        control=mine.control_file,
    )


def check_control(
    server: Server, found: Delivery, here: Path, notes: Notes, inside: bool, pattern: bool
) -> None:
    """``inside``: the control file's path stays in the city; ``pattern``: of files that arrive."""
    at = properties.place(server.customProperties, "controlFile", here)
    if found.control and pattern:
        notes.error(at, _PATTERN_CONTROL, _CONTROL_FIX)
    elif not inside:
        notes.error(at, _CONTROL_OUTSIDE, _GIVE_INSIDE)


def reading_of(
    found: ReadProperties | None, type_: str, here: Path, notes: Notes
) -> Reading | None:
    """``here`` is where ``read`` stands; ``type_`` the column's normal type."""
    if found is None:
        return None
    given = set(found.model_dump(exclude_unset=True, by_alias=True))
    _check_families(given, family(type_), here, notes)
    if ("trueWords" in given) != ("falseWords" in given):
        notes.error(here, _YES_AND_NO, _GIVE_BOTH)
    dates = _words(found.date)
    _check_dates(dates, family(type_), (*here, "date"), notes)
    yes, no = _words(found.true_words), _words(found.false_words)
    nulls = tuple(found.null_words or ())
    _check_words({"trueWords": yes, "falseWords": no, "nullWords": nulls}, here, notes)
    return Reading(
        digits=found.digits or "",
        trim=found.trim,
        null_words=nulls,
        thousands=found.thousands or "",
        units=tuple(_units(found.unit or {}, (*here, "unit"), notes)),
        prefixes=_words(found.prefix),
        negative=found.negative or "",
        dates=dates,
        yes=yes,
        no=no,
    )


def source_names(value: str | list[str] | None, here: Path, notes: Notes) -> tuple[str, ...]:
    names = _words(value)
    folded = [n.strip().casefold() for n in names]
    if "" in folded or len(set(folded)) < len(folded):
        notes.error(here, _SOURCE_NAMES, _GIVE_NAMES)
    return names


def properties_of(delivery: Delivery) -> dict[str, object]:
    """The customProperties of which ``delivery_of`` makes this delivery."""
    found = {
        "sheets": list(delivery.sheets),
        "headerRow": None if delivery.header_row == 1 else delivery.header_row,
        "footer": list(delivery.footer),
        "mergedCells": delivery.merged_cells,
        "missingKeys": delivery.missing_keys,
        "members": delivery.members,
        "memberNames": delivery.member_names,
        "controlFile": delivery.control,
    }
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def read_of(reading: Reading) -> dict[str, object]:
    """The value of ``read`` of which ``reading_of`` makes this reading."""
    found = {
        "digits": reading.digits,
        "trim": reading.trim,
        "nullWords": list(reading.null_words),
        "thousands": reading.thousands,
        "unit": {w: int(f) if f.isdigit() else f for w, f in reading.units},
        "prefix": list(reading.prefixes),
        "negative": reading.negative,
        "date": list(reading.dates),
        "trueWords": list(reading.yes),
        "falseWords": list(reading.no),
    }
    return {key: value for key, value in found.items() if value not in (False, "", [], {})}


def _words(value: str | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _check_families(given: set[str], found: Family, here: Path, notes: Notes) -> None:
    for key in sorted(given):
        wanted = _FOR.get(key)
        if wanted is not None and found.value not in wanted:
            notes.error((*here, key), *_not_for(key, found.value, wanted))


def _check_dates(dates: tuple[str, ...], found: Family, here: Path, notes: Notes) -> None:
    known = set(FORMS) if found is Family.timestamp else set(FORMS) - ONLY_TIMESTAMP
    for form in dates:
        if form not in known:
            problem = Text(f"不认识的日期写法 {form}", f"{form} is not a form of a date")
            notes.error(here, problem, suggest(form, known))
    if {"d/M/yyyy", "M/d/yyyy"} <= set(dates):
        notes.error(here, _DAY_OR_MONTH, _ONE_ORDER)


def _check_words(words: Mapping[str, tuple[str, ...]], here: Path, notes: Notes) -> None:
    seen: dict[str, str] = {}
    for key, listed in words.items():
        for word in listed:
            if word in seen:
                problem = Text(f"“{word}”写了两次", f"“{word}” is given twice")
                notes.error((*here, key), problem, _KEEP_ONE)
            seen[word] = key


def _units(
    found: Mapping[str, int | float | str], here: Path, notes: Notes
) -> Iterator[tuple[str, str]]:
    """Factors as decimal text. A number of YAML is taken as it is written: 0.01 is 0.01."""
    for word, value in found.items():
        factor = _factor(value)
        if factor is None:
            notes.error((*here, word), _FACTOR, _GIVE_FACTOR)
        elif word != word.strip() or any(c.isdigit() for c in word):
            notes.error((*here, word), _UNIT_WORD, _GIVE_UNIT)
        else:
            yield word, format(factor.normalize(), "f")


def _factor(value: int | float | str) -> Decimal | None:
    text = str(value)
    plain = text.replace(".", "", 1)
    if isinstance(value, str) and not (plain.isascii() and plain.isdigit()):
        return None
    factor = Decimal(text)
    bounded = factor.is_finite() and Decimal("1e-12") <= factor <= Decimal("1e15")
    return factor if bounded and not isinstance(value, bool) else None


def _not_for(key: str, found: str, wanted: tuple[str, ...]) -> tuple[Text, Text]:
    listed = ", ".join(wanted)
    return (
        Text(f"{key} 不适用于 {found}", f"{key} means nothing for {found}"),
        Text(f"删除它；它只用于：{listed}。", f"Remove it; it is for: {listed}."),
    )


_NO_MEMBERS = Text(
    "没有说明读压缩包里的哪些文件", "it is not said which files of the archive are read"
)
_GIVE_MEMBERS = Text(
    '在 customProperties 加上 members，例如 "*.csv"。',
    'Add the customProperty members, e.g. "*.csv".',
)
_YES_AND_NO = Text(
    "trueWords 和 falseWords 要一起写", "trueWords and falseWords are given together"
)
_GIVE_BOTH = Text(
    "例如 {trueWords: [是], falseWords: [否]}。",
    "For example {trueWords: [是], falseWords: [否]}.",
)
_DAY_OR_MONTH = Text(
    "d/M/yyyy 和 M/d/yyyy 不能都写：02/03/2024 是哪天？",
    "d/M/yyyy and M/d/yyyy cannot both stand: which day is 02/03/2024?",
)
_ONE_ORDER = Text("只保留来源真正使用的一种。", "Keep the one that the source really uses.")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_FACTOR = Text("换算系数应为正数", "a factor is a positive number")
_GIVE_FACTOR = Text("例如 {万元: 10000}。", "For example {万元: 10000}.")
_UNIT_WORD = Text("单位不含数字，也没有首尾空格", "a unit has no digits and no spaces around it")
_GIVE_UNIT = Text("例如 {万元: 10000}。", "For example {万元: 10000}.")
_SOURCE_NAMES = Text("表头名称不能为空或重复", "a heading is empty or given twice")
_GIVE_NAMES = Text("例如 sourceName: [企业名称, 单位名称]。", "For example [企业名称, 单位名称].")
_PATTERN_CONTROL = Text(
    "文件名模式不写 controlFile：对账文件与每次交付放在一起",
    "a pattern names no controlFile: the control file comes beside each delivery",
)
_CONTROL_FIX = Text(
    "删去 controlFile，随交付放 文件名.control.yaml。",
    "Remove it, and have NAME.control.yaml delivered beside NAME.",
)
_CONTROL_OUTSIDE = Text("路径必须在城市目录之内", "the path must stay inside the city's folder")
_GIVE_INSIDE = Text(
    "写相对路径，例如 data_contracts/samples/x.csv.control.yaml。",
    "Write a relative path, e.g. data_contracts/samples/x.csv.control.yaml.",
)
