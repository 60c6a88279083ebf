"""What left the gateway, with its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.model.contract import FigureStatus
from workbench.model.tier import Tier


@dataclass(frozen=True)
class Source:
    """A resource as it stood behind a release (Aba 2024 art. 36: name the source and the date
    on which the data were obtained)."""

    resource: str
    title_zh: str
    title_en: str
    provider_zh: str
    provider_en: str
    extract_version: int
    extract_digest: str
    data_date: date | None
    obtained_on: date | None
    licence: str = ""
    pulled_at: datetime | None = None
    """Set where the resource is attached at its source; it has no version then (NO_VERSION)."""
    status: str = FigureStatus.final.value
    """How final the figures are, by the contract (FigureStatus)."""
    update_cycle: str = ""
    """The catalogue's word for it (see ``model.cycles``)."""
    stale_since: datetime | None = None
    """Since when an attached source has not answered, where what it gave is older than it should
    be."""

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.__dict__,
            "data_date": self.data_date.isoformat() if self.data_date else None,
            "obtained_on": self.obtained_on.isoformat() if self.obtained_on else None,
            **{k: at.isoformat() if (at := getattr(self, k)) else None for k in _MOMENTS},
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Source:
        dates = {
            k: date.fromisoformat(value[k]) if value.get(k) else None
            for k in ("data_date", "obtained_on")
        }
        moments = {k: datetime.fromisoformat(value[k]) if value.get(k) else None for k in _MOMENTS}
        return cls(**{**value, **dates, **moments})


_MOMENTS = ("pulled_at", "stale_since")


@dataclass(frozen=True)
class Page:
    """Which page of a view this is: ``rows`` are asked for, ``more`` says that another follows.
    How many there are in all is not told."""

    page: int
    rows: int
    more: bool


@dataclass(frozen=True)
class ReleaseInfo:
    """Travels with a result as schema metadata under ``METADATA_KEY``."""

    id: str
    scenario: str
    mode: str
    ledger_seq: int
    valid_until: date | None
    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()
    tier: str = Tier.rows.value
    disclosure: Mapping[str, Any] | None = None
    """What protected a statistic: its rules, and for each column the one that says what is
    withheld. None outside the statistics tier."""
    page: Page | None = None
    watermark: str = ""
    """Who looked, when and by which grant, for a page of a view (made by the gateway)."""

    @property
    def companions(self) -> frozenset[str]:
        """The columns of the result that say of another why a cell of it is withheld."""
        columns = (self.disclosure or {}).get("columns") or {}
        return frozenset(columns.values())

    def shown(self, columns: Sequence[str]) -> list[str]:
        """``columns`` without the companions."""
        return [name for name in columns if name not in self.companions]

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.__dict__,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "sources": [s.to_dict() for s in self.sources],
            "notes": list(self.notes),
            "page": self.page.__dict__ if self.page else None,
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> ReleaseInfo:
        until, page = value.get("valid_until"), value.get("page")
        return cls(
            **{
                **value,
                "valid_until": date.fromisoformat(until) if until else None,
                "sources": tuple(Source.from_dict(s) for s in value["sources"]),
                "notes": tuple(value["notes"]),
                "page": Page(**page) if page else None,
            }
        )


METADATA_KEY = b"workbench.release"
NOTHING_THERE = "empty"
"""What a companion says of a cell that is NULL and hides nothing."""
