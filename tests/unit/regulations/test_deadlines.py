"""Each deadline of each regulation, in each situation of the calendar: tests/spec/deadlines.txt."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalogue.regulations import FOLDER, load_profile
from workbench.catalogue.working_days import calendar_of, load_calendar
from workbench.errors import InvalidInput
from workbench.regulations.calendar import Calendar, Year
from workbench.regulations.deadline import due
from workbench.regulations.profile import Key, Profile, State

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "spec" / "deadlines.txt"
LINE = re.compile(
    r"(?P<profile>\S+)\s+(?P<key>\S+?)(?P<extended>\+?)\s+art\. (?P<article>\S+)\s+(?P<what>.+?)\s+"
    r"from (?P<start>\S+) (?P<start_day>\w{3})\s+ends (?P<end>\S+) (?P<end_day>\w{3})"
    r"\s*(?P<provisional>provisional)?"
)
PROFILES = sorted(path.stem for path in (ROOT / FOLDER).glob("*.yaml"))
CALENDAR = calendar_of(())


def profile_of(name: str) -> Profile:
    return load_profile(name, ROOT).profile


def cases() -> list[dict[str, str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    found = [LINE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    assert all(found)
    return [match.groupdict() for match in found if match]


@pytest.mark.parametrize("name", PROFILES)
def test_every_case_ends_on_its_day(name: str) -> None:
    profile = profile_of(name)
    own = [case for case in cases() if case["profile"] == name]
    assert own
    for case in own:
        start, key = date.fromisoformat(case["start"]), Key(case["key"])
        assert (f"{start:%a}", f"{date.fromisoformat(case['end']):%a}") == (
            case["start_day"],
            case["end_day"],
        )
        deadline = profile.deadlines[key]
        found = due(key, deadline, start, CALENDAR, extended=bool(case["extended"]))
        assert (str(found.day), found.article, found.provisional) == (
            case["end"],
            case["article"],
            bool(case["provisional"]),
        ), case


@pytest.mark.parametrize("name", PROFILES)
def test_every_number_has_its_cases(name: str) -> None:
    told = {(case["key"], bool(case["extended"])) for case in cases() if case["profile"] == name}
    numbered = {
        (key.value, extended)
        for key, deadline in profile_of(name).deadlines.items()
        for extended in (False, True)
        if deadline.state is State.number and (deadline.extension or not extended)
    }
    assert told == numbered


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("state", [State.none, State.unknown])
def test_what_has_no_number_is_never_shown_as_one(name: str, state: State) -> None:
    for key, deadline in profile_of(name).deadlines.items():
        if deadline.state is state:
            found = due(key, deadline, date(2026, 3, 9), CALENDAR, extended=True)
            assert (found.day, found.state, found.provisional) == (None, state, False)


def test_what_has_no_extension_is_not_extended() -> None:
    key = Key.application_review
    with pytest.raises(InvalidInput) as raised:
        due(key, profile_of("aba-2024").deadlines[key], date(2026, 3, 9), CALENDAR, extended=True)
    assert "没有可以延长的规定" in raised.value.said("zh")
    assert "第25条" in raised.value.said("zh")


# The calendar -------------------------------------------------------------------------------------


def test_a_year_that_is_announced_later_is_taken_from_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "data_contracts" / "calendar"
    folder.mkdir(parents=True)
    (folder / "2027.yaml").write_text(
        "year: 2027\nsource: 国办发明电（示例）\n"
        'off: ["2026-12-31", "2027-01-01"]\nworked: ["2026-12-26"]\n',
        encoding="utf-8",
    )
    key = Key.application_review
    deadline = profile_of("aba-2024").deadlines[key]
    before = due(key, deadline, date(2026, 12, 24), load_calendar(ROOT))
    after = due(key, deadline, date(2026, 12, 24), load_calendar(tmp_path))
    assert (before.day, before.provisional) == (date(2027, 1, 5), True)
    assert (after.day, after.provisional) == (date(2027, 1, 5), False)
    assert load_calendar(tmp_path).is_working(date(2026, 12, 26))
    assert not load_calendar(tmp_path).is_working(date(2026, 12, 31))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("2027-01-01", "2027-02-30"), "2027.yaml:3"),
        (("worked: []", 'worked: ["2027-01-04"]'), "周一至周五本来就上班"),
        (("worked: []", 'worked: ["2028-01-01"]'), "不在这一年"),
        (('off: ["2027-01-01"]', "off: []"), "没有放假的日子"),
        (("source", "sauce"), "sauce"),
    ],
)
def test_a_wrong_announcement_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    folder = tmp_path / "data_contracts" / "calendar"
    folder.mkdir(parents=True)
    text = 'year: 2027\nsource: 示例\noff: ["2027-01-01"]\nworked: []\n'
    (folder / "2027.yaml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(InvalidInput) as raised:
        load_calendar(tmp_path)
    assert said in raised.value.said("zh")


DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(DAYS, st.integers(1, 30))
def test_so_many_working_days_lie_after_the_event(start: date, count: int) -> None:
    end = CALENDAR.working_day_after(start, count)
    between = [start + timedelta(days=n + 1) for n in range((end - start).days)]
    assert sum(map(CALENDAR.is_working, between)) == count
    assert CALENDAR.is_working(end)


def test_the_statutory_days_that_never_move_are_off_before_they_are_announced() -> None:
    bare = Calendar({2026: Year()})
    assert not bare.is_working(date(2027, 1, 1))
    assert not bare.is_working(date(2027, 10, 1))
    assert bare.is_working(date(2027, 10, 4))
