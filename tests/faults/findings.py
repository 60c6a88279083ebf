"""What must hold after every death, whoever died. Each function gives the list of what does not."""

from __future__ import annotations

import stat
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from faults.asked import Ask
from faults.fault_city import FACTS, GRANTED, WITHHELD, edition_of
from workbench.errors import Code
from workbench.extracts.versions import Extracts
from workbench.ledger.chain import Journal, fields_of
from workbench.model.entry import Entry, Event

ABOUT_THE_WAY = {
    Code.gateway_unavailable,
    Code.worker_died,
    Code.build_interrupted,
    Code.ledger_unavailable,
}
"""What a death may tell a client. ``internal`` is none of them: it says nothing."""
BROKEN_LINE = {"IO", "UNKNOWN", "UNAVAILABLE", "CANCELLED"}
"""What the stock driver calls a connection that ended. Its error stands where rows would."""
_CHUNK = 1 << 20


@dataclass
class Release:
    """The entries of one release, by event."""

    entries: dict[str, list[tuple[int, Mapping[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def one(self, event: Event) -> tuple[int, Mapping[str, Any]] | None:
        found = self.entries.get(event.value, [])
        return found[0] if len(found) == 1 else None


class Book:
    """The ledger, indexed: ``releases`` by id, ``versions`` entered as (resource, n, digest)."""

    def __init__(self, journal: Journal) -> None:
        self.releases: dict[str, Release] = defaultdict(Release)
        self.versions: set[tuple[str, int, str]] = set()
        self._journal = journal
        self._last = 0
        self.read()

    def read(self) -> Book:
        """Go on from where it was read to."""
        head = self._journal.head()
        for seq in range(self._last + 1, (head.seq if head else 0) + 1):
            filed = self._journal.at(seq)
            if filed is not None:
                self._take(filed.entry)
            self._last = seq
        return self

    def _take(self, entry: Entry) -> None:
        fields = fields_of(entry.body) or {}
        if fields.get("release"):
            release = self.releases[fields["release"]]
            release.entries[fields["event"]].append((entry.seq, fields))
        if fields.get("event") == Event.extract_ingested:
            (resource,) = fields["content"]
            detail = fields["detail"]
            self.versions.add((resource, detail["version"], detail["digest"]))


# Results -----------------------------------------------------------------------------------------


def in_results(asks: Iterable[Ask], editions: Mapping[tuple[str, int], int]) -> list[str]:
    """No result that ended well is short, mixed, or of another version than it says.

    ``editions`` tells which edition each version of each resource is.
    """
    found = []
    for ask in asks:
        if ask.end == "complete":
            problem = _problem(ask, editions)
        elif ask.end == "failed":
            problem = _unclear(ask)
        else:
            problem = "was never answered"
        if problem:
            found.append(f"{ask} {problem}")
    return found


def _problem(ask: Ask, editions: Mapping[tuple[str, int], int]) -> str:
    if ask.kind == "refused":
        return "was answered, and asks for what is not granted"
    if ask.release is None:
        return "was answered without saying where it comes from"
    if len(ask.got["editions"]) != 1:
        return f"mixes the editions {ask.got['editions']}"
    (edition,) = ask.got["editions"]
    rows, ids = FACTS.count(ask.resource, edition), FACTS.id_sum(ask.resource, edition)
    whole = (rows * ask.times, ids * ask.times) if ask.times else (1, rows)
    if (ask.got["rows"], ask.got["ids"]) != whole:
        return f"has {ask.got['rows']} rows and looks whole; all are {whole[0]}"
    told = {(s["resource"], s["extract_version"]) for s in ask.release["sources"]}
    if {editions.get(version) for version in told} != {edition}:
        return f"says it comes from {told}, and its rows are of edition {edition}"
    return ""


def _unclear(ask: Ask) -> str:
    got = ask.got
    if got["error"] == "ours":
        allowed = ABOUT_THE_WAY | ({Code.not_granted} if ask.kind == "refused" else set())
        clear = got["code"] in allowed and all(zh and en for zh, en in got["texts"])
        return "" if clear else f"failed with {got['code']}: {got['texts']}"
    text = got["text"]
    if "[" in text and any(f"[{code}]" in text for code in (*ABOUT_THE_WAY, Code.not_granted)):
        return ""
    return "" if got["status"] in BROKEN_LINE and text else f"failed with {got}"


def in_entries(asks: Iterable[Ask], book: Book) -> list[str]:
    """Whatever began to arrive was decided and opened before; whatever ended is closed so."""
    found = []
    for ask in asks:
        if ask.release is None:
            continue
        release = book.releases.get(ask.release["id"], Release())
        decided = release.one(Event.decision)
        opened = release.one(Event.release_opened)
        closed = release.one(Event.release_closed)
        if decided is None or decided[1]["detail"]["outcome"] != "permit":
            found.append(f"{ask} began to arrive without one permit in the ledger")
        if opened is None or opened[0] != ask.release["ledger_seq"]:
            found.append(f"{ask} began to arrive without being entered as opened")
        if ask.end and closed is None:
            found.append(f"{ask} ended and is not closed once in the ledger")
        elif ask.end == "complete" and closed is not None:
            detail = closed[1]["detail"]
            if (detail["outcome"], detail.get("rows")) != ("complete", ask.got["rows"]):
                found.append(f"{ask} arrived whole, and the ledger says {dict(detail)}")
    return found


def in_closings(left_open: Collection[str], book: Book) -> list[str]:
    """What a dead gateway left open is closed as interrupted by the next one."""
    found = []
    for release in left_open:
        closed = book.releases[release].one(Event.release_closed)
        if closed is None or closed[1]["detail"]["outcome"] != "interrupted":
            found.append(f"release {release} was left open and is {closed}")
    return found


# Extracts ----------------------------------------------------------------------------------------


def editions_of(extracts: Extracts, resources: Sequence[str]) -> dict[tuple[str, int], int]:
    return {
        (resource, version.version): edition_of(version.sources[0].name)
        for resource in resources
        for version in extracts.history(resource)
    }


def in_extracts(
    extracts: Extracts, resources: Sequence[str], book: Book, seen: set[tuple[str, int]]
) -> list[str]:
    """Every version is a whole delivery, in its place, with its entry. ``seen``: read before."""
    found = []
    for resource in resources:
        log = extracts.table(resource) / "_delta_log"
        numbers = sorted(int(file.stem) for file in log.glob("*.json"))
        if numbers != list(range(len(numbers))):
            found.append(f"the versions of {resource} are {numbers}")
            continue
        for number in numbers:
            if (resource, number) not in seen:
                found += _in_version(extracts, resource, number, book)
                seen.add((resource, number))
    return found


def _in_version(extracts: Extracts, resource: str, number: int, book: Book) -> list[str]:
    version = extracts.at(resource, number)
    name = f"version {number} of {resource}"
    whole = FACTS.count(resource, edition_of(version.sources[0].name))
    rows = sum(pq.read_metadata(file).num_rows for file in version.files)
    found = [f"{name}: {damage}" for damage in extracts.verify(resource, number)]
    if not whole == rows == version.rows:
        found.append(f"{name} has {rows} rows, of {whole} delivered")
    if number and (resource, number, version.digest) not in book.versions:
        found.append(f"{name} is not in the ledger")
    return found


def in_strays(extracts: Extracts, resource: str) -> list[str]:
    """After an ingest that ended well there is no file that a killed one had left."""
    named = {Path(file) for v in extracts.history(resource) for file in v.files}
    strays = set(extracts.table(resource).glob("*.parquet")) - named
    return [f"{path} belongs to no version" for path in sorted(strays)]


# Files -------------------------------------------------------------------------------------------


def files_below(*folders: Path) -> set[tuple[Path, int]]:
    """Path and inode of every file: a name alone could be made again."""
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                found.add((path, path.stat().st_ino))
    return found


def in_files(*folders: Path) -> list[str]:
    """Nothing below the folders can be read: no mark in any byte, no file that opens by itself."""
    found = []
    for path, _ in sorted(files_below(*folders)):
        if _has_mark(path):
            found.append(f"{path} shows values")
        elif _opens(path):
            found.append(f"{path} is a database that opens without a key")
    return found


def _has_mark(path: Path) -> bool:
    marks = [GRANTED.encode(), WITHHELD.encode(), b"PAR1"]
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if any(mark in before + chunk for mark in marks):
                return True
            before = chunk[-64:]
    return False


def _opens(path: Path) -> bool:
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error:
        return False
    return True


def in_modes(folder: Path) -> list[str]:
    """Nobody but the account of the gateway can go into the folder."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    return [] if mode == 0o700 else [f"{folder} has the mode {mode:o}"]
