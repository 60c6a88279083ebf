"""What the index says of a page: the few words of its file that a reader needs to choose.

Read leniently: a page with a mistake in it is listed as well, and says itself what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import Text
from workbench.pages.server.sketch import sketch
from workbench.ui.page_file import read_page

FOLDER, THUMBNAILS = "pages", "thumbnails"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True)
class Card:
    """``own_session`` is set of a page that runs as its viewer. ``audience`` may be None. ``roles``
    are those whose page it is, where it has no scenario; none: everybody's.
    ``sketch`` are the frames of its picture; none of a page with a mistake in it."""

    name: str
    title: Text
    audience: Text | None
    scenario: str
    own_session: bool
    sketch: tuple[Mapping[str, Any], ...] = ()
    roles: frozenset[str] = frozenset()


class Cards:
    """The pages below ``folder`` (a city's ``dashboards``) that have a notebook; each file is read
    again when it has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[int, Card]] = {}

    def get(self, name: str) -> Card | None:
        """None where there is no such page, or no notebook that shows it."""
        if not _NAME.fullmatch(name) or not (self.folder / f"{name}.ipynb").is_file():
            return None
        path = self.folder / FOLDER / f"{name}.yaml"
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return Card(name, Text(name, name), None, "", own_session=False)
        known = self._read.get(path)
        if known is None or known[0] != changed:
            known = self._read[path] = (changed, _card(name, path))
        return known[1]

    def all(self) -> list[Card]:
        names = sorted(path.stem for path in self.folder.glob("*.ipynb"))
        return [card for name in names if (card := self.get(name)) is not None]

    def thumbnail(self, name: str) -> Path | None:
        path = self.folder / THUMBNAILS / f"{name}.png"
        return path if _NAME.fullmatch(name) and path.is_file() else None


def _card(name: str, path: Path) -> Card:
    file = read_page(path)
    found = file.document.value
    raw: Mapping[str, Any] = found if isinstance(found, dict) else {}
    title = _text(raw.get("title")) or Text(name, name)
    scenario = raw.get("scenario")
    return Card(
        name,
        title,
        _text(raw.get("audience")),
        scenario if isinstance(scenario, str) else "",
        own_session=raw.get("as") == "viewer",
        sketch=tuple(sketch(file.page)) if file.page is not None else (),
        roles=frozenset(file.page.roles) if file.page is not None else frozenset(),
    )


def _text(value: Any) -> Text | None:
    if not isinstance(value, dict):
        return None
    zh, en = (str(value.get(key, "")).strip() for key in ("zh", "en"))
    return Text(zh or en, en or zh) if zh or en else None
