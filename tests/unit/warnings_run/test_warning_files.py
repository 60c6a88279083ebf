"""The shipped files of early warning: who may see what, and what the run may read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.catalogue.city import City, load_city
from workbench.catalogue.regulations import known_regulations
from workbench.model.contract import SharingMode
from workbench.model.grant import Use
from workbench.warnings import kept
from workbench.warnings.check import check, needs
from workbench.warnings.definition import load_rules, read_rules
from workbench.warnings.setting import FILE, load_setting, read_setting

SHIPPED = Path(__file__).parents[3] / "workbench/simulation/shipped/city"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(SHIPPED)


def test_the_run_holds_the_columns_of_the_rules_and_no_other(city: City) -> None:
    files = read_rules(SHIPPED, known_regulations(SHIPPED))
    assert [one for file in files for one in file.findings] == []
    assert list(check(files, city)) == []
    rules = load_rules(SHIPPED, known_regulations(SHIPPED)).values()
    wanted = needs(list(rules), city)
    granted = {
        use.resource: {column.name for column in use.columns}
        for use in city.scenarios["enterprise_warning"].resources
    }
    assert granted == {name: set(columns) for name, columns in wanted.items()}


def test_nobody_but_the_run_holds_what_is_of_single_firms(city: City) -> None:
    for name in ("enterprise_warning", "alert_names"):
        scenario = city.scenarios[name]
        assert scenario.departments == ()
        assert [page.id for page in scenario.pages] == ["early_warning_run"]


def test_what_comes_of_it_is_shared_more_strictly_and_not_longer(city: City) -> None:
    sources = [city.scenarios[name] for name in ("enterprise_warning", "alert_names")]
    earliest = min(one.valid_until for one in sources if one.valid_until is not None)
    for name in ("warning_desk", "warning_counts"):
        ends = city.scenarios[name].valid_until
        assert ends is not None
        assert ends <= earliest
    assert city.resources["enterprise_alert"].sharing.mode is SharingMode.view
    assert city.resources["alert_statistics"].sharing.mode is SharingMode.statistics
    granted = {
        (use.resource, column.name): column.use
        for use in city.scenarios["warning_counts"].resources
        for column in use.columns
    }
    assert ("alert_statistics", "credit_code") not in granted
    assert ("alert_statistics", "alert_id") not in granted
    assert set(granted.values()) == {Use.value}


def test_the_rows_that_are_kept_are_those_of_the_contracts(city: City) -> None:
    setting = load_setting(SHIPPED, city, load_rules(SHIPPED, known_regulations(SHIPPED)).values())
    makes = setting.makes
    for name, schema in (
        (makes.enterprises, kept.ENTERPRISES),
        (makes.areas, kept.AREAS),
        (makes.counted, kept.COUNTED),
    ):
        assert {column.name for column in city.resources[name].columns} == set(schema)


def test_areas_take_enough_firms_to_be_of_none_of_them(city: City) -> None:
    """As many as a released count needs, at the least."""
    for rule in load_rules(SHIPPED, known_regulations(SHIPPED)).values():
        if rule.detector.area_loss is not None:
            assert rule.detector.area_loss.firms >= city.settings.threshold_k


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("enterprise_alert", "enterprise_alrt", "there is no enterprise_alrt"),
        ("procedure: early_warning", "procedure: late_warning", "there is no late_warning"),
        ("otherwise: drc", "otherwise: moon", "there is no moon"),
        ("taxation", "taxes", "there is no taxes"),
        ("subject: early_warning_run", "subject: other", "does not register other"),
        ("quiet: 2", "quiet: 0", "out of range"),
        ("tax_slide:", "tax_slid:", "tax_slid"),
    ],
)
def test_mistakes_of_the_setting_are_told_with_their_line(
    tmp_path: Path, city: City, old: str, new: str, told: str
) -> None:
    root = tmp_path / "city"
    shutil.copytree(SHIPPED / "data_contracts", root / "data_contracts")
    text = (SHIPPED / FILE).read_text(encoding="utf-8")
    assert old in text
    (root / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    rules = load_rules(SHIPPED, known_regulations(SHIPPED)).values()
    found = read_setting(root, city, rules)[1]
    assert any(told in one.problem.en for one in found), found
    assert all(one.line > 1 and one.fix.en for one in found)
