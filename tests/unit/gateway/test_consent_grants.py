"""A grant that was decided on an application asks for the consents that its scenario asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from consent_city import write_consent_city

from workbench.catalogue.city import City, load_city
from workbench.gateway.sources import all_grants
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind
from workbench.trial.city import SCENARIO


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return load_city(write_consent_city(tmp_path_factory.mktemp("consent")))


def decided(resource: str) -> Grant:
    origin = Origin(OriginKind.application, "2026-1", "wang")
    columns = (ColumnGrant("number"),)
    return Grant("case:1", SCENARIO, "elsewhere", resource, columns, SharingMode.obtain, origin)


@pytest.mark.parametrize(("resource", "subject"), [("person", "id"), ("free", "")])
def test_a_decision_does_not_do_without_a_consent(city: City, resource: str, subject: str) -> None:
    grants = {grant.id: grant for grant in all_grants(city, {}, [decided(resource)])}
    assert grants["case:1"].consent == subject


def test_what_a_scenario_only_collects_leaves_nobody_out(city: City) -> None:
    known = city.scenarios[SCENARIO]
    uses = tuple(
        replace(use, consent=replace(use.consent, required=False)) if use.consent else use
        for use in known.resources
    )
    lax = replace(city, scenarios={SCENARIO: replace(known, resources=uses)})
    assert {grant.consent for grant in all_grants(lax, {}, [decided("person")])} == {""}
