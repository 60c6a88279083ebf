"""Finding the facts. Everything is opened for reading; nothing of the city is made or changed."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from deltalake.exceptions import DeltaError

from workbench.catalogue.city import City, check_city, load_city
from workbench.catalogue.files import RESOURCES, look
from workbench.declared.findings import errors
from workbench.doctor.doors import port_of, tls_of
from workbench.doctor.facts import CitySeen, ExtractsSeen, Facts, KeysSeen, Versions
from workbench.doctor.machine import clock_of, readers_of, space_of
from workbench.doctor.sources import sources_of
from workbench.doctor.stored import store_of
from workbench.doctor.trial_worker import worker_of
from workbench.engine.duckdb import extension_file
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.versions import Extracts
from workbench.gateway.securing import Wanted
from workbench.gateway.tls import Files
from workbench.store.keyring import NAMES, SIZE, Keyring
from workbench.store.layout import Layout

DISTRIBUTION = "qiku-workbench"
EXTENSIONS = ("httpfs", "postgres_scanner", "mysql_scanner", "sqlite_scanner")
OTHERS = ("pyarrow", "polars", "sqlalchemy", "deltalake", "cryptography", "adbc-driver-flightsql")
MOST_CONTRACTS = 300
"""More contracts than these are left to ``workbench contracts check``: a doctor answers soon."""


@dataclass(frozen=True)
class Asked:
    """What to look at. ``ports`` by name; ``kernels``: see ``Readers``; ``environ`` of the
    operator; ``whole``: read the contracts however many they are; ``sources``: ask over the network
    whether attached sources answer; ``served``: which certificate a gateway is to serve."""

    root: Path
    ports: Mapping[str, int]
    kernels: Text | None
    environ: Mapping[str, str]
    now: datetime
    whole: bool = False
    sources: bool = False
    served: Wanted = field(default_factory=Wanted)


def collect(asked: Asked) -> Facts:
    """Raises InvalidInput where this account may not look into the state at all."""
    layout = Layout(asked.root)
    _refuse_closed(layout.state)
    keys, keyring = keys_of(layout)
    seen = city_of(asked.root, whole=asked.whole)
    store = store_of(layout, keyring, asked.environ)
    return Facts(
        root=asked.root,
        versions=versions(),
        readers=readers_of(layout, asked.kernels),
        keys=keys,
        store=store,
        ports=tuple(port_of(name, number) for name, number in asked.ports.items()),
        tls=tls_of(Files(layout.state), asked.served, asked.now),
        clock=clock_of(asked.now),
        space=space_of(layout, store.kind),
        worker=worker_of(seen.settings),
        city=seen,
        extracts=extracts_of(layout),
        sources=sources_of(layout, keyring, seen, ask=asked.sources),
    )


def _refuse_closed(state: Path) -> None:
    if not state.exists() or os.access(state, os.R_OK | os.X_OK):
        return
    raise simple(
        Code.invalid_request,
        f"本账号无权查看 {state}，什么也没有检查。",
        f"{state} is closed to this account: nothing was looked at.",
        next=Text("以网关的账号运行 doctor。", "Run doctor as the gateway's account."),
        subject=str(state),
    )


def versions() -> Versions:
    wanted = next(
        (r.partition("==")[2] for r in metadata.requires(DISTRIBUTION) or ()
         if r.startswith("duckdb==")), "",
    )  # fmt: skip
    others = {"sqlite": sqlite3.sqlite_version, **{name: version_of(name) for name in OTHERS}}
    extensions = {name: _extension(name) for name in EXTENSIONS}
    return Versions(sys.version_info[:2], duckdb.__version__, wanted, extensions, others)


def version_of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _extension(name: str) -> str:
    """Its package's version, "" where it lacks a file for this engine."""
    try:
        extension_file(name)
    except LookupError:
        return ""
    return version_of(f"duckdb-extension-{name.replace('_', '-')}")


def keys_of(layout: Layout) -> tuple[KeysSeen, Keyring | None]:
    """Read without ``Keyring.open``, which would make the folder private first."""
    if not layout.keys.is_dir() or not any(layout.keys.iterdir()):
        return KeysSeen(False), None
    found: dict[str, bytes] = {}
    for name in NAMES:
        path = layout.keys / f"{name}.key"
        try:
            found[name] = path.read_bytes()
        except OSError as error:
            why = error.strerror or type(error).__name__
            problem = Text(f"{path} 读不出来（{why}）。", f"{path} cannot be read ({why}).")
            return KeysSeen(True, problem), None
        if len(found[name]) != SIZE:
            problem = Text(f"{path} 长度不对。", f"{path} has not the length of a key.")
            return KeysSeen(True, problem), None
    private = Ed25519PrivateKey.from_private_bytes(found["checkpoint"])
    keyring = Keyring(found["token"], found["mask"], found["audit"], private)
    return KeysSeen(True, _pair_fault(layout, keyring)), keyring


def _pair_fault(layout: Layout, keyring: Keyring) -> Text | None:
    path = layout.keys / "checkpoint.pub"
    public = keyring.checkpoint_public
    try:
        same = load_pem_public_key(path.read_bytes()) == public
    except ValueError:
        same = False
    except OSError:
        same = False
    if same:
        return None
    return Text(
        f"{path} 与检查点私钥不符或缺失。",
        f"{path} is missing or is not the public half of the checkpoint key.",
    )


def city_of(root: Path, *, whole: bool = False) -> CitySeen:
    """``whole``: however many contracts there are."""
    many = sum(name.startswith(RESOURCES.as_posix()) for name in look(root)) > MOST_CONTRACTS
    if many and not whole:
        return CitySeen(looked=False)
    findings = check_city(root)
    wrong = errors(findings)
    told = tuple(f"{f.place} {f.key} {f.problem.en}" for f in wrong)
    if wrong:
        return CitySeen(errors=told, warnings=len(findings) - len(wrong))
    city: City = load_city(root)
    resources = sorted(city.resources.items())
    attached = tuple((name, r.attached) for name, r in resources if r.attached is not None)
    return CitySeen(warnings=len(findings), settings=city.settings, attached=attached)


def extracts_of(layout: Layout) -> ExtractsSeen:
    """The files of each current version: there, and not empty. Hashing them takes minutes."""
    if not layout.extracts.is_dir():
        return ExtractsSeen()
    kept = Extracts(layout.extracts)
    names = sorted(p.name for p in layout.extracts.iterdir() if (p / "_delta_log").is_dir())
    damaged = []
    for name in names:
        problem = _damage(kept, name)
        if problem:
            damaged.append((name, problem))
    return ExtractsSeen(len(names), tuple(damaged))


def _damage(kept: Extracts, name: str) -> str:
    try:
        version = kept.latest(name)
    except WorkbenchError as error:
        return error.reasons[0].what.en
    except (DeltaError, OSError) as error:
        return f"its log cannot be read ({type(error).__name__})"
    for file in version.files if version is not None else ():
        try:
            if not Path(file).stat().st_size:
                return f"{Path(file).name} is empty"
        except OSError as error:
            return f"{Path(file).name}: {error.strerror}"
    return ""
