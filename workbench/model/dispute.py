"""How a sentence about disputed data begins, in the notes of a release and among the obligations
of a receipt: by it whoever keeps the data knows what to say beside them."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.errors import Text

BEGINS = Text("有争议的数据：", "Disputed data: ")


def disputes(sentences: Iterable[str]) -> tuple[str, ...]:
    """Those about disputed data, each once, in their order."""
    return tuple(dict.fromkeys(one for one in sentences if one.startswith(BEGINS.zh)))
