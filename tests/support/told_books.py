"""A question asked as if nothing had been told before, in a gateway of another process."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from workbench.store.layout import Layout


def forget(root: Path) -> None:
    """Destroy what departments of the city at ``root`` were told, as its gateway finds it."""
    with closing(sqlite3.connect(Layout(root).store, timeout=30)) as connection, connection:
        connection.execute("DELETE FROM told_pages")
