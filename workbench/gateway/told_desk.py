"""How much statistics have told: the books of the guard, the ledger beside them, and who may see
which part of it. Every look is recorded before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from workbench.catalogue.city import City
from workbench.disclosure.shapes import Rules
from workbench.disclosure.telling.books import Enough
from workbench.disclosure.telling.collusion import Follows
from workbench.disclosure.telling.fineness import Fineness
from workbench.disclosure.telling.sizes import percent
from workbench.extracts.versions import Extracts
from workbench.gateway.looking import Looking
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor
from workbench.model.contract import Resource
from workbench.model.lookup import Grants
from workbench.model.noise import NoiseRules
from workbench.query_path.told_view import ToldView, rules_of
from workbench.sharing import told_sight
from workbench.sharing.entities import entities_in
from workbench.sharing.told_releases import Page, ReleaseFilter, releases
from workbench.sharing.told_sight import Sight, sight_of
from workbench.sharing.told_tally import Of, Releases, ToldTally
from workbench.sharing.trail import Reader, plain, record_look
from workbench.store.session import Store
from workbench.store.told import BookName
from workbench.store.told_lines import BookLine, ToldLines

_EMPTY = Releases()


@dataclass(frozen=True)
class Told:
    """What one department was told of one resource. ``resource`` None: not in the catalogue, or a
    data element of several. ``sight``: how much of it the reader sees."""

    department: str
    name: str
    resource: Resource | None
    sight: Sight
    books: tuple[BookLine, ...]
    releases: Releases

    @property
    def cells(self) -> int:
        return sum(book.cells for book in self.books)


@dataclass(frozen=True)
class Lines:
    total: int
    lines: tuple[Told, ...]
    most: int
    """Cells of the line that was told most."""
    is_behind: bool


@dataclass(frozen=True)
class ColumnTold:
    """``percent`` of the resource's entities stand in a told cell. None of both where they were not
    worked out: not yet, not in time, or not for this reader."""

    book: BookLine
    fineness: Fineness | None = None
    percent: int | None = None


@dataclass(frozen=True)
class Detail:
    """``ready`` is False while the columns are worked out: ask again."""

    told: Told
    k: int
    columns: tuple[ColumnTold, ...]
    days: Mapping[date, int]
    is_behind: bool
    ready: bool


@dataclass(frozen=True)
class Pair:
    """Two books put together; ``follows`` None where the time was over before it was worked out.
    Of the department's own book ``other`` is empty."""

    subject: str
    other: str
    follows: Follows | None


@dataclass(frozen=True)
class Spent:
    """Of one grant with noise: in millionths of epsilon."""

    grant: str
    scenario: str
    rules: NoiseRules
    spent: int


@dataclass(frozen=True)
class Open:
    """What stays open for a department and a resource. ``ready`` as of ``Detail``."""

    told: Told
    k: int
    alone: tuple[Pair, ...]
    pairs: tuple[Pair, ...]
    spent: tuple[Spent, ...]
    ready: bool


@dataclass(frozen=True)
class ToldParts:
    """What a ``ToldDesk`` is made of; ``grants`` and ``city`` give the present ones."""

    store: Store
    ledger: Ledger
    view: ToldView
    city: Callable[[], City]
    grants: Callable[[], Grants]
    extracts: Extracts
    scratch: Path


class ToldDesk:
    """Of one gateway."""

    def __init__(self, parts: ToldParts) -> None:
        self._parts, self._looking = parts, Looking()
        self._lines = ToldLines(parts.store)
        self._tally = ToldTally(parts.store.journal)

    def stop(self) -> None:
        self._looking.stop()

    # How much was told ----------------------------------------------------------------------------

    def find(self, actor: Actor, resource: str, department: str, limit: int, offset: int) -> Lines:
        """The departments that were told most come first. Raises Refused."""
        told_sight.looks(actor)
        self._record(actor, "told", resource=resource, department=department)
        counted, behind = self._tally.bring_up()
        all_ = self._seen(actor, self._lines.books(department, resource), counted)
        found = [
            told
            for told in all_
            if resource in ("", told.name) and department in ("", told.department)
        ]
        found.sort(key=lambda t: (-t.cells, t.name, t.department))
        most = max((told.cells for told in found), default=0)
        return Lines(len(found), tuple(found[offset : offset + limit]), most, behind)

    def detail(self, actor: Actor, resource: str, department: str) -> Detail:
        """One of them by column and day. Raises Refused, and StatementWrong (not_found), the same
        for one that the reader may not see."""
        told, behind = self._one(actor, resource, department, "told detail")
        rules, days = self._rules(told.name, department), self._lines.days(department, resource)
        if told.sight < Sight.provided:
            columns = tuple(ColumnTold(book) for book in told.books)
            return Detail(told, rules.k, columns, days, behind, ready=True)
        key = ("parts", _state(told.books), rules, self._version(told))
        found = self._looking.result(key, lambda enough: self._columns(told, rules, enough))
        columns = found or tuple(ColumnTold(book) for book in told.books)
        return Detail(told, rules.k, columns, days, behind, ready=found is not None)

    def _columns(self, told: Told, rules: Rules, enough: Enough) -> tuple[ColumnTold, ...]:
        whole = self._entities(told)
        found = []
        for book in told.books:
            fine = self._parts.view.fineness(book.book, rules, enough)
            share = None
            if fine is not None and whole is not None:
                share = percent(fine.told, whole, rules.k)
            found.append(ColumnTold(book, fine, share))
        return tuple(found)

    # For output checkers --------------------------------------------------------------------------

    def releases(self, actor: Actor, wanted: ReleaseFilter) -> Page:
        """Each release, the newest first. Raises Refused."""
        told_sight.must_check(actor)
        filters = {name: plain(value) for name, value in wanted.__dict__.items() if value}
        self._record(actor, "told releases", **filters)
        return releases(self._parts.store.journal, self._lines.cells, wanted)

    def open(self, actor: Actor, resource: str, department: str) -> Open:
        """What stays open beside what the department was told. Raises as ``detail``."""
        told_sight.must_check(actor)
        told, _ = self._one(actor, resource, department, "told open")
        own = {book.book.subject: book for book in told.books}
        others = [
            book
            for book in self._lines.books(resource=resource)
            if book.book.department != department and book.book.subject in own
        ]
        key = ("open", _state([*told.books, *others]), self._all_rules(told, others))
        found = self._looking.result(key, lambda enough: self._pairs(told, others, enough))
        alone, pairs = found or ((), ())
        rules = self._rules(resource, department)
        return Open(told, rules.k, alone, pairs, self._spent(told), ready=found is not None)

    def _pairs(
        self, told: Told, others: Sequence[BookLine], enough: Enough
    ) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """Its own books first: what was allowed under weaker rules may follow from them."""
        own = {line.book.subject: line.book for line in told.books}
        alone = [
            Pair(subject, "", self._follows(book, None, enough)) for subject, book in own.items()
        ]
        pairs = [
            Pair(o.subject, o.department, self._follows(own[o.subject], o, enough))
            for o in (line.book for line in others)
        ]
        return tuple(alone), tuple(pairs)

    def _follows(self, one: BookName, other: BookName | None, enough: Enough) -> Follows | None:
        if enough():
            return None
        named = (one.department,) if other is None else (one.department, other.department)
        return self._parts.view.follows(one, other, self._rules(one.resource, *named), enough)

    def _spent(self, told: Told) -> tuple[Spent, ...]:
        budgets = self._parts.store.allowances.noise
        return tuple(
            Spent(grant.id, grant.scenario, grant.disclosure.noise, budgets.spent(grant.id))
            for grant in self._parts.grants()
            if (grant.department, grant.resource) == (told.department, told.name)
            and grant.disclosure.noise is not None
        )

    # Lines and rules ------------------------------------------------------------------------------

    def _one(self, actor: Actor, resource: str, department: str, what: str) -> tuple[Told, bool]:
        told_sight.looks(actor)
        self._record(actor, what, resource=resource, department=department)
        counted, behind = self._tally.bring_up()
        books = self._lines.books(department, resource)
        for told in self._seen(actor, books, counted):
            if (told.department, told.name) == (department, resource):
                return told, behind
        raise told_sight.no_such_book(department, resource)

    def _seen(
        self, actor: Actor, books: Sequence[BookLine], counted: Mapping[Of, Releases]
    ) -> list[Told]:
        """Of all that was told, or asked for in vain, what the actor may see."""
        by: dict[Of, list[BookLine]] = {of: [] for of in counted}
        for line in books:
            by.setdefault((line.book.department, line.book.resource), []).append(line)
        found = []
        for (department, name), lines in by.items():
            resource, sight = self._sight(actor, department, name)
            if sight is not Sight.none:
                number = counted.get((department, name), _EMPTY)
                found.append(Told(department, name, resource, sight, tuple(lines), number))
        return found

    def _sight(self, actor: Actor, department: str, name: str) -> tuple[Resource | None, Sight]:
        city = self._parts.city()
        resource = city.resources.get(name)
        reviewer = "" if resource is None else city.reviewer_of(resource, department)
        return resource, sight_of(actor, department, resource, reviewer)

    def _rules(self, resource: str, *departments: str) -> Rules:
        return rules_of(self._parts.grants(), self._parts.city(), departments, resource)

    def _all_rules(self, told: Told, others: Sequence[BookLine]) -> tuple[Rules, ...]:
        named = dict.fromkeys([told.department, *(line.book.department for line in others)])
        return tuple(self._rules(told.name, department) for department in named)

    def _version(self, told: Told) -> str:
        found = None if told.resource is None else self._parts.extracts.latest(told.name)
        return "" if found is None else found.digest

    def _entities(self, told: Told) -> int | None:
        """Of the current version; None where there is none here, or it was not counted in time."""
        found = None if told.resource is None else self._parts.extracts.latest(told.name)
        if told.resource is None or found is None:
            return None
        return entities_in(found, told.resource, self._parts.scratch)

    def _record(self, actor: Actor, method: str, **filters: object) -> None:
        asked = {name: value for name, value in filters.items() if value}
        record_look(self._parts.ledger, Reader.of(actor), {"filter": asked}, method, "http")


def _state(books: Sequence[BookLine]) -> tuple[tuple[BookName, int, datetime], ...]:
    """What changes when a page is added, or when a book was destroyed and begun anew."""
    return tuple((line.book, line.last, line.last_at) for line in books)
