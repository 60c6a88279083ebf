"""``workbench init DIR``: a new city that works at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.catalogue.new_city import make_city
from workbench.cli.common import out, reported, said


def register(app: typer.Typer) -> None:
    app.command(name="init")(init)


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="新城市的目录 / Folder of the new city")
    ],
) -> None:
    """新建一个城市目录，不覆盖任何文件 / Make the folder of a new city; nothing is overwritten"""
    with reported():
        files = make_city(folder)
    console = out()
    for path in files:
        console.print(f"  {folder / path}", markup=False)
    console.print(
        said(
            f"城市已建好。下一步：workbench contracts check {folder}",
            f"The city is made. Next: workbench contracts check {folder}",
        ),
        markup=False,
    )
