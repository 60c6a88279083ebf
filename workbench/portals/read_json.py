"""A catalogue as JSON: a list of objects, such a list inside a document, or an object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from workbench.extracts.scan import Scanned
from workbench.portals import reasons
from workbench.portals.delivered import ENTRIES, Aside, Delivered, Line
from workbench.portals.headings import check_headings
from workbench.portals.mapping import PortalMapping

LARGEST = 256 << 20
"""Bytes of a JSON file, which is read as one (our default)."""


def read(found: Scanned, mapping: PortalMapping) -> Delivered:
    """Each item one line, counted from 1. Raises InvalidInput."""
    name = found.source.name
    if found.stamp[1] > LARGEST:
        raise reasons.too_large(name, LARGEST)
    items = list(_items(found, mapping))
    if len(items) > ENTRIES:
        raise reasons.too_many(name, ENTRIES)
    objects = [(n, item) for n, item in items if isinstance(item, dict)]
    headings = list(dict.fromkeys(key for _, item in objects for key in item))
    check_headings(name, headings, mapping)
    return Delivered(
        name,
        "",
        found.source.encoding,
        tuple(headings),
        tuple(number for number, _ in objects),
        tuple(tuple(_said(item.get(key)) for key in headings) for _, item in objects),
        tuple(Line(n, Aside.no_object) for n, item in items if not isinstance(item, dict)),
    )


def _items(found: Scanned, mapping: PortalMapping) -> Iterator[tuple[int, Any]]:
    name, path = found.source.name, mapping.file.entries_at
    text = found.text.read_text(encoding="utf-8-sig")
    try:
        whole = json.loads(text)
    except (RecursionError, ValueError):
        if path is not None or not text.lstrip().startswith("{"):
            raise reasons.no_json_list(name, path) from None
        yield from _lines(name, text)
        return
    for step in path.split(".") if path else ():
        whole = whole.get(step) if isinstance(whole, dict) else None
    if path is None and isinstance(whole, dict) and not _holds_a_list(whole):
        whole = [whole]  # an object a line, of one line
    if not isinstance(whole, list):
        raise reasons.no_json_list(name, path)
    yield from enumerate(whole, 1)


def _lines(name: str, text: str) -> Iterator[tuple[int, Any]]:
    """An object a line; a line that is none is set aside by who asks."""
    for number, line in enumerate(text.rstrip().split("\n"), 1):
        try:
            yield number, json.loads(line)
        except RecursionError:
            raise reasons.deep_json(name) from None
        except ValueError:
            yield number, None


def _holds_a_list(document: dict[str, Any]) -> bool:
    return any(isinstance(value, list | dict) for value in document.values())


def _said(value: Any) -> str:
    """Text as it is, nothing for null, else JSON: a list of formats stays a list."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
