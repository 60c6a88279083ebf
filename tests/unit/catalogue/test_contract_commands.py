"""``workbench contracts`` and ``workbench init``, as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from catalogue_texts import CONTRACT, write_texts

from workbench.cli import main

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    monkeypatch.delenv("WORKBENCH_CITY", raising=False)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    code = left.value.code
    return code if isinstance(code, int) else 0


def test_a_new_city_passes_the_check_and_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    assert run("init", str(folder)) == 0
    assert run("contracts", "check", str(folder)) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
    assert (folder / ".gitignore").read_text() == ".workbench/\n"

    readme = folder / "README.md"
    readme.write_text("mine")
    (folder / "data_contracts/city.yaml").unlink()
    assert run("init", str(folder)) == 2
    assert "README.md" in capsys.readouterr().err
    assert readme.read_text() == "mine"
    assert not (folder / "data_contracts/city.yaml").exists()


def test_check_prints_a_line_for_each_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_texts(tmp_path, contract=CONTRACT.replace("general-3", "generl"))
    assert run("contracts", "check", str(root)) == 2
    out = capsys.readouterr().out
    assert (
        "data_contracts/resources/person.odcs.yaml:28: error: "
        "schema[person].properties[county].classification: generl is not a level of GB/T 43697  "
        "Did you mean general?"
    ) in out
    assert "errors, 1 warnings" in out


def test_check_speaks_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    root = write_texts(tmp_path, contract=CONTRACT.replace("general-3", "机密"))
    assert run("contracts", "check", str(root)) == 2
    assert "国家秘密和工作秘密不在共享范围" in capsys.readouterr().out


def test_check_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_texts(tmp_path)
    assert run("contracts", "check", str(root), "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["severity"] == "warning"
    assert found["key"] == "schema[person].properties[note]"
    assert set(found["problem"]) == {"zh", "en"}


def test_check_without_a_city_says_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("contracts", "check", str(tmp_path)) == 2
    assert "workbench init" in capsys.readouterr().out


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("contracts", "list", "--city", str(REPOSITORY)) == 0
    out = capsys.readouterr().out
    assert "tax_tip_offs_synthetic" in out
    assert "not_shared" in out

    assert run("contracts", "show", "house_prices", "--city", str(REPOSITORY), "--json") == 0
    contract = json.loads(capsys.readouterr().out)
    assert [p["name"] for p in contract["schema"][0]["properties"]] == [
        "month", "city", "mom_index", "yoy_index",
    ]  # fmt: skip

    assert run("contracts", "show", "house_prces", "--city", str(REPOSITORY)) == 2
    assert "Did you mean house_prices?" in capsys.readouterr().err
