"""The present city and its grants, over a copy of the sample city."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from workbench.catalogue.city import City
from workbench.errors import Code, WorkbenchError
from workbench.gateway.sources import CitySource, GrantSource, all_grants

CONTRACTS = Path(__file__).parents[3] / "data_contracts"


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
    grants = GrantSource(source, dict, lambda: 1)
    before = {g.id for g in grants()}
    marked = "customProperties:\n  - {property: secrecy, value: state}\n"
    edit(root, "resources/house_prices.odcs.yaml", "\ncustomProperties:\n", "\n" + marked)
    after = {g.id for g in grants()}
    assert source.problem is not None
    assert "house_prices" not in source().resources
    assert before - after == {"house_price_watch/drc/house_prices"}


def test_an_end_does_not_wait_for_a_typo_in_another_file(root: Path) -> None:
    source = CitySource(root, Seconds())
    grants = GrantSource(source, dict, lambda: 1)
    assert any(g.scenario == "tax_structure" for g in grants())
    edit(root, "resources/divisions.odcs.yaml", "kind: DataContract", "kind: DataContrakt")
    (root / "data_contracts" / "scenarios" / "tax_structure.yaml").unlink()
    left = grants()
    assert not any(g.scenario == "tax_structure" for g in left)
    assert {g.resource for g in left} == {"house_prices", "catalogue_aba"}


def test_a_wrong_city_does_not_open(root: Path) -> None:
    rewrite(root, "id: aba-sample", "idd: aba-sample")
    with pytest.raises(WorkbenchError) as raised:
        CitySource(root)
    assert raised.value.code is Code.invalid_contract


def test_files_are_looked_at_only_so_often(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def fingerprint(_: Path) -> str:
        looked.append(1)
        return "same"

    monkeypatch.setattr("workbench.gateway.sources.fingerprint", fingerprint)
    times = iter([0.0, 0.1, 0.2, 0.29, 0.4, 0.4, 0.5])
    source = CitySource(root, lambda: next(times))
    for _ in range(4):
        source()
    assert len(looked) == 2


def test_revocations_reach_the_grants(root: Path) -> None:
    source = CitySource(root, Seconds())
    every = all_grants(source(), {})
    assert every
    revoked: dict[str, date] = {}
    version = [1]
    grants = GrantSource(source, lambda: revoked, lambda: version[0])
    assert grants() == every
    assert grants() is grants()
    revoked[next(iter(every)).id] = date(2025, 6, 2)
    version[0] = 2
    assert {g.id: g.revoked_on for g in grants() if g.revoked_on} == revoked


def test_grants_follow_the_contracts(root: Path) -> None:
    source = CitySource(root, Seconds())
    grants = GrantSource(source, dict, lambda: 1)
    assert grants()
    shutil.rmtree(root / "data_contracts" / "scenarios")
    assert isinstance(source(), City)
    assert len(grants()) == 0
