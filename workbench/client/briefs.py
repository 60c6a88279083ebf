"""The figures of a monthly brief, from the JSON that was drafted (docs/monthly-brief.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.client.listing import Listing
from workbench.client.teaching import taught
from workbench.errors import Code, Language, Text, WorkbenchError, simple

FORM = 1
"""The form of the JSON that is understood; another one is refused."""


@dataclass(frozen=True)
class Brief:
    """``digest``: SHA-256 of the file, which is what people check and sign. ``content``: the JSON
    as it is."""

    digest: str
    content: Mapping[str, Any]
    language: Language = "en"

    @property
    def month(self) -> str:
        """``YYYY-MM``."""
        return str(self.content["month"])[:7]

    def figures(self, below: str = "") -> Listing:
        """number, what, printed, value, entry, key, period: of each figure whose key begins with
        ``below`` (``headlines.1/exports``; a section's id and a slash for all of a section)."""
        spoken = self.language
        rows = [
            {
                "number": one["number"],
                "what": one["what"][spoken],
                "printed": one[spoken],
                "value": one["value"],
                "entry": one["entry"],
                "key": one["key"],
                "period": one["period"],
            }
            for one in self.content["figures"]
            if one["key"].startswith(below)
        ]
        title = Text(f"{self.month} 月报的数字", f"Figures of the brief of {self.month}")
        return Listing.of(title.said(spoken), rows, spoken)


def read_brief(path: str | Path, language: Language = "zh") -> Brief:
    """The brief in ``brief-YYYY-MM.json``. Raises InvalidInput where there is no such file, or what
    is in it is no brief of a form that is understood."""
    file = Path(path).expanduser()
    try:
        raw = file.read_bytes()
    except OSError:
        raise taught(_missing(file), language) from None
    try:
        content = json.loads(raw)
        known = content["form"] == FORM and isinstance(content["figures"], list)
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise taught(_no_brief(file), language)
    return Brief(hashlib.sha256(raw).hexdigest(), content, language)


def _missing(file: Path) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"没有文件 {file}。",
        f"There is no file {file}.",
        next=Text(
            "请先起草：workbench report monthly --month YYYY-MM -o 文件夹；其中的 JSON 就是月报。",
            "Draft it first: workbench report monthly --month YYYY-MM -o FOLDER; the JSON in it "
            "is the brief.",
        ),
    )


def _no_brief(file: Path) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{file} 不是这一版本能读的月报。",
        f"{file} is no brief that this version can read.",
        next=Text(
            "请用 workbench report monthly 重新起草。", "Draft it anew: workbench report monthly."
        ),
    )
