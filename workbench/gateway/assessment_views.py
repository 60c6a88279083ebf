"""HTTP: an assessment as a page shows it: the scheme, the ranking with how firm it is, dimensions
by department, and what if.

Nothing is given here that a sheet or a ranking would not give its reader. Under weights of one's
own choosing a total tells each score behind it, so others' points under supposed weights are for
who may open their sheets.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import FastAPI, Query

from workbench.assessment.scheme import Indicator, Scheme, way
from workbench.assessment.scoring import Sheet
from workbench.assessment.supposed import supposed
from workbench.assessment.supposed_rules import settings
from workbench.gateway import assessing_refusals as refusals
from workbench.gateway import assessment_views_answers as v
from workbench.gateway.answers import Said
from workbench.gateway.assessing_look import Assessment, over_all
from workbench.gateway.assessing_runs import Run
from workbench.gateway.assessing_told import AssessmentTold
from workbench.gateway.assessment_lines import cells, move_line, standings, tied, unrated
from workbench.kpi.definition import Direction
from workbench.model.actor import Actor


@dataclass(frozen=True)
class AssessmentViews:
    """``told`` says what of an assessment is its reader's."""

    told: AssessmentTold

    def overview(self, id: str, actor: Actor) -> v.OverviewAnswer:  # noqa: A002
        """Raises StatementWrong (not_found)."""
        one = self.told.look.one(id, actor)
        run = self.told.runs.get(one.run)
        scheme, before = run.scheme, run.frozen.previous
        ranked, own = _ranked(one, run, actor), _own(run, actor)
        firm = _firm(run)
        compared = before is not None and self._is_published(before.run)
        return v.OverviewAnswer(
            line=self.told.line(one, actor),
            draft=not one.is_published,
            whole=over_all(actor),
            regulation=scheme.regulation,
            articles=scheme.articles,
            dimensions=_dimensions(scheme),
            indicators=_indicators(run),
            groups=[v.GroupLine(id=g.id, title=Said.of(g.title.text())) for g in scheme.peers],
            grades=_grades(scheme),
            missing=scheme.missing.rule.value,
            enough=None if scheme.enough is None else str(scheme.enough.points),
            places=standings(run, ranked, firm, compared=compared),
            unrated=unrated(run, ranked),
            tied=tied(firm, ranked),
            cells=cells(run.sheets[name] for name in own),
            draws=int(firm.get("draws", 0)),
            previous=before.year if before is not None and compared else None,
        )

    def intervals(self, id: str, department: str, actor: Actor) -> list[v.IntervalLine]:  # noqa: A002
        """Of the rates of one sheet. Raises as ``AssessmentTold.sheet``."""
        run, sheet = self._sheet(id, department, actor)
        found = _firm(run).get("intervals", {}).get(sheet.department, {})
        return [
            v.IntervalLine(indicator=name, low=low, high=high)
            for name, (low, high) in found.items()
        ]

    def suppose(
        self, id: str, changes: Mapping[str, str], actor: Actor  # noqa: A002
    ) -> v.SupposedAnswer:  # fmt: skip
        """Who moves, for who watches over all; else the caller's own department's points. Raises
        InvalidInput, and as ``AssessmentTold.sheet``."""
        whole = over_all(actor)
        if whole:
            run = self.told.runs.get(self.told.look.one(id, actor).run)
        else:
            run, _ = self._sheet(id, "", actor)
        before = settings(run.scheme)
        meant = {path: to for path, to in changes.items() if to != before.get(path)}
        found = supposed(run.scheme, run.frozen.inputs, list(run.sheets.values()), meant)
        ranks = [one for one in found.moves if one.points_before is not None]
        theirs = [one for one in found.moves if whole or one.department == actor.department]
        return v.SupposedAnswer(
            changes=[v.SupposedLine(path=p, was=before[p], to=to) for p, to in meant.items()],
            weights={
                name: f"{float(weight):.2f}"
                for within in found.weights.values()
                for name, weight in within.items()
            },
            moves=[move_line(run, one, whole=whole) for one in theirs],
            moved=sum(one.moved for one in found.moves) if whole else None,
            among=len(ranks) if whole else None,
        )

    def _sheet(self, id: str, department: str, actor: Actor) -> tuple[Run, Sheet]:  # noqa: A002
        whom = department or actor.department
        if not over_all(actor) and whom != actor.department:
            raise refusals.not_your_sheet()
        run = self.told.runs.get(self.told.look.one(id, actor).run)
        if whom not in run.sheets:
            raise refusals.not_scored(whom)
        return run, run.sheets[whom]

    def _is_published(self, run: str) -> bool:
        """A change from a run that nobody saw would tell of it."""
        every = self.told.look.all_assessments()
        return any(one.is_published and one.run == run for one in every)


class Answering(Protocol):
    @property
    def told(self) -> AssessmentTold: ...


def add(app: FastAPI, assessing: Answering, caller: Any) -> None:
    """``caller`` is the dependency that gives the signed-in Actor."""

    def views() -> AssessmentViews:
        return AssessmentViews(assessing.told)

    @app.get("/assessments/{assessment}/overview")
    def overview(assessment: str, who: Actor = caller) -> v.OverviewAnswer:
        """The scheme, and of the ranking what is the caller's to see."""
        return views().overview(assessment, who)

    @app.get("/assessments/{assessment}/intervals")
    def intervals(
        assessment: str,
        department: Annotated[str, Query(max_length=128)] = "",
        who: Actor = caller,
    ) -> list[v.IntervalLine]:
        """How sure the rates of a sheet are."""
        return views().intervals(assessment, department, who)

    @app.post("/assessments/{assessment}/suppose")
    def suppose(assessment: str, body: v.SupposeBody, who: Actor = caller) -> v.SupposedAnswer:
        """What if; nothing is kept of it."""
        return views().suppose(assessment, body.changes, who)


def _ranked(one: Assessment, run: Run, actor: Actor) -> Collection[str]:
    """Whose place the reader is given."""
    return run.sheets.keys() if over_all(actor) or one.is_published else _own(run, actor)


def _own(run: Run, actor: Actor) -> Collection[str]:
    """Whose sheet the reader may open."""
    if over_all(actor):
        return run.sheets.keys()
    return [name for name in (actor.department,) if name in run.sheets]


def _firm(run: Run) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(run.frozen.standing) if run.frozen.standing else {}
    return found


def _dimensions(scheme: Scheme) -> list[v.DimensionLine]:
    return [
        v.DimensionLine(
            id=each.id,
            title=Said.of(each.title.text()),
            weight=str(each.weight),
            articles=each.articles,
        )
        for each in scheme.dimensions
    ]


def _grades(scheme: Scheme) -> list[v.GradeLine]:
    return [
        v.GradeLine(least=str(each.least), title=Said.of(each.title.text()), light=each.light.value)
        for each in scheme.grades
    ]


def _indicators(run: Run) -> list[v.IndicatorLine]:
    every = settings(run.scheme)
    return [
        _indicator(run, dim.id, each, every)
        for dim in run.scheme.dimensions
        for each in dim.indicators
    ]


def _indicator(
    run: Run, dimension: str, one: Indicator, every: Mapping[str, str]
) -> v.IndicatorLine:
    start = f"indicator.{one.id}."
    veto = one.score.veto
    return v.IndicatorLine(
        id=one.id,
        dimension=dimension,
        title=Said.of(one.title.text()),
        articles=one.articles,
        kpi=one.measure.kpi,
        figure=run.frozen.inputs.measures[one.id].figure.value,
        kind=next(name for name, given in one.score if given is not None),
        settings={p.removeprefix(start): to for p, to in every.items() if p.startswith(start)},
        rising=way(one.score) is Direction.higher,
        says=None if veto is None else Said.of(veto.says.text()),
        ours=None if one.ours is None else Said.of(one.ours.text()),
    )
