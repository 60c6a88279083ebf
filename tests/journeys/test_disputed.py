"""What is doubted is marked in every answer that reads it, from the step that doubts to the one
that closes: through a real gateway, by the real desk of procedures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from page_city import ask, edit_city, page

from workbench.cli import main
from workbench.client.connection import Connection, connect
from workbench.client.release import Release
from workbench.errors import InvalidInput
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Actor, Role
from workbench.model.days import day_of
from workbench.sharing.procedures.guards import Command
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest
from workbench.ui.provenance import provenance
from workbench.ui.words import Speech

ROOT = Path(__file__).parents[2]
PASSWORD = "一个足够长的密码-2026"
KEY = "91510000MA62000000"
TODAY = day_of(datetime.now(UTC))
PRICE = {
    "city": {"type": "VARCHAR", "class": "general"},
    "price": {"type": "BIGINT", "class": "general"},
}
PERSON = {
    "id": {"type": "BIGINT", "class": "general"},
    "town": {"type": "VARCHAR", "class": "general"},
    "income": {"type": "BIGINT", "class": "important", "personal": True},
}
VALUES = {"city": "value", "price": "value"}
TEST = {
    "resources": {
        "prices": {"data": "prices.csv", "columns": PRICE},
        "seen": {"data": "prices.csv", "columns": PRICE},
        "person": {"data": "person.csv", "entity": "id", "columns": PERSON},
    },
    "grants": {
        "prices": {"mode": "obtain", "columns": VALUES},
        "seen": {"mode": "view", "columns": VALUES},
        "person": {
            "mode": "statistics",
            "columns": {"id": "value", "town": "value", "income": "statistics"},
        },
    },
    "settings": {"threshold_k": 3, "threads": 1, "warm_workers": 0},
}
READS = "select city, price from prices order by city"
NOT = "select city from prices"
MA = Actor("ma", "user", frozenset({Role.officer}))
WANG = Actor("wang", "provider", frozenset({Role.provider}))


@dataclass
class Place:
    root: Path
    bench: Workbench
    gateway: Gateway

    @contextmanager
    def doubted(self, resource: str, **fields: str) -> Iterator[str]:
        """While it lasts the value is doubted; then its provider has corrected it."""
        desk = self.bench.procedures
        said = {"resource": resource, "wrong": "与登记不符", **fields}
        found = desk.open("correction", said, Command("submit"), MA).procedure
        try:
            yield found.id
        finally:
            command = Command("correct", found.version, reason="已更正")
            desk.act(found.id, command, WANG)

    def connect(self) -> Connection:
        return connect(self.gateway.http, "li", PASSWORD, language="en", scenario=SCENARIO)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("disputed")
    (folder / "prices.csv").write_text("city,price\n成都,1\n绵阳,2\n", encoding="utf-8")
    rows = "".join(f"{i},{'东' if i < 12 else '西'},{900 + 37 * i}\n" for i in range(16))
    (folder / "person.csv").write_text(f"id,town,income\n{rows}", encoding="utf-8")
    test, root = PolicyTest.model_validate(TEST), folder / "city"
    write_city(test, root)
    for part in ("procedures", "regulations"):
        shipped = ROOT / "data_contracts" / part
        shutil.copytree(shipped, root / "data_contracts" / part, dirs_exist_ok=True)
    edit_city(root, lambda spec: spec.update(regulation="aba-2024"))
    scenario = root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    spec = json.loads(scenario.read_text(encoding="utf-8"))
    spec["pages"] = [{"id": "board", "viewers": ["li"]}]
    scenario.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    with open_workbench(root) as bench:
        bench.store.users.add("li", PASSWORD, "user", [Role.analyst])
        gateway = Gateway(bench, "test")
        yield Place(root, bench, gateway)
        gateway.stop()


def disputes(notes: tuple[str, ...]) -> list[str]:
    return [note for note in notes if "Disputed data" in note]


def test_a_result_says_what_is_doubted_since_when_and_by_which_article(place: Place) -> None:
    with place.connect() as connection:
        before = connection.sql(READS)
        with place.doubted("prices", column="price", key=KEY) as name:
            during = connection.sql(READS)
            other = connection.sql(NOT)
            counted = connection.sql("select count(*) as n from prices")
        after = connection.sql(READS)
    (note,) = disputes(during.info.notes)
    zh, en = note.split(" / ")
    for word in ("prices", "数据项 price", str(TODAY), name, "数据校核", "第20条", "一条记录"):
        assert word in zh
    for word in ("price of", "(prices)", str(TODAY), name, "Correction request", "art. 20",
                 "one record of it"):  # fmt: skip
        assert word in en
    assert KEY not in str(during.info.to_dict()), "which row it is stays sealed"
    sealed = place.bench.store.procedures.get(name)
    assert sealed is not None
    assert all(one.text not in note for one in sealed.values if one.sealed)
    for release in (before, other, counted, after):
        assert disputes(release.info.notes) == []
    assert before.pl().equals(during.pl()), "what is doubted is marked, and not changed"
    assert en in repr(during)
    assert name in during._repr_html_()


def test_all_of_a_resource_is_doubted_where_no_column_is_named(place: Place) -> None:
    with place.connect() as connection, place.doubted("prices") as name:
        for sql in (NOT, "select count(*) as n from prices", READS):
            (note,) = disputes(connection.sql(sql).info.notes)
            assert "all columns of" in note
            assert "its values are doubted" in note
        with place.doubted("prices", column="city,price") as second:
            notes = disputes(connection.sql(NOT).info.notes)
        assert [name in notes[0], second in notes[1], len(notes)] == [True, True, 2]
        assert "city of" in notes[1], "only what was read is named"


@pytest.mark.slow
def test_what_was_made_of_it_before_and_what_is_protected_are_marked_too(place: Place) -> None:
    """A temporary table keeps what it was made of; a total is of doubted values as well."""
    with place.connect() as connection, place.doubted("prices", column="price"):
        connection.sql("create temp table kept as select price from prices")
        assert len(disputes(connection.sql("select sum(price) as s from kept").info.notes)) == 1
    with place.connect() as connection, place.doubted("person", column="income") as name:
        total = "select town, sum(income) as s from person group by town"
        (note,) = disputes(connection.sql(total).info.notes)
        assert name in note
        by_town = "select town, count(*) as n from person group by town"
        assert disputes(connection.sql(by_town).info.notes) == []
    with place.connect() as connection, place.doubted("seen", column="price"):
        assert len(disputes(connection.view("seen").info.notes)) == 1
        assert disputes(connection.view("seen", columns=["city"]).info.notes) == []


def test_a_page_is_told_anew_and_shows_it_in_what_it_was_given_before(place: Place) -> None:
    viewer = page("li")

    def stamp() -> str:
        return place.bench.query_path.stamp(viewer, SCENARIO)

    _, before = ask(place.bench, READS, viewer)
    first = stamp()
    with place.doubted("prices", column="price") as name:
        assert stamp() != first
        _, info = ask(place.bench, READS, viewer)
        assert name in disputes(info.notes)[0]
    assert (disputes(before.notes), stamp()) == ([], first)


def test_the_page_kit_shows_it_in_the_reader_s_language(place: Place) -> None:
    with place.connect() as connection, place.doubted("prices", column="price"):
        release = connection.sql(READS)
    for language, word, other in (("zh", "有争议的数据", "Disputed"), ("en", "Disputed", "争议")):
        shown = provenance(release, Speech(language), TODAY)
        (line,) = [text for _, text in shown.lines if word in text]
        assert other not in line
        assert word in shown.caption


def exported(release: Release, path: Path) -> dict[str, object]:
    saved = release.save(path)
    receipt: dict[str, object] = json.loads(saved.receipt.read_text(encoding="utf-8"))["receipt"]
    return receipt


def test_what_is_kept_says_it_in_its_receipt_and_where_the_form_has_a_place(
    place: Place, tmp_path: Path
) -> None:
    with place.connect() as connection, place.doubted("prices", column="price") as name:
        release = connection.sql(READS)
        for form in ("csv", "parquet", "xlsx"):
            (told,) = exported(release, tmp_path / f"a.{form}")["obligations"]  # type: ignore[misc]
            assert name in told
        metadata = pq.read_schema(tmp_path / "a.parquet").metadata
        assert any(name.encode() in value for value in metadata.values())
        assert not [one for one in tmp_path.glob("*.disputed.txt") if one.name != MARK]
    with place.connect() as connection:
        assert exported(connection.sql(READS), tmp_path / "b.csv")["obligations"] == []
    assert not (tmp_path / "b.csv.disputed.txt").exists()


MARK = "a.csv.disputed.txt"
ONLY = {"a.csv", "a.csv.receipt.json"}


def test_beside_a_csv_lies_what_is_disputed_of_it_and_the_table_is_as_it_was(
    place: Place, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    with place.connect() as connection:
        plain = connection.sql(READS).save(path)
        assert (plain.disputed, {one.name for one in tmp_path.iterdir()}) == (None, ONLY)
        before = path.read_bytes()
        with place.doubted("prices", column="price", key=KEY) as name:
            release = connection.sql(READS)
            saved = release.save(path, overwrite=True)
            assert path.read_bytes() == before, "no program that reads the table sees another one"
            assert saved.disputed == tmp_path / MARK
            assert saved.disputed.stat().st_mode & 0o777 == 0o600
            told = saved.disputed.read_text(encoding="utf-8-sig")
            zh, en = disputes(release.info.notes)[0].split(" / ")
            assert [line for line in told.splitlines() if name in line] == [zh, en]
            assert told.startswith("a.csv 含有争议的数据")
            assert MARK in repr(saved)
            assert KEY not in told
            path.unlink()
            saved.receipt.unlink()
            with pytest.raises(InvalidInput, match="is there already"):
                release.save(path)
        old = release.save(path, overwrite=True)
        assert name in old.disputed.read_text(encoding="utf-8"), "the values are those of before"
        connection.sql(READS).save(path, overwrite=True)
    assert {one.name for one in tmp_path.iterdir()} == ONLY


def test_a_mark_that_came_after_the_answer_is_told_of_its_file(
    place: Place, tmp_path: Path
) -> None:
    with place.connect() as connection:
        release = connection.sql(READS)
        with place.doubted("prices", column="price") as name:
            saved = release.save(tmp_path / "a.csv")
    assert disputes(release.info.notes) == []
    assert saved.disputed is not None
    assert name in saved.disputed.read_text(encoding="utf-8")


def test_a_file_that_the_command_line_writes_has_it_beside(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, mark = tmp_path / "a.csv", tmp_path / MARK

    def write() -> bytes:
        with pytest.raises(SystemExit) as ended:
            main(["sql", "-s", SCENARIO, "--format", "csv", "-o", str(path), READS])
        assert ended.value.code in (0, None)
        return path.read_bytes()

    with place.connect() as connection:
        monkeypatch.setenv("WORKBENCH_TOKEN", connection.session_token)
        monkeypatch.setenv("WORKBENCH_URL", place.gateway.http)
        with place.doubted("prices", column="price") as name:
            during = write()
            assert name in mark.read_text(encoding="utf-8-sig")
        assert write() == during
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"], "what lay there was of the other"


def test_the_command_line_says_it_beside_the_data(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with place.connect() as connection:
        monkeypatch.setenv("WORKBENCH_TOKEN", connection.session_token)
        monkeypatch.setenv("WORKBENCH_URL", place.gateway.http)
        with place.doubted("prices", column="price") as name, pytest.raises(SystemExit):
            main(["sql", "-s", SCENARIO, "--format", "csv", READS])
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == "city,price"
    assert name in said.err
