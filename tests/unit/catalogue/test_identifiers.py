"""Check digits of GB 11643 and GB 32100, and codes against the city's lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalogue.identifiers import (
    CodeLists,
    check,
    load_codes,
    valid_credit_code,
    valid_resident_id,
)
from workbench.errors import InvalidInput
from workbench.model.contract import Identifier

REPOSITORY = Path(__file__).resolve().parents[3]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def resident_id(county: str, born: str, order: int) -> str:
    """Written from GB 11643 (ISO 7064 MOD 11-2), not with the library under test."""
    body = f"{county}{born}{order:03}"
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def credit_code(body: str) -> str:
    """Written from GB 32100: weights are powers of 3 modulo 31."""
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + ALPHABET[-total % 31]


RESIDENTS = st.builds(
    resident_id,
    st.sampled_from(["110101", "513221", "650102", "710000", "810000", "830000"]),
    st.dates().filter(lambda d: 1800 <= d.year < 2100).map(lambda d: d.strftime("%Y%m%d")),
    st.integers(0, 999),
)
CREDITS = st.builds(
    lambda first, county, org: credit_code(first + county + org),
    st.sampled_from(["91", "11", "12", "N2", "A1", "Y1"]),
    st.from_regex(r"[1-6][0-9]{5}", fullmatch=True),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@given(RESIDENTS)
def test_a_right_resident_id_is_valid(value: str) -> None:
    assert valid_resident_id(value)


@given(RESIDENTS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_a_changed_digit_of_a_resident_id_is_found(value: str, place: int, digit: str) -> None:
    changed = value[:place] + digit + value[place + 1 :]
    assert valid_resident_id(changed) == (changed == value)


@given(CREDITS)
def test_a_right_credit_code_is_valid(value: str) -> None:
    assert valid_credit_code(value)


@given(CREDITS, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_changed_character_of_a_credit_code_is_found(value: str, place: int, to: str) -> None:
    changed = value[:place] + to + value[place + 1 :]
    assert valid_credit_code(changed) == (changed == value)


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("11010519491231002X", True),  # the example of GB 11643, appendix A
        ("440524188001010014", True),  # the other one
        ("11010519491231002x", False),  # a small x is another text: it joins with nothing
        ("110105194912310021", False),
        ("110105491231002", False),  # 15 digits ended in 2013
        (" 11010519491231002X", False),
        ("110105-19491231-002X", False),
        ("１１０１０５19491231002X", False),
        (resident_id("110105", "19490229", 1), False),  # no such day
        (resident_id("110105", "19491301", 1), False),
        (resident_id("110105", "22491201", 1), False),  # no such century
        (resident_id("990105", "19491201", 1), False),  # no such province
        (resident_id("110111", "19600101", 1), True),  # Fangshan is younger than this person
        ("", False),
    ],
)
def test_resident_ids(value: str, valid: bool) -> None:
    assert valid_resident_id(value) is valid


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("91110000600037341L", True),
        ("9111 0000 6000 37341L", False),
        ("91110000600037341l", False),
        ("91110000600037341M", False),
        ("9111000060003734", False),
        ("9111000060003734IL", False),  # I, O, Z, S, V are not in the alphabet
        (credit_code("N2513227MF1234567"), True),  # a rural collective
        ("", False),
    ],
)
def test_credit_codes(value: str, valid: bool) -> None:
    assert valid_credit_code(value) is valid


CODES = load_codes(REPOSITORY)


@pytest.mark.parametrize(
    ("kind", "value", "listed", "by_form"),
    [
        (Identifier.division_code, "513221", True, True),
        (Identifier.division_code, "513200", True, True),
        (Identifier.division_code, "5132", True, True),
        (Identifier.division_code, "51", True, True),
        (Identifier.division_code, "513221100", True, True),  # a town: its county is listed
        (Identifier.division_code, "513221100001", True, True),
        (Identifier.division_code, "513299", False, True),
        (Identifier.division_code, "513299100", False, True),
        (Identifier.division_code, "51322", False, False),
        (Identifier.division_code, "051322", False, False),
        (Identifier.division_code, "", False, False),
        (Identifier.industry_code, "A", True, True),
        (Identifier.industry_code, "01", True, True),
        (Identifier.industry_code, "0111", True, True),
        (Identifier.industry_code, "A0111", True, True),
        (Identifier.industry_code, "B0111", False, True),  # the class is not of this section
        (Identifier.industry_code, "0110", False, True),
        (Identifier.industry_code, "111 ", False, False),
        (Identifier.industry_code, "Z0111", False, False),
    ],
)
def test_codes_with_and_without_a_list(
    kind: Identifier, value: str, listed: bool, by_form: bool
) -> None:
    assert check(kind, value, CODES) is listed
    assert check(kind, value, CodeLists()) is by_form


def test_check_knows_both_identifiers_with_check_digits() -> None:
    assert check(Identifier.resident_id, "11010519491231002X", CodeLists())
    assert not check(Identifier.resident_id, "91110000600037341L", CodeLists())
    assert check(Identifier.credit_code, "91110000600037341L", CodeLists())


def test_counties_that_are_gone_are_still_known() -> None:
    """Older data name counties that were merged since 2018."""
    text = (REPOSITORY / "data_contracts/codes/divisions.csv").read_text("utf-8")
    gone = [line.split(",")[0] for line in text.splitlines()[1:] if not line.endswith(",")]
    assert len(gone) == 100
    assert all(check(Identifier.division_code, code, CODES) for code in gone)


def test_a_city_without_lists_says_so(tmp_path: Path) -> None:
    codes = load_codes(tmp_path)
    assert codes.by_form_only == {Identifier.division_code, Identifier.industry_code}
    assert CODES.by_form_only == frozenset()


@pytest.mark.parametrize(
    "raw", [b"", b"number\n1\n", b"code,name\n,x\n", "code\n北京".encode("gb18030")]
)
def test_a_broken_list_is_an_error(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "data_contracts/codes/divisions.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(raw)
    with pytest.raises(InvalidInput) as caught:
        load_codes(tmp_path)
    assert caught.value.reasons[0].subject == "data_contracts/codes/divisions.csv"
