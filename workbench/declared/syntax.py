"""What is wrong with a file that is no YAML, or is read otherwise than it was meant: in which
line, and what to type instead.

A parser's own words tell what it expected, seldom what the author did. Where the lines near the
place have a mistake that is often made, that one is told; else the parser's words, as such.
"""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from workbench.declared import marks
from workbench.declared.findings import Finding
from workbench.errors import Text

_BACK = 2
"""Lines before the one that a parser names: it notices what lacks only when the next line comes."""
_WIDE = (
    re.compile(r"(?:^\s*(?:-\s+)?|[{,，]\s*)[\w.]+\s*(：)"),  # a key
    re.compile(r"[\"”\w](，)\s*[\w.]+\s*[:：]"),  # between two keys
    re.compile(r"[:：,\[{]\s*([“‘])[^”’]*[\"'”’:]"),  # around a text
    re.compile(r"^[^\"]*\"[^\"]*(”)\s*(?:$|[,\]}])"),
    re.compile(r"\"\s*(，)\s*\""),  # between two texts
    re.compile(r"[:：\[{,]\s*([｛［])"),
    re.compile(r"([｝］])\s*(?:$|[,\]}])"),
)
"""Chinese marks that stand where YAML's own must be."""
_KEY_ALONE = re.compile(r"([A-Za-z_]\w*)\s*([：:])\s*(.*)")
_GLUED = re.compile(r"^\s*(?:-\s+)?[a-z_]\w*:(?=[^\s:/])")
"""A key whose colon has no space behind it."""


def syntax_error(label: str, text: str, error: MarkedYAMLError) -> Finding:
    """The finding for a file that the parser gave up on."""
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    detail = " ".join(str(error.problem or error.context or "").split())
    if "another document" in detail:
        return _at(label, line, _SECOND, _ONE_DOCUMENT)
    if "'\\t'" in detail:
        return _at(label, line, _TAB, _SPACES)
    begun = error.context_mark.line if error.context_mark else line
    lines = text.splitlines()
    near = sorted({n for n in (begun, *range(line - _BACK, line + 1)) if 0 <= n < len(lines)})
    for number in near:
        if (told := _typed(lines[number])) is not None:
            return _at(label, number, *told)
    problem = Text(f"YAML 写法有误（解析器的原话：{detail}）", f"this is not valid YAML ({detail})")
    inner = "mapping values are not allowed" in detail
    return _at(label, line, problem, _COLON_INSIDE if inner else _CHECK_SYNTAX)


def _typed(line: str) -> tuple[Text, Text] | None:
    """A mistake of typing in this line."""
    found = [seen.start(1) for one in _WIDE if (seen := one.search(line)) is not None]
    if found:
        at = min(found)
        return marks.problem(line, at), marks.fix(line[at])
    if _GLUED.search(line):
        return _NO_SPACE, _ADD_SPACE
    return None


def _at(label: str, line: int, problem: Text, fix: Text) -> Finding:
    return Finding(label, line + 1, "", problem, fix)


def parted(key: str) -> tuple[str, str | None, Text, Text] | None:
    """``(key, value, problem, fix)`` of what was meant as both and was read as a key alone."""
    found = _KEY_ALONE.fullmatch(key)
    if found is None:
        return None
    if found[2] == ":":
        return found[1], found[3] or None, _NO_SPACE, _ADD_SPACE
    return found[1], found[3] or None, marks.problem(key, found.start(2)), marks.fix(found[2])


def not_utf8(raw: bytes, label: str, error: UnicodeDecodeError) -> Finding:
    line = raw.count(b"\n", 0, error.start) + 1
    looks = "UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else _looks_like(raw)
    problem = Text(f"文件不是 UTF-8 编码{looks and f'（像是 {looks}）'}",
                   f"the file is not UTF-8{looks and f' (it looks like {looks})'}")  # fmt: skip
    if not looks:
        return Finding(label, line, "", problem, Text("另存为 UTF-8。", "Save it as UTF-8."))
    fix = Text(
        f"另存为 UTF-8，例如 iconv -f {looks} -t UTF-8。",
        f"Save it as UTF-8, e.g. iconv -f {looks} -t UTF-8.",
    )
    return Finding(label, line, "", problem, fix)


def _looks_like(raw: bytes) -> str:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "GB18030"


def wide_quoted(text: str) -> Text:
    return Text(
        f"{text} 的全角引号会成为文字的一部分",
        f"the full-width quotes of {text} become a part of the text",
    )


def one_item(text: str) -> Text:
    return Text(
        f"“{text}” 里的逗号是全角的，整段是列表的一项",
        f"the comma of {text} is a full-width one: all of it is one item of the list",
    )


PART = Text(
    "要分成几项，改用半角逗号 , ；本来就是一项的，加半角引号。",
    "Part the items with , or put the one item in quotes.",
)
_NO_SPACE = Text("冒号后面没有空格", "no space stands after the colon")
_ADD_SPACE = Text("写成“键: 值”，冒号后空一格。", "Write key: value, with a space after the colon.")
_TAB = Text("用了制表符", "a tab stands where spaces must be")
_SPACES = Text("改用空格。", "Use spaces.")
_CHECK_SYNTAX = Text(
    "检查缩进、冒号、括号和引号是否成对。",
    "Check indentation, colons, and that brackets and quotes are closed.",
)
_COLON_INSIDE = Text(
    "检查缩进；值里有冒号加空格的，给整个值加引号，或写“键: >”后换行缩进书写。",
    "Check the indentation; a value with a colon and a space in it stands in quotes, or on "
    "indented lines of its own below “key: >”.",
)
_SECOND = Text("一个文件里有两份文档", "a second document begins here")
_ONE_DOCUMENT = Text("每个文件只写一份文档。", "Write one document in each file.")
