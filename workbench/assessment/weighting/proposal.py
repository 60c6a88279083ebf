"""Weights that a file comes to, with where they come from, and as YAML to paste into a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workbench.assessment.weighting import ahp, delphi
from workbench.assessment.weighting.apportion import apportioned
from workbench.assessment.weighting.definition import Method, Weighing
from workbench.assessment.weighting.shares import answered, judged, shares_of
from workbench.errors import Text


@dataclass(frozen=True)
class Judges:
    """Of AHP. ``by``: the consistency of each expert; ``all``: of all as one. ``doubts``: of whom
    that lies above what is accepted, the judgement to think over."""

    by: Mapping[str, ahp.Consistency]
    all: ahp.Consistency
    doubts: Mapping[str, ahp.Doubt]
    random: ahp.RandomIndex


@dataclass(frozen=True)
class Proposal:
    """``weights`` come to ``whole`` exactly, in hundredths by the largest remainder; ``shares``
    are what they were rounded from, and come to 1. ``left_out``: departments of the data without
    a score of each item. ``settled``: whether the method is done: consistent judgements, or rounds
    that have ended."""

    weighing: Weighing
    shares: Mapping[str, float]
    weights: Mapping[str, Decimal]
    judges: Judges | None = None
    rounds: delphi.Outcome | None = None
    left_out: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        if self.judges is not None:
            return self.judges.all.accepted and not self.judges.doubts
        return self.rounds is None or self.rounds.next is not delphi.Next.again


def propose(weighing: Weighing) -> Proposal:
    """Of a sound file. Raises Incomplete or Alike of one that is not."""
    shares = [Fraction(share) for share in shares_of(weighing)]
    whole = sum(shares, Fraction())
    parts = apportioned(shares_of(weighing), Fraction(weighing.whole))
    return Proposal(
        weighing,
        {n: float(s / whole) for n, s in zip(weighing.names, shares, strict=True)},
        dict(zip(weighing.names, parts, strict=True)),
        _judges(weighing) if weighing.method is Method.ahp else None,
        answered(weighing) if weighing.method is Method.delphi else None,
        weighing.table()[1],
    )


def on(weighing: Weighing) -> date:
    """When it was asked last."""
    return weighing.rounds[-1].on if weighing.rounds else weighing.on


def provenance(proposal: Proposal) -> Text:
    """Method, date, how many were asked, and how well they agreed: the ``ours`` of a scheme."""
    weighing = proposal.weighing
    zh, en = _METHODS[weighing.method]
    told_zh, told_en = _told(proposal)
    day = on(weighing).isoformat()
    return Text(
        f"{zh}（{weighing.id}，{day}）：{told_zh}", f"{en} ({weighing.id}, {day}): {told_en}"
    )


def as_yaml(proposal: Proposal) -> str:
    """Lines to paste below ``dimensions:`` or ``indicators:``, each with its reason."""
    said = provenance(proposal)
    lines = [f"# {said.zh}", f"# {said.en}"]
    for name, weight in proposal.weights.items():
        lines += [f"- id: {name}", f"  weight: {weight}"]
        lines += [f'  ours: {{zh: "{said.zh}", en: "{said.en}"}}']
    return "\n".join(lines) + "\n"


def _judges(weighing: Weighing) -> Judges:
    random, matrices = weighing.random_index, weighing.matrices()
    by = {name: ahp.consistency_of(matrix, random) for name, matrix in matrices.items()}
    doubts = {
        name: doubt
        for name, matrix in matrices.items()
        if not by[name].accepted and (doubt := ahp.doubt_of(matrix, random)) is not None
    }
    return Judges(by, ahp.consistency_of(judged(weighing), random), doubts, random)


def _told(proposal: Proposal) -> tuple[str, str]:
    weighing = proposal.weighing
    if proposal.judges is not None:
        ratio = f"CR = {proposal.judges.all.ratio:.3f} ({weighing.random_index})"
        count = len(weighing.judgements)
        return f"{count} 位专家，{ratio}", f"{count} experts, {ratio}"
    if proposal.rounds is not None:
        count, rounds = len(weighing.rounds[-1].answers), len(weighing.rounds)
        zh, en = _NEXT[proposal.rounds.next]
        return f"{count} 位专家，{rounds} 轮，{zh}", f"{count} experts, {rounds} rounds, {en}"
    count = len(weighing.scores) - len(proposal.left_out)
    return f"{count} 个部门的得分", f"scores of {count} departments"


_METHODS: Mapping[Method, tuple[str, str]] = {
    Method.ahp: ("层次分析法", "AHP"),
    Method.delphi: ("德尔菲法", "Delphi"),
    Method.entropy: ("熵权法", "entropy weights"),
    Method.critic: ("CRITIC 法", "CRITIC weights"),
}
_NEXT: Mapping[delphi.Next, tuple[str, str]] = {
    delphi.Next.agreed: ("意见一致", "agreed"),
    delphi.Next.rounds: ("轮数已满", "ended by the number of rounds"),
    delphi.Next.again: ("尚未结束", "not ended"),
}
