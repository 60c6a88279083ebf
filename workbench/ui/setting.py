"""What drawing needs besides a release: the language, and the city's own maps beside the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qsl

from workbench.errors import Language
from workbench.ui.panels import Context
from workbench.ui.panels.boundaries import load_boundaries
from workbench.ui.words import Speech

MAPS = "maps"
"""Beside the folder of pages: ``dashboards/maps``."""
CHOICE = "f."
"""Before the name of a filter in a page's address: ``?f.city=...`` (as in board-address.js)."""


def choices_in(query: str) -> dict[str, str]:
    """The choices that the query string of a page's address holds; "" where a filter is cleared."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return {name.removeprefix(CHOICE): value for name, value in pairs if name.startswith(CHOICE)}


def first_choices(page: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Those of the address that the leaders' server shows ``page`` at; none anywhere else."""
    if environ.get("WORKBENCH_PAGE") != page:
        return {}
    return choices_in(environ.get("QUERY_STRING", ""))


def context_for(page: Path) -> Callable[[Language], Context]:
    """The contexts of the page in this file, by language."""
    maps = page.parent.parent / MAPS

    def context(language: Language) -> Context:
        return Context(Speech(language), lambda name: load_boundaries(maps, name))

    return context
