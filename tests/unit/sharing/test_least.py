"""What of an application is more than its scenario gives: told to the reviewer, and argued."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matters import LI, NOON, ROWS, WANG, application, matter, rules, terms

from workbench.errors import InvalidInput
from workbench.model.case import AskedColumn, Case
from workbench.model.contract import SharingMode
from workbench.model.days import day_of
from workbench.model.grant import ColumnGrant, Operator, RowCondition
from workbench.model.scenario import Scenario
from workbench.sharing.least import About, Kind, fits, remarks
from workbench.sharing.lifecycle import Command, Matter, opened, stepped
from workbench.sharing.review import review_of
from workbench.sharing.transitions import Event

UNSEEN = (
    "",
    " \t\r\n",
    "\u3000\u00a0\u2009",
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u00ad\u034f\u061c\u180e\u202e\u2066",
    "\u115f\u1160\u3164\uffa0\u2800",
    "\ufe0f\u0301",
)
"""Characters that nobody sees."""


def statistical() -> Matter:
    """The scenario for statistics only."""
    about = matter()
    (use,) = about.scenario.resources
    use = replace(use, mode=SharingMode.statistics)
    return replace(about, scenario=replace(about.scenario, resources=(use,)))


def beyond(about: Matter, **more: object) -> list[tuple[Kind, About]]:
    found = remarks(application(**more), about.scenario, about.resource)
    return [(one.kind, one.about) for one in found]


def test_rows_that_are_wider_and_a_stronger_mode_are_told_to_the_reviewer() -> None:
    about = statistical()
    assert beyond(about, mode=SharingMode.statistics) == []
    assert beyond(about) == [(Kind.beyond, About.mode)]
    other = (RowCondition("county", Operator.eq, ("汶川县",)),)
    for wider in ((), other):
        asked = {"mode": SharingMode.statistics, "rows": wider}
        assert beyond(about, **asked) == [(Kind.beyond, About.rows)]
    narrower = (*ROWS, RowCondition("amount", Operator.gt, (5,)))
    assert beyond(about, mode=SharingMode.statistics, rows=narrower) == []
    case = opened("c1", application(rows=()), LI, NOON, rules("aba-2024"), about)
    told = review_of(case, about, (), day_of(NOON)).remarks
    assert [(one.column, one.about) for one in told] == [("", About.mode), ("", About.rows)]
    assert "county" in told[1].what.en
    assert "茂县" not in told[1].what.zh  # what a row scope is worth is not told by the way


@pytest.mark.parametrize("more", [{"rows": ()}, {"mode": SharingMode.obtain}])
def test_what_is_more_needs_a_reason(more: dict[str, object]) -> None:
    about = statistical()
    asked = application(**{"mode": SharingMode.statistics, **more}, reason="\u200b")
    with pytest.raises(InvalidInput) as raised:
        opened("c1", asked, LI, NOON, rules("foshan-2019"), about)
    assert [reason.subject for reason in raised.value.reasons] == ["reason", next(iter(more))]
    assert "第29条" in raised.value.reasons[1].said("zh")


def test_a_need_within_the_scenario_fits_it_and_no_other_does() -> None:
    about = statistical()

    def fit(scenario: Scenario = about.scenario, **more: object) -> bool:
        return fits(application(**more), scenario, about.resource)

    assert fit(mode=SharingMode.statistics)
    assert not fit()
    assert not fit(mode=SharingMode.statistics, rows=())


# What nobody can read is not said -----------------------------------------------------------------


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_nobody_sees_is_no_reason_and_no_basis(unseen: str) -> None:
    case = opened("c1", application(), LI, NOON, rules("aba-2024"), matter())
    with pytest.raises(InvalidInput) as raised:
        step(case, Command(Event.refuse, case.version, reason=unseen, basis=unseen))
    assert "its basis, a reason" in raised.value.said("en")
    column = AskedColumn(ColumnGrant("owner"), argument=unseen)
    asked = application(column, duty=unseen, reason=unseen)
    with pytest.raises(InvalidInput) as raised:
        opened("c2", asked, LI, NOON, rules("aba-2024"), matter())
    assert [reason.subject for reason in raised.value.reasons] == ["duty", "reason", "owner"]


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_nobody_sees_adds_no_condition(unseen: str) -> None:
    case = opened("c1", application(), LI, NOON, rules("aba-2024"), matter())
    quiet = Command(Event.approve, case.version, terms=terms(case, added_conditions=unseen))
    assert step(case, quiet).steps[-1].detail is None


@pytest.mark.parametrize("seen", ["因", "?", "\u200bx", "e\u0301", "①", "👍"], ids=ascii)
def test_whatever_can_be_seen_is_said(seen: str) -> None:
    case = opened("c1", application(), LI, NOON, rules("aba-2024"), matter())
    assert step(case, Command(Event.refuse, case.version, reason=seen, basis=seen)).version == 2


def step(case: Case, command: Command) -> Case:
    return stepped(case, command, WANG, NOON, rules("aba-2024"), matter())
