"""What a statement's text says, kept for when the same person sends it again.

A page sends the same few statements all day, and reading one costs as much as running it. What is
kept is only what the text and the catalogue's names give, so that a change of the city drops all;
the decision is made anew each time. It is kept by person: how long a statement takes must not
tell one what another has asked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from workbench.catalogue.city import City
from workbench.errors import Reason
from workbench.model.read_set import ReadSet
from workbench.sql.inspect import inspect
from workbench.sql.screen import screen
from workbench.sql.steady import steady

KEPT = 512
"""Statements of everybody together (our default)."""
LONGEST = 8_192
"""Characters; longer ones are read each time, so that what is kept stays below some megabytes."""


@dataclass(frozen=True)
class Reading:
    """``refused``: why no workspace accepts the statement; empty where one does. ``steady``: it
    gives the same answer each time that it is asked of the same data."""

    reads: ReadSet
    refused: tuple[Reason, ...]
    steady: bool = False


class Readings:
    """The latest readings. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._city: City | None = None
        self._kept: OrderedDict[tuple[str, str], Reading] = OrderedDict()

    def of(self, person: str, sql: str, city: City) -> Reading:
        """The reading of ``sql`` under ``city``'s names. Never raises, whatever the text."""
        with self._lock:
            if self._city is not city:
                self._city = city
                self._kept.clear()
            found = self._kept.get((person, sql))
            if found is not None:
                self._kept.move_to_end((person, sql))
                return found
        reads = inspect(sql, city.names)
        made = Reading(reads, screen(sql), steady(sql, reads))
        if len(sql) <= LONGEST:
            self._keep(person, sql, city, made)
        return made

    def _keep(self, person: str, sql: str, city: City, made: Reading) -> None:
        with self._lock:
            if self._city is city:
                self._kept[person, sql] = made
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
