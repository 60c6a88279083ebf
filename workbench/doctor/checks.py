"""Every check, in the order in which they are told. Pure: facts in, results out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workbench.doctor.facts import Facts
from workbench.doctor.program import city, extracts, people, ports, tls, versions, worker
from workbench.doctor.readers import accounts, leaks, private_files, ways_in
from workbench.doctor.record import checkpoints, clock, keys, ledger, store
from workbench.doctor.results import Result
from workbench.doctor.sources import sources
from workbench.doctor.space import disk, memory

Check = Callable[[Facts], Iterable[Result]]

CHECKS: tuple[Check, ...] = (
    versions,
    city,
    keys,
    store,
    ledger,
    checkpoints,
    extracts,
    sources,
    people,
    private_files,
    ways_in,
    accounts,
    worker,
    leaks,
    ports,
    tls,
    clock,
    disk,
    memory,
)


def examined(facts: Facts) -> tuple[Result, ...]:
    return tuple(result for check in CHECKS for result in check(facts))
