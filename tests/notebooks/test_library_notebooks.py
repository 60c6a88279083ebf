"""The notebooks of the seven libraries, executed against a real gateway over a small sample city.

Libraries, analysis, briefs and warnings are made by their commands, as in a city. What a notebook
tells is compared with plain Polars over the extracts.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from attacks.served import PASSWORD, Served, served
from commands import Said, here

from workbench.client import connect
from workbench.extracts.versions import Extracts
from workbench.store.layout import Layout

if TYPE_CHECKING:
    from nbformat import NotebookNode

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # the setup is most of it
MONTH, YEAR_AGO = date(2026, 9, 1), date(2025, 9, 1)
LIBRARIES = ("employment", "tax", "trade", "energy", "finance")


@dataclass(frozen=True)
class Place:
    city: Path
    gateway: Served

    def command(self, *words: str, beside: bool = True, person: str = "ana") -> Said:
        """A command of a person who is signed in, beside the city."""
        where = ("--city", str(self.city)) if beside else ()
        url = ("--url", self.gateway.http) if words[:2] != ("libraries", "check") else ()
        return here(*words, *where, *url, XDG_STATE_HOME=str(self.city / person))

    def extract(self, name: str) -> pl.DataFrame:
        found = Extracts(Layout(self.city).extracts).latest(name)
        assert found is not None
        return pl.read_parquet(list(found.files))


def adopt(city: Path) -> None:
    """Adds the indicator that the notebook writes to its library, as whoever may change it."""
    shipped = (city / "notebooks" / "build_an_indicator.ipynb").read_text(encoding="utf-8")
    texts = ("".join(c["source"]) for c in json.loads(shipped)["cells"])
    (found,) = [block for text in texts for block in re.findall(r"```yaml\n(.*?)```", text, re.S)]
    with (city / "data_contracts" / "libraries" / "finance.yaml").open("a", encoding="utf-8") as f:
        f.write(found)


@dataclass(frozen=True)
class Ran:
    """An executed notebook, and what its kernel held at the end (``probe``)."""

    notebook: NotebookNode
    held: Any

    def cell(self, containing: str) -> NotebookNode:
        cells = (c for c in self.notebook.cells if c.cell_type == "code")
        return next(c for c in cells if containing in c.source)

    def said(self, containing: str) -> str:
        """All that a cell shows, as one text."""
        parts = []
        for output in self.cell(containing).outputs:
            data = output.get("data", {})
            parts += [output.get("text", ""), data.get("text/html", ""), data.get("text/plain", "")]
        return "".join(parts)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    city = tmp_path_factory.mktemp("notebooks") / "city"
    built = here("sample", "build", "--city", str(city), "--enterprises", "3000", "--months", "40")
    assert built.returncode == 0, built.stderr
    adopt(city)
    for person in ("ana", "bo"):
        added = here(
            "users", "add", person, "-d", "drc", "-r", "analyst", "-r", "officer",
            "--password-stdin", "--city", str(city), given=PASSWORD + "\n",
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
    with served(city) as gateway:
        for person in ("ana", "bo"):
            words = ("login", "--url", gateway.http, "--user", person, "--password-stdin")
            signed_in = here(*words, given=PASSWORD + "\n", XDG_STATE_HOME=str(city / person))
            assert signed_in.returncode == 0, signed_in.stderr
        made = Place(city, gateway)
        prepare(made)
        yield made


def prepare(place: Place) -> None:
    """The month and that a year before; of one library the months before these as well. The earlier
    brief is signed; then come the warnings."""
    for month, libraries in (
        ("2025-08", LIBRARIES[:1]), ("2025-09", LIBRARIES),
        ("2026-08", LIBRARIES[:1]), ("2026-09", LIBRARIES),
    ):  # fmt: skip
        done = place.command("libraries", "run", *libraries, "--month", month)
        assert done.returncode == 0, done.stderr
    done = place.command("analysis", "run", "--from", "2026-08", "--month", "2026-09")
    assert done.returncode == 0, done.stderr
    drafted = draft(place, "2026-08")
    for step in ("check-off", "sign"):
        words = ("report", step, drafted["digest"], "--city", str(place.city))
        signed = here(*words, XDG_STATE_HOME=str(place.city / "bo"))
        assert signed.returncode == 0, signed.stderr
    draft(place, "2026-09")
    done = place.command("warnings", "run", "--from", "2026-08", "--month", "2026-09")
    assert done.returncode == 0, done.stderr


def draft(place: Place, month: str) -> Any:
    """Beside the notebooks."""
    out = ("-o", str(place.city / "notebooks"))
    done = place.command("report", "monthly", "--month", month, "--submit", "--json", *out)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def executed(place: Place, name: str, probe: str) -> Ran:
    """``probe``: an expression that is asked at the end, told as JSON."""
    import nbformat  # here: it takes seconds, which whoever only collects the tests need not wait
    from nbclient import NotebookClient

    path = place.city / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    asked = f"import json\nprint(json.dumps({probe}, default=str))"
    notebook.cells.append(nbformat.v4.new_code_cell(asked))
    client = NotebookClient(
        notebook, timeout=240, resources={"metadata": {"path": str(path.parent)}}
    )
    with connect(place.gateway.http, user="ana", password=PASSWORD) as connection:
        told = {
            "WORKBENCH_URL": place.gateway.http,
            "WORKBENCH_TOKEN": connection.session_token,
            "WORKBENCH_LANG": "zh",
        }
        client.execute(env={**os.environ, **told})
    return Ran(notebook, json.loads(notebook.cells.pop().outputs[0]["text"]))


def failed(ran: Ran) -> list[str]:
    """The last lines of the cells that ended in an error."""
    return [
        c.source.splitlines()[-1]
        for c in ran.notebook.cells
        if c.cell_type == "code" and any(o.output_type == "error" for o in c.outputs)
    ]


def by_firm(place: Place, name: str) -> pl.DataFrame:
    """The records of a resource with county and division of industry."""
    firms = place.extract("enterprise").select(
        "credit_code", county="county_code", industry=pl.col("industry_code").str.slice(0, 2)
    )
    return place.extract(name).join(firms, on="credit_code")


# Build an indicator -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(place: Place) -> Ran:
    return executed(
        place,
        "build_an_indicator",
        "{'lending': lending.pl().to_dicts(), 'cells': cells.pl().to_dicts(),"
        " 'growth': growth.to_dicts(), 'adjusted': adjusted.frame.to_dicts(),"
        " 'found': found.to_dicts(), 'months': glance.row(0, named=True)['months'],"
        " 'entry': lending.info.ledger_seq}",
    )


def test_no_cell_of_the_indicator_fails(built: Ran) -> None:
    assert failed(built) == []


def test_the_indicator_is_what_the_extracts_say(built: Ran, place: Place) -> None:
    loans = place.extract("loan_monthly")
    mine = loans.group_by("month").agg(
        value=pl.col("new_loans").sum() / pl.col("balance").sum() * 100
    )
    wanted = {str(row["month"]): row["value"] for row in mine.to_dicts()}
    told = {row["month"]: row["value"] for row in built.held["lending"]}
    assert len(told) == 40
    assert told == pytest.approx(wanted, rel=1e-9)
    rates = {
        (row["series"], row["month"]): row["rate"] for row in built.held["growth"] if row["rate"]
    }
    wanted_rate = (wanted[str(MONTH)] / wanted[str(YEAR_AGO)] - 1) * 100
    assert rates["lending_intensity", str(MONTH)] == pytest.approx(wanted_rate)
    output = place.extract("output_monthly").group_by("month").agg(pl.col("output_value").sum())
    now, then = (
        output.filter(pl.col("month") == month)["output_value"].item()
        for month in (MONTH, YEAR_AGO)
    )
    assert rates["output", str(MONTH)] == pytest.approx((now / then - 1) * 100)


def test_what_is_shown_by_county_and_industry_is_of_five_firms_or_more(
    built: Ran, place: Place
) -> None:
    loans = by_firm(place, "loan_monthly").filter(pl.col("month") == MONTH)
    mine = {
        (row["county"], row["industry"]): (row["firms"], row["value"])
        for row in loans.group_by("county", "industry")
        .agg(firms=pl.len(), value=pl.col("new_loans").sum() / pl.col("balance").sum() * 100)
        .to_dicts()
    }
    cells = built.held["cells"]
    shown = [row for row in cells if row["value"] is not None]
    assert len(shown) > 50
    for row in shown:
        firms, value = mine[row["county"], row["industry"]]
        assert firms >= 5
        assert row["value"] == pytest.approx(value, rel=1e-9)
    withheld = len(cells) - len(shown)
    assert withheld > 0
    assert f"未放行 {withheld} 格" in built.said("cells.disclosure")
    assert "更粗" in built.said("suggest=True")


def test_forty_months_do_not_make_a_leading_indicator(built: Ran) -> None:
    assert [row["lead"] for row in built.held["found"]] == [None]
    assert 18 <= built.held["months"] < 36
    assert "不能据此称为先行指标" in built.said("best = glance.row")
    assert "insured_monthly" in built.said("per_head")
    assert "申请草稿" in built.said("per_head") or "application:" in built.said("per_head")
    assert str(built.held["entry"]) in built.said("gateway.usage")


def test_the_indicators_yaml_passes_the_check_and_is_worked_out(built: Ran, place: Place) -> None:
    checked = place.command("libraries", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    kept = place.extract("finance_indicators").filter(
        (pl.col("indicator") == "lending_intensity")
        & pl.col("county").is_null()
        & pl.col("industry").is_null()
    )
    told = {row["month"]: row["value"] for row in built.held["lending"]}
    worked_out = dict(zip(kept["month"].cast(pl.String), kept["value"], strict=True))
    assert sorted(worked_out) == [str(YEAR_AGO), str(MONTH)]
    assert worked_out == pytest.approx({month: told[month] for month in worked_out})


# Judge a county ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(place: Place) -> Ran:
    return executed(
        place,
        "judge_a_county",
        "{'county': county, 'parts': parts.to_dicts(), 'shifted': shifted.to_dicts(),"
        " 'steps': steps.to_dicts(), 'quotients': quotients.to_dicts(),"
        " 'beside': beside.pl().to_dicts(), 'places': places.pl().to_dicts(),"
        " 'dark': dark, 'whole': whole.to_list(), 'local': local.to_dicts(),"
        " 'entry': sales.info.ledger_seq}",
    )


def test_only_the_refused_cell_of_the_county_fails(judged: Ran) -> None:
    assert failed(judged) == [judged.cell("credit_code, sales").source.splitlines()[-1]]
    assert "逐行数据" in judged.said("credit_code, sales")


def invoices(place: Place) -> dict[tuple[str | None, str | None, date], float]:
    """Invoiced sales by county and industry, with margins, of both months."""
    rows = by_firm(place, "invoice_monthly").filter(pl.col("month").is_in([MONTH, YEAR_AGO]))
    found: dict[tuple[str | None, str | None, date], float] = {}
    for keys in (["county", "industry"], ["county"], ["industry"], []):
        for row in rows.group_by([*keys, "month"]).agg(pl.col("sales").sum()).to_dicts():
            found[row.get("county"), row.get("industry"), row["month"]] = float(row["sales"])
    return found


def test_contributions_are_those_of_the_extracts(judged: Ran, place: Place) -> None:
    mine = invoices(place)
    base = mine[None, None, YEAR_AGO]
    told = {row["series"]: row["points"] for row in judged.held["parts"]}
    wanted = {
        county: (mine[county, None, MONTH] - mine[county, None, YEAR_AGO]) / base * 100
        for county in told
        if county != "residual"
    }
    assert len(wanted) == 7
    assert {c: told[c] for c in wanted} == pytest.approx(wanted)


def test_shift_share_adds_up_and_says_what_is_withheld(judged: Ran, place: Place) -> None:
    mine, county = invoices(place), judged.held["county"]
    assert len(judged.held["shifted"]) > 5
    for row in judged.held["shifted"]:
        assert row["start"] == mine[county, row["industry"], YEAR_AGO]
        assert row["end"] == mine[county, row["industry"], MONTH]
        parts = row["national"] + row["mix"] + row["competitive"]
        assert parts == pytest.approx(row["end"] - row["start"])
    assert judged.held["whole"] == [mine[county, None, YEAR_AGO], mine[county, None, MONTH]]
    steps = [row["value"] for row in judged.held["steps"]]
    assert sum(steps) == pytest.approx(mine[county, None, MONTH] - mine[county, None, YEAR_AGO])


def test_location_quotients_are_shares_over_shares(judged: Ran, place: Place) -> None:
    mine, told = invoices(place), judged.held["quotients"]
    local = sum(row["value"] for row in told)
    whole = {
        industry: value
        for (county, industry, month), value in mine.items()
        if county is None and industry is not None and month == MONTH
    }
    total = sum(whole[row["industry"]] for row in told)
    assert sum(r["quotient"] * whole[r["industry"]] / total for r in told) == pytest.approx(1)
    for row in told:
        share = mine[judged.held["county"], row["industry"], MONTH] / local
        assert row["quotient"] == pytest.approx(share / (whole[row["industry"]] / total))


def test_the_judgement_has_three_sentences_with_these_figures(judged: Ran, place: Place) -> None:
    said = judged.said("own = parts.filter")
    assert [line[:2] for line in said.splitlines() if line] == ["一、", "二、", "三、"]
    own = next(r for r in judged.held["parts"] if r["series"] == judged.held["county"])
    assert f"{own['points']:+.2f} 个百分点" in said
    assert f"账本第 {judged.held['entry']}" in said
    assert "博兴县" in said
    rows = place.extract("analysis_monthly").filter(
        (pl.col("month") == MONTH)
        & (pl.col("part") == "ranking")
        & (pl.col("measure") == "place")
        & (pl.col("county") == judged.held["county"])
    )
    assert f"综合位次第 {rows['value'].item():.0f}" in said
    cells = pl.concat(
        place.extract(f"{name}_indicators").select("month", "county", "state") for name in LIBRARIES
    ).filter((pl.col("month") == MONTH) & (pl.col("county") == judged.held["county"]))
    assert judged.held["dark"]["suppressed"] == (cells["state"] == "suppressed").sum() > 0


# Examine a warning ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def examined(place: Place) -> Ran:
    return executed(
        place,
        "examine_a_warning",
        "{'alert': alert, 'waiting': list(waiting), 'growth': growth.to_dicts(),"
        " 'counts': counts.pl().to_dicts()}",
    )


def test_only_what_is_refused_on_purpose_fails(examined: Ran) -> None:
    meant = [examined.cell("page.pl()"), examined.cell("select credit_code")]
    assert failed(examined) == [c.source.splitlines()[-1] for c in meant]
    assert "export_not_allowed" in examined.said("page.pl()")
    assert "not_granted" in examined.said("select credit_code")


def test_waiting_alerts_are_all_that_were_raised(examined: Ran, place: Place) -> None:
    raised = place.extract("enterprise_alert")["alert_id"].unique().to_list()
    raised += place.extract("area_alert")["alert_id"].unique().to_list()
    waiting = examined.held["waiting"]
    assert sorted(one["id"] for one in waiting) == sorted(raised)
    order = [("red", "orange", "yellow", "blue").index(one["level"]) for one in waiting]
    assert order == sorted(order)
    assert "合成企业" not in examined.said("waiting = alerts"), "a list of cases names nobody"
    mine = place.extract("alert_statistics").group_by("month").len()
    assert {row["month"]: row["alerts"] for row in examined.held["counts"]} == {
        str(row["month"]): row["len"] for row in mine.to_dicts()
    }


def test_the_evidence_is_of_the_alerted_firm_under_a_watermark(examined: Ran, place: Place) -> None:
    rows = place.extract("enterprise_alert").filter(pl.col("alert_id") == examined.held["alert"])
    code, name = rows["credit_code"][0], rows["enterprise_name"][0]
    looked = examined.said("enterprise_name")
    assert name in looked
    assert code not in looked, "the code is not among the columns that were asked for"
    assert "ana" in looked
    told = examined.said("evidence(page)")
    assert "ana" in told
    power = place.extract("power_monthly").filter(pl.col("credit_code") == code).sort("month")
    latest = power.filter(pl.col("month") <= rows["month"].max())["power_kwh"].tail(6)
    assert all(re.search(rf"\b{value}\b", told.replace(",", "")) for value in latest.to_list())


def test_industries_are_compared_by_protected_totals(examined: Ran, place: Place) -> None:
    power = (
        by_firm(place, "power_monthly")
        .group_by("industry", "month")
        .agg(pl.col("power_kwh").sum(), firms=pl.len())
    )
    mine = {(row["industry"], row["month"]): row for row in power.to_dicts()}
    told = examined.held["growth"]
    assert len(told) > 5
    for row in told:
        now, then = mine[row["industry"], MONTH], mine[row["industry"], YEAR_AGO]
        assert min(now["firms"], then["firms"]) >= 5
        assert row["rate"] == pytest.approx((now["power_kwh"] / then["power_kwh"] - 1) * 100)


def test_the_commands_hand_the_case_in(examined: Ran, place: Place) -> None:
    said = examined.said("workbench warnings assign")
    assert f"workbench warnings assign {examined.held['alert']}" in said
    assert "assign" in said.splitlines()[-1]
    done = place.command("warnings", "assign", examined.held["alert"], beside=False)
    assert done.returncode == 0, done.stderr


# Prepare the brief ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prepared(place: Place) -> Ran:
    return executed(
        place,
        "prepare_the_brief",
        "{'month': month, 'before': before, 'headlines': headlines.pl().to_dicts(),"
        " 'digest': brief.digest, 'compared': compared, 'revised': revised.rows}",
    )


def test_no_cell_of_the_brief_fails(prepared: Ran) -> None:
    assert failed(prepared) == []
    assert (prepared.held["month"], prepared.held["before"]) == ("2026-09-01", "2026-08-01")


def test_headlines_are_what_the_extracts_say(prepared: Ran, place: Place) -> None:
    told = {row["subject"]: row for row in prepared.held["headlines"]}
    people = place.extract("insured_monthly").group_by("month").agg(pl.col("insured").sum())
    by_month = dict(zip(people["month"], people["insured"], strict=True))
    rate = (by_month[MONTH] / by_month[YEAR_AGO] - 1) * 100
    before = (by_month[date(2026, 8, 1)] / by_month[date(2025, 8, 1)] - 1) * 100
    assert told["insured"]["rate"] == pytest.approx(rate)
    assert told["insured"]["rate_before"] == pytest.approx(before)
    assert told["insured"]["moved"] == pytest.approx(rate - before)


def test_the_draft_agrees_with_the_ledger_figure_by_figure(prepared: Ran, place: Place) -> None:
    (made,) = place.city.glob("notebooks/brief-2026-09*.json")
    said = prepared.said("read_brief(")
    assert prepared.held["digest"] in said
    assert len(prepared.held["compared"]) > 3
    assert said.count("  一致") == len(prepared.held["compared"])
    assert "不一致" not in said
    content = json.loads(made.read_bytes())
    keys = {figure["key"]: figure["value"] for figure in content["figures"]}
    for one in prepared.held["compared"]:
        assert keys[one["key"]] == one["value"]


def test_the_sentences_tell_their_entries(prepared: Ran) -> None:
    said = prepared.said("sentence = rows")
    assert said.count("账本：") == 3
    assert "{" not in said
    assert "workbench report monthly --month 2026-09" in prepared.said("report monthly --month")
