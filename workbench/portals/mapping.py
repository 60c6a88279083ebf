"""A portal's headings and spellings, as a file declares them. What it does not name is unknown.

A mapping never holds a rule of thumb: a spelling is either listed or it is not, after folding of
width, case and spaces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import TypeVar

from workbench.catalogue.date_forms import FORMS
from workbench.declared import schema
from workbench.declared.findings import Path, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import read
from workbench.errors import Code, Text, simple
from workbench.model.contract import OpenType
from workbench.portals.fold import fold
from workbench.portals.frequency import Frequency
from workbench.portals.mapping_schema import Field, FileSpec, MappingSpec

_T = TypeVar("_T")
FOLDER = FilePath("data_contracts") / "portals"
DEFAULT = "default"
_DEEPEST = 5
"""Mappings that may extend one another in a row (our default)."""


@dataclass(frozen=True)
class PortalMapping:
    """``columns``: folded headings in the order in which they are looked for; all other keys are
    folded spellings. ``version`` is a digest of the files that it was read from."""

    id: str
    version: str
    file: FileSpec = field(default_factory=FileSpec)
    columns: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    frequencies: Mapping[str, Frequency] = field(default_factory=dict)
    open_types: Mapping[str, OpenType] = field(default_factory=dict)
    placeholders: frozenset[str] = frozenset()
    dates: tuple[str, ...] = ()
    portals: Mapping[str, Text] = field(default_factory=dict)


def load_mapping(name: str | None, root: FilePath) -> PortalMapping:
    """``name``: a file, or the name of one in the city's folder; None: the default mapping.

    Raises InvalidInput with every finding, or where there is no such file.
    """
    return _load(_path_of(name or DEFAULT, root), root, _DEEPEST)


def _path_of(name: str, root: FilePath) -> FilePath:
    here = FilePath(name)
    if here.suffix in (".yaml", ".yml"):
        return here
    return root / FOLDER / f"{name}.yaml"


def _load(path: FilePath, root: FilePath, left: int) -> PortalMapping:
    if not path.is_file():
        raise _no_mapping(path, root)
    label = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    document = read(path, label)
    notes = Notes(document, list(document.findings))
    spec = None
    if document.value is not None:
        spec, misfits = schema.validate(MappingSpec, document.value, document)
        notes.extend(misfits)
    if spec is not None:
        _judge(spec, notes)
        if spec.extends is not None and left == 0:
            notes.error(("extends",), _CIRCLE, _NO_CIRCLE)
    raise_errors(notes.found)
    assert spec is not None  # else there was an error
    own = _of(spec, hashlib.sha256(path.read_bytes()).hexdigest())
    if spec.extends is None:
        return own
    return _over(own, _load(path.parent / f"{spec.extends}.yaml", root, left - 1), spec)


def _of(spec: MappingSpec, version: str) -> PortalMapping:
    return PortalMapping(
        id=spec.id,
        version=version[:16],
        file=spec.file,
        columns={key: tuple(map(fold, names)) for key, names in spec.columns.items()},
        frequencies={fold(s): key for key, each in spec.frequencies.items() for s in each},
        open_types={fold(s): key for key, each in spec.open_types.items() for s in each},
        placeholders=frozenset(map(fold, spec.placeholders)),
        dates=tuple(spec.dates),
        portals={fold(key): said.text() for key, said in spec.portals.items()},
    )


def _over(own: PortalMapping, below: PortalMapping, spec: MappingSpec) -> PortalMapping:
    """What a portal says of itself counts before what it extends."""
    meant = own.frequencies.keys() | own.open_types.keys()
    headings = {heading for names in own.columns.values() for heading in names}
    columns = {
        key: own.columns.get(key, ())
        + tuple(h for h in below.columns.get(key, ()) if h not in headings)
        for key in (*own.columns, *(k for k in below.columns if k not in own.columns))
    }
    said_empty = own.placeholders
    return replace(
        own,
        version=hashlib.sha256(f"{own.version}{below.version}".encode()).hexdigest()[:16],
        file=own.file if "file" in spec.model_fields_set else below.file,
        columns=columns,
        frequencies={**_but(below.frequencies, said_empty), **own.frequencies},
        open_types={**_but(below.open_types, said_empty), **own.open_types},
        placeholders=(below.placeholders - meant) | said_empty,
        dates=own.dates or below.dates,
        portals={**below.portals, **own.portals},
    )


def _but(spellings: Mapping[str, _T], gone: frozenset[str]) -> dict[str, _T]:
    return {spelling: value for spelling, value in spellings.items() if spelling not in gone}


# Judging ------------------------------------------------------------------------------------------


def _judge(spec: MappingSpec, notes: Notes) -> None:
    if spec.extends is None and not spec.columns.get(Field.title):
        notes.error(("columns",), _NO_TITLE, _NAME_TITLE)
    for form in spec.dates:
        if form not in FORMS:
            at = ("dates", spec.dates.index(form))
            notes.error(
                at, Text(f"没有日期形式 {form}", f"no date form {form}"), suggest(form, FORMS)
            )
    if {"d/M/yyyy", "M/d/yyyy"} <= set(spec.dates):
        notes.error(("dates",), _EITHER_DAY, _ONE_DAY)
    if spec.file.heading_row < 1:
        notes.error(("file", "heading_row"), _ROW, _ROW_FIX)
    for group in (_headings(spec), _spellings(spec)):
        _judge_twice(group, notes)


def _judge_twice(listed: Iterator[tuple[Path, str]], notes: Notes) -> None:
    """One heading, or one spelling of one kind, means one thing in a file."""
    seen: dict[tuple[str, str], Path] = {}
    for path, text in listed:
        folded = fold(text)
        if not folded:
            notes.error(path, _BLANK, _REMOVE)
            continue
        keys = [(kind, folded) for kind in _kinds(path)]
        first = next((seen[key] for key in keys if key in seen), None)
        if first is not None:
            before = ".".join(map(str, first))
            twice = Text(f"“{text}”已写在 {before}", f"“{text}” already stands at {before}")
            notes.error(path, twice, _KEEP_ONE)
        for key in keys:
            seen.setdefault(key, path)


def _kinds(path: Path) -> tuple[str, ...]:
    """A frequency and an open type may share a spelling; a placeholder shares one with neither."""
    group = str(path[0])
    return ("frequencies", "open_types") if group == "placeholders" else (group,)


def _headings(spec: MappingSpec) -> Iterator[tuple[Path, str]]:
    for key, names in spec.columns.items():
        yield from ((("columns", key.value, at), name) for at, name in enumerate(names))


def _spellings(spec: MappingSpec) -> Iterator[tuple[Path, str]]:
    for name, groups in (("frequencies", spec.frequencies), ("open_types", spec.open_types)):
        for key, each in groups.items():
            yield from (((name, key.value, at), text) for at, text in enumerate(each))
    yield from ((("placeholders", at), text) for at, text in enumerate(spec.placeholders))


def _no_mapping(path: FilePath, root: FilePath) -> Exception:
    known = sorted(p.stem for p in (root / FOLDER).glob("*.yaml"))
    return simple(
        Code.invalid_request,
        f"没有映射文件 {path.name}。",
        f"There is no mapping file {path.name}.",
        why=Text(
            f"{FOLDER} 中的映射：{', '.join(known) or '（无）'}",
            f"Mappings in {FOLDER}: {', '.join(known) or '(none)'}",
        ),
        next=Text(
            "从示例城市复制 default.yaml，或用 --mapping 给出文件。",
            "Copy default.yaml from the sample city, or name a file with --mapping.",
        ),
        subject=path.name,
    )


_CIRCLE = Text(
    "映射层层引用过深，或成了环", "mappings extend one another too deeply, or in a circle"
)
_NO_CIRCLE = Text("去掉 extends。", "Remove extends.")
_NO_TITLE = Text("没有写标题列的表头", "no heading is named for the title")
_NAME_TITLE = Text("写 title: [资源名称]。", "Write title: [资源名称].")
_EITHER_DAY = Text("日月顺序两可", "with both forms 1/2/2024 is two days")
_ONE_DAY = Text("只保留一种。", "Keep the one that this portal writes.")
_ROW = Text("表头行号从 1 起", "rows count from 1")
_ROW_FIX = Text("写正整数。", "Write a positive number.")
_BLANK = Text("空的写法", "an empty spelling")
_REMOVE = Text("删除；空格子本来就算缺失。", "Remove it: an empty cell is missing anyway.")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
