"""One number, one source: the same item offered by several departments of one portal. Pure.

Foshan 2019 art. 18, Binzhou 2023 art. 14, Aba 2024 art. 17 and Changde 2016 art. 14 want an item
collected once. What is found here is to be looked at, not yet wrong. Two rules, both stated:

``exact``  titles that are equal after folding of width, case, spaces and signs.
``near``   titles whose words are equal, in order, once years and other numbers, the portal's own
           name and words such as 信息, 一览表 are taken out; at least two words must be left.

Two more are told apart, for no number is collected twice there: departments of different places
(汶川县 and 理县, or the offices of two counties) offer an item each for itself (``places``); and
what very many offices publish is about the office itself, such as 人事信息 (``common``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from workbench.portals.fold import fold
from workbench.portals.words import Words

_SIGN = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[0-9.]+|[一二三四五六七八九十〇零]+")
_TIME = frozenset(("年", "月", "日", "季度", "年度", "年份", "上半年", "下半年", "截至"))
_PLACE = re.compile(r"(?:.{2,3}省)?(.{2,4}?[市州县区旗]|.{2,4}(?:街道|镇|乡))")
_WHOLE_PLACE = re.compile(r".{1,12}(?:[省市州县区旗镇乡]|街道)(?:人民政府)?")
COMMON = 8
"""Departments from which on an item is each one's own affair (our default)."""
LEAST_WORDS = 2
"""Words that a ``near`` title has to have left (our default): 统计 alone names no item."""


class Rule(StrEnum):
    exact = "exact"
    near = "near"


class Scope(StrEnum):
    departments = "departments"
    """At least two offices of one place: the finding."""
    common = "common"
    places = "places"


@dataclass(frozen=True)
class Offer:
    """One line as evidence."""

    entry_id: str
    line_no: int
    title: str
    department: str
    open_type: str | None
    frequency: str | None
    update_date: str | None
    row_count: int | None


@dataclass(frozen=True)
class Item:
    """``key`` is what the titles have in common; ``departments`` at least two, by name."""

    portal: str
    portal_name: str
    rule: Rule
    scope: Scope
    key: str
    departments: tuple[str, ...]
    offers: tuple[Offer, ...]


def same_items(rows: pl.DataFrame, words: Words) -> tuple[Item, ...]:
    """Of rows of ``catalogue_entries``; entries without a department are left out, for nobody
    knows whether it is another. Most departments first, then by portal, rule and key."""
    listed = rows.filter(pl.col("department").is_not_null()).iter_rows(named=True)
    exact: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    near: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in listed:
        exact[row["portal"], exact_key(row["title"])].append(row)
        if key := near_key(row["title"], row["portal_name"], words):
            near[row["portal"], key].append(row)
    found = [*_items(exact.items(), Rule.exact), *_items(near.items(), Rule.near)]
    found.sort(key=lambda i: (-len(i.departments), i.portal, i.rule, i.key))
    return tuple(found)


def exact_key(title: str) -> str:
    return _SIGN.sub("", fold(title)) or fold(title)


def near_key(title: str, portal_name: str, words: Words) -> str:
    """The words that tell the item, or "" where fewer than ``LEAST_WORDS`` are left."""
    own = fold(portal_name)
    text = fold(title)
    for name in (own, own.rstrip("省市州")):
        if len(name) > 1:
            text = text.removeprefix(name)
    idle = {*words.suffixes, *_TIME}
    left = [w for w in words.cut(text) if w not in idle and not _NUMBER.fullmatch(w)]
    return " ".join(left) if len(left) >= LEAST_WORDS else ""


def place_of(department: str) -> str:
    """The place that a department's name begins with, or is; "" for one of the portal's own."""
    name = fold(department)
    if _WHOLE_PLACE.fullmatch(name):
        return name
    found = _PLACE.match(name)
    return found[1] if found else ""


def scope_of(departments: Sequence[str], portal_name: str) -> Scope:
    """What it means that these offer one item."""
    own = fold(portal_name)
    places = Counter("" if (p := place_of(d)) == own else p for d in departments)
    if max(places.values()) < 2:
        return Scope.places
    return Scope.common if len(departments) >= COMMON else Scope.departments


def _items(
    groups: Iterable[tuple[tuple[str, str], Sequence[dict[str, Any]]]], rule: Rule
) -> Iterator[Item]:
    for (portal, key), rows in groups:
        by_name = {fold(row["department"]): row["department"] for row in reversed(rows)}
        if len(by_name) < 2:
            continue
        if rule is Rule.near and len({exact_key(row["title"]) for row in rows}) == 1:
            continue  # told as exact
        names = tuple(sorted(by_name.values()))
        scope = scope_of(names, rows[0]["portal_name"])
        offers = tuple(map(_offer, rows))
        yield Item(portal, rows[0]["portal_name"], rule, scope, key, names, offers)


def _offer(row: dict[str, Any]) -> Offer:
    day = row["update_date"]
    return Offer(
        row["entry_id"],
        row["line_no"],
        row["title"],
        row["department"],
        row["open_type"],
        row["frequency"],
        day.isoformat() if day else None,
        row["row_count"],
    )
