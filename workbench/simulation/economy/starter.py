"""The folder of a sample city for the seven libraries, from files that ship with the package."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

from workbench.catalogue.files import CITY_FILE
from workbench.catalogue.new_city import files_below, put_files

ALSO = ("dashboards", "data_contracts/procedures")
"""What a sample city has of any new city."""


MONTHLY = Path("data_contracts") / "monthly_run.yaml"


def make_sample_city(root: Path, first: date | None = None) -> None:
    """``first``: the month with which its monthly run begins by itself. Raises InvalidInput, before
    anything is written, where one of the files is already there."""
    mine = resources.files("workbench.simulation") / "shipped" / "city"
    starter = resources.files("workbench.catalogue") / "starter"
    files = files_below(mine)
    for name in ALSO:
        files |= files_below(starter / name, Path(name))
    put_files(root, files)
    if first is not None:
        with (root / MONTHLY).open("a", encoding="utf-8") as file:
            file.write(f'first: "{first:%Y-%m}"\n')


def is_city(root: Path) -> bool:
    return (root / CITY_FILE).is_file()
