"""What may stand in a mapping file (``data_contracts/portals/NAME.yaml``)."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workbench.model.contract import OpenType
from workbench.portals.frequency import Frequency
from workbench.regulations.profile import Said


class Field(Enum):
    """What the workbench knows of an entry. (No StrEnum: two names are methods of text.)"""

    portal = "portal"
    title = "title"
    department = "department"
    domain = "domain"
    industry = "industry"
    open_type = "open_type"
    frequency = "frequency"
    publish_date = "publish_date"
    update_date = "update_date"
    format = "format"
    rows = "rows"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class FileSpec(_Frozen):
    """How the file is laid out, where it does not say so itself. ``entries_at`` is the dotted
    path of the list in a JSON document; ``heading_row`` counts from 1."""

    encoding: Literal["utf-8", "gb18030", "utf-16"] | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    heading_row: int = 1
    sheet: str | None = None
    entries_at: str | None = None


class MappingSpec(_Frozen):
    """``extends`` names a mapping in the same folder: what is not said here is taken from it, and
    what both say is as it stands here."""

    id: str
    title: Said
    extends: str | None = None
    file: FileSpec = FileSpec()
    columns: dict[Field, list[str]] = {}
    frequencies: dict[Frequency, list[str]] = {}
    open_types: dict[OpenType, list[str]] = {}
    placeholders: list[str] = []
    dates: list[str] = []
    portals: dict[str, Said] = {}
