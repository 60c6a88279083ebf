"""Comparing (Aba 2024 art. 25, Foshan 2019 art. 13): match or no match, and nothing else.

A comparison is no statement: it names a resource, the entity's key, and columns that are granted
to be compared. What is asked is digested under the resource's key, and the digests are looked up
among those of the workspace, which has nothing but digests. A key that is not there and one whose
value differs take the same path and give the same answer, unless the contract tells membership.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.catalogue.city import City
from workbench.errors import Reason
from workbench.model.canonical import NotOfType, NotOfTypeAt, digest, hashed_texts, texts
from workbench.model.comparison import Comparison, not_of_type
from workbench.model.contract import Column, Identifier, Resource
from workbench.model.decision import Deny, Permit
from workbench.model.grant import Grant, Use
from workbench.model.lookup import Resources
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.release import ReleaseInfo
from workbench.model.tier import Tier
from workbench.policy.reasons import not_found
from workbench.query_path import compare_reasons as say
from workbench.query_path.asks import Template
from workbench.query_path.bound import Bound, Prepared
from workbench.query_path.compare_limits import charge, settle
from workbench.query_path.compare_sql import Digested, lookup
from workbench.query_path.readings import Reading, Readings
from workbench.query_path.whole import Settling, Whole
from workbench.workspace.build import Manifest
from workbench.workspace.masks import compare_key, compare_root
from workbench.workspace.spec import entity_key


@dataclass(frozen=True)
class Compare(Template):
    """One comparison that is asked for."""

    asked: Comparison = field(repr=False)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Compare:
        """Raises InvalidInput(invalid_request)."""
        return cls(Comparison.from_body(body))

    @property
    def text(self) -> str:
        """No key and no value: not even the sealed text may hold them."""
        return self.asked.normal()

    def reading(self, readings: Readings, person: str, city: City) -> Reading:
        asked = self.asked
        known = Resources.of(city.resources).named(asked.resource)
        table = asked.resource if known is None else known.name
        reads = ReadSet(
            StatementKind.query,
            tables=(table,),
            columns=tuple((table, name) for name in (*asked.on, *asked.columns)),
            normal=asked.normal(city.names),
        )
        return Reading(reads, ())

    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        return Tier.compare

    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny:
        (table,) = reads.tables
        grant = next((g for g in permit.grants if g.resource == table), None)
        if grant is None:
            return Deny((not_found("table", table, [g.resource for g in permit.grants]),))
        named = _Named(self.asked, grant, city)
        for find in (named.missing, named.unfit, named.untyped):
            reasons = tuple(dict.fromkeys(find()))
            if reasons:
                return Deny(reasons)
        return named.compared(permit)


class _Named:
    """The names of a comparison as columns of the contract."""

    def __init__(self, asked: Comparison, grant: Grant, city: City) -> None:
        self._asked, self._grant, self._settings = asked, grant, city.settings
        self._resource: Resource = city.resources[grant.resource]
        self._texts: dict[str, tuple[str | None, ...]] = {}
        self._on = [self._resource.column(name) for name in asked.on]
        self._columns = [self._resource.column(name) for name in asked.columns] or self._only()

    def _only(self) -> list[Column | None]:
        """The one column that may be compared, where there is but one beside the keys."""
        keys = {name.casefold() for name in self._asked.on}
        left = [n for n in self._of(Use.compare) if n.casefold() not in keys]
        return [self._resource.column(left[0])] if len(left) == 1 else []

    def _of(self, *uses: Use) -> list[str]:
        return [column.name for column in self._grant.columns if column.use in uses]

    def missing(self) -> Iterator[Reason]:
        """What a contract knows and the grant lacks was refused before this."""
        wanted = [*self._asked.on, *self._asked.columns]
        for name, column in zip(wanted, [*self._on, *self._columns], strict=False):
            if column is None:
                held = self._of(Use.value, Use.join_key, Use.compare)
                yield not_found("column", name, held)
        if not self._columns:
            yield say.which_column(self._resource.name, self._of(Use.compare))

    def unfit(self) -> Iterator[Reason]:
        """Columns that are not granted for their part, and a key that names no entity."""
        name, comparable = self._resource.name, self._of(Use.compare)
        for column in filter(None, self._columns):
            granted = self._grant.column(column.name)
            if granted is not None and granted.use is not Use.compare:
                yield say.not_to_compare(name, column.name, granted.use, comparable)
        entity = [column.name for column in entity_key(self._resource)]
        on = {column.name for column in filter(None, self._on)}
        if not entity or not on.issuperset(entity):
            yield say.whole_key(name, entity, list(self._asked.on))
        if len(self._asked) > self._settings.compare_keys_per_call:
            yield say.too_many_keys(name, len(self._asked), self._settings.compare_keys_per_call)

    def untyped(self) -> Iterator[Reason]:
        """The first value of each column that is none of its type; before anything is counted."""
        hashed = self._asked.hashed
        for column, values, identifier in self._given():
            try:
                found = hashed_texts(values) if hashed else texts(values, column.type, identifier)
            except NotOfTypeAt as error:
                named = self._resource.name, column.name, column.type
                yield not_of_type(*named, error.place, error.wanted)
            except NotOfType as error:
                yield say.not_compared(self._resource.name, column.name, error.wanted)
            else:
                self._texts[column.name] = found

    def _given(self) -> Iterator[tuple[Column, tuple[Any, ...], Identifier | None]]:
        """Of keys with an identifier's check digits whatever is wrong is malformed, no error."""
        for column, values in zip(self._on, self._asked.keys, strict=True):
            if column is not None:
                yield column, values, column.identifier
        for column, values in zip(self._columns, self._asked.values, strict=True):
            if column is not None:
                yield column, values, None

    def compared(self, permit: Permit) -> Compared:
        on, columns = list(filter(None, self._on)), list(filter(None, self._columns))
        read = tuple(dict.fromkeys(column.name for column in (*on, *columns)))
        name = self._resource.name
        reads = tuple((r, read if r == name else found) for r, found in permit.reads)
        return Compared(
            replace(permit, reads=reads),
            self._resource,
            tuple(on),
            tuple(columns),
            tuple(c.name for c in on if not self._known(c)),
            tuple(self._texts[column.name] for column in on),
            tuple(self._texts[column.name] for column in columns),
            self._asked.hashed,
        )

    def _known(self, column: Column) -> bool:
        """Whether its very values are granted. What is behind a mask or a pseudonym can be guessed
        like what is only compared."""
        granted = self._grant.column(column.name)
        return granted is not None and granted.use is Use.value and granted.mask is None


@dataclass(frozen=True)
class Compared:
    """A comparison that was permitted. ``secret`` are key columns whose values are not granted."""

    permit: Permit
    resource: Resource
    on: tuple[Column, ...]
    columns: tuple[Column, ...]
    secret: tuple[str, ...]
    keys: tuple[tuple[str | None, ...], ...] = field(repr=False)
    values: tuple[tuple[str | None, ...], ...] = field(repr=False)
    hashed: bool = False

    def prepare(self, manifest: Manifest) -> Prepared:
        """What is sent is known once it is paid for: then it is digested."""
        return Prepared("", pay=self.pay, settle=self.settle)

    def pay(self, settling: Settling) -> Prepared:
        asked = self._digested(settling.key)
        charge(settling, asked)
        return lookup(asked, self.resource.membership_told, self.settle)

    def settle(
        self, settling: Settling, answer: Whole, info: ReleaseInfo
    ) -> tuple[Whole, ReleaseInfo]:
        return settle(settling, self.resource.name, answer), info

    def _digested(self, mask_key: bytes) -> Digested:
        key = compare_key(compare_root(mask_key), self.resource.name)
        entity = {column.name for column in entity_key(self.resource)}
        broken = {i for column in self.keys for i, text in enumerate(column) if text is None}

        def digests(texts: tuple[str | None, ...], keys: bool) -> tuple[str | None, ...]:
            return tuple(
                None
                if text is None or (keys and i in broken)
                else text
                if self.hashed
                else digest(key, text)
                for i, text in enumerate(texts)
            )

        on = {c.name: digests(v, True) for c, v in zip(self.on, self.keys, strict=True)}
        return Digested(
            self.resource.name,
            {name: on[name] for name in sorted(entity)},
            {n: on[n] for n in sorted(on) if n not in entity and n not in self.secret},
            {n: on[n] for n in sorted(on) if n not in entity and n in self.secret},
            {c.name: digests(v, False) for c, v in zip(self.columns, self.values, strict=True)},
        )
