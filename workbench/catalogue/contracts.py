"""One ``*.odcs.yaml`` (Open Data Contract Standard v3) into a Resource, or findings.

Read through the models of ``open-data-contract-standard``; what the workbench cannot honour is
refused rather than overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject, Server

from workbench.catalogue import columns, properties, quality, reading, sharing, sources
from workbench.catalogue.classes import check_secrecy, check_tags
from workbench.catalogue.properties import ResourceProperties
from workbench.declared import schema
from workbench.declared.findings import Finding, Path, Place, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, read
from workbench.errors import Text
from workbench.model.contract import (
    Column,
    Delivery,
    FigureStatus,
    LibraryKind,
    OpenType,
    Personal,
    QualityRule,
    Resource,
)

SUFFIX = ".odcs.yaml"
API_VERSION = re.compile(r"v3\.\d+(\.\d+)?")
TABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_RESERVED = re.compile(r"(information_schema|main|temp|system|(duckdb|pg|sqlite|pragma)_.*)", re.I)
_STATUSES = ("proposed", "draft", "active", "deprecated", "retired")
_FORMATS = ("csv", "tsv", "xlsx", "jsonl", "parquet", "zip")
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-16",
}
_PATTERN = re.compile(r"[*?]")
_BASE: Path = ("schema", 0)


@dataclass(frozen=True)
class Contract:
    """What one file gave. ``name`` is the table's name even where the rest could not be read;
    ``places`` are those of ``name``, ``provider`` and ``department``, which other files decide
    about. (The document itself is not kept: in a city of thousands it is most of the memory.)"""

    file: str
    name: str
    resource: Resource | None
    findings: tuple[Finding, ...]
    places: Mapping[str, Place]


def read_contract(path: FilePath, root: FilePath) -> Contract:
    """The contract of one file; ``root`` is the city's folder, which deliveries may not leave."""
    return contract_of(read(path, path.relative_to(root).as_posix()), root)


def contract_of(document: Document, root: FilePath) -> Contract:
    notes = Notes(document, list(document.findings))
    if document.value is None:
        return Contract(document.file, "", None, tuple(notes.found), {})
    found, findings = schema.validate(OpenDataContractStandard, document.value, document)
    notes.extend(findings)
    resource = _resource(found, root, notes) if found is not None else None
    custom = tuple(found.customProperties or ()) if found is not None else ()
    places = {
        "name": document.place((*_BASE, "name")),
        **{
            key: document.place(properties.place(custom, key)) for key in ("provider", "department")
        },
    }
    return Contract(document.file, _raw_name(document), resource, tuple(notes.found), places)


def _resource(found: OpenDataContractStandard, root: FilePath, notes: Notes) -> Resource | None:
    _check_head(found, notes)
    mine = properties.read(ResourceProperties, found.customProperties, (), notes)
    table = _table(found, notes)
    items = columns.read(table.properties or (), _BASE, notes) if table else ()
    rules = _rules(table, items, notes) if table else ()
    files = tuple(_deliveries(found.servers or (), root, notes))
    attached = sources.read(found.servers or (), items, root, notes)
    if mine is None or table is None or not items:
        return None

    def place(name: str) -> Path:
        return properties.place(found.customProperties, name)

    check_secrecy(mine.secrecy, place("secrecy"), notes)
    sharing.check(mine, place, notes)
    _check_personal(mine, items, place("sharingType"), notes)
    return Resource(
        id=found.id or "",
        name=table.name or "",
        title=Text(found.name or table.name or "", mine.title_en or found.name or ""),
        version=found.version or "",
        provider=mine.provider,
        department=mine.department or mine.provider,
        library=LibraryKind(mine.library_kind),
        sharing=sharing.sharing_of(mine),
        columns=items,
        open_type=OpenType(mine.open_type),
        open_conditions=mine.open_conditions,
        obtained_on=mine.obtained_on,
        update_cycle=mine.update_cycle,
        last_update=mine.last_update,
        provision_method=mine.provision_method,
        source_system=mine.source_system,
        source=mine.source,
        licence=mine.licence,
        quality=rules,
        deliveries=tuple(f for f in files if not is_pattern(f.path)),
        arrivals=tuple(f for f in files if is_pattern(f.path)),
        attached=attached,
        membership_told=mine.membership_told,
        figure_status=FigureStatus(mine.figure_status),
        pass_on=mine.pass_on,
        derived=None if mine.derived is None else properties.derived_of(mine.derived),
    )


def _check_head(found: OpenDataContractStandard, notes: Notes) -> None:
    if not API_VERSION.fullmatch(found.apiVersion or ""):
        notes.error(("apiVersion",), _API, _API_FIX)
    if found.kind != "DataContract":
        notes.error(("kind",), _KIND, _KIND_FIX)
    for key in ("id", "version", "name"):
        if not getattr(found, key):
            notes.error((key,), _EMPTY, Text(f"补上 {key}。", f"Add {key}."))
    if found.status not in (None, *_STATUSES):
        problem = Text(f"未知的状态 {found.status}", f"unknown status {found.status}")
        notes.error(("status",), problem, suggest(found.status, _STATUSES))
    check_tags(found.tags, (), notes)


def _table(found: OpenDataContractStandard, notes: Notes) -> SchemaObject | None:
    objects = found.schema_ or []
    if len(objects) != 1:
        notes.error(("schema",), _ONE_TABLE, _ONE_TABLE_FIX)
        return None
    table = objects[0]
    name = table.name or ""
    if not TABLE_NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        notes.error((*_BASE, "name"), _TABLE, _TABLE_FIX)
        return None
    if not table.properties:
        notes.error((*_BASE, "properties"), _NO_COLUMNS, _NO_COLUMNS_FIX)
    for index, item in enumerate(table.customProperties or ()):
        if not (item.property or "").startswith("x-"):
            notes.error((*_BASE, "customProperties", index), _MISPLACED, _MISPLACED_FIX)
    check_tags(table.tags, _BASE, notes)
    return table


def _rules(table: SchemaObject, items: tuple[Column, ...], notes: Notes) -> tuple[QualityRule, ...]:
    names = {c.name for c in items}
    out = list(quality.read(table.quality, _BASE, notes, names))
    for index, item in enumerate(table.properties or ()):
        here = (*_BASE, "properties", index)
        out += quality.read(item.quality, here, notes, names, item.name or "")
    keys = tuple(p.name or "" for p in table.properties or () if p.primaryKey)
    if len(keys) > 1:  # ODCS: a primary key of several columns is unique as a whole
        arguments = (("properties", keys),)
        out.append(QualityRule("duplicateValues", "", "mustBe", 0, "rows", arguments))
    return tuple(out)


def _deliveries(servers: Iterable[Server], root: FilePath, notes: Notes) -> Iterable[Delivery]:
    for index, server in enumerate(servers):
        here = ("servers", index)
        if server.type in sources.TYPES:
            continue
        if server.type != "local":
            notes.warn((*here, "type"), _SERVER, _SERVER_FIX)
            continue
        path = server.path or ""
        if not _is_inside(path, root):
            notes.error((*here, "path"), _PATH, _PATH_FIX)
            continue
        if is_pattern(path):
            _check_pattern(path, here, notes)
        elif not (root / path).is_file():
            problem = Text(f"文件 {path} 不存在", f"{path} is not there")
            notes.warn((*here, "path"), problem, _ABSENT_FIX)
        form = _format(server, here, notes)
        text = _text_format(server, here, notes)
        found = reading.delivery_of(server, here, notes, path, form, text)
        inside = not found.control or _is_inside(found.control, root)
        reading.check_control(server, found, here, notes, inside, is_pattern(path))
        yield found


def is_pattern(path: str) -> bool:
    """Whether a server's path says how arriving files are named, and is no file itself."""
    return _PATTERN.search(path) is not None


def _check_pattern(path: str, here: Path, notes: Notes) -> None:
    if "/" in path:
        notes.error((*here, "path"), _PATTERN_FOLDER, _PATTERN_FIX)


def _is_inside(path: str, root: FilePath) -> bool:
    """Whether the path stays in the city, links followed."""
    if not path or "\0" in path or FilePath(path).is_absolute():
        return False
    return (root / path).resolve().is_relative_to(root.resolve())


def _format(server: Server, here: Path, notes: Notes) -> str:
    found = (server.format or FilePath(server.path or "").suffix.lstrip(".")).lower()
    if found not in _FORMATS:
        problem = Text(f"不认识的文件格式 {found}", f"format {found or '(none)'} is not read")
        notes.error((*here, "format"), problem, suggest(found, _FORMATS))
    return found


def _text_format(server: Server, here: Path, notes: Notes) -> tuple[str, str]:
    """``(encoding, delimiter)``, each "" where ingest is to find out."""
    encoding = _ENCODINGS.get((server.encoding or "").lower(), "")
    if server.encoding and not encoding:
        problem = Text(f"不认识的编码 {server.encoding}", f"unknown encoding {server.encoding}")
        notes.error((*here, "encoding"), problem, suggest(server.encoding, _ENCODINGS))
    if server.delimiter and len(server.delimiter) != 1:
        notes.error((*here, "delimiter"), _DELIMITER, _DELIMITER_FIX)
    return encoding, server.delimiter or ""


def _check_personal(
    mine: ResourceProperties, items: tuple[Column, ...], here: Path, notes: Notes
) -> None:
    personal = [c.name for c in items if c.personal is not Personal.no]
    if personal and "unconditional" in (mine.sharing_type, mine.open_type):
        names = ", ".join(personal)
        problem = Text(
            f"无条件共享或开放的资源含有个人信息：{names}",
            f"an unconditional resource holds personal information: {names}",
        )
        notes.warn(here, problem, _PERSONAL_FIX)


def _raw_name(document: Document) -> str:
    value: object = document.value
    for step in ("schema", 0, "name"):
        if not schema.is_there(value, step):
            return ""
        value = value[step]  # type: ignore[index]
    return value if isinstance(value, str) else ""


_EMPTY = Text("缺少此项", "this key is missing")
_API = Text("只读 ODCS v3", "only ODCS v3 is read")
_API_FIX = Text("写 apiVersion: v3.1.0。", "Write apiVersion: v3.1.0.")
_KIND = Text("kind 应为 DataContract", "kind must be DataContract")
_KIND_FIX = Text("写 kind: DataContract。", "Write kind: DataContract.")
_ONE_TABLE = Text("一个契约应有且只有一张表", "a contract holds exactly one schema object")
_ONE_TABLE_FIX = Text("每个资源写一个契约文件。", "Write one contract file for each resource.")
_TABLE = Text(
    "表名应以字母开头，只含字母、数字和下划线，且不是引擎的保留名",
    "a table's name begins with a letter, holds letters, digits and underscores, and is none of "
    "the engine's own",
)
_TABLE_FIX = Text("例如 name: house_prices。", "For example name: house_prices.")
_NO_COLUMNS = Text("没有数据项", "there are no columns")
_NO_COLUMNS_FIX = Text("在 properties 里列出数据项。", "List the columns under properties.")
_MISPLACED = Text("表上不放自定义属性", "custom properties do not stand on the schema object")
_MISPLACED_FIX = Text(
    "移到契约最外层或数据项里。", "Move it to the top of the contract or into a column."
)
_SERVER = Text(
    "只读 local、postgres、mysql、sqlite 类型的来源",
    "only servers of type local, postgres, mysql and sqlite are read",
)
_SERVER_FIX = Text("其余来源不使用。", "This one is not used; nothing else changes.")
_PATH = Text("路径必须在城市目录之内", "the path must stay inside the city's folder")
_PATH_FIX = Text(
    "写相对路径，例如 data_contracts/samples/x.csv。",
    "Write a relative path, e.g. data_contracts/samples/x.csv.",
)
_PATTERN_FOLDER = Text(
    "文件名模式不含目录", "a pattern is for the names of files that arrive, without folders"
)
_PATTERN_FIX = Text("例如 path: 税收_*.xlsx。", "For example path: tax_*.xlsx.")
_ABSENT_FIX = Text("放入文件，或改正路径。", "Put the file there, or mend the path.")
_DELIMITER = Text("分隔符应为一个字符", "the delimiter is one character")
_DELIMITER_FIX = Text('例如 delimiter: ","。', 'For example delimiter: ",".')
_PERSONAL_FIX = Text(
    "请核对共享类型，或删去这些数据项。", "Check the sharing type, or leave those columns out."
)
