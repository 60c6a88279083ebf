"""Chinese text into words for search, by a dictionary and a city's own words (``words.yaml``)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath

import rjieba
from pydantic import BaseModel, ConfigDict

from workbench.declared import schema
from workbench.declared.findings import raise_errors
from workbench.declared.notes import Notes
from workbench.declared.yaml import read
from workbench.errors import Code, Text, simple
from workbench.portals.fold import fold
from workbench.portals.mapping import FOLDER

FILE = FOLDER / "words.yaml"
PURPOSE = 0.3
"""What a word of the purpose counts against one of what is wanted (our default)."""
_WORD = re.compile(r"\w+")


class WordsSpec(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    same: list[list[str]] = []
    near: list[list[str]] = []
    idle: list[str] = []
    whole: list[str] = []
    suffixes: list[str] = []
    wanted_after: list[str] = []
    purpose_after: list[str] = []


@dataclass(frozen=True)
class Words:
    """``version`` is a digest of the file and of how words are made: an index keeps it.

    ``same``: folded word -> the words meant alike; ``near``: what may answer, with less weight.
    """

    version: str
    same: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()
    whole: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    wanted_after: frozenset[str] = frozenset()
    purpose_after: frozenset[str] = frozenset()

    @cached_property
    def _cutter(self) -> rjieba.Jieba:
        """One of its own: words are added to it, and no other part is to see them."""
        cutter = rjieba.Jieba()
        for word in sorted({*self.whole, *self.same, *self.near}):
            if len(word) > 1:
                cutter.add_word(word, None, None)
        return cutter

    def cut(self, text: str) -> list[str]:
        """The words of a text as they follow one another, folded; signs are none."""
        return [w for w in self._cutter.cut(fold(text)) if _WORD.fullmatch(w)]

    def cut_finely(self, text: str) -> list[str]:
        """Also the words within long words: for the index."""
        return [w for w in self._cutter.cut_for_search(fold(text)) if _WORD.fullmatch(w)]

    def asked(self, text: str) -> dict[str, float]:
        """The words of a question that name data, each with its share: 1 for what is wanted,
        ``PURPOSE`` for what it is wanted for. All of them where none names data.

        A long word that the city does not declare is asked for by its parts, so that 人员名单
        finds 低保人员花名册.
        """
        found: dict[str, float] = {}
        for word, share in self._told_apart(self.cut(text)):
            for part in self._parts(word):
                if part not in self.idle:
                    found[part] = max(share, found.get(part, 0.0))
        if 1.0 in found.values():
            return found
        return dict.fromkeys(found or self.cut(text), 1.0)

    def _told_apart(self, words: Sequence[str]) -> list[tuple[str, float]]:
        """为…，需要 *户籍人口* 用于…: wanted is what follows the last word of asking, up to a word
        that says what for."""
        marks = [at for at, word in enumerate(words) if word in self.wanted_after]
        first = marks[-1] + 1 if marks else 0
        ends = (at for at in range(first, len(words)) if words[at] in self.purpose_after)
        last = next(ends, len(words))
        return [(w, 1.0 if first <= at < last else PURPOSE) for at, w in enumerate(words)]

    def _parts(self, word: str) -> list[str]:
        """Shorter words that make up the whole of it, else the word itself."""
        if word in self._declared:
            return [word]
        inner = {part for part in self.cut_finely(word) if part != word}
        return _made_of(word, inner) or [word]

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset((*self.whole, *self.same, *self.near))


def _made_of(word: str, parts: frozenset[str] | set[str]) -> list[str]:
    """``parts`` that follow one another to the word, the longest first; empty where none do."""
    if not word:
        return []
    for part in sorted(parts, key=lambda p: (-len(p), p)):
        if word == part:
            return [part]
        if word.startswith(part) and (rest := _made_of(word[len(part) :], parts)):
            return [part, *rest]
    return []


def load_words(root: FilePath) -> Words:
    """The city's words. Raises InvalidInput with every finding, or where there is no file."""
    path = root / FILE
    if not path.is_file():
        raise _missing()
    document = read(path, FILE.as_posix())
    notes = Notes(document, list(document.findings))
    spec = None
    if document.value is not None:
        spec, misfits = schema.validate(WordsSpec, document.value, document)
        notes.extend(misfits)
    if spec is not None:
        _judge(spec, notes)
    raise_errors(notes.found)
    assert spec is not None  # else there was an error
    return Words(
        version=hashlib.sha256(path.read_bytes()).hexdigest()[:16],
        same=_groups(spec.same),
        near={fold(g[0]): tuple(map(fold, g[1:])) for g in spec.near},
        idle=frozenset(map(fold, spec.idle)),
        whole=tuple(map(fold, spec.whole)),
        wanted_after=frozenset(map(fold, spec.wanted_after)),
        purpose_after=frozenset(map(fold, spec.purpose_after)),
        suffixes=tuple(sorted(map(fold, spec.suffixes), key=lambda s: (-len(s), s))),
    )


def _groups(listed: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {fold(word): tuple(map(fold, group)) for group in listed for word in group}


def _judge(spec: WordsSpec, notes: Notes) -> None:
    """A word belongs to one group of ``same``; a group has two words at least."""
    seen: dict[str, int] = {}
    for key, groups in (("same", spec.same), ("near", spec.near)):
        for at, group in enumerate(groups):
            if len({fold(word) for word in group}) < 2:
                notes.error((key, at), _ALONE, _TWO)
    for at, word in _all(spec.same):
        first = seen.setdefault(fold(word), at)
        if first != at:
            twice = Text(f"“{word}”已在另一组", f"“{word}” is in another group already")
            notes.error(("same", at), twice, _JOIN)


def _all(groups: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    for at, group in enumerate(groups):
        yield from ((at, word) for word in group)


def _missing() -> Exception:
    return simple(
        Code.invalid_request,
        f"城市没有 {FILE}，检索无从分词。",
        f"The city has no {FILE}, which the search takes its words from.",
        next=Text("从示例城市复制该文件。", "Copy it from the sample city."),
    )


_ALONE = Text("一组不足两个词", "a group of less than two words")
_TWO = Text("写成 [词, 另一个词]。", "Write [word, other word].")
_JOIN = Text("把两组合成一组。", "Make one group of the two.")
