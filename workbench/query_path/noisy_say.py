"""What is said where noise is asked for and not given, and what a release says of its noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import Code, Reason, Text, WorkbenchError, simple
from workbench.model.noise import NoiseRules, epsilon_of
from workbench.store.noise import Overspent

LEAST = 1_000
"""Millionths of epsilon for one figure: noise below it says nothing (our default)."""
_WHY = Text(
    "每个加噪的数都耗用授权的隐私预算；预算限定全部回答合起来能说出一个主体多少。",
    "Each figure with noise uses the privacy budget of its grant, which bounds what all answers "
    "together can tell of one entity.",
)


def rule(resource: str) -> Text:
    return Text(
        f"{resource} 的授权：场景文件 disclosure.noise（docs/noise.md）。",
        f"The grant of {resource}: the scenario's disclosure.noise (docs/noise.md).",
    )


def unreadable() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "noisy 需要 sql，可选 epsilon（大于 0、最多六位小数）和 forecast。",
        "noisy takes sql, and maybe epsilon (above 0, at most six places) and forecast.",
        next=Text(
            '例如 noisy("SELECT …", epsilon=0.1)。', 'As in noisy("SELECT ...", epsilon=0.1).'
        ),
    )


def not_offered(resource: str) -> Reason:
    return Reason(
        Code.noise_not_offered,
        Text(
            f"{resource} 的授权没有隐私预算，不提供加噪的数。",
            f"The grant of {resource} has no privacy budget, so that no figures with noise are "
            "given.",
        ),
        _WHY,
        rule(resource),
        Text(
            "请用 sql(…) 问受保护的统计；需要加噪的，请场景的主管部门写明 noise: {epsilon, each}。",
            "Ask for protected statistics by sql(...), or have noise: {epsilon, each} added to the "
            "scenario.",
        ),
        subject=resource,
    )


def too_much(resource: str, asked: int, rules: NoiseRules) -> Reason:
    each = epsilon_of(rules.each)
    return _limit(
        resource,
        Text(
            f"一次提问最多用 ε {each:g}，本次要 {epsilon_of(asked):g}。",
            f"One question may spend an epsilon of {each:g}; this one asks for "
            f"{epsilon_of(asked):g}.",
        ),
        Text(f"请写 epsilon={each:g} 或更小。", f"Write epsilon={each:g} or less."),
    )


def too_little(resource: str, figures: int) -> Reason:
    least = epsilon_of(figures * LEAST)
    return _limit(
        resource,
        Text(
            f"{figures} 个数至少要 ε {least:g}，再少就只剩噪声。",
            f"{figures} figures need an epsilon of {least:g} at least: below it there is nothing "
            "but noise.",
        ),
        Text("请增大 epsilon 或少问几个数。", "Raise epsilon, or ask for fewer figures."),
    )


def spent(resource: str, found: Overspent) -> Reason:
    left = max(found.total - found.spent, 0)
    told = f"{epsilon_of(found.spent):g}", f"{epsilon_of(found.total):g}", f"{epsilon_of(left):g}"
    smaller = Text(
        f"可改用 epsilon={told[2]}（噪声更大）；", f"Ask with epsilon={told[2]} (more noise); "
    )
    known = Text(
        "问过的数再问不另计费；要更多预算，请场景的主管部门修改 epsilon。",
        "figures that were asked before are given again for nothing; for a larger budget, have "
        "the scenario's epsilon changed.",
    )
    step = Text(smaller.zh + known.zh, smaller.en + known.en) if left >= LEAST else known
    return _limit(
        resource,
        Text(
            f"隐私预算不足：已用 {told[0]}，共 {told[1]}，剩 {told[2]}；本次要 "
            f"{epsilon_of(found.needed):g}，未执行。",
            f"The privacy budget does not suffice: {told[0]} of {told[1]} is spent, {told[2]} is "
            f"left, and this needs {epsilon_of(found.needed):g}. Nothing was run.",
        ),
        step,
    )


def _limit(resource: str, what: Text, step: Text) -> Reason:
    return Reason(Code.noise_budget, what, _WHY, rule(resource), step, subject=resource)


def note(noise: Mapping[str, Any]) -> str:
    """Of a release: that its figures are noisy, by how much, and what is left."""
    errors = ", ".join(f"{name} ±{each['error']:g}" for name, each in noise["figures"].items())
    spent_, left, total = (f"{noise[key]:g}" for key in ("spent", "left", "total"))
    share, epsilon, charged = noise["confidence"], noise["epsilon"], noise["charged"]
    return (
        f"数字加了噪声（ε {epsilon:g}，本次计 {charged:g}）："
        f"{share:.0%} 的情形误差不超过 {errors}；"
        f"预算共 {total}，已用 {spent_}，剩 {left} / "
        f"the figures carry noise (epsilon {epsilon:g}, charged {charged:g} now): each is within "
        f"{errors} in {share:.0%} of cases; of the budget of {total} {spent_} is spent, {left} left"
    )
