"""The pieces of which lists, items and forms are made, as the board takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from workbench.errors import Language
from workbench.model.days import CHINA
from workbench.ui.desks.desk import LIMIT, Asked, Json
from workbench.ui.words import Speech

SOON_DAYS = 30
"""A last day so near is pointed out (our default: the first reminder of an end comes then)."""
DUE_DAYS = 2
"""A deadline so near is pointed out (our default: as its first reminder)."""


def cell(text: Any, tone: str = "", hint: str = "", share: float | None = None) -> Json:
    """``tone``: good, due, late, off or none; ``share`` (0 to 1) is drawn as a bar."""
    said = "" if text is None else str(text)
    return {"text": said, "tone": tone, "hint": hint, "share": share}


def fact(label: str, value: Any, hint: str = "") -> Json:
    return {"label": label, "value": "" if value is None else str(value), "hint": hint}


def block(
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Mapping[str, Json]],
    *,
    kind: str = "table",
    note: str = "",
) -> Json:
    """``columns`` are ``(key, label)``; ``kind`` is table, steps or lines."""
    return {
        "title": title,
        "note": note,
        "kind": kind,
        "columns": [{"key": key, "label": label} for key, label in columns],
        "rows": [dict(row) for row in rows],
    }


def lines(title: str, texts: Iterable[str], note: str = "") -> Json:
    return block(title, [("text", "")], ({"text": cell(t)} for t in texts), kind="lines", note=note)


def form(
    event: str,
    label: str,
    fields: Sequence[Json],
    *,
    submit: str,
    tone: str = "",
    what: str = "",
    seen: int = 0,
    slow: bool = False,
) -> Json:
    return {
        "event": event,
        "label": label,
        "tone": tone,
        "what": what,
        "fields": list(fields),
        "submit": submit,
        "slow": slow,
        "seen": seen,
    }


def entry(
    name: str,
    label: str,
    kind: str = "text",
    value: Any = "",
    *,
    required: bool = False,
    hint: str = "",
    options: Iterable[tuple[str, str]] = (),
    most: int = 0,
) -> Json:
    """A field of a form; ``kind`` as the board knows it."""
    return {
        "name": name,
        "label": label,
        "kind": kind,
        "value": value,
        "required": required,
        "hint": hint,
        "options": [{"value": v, "label": said} for v, said in options],
        "most": most,
    }


def listing(
    columns: Sequence[tuple[str, str, str]],
    rows: Sequence[Json],
    asked: Asked,
    *,
    empty: str,
    total: int | None = None,
    more: bool = False,
    figures: Sequence[Json] = (),
    filters: Sequence[Json] = (),
    actions: Sequence[Json] = (),
) -> Json:
    """``columns`` are ``(key, label, kind)``. ``total`` is None where nobody counted, and ``more``
    says whether there is a next page."""
    return {
        "figures": list(figures),
        "filters": list(filters),
        "columns": [{"key": key, "label": label, "kind": kind} for key, label, kind in columns],
        "rows": list(rows),
        "total": total,
        "more": more if total is None else asked.offset + len(rows) < total,
        "offset": asked.offset,
        "limit": LIMIT,
        "actions": list(actions),
        "empty": empty,
    }


def row(id: str, version: int, cells: Mapping[str, Json], tone: str = "") -> Json:  # noqa: A002
    return {"id": id, "version": version, "tone": tone, "cells": dict(cells)}


def figure(label: str, value: int | str, tone: str = "") -> Json:
    said = f"{value:,}" if isinstance(value, int) else value
    return {"label": label, "value": said, "tone": tone}


def choice(
    key: str, label: str, asked: Asked, options: Iterable[tuple[str, str]], default: str = ""
) -> Json:
    shown = [{"value": value, "label": said} for value, said in options]
    return {
        "key": key,
        "label": label,
        "kind": "choice",
        "value": asked.filters.get(key, default),
        "options": shown,
    }


def typed(key: str, label: str, asked: Asked, kind: str = "text") -> Json:
    """A filter to type into; ``kind`` is text or day."""
    return {"key": key, "label": label, "kind": kind, "value": asked.filter(key), "options": []}


def said(text: Mapping[str, str] | None, language: Language) -> str:
    """A text that came in both languages."""
    return "" if text is None else str(text[language])


def day(text: Any) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None


def moment(at: Any, *, seconds: bool = False) -> str:
    """A moment in China's time, to the minute; "" for none."""
    if not at:
        return ""
    here = datetime.fromisoformat(str(at)).astimezone(CHINA)
    return f"{here:%Y-%m-%d %H:%M:%S}" if seconds else f"{here:%Y-%m-%d %H:%M}"


def until(last: Any, today: date, speech: Speech, near: int = SOON_DAYS) -> Json:
    """A last day, with how long it is until then."""
    found = day(last)
    if found is None:
        return cell("—")
    left = (found - today).days
    if left < 0:
        gone = speech.ngettext("{days} day ago", "{days} days ago", -left, days=-left)
        return cell(found.isoformat(), "late", gone)
    told = speech._("today") if left == 0 else speech.ngettext(
        "in {days} day", "in {days} days", left, days=left
    )  # fmt: skip
    if left > near:
        return cell(found.isoformat(), "", told)
    return cell(f"{found.isoformat()} · {told}", "due", told)
