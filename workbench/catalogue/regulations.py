"""``data_contracts/regulations/<id>.yaml``: what refusals cite, and the profile of a regulation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

from pydantic import BaseModel

from workbench.declared import schema
from workbench.declared.findings import Finding, Path, Severity, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, parse, read
from workbench.errors import Code, Text, simple
from workbench.model.regulation import Regulation, Topic
from workbench.regulations.profile import Deadline, Key, Profile, Said, State

FOLDER = FilePath("data_contracts") / "regulations"


class RegulationSpec(BaseModel):
    """``citations`` maps a topic to its articles, e.g. ``"12(3), 26"``."""

    id: str
    title: Said
    citations: dict[Topic, str] = {}
    not_shared_route: Said | None = None
    profile: Profile | None = None


@dataclass(frozen=True)
class RegulationFile:
    """``profile`` is None where the file has none; ``version`` is a digest of the file's bytes."""

    regulation: Regulation
    profile: Profile | None
    version: str
    findings: tuple[Finding, ...]


def read_regulation(name: str, root: FilePath, named_in: Document) -> RegulationFile:
    """The regulation that city.yaml (``named_in``) names. Without a file nothing is cited."""
    if not (root / FOLDER / f"{name}.yaml").is_file():
        problem = Text(f"没有 {FOLDER}/{name}.yaml", f"there is no {FOLDER}/{name}.yaml")
        missing = named_in.finding(("regulation",), problem, _COPY, Severity.warning)
        return RegulationFile(Regulation(name, Text(name, name)), None, "", (missing,))
    return read_file(root / FOLDER / f"{name}.yaml", root)


def read_file(path: FilePath, root: FilePath) -> RegulationFile:
    """All that the file says, with all that is wrong with it."""
    document = read(path, path.relative_to(root).as_posix())
    return _judged(document, path.stem, version_of(path.read_bytes()))


def version_of(raw: bytes) -> str:
    """What tells one state of a regulation's file from another."""
    return hashlib.sha256(raw).hexdigest()[:16]


def _judged(document: Document, name: str, version: str) -> RegulationFile:
    bare = Regulation(name, Text(name, name))
    if document.value is None:
        return RegulationFile(bare, None, version, document.findings)
    spec, misfits = schema.validate(RegulationSpec, document.value, document)
    notes = Notes(document, [*document.findings, *misfits])
    if spec is None:
        return RegulationFile(bare, None, version, tuple(notes.found))
    if spec.id != name:
        notes.error(("id",), _OTHER_ID, Text(f"写 {name}。", f"Write {name}."))
    if spec.profile is not None:
        _judge(spec.profile, notes)
    route = spec.not_shared_route.text() if spec.not_shared_route else None
    regulation = Regulation(spec.id, spec.title.text(), spec.citations, route)
    return RegulationFile(regulation, spec.profile, version, tuple(notes.found))


@dataclass(frozen=True)
class Orders:
    """A regulation whose profile is there and sound; ``version`` is that of its file, ``text`` all
    that stands in it."""

    regulation: Regulation
    profile: Profile
    version: str
    text: str


def known_regulations(root: FilePath) -> list[str]:
    return sorted(path.stem for path in (root / FOLDER).glob("*.yaml"))


def load_profile(name: str, root: FilePath) -> Orders:
    """Raises InvalidInput: no such file, every finding of it, or no profile in it."""
    known = known_regulations(root)
    if name not in known:
        raise simple(
            Code.invalid_request,
            f"没有名为 {name} 的法规档案。",
            f"There is no regulation called {name}.",
            next=suggest(name, known),
            subject=name,
        )
    return orders_in((root / FOLDER / f"{name}.yaml").read_bytes(), name)


@lru_cache(32)
def orders_in(raw: bytes, name: str) -> Orders:
    """The same of a file's bytes, as they are or as they once were. Kept by the bytes: every
    application reads the file anew, and judging it takes longer than all the rest of it."""
    label = (FOLDER / f"{name}.yaml").as_posix()
    found = _judged(parse(raw, label), name, version_of(raw))
    raise_errors(found.findings)
    if found.profile is None:
        raise simple(
            Code.invalid_contract,
            f"{FOLDER}/{name}.yaml 没有 profile。",
            f"{FOLDER}/{name}.yaml has no profile.",
            next=_COPY,
            subject=name,
        )
    return Orders(found.regulation, found.profile, found.version, raw.decode("utf-8"))


# Judging ------------------------------------------------------------------------------------------


def _judge(profile: Profile, notes: Notes) -> None:
    here: Path = ("profile",)
    since = profile.in_force.since
    if since is not None and not _SINCE.fullmatch(since):
        notes.error((*here, "in_force", "since"), _NO_DAY, _WRITE_DAY)
    if (since is None) is (profile.status == "issued"):
        notes.error((*here, "in_force"), _DRAFT_OR_SINCE, _WRITE_DAY)
    for kind in profile.sharing_types.values:
        if kind not in profile.deciders:
            problem = Text(f"没有写 {kind} 由谁决定", f"nobody is named who decides {kind}")
            fix = Text(
                f"写 {kind}: {{by: …}}；条文缺失写 unknown。",
                f"Write {kind}: {{by: ...}}; unknown where the text is missing.",
            )
            notes.error((*here, "deciders"), problem, fix)
    for key in Key:
        if key not in profile.deadlines:
            problem = Text(f"没有写 {key} 的时限", f"the deadline {key} is not stated")
            notes.error((*here, "deadlines"), problem, _STATE_IT)
    for key, deadline in profile.deadlines.items():
        _judge_deadline(deadline, (*here, "deadlines", key.value), notes)
    missing = frozenset(profile.missing_articles)
    for place, article in _cited(notes.document.value["profile"], here):
        for number in _numbers(article) & missing:
            problem = Text(f"第{number}条的文本缺失", f"the text of article {number} is missing")
            notes.error(place, problem, _NOT_TO_CITE)


def _judge_deadline(deadline: Deadline, here: Path, notes: Notes) -> None:
    given = (deadline.count, deadline.unit, deadline.starts)
    if deadline.state is not State.number:
        if any(one is not None for one in (*given, deadline.extension)):
            notes.error(here, _NUMBERED, _STATE_IT)
        return
    if None in given or not deadline.article:
        notes.error(here, _UNNUMBERED, _STATE_IT)
    periods = (("count", deadline.count), ("extension", getattr(deadline.extension, "count", None)))
    for name, count in periods:
        if count is not None and count < 1:
            notes.error((*here, name), _NO_COUNT, Text("写正整数。", "Write a positive number."))


def _numbers(article: str) -> frozenset[int]:
    """``"12(3), 26"``: 12 and 26."""
    return frozenset(int(part.partition("(")[0]) for part in article.split(", "))


def _cited(value: object, here: Path) -> Iterator[tuple[Path, str]]:
    """Each citation in ``value``, which stands at ``here``, with its place."""
    for key, item in _items(value):
        if key == "article" and isinstance(item, str):
            yield (*here, key), item
        else:
            yield from _cited(item, (*here, key))


def _items(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


_SINCE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_NO_DAY = Text("不是日期", "this is no day")
_DRAFT_OR_SINCE = Text(
    "已公布的须写施行日期，草案不写", "an issued one has a day from which it applies, a draft none"
)
_WRITE_DAY = Text(
    '写 since: "2025-01-06"；条文未填日的写 "2024-12"。',
    'Write since: "2025-01-06", or "2024-12" where the text leaves the day open.',
)
_STATE_IT = Text(
    "写 {count, unit, article, starts}；没有规定写 {state: none}，条文缺失写 {state: unknown}。",
    "Write {count, unit, article, starts}; {state: none} where the text orders none, and "
    "{state: unknown} where it is missing.",
)
_NUMBERED = Text(
    "没有数字的时限不能有期限和起点", "a deadline without a number has no period and no start"
)
_UNNUMBERED = Text(
    "时限缺少期限、条款或起点", "the deadline lacks its period, its article or its start"
)
_NO_COUNT = Text("期限须大于零", "a period is longer than nothing")
_NOT_TO_CITE = Text(
    "缺失的条款不能引用；写 unknown。", "What is missing cannot be cited: write unknown."
)
_COPY = Text(
    "从示例城市复制该文件；没有它，拒绝时不引用条款。",
    "Copy the file from the sample city; without it refusals cite no article.",
)
_OTHER_ID = Text("编号与文件名不同", "the id is not the file's name")
