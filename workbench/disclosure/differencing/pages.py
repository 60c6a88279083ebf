"""A page of a book as bytes."""

from __future__ import annotations

import io
import zlib
from itertools import pairwise

import numpy as np

from workbench.disclosure.differencing.blame import Candidate
from workbench.disclosure.differencing.book import Page
from workbench.disclosure.differencing.contributions import Ints


def to_bytes(page: Page) -> bytes:
    """Arrays one after the other (``numpy.save``), compressed."""
    sizes = [len(cell.units) for cell in page.cells]
    units = np.concatenate([cell.units for cell in page.cells]) if sizes else np.empty(0, np.int64)
    often = [
        np.ones(len(cell.units), np.int64) if cell.weights is None else cell.weights
        for cell in page.cells
    ]
    arrays = [
        page.units,
        page.entities,
        page.amounts,
        np.cumsum([0, *sizes]),
        units.astype(np.uint32),
        np.concatenate(often).astype(np.uint32) if sizes else np.empty(0, np.uint32),
        np.array([cell.version for cell in page.cells], np.int64),
    ]
    out = io.BytesIO()
    for array in arrays:
        np.save(out, array, allow_pickle=False)
    return zlib.compress(out.getvalue(), 3)


def from_bytes(body: bytes) -> Page:
    """Raises ValueError, zlib.error or EOFError for what is no page."""
    given = io.BytesIO(zlib.decompress(body))
    keys, entities, amounts, ends, units, often, versions = (
        np.load(given, allow_pickle=False) for _ in range(7)
    )
    cells = tuple(
        Candidate(units[a:b].astype(np.int64), _weights(often[a:b].astype(np.int64)), int(version))
        for (a, b), version in zip(pairwise(ends), versions, strict=True)
    )
    return Page(keys, entities, amounts, cells)


def _weights(often: Ints) -> Ints | None:
    return often if (often > 1).any() else None
