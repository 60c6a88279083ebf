"""A case, or another frozen value, as one text, and back: what stands in the store, and what the
ledger has the digest of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.model.case import Case

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Frozen = TypeVar("Frozen")
_DAY = "$day"
"""Marks a day: of a row condition it could not be told from a text otherwise."""


def to_text(case: Case) -> str:
    """Canonical: equal cases have equal texts."""
    return written(_adapter(), case)


def from_text(text: str) -> Case:
    """Raises Unreadable."""
    return read(_adapter(), text)


def written(adapter: TypeAdapter[Frozen], value: Frozen) -> str:
    """Canonical: equal values have equal texts."""
    plain = adapter.dump_python(value)
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_marked
    )


def read(adapter: TypeAdapter[Frozen], text: str) -> Frozen:
    """Raises Unreadable."""
    try:
        return adapter.validate_python(json.loads(text, object_hook=_unmarked))
    except (ValueError, TypeError) as error:  # pydantic's are ValueErrors
        raise Unreadable from error


class Unreadable(ValueError):
    """Somebody broke a body. It is no case and no procedure, and grants nothing."""


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@cache
def _adapter() -> TypeAdapter[Case]:
    from pydantic import TypeAdapter

    return TypeAdapter(Case)


def _marked(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def _unmarked(found: Mapping[str, Any]) -> Any:
    return date.fromisoformat(found[_DAY]) if _DAY in found else found
