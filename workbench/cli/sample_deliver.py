"""Deliveries of a simulated year, taken as ``workbench ingest`` takes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from workbench.cli.common import State
from workbench.cli.ingest_desk import Desk
from workbench.gateway.ruled import city_now
from workbench.model.contract import Resource
from workbench.simulation.year import Deliverer


def delivering(state: State, clock: Callable[[], datetime]) -> Deliverer:
    """Entries and versions have the time of ``clock``, the state's own."""
    desk = Desk(state, city_now(state, clock), clock=clock)

    def deliver(resource: Resource, file: Path, control: Path, data_date: date) -> None:
        desk.data_date = data_date
        desk.take(resource, [file], control=control, on_progress=lambda step: None)

    return deliver
