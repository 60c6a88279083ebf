"""What an answer depends on, as one digest: an open page asks for it to learn that it has to ask
again. It costs a few directory listings: nothing is built, pulled, run or recorded.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from workbench.catalogue.city import City
from workbench.errors import WorkbenchError
from workbench.extracts.versions import Extracts
from workbench.model.actor import Actor
from workbench.model.contract import Resource
from workbench.model.days import day_of
from workbench.model.grant import Grant, state_of
from workbench.model.lookup import Grants
from workbench.policy.holding import held_grants, may_look
from workbench.query_path.attached import Attached
from workbench.query_path.consenting import Consenting
from workbench.query_path.disputing import Disputing


class Stamps:
    """``key`` makes a stamp tell nothing but whether it changed."""

    def __init__(
        self,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        extracts: Extracts,
        attached: Attached,
        consents: Consenting,
        disputing: Disputing,
        key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._city, self._grants = city, grants
        self._extracts, self._attached, self._clock = extracts, attached, clock
        self._consents, self._disputing = consents, disputing
        self._key = hmac.digest(key, b"stamp", "sha256")
        self._contracts: dict[str, tuple[Resource, str]] = {}

    def of(self, actor: Actor, scenario: str) -> str:
        """32 hex digits. They change when a grant of the actor's begins, ends or changes, a
        contract, the city's settings, an extract, what is pulled of a source, who consents, or
        what is marked as disputed; with the day only where that begins or ends something.
        Scenarios that are not the actor's are alike.
        """
        city, now = self._city(), self._clock()
        known = city.scenarios.get(scenario)
        held = held_grants(actor, scenario, self._grants()) if known is not None else ()
        shape = [
            self._key_of(city.settings),
            bool(known is not None and held and may_look(actor, known)),
            [self._of_grant(grant, city, now) for grant in sorted(held, key=lambda g: g.id)],
            self._disputing.state(grant.resource for grant in held),
        ]
        text = json.dumps(shape, ensure_ascii=False).encode()
        return hmac.digest(self._key, text, "sha256").hex()[:32]

    def _of_grant(self, grant: Grant, city: City, now: datetime) -> list[Any]:
        resource = city.resources.get(grant.resource)
        return [
            _plain(grant),
            state_of(grant, day_of(now)).value,
            "" if resource is None else self._of_contract(resource),
            self._of_rows(grant, now),
        ]

    def _of_rows(self, grant: Grant, now: datetime) -> list[Any]:
        asked = _plain(self._consents.state(grant.scenario)) if grant.consent else []
        return [*self._of_version(grant, now), asked]

    def _of_version(self, grant: Grant, now: datetime) -> list[Any]:
        try:
            if self._attached.has(grant.resource):
                return self._attached.stamp(grant, now)
            version = self._extracts.latest(grant.resource)
        except WorkbenchError as error:
            return [error.code.value]
        return [] if version is None else [version.version, version.digest]

    def _of_contract(self, resource: Resource) -> str:
        """Kept while the city keeps the very object: writing out many columns takes a while."""
        kept = self._contracts.get(resource.name)
        if kept is None or kept[0] is not resource:
            kept = self._contracts[resource.name] = resource, self._key_of(resource)
        return kept[1]

    @staticmethod
    def _key_of(value: object) -> str:
        return hashlib.sha256(json.dumps(_plain(value)).encode()).hexdigest()


def _plain(value: object) -> Any:
    """All fields of what is frozen, also those that its ``repr`` leaves out."""
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return sorted([str(key), _plain(one)] for key, one in value.items())
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    return [type(value).__name__, str(value)]
