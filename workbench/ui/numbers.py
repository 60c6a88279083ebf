"""Numbers as leaders read them: in 万, 亿 and 万亿, or in millions, by language.

The short text is rounded once, from the exact value, half away from zero (四舍五入): that is how
the bureau of statistics rounds its printed reports, and a page is compared with those. GB/T
8170-2008 prefers half to even for measured values; its rule that a value is never rounded twice
(不得连续修约) is kept. The names of magnitudes and the grouping are CLDR's (``zh`` short, ``en``
long); babel's own ``format_compact_decimal`` rounds half to even and carries no unit over
(99,999,600 becomes 10000万, not 1亿), so the writing is done here and the tests compare.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from workbench.client.values import texts
from workbench.errors import Language
from workbench.ui.page import Form

MISSING = "—"
_MAGNITUDES: Mapping[Language, tuple[tuple[Decimal, str], ...]] = {
    "zh": ((Decimal(10**12), "万亿"), (Decimal(10**8), "亿"), (Decimal(10**4), "万")),
    "en": (
        (Decimal(10**12), " trillion"),
        (Decimal(10**9), " billion"),
        (Decimal(10**6), " million"),
    ),
}
_SHORTENED: Mapping[Language, Decimal] = {"zh": Decimal(100_000), "en": Decimal(1_000_000)}
"""From here on a number is shortened (our default): five digits are read at a glance."""
_DECIMALS: Mapping[Form, int] = {
    Form.count: 0,
    Form.index: 1,
    Form.percent: 1,
    Form.share: 1,
    Form.points: 1,
}
"""Digits behind the point where a page does not say, as in the bureau's releases."""
_UP_TO = 2
"""Most digits behind the point of a plain ``number`` and of a shortened one (our default)."""
_COUNTS_ALREADY = re.compile(r"[万亿]|thousand|million|billion|trillion|\b10?[ ,]?000\b", re.I)
_WIDE = Context(prec=1000, rounding=ROUND_HALF_UP)
"""Wide enough for every double, of which the largest has 309 digits and the least 324 decimals,
and for the quotient of any two."""
_POWERS_FROM = Decimal(10**16)
"""From here on, and below ``_POWERS_BELOW``, a short text is a power of ten (our defaults): ten
thousand 万亿 is more than any magnitude can name."""
_POWERS_BELOW = Decimal("0.000001")
_DIGITS_FROM = Decimal(10**40)
"""From here on an exact text too: all 39 digits of a 128-bit integer are still written out."""
_LEAST_DIGITS = Decimal("0.005")
"""Below this a plain ``number`` has two digits that count, for two decimals would say zero."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGEST = Decimal(sys.float_info.max)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Written:
    """``short`` as it is shown, ``exact`` with every digit there is."""

    short: str
    exact: str


def written(
    value: Any,
    form: Form,
    language: Language,
    *,
    decimals: int | None = None,
    signed: bool = False,
    unit: str = "",
) -> Written:
    """``value`` (Decimal, int, float, Arrow scalar or exact text) in both texts, without its unit.

    ``decimals`` None: by the form. A unit that counts in 万 or millions already (亿元) is not
    shortened a second time. Missing and NaN are a dash, never a zero.
    """
    found = decimal_of(value)
    if found is None:
        return Written(MISSING, MISSING)
    if found.is_infinite():
        return Written(*["∞" if found > 0 else "-∞"] * 2)
    exact = _affixed(_whole(_shown(found, form), form), form, language)
    short = _short(_shown(found, form), form, language, decimals, unit)
    plus = "+" if signed and found > 0 and short.strip("0.,") else ""
    return Written(plus + _affixed(short, form, language), exact)


def full(value: Any, form: Form, language: Language, decimals: int | None = None) -> str:
    """For tables: grouped, never shortened, and rounded only to ``decimals`` that are asked for."""
    found = decimal_of(value)
    if found is None or found.is_infinite():
        return written(value, form, language).short
    shown = _shown(found, form)
    digits = shown if decimals is None else rounded(shown, decimals)
    return _affixed(_whole(digits, form), form, language)


def tiny(value: Decimal) -> bool:
    """Whether ``value`` is not zero and is written as a power of ten because it is so small."""
    return 0 < abs(value) < _POWERS_BELOW


def powered(value: Decimal, decimals: int | None) -> str:
    """``1.7×10³⁸``; ``decimals`` of the factor, None: up to two."""
    power = value.adjusted()
    factor = _fixed(_scaled(value, -power), decimals)
    if abs(factor) >= 10:  # rounding carried it over: 9.999 is 10
        power, factor = power + 1, _fixed(_scaled(value, -power - 1), decimals)
    return f"{factor:f}{_power(power)}"


def decimal_of(value: Any) -> Decimal | None:
    """``value`` without a detour through binary fractions: 0.1 is 0.1. None for missing and NaN.

    Raises ValueError for what is no number.
    """
    if isinstance(value, pa.Scalar):
        value = texts(pa.array([value.as_py()], value.type))[0]
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError(f"{value} is no number")
    try:
        found = Decimal(repr(float(value)) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"{value!r} is no number") from error
    return None if found.is_nan() else found


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half away from zero, to ``decimals`` digits; zero has no sign. What has more digits than any
    double or decimal of the engine is left as it is."""
    if value.adjusted() + decimals >= _WIDE.prec - 1:
        return value
    found = value.quantize(Decimal(1).scaleb(-decimals), context=_WIDE)
    return found if found else abs(found)


def counts_already(unit: str) -> bool:
    """Whether a unit such as 亿元 or "10 000 t" has a magnitude in it."""
    return bool(_COUNTS_ALREADY.search(unit))


def magnitude(largest: Decimal, language: Language) -> tuple[Decimal, str]:
    """By what to divide numbers up to ``largest``, and the word for it; ``(1, "")`` if small."""
    if abs(largest) < _SHORTENED[language]:
        return Decimal(1), ""
    return next(
        ((size, word) for size, word in _MAGNITUDES[language] if abs(largest) >= size),
        (Decimal(1), ""),
    )


def _short(shown: Decimal, form: Form, language: Language, decimals: int | None, unit: str) -> str:
    """``shown`` (a share in percent already) rounded, without what stands behind it."""
    if form is Form.plain:
        return _whole(shown if decimals is None else rounded(shown, decimals), form)
    if abs(shown) >= _POWERS_FROM:
        return powered(shown, decimals)
    digits = _DECIMALS.get(form) if decimals is None else decimals
    if form is Form.number and digits is None and 0 < abs(shown) < _LEAST_DIGITS:
        if tiny(shown):
            return powered(shown, None)
        return _grouped(stripped(rounded(shown, 1 - shown.adjusted())), form)
    if form in (Form.count, Form.number) and not counts_already(unit):
        return _shortened(shown, digits, decimals, language)
    return _grouped(_fixed(shown, digits), form)


def _shortened(value: Decimal, digits: int | None, decimals: int | None, language: Language) -> str:
    whole = _fixed(value, digits)
    size, word = magnitude(whole, language)
    if not word:
        return _grouped(whole, Form.number)
    short = _fixed(_WIDE.divide(value, size), decimals)
    larger, larger_word = magnitude(short * size, language)
    if larger != size:  # rounding carried it over: 9999.996万 is 1亿
        size, word = larger, larger_word
        short = _fixed(_WIDE.divide(value, size), decimals)
    if abs(short * size) >= _POWERS_FROM:
        return powered(value, decimals)
    return _grouped(short, Form.number) + word


def _fixed(value: Decimal, decimals: int | None) -> Decimal:
    """Rounded to ``decimals``; None: up to two, without zeros at the end."""
    return stripped(rounded(value, _UP_TO)) if decimals is None else rounded(value, decimals)


def stripped(value: Decimal) -> Decimal:
    """Without zeros at the end of its fraction, and without an exponent."""
    whole = value.to_integral_value(context=_WIDE)
    return rounded(whole, 0) if value == whole else value.normalize(_WIDE)


def _shown(value: Decimal, form: Form) -> Decimal:
    if form is not Form.share:
        return value
    return stripped(_WIDE.multiply(value, _HUNDRED))


def _grouped(value: Decimal, form: Form) -> str:
    return format(value, "f") if form is Form.plain else format(value, ",f")


def _whole(value: Decimal, form: Form) -> str:
    """Every digit, as a power of ten where writing them out would fill the page."""
    small = form is not Form.plain and tiny(value)
    if small or abs(value) >= _DIGITS_FROM:
        return powered(value, max(0, len(value.normalize(_WIDE).as_tuple().digits) - 1))
    return _grouped(value, form)


def _scaled(value: Decimal, power: int) -> Decimal:
    return value.scaleb(power, context=_WIDE)


def _power(power: int) -> str:
    return f"×10{str(power).translate(_SUPERSCRIPTS)}"


def _affixed(text: str, form: Form, language: Language) -> str:
    if form in (Form.percent, Form.share):
        return f"{text}%"
    if form is Form.points:
        return f"{text}个百分点" if language == "zh" else f"{text} pp"
    return text


# ---- axes

_STEPS = tuple(Decimal(step) for step in ("1", "2", "2.5", "5"))
_MOST_TICKS = 6


def ticks(
    low: Any, high: Any, form: Form, language: Language, unit: str = ""
) -> tuple[list[float], list[str]]:
    """Four to six round values around ``low`` and ``high``, and their short texts.

    Counts are never split, so that a range of 0 to 2 has three. Nothing where a bound is missing.
    """
    least, most = decimal_of(low), decimal_of(high)
    if least is None or most is None or least.is_infinite() or most.is_infinite():
        return [], []
    least, most = min(least, most), max(least, most)
    if least == most:
        room = _WIDE.divide(abs(least), Decimal(10)) or Decimal(1)
        least, most = least - room, most + room
    step = _step(least, most, form)
    first = _WIDE.divide(least, step).to_integral_value(rounding=ROUND_FLOOR)
    last = _WIDE.divide(most, step).to_integral_value(rounding=ROUND_CEILING)
    places = [step * (first + i) for i in range(int(last - first) + 1)]
    values = [value for value in places if abs(value) <= _LARGEST]  # no double stands beyond
    return [float(value) for value in values], tick_texts(values, form, language, unit)


def tick_texts(
    values: Sequence[Decimal], form: Form, language: Language, unit: str = ""
) -> list[str]:
    """All in the magnitude of the largest one: 0, 0.5亿, 1亿."""
    size, word = Decimal(1), ""
    shown = [_shown(value, form) for value in values]
    largest = max(map(abs, shown), default=Decimal(0))
    if largest >= _POWERS_FROM or tiny(largest):
        size, word = Decimal(1).scaleb(largest.adjusted()), _power(largest.adjusted())
    elif form in (Form.count, Form.number) and not counts_already(unit):
        size, word = magnitude(largest, language)
    return [_tick_text(value, size, word, form) for value in shown]


def _tick_text(shown: Decimal, size: Decimal, word: str, form: Form) -> str:
    text = _grouped(stripped(_WIDE.divide(shown, size)), form) + (word if shown else "")
    return f"{text}%" if form in (Form.percent, Form.share) else text


def _step(least: Decimal, most: Decimal, form: Form) -> Decimal:
    """The finest round step that leaves at most six ticks; there are then at least four, because
    each step is at most twice the one before."""
    power = _WIDE.subtract(most, least).adjusted() - 1
    while True:
        for digits in _STEPS:
            step = digits.scaleb(power)
            if form is Form.count and step != step.to_integral_value():
                continue
            first = _WIDE.divide(least, step).to_integral_value(rounding=ROUND_FLOOR)
            last = _WIDE.divide(most, step).to_integral_value(rounding=ROUND_CEILING)
            if last - first + 1 <= _MOST_TICKS:
                return step
        power += 1
