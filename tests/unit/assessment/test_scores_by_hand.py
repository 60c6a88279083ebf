"""A whole scheme of three departments, worked out by hand with fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assessed import DECLARED, inputs, small

from workbench.assessment.measured import Gathered, Inputs, Source, against, exact
from workbench.assessment.ranking import ranking, ranks
from workbench.assessment.scoring import Sheet, State, sheets, written
from workbench.kpi.definition import Direction, Figure

WAYS = {
    "reviewed": {"a": [(1, 1)] * 5 + [(0, 1)], "b": [(1, 1)] * 2, "c": [(1, 1)] * 9},
    "repeated": {"a": [(1, 1)], "b": [(1, 1)] * 4},
    "asked": {"a": [(10, 1)], "b": [(4, 1), (6, 1)], "c": [(3, 1)]},
    "days": {"a": [(2, 1), (4, 1)], "c": [(8, 1), (13, 1), (2, 1)]},
}
LEAKS = {"a": 0, "c": 1}
HUNDRED = Fraction(100)

# a: 5 of 6 in time: (5/6 - 1/2) / (1/2) = 2/3; one repeated: 100 - 25; ten calls tie with b's ten
#    over c's three: (1 + 1/2) / 2; the median of 2 and 4 days is 3: the first step.
# b: two reviews are too few and no days were counted, so repeated takes the whole 60 and asked the
#    whole 40; four repeated would be 100 off, and 75 is the cap.
# c: nothing repeated is full marks; last in calls; the median of 2, 8 and 13 is 8: the third step;
#    62 in all, of which a leak leaves 59.
EXPECTED = """\
    | indicator | state          | value | score | weight | points
  a | reviewed  | rated          | 5/6   | 200/3 | 40     | 80/3
  a | repeated  | rated          | 1     | 75    | 20     | 15
  a | asked     | rated          | 10    | 75    | 30     | 45/2
  a | days      | rated          | 3     | 100   | 10     | 10
  a | leak      | rated          | 0     | -     | 0      | -
  b | reviewed  | too_few        | 1     | -     | 0      | -
  b | repeated  | rated          | 4     | 25    | 60     | 15
  b | asked     | rated          | 10    | 75    | 40     | 30
  b | days      | not_applicable | -     | -     | 0      | -
  b | leak      | missing        | -     | -     | 0      | -
  c | reviewed  | rated          | 1     | 100   | 40     | 40
  c | repeated  | rated          | 0     | 100   | 20     | 20
  c | asked     | rated          | 3     | 0     | 30     | 0
  c | days      | rated          | 8     | 20    | 10     | 2
  c | leak      | rated          | 1     | -     | 0      | -
"""


def measured() -> Inputs:
    return inputs(WAYS, "cab", LEAKS)


def table(found: tuple[Sheet, ...]) -> list[list[str]]:
    return [
        [sheet.department, row.indicator, row.state.value,
         told(row.measured.value if row.measured else None), told(row.score), told(row.weight),
         told(row.points)]
        for sheet in found for row in sheet.rows
    ]  # fmt: skip


def told(value: Fraction | None) -> str:
    return "-" if value is None else str(value)


def test_each_row_is_as_worked_out_by_hand() -> None:
    rows = [[cell.strip() for cell in line.split("|")] for line in EXPECTED.splitlines()[1:]]
    assert table(sheets(small(), measured())) == rows


def test_totals_ranks_and_grades() -> None:
    found = sheets(small(), measured())
    totals = {sheet.department: (sheet.before_veto, sheet.total) for sheet in found}
    assert totals == {
        "a": (Fraction(445, 6), Fraction(445, 6)),
        "b": (Fraction(45), Fraction(45)),
        "c": (Fraction(62), Fraction(59)),
    }
    places = ranking(small(), found).places
    shown = [(p.rank, p.department, written(p.score), p.grade.light, p.vetoed) for p in places]
    assert shown == [
        (1, "a", "74.17", "yellow", False),
        (2, "c", "59.00", "red", True),
        (3, "b", "45.00", "red", False),
    ]
    assert found[2].vetoes == ("leak",)


# reviews of b count nothing, or 0, or 100 of 40; repeated is at 25 of 60, or of 20
@pytest.mark.parametrize(
    ("rule", "points"),
    [
        ("redistribute", {"repeated": 15, "asked": 30}),
        ("zero", {"reviewed": 0, "repeated": 5, "asked": 30}),
        ("full", {"reviewed": 40, "repeated": 5, "asked": 30}),
    ],
)
def test_what_is_missing_counts_as_the_scheme_says(rule: str, points: dict[str, int]) -> None:
    missing = {"as": rule, "ours": {"zh": "默认", "en": "a default"}}
    found = sheets(small(missing=missing), measured())
    (sheet,) = (one for one in found if one.department == "b")
    assert {row.indicator: row.points for row in sheet.rows if row.points is not None} == points
    assert sheet.total == sum(points.values())
    assert sheet.rows[0].state is State.too_few, "and it is marked as such"


def test_nothing_rated_is_no_score_and_no_rank() -> None:
    alone = inputs({}, "a")
    left = replace(alone.measures["repeated"], source=Source.left_out)
    none = replace(alone, measures={**alone.measures, "repeated": left})
    (sheet,) = sheets(small(), none)
    assert [row.state for row in sheet.rows] == [
        State.not_applicable,
        State.not_applicable,
        State.too_few,
        State.not_applicable,
        State.missing,
    ]
    assert sheet.total is None
    found = ranking(small(), (sheet,))
    assert (found.places, found.unrated) == ((), ("a",))


def test_with_too_little_to_go_by_there_is_no_score() -> None:
    """Of b count 20 of repeated and 30 of asked, by the weights of the scheme."""
    ours = {"zh": "默认", "en": "a default"}
    for points, total in ((50, Fraction(45)), ("50.01", None)):
        found = sheets(small(enough={"points": points, "ours": ours}), measured())
        (sheet,) = (one for one in found if one.department == "b")
        assert (sheet.covered, sheet.before_veto, sheet.total) == (50, 45, total)
        assert ("b" in ranking(small(), found).unrated) is (total is None)


def test_data_that_never_came_are_missing() -> None:
    whole = measured()
    gone = replace(whole.measures["reviewed"], source=Source.no_data, by={})
    lacking = replace(whole, measures={**whole.measures, "reviewed": gone})
    states = {sheet.rows[0].state for sheet in sheets(small(), lacking)}
    assert states == {State.missing}


def test_an_indicator_applies_to_who_has_an_item_of_another_kpi() -> None:
    spec = _with(1, applies={"has": "resources_by_type", "because": {"zh": "无", "en": "none"}})
    found = sheets(spec, replace(measured(), having={"resources_by_type": {"a", "b"}}))
    states = {sheet.department: sheet.rows[1].state for sheet in found}
    assert states["a"] == states["b"] == State.rated
    assert states["c"] is State.not_applicable
    with pytest.raises(KeyError, match="resources_by_type"):
        sheets(spec, measured())


def _with(number: int, **changed: object):  # type: ignore[no-untyped-def]
    first, second = DECLARED["dimensions"]  # type: ignore[misc]
    indicators = list(first["indicators"])  # type: ignore[index]
    indicators[number] = {**indicators[number], **changed}
    return small(dimensions=[{**first, "indicators": indicators}, second])  # type: ignore[dict-item]


def test_a_rank_within_peers_is_among_them_alone() -> None:
    use = DECLARED["dimensions"][1]  # type: ignore[index]
    asked, *others = use["indicators"]
    among = {**asked, "score": {"rank": {"within": "peers", "better": "higher"}}}
    spec = small(
        dimensions=[DECLARED["dimensions"][0], {**use, "indicators": [among, *others]}]  # type: ignore[index]
    )
    told = inputs(WAYS, "abc", LEAKS, groups={"a": "x", "b": "y", "c": "x"})
    rows = {sheet.department: sheet.rows[2] for sheet in sheets(spec, told)}
    assert (rows["a"].score, rows["c"].score) == (HUNDRED, Fraction(0))
    assert rows["b"].state is State.too_few, "nobody to be compared with"


def test_ties_share_a_rank_and_the_next_is_counted_on() -> None:
    scores = {"a": 90, "b": 80, "c": 90, "d": 80, "e": 80, "f": 70}
    assert ranks({name: Fraction(score) for name, score in scores.items()}) == {
        "a": 1, "c": 1, "b": 3, "d": 3, "e": 3, "f": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [("85.305", "85.30"), ("85.315", "85.32"), ("0.005", "0.00"), ("100", "100.00")],
)
def test_points_are_published_to_two_digits_halves_to_the_even(value: str, text: str) -> None:
    assert written(Fraction(value)) == text


def test_numbers_are_taken_as_they_are_written() -> None:
    assert exact(0.1) == Fraction(1, 10)
    with pytest.raises(ValueError, match="no number"):
        exact(float("nan"))


def test_what_counts_against_a_department_is_listed() -> None:
    told = measured().measures
    late = against(told["reviewed"], told["reviewed"].by["a"])
    assert [item.item for item in late] == ["case-5"]
    repeated = against(told["repeated"], told["repeated"].by["b"])
    assert len(repeated) == 4
    asked = Gathered(Source.kpi, Figure.total, Direction.none, told["asked"].by)
    assert against(asked, asked.by["a"]) == ()
