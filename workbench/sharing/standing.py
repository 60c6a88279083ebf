"""How a case stands on a day. What a date alone decides is computed when it is read, as for its
grant (``model.grant.state_of``), so that nobody is shown access that is no more. Pure."""

from __future__ import annotations

from datetime import date

from workbench.errors import Text
from workbench.model.case import GRANTING, State
from workbench.sharing.transitions import STATES

EXPIRED = "expired"


def stands(state: State, until: date, due: date | None, today: date) -> str:
    """The name of the state; ``expired`` where its grant has had its last day (``until``), and
    ``suspended`` where it was to be rectified by ``due`` and nobody has said that it was."""
    if state in GRANTING and today > until:
        return EXPIRED
    if state is State.rectifying and due is not None and today > due:
        return State.suspended.value
    return state.value


def standing_text(standing: str) -> Text:
    return _EXPIRED if standing == EXPIRED else STATES[State(standing)]


def last_day(until: date, scenario_ends: date | None) -> date:
    """A grant ends with its scenario at the latest, as that is now."""
    return until if scenario_ends is None else min(until, scenario_ends)


_EXPIRED = Text("授权已到期", "expired")
