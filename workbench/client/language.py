"""Which of the two languages a person reads."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import Language


def language_of(environ: Mapping[str, str]) -> Language:
    """``WORKBENCH_LANG``, else the locale's language; Chinese for ``zh*``, else English."""
    for name in ("WORKBENCH_LANG", "LC_ALL", "LANG"):
        value = environ.get(name, "")
        if value:
            return as_language(value)
    return "en"


def as_language(value: str) -> Language:
    """``zh``, ``zh_CN.UTF-8`` and their like are Chinese; anything else is English."""
    return "zh" if value.casefold().startswith("zh") else "en"
