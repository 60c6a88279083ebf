"""How long what a department was told of a protected resource is kept, and its destruction.

The guard of differences needs it for as long as the department may ask, and for a while after:
whoever lets a grant run out and applies again still knows what was told. So it is kept while any
grant of the department on the resource lives, and for a period after the last of them is over; then
it is destroyed, with an entry in the ledger as the proof (Heilongjiang 2025 art. 28 has the
destruction of data recorded). Entry and destruction are one transaction: a process that is killed
in between has done neither, and the next round does both.

Nothing is destroyed because something is missing. While a contract or scenario file has errors, or
where no grant is known at all (its scenario's file was taken away), books stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from workbench.catalogue.city_schema import Settings
from workbench.disclosure.differencing.cells import ELEMENT
from workbench.errors import Code, Conflict, Text, WorkbenchError, simple
from workbench.ledger.record import Ledger
from workbench.model.actor import PLATFORM
from workbench.model.days import day_of
from workbench.model.entry import Draft, Event
from workbench.model.grant import Grant, GrantState, state_of, stopped_on
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import due
from workbench.regulations.profile import Key, Profile
from workbench.store.told import Shelf, ToldBooks

KEEP_DAYS = 365
"""After the last grant is over, where neither city nor regulation says (our default)."""
_OVER = frozenset({GrantState.expired, GrantState.revoked, GrantState.ended})

Until = Callable[[date], date]
"""The last day on which a book is kept whose last grant was over on a day."""


class Fate(StrEnum):
    """``granted``: some grant lives, suspended or yet to begin too. ``kept``: all are over, and the
    period runs. ``due``: it is to be destroyed. ``unknown``: no grant is known, so nobody can say
    when the last one was over."""

    granted = "granted"
    kept = "kept"
    due = "due"
    unknown = "unknown"


@dataclass(frozen=True)
class Standing:
    """Books and what becomes of them. ``over``: the first day without a grant; ``until``: the last
    day on which they are kept."""

    shelf: Shelf
    fate: Fate
    over: date | None = None
    until: date | None = None


@dataclass
class Kept:
    """What one round did. ``held``: it did nothing, because files of the city have errors."""

    books: int = 0
    destroyed: int = 0
    pages: int = 0
    unknown: int = 0
    held: bool = False


def keep_until(settings: Settings, profile: Callable[[], Profile], calendar: Calendar) -> Until:
    """By the city's ``told_books_keep_days``; else as long as the regulation has records of use
    kept (``usage.retention``); else KEEP_DAYS. Raises what ``profile`` does."""
    days = settings.told_books_keep_days
    if days:
        return lambda over: over + timedelta(days=days)
    retention = profile().deadlines[Key.usage_retention]

    def until(over: date) -> date:
        found = due(Key.usage_retention, retention, over, calendar)
        return found.day or over + timedelta(days=KEEP_DAYS)

    return until


def standing(
    shelves: Iterable[Shelf], grants: Iterable[Grant], today: date, until: Until
) -> tuple[Standing, ...]:
    """What becomes of each on ``today``."""
    held: dict[str, list[Grant]] = {}
    for grant in grants:
        held.setdefault(grant.department, []).append(grant)
    return tuple(
        _standing(shelf, _concerned(shelf, held.get(shelf.department, ())), today, until)
        for shelf in shelves
    )


def _concerned(shelf: Shelf, grants: Sequence[Grant]) -> list[Grant]:
    """Of a data element, which may stand in any resource, all grants of the department."""
    if shelf.resource == ELEMENT:
        return list(grants)
    return [g for g in grants if g.resource.casefold() == shelf.resource.casefold()]


def _standing(shelf: Shelf, grants: list[Grant], today: date, until: Until) -> Standing:
    if not grants:
        return Standing(shelf, Fate.unknown)
    ends = [stopped_on(g, today) for g in grants if state_of(g, today) in _OVER]
    if len(ends) < len(grants) or None in ends:
        return Standing(shelf, Fate.granted)
    over = max(end for end in ends if end is not None)
    last = until(over)
    return Standing(shelf, Fate.kept if today <= last else Fate.due, over, last)


class ToldKeeping:
    """``grants`` gives all that were ever given, in whatever state, and ``until`` the period;
    ``sound`` says whether every file of the city can be read; ``clock`` gives aware times."""

    def __init__(
        self,
        books: ToldBooks,
        ledger: Ledger,
        grants: Callable[[], Iterable[Grant]],
        until: Callable[[], Until],
        sound: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._books, self._ledger = books, ledger
        self._grants, self._until, self._sound = grants, until, sound
        self._clock = clock

    def standing(self) -> tuple[Standing, ...]:
        """What becomes of each today. Raises as ``until``, and Unavailable."""
        shelves, until = self._books.shelves(), self._until()
        return standing(shelves, self._grants(), day_of(self._clock()), until)

    def look(self) -> Kept:
        """One round: destroy what is due. Raises as ``standing``: then nothing is destroyed."""
        if not self._sound():
            return Kept(held=True)
        found, done = self.standing(), Kept()
        if not self._sound():  # a file went wrong meanwhile, and its grants with it
            return Kept(held=True)
        for each in found:
            done.books += 1
            done.unknown += each.fate is Fate.unknown
            if each.fate is Fate.due and self._destroy(each, PLATFORM.id, "retention"):
                done.destroyed += 1
                done.pages += each.shelf.pages
        return done

    def destroy(self, department: str, resource: str, actor: str, reason: str) -> Standing:
        """Destroy what no grant is known for any more, by an operator who knows that it is over.
        Raises InvalidInput where there is no such book, files have errors, or it is not time."""
        if not self._sound():
            raise _held()
        found = [
            each
            for each in self.standing()
            if (each.shelf.department, each.shelf.resource) == (department, resource)
        ]
        if not found:
            raise _no_such(department, resource)
        (each,) = found
        if each.fate not in (Fate.unknown, Fate.due):
            raise _not_yet(each)
        if not self._destroy(each, actor, reason):
            raise _moved_on()
        return each

    def _destroy(self, each: Standing, actor: str, why: str) -> bool:
        """Whether it was done: not where somebody wrote a page or destroyed it meanwhile."""
        shelf = each.shelf

        def doing() -> None:
            if self._books.forget(shelf.department, shelf.resource) != shelf.pages:
                raise _moved_on()

        try:
            self._ledger.record(_draft(each, actor, why), doing=doing)
        except Conflict:
            return False
        return True


def _draft(each: Standing, actor: str, why: str) -> Draft:
    shelf = each.shelf
    single = shelf.resource != ELEMENT
    detail = {
        "resource": shelf.resource,
        "department": shelf.department,
        "pages": shelf.pages,
        "last_told": day_of(shelf.last).isoformat(),
        "over": each.over.isoformat() if each.over else None,
        "kept_until": each.until.isoformat() if each.until else None,
        "why": why,
    }
    return Draft(
        Event.told_forgotten,
        actor=actor,
        department=shelf.department,
        content={shelf.resource: ()} if single else {},
        method="destroy",
        medium="store",
        detail=detail,
    )


# What is refused ----------------------------------------------------------------------------------


def _no_such(department: str, resource: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"没有 {department} 关于 {resource} 的已告知簿。",
        f"There is no book of what {department} was told of {resource}.",
        next=Text("workbench store told list", "workbench store told list"),
        subject=resource,
    )


def _not_yet(each: Standing) -> WorkbenchError:
    when = f"（保存至 {each.until}）" if each.until else ""
    until = f" (kept until {each.until})" if each.until else ""
    return simple(
        Code.invalid_request,
        f"{each.shelf.department} 关于 {each.shelf.resource} 的已告知簿还不能销毁{when}。",
        f"What {each.shelf.department} was told of {each.shelf.resource} is not to be destroyed "
        f"yet{until}.",
        next=Text(
            "授权全部结束并满保存期后自动销毁。",
            "It is destroyed by itself when all grants are over and the period has passed.",
        ),
        subject=each.shelf.resource,
    )


def _held() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "本城市的文件有错误，不销毁任何已告知簿。",
        "Files of the city have errors, so nothing that was told is destroyed.",
        next=Text("workbench contracts check", "workbench contracts check"),
    )


def _moved_on() -> WorkbenchError:
    return simple(Code.moved_on, "已告知簿刚刚有了变化。", "What was told has just changed.")
