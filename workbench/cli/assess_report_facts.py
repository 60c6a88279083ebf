"""What the reports of an assessment are made of, as plain JSON values (``reports.assessment``):
the run's file as it is told, its scheme, advice, last year's advice; whether it is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from workbench.assessment.advice import Advice, Followed, advice, followed
from workbench.assessment.frozen import Frozen, scheme_of, scored
from workbench.assessment.kept import Kept
from workbench.assessment.measured import Item
from workbench.assessment.scheme import Dimension, Indicator, Scheme
from workbench.assessment.scoring import Sheet, written
from workbench.assessment.told import as_told
from workbench.cli.report_ledger import stepped
from workbench.declared import yaml
from workbench.errors import Code, Text, simple
from workbench.ledger.chain import Journal
from workbench.model.days import day_of

KIND = "assessment"
"""The procedure by which a run is published."""
Told = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """A frozen file, worked out once, and that of the year before where it is at hand."""

    kept: Kept
    before: Kept | None = None

    @cached_property
    def scheme(self) -> Scheme:
        return scheme_of(self.kept.run)

    @cached_property
    def sheets(self) -> Mapping[str, Sheet]:
        return {each.department: each for each in scored(self.kept.run)[0]}

    @cached_property
    def told(self) -> Told:
        found = as_told(self.kept.run, self.kept.digest)
        del found["scores"]
        return found

    @cached_property
    def given(self) -> Mapping[str, tuple[Advice, ...]] | None:
        """Last year's advice by department; None where that file is not at hand."""
        if self.before is None:
            return None
        scheme, inputs = scheme_of(self.before.run), self.before.run.inputs
        found = scored(self.before.run)[0]
        return {each.department: advice(scheme, inputs, each) for each in found}

    def advice(self, department: str) -> tuple[Advice, ...]:
        return advice(self.scheme, self.kept.run.inputs, self.sheets[department])

    def followed(self, department: str) -> tuple[Followed, ...]:
        assert self.given is not None  # else nobody asks
        assert self.before is not None
        run, sheet = self.kept.run, self.sheets[department]
        given = self.given.get(department, ())
        return followed(given, self.before.run.inputs, self.scheme, run.inputs, sheet)


def with_before(kept: Kept, before: Kept | None) -> Run:
    """Raises InvalidInput where the change of ``kept`` is not told from ``before``."""
    previous = kept.run.previous
    if before is not None and (previous is None or previous.run != before.digest):
        raise simple(
            Code.invalid_request,
            f"{before.path.name} 不是 {kept.path.name} 所对照的上年考核。",
            f"{before.path.name} is not the run that {kept.path.name} tells its change from.",
            next=Text(
                "assess show 写明上年文件的摘要。", "assess show tells the digest of last year's."
            ),
            subject=before.path.name,
        )
    return Run(kept, before)


def facts(run: Run, status: Told, departments: Iterable[str]) -> Told:
    """Advice and follow-up of ``departments`` alone: they take longest."""
    names = list(departments)
    titles = {each.id: each.title.model_dump() for each in run.scheme.indicators}
    advised = {name: [_advice(one, titles) for one in run.advice(name)] for name in names}
    told = None
    if run.given is not None:
        told = {name: [_followed(one, titles) for one in run.followed(name)] for name in names}
    return {
        **run.told,
        "status": status,
        "about": _about(run.kept.run, run.scheme),
        "advice": advised,
        "followed": told,
    }


def published(journal: Journal, digest: str) -> Told:
    """Whether the ledger has it as published; its newest publication counts."""
    for body, position, at in stepped(journal):
        detail = body["detail"]
        of_it = detail.get("kind") == KIND and detail.get("evidence") == digest
        if of_it and body["method"] == "publish":
            return {"state": "published", "position": position, "day": day_of(at)}
    return {"state": "draft"}


def unknown() -> Told:
    """Without a ledger."""
    return {"state": "unknown"}


def _about(frozen: Frozen, scheme: Scheme) -> Told:
    evaluator = frozen.departments.get(scheme.evaluator, Text(scheme.evaluator, scheme.evaluator))
    return {
        "reading": scheme.reading.model_dump(),
        "ours": scheme.ours.model_dump(),
        "evaluator": {"zh": evaluator.zh, "en": evaluator.en},
        "dimensions": [_dimension(one) for one in scheme.dimensions],
        "units": {one.id: _unit(frozen, one) for one in scheme.indicators},
    }


def _dimension(one: Dimension) -> Told:
    because = one.ours.model_dump() if one.ours else {"zh": f"第 {one.given} 条", "en": one.given}
    return {
        "id": one.id,
        "title": one.title.model_dump(),
        "weight": str(one.weight),
        "articles": one.articles,
        "because": because,
    }


def _unit(frozen: Frozen, one: Indicator) -> Told | None:
    """As the KPI's own text has it in the file; None where that does not say."""
    if one.measure.manual is not None:
        return one.measure.manual.unit.model_dump()
    text = frozen.kpis.get(one.measure.kpi or "")
    value = yaml.parse(text.encode(), one.id).value if text else None
    unit = value.get("unit") if isinstance(value, dict) else None
    is_said = isinstance(unit, dict) and {"zh", "en"} <= unit.keys()
    return {"zh": str(unit["zh"]), "en": str(unit["en"])} if is_said and unit else None


def _advice(one: Advice, titles: Mapping[str, Told]) -> Told:
    return {
        "indicator": one.indicator,
        "title": _title(one.indicator, titles),
        "kind": one.kind.value,
        "gain": written(one.gain),
        "items": [_item(each) for each in one.items],
    }


def _followed(one: Followed, titles: Mapping[str, Told]) -> Told:
    return {
        "indicator": one.advice.indicator,
        "title": _title(one.advice.indicator, titles),
        "outcome": one.outcome.value,
        "still": list(one.still),
    }


def _title(indicator: str, titles: Mapping[str, Told]) -> Told:
    """As it is called now; by its id where this year's scheme has it no more."""
    return titles.get(indicator, {"zh": indicator, "en": indicator})


def _item(one: Item) -> Told:
    day: date = one.day
    return {"day": day.isoformat(), "item": one.item}
