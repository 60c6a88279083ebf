"""A sample city, a real gateway: briefs of two months are drafted, checked, signed and compared.

Each figure is what plain Polars makes of the indicators that were kept; the ledger says who signed
which content, and of which releases it was made.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attacks.served import PASSWORD, Served, served
from commands import Said, here

from workbench.cli import report_due
from workbench.cli.report_desk import Briefs
from workbench.client.connection import Connection, connect
from workbench.errors import Refused, StatementWrong
from workbench.extracts.versions import Extracts
from workbench.gateway.state import open_state
from workbench.ledger.exports import exports
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter
from workbench.reports.outline import Schedule
from workbench.reports.outline_file import load_outline
from workbench.store.layout import Layout
from workbench.ui.page_file import load_page
from workbench.ui.page_filter import Words
from workbench.ui.setting import context_for
from workbench.ui.visit import Visit

pytestmark = pytest.mark.slow
MONTH = date(2026, 9, 1)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("brief") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "3000", "--months", "15")
    assert built.returncode == 0, built.stderr
    return root


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    for person in ("ana", "bo"):
        added = here(
            "users", "add", person, "-d", "drc", "-r", "analyst", "-r", "officer",
            "--password-stdin", "--city", str(city), given=PASSWORD + "\n",
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
    with served(city) as gateway:
        for person in ("ana", "bo"):
            signed_in = here(
                "login", "--url", gateway.http, "--user", person, "--password-stdin",
                given=PASSWORD + "\n", XDG_STATE_HOME=str(city / person),
            )  # fmt: skip
            assert signed_in.returncode == 0, signed_in.stderr
        yield gateway


@pytest.fixture(scope="module")
def drafts(gateway: Served, city: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The briefs of August and September; August's is signed before September's is drafted."""
    out = tmp_path_factory.mktemp("out")
    run = as_(city, "ana", "libraries", "run", "employment", "--from", "2025-08",
              "--month", "2026-09")  # fmt: skip
    assert run.returncode == 0, run.stderr
    august = draft(city, "2026-08", out)
    assert shown(city, august["digest"], out).returncode == 3
    for person, step in (("bo", "check-off"), ("bo", "sign")):
        done = as_(city, person, "report", step, august["digest"])
        assert done.returncode == 0, done.stderr
    return [august, draft(city, "2026-09", out)]


def as_(city: Path, person: str, *words: str) -> Said:
    return here(*words, "--city", str(city), XDG_STATE_HOME=str(city / person))


def draft(city: Path, month: str, out: Path) -> Any:
    done = as_(
        city, "ana", "report", "monthly", "--month", month, "--language", "both",
        "--submit", "--json", "-o", str(out),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shown(city: Path, digest: str, out: Path) -> Said:
    return as_(city, "ana", "report", "show", digest, "--language", "both", "-o", str(out))


def content(made: Any) -> Any:
    (path,) = [Path(file) for file in made["files"] if file.endswith(".json")]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == made["digest"]
    return json.loads(path.read_bytes())


def indicators(city: Path) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest("employment_indicators")
    assert found is not None
    return pl.read_parquet(list(found.files))


def test_the_outline_holds_against_the_city(city: Path) -> None:
    done = here("report", "check", "--city", str(city))
    assert done.returncode == 0, done.stdout + done.stderr


def test_figures_are_those_of_the_indicators(drafts: list[Any], city: Path) -> None:
    rows = indicators(city)
    whole = rows.filter(pl.col("county").is_null() & pl.col("industry").is_null())
    said = content(drafts[1])
    by = {figure["key"]: figure for figure in said["figures"]}
    seen = 0
    for now in whole.filter(
        (pl.col("month") == MONTH) & (pl.col("state") == "released")
    ).to_dicts():
        found = by[f"library_employment.1/{now['indicator']}/value"]
        assert found["value"] == now["value"]
        assert found["entry"] == now["entry"]
        before = whole.filter(
            (pl.col("month") == date(2025, 9, 1)) & (pl.col("indicator") == now["indicator"])
        )["value"].item()
        rate = by.get(f"library_employment.1/{now['indicator']}/year_on_year")
        if before is not None:
            assert rate is not None
            assert rate["value"] == pytest.approx((now["value"] / before - 1) * 100, rel=1e-9)
            printed = float(rate["zh"].removesuffix("%").replace(",", ""))
            assert printed == pytest.approx(rate["value"], abs=0.0501)
        seen += 1
    assert seen >= 4
    course = [f for f in said["figures"] if f["key"] == "library_employment.2/value"]
    people = whole.filter((pl.col("indicator") == "insured_people") & pl.col("value").is_not_null())
    assert {f["period"]: f["value"] for f in course} == {
        str(row["month"]): row["value"] for row in people.to_dicts()
    }


def test_counties_are_those_of_the_indicators(drafts: list[Any], city: Path) -> None:
    rows = indicators(city).filter(
        (pl.col("indicator") == "insured_people")
        & pl.col("county").is_not_null()
        & pl.col("industry").is_null()
    )
    now, before = (
        rows.filter(pl.col("month") == month).select("county", "value")
        for month in (MONTH, date(2025, 9, 1))
    )
    both = now.join(before, on="county", suffix="_before").drop_nulls()
    wanted = {
        f"counties.2/{row['county']}/value": (row["value"] / row["value_before"] - 1) * 100
        for row in both.to_dicts()
    }
    said = {f["key"]: f["value"] for f in content(drafts[1])["figures"]}
    assert len(wanted) > 3
    assert {key: said[key] for key in wanted} == pytest.approx(wanted, rel=1e-9)


def test_each_statement_is_in_the_ledger_with_the_documents_digest(
    drafts: list[Any], city: Path
) -> None:
    said = content(drafts[1])
    with_state = open_state(city)
    try:
        journal = with_state.store.journal
        for asked in said["asked"]:
            filed = journal.at(asked["entry"])
            assert filed is not None
            assert json.loads(filed.entry.body)["event"] == "release_opened"
        kept = exports(journal, (), day_of(filed.entry.at), "ana")
    finally:
        with_state.store.close()
    of_it = [one for one in kept if one.digest == drafts[1]["digest"]]
    assert len(of_it) == len(said["asked"]) > 2
    assert {one.name for one in of_it} == {"brief-2026-09.json"}


def test_what_is_signed_is_shown_with_its_seal(
    drafts: list[Any], city: Path, tmp_path: Path
) -> None:
    august, september = drafts
    assert shown(city, september["digest"], tmp_path).returncode == 3
    own = as_(city, "ana", "report", "check-off", september["digest"])
    assert own.returncode == 3
    assert "another person" in own.stderr
    assert shown(city, august["digest"], tmp_path).returncode == 0
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [
        "brief-2026-08.en.docx", "brief-2026-08.en.pdf", "brief-2026-08.json",
        "brief-2026-08.zh.docx", "brief-2026-08.zh.pdf",
    ]  # fmt: skip
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert shown(city, august["digest"][:10], tmp_path).returncode == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    listed = json.loads(here("report", "list", "--city", str(city), "--json").stdout)
    assert [(one["month"], one["state"]) for one in listed] == [
        ("2026-08", "sign"), ("2026-09", "draft"),
    ]  # fmt: skip


def test_the_ledger_is_whole(drafts: list[Any], city: Path) -> None:
    done = here("audit", "verify", "--city", str(city))
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_months_are_compared(drafts: list[Any], city: Path) -> None:
    done = here("report", "diff", "2026-08", "2026-09", "--city", str(city), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["revised"] == []
    people = next(
        one for one in found["moved"] if one["key"] == "library_employment.1/insured_people/value"
    )
    rows = indicators(city).filter(
        (pl.col("indicator") == "insured_people")
        & pl.col("county").is_null()
        & pl.col("industry").is_null()
    )
    values = dict(zip(rows["month"], rows["value"], strict=True))
    assert people["before"]["value"] == values[date(2026, 8, 1)]
    assert people["change"] == pytest.approx(values[MONTH] - values[date(2026, 8, 1)])
    said = content(drafts[1])
    assert said["before"] == drafts[0]["digest"]
    assert any(figure["key"].startswith("changes/") for figure in said["figures"])


READERS = {
    "mayor": ("government_office", "leader"), "analyst2": ("drc", "analyst"),
    "abroad": ("customs", "leader"),
}  # fmt: skip


@pytest.fixture(scope="module")
def readers(gateway: Served, city: Path) -> Mapping[str, Connection]:
    for person, (department, role) in READERS.items():
        added = here(
            "users", "add", person, "-d", department, "-r", role, "--password-stdin",
            "--city", str(city), given=PASSWORD + "\n",
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
    return {
        person: connect(url=gateway.http, user=person, password=PASSWORD, progress=False)
        for person in (*READERS, "ana")
    }


def test_nothing_unsigned_is_given_to_who_does_not_deal_with_it(
    drafts: list[Any], readers: Mapping[str, Connection]
) -> None:
    august, september = (one["digest"] for one in drafts)
    for person in ("mayor", "analyst2"):
        assert [one["digest"] for one in readers[person].briefs.list()] == [august]
        with pytest.raises(StatementWrong):
            readers[person].briefs.get(september)
        with pytest.raises(StatementWrong):
            readers[person].briefs.take(september, "zh", "pdf")
    mine = [(one["digest"], one["state"]) for one in readers["ana"].briefs.list()]
    assert mine == [(september, "draft"), (august, "sign")]
    with pytest.raises(StatementWrong):  # an officer checks it, and does not carry it away
        readers["ana"].briefs.take(september, "zh", "pdf")
    assert readers["abroad"].briefs.list() == []  # none of its scenarios is theirs
    with pytest.raises(StatementWrong):
        readers["abroad"].briefs.get(august)


def test_what_is_taken_along_is_what_was_signed_and_is_entered(
    drafts: list[Any], readers: Mapping[str, Connection], city: Path
) -> None:
    august = drafts[0]["digest"]
    found = readers["mayor"].briefs.get(august)
    assert found["document"] == content(drafts[0])
    assert (found["line"]["drafted_by"], found["line"]["signed_by"]) == ("ana", "bo")
    assert found["line"]["taken"] == ["en.docx", "en.pdf", "zh.docx", "zh.pdf"]
    file = readers["mayor"].briefs.take(august, "zh", "pdf")
    raw = base64.b64decode(file["content"])
    assert raw.startswith(b"%PDF")
    assert hashlib.sha256(raw).hexdigest() == file["sha256"]
    state = open_state(city)
    try:
        (filed,) = state.store.journal.find(EntryFilter(event="brief_taken"))
        body = json.loads(filed.entry.body)
    finally:
        state.store.close()
    assert body["actor"] == "mayor"
    assert (body["detail"]["brief"], body["detail"]["sha256"]) == (august, file["sha256"])


def test_the_page_of_briefs_reads_what_was_signed(
    drafts: list[Any], readers: Mapping[str, Connection], city: Path
) -> None:
    path = city / "dashboards/pages/briefs.yaml"
    visit = Visit(load_page(path), readers["mayor"], context_for(path), "en")
    visit.open()
    (shown,) = visit.panels()
    assert [row["cells"]["month"]["text"] for row in shown["desk"]["rows"]] == ["2026-08"]
    item = visit.desk_item("p0", drafts[0]["digest"])
    text = json.dumps(item, ensure_ascii=False)
    printed = [one["en"] for one in content(drafts[0])["figures"] if one["en"]]
    assert len(printed) > 10
    assert all(json.dumps(figure, ensure_ascii=False)[1:-1] in text for figure in printed)
    assert "DRAFT" not in text
    draft_ = Visit(load_page(path), readers["ana"], context_for(path), "en")
    draft_.open()
    september = draft_.desk_item("p0", drafts[1]["digest"])
    assert september["blocks"][0]["title"] == "DRAFT"
    assert september["blocks"][1]["rows"]  # against August's
    assert september["actions"] == []


def test_what_was_changed_on_disk_is_refused(drafts: list[Any], city: Path, tmp_path: Path) -> None:
    digest = drafts[0]["digest"]
    path = Layout(city).state / "briefs" / digest / "brief.json"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"2026-08-01", b"2026-07-01", 1))
    try:
        refused = shown(city, digest, tmp_path)
        assert refused.returncode == 2
        assert "changed on disk" in refused.stderr
    finally:
        path.write_bytes(whole)


def test_a_month_without_data_has_no_brief(drafts: list[Any], city: Path, tmp_path: Path) -> None:
    done = as_(city, "ana", "report", "monthly", "--month", "2026-10", "-o", str(tmp_path))
    assert done.returncode == 5
    assert "no data of 2026-10" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_on_the_day_the_outlines_subject_asks_and_an_officer_answers_for_it(
    drafts: list[Any], gateway: Served, city: Path
) -> None:
    outline, digest = load_outline(city, "monthly")
    assert outline.schedule is not None
    state = open_state(city)
    try:
        briefs = Briefs(state, outline, digest, Words(zh="甲", en="A"))
        july = date(2026, 7, 1)
        made = report_due.draft(briefs, outline.schedule, july, "ana", gateway.http)
        again = report_due.draft(briefs, outline.schedule, july, "ana", gateway.http)
        assert made.case
        assert (again.digest, again.case) == (made.digest, "")
        signing = briefs.signings()[made.digest]
        assert [(step.event, step.actor) for step in signing.steps] == [("draft", "ana")]
        read = state.store.journal.at(briefs.kept.document(made.digest).asked[0].entry)
        assert read is not None
        body = json.loads(read.entry.body)
        assert (body["actor"], body["viewer"]) == ("page:monthly_brief_run", "ana")
        with pytest.raises(Refused, match="no enabled officer"):
            report_due.draft(briefs, outline.schedule, july, "nobody", gateway.http)
    finally:
        state.store.close()


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 10, 19, 15, 59, tzinfo=UTC), None),
        (datetime(2026, 10, 19, 16, 0, tzinfo=UTC), date(2026, 9, 1)),  # the 20th in China
        (datetime(2027, 1, 25, tzinfo=UTC), date(2026, 12, 1)),
    ],
)
def test_a_brief_is_due_from_its_day_on(now: datetime, month: date | None) -> None:
    assert report_due.due(Schedule(day=20, subject="run"), now) == month
