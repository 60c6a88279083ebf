"""The notebook of a year of assessment, executed by an evaluator over a small simulated year with a
real gateway. Between its parts departments appeal, the panel decides and two people sign: each as
somebody who signs in themselves, while the gateway's clock moves over the days of appeal.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from assessed_city import AUTHORITY, Clock, assessed_city, world_of
from commands import here
from page_city import PASSWORD
from shipped import ROOT

from workbench.assessment.kept import opened
from workbench.assessment.replay import replayed
from workbench.assessment.standing import standing
from workbench.client import connect
from workbench.client.connection import Connection
from workbench.gateway.assemble import open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOK = ROOT / "notebooks" / "evaluator" / "assess_a_year.ipynb"
ALLOWED = ("workbench.client", "workbench.assessment", "plotly", "polars", "json", "os", "pathlib")
"""It runs on the machine that holds the city: it takes the client, and what is pure."""
SEED, DEPARTMENTS, APPLICATIONS, DRAWS = 12, 24, 70, 1000
APPEALS = (("d17", "beyond", "accept"), ("d08", "reviewed", "refuse"))
DAYS_OF_APPEAL = timedelta(days=30)


@dataclass
class Place:
    """``people`` has what others did while the notebook waited."""

    city: Path
    url: str
    clock: Clock
    gaming: Mapping[str, list[str]]
    people: dict[str, Any] = field(default_factory=dict)

    def signed_in(self, person: str) -> Connection:
        return connect(self.url, user=person, password=PASSWORD, progress=False)

    @property
    def told(self) -> dict[str, str]:
        return {
            "WORKBENCH_URL": self.url,
            "WORKBENCH_CITY": str(self.city),
            "WORKBENCH_LANG": "en",
            "XDG_STATE_HOME": str(self.city.parent / "eva"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def evaluator_signs_in(self) -> None:
        words = ("login", "--url", self.url, "--user", "eva", "--password-stdin")
        done = here(*words, given=PASSWORD + "\n", XDG_STATE_HOME=self.told["XDG_STATE_HOME"])
        assert done.returncode == 0, done.stderr

    def assessment(self, who: Connection) -> Mapping[str, Any]:
        (line,) = who.assessing.list()
        return line


def departments(place: Place) -> None:
    """Two appeal an event each; the panel accepts the one and refuses the other."""
    for department, indicator, _ in APPEALS:
        with place.signed_in(f"{department}-head") as head:
            line = place.assessment(head)
            sheet = head.assessing.sheet(line["id"])
            row = next(one for one in sheet["rows"] if one["indicator"] == indicator)
            item = next(one for one in row["items"] if one["against"])
            head.assessing.appeal(line["id"], indicator, item["item"], "合成理由 / synthetic")
    with place.signed_in("pan") as panel:
        line = place.assessment(panel)
        verdicts = {department: verdict for department, _, verdict in APPEALS}
        for one in panel.assessing.appeals(line["id"]):
            verdict = verdicts[one["department"]]
            panel.assessing.decide(
                one["id"], verdict, one["version"], reason="合成决定 / synthetic"
            )
    place.clock.later = DAYS_OF_APPEAL
    place.evaluator_signs_in()


def signatures(place: Place) -> None:
    for person, event in (("sig", "sign"), ("pan", "publish")):
        with place.signed_in(person) as who:
            line = place.assessment(who)
            done = who.assessing.act(line["id"], event, line["version"], run=line["run"])
    place.people["published"] = done


PAUSES: Mapping[str, Callable[[Place], None]] = {
    "departments": departments,
    "signatures": signatures,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    city, clock = tmp_path_factory.mktemp("assessed") / "city", Clock()
    world = world_of(SEED, DEPARTMENTS, "gaming")
    planted = assessed_city(city, world, APPLICATIONS, "aba-2024")
    with open_workbench(city, clock) as bench, pytest.MonkeyPatch.context() as patch:
        # Ten thousand draws take longer on a busy machine than a client waits for an answer.
        patch.setattr("workbench.assessment.standing.standing", partial(standing, draws=DRAWS))
        add = bench.store.users.add
        add("eva", PASSWORD, AUTHORITY, {Role.analyst, Role.authority})
        for person in ("pan", "sig"):
            add(person, PASSWORD, AUTHORITY, {Role.authority})
        for department, _, _ in APPEALS:
            add(f"{department}-head", PASSWORD, department, {Role.officer})
        gateway = Gateway(bench, "1")
        made = Place(city, gateway.http, clock, planted.gaming)
        made.evaluator_signs_in()
        yield made
        gateway.stop()


@dataclass(frozen=True)
class Ran:
    notebook: NotebookNode
    held: Any

    def said(self, containing: str) -> str:
        """All that a cell shows, as one text."""
        cells = (c for c in self.notebook.cells if c.cell_type == "code")
        cell = next(c for c in cells if containing in c.source)
        parts = []
        for output in cell.outputs:
            data = output.get("data", {})
            parts += [output.get("text", ""), data.get("text/html", ""), data.get("text/plain", "")]
        return "".join(parts)


PROBE = """
print(json.dumps({
    "draft": str(draft.path), "final": str(final.path), "places": places.to_dicts(),
    "changed": changed.to_dicts(), "questions": questions.to_dicts(), "moved": moved.to_dicts(),
    "line": line, "tied": story["tied"], "last": last, "worst": worst["indicator"],
    "against": len(against), "appeals": appeals, "lights": results["lights"],
}, default=str))
"""


@pytest.fixture(scope="module")
def ran(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Cell by cell, as somebody reads it; an error in a cell is an error here."""
    import nbformat  # here: it takes seconds, which whoever only collects the tests need not wait
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    folder = tmp_path_factory.mktemp("beside")
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.reset_execution_trackers()
    with client.setup_kernel(env={**os.environ, **place.told}):
        for number, cell in enumerate(notebook.cells):
            for tag in cell.metadata.get("tags", ()):
                PAUSES[tag](place)
            client.execute_cell(cell, number)
        notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
        client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
    return Ran(notebook, json.loads(notebook.cells.pop().outputs[0]["text"]))


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestAYear:
    def test_the_schemes_are_in_order_and_every_department_has_a_place(self, ran: Ran) -> None:
        assert "0 errors" in ran.said("assess check")
        assert "aba" in ran.said("assess check")
        places = ran.held["places"]
        assert {one["department"] for one in places} == {
            f"d{n:02}" for n in range(1, DEPARTMENTS + 1)
        }
        assert all(one["low"] <= one["high"] for one in places)
        ranks = [one["rank"] for one in places]
        assert len(set(ranks)) < len(ranks), "ties share a rank"
        assert any(len(one["departments"]) > 1 for one in ran.held["tied"])

    def test_charts_are_drawn_and_say_that_it_is_synthetic(self, ran: Ran) -> None:
        figures = [
            output["data"]["application/vnd.plotly.v1+json"]
            for cell in ran.notebook.cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if "application/vnd.plotly.v1+json" in output.get("data", {})
        ]
        assert len(figures) == 5
        for one in figures:
            assert one["data"]
            assert "合成" in one["layout"]["title"]["text"]

    def test_a_sheet_leads_to_the_items_behind_its_largest_loss(self, ran: Ran) -> None:
        held = ran.held
        measure = opened(Path(held["draft"])).run.inputs.measures[held["worst"]]
        failed = [one for one in measure.by[held["last"]].items if one.amount < one.of]
        assert held["against"] == len(failed) > 0

    def test_questions_are_asked_of_who_was_made_to_game(self, ran: Ran, place: Place) -> None:
        asked = {one["department"] for one in ran.held["questions"]}
        planted = {name for some in place.gaming.values() for name in some}
        assert asked & planted
        assert "question" in ran.said('watch["note"]')

    def test_another_weight_moves_somebody_and_says_through_what(self, ran: Ran) -> None:
        moved = ran.held["moved"]
        assert moved
        assert all(one["through"] and one["before"] != one["after"] for one in moved)

    def test_an_accepted_appeal_changes_a_rank_and_no_other_score(self, ran: Ran) -> None:
        accepted = APPEALS[0][0]
        assert {one["department"]: one["state"] for one in ran.held["appeals"]} == {
            "d17": "accepted",
            "d08": "refused",
        }
        changed = {one["department"]: one for one in ran.held["changed"]}
        mine = changed.pop(accepted)
        assert mine["rank_after"] < mine["rank_before"]
        assert changed, "somebody else's rank moved by it"
        assert all(one["score_before"] == one["score_after"] for one in changed.values())

    def test_it_is_signed_by_two_others_and_published(self, ran: Ran, place: Place) -> None:
        line = ran.held["line"]
        assert (line["state"], line["signed_by"]) == ("published", ["sig", "pan"])
        assert line["run"] != line["draft"]
        assert place.people["published"]["run"] == line["run"]
        names = [name for some in ran.held["lights"].values() for name in some]
        assert len(names) == DEPARTMENTS

    def test_both_files_are_worked_out_again(self, ran: Ran) -> None:
        assert "True True" in ran.said("replayed(draft.run)")
        assert ran.said('workbench assess replay "$FINAL"').count("Equal") == 2
        for name in ("draft", "final"):
            assert replayed(opened(Path(ran.held[name])).run) == ()


# What it may do -----------------------------------------------------------------------------------


def cells() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return found


def test_it_holds_no_output_and_no_logic_and_takes_only_what_is_pure() -> None:
    for cell in cells():
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    code = ["".join(c["source"]) for c in cells() if c["cell_type"] == "code"]
    trees = [ast.parse(text) for text in code if not text.startswith("%%bash")]
    logic = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for node in (node for tree in trees for node in ast.walk(tree)):
        assert not isinstance(node, logic)
        if isinstance(node, ast.Import):
            assert all(name.name.startswith(ALLOWED) for name in node.names)
        if isinstance(node, ast.ImportFrom):
            assert str(node.module).startswith(ALLOWED)


def test_it_stops_for_the_others_and_every_text_is_in_both_languages() -> None:
    texts = ["".join(c["source"]) for c in cells() if c["cell_type"] == "markdown"]
    tags = [tag for c in cells() for tag in c["metadata"].get("tags", ())]
    assert tags == list(PAUSES)
    for text in texts:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
        assert any(letter.isascii() and letter.isalpha() for letter in text)
