"""A city is a folder: all its files together, the sample city, and made-up ones."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from catalogue_texts import CITY, CONTRACT, SCENARIO, write_texts
from city_files import write_city
from shipped import shipped_city

from workbench.catalogue.city import Settings, check_city, load_city
from workbench.catalogue.files import Stamp, look
from workbench.catalogue.write import odcs_of, scenario_dict, to_yaml
from workbench.declared.findings import Severity
from workbench.declared.yaml import read
from workbench.errors import InvalidInput
from workbench.model.contract import Delivery, OpenType, SharingType

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE = shipped_city()


def errors(root: Path) -> list[tuple[str, str, str]]:
    return [(f.file, f.key, f.problem.en) for f in check_city(root) if f.severity is Severity.error]


def test_the_sample_city_has_no_findings() -> None:
    assert check_city(REPOSITORY) == ()


def test_the_sample_city_loads_within_a_second() -> None:
    def took() -> float:
        start = time.process_time()
        load_city(REPOSITORY)
        return time.process_time() - start

    # the least of three: threads and garbage of tests before it are in the same process
    assert min(took() for _ in range(3)) < 1


def test_the_sample_city_teaches_what_it_should() -> None:
    """Something is withheld, something is not shared, something is masked, a page is registered."""
    house = SAMPLE.scenarios["house_price_watch"].resources[0]
    granted = {c.name for c in house.columns}
    assert {c.name for c in SAMPLE.resources["house_prices"].columns} - granted == {"yoy_index"}
    assert SAMPLE.resources["tax_tip_offs_synthetic"].sharing.type is SharingType.not_shared
    masks = {c.mask.kind for c in SAMPLE.scenarios["tax_structure"].resources[0].columns if c.mask}
    assert masks == {"division", "industry", "bucket"}
    assert [p.id for p in SAMPLE.scenarios["catalogue_overview"].pages] == ["aba_catalogue"]


def test_synthetic_resources_say_so_and_personal_columns_are_only_there() -> None:
    for resource in SAMPLE.resources.values():
        made_up = resource.name.endswith("_synthetic") or resource.id.startswith("sample-")
        assert made_up == ("合成" in resource.title.zh) == ("ynthetic" in resource.title.en)
        pseudonyms = resource.name == "gov_use"  # who used what, by a keyed name
        assert made_up or pseudonyms or all(c.personal == "no" for c in resource.columns)
        assert not made_up or resource.open_type is OpenType.not_open


def published_schema() -> Any:
    """The JSON schema of the standard, as its package ships it."""
    from jsonschema import Draft201909Validator  # takes seconds: not in every worker that collects

    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text()
    return Draft201909Validator(json.loads(text))


def test_every_contract_of_the_sample_city_follows_the_published_schema() -> None:
    validator = published_schema()
    for path in sorted((REPOSITORY / "data_contracts/resources").iterdir()):
        found = [e.message for e in validator.iter_errors(read(path, path.name).value)]
        assert found == [], path.name


def test_every_written_contract_follows_the_published_schema() -> None:
    validator = published_schema()
    for resource in SAMPLE.resources.values():
        assert [e.message for e in validator.iter_errors(odcs_of(resource))] == []


def test_the_sample_city_survives_a_round_trip_through_files(tmp_path: Path) -> None:
    write_city(tmp_path, SAMPLE, query_seconds=7)
    again = load_city(tmp_path)
    assert again.resources == SAMPLE.resources
    assert again.scenarios == SAMPLE.scenarios
    assert again.departments == SAMPLE.departments
    assert again.settings == Settings(query_seconds=7)


def test_the_made_up_city_survives_too(tmp_path: Path) -> None:
    first = load_city(write_texts(tmp_path))
    for resource in first.resources.values():
        contract = odcs_of(replace(resource, deliveries=(Delivery("data/person.csv", "csv"),)))
        path = tmp_path / "data_contracts/resources/person.odcs.yaml"
        path.write_text(to_yaml(contract), encoding="utf-8")
    for scenario in first.scenarios.values():
        path = tmp_path / "data_contracts/scenarios/income_study.yaml"
        path.write_text(to_yaml(scenario_dict(scenario)), encoding="utf-8")
    second = load_city(tmp_path)
    person = second.resources["person"]
    assert (
        replace(person, deliveries=first.resources["person"].deliveries)
        == (first.resources["person"])
    )
    assert second.scenarios == first.scenarios


def test_contracts_and_scenarios_may_be_json(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    before = load_city(root)
    for path in (root / "data_contracts").rglob("*.yaml"):
        path.write_text(json.dumps(read(path, "x").value, ensure_ascii=False), encoding="utf-8")
    after = load_city(root)
    assert after.resources == before.resources
    assert after.scenarios == before.scenarios


def test_a_contract_in_gb18030_is_a_clear_finding(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    path = root / "data_contracts/resources/person.odcs.yaml"
    path.write_bytes(CONTRACT.encode("gb18030"))
    (found,) = [f for f in check_city(root) if f.file.endswith("person.odcs.yaml")]
    assert (found.line, found.problem.en) == (4, "the file is not UTF-8 (it looks like GB18030)")
    assert "iconv" in found.fix.en


CITY_MISTAKES: list[tuple[str, str, str, str]] = [
    ("id: made-up", "id: Made Up", "id", "not well formed"),
    ('divisions: "990100"', "divisions: 990100", "divisions", "must be text"),
    ('divisions: "990100"', 'divisions: "9901"', "divisions", "six-digit"),
    ("regulation: aba-2024", "regulation: Aba", "regulation", "not well formed"),
    ("regulation: aba-2024", "regualtion: aba-2024", "regualtion", "unknown key"),
    (
        "  drc: {zh: 发改委, en: Reform}",
        "  Drc: {zh: 发改委, en: Reform}",
        "departments.Drc",
        "small",
    ),
    ("  drc: {zh: 发改委, en: Reform}", "  drc: {zh: 发改委}", "departments.drc.en", "missing"),
    ("departments:", "languages: [zh, fr]\ndepartments:", "languages[1]", "'fr'"),
    ("departments:", "settings: {threads: 0}\ndepartments:", "settings.threads", "out of range"),
    ("departments:", "settings: {thread: 1}\ndepartments:", "settings.thread", "unknown key"),
    ("departments:", "settings: {threads: 1.5}\ndepartments:", "settings.threads", "whole number"),
]


@pytest.mark.parametrize(("old", "new", "key", "problem"), CITY_MISTAKES)
def test_mistakes_in_city_yaml(tmp_path: Path, old: str, new: str, key: str, problem: str) -> None:
    assert old in CITY
    found = errors(write_texts(tmp_path, city=CITY.replace(old, new)))
    assert any(
        f == "data_contracts/city.yaml" and k == key and problem in p for f, k, p in found
    ), found


def test_settings_of_the_city_override_the_defaults(tmp_path: Path) -> None:
    city = load_city(write_texts(tmp_path, city=CITY + "settings: {join_key_floor: 20}\n"))
    assert city.settings == Settings(join_key_floor=20)
    assert city.languages == ("zh", "en")
    assert city.state == tmp_path / ".workbench"


def test_a_folder_without_a_city_is_one_finding(tmp_path: Path) -> None:
    (found,) = check_city(tmp_path)
    assert found.problem.en == "there is no city.yaml"
    with pytest.raises(InvalidInput):
        load_city(tmp_path)


def test_a_contract_under_another_name_is_not_overlooked(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    for name in ("person2.yaml", "person3.odcs.yml", "person4.json"):
        (root / "data_contracts/resources" / name).write_text("x: 1")
    assert [f for f, _, p in errors(root) if "not *.odcs.yaml" in p] == [
        "data_contracts/resources/person2.yaml",
        "data_contracts/resources/person3.odcs.yml",
        "data_contracts/resources/person4.json",
    ]


def test_two_contracts_cannot_share_a_table_nor_two_scenarios_an_id(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    below = root / "data_contracts"
    second = CONTRACT.replace("  - name: person\n", "  - name: PERSON\n")
    (below / "resources/zweit.odcs.yaml").write_text(second, encoding="utf-8")
    (below / "scenarios/other.yaml").write_text(SCENARIO, encoding="utf-8")
    problems = {(f, p) for f, _, p in errors(root)}
    twice = "PERSON is already defined in data_contracts/resources/person.odcs.yaml"
    assert ("data_contracts/resources/zweit.odcs.yaml", twice) in problems
    assert ("data_contracts/scenarios/other.yaml", "there already is a scenario income_study") in (
        problems
    )


def test_a_city_without_code_lists_is_told_that_codes_are_checked_by_form(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    assert [f for f in check_city(root) if "by form" in f.problem.en] == []
    (root / "data_contracts/codes/divisions.csv").unlink()
    (found,) = [f for f in check_city(root) if "by form" in f.problem.en]
    assert (found.severity, found.key) == (Severity.warning, "division_code")


def test_a_broken_code_list_is_an_error(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    (root / "data_contracts/codes/divisions.csv").write_text("nothing\n")
    assert [f for f, _, _ in errors(root)] == ["data_contracts/codes/divisions.csv"]


def test_the_stamps_change_with_every_file(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    later = time.time_ns() + 10**9

    def stamps() -> frozenset[tuple[str, Stamp]]:
        return frozenset(look(root, lambda: later).items())

    seen = [stamps()]
    assert stamps() == seen[0]
    for name in ("city.yaml", "resources/person.odcs.yaml", "scenarios/income_study.yaml"):
        path = root / "data_contracts" / name
        stat = path.stat()
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
        seen.append(stamps())
    (root / "data_contracts/scenarios/new.yaml").write_text("x: 1")
    seen.append(stamps())
    (root / "data_contracts/city.yaml").unlink()
    seen.append(stamps())
    assert len(set(seen)) == len(seen)


def test_a_file_written_just_now_is_looked_at_again(tmp_path: Path) -> None:
    root = write_texts(tmp_path)
    written = (root / "data_contracts/city.yaml").stat().st_mtime_ns
    soon = look(root, lambda: written + 1_000_000)
    assert soon != look(root, lambda: written + 2_000_000)
    settled = look(root, lambda: written + 10**10)
    assert settled == look(root, lambda: written + 10**10 + 1)
    assert settled.keys() == soon.keys()


def test_a_contract_of_a_thousand_columns_is_read_in_seconds(tmp_path: Path) -> None:
    columns: list[dict[str, Any]] = [
        {
            "name": f"item_{number}",
            "businessName": f"数据项{number}",
            "physicalType": "VARCHAR",
            "logicalType": "string",
            "classification": "general-2",
            "customProperties": [{"property": "personal", "value": "no"}],
        }
        for number in range(1000)
    ]
    contract = odcs_of(SAMPLE.resources["divisions"])
    contract["schema"] = [{"name": "wide", "properties": columns}]
    root = write_texts(tmp_path, contract=to_yaml(contract).replace("civil_affairs", "health"))
    (root / "data_contracts/scenarios/income_study.yaml").unlink()
    start = time.process_time()
    city = load_city(root)
    assert time.process_time() - start < 6
    assert len(city.resources["wide"].columns) == 1000
