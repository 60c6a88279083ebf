"""What drawing needs besides a release: the language, and the city's own maps beside the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workbench.errors import Language
from workbench.ui.panels import Context
from workbench.ui.panels.boundaries import load_boundaries
from workbench.ui.words import Speech

MAPS = "maps"
"""Beside the folder of pages: ``dashboards/maps``."""


def context_for(page: Path) -> Callable[[Language], Context]:
    """The contexts of the page in this file, by language."""
    maps = page.parent.parent / MAPS

    def context(language: Language) -> Context:
        return Context(Speech(language), lambda name: load_boundaries(maps, name))

    return context
