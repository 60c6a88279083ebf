"""Makes the folder of a new city from the files that ship with the package."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from workbench.errors import Code, Text, simple

_NAMES = {"gitignore": ".gitignore"}
"""Files that cannot ship under their own name: version control and packaging would heed them."""

EMPTY = ("notebooks",)
"""Folders of which a package could not ship an empty one."""


def make_city(folder: Path) -> tuple[Path, ...]:
    """Writes a working city below ``folder`` and returns its files, relative to it. The folder
    that notebooks go into is made empty.

    Raises InvalidInput, before anything is written, where one of the files is already there.
    """
    files = dict(_walk(resources.files("workbench.catalogue") / "starter", Path()))
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


def _walk(folder: Traversable, below: Path) -> list[tuple[Path, Traversable]]:
    out: list[tuple[Path, Traversable]] = []
    for item in folder.iterdir():
        if item.is_dir():
            out += _walk(item, below / item.name)
        else:
            out.append((below / _NAMES.get(item.name, item.name), item))
    return out
