"""Chinese punctuation where a notation has its own: which mark it is, and what to type instead.

A Chinese keyboard writes ``，`` and ``：`` beside the ``,`` and ``:`` that YAML and SQL know, and
on a screen the two are hard to tell apart.
"""

from __future__ import annotations

import re

from workbench.errors import Text

NARROW = {
    "，": ",",
    "、": ",",
    "；": ";",
    "：": ":",
    "（": "(",
    "）": ")",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "％": "%",
}
"""What each is to be typed as."""
_ANY = re.compile("[" + re.escape("".join(NARROW)) + "]")
_AROUND = 8
"""Signs that are shown on either side of a mark, so that it is found."""


def find(text: str, start: int = 0) -> int | None:
    """Where the first mark stands."""
    found = _ANY.search(text, start)
    return found.start() if found else None


def narrowed(text: str) -> str:
    return _ANY.sub(lambda found: NARROW[found[0]], text)


def problem(text: str, at: int) -> Text:
    """The mark at ``at``, with what stands around it on its line."""
    mark = text[at]
    before = text[:at].rpartition("\n")[2][-_AROUND:].lstrip()
    after = text[at + 1 :].partition("\n")[0][:_AROUND].rstrip()
    seen = f"{before}{mark}{after}"
    code = f"U+{ord(mark):04X}"
    return Text(
        f"“{seen}” 中有全角标点 {mark}（{code}）",
        f"a full-width {mark} ({code}) stands in: {seen}",
    )


def fix(mark: str) -> Text:
    narrow = NARROW[mark]
    return Text(f"切换到英文输入法，改为 {narrow}", f"Type {narrow} instead of {mark}")
