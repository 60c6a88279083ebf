"""Reading ``statements/*.sql``: one case a paragraph, ``-- comment`` above, ``-- then`` between
the steps of one case.

Placeholders: ``{city}`` and the like are paths of the running city; ``<<N * 'text'>>`` repeats a
text; ``<<join N 'text'>>`` repeats it with ``{i}`` and ``{j}`` (= i + 1) filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATEMENTS = Path(__file__).parent / "statements"
PLACES = ("tmpfile", "tmpdir", "city", "state", "extract", "workspaces", "http_port")
_REPEAT = re.compile(r"<<(\d+) \* '(.*?)'>>")
_JOIN = re.compile(r"<<join (\d+) '(.*?)'>>")


@dataclass(frozen=True)
class Case:
    """``idea`` is the comment above; ``steps`` are sent one after the other on one connection."""

    kind: str
    number: int
    idea: str
    steps: tuple[str, ...]

    @property
    def id(self) -> str:
        words = re.sub(r"[^a-z0-9]+", "-", self.idea.casefold()).strip("-")
        return f"{self.kind}-{self.number:03}-{words[:60]}"

    def filled(self, places: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(_filled(step, places) for step in self.steps)


def cases(kind: str, folder: Path = STATEMENTS) -> list[Case]:
    """The cases of one class, in the order of its file."""
    text = (folder / f"{kind}.sql").read_text(encoding="utf-8")
    return [_case(kind, n, part) for n, part in enumerate(_paragraphs(text), 1)]


def kinds(folder: Path = STATEMENTS) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.sql"))


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def _case(kind: str, number: int, part: str) -> Case:
    first, _, rest = part.strip().partition("\n")
    if not first.startswith("-- "):
        return Case(kind, number, first[:60], (part.strip(),))
    steps = tuple(step.strip("\n") for step in re.split(r"^-- then\n", rest, flags=re.M))
    return Case(kind, number, first[3:], steps)


def _filled(step: str, places: Mapping[str, str]) -> str:
    for name in PLACES:
        step = step.replace("{" + name + "}", places[name])
    return repeated(step).replace("{{", "{").replace("}}", "}")


def repeated(step: str) -> str:
    """``step`` with its repetitions written out."""
    step = _JOIN.sub(lambda m: _joined(int(m[1]), m[2]), step)
    return _REPEAT.sub(lambda m: _escaped(m[2]) * int(m[1]), step)


def _joined(count: int, text: str) -> str:
    return "".join(text.replace("{i}", str(i)).replace("{j}", str(i + 1)) for i in range(count))


def _escaped(text: str) -> str:
    """``\\r`` and ``\\u00a0`` stand for the characters that an editor would lose."""
    return text.encode("latin-1").decode("unicode_escape") if "\\" in text else text
