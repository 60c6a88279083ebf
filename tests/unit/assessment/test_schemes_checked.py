"""The shipped schemes are sound; every mistake in one is told with its line and what to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from shipped import ROOT, shipped_city

from workbench.assessment.check import Known, check
from workbench.assessment.gathering import manual
from workbench.assessment.measured import (
    Evidence,
    Gathered,
    Inputs,
    Item,
    Source,
    nature,
    of_items,
    stated,
)
from workbench.assessment.peers import groups, regional
from workbench.assessment.ranking import ranking
from workbench.assessment.reading import load_schemes, read_scheme, read_schemes
from workbench.assessment.scheme import FOLDER, Indicator, Scheme, named
from workbench.assessment.scoring import State, sheets
from workbench.catalogue.regulations import known_regulations, load_profile
from workbench.declared.findings import Finding
from workbench.errors import InvalidInput
from workbench.kpi.definition import Direction, Kpi, load_kpis
from workbench.regulations.profile import Profile

FIVE = ("aba", "binzhou", "changde", "foshan", "heilongjiang")


@cache
def regulations() -> list[str]:
    return known_regulations(ROOT)


@cache
def kpis() -> dict[str, Kpi]:
    return load_kpis(ROOT, regulations())


@cache
def schemes() -> dict[str, Scheme]:
    return load_schemes(ROOT, regulations())


@cache
def profile(name: str) -> Profile:
    return load_profile(name, ROOT).profile


def found(path: Path, root: Path) -> Iterator[Finding]:
    file = read_scheme(path, root, regulations())
    yield from file.findings
    if file.value is not None:
        yield from check(file, Known(shipped_city(), kpis(), profile(file.value.regulation)))


def test_the_five_schemes_are_sound() -> None:
    files = read_schemes(ROOT, regulations())
    assert [Path(file.document.file).stem for file in files] == list(FIVE)
    assert [finding for file in files for finding in found(ROOT / file.document.file, ROOT)] == []
    assert sorted(one.regulation for one in schemes().values()) == regulations()


@pytest.mark.parametrize("name", FIVE)
def test_each_has_its_dimensions_and_a_reason_for_each_number(name: str) -> None:
    """In the order of the issue's list; no text gives a weight, so none stands as given."""
    wanted = {
        "foshan": ["collection", "sharing", "opening", "application", "management"],
        "changde": ["quantity", "quality", "timeliness", "use"],
        "binzhou": ["catalogue", "aggregation", "sharing", "opening", "security"],
        "aba": ["aggregation", "sharing", "opening"],
        "heilongjiang": ["catalogue", "applications", "demands", "supply"],
    }
    scheme = schemes()[name]
    assert [dimension.id for dimension in scheme.dimensions] == wanted[name]
    for one in (*scheme.dimensions, *scheme.indicators):
        assert one.ours is not None, one.id
        assert one.given is None, one.id
    assert sum(sum(within.values()) for within in scheme.weights.values()) == 100


@pytest.mark.parametrize("name", FIVE)
def test_each_can_be_followed_to_a_rank(name: str) -> None:
    """Every function over a measure of its own nature; where all are alike, all share a rank."""
    scheme = schemes()[name]
    everyone = frozenset(shipped_city().departments)
    having = dict.fromkeys(scheme.kpis, everyone)
    departments = groups(scheme, everyone, (), having)
    assert departments.keys() == everyone - {"data_bureau"}
    measures = {each.id: alike(each, departments) for each in scheme.indicators}
    made = sheets(scheme, Inputs(departments, measures, having))
    assert {row.state for sheet in made for row in sheet.rows} == {State.rated}
    assert {sheet.covered for sheet in made} == {100}
    assert all(sheet.total == sum(row.points or 0 for row in sheet.rows) for sheet in made)
    places = ranking(scheme, made).places
    assert {place.rank for place in places} == {1}
    assert len(places) == len(departments)


def alike(indicator: Indicator, departments: Iterable[str]) -> Gathered:
    """Thirty items each; no incident."""
    if indicator.measure.manual is not None:
        found = stated(Fraction(0), [Evidence("record.pdf", "0" * 64)])
        direction = Direction(indicator.measure.manual.direction)
        return manual(direction, dict.fromkeys(departments, found))
    figure, direction = nature(indicator.measure, kpis())
    items = [Item(date(2025, 6, 1), f"case-{n}", Fraction(1)) for n in range(30)]
    found = of_items(figure, items)
    return Gathered(Source.kpi, figure, direction, dict.fromkeys(departments, found))


@pytest.mark.parametrize("name", FIVE)
def test_the_page_that_documents_them_has_their_weights(name: str) -> None:
    text = (ROOT / "docs" / "assessment.md").read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith(f"| `{name}`"))
    said = line.split("|")[3].lower()
    for part, dimension in zip(said.split(","), schemes()[name].dimensions, strict=True):
        title = dimension.title.en.lower().removesuffix(" and verification")
        assert part.strip() == f"{title} {dimension.weight}"


def test_counties_are_a_group_of_their_own_and_the_authority_is_not_scored() -> None:
    below = regional("513200", {"north": "513221", "tax": "513200", "census": ""})
    having = {"resources_by_type": {"tax", "north"}}
    made = groups(schemes()["aba"], ["data_bureau", "north", "tax", "census"], below, having)
    assert made == {"north": "counties", "tax": "providers", "census": "users"}
    alone = schemes()["aba"].model_copy(update={"peers": ()})
    assert groups(alone, ["tax"]) == {"tax": ""}
    with pytest.raises(KeyError, match="resources_by_type"):
        groups(schemes()["aba"], ["tax"])


def test_an_unknown_scheme_is_told_with_the_nearest() -> None:
    with pytest.raises(InvalidInput) as refused:
        named(schemes(), "fosan")
    assert "Did you mean foshan?" in refused.value.said("en")


WRONG = {
    "an unknown kpi": ("{kpi: mounted_rate}", "{kpi: mounted_rat}", "no KPI mounted_rat",
                       "Did you mean mounted_rate?"),
    "dimensions that do not sum": (
        "weight: 25\n    articles: \"28,", "weight: 24.5\n    articles: \"28,",
        "the weights of the dimensions come to 99.5, not 100", "Add 0.5."),
    "indicators that do not sum": (
        "weight: 12\n        articles: \"18\"", "weight: 13\n        articles: \"18\"",
        "the weights of the indicators come to 41, not 40", "Take off 1."),
    "equal bounds": ("{linear: {zero: 0, full: 1}}", "{linear: {zero: 1, full: 1}}",
                     "its bounds are equal", "Write two numbers"),
    "a direction that contradicts": (
        "{linear: {zero: 0, full: 1}}", "{linear: {zero: 1, full: 0}}",
        "calls less better, and the measure says the opposite", "Turn zero and full round"),
    "steps not in order": (
        "{at_least: 0.3, score: 80}", "{at_least: 0.6, score: 80}", "steps are not in order",
        "Begin with the best"),
    "two kinds of bound": (
        "{at_least: 0.3, score: 80}", "{at_most: 0.3, score: 80}", "two kinds of bound", "at_most"),
    "a bound beyond a share": ("{at_least: 0.5, score: 100}", "{at_least: 50, score: 100}",
                               "a share is between 0 and 1", "Did you mean 0.5?"),
    "no reason": ("        ours: {zh: 关系个人权益，三件即扣完, "
                  "en: \"Rights of persons are at stake, so three take off all\"}\n", "",
                  "does not say where its weight", "Write ours"),
    "a placeholder for a reason": (
        "{zh: 关系个人权益，三件即扣完, en: \"Rights of persons are at stake, so three take off "
        "all\"}", "{zh: 待定, en: tbd}", "no reason is said", "Write ours"),
    "no such article": ("articles: \"33\"\n", "articles: \"133\"\n", "there is no article 133",
                        "articles 1 to 44"),
    "no such regulation": ("regulation: aba-2024", "regulation: abba-2024", "no regulation",
                           "Did you mean aba-2024?"),
    "an evaluator who may not ask": (
        "evaluator: data_bureau", "evaluator: drc",
        "asked under the scenario sharing_kpis, whose departments do not have drc",
        "listed under departments of sharing_kpis (an analyst of it asks)"),
    "no such department": ("evaluator: data_bureau", "evaluator: data_bureaux",
                           "there is no department data_bureaux", "Did you mean data_bureau?"),
    "what nobody can have": ("{kpi: corrections_on_time}", "{kpi: supply_on_time}",
                             "no department can have it", "Choose another KPI"),
    "two functions": ("{rank: {within: peers}}", "{rank: {within: peers}, linear: {zero: 0, "
                      "full: 1}}", "linear, rank stand together", "Write one of"),
    "no measure": ("measure: {kpi: shared_rate}", "measure: {}", "nothing is said", "kpi, manual"),
    "no events to deduct for": (
        "{kpi: repeated_collection}", "{kpi: calls}", "there are no events in this measure",
        "a total of which less is better"),
    "a rank without a way": ("{kpi: shared_rate}", "{kpi: calls}", "which way is better",
                             "Write better"),
    "more off for one than in all": ("{deduct: {each: 34, cap: 100}}",
                                     "{deduct: {each: 34, cap: 30}}", "one event takes off more",
                                     "not above cap"),
    "a least of a total": ("        score: {deduct: {each: 34, cap: 100}}\n",
                           "        score: {deduct: {each: 34, cap: 100}}\n        least: 3\n",
                           "have no denominator", "Remove it"),
    "a veto that weighs": ("weight: 0\n", "weight: 1\n", "a veto has no weight", "weight: 0"),
    "a veto without a bound": ("{veto: {at_least: 1, cap", "{veto: {cap", "it needs one bound",
                               "at_least or at_most"),
    "grades that end above 0": ("{from: 0, title", "{from: 10, title",
                                "lowest scores have no grade", "from: 0"),
    "grades not in order": ("{from: 60, title", "{from: 80, title", "it is not in order",
                            "highest"),
    "a group by what nobody knows": ("has: resources_by_type}", "has: resources}",
                                     "no KPI resources", "resources_by_type"),
    "peers of whom nothing is said": (", of: regional}", "}", "must say who is in it",
                                      "departments, has, or of"),
    "an id twice": ("- id: withdrawn", "- id: open", "the id open stands twice", "another"),
    "a key that is not known": ("least: 3", "leest: 3", "unknown key leest", "Did you mean least?"),
    "a weight in words": ("weight: 40", "weight: forty", "this must be a number",
                          "without quotes"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_told_with_its_line_and_what_to_write(tmp_path: Path, mistake: str) -> None:
    before, after, problem, fix = WRONG[mistake]
    text = (ROOT / FOLDER / "aba.yaml").read_text(encoding="utf-8")
    assert before in text, mistake
    path = tmp_path / FOLDER / "aba.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    told = [f for f in found(path, tmp_path) if problem in f"{f.key} {f.problem.en}"]
    assert told, [f.problem.en for f in found(path, tmp_path)]
    assert fix in told[0].fix.en
    assert told[0].file == f"{FOLDER.as_posix()}/aba.yaml"
    assert told[0].line > 1
    assert told[0].problem.zh != told[0].problem.en


def test_a_line_is_that_of_the_mistake(tmp_path: Path) -> None:
    text = (ROOT / FOLDER / "aba.yaml").read_text(encoding="utf-8")
    path = tmp_path / FOLDER / "aba.yaml"
    path.parent.mkdir(parents=True)
    asked = "{kpi: deliveries_on_time}"
    path.write_text(text.replace(asked, "{kpi: nothing}", 1), encoding="utf-8")
    (finding,) = found(path, tmp_path)
    line = text[: text.index(asked)].count("\n") + 1
    assert (finding.line, finding.key) == (
        line, "dimensions[aggregation].indicators[updated].measure.kpi",
    )  # fmt: skip


def test_an_article_whose_text_is_missing_cannot_be_cited(tmp_path: Path) -> None:
    text = (ROOT / FOLDER / "binzhou.yaml").read_text(encoding="utf-8")
    path = tmp_path / FOLDER / "binzhou.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace('articles: "14, 45"', 'articles: "14, 25"', 1), encoding="utf-8")
    (finding,) = found(path, tmp_path)
    assert "the text of article 25 is missing" in finding.problem.en


def test_weights_are_as_exact_as_they_are_written(tmp_path: Path) -> None:
    text = (ROOT / FOLDER / "aba.yaml").read_text(encoding="utf-8")
    for before, after in (("weight: 8\n", "weight: 7.9\n"), ("weight: 12\n", "weight: 12.1\n")):
        text = text.replace(before, after, 1)
    path = tmp_path / FOLDER / "aba.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert list(found(path, tmp_path)) == []
    scheme = read_scheme(path, tmp_path, regulations()).value
    assert scheme is not None
    assert scheme.weights["aggregation"]["catalogued"] == Fraction(79, 10)
