"""The mapping of a column against Python's own Decimal and date: what is read is what was meant."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.catalogue.date_forms import FORMS, ONLY_TIMESTAMP
from workbench.extracts.cells import text_of
from workbench.extracts.conversion import Misread, converter
from workbench.extracts.strict import StrictType
from workbench.model.contract import Reading

WIDE = StrictType("DECIMAL(38,10)")
UNITS = {"": "1", "元": "1", "万元": "10000", "亿元": "100000000", "%": "0.01", "亩": "0.0667"}
FULL = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
numbers = st.decimals(-(10**12), 10**12, places=6, allow_nan=False)


@settings(max_examples=examples(150), deadline=None)
@given(
    number=numbers,
    unit=st.sampled_from(sorted(UNITS)),
    grouped=st.booleans(),
    full=st.booleans(),
    minus=st.sampled_from(["-", "△", "()"]),
)
@example(Decimal("1.23"), "万元", False, True, "-")
@example(Decimal("0"), "亿元", True, False, "△")
def test_a_number_with_its_unit_is_the_exact_product(
    number: Decimal, unit: str, grouped: bool, full: bool, minus: str
) -> None:
    body = format(abs(number), ",f" if grouped else "f")
    text = (body.translate(FULL) if full else body) + unit
    if number < 0:
        text = f"({text})" if minus == "()" else f"{minus}{text}"
    reading = Reading(
        digits="fullwidth",
        thousands=",",
        units=tuple(UNITS.items()),
        negative="parentheses" if minus == "()" else "triangle",
    )
    found = converter(reading, WIDE)(text)
    assert found is not None
    assert Fraction(found) == Fraction(number) * Fraction(UNITS[unit])
    assert "e" not in found.lower()


@settings(max_examples=examples(100), deadline=None)
@given(number=st.integers(-(10**15), 10**15))
def test_thousands_are_taken_away_and_nothing_else(number: int) -> None:
    convert = converter(Reading(thousands=","), StrictType("BIGINT"))
    assert convert(f"{number:,}") == str(number)
    assert convert(str(number)) == str(number)


@settings(max_examples=examples(150), deadline=None)
@given(text=st.text("0123456789,.", max_size=9))
def test_groups_that_are_not_of_three_digits_are_never_read(text: str) -> None:
    try:
        found = converter(Reading(thousands=","), StrictType("BIGINT"))(text)
    except Misread:
        return
    if "," in text:
        whole, _, rest = text.partition(".")
        assert f"{int(found.split('.')[0] if found else 0):,}" == whole.lstrip("0,") or (
            whole.startswith("0")
        )
        assert "," not in rest
    else:
        assert found == text


WRITTEN = {
    "yyyy-M-d": lambda d: f"{d.year:04}-{d.month}-{d.day}",
    "yyyy/M/d": lambda d: f"{d.year:04}/{d.month}/{d.day}",
    "yyyy.M.d": lambda d: f"{d.year:04}.{d.month:02}.{d.day:02}",
    "yyyyMMdd": lambda d: f"{d.year:04}{d.month:02}{d.day:02}",
    "yyyy年M月d日": lambda d: f"{d.year:04}年{d.month}月{d.day}日",
    "d/M/yyyy": lambda d: f"{d.day}/{d.month}/{d.year:04}",
    "M/d/yyyy": lambda d: f"{d.month}/{d.day}/{d.year:04}",
    "二〇二四年三月五日": lambda d: f"{_numerals(d.year)}年{_count(d.month)}月{_count(d.day)}日",
}


def _numerals(year: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{year:04}")


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{'〇一二三'[tens]}十")
    return head + ("" if ones == 0 else "〇一二三四五六七八九"[ones])


@settings(max_examples=examples(100), deadline=None)
@given(day=st.dates(), form=st.sampled_from(sorted(WRITTEN)))
@example(date(2024, 2, 29), "二〇二四年三月五日")
@example(date(2024, 12, 30), "二〇二四年三月五日")
def test_a_day_comes_back_from_each_form(day: date, form: str) -> None:
    convert = converter(Reading(dates=(form,)), StrictType("DATE"))
    assert convert(WRITTEN[form](day)) == day.isoformat()
    assert convert(day.isoformat()) == day.isoformat()


@settings(max_examples=examples(200), deadline=None)
@given(
    text=st.text("0123456789年月日/-. :一二三十〇", max_size=11),
    form=st.sampled_from(sorted(set(FORMS) - ONLY_TIMESTAMP)),
)
def test_whatever_is_read_as_a_day_is_a_day_that_exists(text: str, form: str) -> None:
    try:
        found = converter(Reading(dates=(form,)), StrictType("DATE"))(text)
    except Misread:
        return
    assert found is not None
    if found != text:
        date.fromisoformat(found)


def typed(text: str, target: StrictType) -> object:
    """What ingest makes of canonical text."""
    fits, value = target.fits("t"), target.value("t")
    row = duckdb.execute(f"SELECT {fits}, {value} FROM (SELECT ?::VARCHAR AS t)", [text]).fetchone()
    assert row is not None
    assert row[0], text
    return row[1]


@settings(max_examples=examples(50), deadline=None)
@given(number=st.decimals(0, 10**9, places=2, allow_nan=False))
def test_the_strict_types_take_what_a_mapping_makes(number: Decimal) -> None:
    reading = Reading(units=(("万元", "10000"),))
    text = converter(reading, StrictType("DECIMAL(18,2)"))(f"{number}万元")
    assert text is not None
    assert typed(text, StrictType("DECIMAL(18,2)")) == number * 10_000
    assert typed(text, StrictType("BIGINT")) == int(number * 10_000)
    assert typed(text, StrictType("DOUBLE")) == float(number * 10_000)


@settings(max_examples=examples(150), deadline=None)
@given(cell=st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_of_a_workbook_is_its_shortest_decimal_or_a_fault(cell: float) -> None:
    text = text_of(cell, StrictType("DOUBLE"))
    assert text is not None
    assert float(text) == cell
    exact = text_of(cell, StrictType("DECIMAL(38,10)"))
    assert exact == text or exact == "\0digits_lost"


@settings(max_examples=examples(50), deadline=None)
@given(moment=st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)))
def test_a_moment_of_a_workbook_is_that_moment(moment: datetime) -> None:
    text = text_of(moment, StrictType("TIMESTAMP"))
    assert text is not None
    assert datetime.fromisoformat(text) == moment


@pytest.mark.parametrize(
    "text", ["1e3万元", "１万元", "1,0万元", "万元", "--1万元", "1万元万元", "½万元"]
)
def test_what_is_no_plain_number_is_not_scaled(text: str) -> None:
    with pytest.raises(Misread):
        converter(Reading(units=(("万元", "10000"),)), WIDE)(text)
