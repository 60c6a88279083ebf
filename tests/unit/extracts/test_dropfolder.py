"""What of a drop folder is complete, what is not looked at, and how a delivery is taken out."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.errors import Code, InvalidInput, Unavailable
from workbench.extracts.dropclaim import (
    Claim,
    claim,
    claims,
    contents,
    finish,
    gather,
    watching,
)
from workbench.extracts.dropfolder import DropFolder, Look, Waiting

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KNOWN = ("people", "sales")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in KNOWN:
        (tmp_path / "drop" / name).mkdir(parents=True)
    return tmp_path / "drop"


def put(root: Path, name: str, text: str = "id\n1\n") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def look(root: Path) -> Look:
    return DropFolder(root).look(KNOWN, 0.0)


def ready(found: Look) -> list[str]:
    return [f"{w.resource}/{w.name}" for w in found.ready]


def told(found: Look) -> dict[str, str]:
    return {notice.path: notice.text.zh + notice.text.en for notice in found.notices}


def test_nothing_is_taken_before_its_marker_is_there(root: Path) -> None:
    put(root, "people/a.csv")
    assert ready(look(root)) == []
    assert "a.csv.done" in told(look(root))["people/a.csv"]
    put(root, "people/a.csv.done", "")
    assert ready(look(root)) == ["people/a.csv"]
    assert told(look(root)) == {}


def test_what_belongs_to_a_delivery_goes_with_it(root: Path) -> None:
    for name in ("a.csv", "a.csv.control.yaml", "a.csv.done", "b.csv", "b.csv.control.json"):
        put(root, f"people/{name}")
    (waiting,) = look(root).ready
    assert waiting.members == ("a.csv", "a.csv.control.yaml", "a.csv.done")


def test_a_folder_is_one_delivery(root: Path) -> None:
    put(root, "people/2026-01/1.csv")
    put(root, "people/2026-01/2.csv")
    put(root, "people/2026-01.done", "")
    (waiting,) = look(root).ready
    assert waiting.members == ("2026-01", "2026-01.done")


def test_they_come_in_the_order_in_which_they_were_completed(root: Path) -> None:
    for number, name in enumerate(("people/z.csv", "sales/m.csv", "people/a.csv")):
        put(root, name)
        marker = put(root, f"{name}.done", "")
        os.utime(marker, ns=(0, number * 10**9))
    assert ready(look(root)) == ["people/z.csv", "sales/m.csv", "people/a.csv"]


@pytest.mark.parametrize(
    "name", [".hidden.csv", "a.csv.part", "a.csv.filepart", "a.tmp", "a.csv~", ".a.csv.swp"]
)
def test_unfinished_and_hidden_names_are_no_deliveries(root: Path, name: str) -> None:
    put(root, f"people/{name}")
    put(root, f"people/{name}.done", "")
    assert ready(look(root)) == []


def test_what_is_in_no_resources_folder_is_told(root: Path, tmp_path: Path) -> None:
    put(root, "loose.csv")
    put(root, "peeple/a.csv")
    (tmp_path / "else").mkdir()
    (root / "linked").symlink_to(tmp_path / "else")
    put(root, "sales/alone.done", "")
    found = told(look(root))
    assert "子文件夹" in found["loose.csv"]
    assert "Did you mean people?" in found["peeple"]
    assert "symbolic link" in found["linked"]
    assert "no delivery alone" in found["sales/alone.done"]


def test_an_unreadable_folder_is_the_callers_to_try_again(root: Path) -> None:
    with pytest.raises(FileNotFoundError):
        look(root / "gone")


def test_with_settle_what_lies_still_long_enough_is_taken(root: Path) -> None:
    folder = DropFolder(root, settle=10)
    file = put(root, "people/a.csv")
    assert ready(folder.look(KNOWN, 0)) == []
    assert ready(folder.look(KNOWN, 9.9)) == []
    file.write_text("id\n1\n2\n")
    assert ready(folder.look(KNOWN, 10)) == [], "it grew: the time begins anew"
    assert ready(folder.look(KNOWN, 19.9)) == []
    put(root, "people/a.csv.control.yaml")
    assert ready(folder.look(KNOWN, 20)) == [], "its control file came"
    assert ready(folder.look(KNOWN, 30)) == ["people/a.csv"]
    put(root, "people/set/1.csv")
    folder.look(KNOWN, 31)
    put(root, "people/set/2.csv")
    assert "people/set" not in ready(folder.look(KNOWN, 41)), "a file came into the folder"
    put(root, "people/b.csv")
    put(root, "people/b.csv.done", "")
    assert "people/b.csv" in ready(folder.look(KNOWN, 42)), "a marker needs no waiting"


# taking


def begun(root: Path, name: str = "people/a.csv", text: str = "id\n1\n") -> Claim:
    put(root, name, text)
    put(root, f"{name}.done", "")
    return claim(root, the_one(root), NOW)


def the_one(root: Path) -> Waiting:
    (waiting,) = look(root).ready
    return waiting


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_claim_moves_all_and_can_be_found_again(root: Path) -> None:
    made = begun(root)
    assert claims(root) == [made]
    assert gather(root, made)
    assert gather(root, made), "twice is as good as once"
    assert names(root / "people") == []
    assert names(made.inside) == ["a.csv", "a.csv.done"]
    assert contents(made) == ([made.inside / "a.csv"], None)
    assert made.drop.startswith("people/a.csv#20260304T050607-")


@pytest.mark.parametrize("already", [["a.csv"], ["a.csv.done"], []])
def test_a_claim_that_was_cut_short_goes_on(root: Path, already: list[str]) -> None:
    made = begun(root)
    for name in already:
        (root / "people" / name).rename(made.inside / name)
    (again,) = claims(root)
    assert gather(root, again)
    assert names(again.inside) == ["a.csv", "a.csv.done"]


def test_a_new_file_of_the_same_name_is_left_for_the_next_claim(root: Path) -> None:
    made = begun(root)
    gather(root, made)
    put(root, "people/a.csv", "id\n2\n")
    assert gather(root, made)
    assert (made.inside / "a.csv").read_text() == "id\n1\n"
    assert names(root / "people") == ["a.csv"]


def test_what_changed_after_the_claim_is_not_taken(root: Path) -> None:
    made = begun(root)
    put(root, "people/a.csv", "id\n1\n2\n3\n")
    with pytest.raises(InvalidInput) as caught:
        gather(root, made)
    assert "changed" in caught.value.said("en")
    assert names(root / "people") == ["a.csv"], "left for whoever is writing it"


def test_what_the_provider_took_back_is_no_claim(root: Path) -> None:
    made = begun(root)
    for path in (root / "people").iterdir():
        path.unlink()
    assert not gather(root, made)
    assert claims(root) == []


def test_a_folder_without_a_claim_held_nothing(root: Path) -> None:
    (root / ".taking" / "x" / "delivery").mkdir(parents=True)
    assert claims(root) == []
    assert list((root / ".taking").iterdir()) == []


def test_links_pipes_folders_in_folders_and_nothing_are_refused(root: Path) -> None:
    put(root, "people/set/1.csv")
    put(root, "people/set.done", "")
    made = claim(root, the_one(root), NOW)
    gather(root, made)
    inside = made.inside / "set"
    for make, word in (
        (lambda p: p.symlink_to("/etc/passwd"), "symbolic link"),
        (os.mkfifo, "not a regular file"),
        (lambda p: p.mkdir(), "not a regular file"),
    ):
        make(inside / "2.csv")
        with pytest.raises(InvalidInput) as caught:
            contents(made)
        assert word in caught.value.said("en")
        (inside / "2.csv").rmdir() if (inside / "2.csv").is_dir() else (inside / "2.csv").unlink()
    (inside / "1.csv").unlink()
    with pytest.raises(InvalidInput):
        contents(made)


def test_two_control_files_are_one_too_many(root: Path) -> None:
    put(root, "people/a.csv.control.yaml")
    put(root, "people/a.csv.control.csv")
    made = begun(root)
    gather(root, made)
    with pytest.raises(InvalidInput) as caught:
        contents(made)
    assert "two control files" in caught.value.said("en")


def test_it_ends_as_done_or_refused_with_reports_in_both_languages(root: Path) -> None:
    counts = {"rows_read": 2, "accepted": 0, "rejected": 2}
    reason = {"code": "invalid_delivery", "what": {"zh": "坏行", "en": "bad rows"}}
    report = {"drop": "d", "outcome": "refused", "report": counts, "reasons": [reason]}
    made = begun(root)
    gather(root, made)
    place = finish(root, made, None, report)
    assert place == root / ".refused" / "people" / made.id
    assert names(place) == [
        "claim.json", "delivery/a.csv", "delivery/a.csv.done", "report.json", "report.txt",
    ]  # fmt: skip
    text = (place / "report.txt").read_text()
    assert "已拒绝" in text
    assert "坏行" in text
    assert "bad rows" in text
    assert json.loads((place / "report.json").read_text()) == report
    made = begun(root)
    gather(root, made)
    done = report | {"outcome": "loaded", "reasons": []}
    assert finish(root, made, 7, done) == root / ".done" / "people" / f"7_{made.id}"
    assert (root / ".done").stat().st_mode & 0o777 == 0o700
    assert claims(root) == []


def test_of_two_watchers_one_is_told(root: Path) -> None:
    with watching(root), pytest.raises(Unavailable) as caught, watching(root):
        pass
    assert caught.value.code is Code.extract_busy
    assert "另一个进程" in caught.value.said("zh")
    with watching(root):
        pass
