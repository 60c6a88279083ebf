"""A view of the guard's books for reports: they are read by its own key, and never written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.catalogue.city import City
from workbench.disclosure.differencing.book import Book, Page
from workbench.disclosure.differencing.cells import ELEMENT
from workbench.disclosure.shapes import Rules, strictest
from workbench.disclosure.studies import ROWS
from workbench.disclosure.telling.books import Enough, measured, never, remembered, together
from workbench.disclosure.telling.collusion import Follows, follows
from workbench.disclosure.telling.fineness import Fineness, fineness
from workbench.model.grant import Grant
from workbench.model.tier import protected
from workbench.query_path.guarding import Guard
from workbench.query_path.statistics import default_rules
from workbench.store.told import BookName


@dataclass(frozen=True)
class ToldView:
    """Each call opens the pages anew; None where it was ``enough`` before their end. Raises
    Unavailable for a page that cannot be decrypted."""

    guard: Guard

    def fineness(self, name: BookName, rules: Rules, enough: Enough = never) -> Fineness | None:
        pages = self._pages(name, enough)
        if pages is None:
            return None
        book = Book(measured(rules, pages, counts=name.subject == ROWS))
        done = remembered(book, pages, enough)
        return fineness(book.system, rules.k) if done == len(pages) else None

    def follows(
        self, one: BookName, other: BookName | None, rules: Rules, enough: Enough = never
    ) -> Follows | None:
        """What ``one`` and the ``other`` book of the same subject determine together; or what one
        does by itself."""
        mine = self._pages(one, enough)
        theirs = [] if other is None else self._pages(other, enough)
        if mine is None or theirs is None:
            return None
        by = measured(rules, [*mine, *theirs], counts=one.subject == ROWS)
        book = together(mine, theirs, by, enough)
        return None if book is None else follows(book.system)

    def _pages(self, name: BookName, enough: Enough) -> list[Page] | None:
        found = []
        for _, page in self.guard.pages(name):
            if enough():
                return None
            found.append(page)
        return found


def rules_of(
    grants: Iterable[Grant], city: City, departments: Iterable[str], resource: str
) -> Rules:
    """By which rules a report judges what ``departments`` were told of a resource: the strictest of
    their grants of it, whether they hold or not; the city's where there is none left."""
    default, wanted = default_rules(city.settings), frozenset(departments)
    found = [
        Rules.of(grant.disclosure, default)
        for grant in grants
        if grant.department in wanted and resource in (grant.resource, ELEMENT) and protected(grant)
    ]
    return strictest(found) if found else default
