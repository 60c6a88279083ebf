"""Versions: the same tables before and after an extract; the register tells who came and went."""

from __future__ import annotations

from ..attacker import Attacker
from ..truth import VERSIONS
from .family import Family

TABLES = (
    ("county",), ("industry",), ("town",), ("size", "status"), ("year(opened)",),
    ("county", "size"), ("industry", "size"), (), ("industry", "status"), ("county", "status"),
)  # fmt: skip


def _play(attacker: Attacker) -> dict[int, float]:
    for version in range(VERSIONS):
        if version:
            attacker.next_version()
        for by in TABLES:
            attacker.total(by=by)
    return attacker.solved()


FAMILY = Family("versions", "the same tables before and after an extract", _play, versions=True)
