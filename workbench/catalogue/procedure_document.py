"""The definitions of procedures as a page of documentation: who does what, by which article, under
which clock, and what of it is done by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workbench.model.procedure import DONE_HERE, RECORDED, Definition, Effect, Starts, StepSpec

SHORT = {
    "foshan-2019": "F",
    "changde-2016": "C",
    "binzhou-2023": "B",
    "aba-2024": "A",
    "heilongjiang-2025": "H",
}
"""How the page names the regulations that ship; another one by its id."""
_HEAD = "| step | from | to | who | needs | clock | does | articles |"
_RULE = "|---|---|---|---|---|---|---|---|"


def document(definitions: Iterable[Definition]) -> str:
    """Markdown; a section for each."""
    return "\n".join(line for one in definitions for line in _section(one))


def _section(definition: Definition) -> Iterator[str]:
    elsewhere = "elsewhere our default" if definition.ours else "elsewhere not offered"
    yield f"### `{definition.id}`: {definition.title.en} ({definition.title.zh})"
    yield ""
    ordered = _articles(definition.orders) or "no regulation"
    yield f"{definition.about.en}. Ordered by {ordered}; {elsewhere}."
    yield from _facts(definition)
    yield ""
    fields = (
        f"`{one.name}`{'?' if one.optional else ''} ({one.kind.value}"
        f"{f': names the {one.names.value}' if one.names else ''})"
        for one in definition.fields
    )
    yield f"Fields: {', '.join(fields)}."
    yield ""
    yield _HEAD
    yield _RULE
    yield from (_row(step) for step in definition.steps)
    yield ""


def _facts(definition: Definition) -> Iterator[str]:
    if definition.ladder:
        ours = " → ".join(definition.own_ladder)
        yield f"Ladder `{definition.ladder}` of the regulation; where it has none, {ours} (ours)."
    if definition.personal:
        yield "About a person: all that is written in it is sealed."
    elif definition.confidential:
        yield "It may name a row: what is written in it is sealed."


def _row(step: StepSpec) -> str:
    cells = (
        f"`{step.event}`",
        ", ".join(sorted(step.before)) or "(opens)",
        step.after or "(stays)",
        ", ".join(sorted(party.value for party in step.by)) + _other(step),
        ", ".join(sorted(need.value for need in step.needs)),
        _clock(step),
        ", ".join(_effect(one, step) for one in step.effects),
        _orders(step),
    )
    return f"| {' | '.join(cells)} |"


def _other(step: StepSpec) -> str:
    """Who is not the same person, or of the same side."""
    if not step.other_than:
        return ""
    side = " nor of that side" if step.other_side else ""
    return f", not who did {', '.join(sorted(step.other_than))}{side}"


def _clock(step: StepSpec) -> str:
    told = []
    if step.starts is not None:
        key = f"`{step.starts.deadline}`" if step.starts.deadline else _own_days(step.starts)
        since = f" from `{step.starts.since}`" if step.starts.since else ""
        least = ", at least" if step.starts.at_least else ""
        told.append(f"starts {key}{since} for {step.starts.whose.value}{least}")
    for name, does in (("stops", "ends it"), ("extends", "extends it once"), ("waits", "waits")):
        if getattr(step, name):
            told.append(does)
    if step.climbs:
        told.append("one step up the ladder")
    return "; ".join(told)


def _own_days(starts: Starts) -> str:
    if not starts.ours:
        return "a day that is named"
    days = (f"{word} {number}".strip() for word, number in starts.ours.items())
    return f"{', '.join(days)} working days (ours)"


def _effect(effect: Effect, step: StepSpec) -> str:
    hand = effect not in DONE_HERE or (step.by_hand and effect not in RECORDED)
    return f"`{effect.value}` by hand" if hand else f"`{effect.value}`"


def _orders(step: StepSpec) -> str:
    told = [_articles(step.orders)] if step.orders else []
    if step.not_under:
        told.append(f"not under {', '.join(sorted(_short(one) for one in step.not_under))}")
    if step.ours:
        told.append("else ours" if step.orders else "ours")
    return "; ".join(told)


def _articles(orders: Mapping[str, str]) -> str:
    return ", ".join(f"{_short(one)}{articles}" for one, articles in sorted(orders.items()))


def _short(regulation: str) -> str:
    return SHORT.get(regulation, f"{regulation} ")
