"""Delivered text into canonical text, as the contract's mapping says; exact, or not at all.

What comes out is judged by ``strict`` afterwards like any other text. Numbers go through decimal
arithmetic of whole digits, never through a float: 1.23 万元 is 12300, and 0.1 + 0.2 is nobody's
business here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation

from workbench.catalogue.date_forms import moment
from workbench.extracts.strict import StrictType
from workbench.model.contract import Reading

Convert = Callable[[str], str | None]

SPACES = " \t\u3000\u00a0"
"""What ``trim`` takes away at both ends (our default)."""
LONGEST_NUMBER = 100
"""Characters of a number that is scaled (our default)."""

_EXACT = Context(prec=300, traps=[Inexact, InvalidOperation])
_BODY = re.compile(r"([0-9]+(?:[.][0-9]*)?|[.][0-9]+)")
_NARROW = {ord("０") + n: str(n) for n in range(10)}
_NARROW |= {ord("Ａ") + n: chr(ord("A") + n) for n in range(26)}
_NARROW |= {ord("ａ") + n: chr(ord("a") + n) for n in range(26)}
_NARROW |= {
    ord(w): n
    for w, n in {
        "．": ".",
        "，": ",",
        "－": "-",
        "＋": "+",
        "：": ":",
        "／": "/",
        "％": "%",
    }.items()
}


class Misread(ValueError):
    """The text is not written as the mapping says."""


def converter(reading: Reading, target: StrictType) -> Convert:
    """A function from delivered text to canonical text, or None for an empty value.

    It raises Misread. Text that no key of the mapping speaks of comes back as it is.
    """
    inner = _of_family(reading, target)

    def convert(text: str) -> str | None:
        if reading.trim:
            text = text.strip(SPACES)
            if not text:
                return None
        if text in reading.null_words:
            return None
        if reading.digits:
            text = text.translate(_NARROW)
            if text in reading.null_words:
                return None
        return inner(text)

    return convert


def _of_family(reading: Reading, target: StrictType) -> Callable[[str], str]:
    if target.is_number:
        return lambda text: _number(text, reading)
    if target.name in ("DATE", "TIMESTAMP") and reading.dates:
        return lambda text: _date(text, reading, target)
    if target.name == "BOOLEAN" and reading.yes:
        return lambda text: _word(text, reading)
    return lambda text: text


# numbers


def _number(text: str, reading: Reading) -> str:
    negative, body = _sign(text, reading)
    body, prefixed = _without_prefix(body, reading)
    if prefixed and not negative:
        negative, body = _sign(body, reading)
    factor = None
    if reading.units:
        body, factor = _without_unit(body, reading)
    if reading.thousands:
        body = _ungrouped(body, reading.thousands)
    if factor is not None:
        body = _scaled(body, factor)
    if negative and body[:1] in ("+", "-"):
        raise Misread
    return f"-{body}" if negative and body != "0" else body


def _sign(text: str, reading: Reading) -> tuple[bool, str]:
    """Whether the number is below zero, and the rest; a plus stays for the type to judge."""
    if text.startswith("-"):
        return True, text[1:]
    if reading.negative == "triangle" and text[:1] in ("△", "▲"):
        return True, text[1:]
    brackets = text[:1] + text[-1:]
    if reading.negative == "parentheses" and len(text) > 2 and brackets in ("()", "（）"):
        return True, text[1:-1]
    return False, text


def _without_prefix(text: str, reading: Reading) -> tuple[str, bool]:
    for prefix in sorted(reading.prefixes, key=len, reverse=True):
        if text.startswith(prefix):
            return text[len(prefix) :].lstrip(" "), True
    return text, False


def _without_unit(text: str, reading: Reading) -> tuple[str, Decimal]:
    """The longest word that fits; without one only where the mapping has a factor for that."""
    for word, factor in sorted(reading.units, key=lambda unit: len(unit[0]), reverse=True):
        if word and text.endswith(word):
            return text[: -len(word)].rstrip(" "), Decimal(factor)
        if not word and text[-1:].isascii():
            return text, Decimal(factor)
    raise Misread


def _ungrouped(text: str, mark: str) -> str:
    """Groups of three, or no mark at all: 1,23 is no number with thousands."""
    if mark not in text:
        return text
    if not re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+(?:[.][0-9]*)?", text):
        raise Misread
    return text.replace(mark, "")


def _scaled(text: str, factor: Decimal) -> str:
    if len(text) > LONGEST_NUMBER or not _BODY.fullmatch(text):
        raise Misread
    scaled = _EXACT.multiply(_EXACT.create_decimal(text), factor)
    return plain(scaled)


def plain(number: Decimal) -> str:
    """All digits, no exponent, no zeros at the end, no sign of zero."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# days and words

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}.*", re.DOTALL)


def _date(text: str, reading: Reading, target: StrictType) -> str:
    """The plain form needs no mention; what looks like it is the type's to judge."""
    whole = target.name == "DATE"
    if (_DAY if whole else _MOMENT).fullmatch(text) and not text.endswith("+08:00"):
        return text
    for form in reading.dates:
        found = moment(text, form)
        if found is not None:
            return found.date().isoformat() if whole else found.isoformat(" ")
    raise Misread


def _word(text: str, reading: Reading) -> str:
    if text in reading.yes:
        return "true"
    if text in reading.no:
        return "false"
    if text.lower() in ("true", "false"):
        return text
    raise Misread
