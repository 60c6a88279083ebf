"""Open data of an assessment: nobody in it, what it says is what the run says, and it describes
itself."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from pathlib import Path

import pytest
from commands import here
from reported_run import REASON, REVIEWS, run, told

from workbench.assessment.frozen import as_bytes
from workbench.cli.assess_report_items import open_items
from workbench.reports.assessment_release import CONTENT, PACKAGE, Licence, release

RUN = run()
FACTS = told(RUN, published=True)
LICENCE = Licence("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
FILES = release(FACTS, {"review_on_time"}, LICENCE)


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode())))


def test_it_says_what_the_run_says() -> None:
    assert [(one["department"], one["rank"], one["score"]) for one in table(FILES, "ranking")] == [
        (one["department"], str(one["rank"]), one["score"]) for one in FACTS["ranking"]
    ]
    points = {(one["department"], one["indicator"]): one for one in table(FILES, "sheets")}
    for sheet in FACTS["sheets"]:
        for row in sheet["rows"]:
            found = points[sheet["department"], row["indicator"]]
            assert (found["value"], found["points"]) == (row["value"], row["points"])
    items = [one for one in table(FILES, "items") if one["against"] == "true"]
    assert {"ben-1", "ben-2", "ana-3"} <= {one["item"] for one in items}
    assert json.loads(FILES[CONTENT])["ranking"][0]["score"] == FACTS["ranking"][0]["score"]


def test_the_package_names_licence_digest_position_regulation_and_articles() -> None:
    package = json.loads(FILES[PACKAGE])
    assert package["licenses"] == [{"name": LICENCE.name, "path": LICENCE.path}]
    assert package["run"]["sha256"] == FACTS["digest"]
    assert package["ledger_position"] == FACTS["position"]
    assert (package["regulation"], package["articles"]) == ("aba-2024", "6")
    assert package["synthetic"] is True
    assert (package["status"], package["published"]["ledger_entry"]) == ("published", 4711)
    assert package["run"]["amends"] == {"sha256": "cd" * 32, "decided": 1, "accepted": 0}
    for one in package["resources"]:
        content = FILES[one["path"]]
        assert one["hash"] == f"sha256:{sha256(content).hexdigest()}"
        assert one["bytes"] == len(content)
        heads = next(csv.reader(io.StringIO(content.decode())))
        assert heads == [field["name"] for field in one["schema"]["fields"]]


def test_free_text_and_names_of_files_are_not_in_it() -> None:
    whole = b"".join(FILES.values()).decode()
    assert REASON not in whole
    assert "ben.pdf" not in whole
    assert f"sha256:{'0' * 64}" in whole


def test_items_of_which_it_is_not_known_what_they_are_become_numbers() -> None:
    found = table(release(FACTS, set(), LICENCE), "items")
    assert {one["item"] for one in found} == {str(n) for n in range(1, 11)}
    assert len(found) == len(table(FILES, "items"))


def test_without_a_licence_that_is_said() -> None:
    package = json.loads(release(FACTS, (), Licence())[PACKAGE])
    assert package["licenses"] == [{"name": "not stated / 未注明"}]


def test_equal_runs_give_equal_files() -> None:
    assert release(told(run(), published=True), {"review_on_time"}, LICENCE) == FILES


@pytest.mark.parametrize(
    ("sql", "is_open"),
    [
        ("select case_id as item from gov_case", True),
        ("select scenario || ' ' || day as item from gov_use_day", True),
        ("select case_id as item from gov_case union all select procedure_id from gov_procedure",
         True),
        ("select r as item from (select resource as r from gov_use)", True),
        ("select actor as item from gov_use", False),
        ("select actor || ',' || resource as item from gov_use", False),
        ("select actor || /* , */ resource as item from gov_use", False),
        ("select concat(actor, resource) as item from gov_use", False),
        ("select case_id as item from gov_case union all select actor from gov_use", False),
        ("select resource as item from (select actor as resource from gov_use)", False),
        ("with gov_x as (select actor as resource from gov_use) select resource as item from gov_x",
         False),
        ("select resource as item from gov_use as t(resource)", False),
        ("select resource as item from gov_use union all by name select actor as item from gov_use",
         False),
        ("select case_id as item from court_cases", False),
        ("select * from gov_case", False),
        ("select 'he' as item from gov_case", False),
        ("not a statement", False),
    ],
)  # fmt: skip
def test_ids_are_published_where_what_they_are_made_of_is_known(sql: str, is_open: bool) -> None:
    assert open_items({"one": f"items: {json.dumps(sql)}"}) == ({"one"} if is_open else set())


def test_a_text_that_is_no_kpi_is_not_open() -> None:
    assert open_items({"a": "id: a\n", "b": "- 1\n", "reviews": REVIEWS}) == {"reviews"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "trial-1.zip"
    path.write_bytes(as_bytes(RUN))
    return path


def test_what_is_not_known_to_be_published_is_not_released(file: Path) -> None:
    out = str(file.parent / "open")
    said = here("assess", "release", str(file), "--out", out, folder=file.parent)
    assert said.returncode == 2
    assert "is not published" in said.stderr
    assert not Path(out).exists()
    said = here("assess", "release", str(file), "--out", out, "--draft", folder=file.parent)
    assert said.returncode == 0, said.stderr
    assert "No licence is stated" in said.stderr
    package = json.loads((file.parent / "open" / PACKAGE).read_bytes())
    assert package["status"].startswith("draft")


def test_which_report_is_meant_has_to_be_said(file: Path) -> None:
    where = ("assess", "report", str(file), "--out", str(file.parent / "out"))
    for words in ((), ("--all", "--city-report"), ("--department", "ana", "--all")):
        said = here(*where, *words, folder=file.parent)
        assert said.returncode == 2
        assert "Say which report" in said.stderr
    said = here(*where, "--department", "anna", folder=file.parent)
    assert said.returncode == 2
    assert "anna is not in this run" in said.stderr
    assert not (file.parent / "out").exists()


def test_all_of_them_with_progress_and_sums(file: Path) -> None:
    out = file.parent / "out"
    words = ("assess", "report", str(file), "--all", "--format", "xlsx", "--out", str(out))
    said = here(*words, folder=file.parent)
    assert said.returncode == 0, said.stderr
    assert "[3/3] cai" in said.stderr
    lines = [line.split("  ") for line in (out / "SHA256SUMS").read_text().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert {path.name for path in out.iterdir()} == {*sums, "SHA256SUMS"}
    assert "report-2025-trial-of-ben.en.draft.xlsx" in sums
    assert "report-2025-trial-city.en.draft.xlsx" in sums
    for name, digest in sums.items():
        assert sha256((out / name).read_bytes()).hexdigest() == digest


def test_last_year_s_file_has_to_be_the_one_that_the_change_is_told_from(file: Path) -> None:
    words = ("assess", "report", str(file), "--department", "ana", "--previous", str(file))
    said = here(*words, "--out", str(file.parent / "out"), folder=file.parent)
    assert said.returncode == 2
    assert "is not the run that" in said.stderr
