"""Where a panel's figures come from, for its drawer and for what is printed on exports.

Aba 2024 art. 36: who uses shared data names the source and the date on which they were obtained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workbench.client.release import Release, caption
from workbench.model.contract import FigureStatus
from workbench.model.cycles import cycle_said, late_since
from workbench.model.days import clock_text, day_of
from workbench.model.release import ReleaseInfo, Source
from workbench.ui.words import Speech

Line = tuple[str, str]
_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Provenance:
    """``lines`` are (label, text); ``caption`` is the same in one paragraph."""

    lines: tuple[Line, ...]
    caption: str

    def to_dict(self) -> dict[str, Any]:
        return {"rows": [list(line) for line in self.lines], "caption": self.caption}


def provenance(release: Release, speech: Speech, today: date) -> Provenance:
    """``today`` decides whether a source is late."""
    info = release.info
    lines = [line for source in info.sources for line in _source(source, speech, today)]
    lines += _standing(info, speech)
    notes = tuple(in_one_language(note, speech) for note in info.notes)
    lines += [(speech._("Note"), note) for note in notes]
    return Provenance(tuple(lines), caption(replace(info, notes=notes), speech.language))


def late(source: Source, today: date) -> date | None:
    """Since when it should have been newer; None where it need not be."""
    if source.stale_since is not None:
        return day_of(source.stale_since)
    if source.pulled_at is not None:
        return None
    return late_since(source.update_cycle, source.data_date, today)


def _source(source: Source, speech: Speech, today: date) -> list[Line]:
    zh = speech.language == "zh"
    title, provider = (
        (source.title_zh, source.provider_zh) if zh else (source.title_en, source.provider_en)
    )
    unknown = speech._("unknown")
    lines = [
        (speech._("Resource"), f"{title} ({source.resource})"),
        (speech._("Source department"), provider),
    ]
    if source.pulled_at is not None:
        lines.append((speech._("Pulled from its source"), clock_text(source.pulled_at)))
    else:
        lines += [
            (speech._("Data as of"), str(source.data_date or unknown)),
            (speech._("Obtained on"), str(source.obtained_on or unknown)),
            (speech._("Version of the extract"), str(source.extract_version)),
        ]
    if source.licence:
        lines.append((speech._("Licence"), source.licence))
    if source.update_cycle:
        said = cycle_said(source.update_cycle).said(speech.language)
        lines.append((speech._("Update cycle"), said))
    if (since := late(source, today)) is not None:
        lines.append((speech._("Late since"), since.isoformat()))
    if source.status != FigureStatus.final.value:
        lines.append((speech._("Status"), status_said(source.status, speech)))
    return lines


def _standing(info: ReleaseInfo, speech: Speech) -> list[Line]:
    modes = [mode_said(mode, speech) for mode in info.mode.split(", ") if mode]
    return [
        (speech._("Sharing mode"), speech._(", ").join(modes) or speech._("unknown")),
        (speech._("Scenario"), info.scenario),
        (
            speech._("Granted until"),
            info.valid_until.isoformat() if info.valid_until else speech._("not stated"),
        ),
        (speech._("Ledger entry"), f"{info.ledger_seq:,}"),
    ]


def in_one_language(note: str, speech: Speech) -> str:
    """The half of ``中文 / English`` that the reader reads; a note of another form as it is."""
    zh, parted, en = note.partition(" / ")
    if not parted or _CHINESE.search(en) or not _CHINESE.search(zh):
        return note
    if speech.language == "zh":
        return zh
    return f"{zh.partition(': ')[0]}: {en}" if ": " in zh else en


def mode_said(mode: str, speech: Speech) -> str:
    """The sharing mode by its term (Foshan 2019 art. 13)."""
    said: Mapping[str, str] = {
        "view": speech._("view"),
        "compare": speech._("compare"),
        "statistics": speech._("statistics"),
        "obtain": speech._("obtain"),
    }
    return said.get(mode, mode)


def status_said(status: str, speech: Speech) -> str:
    """How final a figure is."""
    said: Mapping[str, str] = {
        "preliminary": speech._("preliminary"),
        "awaiting_sign_off": speech._("awaiting sign-off"),
        "final": speech._("final"),
    }
    return said.get(status, status)
