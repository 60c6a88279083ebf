"""The shipped city with the real catalogues of four portals, taken through the product: imported,
rated and kept by the commands, at a real gateway under an analyst's grants."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attacks.served import PASSWORD, served
from commands import Said, here
from judged_catalogue import REAL
from shipped import ROOT

AS_OF = date(2023, 6, 30)
CITIES = ("aba", "dazhou", "shanghai", "guiyang")
Told = Mapping[str, Any]


def rated_city(root: Path) -> list[Told]:
    """What ``assess catalogues --json`` told, a portal each; skips where the file is absent."""
    if not REAL.is_file():
        pytest.skip(f"{REAL} is not there: the real catalogues are outside the sources")
    for part in ("data_contracts", "dashboards", "notebooks"):
        shutil.copytree(ROOT / part, root / part)
    day, where = AS_OF.isoformat(), ("--city", str(root))
    worked(here("catalogue", "import", str(REAL), "--as-of", day, "--obtained", day, *where))
    with signed_in(root) as session:
        portals = [word for name in CITIES for word in ("--portal", name)]
        options = ("--as-of", day, *portals, "--keep", "--json", *where)
        told = worked(here("assess", "catalogues", *options, **session)).stdout
    found: list[Told] = json.loads(told)
    return found


@contextmanager
def signed_in(root: Path) -> Iterator[dict[str, str]]:
    """The environment of an analyst of the data authority, at a gateway of the city."""
    session = {"XDG_STATE_HOME": str(root / "session")}
    with served(root) as gateway:
        gateway.add("ran", "data_bureau")
        words = ("--url", gateway.http, "--user", "ran", "--password-stdin")
        worked(here("login", *words, given=PASSWORD + "\n", **session))
        yield session


def worked(done: Said) -> Said:
    assert done.returncode == 0, done.stderr
    return done
