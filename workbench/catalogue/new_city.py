"""Makes the folder of a new city from the files that ship with the package."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from workbench.errors import Code, Text, simple

_NAMES = {"gitignore": ".gitignore"}
"""Files that cannot ship under their own name: version control and packaging would heed them."""

PARTS = ("starter", "starter_kpis")
"""What a new city begins with: what any has; and the facts, KPIs and page of how data are shared,
with the regulations that the KPIs cite, and the scheme by which the city's own regulation has
departments assessed. No part has a file of another."""

EMPTY = ("notebooks",)
"""Folders of which a package could not ship an empty one."""


def make_city(folder: Path) -> tuple[Path, ...]:
    """Writes a working city below ``folder`` and returns its files, relative to it. The folder
    that notebooks go into is made empty.

    Raises InvalidInput, before anything is written, where one of the files is already there.
    """
    package = resources.files("workbench.catalogue")
    files = dict[Path, Traversable]()
    for part in PARTS:
        files |= files_below(package / part)
    return put_files(folder, files)


def put_files(folder: Path, files: Mapping[Path, Traversable]) -> tuple[Path, ...]:
    """Writes ``files``, by where they go below ``folder``. Returns and raises as ``make_city``."""
    there = [path.as_posix() for path in files if (folder / path).exists()]
    if there:
        names = ", ".join(sorted(there))
        raise simple(
            Code.invalid_request,
            f"{folder} 中已有 {names}，不会覆盖。",
            f"{folder} already has {names}; nothing is overwritten.",
            next=Text("换一个目录。", "Choose another folder."),
        )
    for path, source in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:  # x: not even a file made in the meantime is lost
            file.write(source.read_bytes())
    for name in EMPTY:
        (folder / name).mkdir(exist_ok=True)
    return tuple(sorted(files))


def files_below(folder: Traversable, below: Path = Path()) -> dict[Path, Traversable]:
    """The files that ship in a folder of the package, by where they go in a city."""
    out: dict[Path, Traversable] = {}
    for item in folder.iterdir():
        if item.is_dir():
            out |= files_below(item, below / item.name)
        else:
            out[below / _NAMES.get(item.name, item.name)] = item
    return out
