"""A result proposed as a resource, accepted by the operator, used, and ended with its sources."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import own_city as oc
import polars as pl
import pytest
from ruamel.yaml import YAML

from workbench.cli import main
from workbench.client.connection import Connection
from workbench.errors import Code, InvalidInput, Refused, WorkbenchError
from workbench.extracts.versions import Extracts
from workbench.gateway.sources import LOOK_SECONDS
from workbench.model.entry import Event
from workbench.trial.city import SCENARIO

pytestmark = pytest.mark.slow

TITLE = ("分县统计", "By county")
ROWS = "select county, count(*) as firms, sum(staff) as staff from firm group by 1 order by 1"
PAID = (
    "select f.county, sum(t.paid) as paid from firm f join tax t on f.code = t.code "
    "group by 1 order by 1"
)
TOTALS = "select county, sum(amount) as amount from wage group by county order by county"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "en")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return oc.write(tmp_path_factory.mktemp("derived"))


@pytest.fixture
def place(written: Path, tmp_path: Path) -> Iterator[oc.Place]:
    shutil.copytree(written, tmp_path / "city")
    with oc.served(tmp_path / "city") as found:
        yield found


def run(place: oc.Place, *arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
        pytest.raises(SystemExit) as left,
    ):
        main([*arguments, "--city", str(place.root)])
    code = left.value.code
    return code if isinstance(code, int) else 0, stdout.getvalue(), stderr.getvalue()


def yaml_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return found


def properties(contract: dict[str, Any]) -> dict[str, Any]:
    return {one["property"]: one["value"] for one in contract["customProperties"]}


def change(place: oc.Place, resource: str, **custom: Any) -> None:
    """Custom properties of a contract, by name."""
    file = place.root / "data_contracts" / "resources" / f"{resource}.odcs.yaml"
    contract = yaml_of(file.read_text(encoding="utf-8"))
    mine = {**properties(contract), **custom}
    contract["customProperties"] = [{"property": k, "value": v} for k, v in mine.items()]
    file.write_text(json.dumps(contract, ensure_ascii=False, default=str), encoding="utf-8")
    looked(place)


def grant(place: oc.Place, resource: str, columns: list[str], department: str = "user") -> str:
    """A scenario that grants a resource, and its id."""
    folder = place.root / "data_contracts" / "scenarios"
    scenario = yaml_of((folder / f"{SCENARIO}.yaml").read_text(encoding="utf-8"))
    one = scenario["resources"][0]
    scenario |= {"id": f"with_{resource}_{department}", "departments": [department]}
    use = {k: v for k, v in one.items() if k not in ("rows", "disclosure", "departments")}
    use |= {"resource": resource, "mode": "obtain", "columns": dict.fromkeys(columns, "value")}
    use["decided"] = {**use["decided"], "by": "user"}  # the provider of what its people made
    scenario["resources"] = [use]
    (folder / f"{scenario['id']}.yaml").write_text(
        json.dumps(scenario, ensure_ascii=False, default=str), encoding="utf-8"
    )
    return str(scenario["id"])


def settled(client: Connection, sql: str, scenario: str) -> pl.DataFrame:
    """Asked until the gateway has looked at the city's files again."""
    for _ in range(50):
        with contextlib.suppress(WorkbenchError):
            return pl.DataFrame(client.sql(sql, scenario=scenario).table)
        time.sleep(0.1)
    return pl.DataFrame(client.sql(sql, scenario=scenario).table)


def looked(place: oc.Place) -> None:
    """The gateway knows what the files say now."""
    time.sleep(2 * LOOK_SECONDS)
    place.bench.city.look()


def test_a_result_becomes_a_resource_that_a_scenario_grants(place: oc.Place) -> None:
    client = place.of()
    proposed = client.propose_derived("by_county", ROWS, TITLE)
    contract = yaml_of(proposed["contract"])
    mine = properties(contract)
    assert mine["provider"] == "user"
    assert (mine["sharingType"], mine["sharingMode"]) == ("conditional", "obtain")
    (source,) = mine["derived"]["sources"]
    assert source["resource"] == "firm"
    assert source["columns"] == ["county", "staff"]
    opened = place.entries(Event.release_opened)[0]
    assert mine["derived"]["entry"] == opened["seq"]
    assert mine["derived"]["release"] == proposed["id"]
    assert {c["classification"] for c in contract["schema"][0]["properties"]} == {"general"}
    assert place.entries(Event.derived_proposed)[0]["actor"] == "li"
    assert not (place.root / "data_contracts/resources/by_county.odcs.yaml").exists()

    code, listed, _ = run(place, "derive", "list", "--json")
    assert [one["id"] for one in json.loads(listed)] == [proposed["id"]]
    code, _, said = run(place, "derive", "accept", proposed["id"])
    assert (code, "--terms-read" in said) == (3, True)
    code, _, said = run(place, "derive", "accept", proposed["id"], "--terms-read")
    assert code == 0, said
    assert place.entries(Event.derived_accepted)[0]["detail"]["proposed_by"] == "li"
    version = Extracts(place.bench.layout.extracts).latest("by_county")
    assert version is not None
    assert version.rows == 4
    assert run(place, "derive", "list", "--json")[1].strip() == "[]"
    assert run(place, "contracts", "check")[0] == 0

    scenario = grant(place, "by_county", ["county", "firms", "staff"])
    found = settled(client, "select county, firms, staff from by_county order by 1", scenario)
    same = pl.DataFrame(client.sql(ROWS, scenario=SCENARIO).table)
    assert found.rows() == [tuple(map(int_or_text, row)) for row in same.rows()]


def int_or_text(value: object) -> object:
    return value if isinstance(value, str) else int(str(value))


def accepted(place: oc.Place, name: str, sql: str) -> None:
    proposed = place.of().propose_derived(name, sql, TITLE)
    code, _, said = run(place, "derive", "accept", proposed["id"], "--terms-read")
    assert code == 0, said


def test_it_ends_when_a_grant_behind_it_ends(place: oc.Place) -> None:
    client = place.of()
    accepted(place, "paid_by", PAID)
    scenario = grant(place, "paid_by", ["county", "paid"])
    assert settled(client, "select * from paid_by", scenario).height == 4
    source = next(g for g in place.bench.query_path._grants() if g.resource == "tax")
    place.bench.store.revocations.revoke(source.id, datetime.now(UTC).date(), "wang", "gone")
    with pytest.raises(Refused) as refused:
        client.sql("select * from paid_by", scenario=scenario)
    assert refused.value.code is Code.grant_revoked
    assert client.sql("select count(*) from firm", scenario=SCENARIO).table.num_rows == 1


def test_it_lasts_no_longer_than_its_sources(place: oc.Place) -> None:
    file = place.root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"9999-12-31", "2027-01-31", text), encoding="utf-8")
    looked(place)
    accepted(place, "by_county", ROWS)
    scenario = grant(place, "by_county", ["county"])
    long = place.root / "data_contracts" / "scenarios" / f"{scenario}.yaml"
    long.write_text(long.read_text(encoding="utf-8").replace("2027-01-31", "9999-12-31"))
    client = place.of()
    settled(client, "select * from by_county", scenario)
    (line,) = [g for g in client.grants() if g["resource"] == "by_county"]
    assert line["valid_until"] == "2027-01-31"
    (source,) = [g for g in client.grants() if g["resource"] == "firm"]
    assert source["valid_until"] == "2027-01-31"


def test_a_grant_that_gives_something_else_by_now_ends_it(place: oc.Place) -> None:
    client = place.of()
    accepted(place, "by_county", ROWS)
    scenario = grant(place, "by_county", ["county"])
    settled(client, "select * from by_county", scenario)
    file = place.root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    contract = yaml_of(file.read_text(encoding="utf-8"))
    firm = next(r for r in contract["resources"] if r["resource"] == "firm")
    firm["columns"] = {k: v for k, v in firm["columns"].items() if k != "staff"}
    file.write_text(json.dumps(contract, ensure_ascii=False, default=str), encoding="utf-8")
    looked(place)
    with pytest.raises(Refused):
        client.sql("select * from by_county", scenario=scenario)


def test_a_statistic_goes_to_its_own_department_only(place: oc.Place) -> None:
    client = place.of()
    accepted(place, "wages_by", TOTALS)
    own = grant(place, "wages_by", ["county", "amount", "amount_withheld"])
    assert settled(client, "select * from wages_by", own)["amount"].null_count() == 0
    grant(place, "wages_by", ["county", "amount"], "provider")
    looked(place)
    given = [g for g in place.bench.query_path._grants() if g.resource == "wages_by"]
    assert [g.department for g in given] == ["user"]


def test_what_is_withheld_stays_withheld(place: oc.Place) -> None:
    sql = TOTALS.replace("from wage", "from wage where county in ('C0', 'C1')")
    proposed = place.of().propose_derived("wages_some", sql, TITLE)
    rows = pl.read_parquet(place.bench.derived.place.rows(proposed["id"]))
    assert rows.columns == ["county", "amount", "amount_withheld"]
    sealed = "select code, sum(amount) as amount from wage group by code"
    with pytest.raises(WorkbenchError):
        place.of().propose_derived("wages_each", sealed, TITLE)
    few = TOTALS.replace("sum(amount)", "sum(case when amount < 0 then amount end)")
    with contextlib.suppress(WorkbenchError):
        empty = place.of().propose_derived("wages_few", few, TITLE)
        found = pl.read_parquet(place.bench.derived.place.rows(empty["id"]))
        assert found["amount"].null_count() == found.height


def test_what_may_not_be_passed_on_is_refused(place: oc.Place) -> None:
    change(place, "tax", passOn=False)
    with pytest.raises(Refused) as refused:
        place.of().propose_derived("paid_by", PAID, TITLE)
    assert refused.value.code is Code.export_not_allowed
    assert refused.value.reasons[0].subject == "tax"
    place.of().propose_derived("by_county", ROWS, TITLE)


def test_own_tables_and_taken_names_are_refused(place: oc.Place) -> None:
    client = place.of()
    client.bring("c", pl.DataFrame({"county": ["C0"]}))
    with pytest.raises(Refused) as refused:
        client.propose_derived("x", "select county from firm join own.c using (county)", TITLE)
    assert refused.value.code is Code.export_not_allowed
    for name in ("firm", "FIRM", "1a", "a.b", "../x"):
        with pytest.raises(InvalidInput):
            client.propose_derived(name, ROWS, TITLE)
    with pytest.raises(Refused):
        client.propose_derived("x", "select 1 as one", TITLE)
    with pytest.raises(InvalidInput):
        client.propose_derived("x", "select [county] as c from firm", TITLE)
    with pytest.raises(WorkbenchError):
        client.propose_derived("x", "select name from firm_secret", TITLE)
    assert list(place.bench.derived.place.all()) == []


@pytest.mark.parametrize("what", ["rows.parquet", "contract.odcs.yaml", "proposal.json"])
def test_files_that_were_changed_are_not_accepted(place: oc.Place, what: str) -> None:
    proposed = place.of().propose_derived("by_county", ROWS, TITLE)
    file = place.bench.derived.place.rows(proposed["id"]).parent / what
    if what == "rows.parquet":
        pl.read_parquet(file).with_columns(staff=pl.lit(1)).write_parquet(file)
    else:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("by_county", "by_other").replace("general", "public"))
    code, _, said = run(place, "derive", "accept", proposed["id"], "--terms-read")
    assert code == 3, said
    assert not list((place.root / "data_contracts/resources").glob("by_*"))


def test_an_end_between_proposal_and_acceptance_holds(place: oc.Place) -> None:
    proposed = place.of().propose_derived("by_county", ROWS, TITLE)
    source = next(g for g in place.bench.query_path._grants() if g.resource == "firm")
    place.bench.store.revocations.revoke(source.id, datetime.now(UTC).date(), "wang", "gone")
    code, _, said = run(place, "derive", "accept", proposed["id"], "--terms-read")
    assert (code, "grant_revoked" in said or "revoked" in said) == (3, True)
    code, _, _ = run(place, "derive", "refuse", proposed["id"], "--why", "its source has ended")
    assert code == 0
    assert place.entries(Event.derived_refused)[0]["detail"]["why"] == "its source has ended"
    assert not place.bench.derived.place.rows(proposed["id"]).exists()
