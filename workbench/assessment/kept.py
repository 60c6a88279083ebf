"""Where runs are kept: ``assessments/YEAR/SCHEME-N.zip`` in the city's state. Nothing there is ever
written again: a second run is the next number, and so is one that amends another."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workbench.assessment.frozen import Frozen, as_bytes, digest_of, read
from workbench.errors import Code, Text, simple
from workbench.store.layout import private_folder, write_private

FOLDER = "assessments"
_NUMBER = re.compile(r"(?P<scheme>[a-z][a-z0-9_]*)-(?P<number>[1-9][0-9]{0,5})")


@dataclass(frozen=True)
class Kept:
    """A file that is there. ``digest`` of all of it."""

    path: Path
    number: int
    digest: str
    run: Frozen


@dataclass(frozen=True)
class Runs:
    """``state``: the city's folder of state."""

    state: Path

    @property
    def folder(self) -> Path:
        return self.state / FOLDER

    def keep(self, scheme: str, frozen: Frozen) -> Kept:
        """Under the next free number of its year, whole or not at all; it can be read and not
        written. Raises OSError."""
        raw = as_bytes(frozen)
        folder = private_folder(self.folder / str(frozen.year))
        temporary = folder / f".{secrets.token_hex(8)}.part"
        try:
            write_private(temporary, raw)
            temporary.chmod(0o400)
            path = self._linked(temporary, folder, scheme, frozen.year)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
        return Kept(path, _number(path), digest_of(raw), frozen)

    def paths(self, scheme: str, year: int) -> list[Path]:
        """In the order in which they were made."""
        found = (self.folder / str(year)).glob(f"{scheme}-*.zip")
        fits = (path for path in found if (name := _NUMBER.fullmatch(path.stem)) is not None
                and name["scheme"] == scheme)  # fmt: skip
        return sorted(fits, key=_number)

    def all(self, scheme: str, year: int) -> Iterator[Kept]:
        """The newest first. Raises as ``opened``."""
        for path in reversed(self.paths(scheme, year)):
            yield opened(path)

    def _linked(self, temporary: Path, folder: Path, scheme: str, year: int) -> Path:
        """Under the first number after all others: of two at once, one gets the next."""
        taken = self.paths(scheme, year)
        number = _number(taken[-1]) if taken else 0
        while True:
            number += 1
            path = folder / f"{scheme}-{number}.zip"
            try:
                os.link(temporary, path)
            except FileExistsError:
                continue
            return path


def opened(path: Path) -> Kept:
    """Any file of a run. Raises InvalidInput where it is not there, or is none, or was changed."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise simple(
            Code.invalid_request,
            f"文件 {path.name} 读不出来（{reason}）。",
            f"The file {path.name} cannot be read ({reason}).",
            next=Text("给出 assess run 写下的文件。", "Name a file that assess run wrote."),
            subject=path.name,
        ) from error
    found = _NUMBER.fullmatch(path.stem)
    return Kept(path, int(found["number"]) if found else 0, digest_of(raw), read(raw))


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])
