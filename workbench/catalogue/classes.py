"""Classification words of GB/T 43697, and the words of secrets, which stay outside."""

from __future__ import annotations

import re

from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Classification, Level

_CLASS = re.compile(r"(core|important|general)(?:-([1-9]))?")
_SECRETS = ("秘密", "机密", "绝密", "secret", "confidential", "涉密")


def classification(text: str | None, path: Path, notes: Notes) -> Classification | None:
    """``general``, ``important``, ``core``, or with a sub-level ``general-3``; None if absent."""
    if text is None:
        return None
    found = _CLASS.fullmatch(text.strip())
    if found:
        return Classification(Level(found[1]), int(found[2]) if found[2] else None)
    if is_secret(text):
        notes.error(path, *SECRET)
    else:
        problem = Text(f"分级 {text} 不认识", f"{text} is not a level of GB/T 43697")
        notes.error(path, problem, suggest(text, ("general", "important", "core", "general-3")))
    return None


def is_secret(text: str) -> bool:
    folded = text.casefold()
    return any(word in folded for word in _SECRETS)


def check_secrecy(value: str, path: Path, notes: Notes) -> None:
    """``none`` is the only value of the customProperty ``secrecy`` that the workbench accepts."""
    if value.strip().casefold() != "none":
        notes.error(path, *SECRET)


def check_tags(tags: list[str] | None, path: Path, notes: Notes) -> None:
    for index, tag in enumerate(tags or ()):
        if is_secret(tag):
            notes.error((*path, "tags", index), *SECRET)


SECRET = (
    Text(
        "国家秘密和工作秘密不在共享范围（佛山2019第2条、常德2016第26条、黑龙江2025第44条）",
        "state and work secrets are outside sharing (Foshan 2019 art. 2, Changde 2016 art. 26, "
        "Heilongjiang 2025 art. 44)",
    ),
    Text(
        "不要把它放进工作台；若标错了，写 secrecy: none 并改用 general、important 或 core。",
        "Keep it out of the workbench; if this is a mistake, write secrecy none and the class "
        "general, important or core.",
    ),
)
