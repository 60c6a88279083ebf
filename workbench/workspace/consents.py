"""Those who consent, as a file that a builder filters by. It holds keyed digests and nothing else,
and is there only while a workspace is being built."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Subjects = Callable[[str], Iterable[list[str]]]
"""Scenario -> the digests of those who consent in it today, a page at a time."""

_SCHEMA = pa.schema([("subject", pa.string())])


def nobody(_: str) -> Iterable[list[str]]:
    """Where nothing is known of consents, nobody consents."""
    return ()


def write(file: Path, pages: Iterable[list[str]]) -> None:
    """Raises OSError, and whatever the pages raise."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out, pq.ParquetWriter(out, _SCHEMA) as writer:
        for page in pages:
            writer.write_table(pa.table([pa.array(page, pa.string())], schema=_SCHEMA))
