"""What there is to judge, as plain values. ``collect`` finds them; tests make them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from workbench.catalogue.city_schema import Settings
from workbench.errors import Text
from workbench.model.source import AttachedSource


@dataclass(frozen=True)
class Versions:
    """``extensions``: version of each package of the engine's extensions, "" where it is missing
    or has no file for this engine."""

    python: tuple[int, int]
    duckdb: str
    duckdb_wanted: str
    extensions: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """One path: permission bits, owner, and whether an access list grants more than the bits."""

    path: Path
    mode: int
    uid: int
    folder: bool = False
    access_list: bool = False


@dataclass(frozen=True)
class Readers:
    """``private`` is what only the gateway may read; ``above`` are the folders over it."""

    euid: int
    account: str
    private: tuple[Seen, ...]
    above: tuple[Seen, ...]
    temp: Seen
    umask: int
    core_dumps: bool
    plain_swap: tuple[str, ...] | None
    closed: tuple[Path, ...] = ()
    """What could not be looked at."""
    kernels: Text | None = None
    """Why kernels share the gateway's account; None where they have accounts of their own."""


@dataclass(frozen=True)
class Tail:
    """The last entries of the ledger. ``faults``: seq and what is wrong; ``last_seq`` 0 for none.
    ``checkpoint_seq`` is that of the last checkpoint; ``agrees`` whether it is genuine and bears
    the hash of that entry. ``sealed`` is False where there were no keys to examine them with."""

    looked_at: int = 0
    last_seq: int = 0
    last_at: datetime | None = None
    faults: tuple[tuple[int, Text], ...] = ()
    checkpoint_seq: int = 0
    agrees: bool = True
    sealed: bool = True


@dataclass(frozen=True)
class StoreSeen:
    """``problem`` is why it could not be read. ``people`` counts accounts that may sign in.

    ``kind``: sqlite, postgresql, or "" where its address is none."""

    shown: str
    exists: bool
    kind: str = "sqlite"
    schema: int | None = None
    program: int = 0
    problem: Text | None = None
    owner_fits: bool | None = None
    people: int | None = None
    sample_people: bool = False
    clock: datetime | None = None
    tail: Tail = field(default_factory=Tail)

    @property
    def unread(self) -> Text | None:
        """Why nothing is known of what it holds; None where it was read, or is not there yet."""
        if self.problem is not None:
            return Text("存储库读不出来。", "the store could not be read.")
        if self.exists and self.schema != self.program:
            return Text("存储库的结构版本不同。", "the store has another schema version.")
        return None


@dataclass(frozen=True)
class KeysSeen:
    """``problem`` None with ``exists`` means that all four are whole and belong together."""

    exists: bool
    problem: Text | None = None


@dataclass(frozen=True)
class Port:
    """``listening``: addresses; ``speaks``: http, https or ""; ``ours``: a gateway of ours."""

    name: str
    number: int
    listening: tuple[str, ...] = ()
    process: str = ""
    speaks: str = ""
    ours: bool = False


@dataclass(frozen=True)
class TlsSeen:
    """What a gateway would serve. ``problem``: why it would not start, with its ``next`` step;
    ``own``: the file, where the certificate is not the city's."""

    exists: bool
    expires: datetime | None = None
    problem: Text | None = None
    own: Path | None = None
    next: Text | None = None


@dataclass(frozen=True)
class Clock:
    """``now`` aware; ``files_ahead``: seconds by which a file's time is ahead of the clock."""

    now: datetime
    zones: bool
    files_ahead: float = 0.0


@dataclass(frozen=True)
class Space:
    """Bytes. ``devices``: of store and checkpoints, None where there is none yet, or where the
    store is a server's."""

    state_free: int
    state_total: int
    temp_free: int
    memory_total: int
    memory_free: int
    store_device: int | None = None
    checkpoint_device: int | None = None


@dataclass(frozen=True)
class WorkerSeen:
    """The steps that a real worker took; ``problem`` where none could be started."""

    steps: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class CitySeen:
    """``looked`` is False where the city is too large to be read here. Where it was not read or
    has errors, ``settings`` are our defaults and ``attached`` (by resource) is empty."""

    looked: bool = True
    errors: tuple[str, ...] = ()
    warnings: int = 0
    settings: Settings = field(default_factory=Settings)
    attached: tuple[tuple[str, AttachedSource], ...] = ()

    @property
    def unread(self) -> Text | None:
        """Why its settings and resources are not known; None where they are."""
        if not self.looked:
            return Text(
                "契约文件很多，此处未读。", "there are too many contracts to read them here."
            )
        return Text("契约有错误。", "the contracts have errors.") if self.errors else None


@dataclass(frozen=True)
class SourceSeen:
    """An attached resource. ``secret``: the name of its account, "" where its kind has none.

    ``problem``: why the secret cannot be used; ``silent``: why nobody answers there.
    """

    resource: str
    secret: str = ""
    missing: bool = False
    problem: Text | None = None
    silent: Text | None = None


@dataclass(frozen=True)
class SourcesSeen:
    """``unread`` is why none could be looked at; ``asked``: whether over the network too."""

    found: tuple[SourceSeen, ...] = ()
    unread: Text | None = None
    asked: bool = False


@dataclass(frozen=True)
class ExtractsSeen:
    """``damaged``: resource and what is wrong with its current version."""

    looked_at: int = 0
    damaged: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Facts:
    root: Path
    versions: Versions
    readers: Readers
    keys: KeysSeen
    store: StoreSeen
    ports: tuple[Port, ...]
    tls: TlsSeen
    clock: Clock
    space: Space
    worker: WorkerSeen
    city: CitySeen
    extracts: ExtractsSeen
    sources: SourcesSeen = field(default_factory=SourcesSeen)
