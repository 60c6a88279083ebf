"""A city's resources, scenarios and grants with the indexes that questions need.

Each is frozen and made once for a snapshot, so that no question has to go through all of them: a
decision takes as long in a city of thousands as in a small one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

from workbench.model.contract import Resource
from workbench.model.grant import Grant
from workbench.model.scenario import Scenario

Item = TypeVar("Item")


class _Named(Mapping[str, Item]):
    """A mapping that nobody can change any more."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items: Mapping[str, Item] = MappingProxyType(dict(items))

    def __getitem__(self, name: str) -> Item:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self._items)!r})"


class Resources(_Named[Resource]):
    """Resources by table name."""

    def __init__(self, items: Mapping[str, Resource]) -> None:
        super().__init__(items)
        self._folded: dict[str, Resource] = {}
        for resource in items.values():
            self._folded.setdefault(resource.name.casefold(), resource)

    @classmethod
    def of(cls, items: Mapping[str, Resource]) -> Resources:
        return items if isinstance(items, cls) else cls(items)

    def named(self, table: str) -> Resource | None:
        """The resource of this name, as SQL compares names; one spelt exactly so comes first."""
        return self.get(table) or self._folded.get(table.casefold())


class Scenarios(_Named[Scenario]):
    """Scenarios by id."""

    def __init__(self, items: Mapping[str, Scenario]) -> None:
        super().__init__(items)
        self._departments: dict[str, set[str]] = {}
        self._pages: dict[str, set[str]] = {}
        for scenario in items.values():
            for department in scenario.departments:
                self._departments.setdefault(department, set()).add(scenario.id)
            for page in scenario.pages:
                self._pages.setdefault(page.id, set()).add(scenario.id)

    @classmethod
    def of(cls, items: Mapping[str, Scenario]) -> Scenarios:
        return items if isinstance(items, cls) else cls(items)

    def with_department(self, department: str) -> frozenset[str]:
        """The ids of the scenarios that list the department."""
        return frozenset(self._departments.get(department, ()))

    def with_page(self, page: str) -> frozenset[str]:
        """The ids of the scenarios that have a page of this id."""
        return frozenset(self._pages.get(page, ()))


class Grants(Collection[Grant]):
    """Grants in their order, found by id, by holder, and by holder and scenario.

    A holder is what ``Grant.department`` says.
    """

    def __init__(self, grants: Iterable[Grant]) -> None:
        self._all = tuple(grants)
        self._by_id = MappingProxyType({grant.id: grant for grant in self._all})
        held: dict[str, dict[str, list[Grant]]] = {}
        for grant in self._all:
            held.setdefault(grant.department, {}).setdefault(grant.scenario, []).append(grant)
        self._held = {
            holder: {scenario: tuple(found) for scenario, found in scenarios.items()}
            for holder, scenarios in held.items()
        }

    @classmethod
    def of(cls, grants: Iterable[Grant]) -> Grants:
        return grants if isinstance(grants, cls) else cls(grants)

    @property
    def by_id(self) -> Mapping[str, Grant]:
        return self._by_id

    def held(self, holder: str, scenario: str) -> tuple[Grant, ...]:
        """In whatever state; none for an empty holder."""
        return self._held.get(holder, {}).get(scenario, ()) if holder else ()

    def all_held(self, holder: str) -> tuple[Grant, ...]:
        """Over all scenarios, in whatever state."""
        found = self._held.get(holder, {}) if holder else {}
        return tuple(grant for grants in found.values() for grant in grants)

    def scenarios_of(self, holder: str) -> frozenset[str]:
        """The scenarios in which the holder has a grant, in whatever state."""
        return frozenset(self._held.get(holder, ())) if holder else frozenset()

    def __iter__(self) -> Iterator[Grant]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, grant: object) -> bool:
        return isinstance(grant, Grant) and self._by_id.get(grant.id) == grant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grants) and self._all == other._all

    def __hash__(self) -> int:
        return hash(self._all)
