"""The present city and its grants, over a copy of the sample city."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from workbench.catalogue.city import City, check_city, load_city
from workbench.catalogue.files import Stamps
from workbench.declared.findings import errors
from workbench.declared.yaml import Document
from workbench.declared.yaml import read as read_yaml
from workbench.errors import Code, WorkbenchError
from workbench.gateway.sources import CitySource, GrantSource, all_grants
from workbench.model.case import Case

CONTRACTS = Path(__file__).parents[3] / "data_contracts"


def no_cases(mark: int) -> tuple[int, tuple[Case, ...]]:
    return mark, ()


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(CONTRACTS, tmp_path / "data_contracts")
    return tmp_path


def rewrite(root: Path, old: str, new: str) -> None:
    file = root / "data_contracts" / "city.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_is_seen_and_the_same_city_kept_without_one(root: Path) -> None:
    source = CitySource(root, Seconds())
    first = source()
    assert source() is first
    rewrite(root, "id: aba-sample", "id: another-sample")
    assert source().id == "another-sample"
    assert source.problem is None


def test_a_wrong_city_file_keeps_the_rest_and_says_so(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = CitySource(root, Seconds())
    first = source()
    rewrite(root, "id: aba-sample", "idd: aba-sample")
    assert source() == first
    assert source.problem is not None
    assert source.problem.code is Code.invalid_contract
    assert caplog.text.count("contracts are invalid") == 1
    rewrite(root, "idd: aba-sample", "id: aba-sample")
    assert source.problem is None
    assert source() is not first


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / "data_contracts" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_becomes_a_secret_is_served_no_longer(root: Path) -> None:
    source = CitySource(root, Seconds())
    grants = GrantSource(source, dict, lambda: 1, no_cases)
    before = {g.id for g in grants()}
    marked = "customProperties:\n  - {property: secrecy, value: state}\n"
    edit(root, "resources/house_prices.odcs.yaml", "\ncustomProperties:\n", "\n" + marked)
    after = {g.id for g in grants()}
    assert source.problem is not None
    assert "house_prices" not in source().resources
    gone = {name for name in before if name.endswith("/house_prices")}
    assert before - after == gone >= {"house_price_watch/drc/house_prices"}


def test_an_end_does_not_wait_for_a_typo_in_another_file(root: Path) -> None:
    source = CitySource(root, Seconds())
    grants = GrantSource(source, dict, lambda: 1, no_cases)
    assert any(g.scenario == "tax_structure" for g in grants())
    edit(root, "resources/divisions.odcs.yaml", "kind: DataContract", "kind: DataContrakt")
    (root / "data_contracts" / "scenarios" / "tax_structure.yaml").unlink()
    left = grants()
    assert not any(g.scenario == "tax_structure" for g in left)
    taxed = {"enterprise_tax_synthetic", "tax_inspection_synthetic"}
    given = {g.resource for g in left if not g.resource.startswith("gov_")}
    houses = {"house_prices", "house_price_indicators", "house_price_analysis"}
    listed = {"catalogue_aba", "catalogue_entries", "catalogue_ratings"}
    assert given == {*houses, *listed, *taxed}


def test_a_wrong_city_does_not_open(root: Path) -> None:
    rewrite(root, "id: aba-sample", "idd: aba-sample")
    with pytest.raises(WorkbenchError) as raised:
        CitySource(root)
    assert raised.value.code is Code.invalid_contract


def test_files_are_looked_at_only_so_often(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[float] = []
    now = 0.0

    def look(_: Path) -> Stamps:
        looked.append(now)
        return {}

    monkeypatch.setattr("workbench.gateway.sources.look", look)
    source = CitySource(root, lambda: now)
    for now in (0.1, 0.29, 0.4, 0.5, 0.71):  # noqa: B007  the clock
        source.look()
    assert looked == [0.0, 0.4, 0.71]


def test_a_query_looks_at_no_files_while_somebody_watches(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[float] = []
    now = 0.0

    def look(_: Path) -> Stamps:
        looked.append(now)
        return {}

    monkeypatch.setattr("workbench.gateway.sources.look", look)
    source = CitySource(root, lambda: now)
    for now in (0.35, 0.7, 1.0, 1.3):
        source.look()
        source()
        now += 0.2
        source()
    assert looked == [0.0, 0.35, 0.7, 1.0, 1.3]
    now = 2.4  # the thread that watches hangs
    source()
    assert looked[-1] == 2.4


def test_one_edit_reads_one_file_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: Path, label: str) -> Document:
        read.append(label)
        return read_yaml(path, label)

    for module in ("contracts", "scenarios"):
        monkeypatch.setattr(f"workbench.catalogue.{module}.read", counted)
    source = CitySource(root, Seconds())
    before = source()
    assert len(read) == len(before.resources) + len(before.scenarios)
    settle(root)
    source()
    read.clear()
    edit(root, "resources/house_prices.odcs.yaml", "version: ", "version: 9")
    settle(root)
    after = source()
    using = {s.id for s in after.scenarios.values() for u in s.resources
             if u.resource == "house_prices"}  # fmt: skip
    assert using
    assert set(read) == {
        "data_contracts/resources/house_prices.odcs.yaml",
        *(f"data_contracts/scenarios/{name}.yaml" for name in using),
    }
    assert after.resources["house_prices"].version.startswith("9")
    assert after == load_city(root)


def settle(root: Path) -> None:
    """As if the last edits were some seconds ago."""
    past = time.time_ns() - 10**10
    for path in (root / "data_contracts").rglob("*.yaml"):
        if path.stat().st_mtime_ns > past:
            os.utime(path, ns=(past, past + len(path.name)))


def test_what_is_kept_never_differs_from_a_fresh_reading(root: Path) -> None:
    """Every kind of edit, one after the other: the present city is what the files say."""
    source = CitySource(root, Seconds())
    below = root / "data_contracts"
    contract = below / "resources" / "house_prices.odcs.yaml"
    steps: list[Callable[[], object]] = [
        lambda: edit(root, "resources/house_prices.odcs.yaml", "version: ", "version: 9"),
        lambda: edit(root, "city.yaml", "id: aba-sample", "id: another"),
        lambda: contract.rename(below / "resources" / "renamed.odcs.yaml"),
        lambda: (below / "resources" / "renamed.odcs.yaml").rename(contract),
        lambda: (below / "scenarios" / "tax_structure.yaml").unlink(),
        lambda: shutil.copy(CONTRACTS / "scenarios" / "tax_structure.yaml", below / "scenarios"),
    ]
    for step in steps:
        step()
        settled = errors(check_city(root))
        if settled:
            source()
            assert source.problem is not None
        else:
            assert source() == load_city(root)
            assert source.problem is None


def test_an_edit_right_after_another_is_seen(root: Path) -> None:
    """Same size, and so fast that the file's time may be the same."""
    source = CitySource(root, Seconds())
    source()
    for version in range(10, 60):
        path = root / "data_contracts" / "city.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^id: .*", f"id: city-{version}", text, flags=re.M), "utf-8")
        assert source().id == f"city-{version}"


def test_revocations_reach_the_grants(root: Path) -> None:
    source = CitySource(root, Seconds())
    every = all_grants(source(), {})
    assert every
    revoked: dict[str, date] = {}
    version = [1]
    grants = GrantSource(source, lambda: revoked, lambda: version[0], no_cases)
    assert grants() == every
    assert grants() is grants()
    revoked[next(iter(every)).id] = date(2025, 6, 2)
    version[0] = 2
    assert {g.id: g.revoked_on for g in grants() if g.revoked_on} == revoked


def test_grants_follow_the_contracts(root: Path) -> None:
    source = CitySource(root, Seconds())
    grants = GrantSource(source, dict, lambda: 1, no_cases)
    assert grants()
    shutil.rmtree(root / "data_contracts" / "scenarios")
    assert isinstance(source(), City)
    assert len(grants()) == 0
