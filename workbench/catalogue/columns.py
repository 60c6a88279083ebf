"""One schema property of ODCS into a Column, with everything that is wrong about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from open_data_contract_standard.model import SchemaProperty

from workbench.catalogue import properties, reading, types
from workbench.catalogue.bands import bands_of
from workbench.catalogue.classes import check_secrecy, check_tags, classification
from workbench.catalogue.mask_rules import rules_of
from workbench.catalogue.properties import ColumnProperties
from workbench.catalogue.quality import check_pattern
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Column, Identifier, Personal

MAX_NAME = 128
"""Longest column name in characters (our default)."""

_OPTIONS: Mapping[str, str] = {
    "minimum": "minimum",
    "maximum": "maximum",
    "pattern": "pattern",
    "minLength": "min_length",
    "maxLength": "max_length",
}
_NESTED = ("properties", "items", "map")


def read(found: Sequence[SchemaProperty], base: Path, notes: Notes) -> tuple[Column, ...]:
    """The columns at ``base``. A primary key of one column makes it required and unique."""
    single_key = sum(bool(item.primaryKey) for item in found) == 1
    out: list[Column] = []
    seen: dict[str, str] = {}
    for index, item in enumerate(found):
        here = (*base, "properties", index)
        name = item.name or ""
        if not _name_is_good(name, here, notes):
            continue
        if name.casefold() in seen:
            notes.error((*here, "name"), _twice(name, seen[name.casefold()]), _RENAME)
            continue
        seen[name.casefold()] = name
        column = _column(item, here, notes, single_key)
        if column is not None:
            out.append(column)
    _check_headings(out, base, notes)
    return tuple(out)


def _check_headings(found: Sequence[Column], base: Path, notes: Notes) -> None:
    """A heading must mean one column."""
    meant = {column.name.casefold(): column.name for column in found}
    for column in found:
        for heading in column.source_names:
            other = meant.setdefault(heading.strip().casefold(), column.name)
            if other != column.name:
                notes.error((*base, "properties"), _two_columns(heading, column, other), _RENAME)


def _name_is_good(name: str, here: Path, notes: Notes) -> bool:
    if not name:
        notes.error((*here, "name"), _NO_NAME, _GIVE_NAME)
        return False
    odd = not name.isprintable() or name != name.strip() or set(name) & set("\"'`;\\")
    if odd or len(name) > MAX_NAME:
        notes.error((*here, "name"), _ODD_NAME, _PLAIN_NAME)
        return False
    if not name.isidentifier():
        notes.warn((*here, "name"), _needs_quotes(name), _PLAIN_NAME)
    return True


def _column(item: SchemaProperty, here: Path, notes: Notes, single_key: bool) -> Column | None:
    mine = properties.read(ColumnProperties, item.customProperties, here, notes)
    type_ = _type(item, here, notes)
    _refuse(item, here, notes)
    check_tags(item.tags, here, notes)
    if mine is None or type_ is None:
        return None

    def place(name: str) -> Path:
        return properties.place(item.customProperties, name, here)

    check_secrecy(mine.secrecy, place("secrecy"), notes)
    grade = classification(item.classification, (*here, "classification"), notes)
    if item.classification is None:
        notes.warn(here, _UNCLASSIFIED, _CLASSIFY)
    _check_identifier(mine, type_, item, here, notes)
    identifier = Identifier(mine.identifier) if mine.identifier else None
    named = item.name or "", type_, identifier
    return Column(
        name=item.name or "",
        type=type_,
        title=item.businessName or item.description or "",
        classification=grade,
        personal=Personal(mine.personal),
        identifier=identifier,
        entity_key=mine.entity_key,
        required=bool(item.required or item.primaryKey),
        unique=bool(item.unique or (item.primaryKey and single_key)),
        enum=_enum(item, type_, here, notes),
        source_names=reading.source_names(mine.source_name, place("sourceName"), notes),
        reading=reading.reading_of(mine.read, type_, place("read"), notes),
        bands=bands_of(mine.bands, type_, place("bands"), notes),
        masks=rules_of(mine.masks, named, place("masks"), notes),
        mask_required=mine.mask_required,
        element=mine.element,
        **_options(item, type_, here, notes),
    )


def _type(item: SchemaProperty, here: Path, notes: Notes) -> str | None:
    if not item.physicalType:
        notes.error((*here, "physicalType"), _NO_TYPE, _GIVE_TYPE)
        return None
    type_ = types.normal(item.physicalType)
    if type_ is None:
        problem = Text(
            f"类型 {item.physicalType} 不支持", f"type {item.physicalType} is not supported"
        )
        notes.error((*here, "physicalType"), problem, suggest(item.physicalType, types.KNOWN))
        return None
    if not types.storable(type_):
        problem = Text(f"数据版本存不了类型 {type_}", f"an extract cannot hold the type {type_}")
        notes.error((*here, "physicalType"), problem, types.STORE_INSTEAD)
        return None
    if item.logicalType is not None and not types.consistent(item.logicalType, type_):
        wanted = types.logical_of(type_)
        problem = Text(
            f"logicalType {item.logicalType} 与 {type_} 不一致",
            f"logicalType {item.logicalType} does not fit {type_}",
        )
        fix = Text(f"写 logicalType: {wanted}。", f"Write logicalType: {wanted}.")
        notes.error((*here, "logicalType"), problem, fix)
    return type_


def _refuse(item: SchemaProperty, here: Path, notes: Notes) -> None:
    for key in _NESTED:
        if getattr(item, key) is not None:
            notes.error((*here, key), _NESTED_TYPE, _FLATTEN)
    if item.physicalName not in (None, item.name):
        notes.error((*here, "physicalName"), _PHYSICAL_NAME, _DROP_PHYSICAL)


def _check_identifier(
    mine: ColumnProperties, type_: str, item: SchemaProperty, here: Path, notes: Notes
) -> None:
    if mine.identifier is None:
        return
    if type_ != "VARCHAR":
        notes.error((*here, "physicalType"), _CODE_TYPE, _VARCHAR)
    if mine.identifier == "resident_id" and mine.personal == "no":
        at = properties.place(item.customProperties, "personal", here)
        notes.error(at, _ID_PERSONAL, _SENSITIVE)


def _enum(item: SchemaProperty, type_: str, here: Path, notes: Notes) -> tuple[str, ...]:
    out = []
    for index, entry in enumerate(item.enum or ()):
        value = types.fit(entry.value, type_)
        if isinstance(value, Text):
            notes.error((*here, "enum", index, "value"), _ENUM_TYPE, value)
        else:
            out.append(str(entry.value))
    return tuple(out)


def _options(item: SchemaProperty, type_: str, here: Path, notes: Notes) -> dict[str, Any]:
    given: dict[str, Any] = item.logicalTypeOptions or {}
    base = (*here, "logicalTypeOptions")
    known = _known_options(type_)
    out: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            problem = Text(f"{type_} 列不检查 {name}", f"{name} is not checked for {type_}")
            notes.error((*base, name), problem, suggest(name, known))
        elif name == "pattern":
            check_pattern(value, (*base, name), notes)
            out["pattern"] = value if isinstance(value, str) else ""
        elif not _is_bound(name, value):
            notes.error((*base, name), _NOT_NUMBER, _GIVE_NUMBER)
        else:
            out[_OPTIONS[name]] = value
    _check_bounds(out, base, notes)
    return out


def _is_bound(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not name.endswith("Length") or (isinstance(value, int) and value >= 0)


def _known_options(type_: str) -> frozenset[str]:
    if type_ == "VARCHAR":
        return frozenset({"pattern", "minLength", "maxLength"})
    return frozenset({"minimum", "maximum"}) if types.is_number(type_) else frozenset()


def _check_bounds(out: dict[str, Any], base: Path, notes: Notes) -> None:
    for low, high in (("minimum", "maximum"), ("min_length", "max_length")):
        if low in out and high in out and out[low] > out[high]:
            notes.error(base, _BOUNDS, _SWAP)


def _twice(name: str, first: str) -> Text:
    return Text(
        f"数据项 {name} 与 {first} 重名（SQL 不分大小写）",
        f"column {name} has the name of {first} (SQL does not tell case apart)",
    )


def _two_columns(heading: str, column: Column, other: str) -> Text:
    return Text(
        f"表头“{heading}”既指 {other} 又指 {column.name}",
        f"the heading “{heading}” means both {other} and {column.name}",
    )


def _needs_quotes(name: str) -> Text:
    return Text(f"{name} 在 SQL 里要加双引号", f"{name} has to stand in double quotes in SQL")


_NO_NAME = Text("数据项没有名称", "the column has no name")
_GIVE_NAME = Text("加上 name。", "Add name: COLUMN.")
_RENAME = Text("改名或删除一个。", "Rename or remove one.")
_ODD_NAME = Text(
    "数据项名称含有引号、分号、控制字符或首尾空格，或者太长",
    "the name holds quotes, semicolons, control characters or outer spaces, or is too long",
)
_PLAIN_NAME = Text(
    "用文字、数字和下划线，例如 credit_code。",
    "Use letters, digits and underscores, e.g. credit_code.",
)
_UNCLASSIFIED = Text(
    "没有分级，不能授权（GB/T 43697）", "without a classification it cannot be granted (GB/T 43697)"
)
_CLASSIFY = Text(
    "加上 classification: general、important 或 core。",
    "Add classification: general, important or core.",
)
_NO_TYPE = Text("没有类型", "the column has no type")
_GIVE_TYPE = Text(
    "加上 physicalType，例如 VARCHAR、BIGINT、DOUBLE、DATE。",
    "Add physicalType, e.g. VARCHAR, BIGINT, DOUBLE, DATE.",
)
_NESTED_TYPE = Text("不支持嵌套结构", "nested structures are not supported")
_FLATTEN = Text("每个数据项单独写成一列。", "Write one column for each item.")
_PHYSICAL_NAME = Text(
    "文件的表头按 name 读取", "the header of a file is read by name, not by physicalName"
)
_DROP_PHYSICAL = Text(
    "删除 physicalName；文件表头不同的，用自定义属性 sourceName 写明。",
    "Remove physicalName; a heading that differs goes into the customProperty sourceName.",
)
_CODE_TYPE = Text(
    "标识代码存成数字会丢失开头的 0 和字母", "a code kept as a number loses zeros and letters"
)
_VARCHAR = Text("写 physicalType: VARCHAR。", "Write physicalType: VARCHAR.")
_ID_PERSONAL = Text("居民身份号码属于个人信息", "a resident ID is personal information")
_SENSITIVE = Text(
    "加上 personal: sensitive。", "Add the customProperty personal with the value sensitive."
)
_ENUM_TYPE = Text("枚举值与类型不符", "the value does not fit the column's type")
_NOT_NUMBER = Text("应为数（长度为非负整数）", "this must be a number (a length: 0, 1, 2 ...)")
_GIVE_NUMBER = Text("写成不带引号的数。", "Write a number without quotes.")
_BOUNDS = Text("下限大于上限", "the lower bound is above the upper one")
_SWAP = Text("交换两个值。", "Swap the two.")
