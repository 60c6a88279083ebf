"""``data_contracts/monthly_run.yaml``: as whom the month is worked out by itself, and how often
somebody looks whether it can be. Without the file nothing runs by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path as FilePath

from pydantic import BaseModel, ConfigDict, Field

from workbench.catalogue.city import City
from workbench.declared.file import read_file
from workbench.declared.findings import Finding, raise_errors
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document
from workbench.errors import Text
from workbench.libraries.definition import Name

FILE = FilePath("data_contracts") / "monthly_run.yaml"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Setting(BaseModel):
    """``subject``: the page subject that asks for libraries and analyses. ``officer``: the id of
    the person who answers for alerts and drafts. ``every_minutes``: how often it is looked whether
    something can be done. ``first`` (``2026-01``): from which month on, where nothing of a step is
    there yet; empty: such a step is begun by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Name
    officer: str = Field(min_length=1, max_length=64)
    every_minutes: int = Field(default=60, ge=1, le=1440)
    first: str = ""

    @property
    def begins(self) -> date | None:
        return date.fromisoformat(f"{self.first}-01") if self.first else None


def is_there(root: FilePath) -> bool:
    """Whether the city has a monthly run at all."""
    return (root / FILE).is_file()


def load_setting(root: FilePath, city: City, scenarios: Iterable[str]) -> Setting:
    """``scenarios``: those that the subject asks under. Raises InvalidInput with every error."""
    setting, findings = read_setting(root, city, scenarios)
    raise_errors(findings)
    assert setting is not None  # without errors there is one
    return setting


def read_setting(
    root: FilePath, city: City, scenarios: Iterable[str]
) -> tuple[Setting | None, tuple[Finding, ...]]:
    """With all that is wrong, by line and with its fix."""
    document, setting, findings = read_file(Setting, root / FILE, root, _judge)
    if setting is None:
        return None, findings
    return setting, (*findings, *_against_city(document, setting, city, scenarios))


def _judge(setting: Setting, notes: Notes) -> None:
    if setting.first and not _MONTH.fullmatch(setting.first):
        fix = Text('写成 "2026-01"。', 'Write it as "2026-01".')
        notes.error(("first",), Text("不是一个月份", "this is no month"), fix)


def _against_city(
    document: Document, setting: Setting, city: City, scenarios: Iterable[str]
) -> list[Finding]:
    notes = Notes(document)
    for name in sorted(set(scenarios) & city.scenarios.keys()):
        if setting.subject not in {page.id for page in city.scenarios[name].pages}:
            problem = Text(
                f"场景 {name} 没有登记 {setting.subject}",
                f"the scenario {name} does not register {setting.subject}",
            )
            fix = Text("写在该场景的 pages 中。", "Write it under pages of that scenario.")
            notes.error(("subject",), problem, fix)
    return notes.found
