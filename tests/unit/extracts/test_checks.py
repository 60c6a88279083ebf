"""The rules of a contract, each with rows that keep it and rows that break it."""

from __future__ import annotations

import pytest
from ingest_desk import Desk, column, personal, places, quarantined, resource, said

from workbench.catalogue.identifiers import CodeLists, check
from workbench.errors import Code
from workbench.extracts.strict import strict_type
from workbench.model.contract import Identifier, QualityRule

RESIDENT = "11010519491231002X"  # the example of GB 11643
CREDIT = "91110000600037341L"  # a registered company's


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("TINYINT", ["127", "-128"], ["128"]),
        ("SMALLINT", ["32767"], ["32768"]),
        (
            "INTEGER",
            ["0", "-5", "2147483647"],
            ["1.0", "007", "+1", "１２", "2147483648", "-0", " 1", "1 ", "1,000", "1e3", "abc"],
        ),
        ("BIGINT", ["9223372036854775807"], ["9223372036854775808"]),
        ("DECIMAL(5,2)", ["1", "1.2", "-999.99", ".5", "1.230000"], ["1.239", "1000", "1e2"]),
        ("DECIMAL(5,0)", ["1", "1.0"], ["1.5", ".5"]),
        (
            "DOUBLE",
            ["1", "-1.5", "1e5", ".5", "5.", "1E-3", "1e-400"],
            ["1e400", "nan", "inf", "0x10", "1_0", "１", "1,5", "--1"],
        ),
        ("FLOAT", ["1.5"], ["1e39"]),
        (
            "DATE",
            ["2024-02-29", "1949-10-01"],
            ["2024-02-30", "2024-2-9", "2024/02/09", "infinity"],
        ),
        (
            "TIMESTAMP",
            ["2024-02-29 08:00:00", "2024-02-29T08:00", "2024-02-29 08:00:00.123456"],
            ["2024-02-29", "2024-02-30 08:00:00", "2024-02-29 24:00:00", "2024-02-29 08:00:00Z"],
        ),
        ("BOOLEAN", ["true", "FALSE", "True"], ["1", "t", "yes", "是"]),
    ],
)
def test_types_are_strict(desk: Desk, type_: str, good: list[str], bad: list[str]) -> None:
    contract = resource(column("n", "INTEGER"), column("v", type_))
    rows = "".join(f'{i},"{v}"\n' for i, v in enumerate([*good, *bad]))
    report = desk.load(contract, "n,v\n" + rows + "99,\n", accept_valid=True)
    kept = [row[0] for row in desk.rows(contract)]
    assert kept == [*range(len(good)), 99]
    found = [(row - 2, rule) for _, row, _, rule, _ in quarantined(report)]
    wanted = strict_type("r", "v", type_).name
    assert found == [(len(good) + i, f"type: {wanted}") for i in range(len(bad))]


def test_typed_values_arrive_as_they_were_written(desk: Desk) -> None:
    contract = resource(
        column("a", "DECIMAL(20,4)"), column("b", "DOUBLE"), column("c", "TIMESTAMP")
    )
    desk.load(contract, "a,b,c\n1234567890123456.7891,0.1,2024-02-29T08:00:01.5\n")
    table = desk.table(contract)
    assert [str(t) for t in table.schema.types] == [
        "decimal128(20, 4)", "double", "timestamp[us]",
    ]  # fmt: skip
    assert str(table["a"][0].as_py()) == "1234567890123456.7891"
    assert table["b"][0].as_py() == 0.1
    assert table["c"][0].as_py().isoformat() == "2024-02-29T08:00:01.500000"


@pytest.mark.parametrize("type_", ["HUGEINT", "UBIGINT", "TIME", "INTEGER[]", "nonsense"])
def test_a_type_that_no_extract_holds_is_the_contracts_fault(desk: Desk, type_: str) -> None:
    error = desk.refuses(resource(column("v", type_)), "v\n1\n")
    assert error.code is Code.invalid_contract
    assert "things.v" in said(error)


RULES = [
    (column("v", required=True), ["a", '""'], [""]),
    (column("v", entity_key=True), ["a"], [""]),
    (column("v", "INTEGER", unique=True), ["1", "2", ""], ["3", "3"]),
    (column("v", enum=("甲", "乙")), ["甲", ""], ["丙", '""']),
    (column("v", "INTEGER", enum=("1", "2")), ["1"], ["3"]),
    (column("v", pattern="[A-Z]{2}[0-9]+"), ["AB1"], ["AB", "xAB1", "AB1x"]),
    (column("v", "INTEGER", minimum=0, maximum=10), ["0", "10", ""], ["-1", "11"]),
    (column("v", "DECIMAL(9,1)", maximum=0.5), ["0.5"], ["0.6"]),
    (column("v", "DOUBLE", minimum=-1e20), ["-1e20"], ["-1.1e20"]),
    (column("v", min_length=2, max_length=3), ["汉字", "abc"], ["汉", "abcd"]),
    (column("v", identifier=Identifier.credit_code), [CREDIT], [CREDIT[:-1] + "A", "1", '""']),
    (
        personal("v", identifier=Identifier.resident_id),
        [RESIDENT],
        ["110105194912310021", RESIDENT.lower(), "11010519491331002X", "１１010519491231002X"],
    ),
    (column("v", identifier=Identifier.division_code), ["513200", "5132"], ["513299", "x"]),
    (column("v", identifier=Identifier.industry_code), ["A", "0111"], ["Z", "9999"]),
]


@pytest.mark.parametrize(("rule", "good", "bad"), RULES, ids=lambda x: getattr(x, "name", ""))
def test_rules(desk: Desk, rule: object, good: list[str], bad: list[str]) -> None:
    contract = resource(rule, column("n", "INTEGER"))  # type: ignore[arg-type]
    desk.codes = CodeLists(frozenset({"513200", "510000"}), frozenset({"A", "0111"}))
    if good == ["513200", "5132"]:
        desk.codes = CodeLists(frozenset({"513200"}), frozenset())
    rows = "".join(f"{v},{i}\n" for i, v in enumerate([*good, *bad]))
    error = desk.refuses(contract, "v,n\n" + rows)
    assert [row - 2 for _, row, _, _, _ in places(error)] == [
        len(good) + i for i in range(len(bad))
    ]
    report = desk.load(contract, "v,n\n" + rows, accept_valid=True)
    assert [row[1] for row in desk.rows(contract)] == list(range(len(good)))
    assert report.rejected == len(bad)


def test_a_row_that_breaks_two_rules_is_rejected_once(desk: Desk) -> None:
    contract = resource(column("a", "INTEGER"), column("b", max_length=1))
    report = desk.load(contract, "a,b\nx,long\n1,y\n", accept_valid=True)
    assert (report.rows_read, report.accepted, report.rejected) == (2, 1, 1)
    assert [(b.rule, b.column, b.rows) for b in report.broken] == [
        ("type", "a", 1), ("max_length", "b", 1),
    ]  # fmt: skip


def test_repeats_are_found_across_files_and_by_value(desk: Desk) -> None:
    contract = resource(column("a", "DECIMAL(5,2)", unique=True))
    files = desk.file("a\n1.5\n2\n", "1.csv"), desk.file("a\n1.50\n3\n", "2.csv")
    error = desk.refused(contract, *files)
    assert [(f, row) for f, row, *_ in places(error)] == [("1.csv", 2), ("2.csv", 2)]


def test_nothing_left_is_refused_even_where_valid_rows_are_taken(desk: Desk) -> None:
    contract = resource(column("a", "INTEGER"))
    desk.refuses(contract, "a\nx\ny\n", accept_valid=True)


def test_a_contract_that_makes_no_sense_is_said_to_be_so(desk: Desk) -> None:
    for odd in (column("a", pattern="(?=x)"), column("a", minimum=1)):
        error = desk.refuses(resource(odd), "a\n1\n")
        assert error.code is Code.invalid_contract


def test_codes_without_a_list_are_checked_by_form_and_that_is_said(desk: Desk) -> None:
    contract = resource(column("a", identifier=Identifier.division_code))
    report = desk.load(contract, "a\n999999\n")
    assert any("form" in w.en for w in report.warnings)


def rule(
    metric: str, column_: str = "", compare: str = "mustBe", operand: object = 0, **more: object
) -> QualityRule:
    return QualityRule(metric, column_, compare, operand, **more)  # type: ignore[arg-type]


TABLE = "a,b\n1,x\n1,y\n2,\n3,N/A\n"
MEASURES = [
    (rule("rowCount"), 4),
    (rule("nullValues", "b"), 1),
    (rule("nullValues", "b", unit="percent"), 25),
    (rule("missingValues", "b", arguments=(("missingValues", ("", "N/A")),)), 2),
    (rule("missingValues", "b"), 1),
    (rule("invalidValues", "b", arguments=(("validValues", ("x", "y")),)), 1),
    (rule("invalidValues", "b", arguments=(("pattern", "[a-z]"),)), 1),
    (rule("invalidValues", "a", arguments=(("validValues", (1, 2)),)), 1),
    (rule("duplicateValues", "a"), 1),
    (rule("duplicateValues", "", arguments=(("properties", ("a", "b")),)), 0),
    (rule("duplicateValues", "a", unit="percent"), 25),
]


@pytest.mark.parametrize(("measured", "found"), MEASURES)
def test_quality_metrics(desk: Desk, measured: QualityRule, found: float) -> None:
    def with_compare(compare: str, operand: object) -> object:
        ruled = QualityRule(
            measured.metric, measured.column, compare, operand,  # type: ignore[arg-type]
            measured.unit, measured.arguments,
        )  # fmt: skip
        return resource(column("a", "INTEGER"), column("b"), quality=(ruled,))

    desk.load(with_compare("mustBe", found), TABLE)  # type: ignore[arg-type]
    error = desk.refuses(with_compare("mustNotBe", found), TABLE)  # type: ignore[arg-type]
    assert f"found {found:g}" in said(error)


@pytest.mark.parametrize(
    ("compare", "holds", "fails"),
    [
        ("mustBe", 4, 5),
        ("mustNotBe", 5, 4),
        ("mustBeGreaterThan", 3, 4),
        ("mustBeGreaterOrEqualTo", 4, 5),
        ("mustBeLessThan", 5, 4),
        ("mustBeLessOrEqualTo", 4, 3),
        ("mustBeBetween", (4, 5), (5, 6)),
        ("mustNotBeBetween", (5, 6), (4, 5)),
    ],
)
def test_quality_comparisons(desk: Desk, compare: str, holds: object, fails: object) -> None:
    columns = column("a", "INTEGER"), column("b")
    desk.load(resource(*columns, quality=(rule("rowCount", "", compare, holds),)), TABLE)
    desk.refuses(resource(*columns, quality=(rule("rowCount", "", compare, fails),)), TABLE)


def test_a_rule_over_the_table_refuses_even_where_valid_rows_are_taken(desk: Desk) -> None:
    contract = resource(
        column("a", "INTEGER"), quality=(rule("rowCount", "", "mustBeGreaterThan", 2),)
    )
    desk.refuses(contract, "a\n1\n2\nx\n", accept_valid=True)  # two rows are left
    desk.load(contract, "a\n1\n2\n3\nx\n", accept_valid=True)


def test_header_only_under_a_row_count_rule(desk: Desk) -> None:
    contract = resource(column("a"), quality=(rule("rowCount", "", "mustBeGreaterThan", 0),))
    assert "found 0" in said(desk.refuses(contract, "a\n"))


@pytest.mark.parametrize(
    "odd",
    [
        rule("freshness"),
        rule("rowCount", compare="mustBeNice"),
        rule("rowCount", unit="furlongs"),
        rule("nullValues", "gone"),
        rule("invalidValues", "a"),
        rule("duplicateValues"),
        rule("rowCount", compare="mustBeBetween", operand=3),
    ],
)
def test_a_rule_that_nobody_understands_refuses(desk: Desk, odd: QualityRule) -> None:
    error = desk.refuses(resource(column("a"), quality=(odd,)), "a\n1\n")
    assert error.code is Code.invalid_contract


def test_the_two_examples_are_sound() -> None:
    assert check(Identifier.resident_id, RESIDENT, CodeLists())
    assert check(Identifier.credit_code, CREDIT, CodeLists())
