"""What a report says of figures with noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import Language, Text

MEANING = Text(
    "数字加了噪声：单个主体在与不在，回答几乎一样；同一问题再问，给出同一个数。",
    "The figures carry noise: with or without any one entity the answers are nearly alike; the "
    "same question gets the same figures again.",
)


def noise_said(noise: Mapping[str, Any], language: Language) -> list[str]:
    """Lines for a report: what the noise is, how far off the figures are, what is left."""
    errors = ", ".join(f"{name} ±{each['error']:g}" for name, each in noise["figures"].items())
    share = f"{noise['confidence']:.0%}"
    spent, left, total = (f"{noise[key]:g}" for key in ("spent", "left", "total"))
    error = Text(
        f"{share} 的情形误差不超过：{errors}。", f"Within this in {share} of cases: {errors}."
    )
    budget = Text(
        f"隐私预算 ε 共 {total}，已用 {spent}，剩 {left}。",
        f"Privacy budget (epsilon): {total}, of which {spent} is spent and {left} left.",
    )
    return [each.said(language) for each in (MEANING, error, budget)]
