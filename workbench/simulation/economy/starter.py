"""The folder of a sample city for the seven libraries, from files that ship with the package."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from workbench.catalogue.files import CITY_FILE
from workbench.catalogue.new_city import files_below, put_files

ALSO = ("dashboards", "data_contracts/procedures")
"""What a sample city has of any new city."""


def make_sample_city(root: Path) -> None:
    """Raises InvalidInput, before anything is written, where one of the files is already there."""
    mine = resources.files("workbench.simulation") / "shipped" / "city"
    starter = resources.files("workbench.catalogue") / "starter"
    files = files_below(mine)
    for name in ALSO:
        files |= files_below(starter / name, Path(name))
    put_files(root, files)


def is_city(root: Path) -> bool:
    return (root / CITY_FILE).is_file()
