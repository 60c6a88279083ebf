"""Bring the catalogues of words up to date with the code: `.venv/bin/python .make/locale.py`.

New messages are added (English is filled in with the message itself, Chinese is left for a
translator), messages that the code has no more are dropped. Nothing is guessed: babel's fuzzy
matching is off. With `--check` nothing is written; what is missing is told, and the exit is 1.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "workbench" / "ui"
DOMAIN = "workbench"
KEYWORDS = {"_": None, "both": None, "ngettext": (1, 2)}


def from_python(
    file: IO[bytes], keywords: Collection[str], comment_tags: object, options: object
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """What babel's own extractor gives, and the calls within f-strings too, which it misses."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        texts = [text for text in texts if isinstance(text, str)]
        if name in keywords and texts:
            yield node.lineno, name, tuple(texts) if len(texts) > 1 else texts[0], []


SOURCES = ((from_python, "**/*.py"), ("javascript", "assets/**/*.js"))


def template() -> Catalog:
    """Every message of the code, with the files where it stands."""
    found = Catalog(domain=DOMAIN, fuzzy=False)
    for method, pattern in SOURCES:
        for path in sorted(UI.glob(pattern)):
            if path.name.endswith(".min.js"):
                continue
            place = path.relative_to(ROOT).as_posix()
            for line, message, comments, context in extract_from_file(method, path, KEYWORDS):
                found.add(message, None, [(place, line)], auto_comments=comments, context=context)
    return found


def path_of(locale: str) -> Path:
    return UI / "locale" / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(locale: str) -> Catalog:
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def updated(locale: str, words: Catalog) -> Catalog:
    new = Catalog(locale=locale, domain=DOMAIN, fuzzy=False, header_comment="# Words of the pages.")
    old = catalogue(locale)
    for message in words:
        if not message.id:
            continue
        known = old.get(message.id)
        said = known.string if known is not None else None
        if locale == "en" and not _complete(said):
            said = message.id
        places = sorted({(place, 0) for place, _ in message.locations})
        new.add(message.id, said, places, flags=message.flags)
    return new


def text(found: Catalog) -> bytes:
    """The file, without the header's dates and tools: it changes only when words do."""
    out = io.BytesIO()
    write_po(out, found, width=100, omit_header=True, include_lineno=False, sort_output=True)
    plurals = f"nplurals={found.num_plurals}; plural={found.plural_expr};"
    header = (
        "# Words of the pages; see .make/locale.py\n"
        'msgid ""\nmsgstr ""\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {found.locale_identifier}\\n"\n'
        f'"Plural-Forms: {plurals}\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def untranslated(found: Catalog) -> list[Message]:
    return [m for m in found if m.id and not _complete(m.string)]


def _complete(said: object) -> bool:
    return bool(said) and (isinstance(said, str) or all(said))


def main(arguments: list[str]) -> int:
    words, wrong = template(), 0
    for locale in ("zh_CN", "en"):
        new = updated(locale, words)
        for message in untranslated(new):
            print(f"{locale}: not translated: {message.id!r} ({message.locations[0][0]})")
            wrong += 1
        path, content = path_of(locale), text(new)
        if "--check" in arguments:
            stale = not path.exists() or path.read_bytes() != content
            wrong += stale
            if stale:
                print(f"{path.relative_to(ROOT)} is not up to date: run .make/locale.py")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
