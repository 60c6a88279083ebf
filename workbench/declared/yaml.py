"""YAML 1.2 into plain JSON values, with the line of every key. (JSON is YAML.)

Strict where YAML is known to surprise: an unquoted ``0110`` would become the number 110, ``yes``
is text here and a boolean to YAML 1.1 tools, a date is a date to some readers only. Dates stay
text; the schema of the key decides. Nothing here raises on a bad file: all of it is a finding.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from workbench.declared.findings import Finding, Path, Place, Severity, key_text
from workbench.declared.syntax import PART, not_utf8, one_item, parted, syntax_error, wide_quoted
from workbench.errors import Text

MAX_BYTES = 4 * 1024 * 1024
"""Largest file read (our default): some thirty thousand lines of contract."""

MAX_DEPTH = 50
"""Deepest nesting read (our default); contracts need about ten levels."""

_CORE = "tag:yaml.org,2002:"
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WIDE_QUOTED = re.compile("[“‘][^“”‘’]*[”’]")
_WORDS = frozenset(["yes", "no", "on", "off", "y", "n"])


@dataclass(frozen=True)
class Document:
    """A file as plain values. ``file`` is its label in findings; ``value`` None if unreadable."""

    file: str
    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def finding(
        self, path: Path, problem: Text, fix: Text, severity: Severity = Severity.error
    ) -> Finding:
        place = self.place(path)
        return Finding(place.file, place.line, place.key, problem, fix, severity)

    def place(self, path: Path) -> Place:
        return Place(self.file, self.line(path), key_text(path, self.value))


def read(path: FilePath, label: str) -> Document:
    """The document of one file; ``label`` (its path in the city) stands in the findings."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return _broken(label, 1, _TOO_LARGE, _SPLIT)
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problem = Text(f"文件读不出来（{reason}）", f"the file cannot be read ({reason})")
        return _broken(label, 1, problem, Text("检查文件权限。", "Check the file's permissions."))
    return parse(raw, label)


def parse(raw: bytes, label: str) -> Document:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Document(label, None, {}, (not_utf8(raw, label, error),))
    try:
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except MarkedYAMLError as error:
        return Document(label, None, {}, (syntax_error(label, text, error),))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return _broken(label, line, _CONTROL, _REMOVE_CONTROL)
    except (YAMLError, RecursionError, ValueError):
        return _broken(label, 1, _UNREADABLE, _CHECK_SYNTAX)
    if node is None or (isinstance(node, ScalarNode) and node.value == ""):
        return _broken(label, 1, _EMPTY, _FILL)
    return _Builder(label).document(node)


@dataclass
class _Builder:
    """Turns composed nodes into values, and keeps lines and findings on the way."""

    label: str
    lines: dict[Path, int] = field(default_factory=dict)
    notes: list[tuple[Path, int, Text, Text, Severity]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def document(self, node: Node) -> Document:
        value = self.build(node, ())
        if not isinstance(node, MappingNode):
            self.note((), node, _NOT_MAPPING, _FILL)
            value = None
        found = tuple(
            Finding(self.label, line, key_text(path, value), problem, fix, severity)
            for path, line, problem, fix, severity in self.notes
        )
        return Document(self.label, value, self.lines, found)

    def note(
        self, path: Path, node: Node, problem: Text, fix: Text, severity: Severity = Severity.error
    ) -> None:
        self.notes.append((path, node.start_mark.line + 1, problem, fix, severity))

    def build(self, node: Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > MAX_DEPTH:
            self.note(path, node, _DEEP, _FLATTER)
            return None
        if id(node) in self.seen:
            self.note(path, node, _ALIAS, _WRITE_OUT)
            return None
        self.seen.add(id(node))
        if isinstance(node, ScalarNode):
            return self.scalar(node, path)
        if isinstance(node, SequenceNode):
            return self.sequence(node, path)
        assert isinstance(node, MappingNode)  # the composer makes three kinds
        return self.mapping(node, path)

    def sequence(self, node: SequenceNode, path: Path) -> list[Any]:
        for i, item in enumerate(node.value):
            if node.flow_style and _plain(item) and "，" in item.value:
                self.note((*path, i), item, one_item(item.value), PART, Severity.warning)
        return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.key(key_node, path)
            if key is None:
                continue
            if _plain(key_node) and _plain(value_node) and not value_node.value:
                meant = parted(key)
                if meant is not None:  # told, and read as it was meant
                    key, value, problem, fix = meant
                    self.note((*path, key), key_node, problem, fix)
                    self.lines[(*path, key)] = key_node.start_mark.line + 1
                    out[key] = value
                    continue
            here = (*path, key)
            if key in out:
                first = self.lines[here]
                self.note(here, key_node, _duplicate(key, first), _KEEP_ONE)
                continue
            self.lines[here] = key_node.start_mark.line + 1
            out[key] = self.build(value_node, here)
        return out

    def key(self, node: Node, path: Path) -> str | None:
        if not isinstance(node, ScalarNode):
            self.note(path, node, _KEY_NOT_TEXT, _KEY_TEXT)
            return None
        if node.value == "<<" and node.style is None:
            self.note(path, node, _ALIAS, _WRITE_OUT)
            return None
        if node.style is None and node.tag != _CORE + "str":
            quoted = Text(f'加引号："{node.value}"', f'Quote it: "{node.value}"')
            self.note((*path, node.value), node, _KEY_NOT_TEXT, quoted)
        return str(node.value)

    def scalar(self, node: ScalarNode, path: Path) -> Any:
        text, tag = node.value, str(node.tag).removeprefix(_CORE)
        if node.style is not None or tag == "str":
            if node.style is None and text.casefold() in _WORDS:
                self.note(path, node, _word(text), _quote(text), Severity.warning)
            elif node.style is None and _WIDE_QUOTED.fullmatch(text):
                self.note(path, node, wide_quoted(text), _quote(text[1:-1]), Severity.warning)
            return text
        match tag:
            case "null":
                return None
            case "bool" if text.casefold() in ("true", "false"):
                return text.casefold() == "true"
            case "int" | "float":
                return self.number(node, path)
            case "timestamp":
                return text
            case "bool":  # a %YAML 1.1 directive at the top of the file
                self.note(path, node, _word(text), _quote(text))
                return text
        self.note(path, node, _TAG, _REMOVE_TAG)
        return None

    def number(self, node: ScalarNode, path: Path) -> Any:
        text = node.value
        if _LEADING_ZERO.fullmatch(text):
            self.note(path, node, _leading_zero(text), _quote(text))
            return text
        if _INTEGER.fullmatch(text) and len(text) < 400:
            return int(text)
        if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        self.note(path, node, _odd_number(text), _quote(text))
        return text


def _plain(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None


def _broken(label: str, line: int, problem: Text, fix: Text) -> Document:
    return Document(label, None, {}, (Finding(label, line, "", problem, fix),))


def _duplicate(key: str, first: int) -> Text:
    return Text(f"{key} 已在第 {first} 行写过", f"{key} already stands on line {first}")


def _leading_zero(text: str) -> Text:
    return Text(
        f"没有引号的 {text} 会被读成数字，开头的 0 会丢失",
        f"without quotes {text} is read as a number and loses its leading zero",
    )


def _odd_number(text: str) -> Text:
    return Text(f"{text} 不是普通的十进制数", f"{text} is not a plain decimal number")


def _word(text: str) -> Text:
    return Text(
        f"没有引号的 {text} 在旧版 YAML 工具里会变成真假值",
        f"without quotes {text} turns into a boolean in YAML 1.1 tools",
    )


def _quote(text: str) -> Text:
    return Text(f'加引号："{text}"', f'Quote it: "{text}"')


_TOO_LARGE = Text("文件超过 4 MiB", "the file is larger than 4 MiB")
_SPLIT = Text("拆成多个契约。", "Split it into several contracts.")
_CONTROL = Text("含有控制字符", "a control character stands in the file")
_REMOVE_CONTROL = Text("删除该字符。", "Remove it.")
_UNREADABLE = Text("读不成 YAML", "this cannot be read as YAML")
_CHECK_SYNTAX = Text(
    "检查缩进、冒号、括号和引号是否成对。",
    "Check indentation, colons, and that brackets and quotes are closed.",
)
_EMPTY = Text("文件是空的", "the file is empty")
_FILL = Text("写成“键: 值”的形式。", "Write it as a mapping, key: value.")
_NOT_MAPPING = Text("最外层应是“键: 值”", "the top of the file must be a mapping")
_ALIAS = Text(
    "不读取锚点、别名和合并键（& * <<）", "anchors, aliases and merge keys (& * <<) are not read"
)
_DEEP = Text("嵌套过深", "this is nested too deeply")
_FLATTER = Text("减少嵌套层数。", "Nest less deeply.")
_WRITE_OUT = Text("把内容完整写出。", "Write the content out.")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_KEY_NOT_TEXT = Text("键必须是文字", "a key must be text")
_KEY_TEXT = Text("用一个词作键。", "Use a word as the key.")
_TAG = Text("不读取自定义标签（!…）", "tags (!...) are not read")
_REMOVE_TAG = Text("删除标签。", "Remove the tag.")
