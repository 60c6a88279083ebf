"""``workbench catalogue``: catalogues of portals, imported, searched, matched and published."""

from __future__ import annotations

import typer

from workbench.cli import catalogue_find, catalogue_import

app = typer.Typer(
    help="各门户的开放目录 / Catalogues of open-data portals",
    no_args_is_help=True,
)
catalogue_import.register(app)
catalogue_find.register(app)
