"""What a scenario may say of consent, each way to get it wrong, and the grants that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_texts import CITY, CONTRACT, SCENARIO, line_of, write_texts

from workbench.catalogue.city import check_city, load_city
from workbench.catalogue.scenarios import grants_of
from workbench.catalogue.write import scenario_dict
from workbench.declared.findings import Finding, Severity, errors
from workbench.model.consent import ConsentRule
from workbench.model.terms import terms_digest

ROOT = Path(__file__).parents[3]
KEY = "resources[person].consent"


def asking(consent: str) -> str:
    return f"{SCENARIO}    consent: {consent}\n"


def found(tmp_path: Path, consent: str, contract: str = CONTRACT) -> list[Finding]:
    return list(check_city(write_texts(tmp_path, contract=contract, scenario=asking(consent))))


@pytest.mark.parametrize("subject", ["id", "ID"])
def test_a_scenario_asks_for_the_consent_of_those_whom_a_row_is_about(
    tmp_path: Path, subject: str
) -> None:
    written = asking(f"{{required: true, subject: {subject}}}")
    city = load_city(write_texts(tmp_path, scenario=written))
    (scenario,) = city.scenarios.values()
    (use,) = scenario.resources
    assert use.consent == ConsentRule("id", required=True)
    assert {grant.consent for grant in grants_of(scenario)} == {"id"}
    assert scenario.subject_of("PERSON") == "id"


def test_the_column_need_not_be_granted(tmp_path: Path) -> None:
    written = asking("{required: true, subject: id}").replace("      id: join_key\n", "")
    (scenario,) = load_city(write_texts(tmp_path, scenario=written)).scenarios.values()
    assert {grant.consent for grant in grants_of(scenario)} == {"id"}


def test_consents_are_collected_before_anybody_is_left_out(tmp_path: Path) -> None:
    written = asking("{required: false, subject: id}")
    (scenario,) = load_city(write_texts(tmp_path, scenario=written)).scenarios.values()
    assert scenario.resources[0].consent == ConsentRule("id", required=False)
    assert {grant.consent for grant in grants_of(scenario)} == {""}


@pytest.mark.parametrize(
    ("consent", "key", "problem", "fix"),
    [
        ("{required: true}", "subject", "missing", "Add subject"),
        ("{subject: id}", "required", "missing", "Add required"),
        ("{required: true, subject: id, until: 2027}", "until", "unknown key", "subject"),
        ("{required: true, subject: 7}", "subject", "must be text", '"7"'),
        ("{required: true, subject: idd}", "subject", "no column idd", "Did you mean id?"),
        ("{required: true, subject: county}", "subject", "neither an identifier", "one of: id"),
        ("{required: true, subject: born}", "subject", "DATE", "Name one of: id"),
        ("{required: true, subject: income}", "subject", "DECIMAL(18,2)", "Name one of: id"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_with_line_key_and_fix(
    tmp_path: Path, consent: str, key: str, problem: str, fix: str
) -> None:
    (wrong,) = errors(found(tmp_path, consent))
    assert wrong.key in (f"{KEY}.{key}", KEY)
    assert wrong.line == line_of(asking(consent), "    consent:")
    assert problem in wrong.problem.en
    assert fix in wrong.fix.en


def test_a_part_of_an_entity_key_names_nobody(tmp_path: Path) -> None:
    """Number 5 of one county would let in number 5 of all others."""
    parts = CONTRACT.replace(
        "{property: identifier, value: resident_id}", "{property: x, value: y}"
    )
    parts = parts.replace(
        "{property: identifier, value: division_code}", "{property: entityKey, value: true}"
    )
    every = errors(found(tmp_path, "{required: true, subject: id}", parts))
    (wrong,) = [f for f in every if f.key == f"{KEY}.subject"]
    assert "a part of the entity key" in wrong.problem.en
    assert "identifier: resident_id" in wrong.fix.en


def test_a_consent_is_written_as_it_was_read(tmp_path: Path) -> None:
    written = asking("{required: true, subject: id}")
    (scenario,) = load_city(write_texts(tmp_path, scenario=written)).scenarios.values()
    (plain,) = scenario_dict(scenario)["resources"]
    assert plain["consent"] == {"subject": "id", "required": True}


def test_what_is_exported_knows_that_it_was_given_without_asking(tmp_path: Path) -> None:
    """Whoever kept a result from before has another grant than today's."""
    asked = load_city(write_texts(tmp_path / "a", scenario=asking("{required: true, subject: id}")))
    before = load_city(write_texts(tmp_path / "b"))
    digests = {
        terms_digest(grants_of(city.scenarios["income_study"])[0], ["born"])
        for city in (asked, before)
    }
    assert len(digests) == 2


def _under(tmp_path: Path, regulation: str, scenario: str) -> list[Finding]:
    contract = CONTRACT.replace(
        "      - name: born\n        physicalType: DATE\n        classification: important-2\n",
        "      - name: born\n        physicalType: DATE\n        classification: important-2\n"
        "        customProperties:\n          - {property: personal, value: sensitive}\n",
    )
    city = CITY.replace("aba-2024", regulation)
    write_texts(tmp_path, city=city, contract=contract, scenario=scenario)
    file = Path("data_contracts") / "regulations" / f"{regulation}.yaml"
    (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    return [f for f in check_city(tmp_path) if "consent" in f.problem.en]


PLAIN = SCENARIO.replace("born: {use: value, mask: {kind: date, level: year}}", "born: value")
ASKED = f"{PLAIN}    consent: {{required: true, subject: id}}\n"


def test_foshan_is_told_of_sensitive_data_that_nobody_was_asked_for(tmp_path: Path) -> None:
    (warned,) = _under(tmp_path, "foshan-2019", PLAIN)
    assert warned.severity is Severity.warning
    assert "person.born" in warned.problem.en
    assert "art. 31" in warned.problem.en
    assert "consent: {required: true" in warned.fix.en


@pytest.mark.parametrize(
    ("regulation", "scenario"),
    [("foshan-2019", ASKED), ("foshan-2019", SCENARIO), ("aba-2024", PLAIN)],
)
def test_who_asks_or_masks_or_has_no_such_article_is_not_told(
    tmp_path: Path, regulation: str, scenario: str
) -> None:
    assert _under(tmp_path, regulation, scenario) == []
