"""Assessments as they are answered, for who asks: a sheet to its department, results to all once
they are published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from workbench.assessment.advice import Advice, Followed, advice, failing, followed, lights
from workbench.assessment.measured import Item
from workbench.assessment.ranking import Place
from workbench.assessment.scheme import Dimension, Indicator
from workbench.assessment.scoring import Row, Sheet, written
from workbench.gateway import assessing_answers as a
from workbench.gateway import assessing_refusals as refusals
from workbench.gateway.answers import Said
from workbench.gateway.assessing_desk import AssessmentDesk
from workbench.gateway.assessing_look import Appeal, Assessment, AssessmentLook, over_all
from workbench.gateway.assessing_runs import Run, Runs
from workbench.model.actor import Actor


@dataclass(frozen=True)
class AssessmentTold:
    """``desk`` says what is offered."""

    look: AssessmentLook
    runs: Runs
    desk: AssessmentDesk

    def line(self, one: Assessment, actor: Actor) -> a.AssessmentLine:
        run = self.runs.get(one.run)
        seen = Counter(appeal.state for appeal in self.look.appeals(one.id, actor))
        return a.AssessmentLine(
            id=one.id,
            scheme=one.scheme,
            title=Said.of(run.scheme.title.text()),
            year=one.year,
            as_of=run.frozen.as_of,
            state=one.state,
            version=one.procedure.version,
            until=one.until,
            run=one.run,
            draft=one.draft,
            synthetic=run.frozen.synthetic,
            evaluator=run.scheme.evaluator,
            signed_by=list(one.signed_by),
            appeals=dict(sorted(seen.items())),
            can=self.desk.offers(one, actor),
            opened=one.procedure.opened,
            changed=one.procedure.changed,
        )

    def lines(self, actor: Actor) -> list[a.AssessmentLine]:
        return [self.line(one, actor) for one in self.look.find(actor)]

    def results(self, id: str, actor: Actor) -> a.ResultsAnswer:  # noqa: A002
        """Raises StatementWrong (not_found), Refused where they are not published and the caller
        watches not over all."""
        one = self.look.one(id, actor)
        if not one.is_published and not over_all(actor):
            raise refusals.not_published()
        run, draft = self.runs.get(one.run), self._draft(one)
        places = [
            _place(run, place, draft if _may_compare(actor, place.department) else None)
            for place in run.ranking.places
        ]
        told = {light.value: list(names) for light, names in lights(run.ranking).items()}
        return a.ResultsAnswer(
            line=self.line(one, actor),
            draft=not one.is_published,
            places=places,
            unrated=list(run.ranking.unrated),
            sheets=[name for name in run.sheets if _may_compare(actor, name)],
            lights=told,
        )

    def sheet(self, id: str, department: str, actor: Actor) -> a.SheetAnswer:  # noqa: A002
        """Raises Refused for another department's, before it is looked whether there is one; else
        StatementWrong (not_found)."""
        whom = department or actor.department
        if not over_all(actor) and whom != actor.department:
            raise refusals.not_your_sheet()
        one = self.look.one(id, actor)
        run = self.runs.get(one.run)
        sheet = run.sheets.get(whom)
        if sheet is None:
            raise refusals.not_scored(whom)
        return self._sheet(one, run, sheet, actor)

    def _sheet(self, one: Assessment, run: Run, sheet: Sheet, actor: Actor) -> a.SheetAnswer:
        whom, inputs = sheet.department, run.frozen.inputs
        place = run.places.get(whom)
        appeals = [each for each in self.look.appeals(one.id, actor) if _of(each) == whom]
        return a.SheetAnswer(
            line=self.line(one, actor),
            department=whom,
            title=_title(run, whom),
            draft=not one.is_published,
            may_appeal=self.desk.may_appeal(one, whom, actor),
            place=None if place is None else _place(run, place, self._draft(one)),
            covered=written(sheet.covered),
            vetoes=list(sheet.vetoes),
            rows=[_row(run, row) for row in sheet.rows],
            advice=[_advice(run, each) for each in advice(run.scheme, inputs, sheet)],
            followed=[_followed(run, each) for each in self._followed(run, sheet)],
            appeals=[self.appeal(each, actor) for each in appeals],
        )

    def appeals(self, id: str, actor: Actor) -> list[a.AppealLine]:  # noqa: A002
        return [self.appeal(one, actor) for one in self.look.appeals(id, actor)]

    def appeal(self, one: Appeal, actor: Actor) -> a.AppealLine:
        event, clock = one.event, one.procedure.clock
        return a.AppealLine(
            id=one.id,
            assessment=one.assessment,
            department=event.department,
            indicator=event.indicator,
            item=event.item,
            day=event.day,
            amount=one.amount,
            state=one.state,
            version=one.procedure.version,
            why=one.asked_because,
            because=one.decided_because,
            decided_by=one.procedure.steps[-1].actor if one.procedure.over else "",
            due=clock.due if clock is not None else None,
            can=self.desk.offers_of(one, actor),
            opened=one.procedure.opened,
        )

    def _draft(self, one: Assessment) -> Run | None:
        return None if one.run == one.draft else self.runs.get(one.draft)

    def _followed(self, run: Run, sheet: Sheet) -> Iterable[Followed]:
        """Of the run of the year before, where it is kept here."""
        previous = run.frozen.previous
        if previous is None or not self.runs.has(previous.run):
            return ()
        before = self.runs.get(previous.run)
        was = before.sheets.get(sheet.department)
        if was is None:
            return ()
        given = advice(before.scheme, before.frozen.inputs, was)
        return followed(given, before.frozen.inputs, run.scheme, run.frozen.inputs, sheet)


def _of(one: Appeal) -> str:
    return one.procedure.department


def _may_compare(actor: Actor, department: str) -> bool:
    """Drafts of others stay unseen after publication too."""
    return over_all(actor) or department == actor.department


def _title(run: Run, department: str) -> Said:
    return Said.of(run.frozen.departments[department])


def _place(run: Run, place: Place, draft: Run | None) -> a.PlaceLine:
    was = draft.places.get(place.department) if draft is not None else None
    return a.PlaceLine(
        department=place.department,
        title=_title(run, place.department),
        score=written(place.score),
        rank=place.rank,
        among=place.among,
        group=place.group,
        group_rank=place.group_rank,
        group_among=place.group_among,
        grade=Said.of(place.grade.title.text()),
        light=place.grade.light.value,
        vetoed=place.vetoed,
        was_score=written(was.score) if was is not None else None,
        was_rank=was.rank if was is not None else None,
    )


def _named(run: Run, indicator: str) -> tuple[Dimension, Indicator]:
    return next(
        (dimension, each)
        for dimension in run.scheme.dimensions
        for each in dimension.indicators
        if each.id == indicator
    )


def _indicator_title(run: Run, indicator: str) -> Said:
    """As it is called now; by its id where this year's scheme has it no more."""
    known = {each.id: each for each in run.scheme.indicators}
    if indicator not in known:
        return Said(zh=indicator, en=indicator)
    return Said.of(known[indicator].title.text())


def _row(run: Run, row: Row) -> a.RowLine:
    dimension, indicator = _named(run, row.indicator)
    measured = row.measured
    short = set(failing(indicator, run.frozen.inputs.measures[row.indicator], measured))
    return a.RowLine(
        dimension=Said.of(dimension.title.text()),
        indicator=row.indicator,
        title=Said.of(indicator.title.text()),
        state=row.state.value,
        value=_exact(measured.value) if measured is not None else None,
        sample=_exact(measured.sample) if measured is not None else None,
        score=None if row.score is None else written(row.score),
        weight=written(row.weight),
        points=None if row.points is None else written(row.points),
        lost=written(row.lost),
        vetoed=row.vetoed,
        items=[_item(one, one in short) for one in (measured.items if measured else ())],
        evidence=[
            a.EvidenceLine(file=one.file, sha256=one.sha256)
            for one in (measured.evidence if measured else ())
        ],
    )


def _item(one: Item, against: bool) -> a.ItemLine:
    return a.ItemLine(
        day=one.day, item=one.item, amount=str(one.amount), of=str(one.of), against=against
    )


def _advice(run: Run, one: Advice) -> a.AdviceLine:
    return a.AdviceLine(
        indicator=one.indicator,
        title=_indicator_title(run, one.indicator),
        kind=one.kind.value,
        gain=written(one.gain),
        items=[_item(each, True) for each in one.items],
    )


def _followed(run: Run, one: Followed) -> a.FollowedLine:
    return a.FollowedLine(
        indicator=one.advice.indicator,
        title=_indicator_title(run, one.advice.indicator),
        gain=written(one.advice.gain),
        outcome=one.outcome.value,
        was=_exact(one.was),
        now=_exact(one.now),
        still=list(one.still),
    )


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
