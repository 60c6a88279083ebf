"""The words of pages in the reader's language: gettext messages, with English as their key.

The catalogues are the ``.po`` files themselves, read once a process by babel. There is no compiled
``.mo`` beside them: it would be a second copy that can fall behind, and reading a few hundred
messages takes milliseconds. ``.make/locale.py`` brings the files up to date with the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from workbench.errors import Language, Text

LOCALES: Mapping[Language, str] = {"zh": "zh_CN", "en": "en"}
DOMAIN = "workbench"


@dataclass(frozen=True)
class Speech:
    """Says things in one language. ``{name}`` in a message is filled with the value of that name;
    a message that no catalogue knows is said in English (a test keeps this from happening)."""

    language: Language

    def _(self, msgid: str, /, **values: Any) -> str:
        said = _messages(self.language).get(msgid, (msgid,))[0]
        return said.format(**values) if values else said

    def ngettext(self, one: str, many: str, number: int, /, **values: Any) -> str:
        """``one`` or ``many`` by ``number``; Chinese has a single form."""
        forms = _messages(self.language).get(one, (one, many))
        said = forms[0] if number == 1 else forms[-1]
        return said.format(**values) if values else said


def both(msgid: str, /, **values: Any) -> Text:
    """One message in both languages, for reasons, which carry both."""
    return Text(Speech("zh")._(msgid, **values), Speech("en")._(msgid, **values))


def board_words(language: Language) -> dict[str, str]:
    """Every message of the board's JavaScript with what it is in ``language``."""
    return {
        str(message.id): str(message.string)
        for message in _catalogue(language)
        if any(place.endswith(".js") for place, _ in message.locations)
    }


@cache
def _messages(language: Language) -> Mapping[str, tuple[str, ...]]:
    """By the (singular) message: its forms. What is not translated is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for message in _catalogue(language):
        key, said = message.id, message.string
        if not key or not said:
            continue
        forms = (said,) if isinstance(said, str) else tuple(said)
        if all(forms):
            found[key if isinstance(key, str) else key[0]] = forms
    return found


@cache
def _catalogue(language: Language) -> Catalog:
    locale = LOCALES[language]
    path = files("workbench.ui").joinpath("locale", locale, "LC_MESSAGES", f"{DOMAIN}.po")
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN, abort_invalid=True)
