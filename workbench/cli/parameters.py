"""``--param name:type=value``: text by default, another type only where it is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from workbench.errors import Code, Text, simple

_FORM = re.compile(r"([^\W\d]\w*|\d+)(?::([a-z]+))?=(.*)", re.DOTALL)


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.casefold()]


_TYPES: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "int": int,
    "decimal": Decimal,
    "float": float,
    "bool": _boolean,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "null": lambda _: None,
}


def parameters_of(given: Sequence[str]) -> dict[str, Any]:
    """Names with their values. Raises InvalidInput(invalid_request) naming what is wrong."""
    return dict(_parameter(one) for one in given)


def _parameter(given: str) -> tuple[str, Any]:
    found = _FORM.fullmatch(given)
    if found is None or (found[2] or "text") not in _TYPES:
        raise _wrong(given.split("=", 1)[0])
    name, kind, text = found[1], found[2] or "text", found[3]
    try:
        return name, _TYPES[kind](text)
    except (ValueError, KeyError, InvalidOperation):
        raise _wrong(f"{name}:{kind}") from None


def _wrong(name: str) -> Exception:
    return simple(
        Code.invalid_request,
        f"参数 {name} 的写法或取值不对。",
        f"The parameter {name} is not written as it should be, or has not the type it names.",
        next=Text(
            f"写作 name=文本 或 name:类型=值；类型：{', '.join(_TYPES)}。",
            f"Write name=text or name:type=value; types: {', '.join(_TYPES)}.",
        ),
        subject=name,
    )
