"""Those who consent in a scenario, for a count over an extract: the rows that a department would
have are theirs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from workbench.catalogue.city import City
from workbench.model.consent import consent_key, kind_key, kind_of
from workbench.model.contract import Column, Resource
from workbench.model.days import day_of
from workbench.store.consents import Consents
from workbench.workspace import consents as digests
from workbench.workspace.masks import consent_macro, consent_sql
from workbench.workspace.needed import by_name, needed


@dataclass(frozen=True)
class Consented:
    """``subject`` tells whom a row is about, ``key`` digests it; ``pages`` are the digests of those
    who consent."""

    subject: Column
    key: bytes
    pages: Iterable[list[str]]

    def condition(self, con: duckdb.DuckDBPyConnection, folder: Path) -> str:
        """True for their rows, on this connection and while ``folder`` is there."""
        file = folder / "consented"
        digests.write(file, self.pages)
        con.execute(consent_macro(self.key))
        return consent_sql(self.subject, str(file))


ConsentedIn = Callable[[str, Resource], Consented | None]
"""Scenario and resource -> None where the scenario has rows of it without a consent."""


def open_consented(
    city: Callable[[], City], consents: Consents, mask_key: bytes, clock: Callable[[], datetime]
) -> ConsentedIn:
    """``clock`` gives an aware time. What is returned raises InvalidInput where the contract does
    not have the subject's column any more."""

    def consented(scenario: str, resource: Resource) -> Consented | None:
        known = city().scenarios.get(scenario)
        name = known.subject_of(resource.name) if known is not None else ""
        if not name:
            return None
        subject = needed(name, by_name(resource))
        key = kind_key(consent_key(mask_key, scenario), kind_of(resource, subject))
        return Consented(subject, key, consents.subjects(scenario, day_of(clock())))

    return consented
