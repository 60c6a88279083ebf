"""Numbers by language: magnitudes, one rounding half up, nothing lost on the way, round ticks."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import numpy as np
import pyarrow as pa
import pytest
from babel import Locale
from babel.numbers import format_compact_decimal, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.ui.numbers import MISSING, decimal_of, full, magnitude, rounded, ticks, written
from workbench.ui.page import Form

Z, E = "zh", "en"


@pytest.mark.parametrize(
    ("value", "form", "decimals", "zh", "en"),
    [
        (43372, "count", None, "43,372", "43,372"),
        (99999, "count", None, "99,999", "99,999"),
        (Decimal("99999.6"), "count", None, "10万", "100,000"),
        (123456, "count", None, "12.35万", "123,456"),
        (1234567, "count", None, "123.46万", "1.23 million"),
        (99_999_600, "count", None, "9,999.96万", "100 million"),
        (99_999_600, "count", 1, "1.0亿", "100.0 million"),
        (999_960_000, "number", 1, "10.0亿", "1.0 billion"),
        (999_996_000, "number", 0, "10亿", "1 billion"),
        (99_999_999, "number", None, "1亿", "100 million"),
        (9_999_999_999_999, "number", None, "10万亿", "10 trillion"),
        (Decimal("1.5e12"), "number", None, "1.5万亿", "1.5 trillion"),
        (9_999_990_000_000_000, "number", None, "9,999.99万亿", "9,999.99 trillion"),
        (9_999_999_999_999_999, "number", None, "1×10¹⁶", "1×10¹⁶"),
        (10**20, "number", None, "1×10²⁰", "1×10²⁰"),
        (2**127 - 1, "count", None, "1.7×10³⁸", "1.7×10³⁸"),
        (-1e300, "number", 3, "-1.000×10³⁰⁰", "-1.000×10³⁰⁰"),
        (9.999e22, "index", None, "1×10²³", "1×10²³"),
        (1e300, "share", None, "1×10³⁰²%", "1×10³⁰²%"),
        (1e-12, "number", None, "1×10⁻¹²", "1×10⁻¹²"),
        (5e-324, "number", None, "5×10⁻³²⁴", "5×10⁻³²⁴"),
        (0.00123, "number", None, "0.0012", "0.0012"),
        (1e-12, "number", 2, "0.00", "0.00"),
        (1e-12, "percent", None, "0.0%", "0.0%"),
        (-123456, "number", None, "-12.35万", "-123,456"),
        (Decimal("105.30"), "number", None, "105.3", "105.3"),
        (Decimal("105.30"), "number", 2, "105.30", "105.30"),
        (Decimal("100.25"), "index", None, "100.3", "100.3"),
        (Decimal("-100.25"), "index", None, "-100.3", "-100.3"),
        (5.25, "percent", None, "5.3%", "5.3%"),
        (2.675, "percent", 2, "2.68%", "2.68%"),
        (Decimal("0.12345"), "share", None, "12.3%", "12.3%"),
        (1, "share", 0, "100%", "100%"),
        (Decimal("-0.04"), "points", None, "0.0个百分点", "0.0 pp"),
        (1.25, "points", None, "1.3个百分点", "1.3 pp"),
        (513201, "plain", None, "513201", "513201"),
        (Decimal("1.50"), "plain", None, "1.50", "1.50"),
        (1e22, "plain", None, "1" + "0" * 22, "1" + "0" * 22),
        (0, "number", None, "0", "0"),
        (None, "number", None, MISSING, MISSING),
        (float("nan"), "share", 1, MISSING, MISSING),
        (float("-inf"), "count", None, "-∞", "-∞"),
    ],
)
def test_short_texts(value: object, form: str, decimals: int | None, zh: str, en: str) -> None:
    said = [written(value, Form(form), lang, decimals=decimals).short for lang in (Z, E)]  # type: ignore[arg-type]
    assert said == [zh, en]


def test_the_exact_text_keeps_every_digit() -> None:
    value = Decimal("1234567890123456789.123456789")
    found = written(value, Form.number, "zh")
    assert found.short == "1.23×10¹⁸"
    assert found.exact == "1,234,567,890,123,456,789.123456789"
    assert written("0.1234567", Form.share, "en").exact == "12.34567%"
    assert written(0.1, Form.number, "en", decimals=20).short == "0.1" + "0" * 19


def test_a_unit_that_counts_in_magnitudes_is_not_shortened_twice() -> None:
    assert written(1234567, Form.number, "zh", unit="亿元").short == "1,234,567"
    assert written(1234567, Form.number, "zh", unit="元").short == "123.46万"
    assert written(1234567, Form.number, "en", unit="100 million yuan").short == "1,234,567"
    assert written(1234567, Form.number, "en", unit="10 000 t").short == "1,234,567"
    assert written(12345678, Form.number, "en", unit="yuan").short == "12.35 million"


def test_signs() -> None:
    signed = [written(v, Form.percent, "zh", signed=True).short for v in (1.25, -1.25, 0.04, 0)]
    assert signed == ["+1.3%", "-1.3%", "0.0%", "0.0%"]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (Decimal("0.10"), pa.decimal128(38, 2), "0.10"),
        (Decimal("12345678901234567890.12"), pa.decimal128(38, 2), "12345678901234567890.12"),
        (2**63 - 1, pa.int64(), "9223372036854775807"),
        (0.1, pa.float32(), "0.1"),
        (0.1, pa.float64(), "0.1"),
    ],
)
def test_arrow_scalars_keep_their_digits(value: object, kind: pa.DataType, text: str) -> None:
    assert str(decimal_of(pa.scalar(value, kind))) == text


def test_other_inputs() -> None:
    assert decimal_of(np.float64(0.1)) == Decimal("0.1")
    assert decimal_of(pa.scalar(None, pa.int64())) is None
    for wrong in ("七", True, object()):
        with pytest.raises(ValueError, match="is no number"):
            decimal_of(wrong)


def test_a_table_never_shortens() -> None:
    assert full(Decimal("1234567.890"), Form.number, "zh") == "1,234,567.890"
    assert full(Decimal("1234567.895"), Form.number, "zh", 2) == "1,234,567.90"
    assert full("0.1234", Form.share, "en") == "12.34%"
    assert full(202512, Form.plain, "zh") == "202512"
    assert full(None, Form.plain, "zh") == MISSING


def test_the_magnitudes_are_those_of_cldr() -> None:
    """Unicode CLDR, compact decimals: zh short, en long."""
    for language, locale, kind in (("zh", "zh_CN", "short"), ("en", "en", "long")):
        patterns = Locale.parse(locale).compact_decimal_formats[kind]["other"]
        for power in range(6, 15):
            size, word = magnitude(Decimal(10**power), language)  # type: ignore[arg-type]
            pattern = patterns[str(10**power)].pattern
            assert pattern == "0" * len(str(10**power // int(size))) + word


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=3))
def test_as_babel_writes_where_babel_carries_and_rounds_alike(value: Decimal) -> None:
    """babel is right except in ties and where rounding reaches the next magnitude."""
    if 0 < abs(value) < Decimal("0.005"):
        return  # two digits that count, where babel says zero
    if abs(value) < 10**6:
        expected = format_decimal(rounded(value, 2), "#,##0.##", "en", decimal_quantization=False)
        if abs(rounded(value, 2)) < 10**5:
            assert written(value, Form.number, "zh").short == expected
        assert written(value, Form.number, "en").short == expected or abs(value) > 999_999
        return
    size, _ = magnitude(value, "zh")
    with localcontext() as context:
        context.prec = 60
        even = (value / size).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
        up = rounded(value / size, 2)
    if even == up and magnitude(up * size, "zh")[0] == size:
        theirs = format_compact_decimal(value, locale="zh_CN", fraction_digits=2)
        assert written(value, Form.number, "zh").short.replace(",", "") == theirs


@given(
    st.decimals(min_value=-(10**16), max_value=10**16, allow_nan=False, places=4),
    st.integers(0, 4),
    st.sampled_from(["zh", "en"]),
)
def test_a_short_text_is_never_further_off_than_half_its_last_digit(
    value: Decimal, decimals: int, language: str
) -> None:
    short = written(value, Form.number, language, decimals=decimals).short  # type: ignore[arg-type]
    words = {"万亿": 12, "亿": 8, "万": 4, " trillion": 12, " billion": 9, " million": 6, "": 0}
    if "×10" in short:  # only by rounding: from 10^16 on
        assert abs(value) >= Decimal(10) ** 16 - 10**12 // 2
        return
    power = next(p for word, p in words.items() if short.endswith(word))
    digits = Decimal(short.rstrip("万亿 abcdefghijklmnopqrstuvwxyz").replace(",", ""))
    with localcontext() as context:
        context.prec = 60
        off = abs(digits.scaleb(power) - value)
        assert off <= Decimal(5).scaleb(power - decimals - 1)
        tie = off == Decimal(5).scaleb(power - decimals - 1)
        assert not tie or abs(digits.scaleb(power)) > abs(value)
        smaller = {12: 4, 9: 3, 8: 4, 6: 3, 4: 4, 0: 6}
        if power != 12:
            assert abs(digits) < 10 ** smaller[power]


@pytest.mark.parametrize(
    ("low", "high", "form", "unit", "zh", "en"),
    [
        (0, 200_000, "count", "", ["0", "5万", "10万", "15万", "20万"], None),
        (0, 7379, "count", "", ["0", "2,000", "4,000", "6,000", "8,000"], None),
        (0, 160_000_000, "number", "", ["0", "0.5亿", "1亿", "1.5亿", "2亿"], None),
        (0, 4_900_000, "number", "", None, ["0", *(f"{i} million" for i in range(1, 6))]),
        (98.2, 103.1, "index", "", ["98", "99", "100", "101", "102", "103", "104"][::2], None),
        (0, 1, "share", "", ["0%", "20%", "40%", "60%", "80%", "100%"], None),
        (0, 2, "count", "", ["0", "1", "2"], ["0", "1", "2"]),
        (0, 160_000, "number", "亿元", ["0", "50,000", "100,000", "150,000", "200,000"], None),
        (-0.05, 0.05, "points", "", ["-0.05", "-0.025", "0", "0.025", "0.05"], None),
    ],
)  # fmt: skip
def test_ticks(low, high, form, unit, zh, en) -> None:  # type: ignore[no-untyped-def]
    for language, expected in ((Z, zh), (E, en)):
        values, said = ticks(low, high, Form(form), language, unit)  # type: ignore[arg-type]
        if expected is None:
            continue
        assert said == expected
        assert len(values) == len(said)


numbers = st.floats(-1e18, 1e18, allow_nan=False).map(lambda x: x if abs(x) > 1e-9 else 0.0)


@settings(max_examples=300)
@given(numbers, numbers, st.sampled_from([f for f in Form if f is not Form.plain]))
def test_ticks_are_four_to_six_and_hold_the_range(a: float, b: float, form: Form) -> None:
    values, said = ticks(a, b, form, "zh")
    low, high = min(a, b), max(a, b)
    assert len(values) == len(said)
    assert values == sorted(set(values)) or abs(high - low) < 1e-12 * max(abs(low), abs(high))
    assert values[0] <= low
    assert values[-1] >= high
    few = form is Form.count and high - low <= 2
    assert len(values) >= (2 if few else 4)
    assert len(values) <= 6
    assert len(set(said)) == len(said)


anything = st.one_of(
    st.floats(),
    st.integers(-(2**127), 2**128),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.none(),
)


@settings(max_examples=500)
@given(
    anything,
    st.sampled_from(list(Form)),
    st.one_of(st.none(), st.integers(0, 12)),
    st.sampled_from([Z, E]),
    st.booleans(),
    st.sampled_from(["", "亿元", "元"]),
)
def test_any_number_there_is_can_be_written(  # type: ignore[no-untyped-def]
    value, form: Form, decimals, language, signed: bool, unit: str
) -> None:
    said = written(value, form, language, decimals=decimals, signed=signed, unit=unit)
    assert said.short
    assert full(value, form, language, decimals)
    found = decimal_of(value)
    if form is Form.number and decimals is None and found is not None and found.is_finite():
        assert len(said.short) <= len("-9,999,999,999,999,999.99个百分点")
        assert len(said.exact) < 60 or len(found.as_tuple().digits) > 40
        assert any(char in "123456789" for char in said.short) == bool(found)


@settings(max_examples=500)
@given(st.floats(allow_nan=False), st.floats(allow_nan=False), st.sampled_from(list(Form)))
def test_any_two_bounds_have_ticks_that_are_doubles(a: float, b: float, form: Form) -> None:
    values, said = ticks(a, b, form, "zh")
    assert len(values) == len(said)
    assert all(math.isfinite(value) for value in values)
    assert bool(values) == (math.isfinite(a) and math.isfinite(b))
    assert all(len(text) < 40 for text in said)


def test_ticks_beyond_the_magnitudes_have_one_power() -> None:
    assert ticks(0, 2e38, Form.number, "zh")[1] == [
        "0", "0.5×10³⁸", "1×10³⁸", "1.5×10³⁸", "2×10³⁸"]  # fmt: skip
    assert ticks(0, 4e-12, Form.number, "en")[1] == [
        "0", *(f"{i}×10⁻¹²" for i in range(1, 5))]  # fmt: skip


def test_a_table_writes_out_what_can_be_read() -> None:
    assert full(2**127 - 1, Form.number, "zh") == f"{2**127 - 1:,}"
    assert full(1.25e300, Form.number, "zh") == "1.25×10³⁰⁰"
    assert full(1e-12, Form.number, "zh") == "1×10⁻¹²"
    assert full(1e300, Form.number, "zh", 2) == "1×10³⁰⁰"


def test_no_ticks_without_bounds() -> None:
    assert ticks(None, 3, Form.number, "zh") == ([], [])
    assert ticks(0, float("inf"), Form.number, "zh") == ([], [])
    assert ticks(5, 5, Form.number, "en")[1] == ["4.5", "4.75", "5", "5.25", "5.5"]
    assert ticks(0, 0, Form.number, "en")[1] == ["-1", "-0.5", "0", "0.5", "1"]
