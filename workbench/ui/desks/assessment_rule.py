"""How an indicator is measured and scored, in words, and its figures as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from workbench.ui.words import Speech

Line = Mapping[str, Any]
RATIO = "ratio"
_DIGITS = 3


def value_said(text: str | None, figure: str) -> str:
    """An exact figure (``"7/8"``): of a ratio in percent, else as a decimal number."""
    if text is None:
        return ""
    value = Fraction(text)
    if figure == RATIO:
        return f"{float(value * 100):.1f} %"
    return number_said(value)


def number_said(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return f"{float(value):,.{_DIGITS}f}".rstrip("0")


def share_said(value: float) -> str:
    return f"{value * 100:.1f} %"


def rule_said(indicator: Line, speech: Speech) -> str:
    """What makes a score of the measure, as the scheme says it."""
    given, of_ratio = indicator["settings"], indicator["figure"] == RATIO

    def bound(name: str) -> str:
        return value_said(given[name], RATIO if of_ratio else "")

    match indicator["kind"]:
        case "linear":
            return speech._("0 at {zero}, 100 at {full}, in proportion between",
                            zero=bound("zero"), full=bound("full"))  # fmt: skip
        case "deduct":
            return speech._("100, less {each} for each event, {cap} at most",
                            each=given["each"], cap=given["cap"])  # fmt: skip
        case "rank":
            return (speech._("by rank within its peer group") if given["within"] == "peers"
                    else speech._("by rank among all"))  # fmt: skip
        case "veto":
            sign, name = ("≥", "at_least") if "at_least" in given else ("≤", "at_most")
            return speech._("at {sign} {bound} the total is {cap} at most",
                            sign=sign, bound=bound(name), cap=given["cap"])  # fmt: skip
        case _:
            return _steps(indicator, speech)


def _steps(indicator: Line, speech: Speech) -> str:
    given = indicator["settings"]
    sign = "≥" if indicator["rising"] else "≤"
    figure = RATIO if indicator["figure"] == RATIO else ""
    told = [
        f"{sign} {value_said(given[f'step.{at}'], figure)}: {given[f'step.{at}.score']}"
        for at in range(sum(name.endswith(".score") for name in given))
    ]
    return speech._("{steps}; else 0", steps=speech._(", ").join(told))


def missing_said(rule: str, speech: Speech) -> str:
    words = {
        "redistribute": speech._("its weight goes to the others"),
        "zero": speech._("it counts as 0"),
        "full": speech._("it counts as 100"),
    }
    return words.get(rule, rule)
