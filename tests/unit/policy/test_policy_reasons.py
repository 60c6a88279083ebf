"""What a refusal teaches, and what it must never say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from workbench.catalogue.applications import application_in, application_of
from workbench.catalogue.regulations import read_regulation
from workbench.declared.yaml import parse
from workbench.errors import Code, Reason, Text
from workbench.model.actor import Actor, Role
from workbench.model.contract import (
    Classification,
    Column,
    Identifier,
    Level,
    LibraryKind,
    Personal,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.decision import Deny, Permit
from workbench.model.grant import (
    ColumnGrant,
    Grant,
    Mask,
    MaskKind,
    Operator,
    Origin,
    OriginKind,
    RowCondition,
    Use,
)
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.regulation import Regulation
from workbench.model.scenario import PageSubject, Scenario
from workbench.policy.decide import active_grants, decide
from workbench.policy.drafts import application
from workbench.policy.reasons import explain_missing
from workbench.policy.rules import Topic, rule
from workbench.policy.visible import mask_text, visible

TODAY = date(2026, 11, 22)
LI = Actor("li", "drc", frozenset({Role.analyst}))
_IMPORTANT = Classification(Level.important)
_GENERAL = Classification(Level.general, 2)
PERSON = Resource(
    id="r1",
    name="person",
    title=Text("人口", "People"),
    version="1",
    provider="civil_affairs",
    department="civil_affairs",
    library=LibraryKind.base,
    sharing=Sharing(SharingType.conditional, usage_requirements="only for the census"),
    columns=(
        Column("id", "BIGINT", "", _GENERAL, identifier=Identifier.resident_id, entity_key=True),
        Column("name", "VARCHAR", "姓名", _IMPORTANT, Personal.personal),
        Column("income", "DOUBLE", "", _IMPORTANT, Personal.sensitive),
        Column("town", "VARCHAR", "", _GENERAL),
        Column("yes", "VARCHAR", "", _GENERAL),
        Column("note", "VARCHAR"),
    ),
)
SECRET = replace(
    PERSON,
    name="sealed",
    title=Text("机密标题", "A telling title"),
    provider="hidden_bureau",
    sharing=Sharing(SharingType.not_shared, legal_basis="Law X art. 1"),
)
RESOURCES = {"person": PERSON, "sealed": SECRET}
SCENARIO = Scenario(
    id="census",
    version="2",
    title=Text("普查", "Census"),
    purpose="count",
    duty_basis="统计法: 第1条 # basis",
    resources=(),
    departments=("drc",),
    approver="authority",
    valid_until=date(2027, 1, 31),
    pages=(PageSubject("board", frozenset({"wang"})),),
)
GRANT = Grant(
    id="census/drc/person",
    scenario="census",
    department="drc",
    resource="person",
    columns=(ColumnGrant("id", Use.join_key), ColumnGrant("town")),
    mode=SharingMode.obtain,
    origin=Origin(OriginKind.scenario, "census@2", "authority", date(2026, 1, 2)),
    valid_until=date(2027, 1, 31),
)


CITY = parse(b"regulation: any", "city.yaml")


def _law(name: str) -> Regulation:
    """A regulation as the sample city ships it."""
    return read_regulation(name, Path(__file__).parents[3], CITY).regulation


def _deny(*columns: str, regulation: str = "aba-2024") -> tuple[Reason, ...]:
    reads = ReadSet(StatementKind.query, ("person",), tuple(("person", c) for c in columns))
    got = decide(
        LI, "census", {"census": SCENARIO}, (GRANT,), RESOURCES, reads, TODAY, _law(regulation)
    )
    assert isinstance(got, Deny)
    return got.reasons


def _missing(kind: str, name: str, *tables: str) -> Reason:
    reads = ReadSet(StatementKind.query, tables)
    return explain_missing(kind, name, reads, SCENARIO, (GRANT,), RESOURCES, _law("aba-2024"))


# Teaching --------------------------------------------------------------------------------------


def test_a_missing_column_names_provider_class_grant_rule_and_next_step() -> None:
    (reason,) = _deny("income")
    for said, city in ((reason.said("zh"), "阿坝"), (reason.said("en"), "Aba")):
        for part in ("person.income", "civil_affairs", "important", GRANT.id, city):
            assert part in said
    assert "sensitive personal" in reason.said("en")


def test_the_draft_is_valid_yaml_for_what_is_held_and_what_is_missing() -> None:
    first, last = _deny("name", "town", "income")
    assert not first.draft, "one draft, at the end, for all of them"
    draft = YAML(typ="safe").load(StringIO(last.draft))["application"]
    assert draft == {
        "scenario": "census",
        "department": "drc",
        "resource": "person",
        "mode": "obtain",
        "until": date(2027, 1, 31),
        "duty_basis": "统计法: 第1条 # basis",
        "reason": "",
        "columns": {
            "id": "join_key",
            "town": "value",
            "name": {"use": "value", "argument": ""},
            "income": {"use": "value", "argument": ""},
        },
    }


def test_what_is_held_is_applied_for_again_as_it_is_held() -> None:
    columns = (
        ColumnGrant("town", Use.value, Mask(MaskKind.partial, keep_first=6)),
        ColumnGrant("income", Use.value, Mask(MaskKind.coding, bottom=Decimal("0.50"))),
        ColumnGrant("id", Use.join_key),
    )
    rows = (
        RowCondition("town", Operator.in_, ("500101", "500102")),
        RowCondition("name", Operator.is_not_null),
        RowCondition("income", Operator.ge, (10,)),
    )
    held = replace(GRANT, columns=columns, rows=rows)
    name = [column for column in PERSON.columns if column.name == "name"]
    text = application(SCENARIO, "drc", PERSON, name, held=held)
    asked = application_of(application_in(parse(text.encode(), "draft.yaml")), RESOURCES)
    assert tuple(c.grant for c in asked.columns)[:-1] == columns
    assert asked.columns[-1].grant == ColumnGrant("name")
    assert asked.rows == rows


def test_a_draft_survives_names_that_yaml_would_read_otherwise() -> None:
    text = application(SCENARIO, "a: b", PERSON, PERSON.columns)
    draft = YAML(typ="safe").load(StringIO(text))["application"]
    assert list(draft["columns"]) == ["id", "name", "income", "town", "yes", "note"]
    assert draft["department"] == "a: b"
    assert "join_key" in text, "a key may only have to join"


def test_an_unclassified_column_is_in_no_draft() -> None:
    reasons = _deny("note", "name")
    assert [r.code for r in reasons] == [Code.unclassified, Code.not_granted]
    assert "note" not in reasons[1].draft


def test_a_resource_that_is_not_shared_shows_its_name_only() -> None:
    reads = ReadSet(StatementKind.query, ("sealed",), (("sealed", "income"),))
    got = decide(
        LI, "census", {"census": SCENARIO}, (GRANT,), RESOURCES, reads, TODAY, _law("aba-2024")
    )
    assert isinstance(got, Deny)
    (reason,) = got.reasons
    assert reason == _missing("table", "sealed"), "the same before and after the engine"
    said = reason.said("zh") + reason.said("en") + reason.subject
    for hidden in ("hidden_bureau", "telling", "机密", "income", "Law X"):
        assert hidden not in said


# Names that the engine did not find -------------------------------------------------------------


def test_permission_is_checked_before_existence() -> None:
    assert _missing("column", "income", "person").code is Code.not_granted
    assert _missing("column", "p.Name", "person").code is Code.not_granted
    assert _missing("column", "note", "person").code is Code.unclassified
    assert _missing("table", "sealed").code is Code.not_shared
    assert _missing("table", "main.person").code is Code.extract_missing


def test_suggestions_are_granted_names_only() -> None:
    near = _missing("column", "twon", "person")
    assert near.code is Code.not_found
    assert near.next is not None
    assert "town" in near.next.en
    for name, kind in (("incom", "column"), ("nam", "column"), ("seald", "table")):
        said = _missing(kind, name, "person").said("en")
        assert "income" not in said.replace("named incom.", "")
        assert "sealed" not in said
    table = _missing("table", "persn")
    assert table.next is not None
    assert "person" in table.next.en


def test_a_city_table_that_is_not_granted_is_told_so() -> None:
    reason = explain_missing(
        "table", "person", ReadSet(StatementKind.query), SCENARIO, (), RESOURCES, _law("aba-2024")
    )
    assert reason.code is Code.not_granted
    assert "People" in reason.said("en")


# Citations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regulation", "topic", "articles"),
    [
        ("foshan-2019", Topic.least, "arts. 5(4), 8(2)"),
        ("foshan-2019", Topic.not_shared, "arts. 12(3), 26"),
        ("heilongjiang-2025", Topic.apply, "art. 22"),
        ("heilongjiang-2025", Topic.purpose, "art. 30"),
        ("aba-2024", Topic.apply, "art. 25"),
        ("aba-2024", Topic.purpose, "art. 27"),
        ("changde-2016", Topic.apply, "art. 11"),
        ("binzhou-2023", Topic.apply, "art. 20"),
    ],
)
def test_citations(regulation: str, topic: Topic, articles: str) -> None:
    found = rule(_law(regulation), topic)
    assert found is not None
    assert found.en.endswith(articles)


def test_only_foshan_orders_the_least_data_and_no_city_borrows_it() -> None:
    for regulation in ("aba-2024", "binzhou-2023", "changde-2016", "heilongjiang-2025"):
        assert rule(_law(regulation), Topic.least) is None
        assert "Foshan" not in _deny("name", regulation=regulation)[0].said("en")
    assert "8(2)" in _deny("name", regulation="foshan-2019")[0].said("en")


def test_binzhou_cites_nothing_that_our_text_lacks() -> None:
    for topic in Topic:
        found = rule(_law("binzhou-2023"), topic)
        numbers = found.en.split("art")[-1] if found else ""
        assert not any(str(n) in numbers for n in range(23, 29))


def test_an_unknown_regulation_gives_no_citation() -> None:
    assert rule(_law("elsewhere-2030"), *Topic) is None
    assert _deny("name", regulation="elsewhere-2030")[0].rule is None


# A scenario of others ---------------------------------------------------------------------------


def test_another_departments_scenario_reads_the_same_as_none() -> None:
    foreign = replace(SCENARIO, id="foreign", departments=("health",))
    known = {"census": SCENARIO, "foreign": foreign}
    reads = ReadSet(StatementKind.query)

    def said(name: str) -> str:
        got = decide(LI, name, known, (GRANT,), RESOURCES, reads, TODAY)
        assert isinstance(got, Deny)
        return repr(got).replace(name, "NAME")

    assert said("foreign") == said("nothing")
    assert "foreign" not in said("nothing")
    assert "census" in said("nothing"), "the actor's own are listed"


# A permit ---------------------------------------------------------------------------------------


def test_a_permit_holds_every_active_grant_and_the_obligations_of_what_is_read() -> None:
    other = replace(GRANT, id="census/drc/other", resource="other")
    old = replace(GRANT, id="census/drc/old", resource="old", valid_until=date(2026, 11, 21))
    grants = (GRANT, other, old)
    reads = ReadSet(StatementKind.query, ("PERSON",), (("PERSON", "Town"),))
    got = decide(LI, "census", {"census": SCENARIO}, grants, RESOURCES, reads, TODAY)
    assert isinstance(got, Permit)
    assert got.grants == (GRANT, other) == active_grants(LI, "census", grants, TODAY)
    assert got.reads == (("person", ("town",)),)
    assert got.obligations == ("person: only for the census",)
    nothing = decide(
        LI, "census", {"census": SCENARIO}, grants, RESOURCES, ReadSet(StatementKind.query), TODAY
    )
    assert isinstance(nothing, Permit)
    assert nothing.obligations == ()


def test_the_last_day_of_a_grant_is_a_day_of_use() -> None:
    assert GRANT.valid_until is not None
    assert active_grants(LI, "census", (GRANT,), GRANT.valid_until) == (GRANT,)
    assert active_grants(LI, "census", (GRANT,), date(2027, 2, 1)) == ()


def test_a_department_cannot_pass_for_a_page_nor_a_page_for_a_department() -> None:
    page_grant = replace(GRANT, department="page:board")
    posing = Actor("li", "page:board", frozenset({Role.analyst}))
    page = Actor("page:board", "page:board", frozenset({Role.page}), "wang", "x")
    odd = Actor("drc", "drc", frozenset({Role.page}), "wang", "x")
    assert active_grants(posing, "census", (page_grant,), TODAY) == ()
    assert active_grants(page, "census", (page_grant, GRANT), TODAY) == (page_grant,)
    assert active_grants(odd, "census", (page_grant, GRANT), TODAY) == ()


# What may I see, and why ------------------------------------------------------------------------


def test_visible_lists_all_grants_with_their_state_and_origin() -> None:
    later = replace(SCENARIO, id="later")
    future = replace(GRANT, scenario="later", valid_from=date(2027, 1, 1))
    foreign = replace(GRANT, scenario="later", department="health")
    lines = visible(
        LI, {"later": later, "census": SCENARIO}, (future, GRANT, foreign), RESOURCES, TODAY
    )
    assert [(v.scenario, v.state) for v in lines] == [
        ("census", "active"),
        ("later", "not_started"),
    ]
    first = lines[0]
    assert first.columns == (("id", "join_key", ""), ("town", "value", ""))
    assert first.valid_until == "2027-01-31"
    assert "census@2" in first.because
    assert "authority" in first.because


def test_a_page_shows_nothing_to_a_viewer_it_does_not_list() -> None:
    grant = replace(GRANT, department="page:board")
    page = Actor("page:board", "page:board", frozenset({Role.page}), "wang", "x")
    scenarios = {"census": SCENARIO}
    assert len(visible(page, scenarios, (grant,), RESOURCES, TODAY)) == 1
    stranger = replace(page, viewer="zhou")
    assert visible(stranger, scenarios, (grant,), RESOURCES, TODAY) == ()


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        (None, ""),
        (Mask(MaskKind.pseudonym), "pseudonym"),
        (Mask(MaskKind.partial, keep_first=1, keep_last=4), "partial:1+4"),
        (Mask(MaskKind.division, level="county"), "division:county"),
        (Mask(MaskKind.bucket, width=1000.0), "bucket:1000"),
        (Mask(MaskKind.bucket, edges=(0.0, 1e7)), "bucket:0|10000000"),
    ],
)
def test_mask_text(mask: Mask | None, text: str) -> None:
    assert mask_text(mask) == text


@pytest.mark.parametrize(
    ("roles", "refused"),
    [
        (frozenset(), True),
        (frozenset({Role.operator}), True),
        (frozenset({Role.auditor}), True),
        (frozenset({Role.security}), True),
        (frozenset({Role.analyst, Role.operator}), False),
        (frozenset({Role.leader}), False),
    ],
)
def test_whoever_looks_after_the_platform_does_not_use_its_data(
    roles: frozenset[Role], refused: bool
) -> None:
    reads = ReadSet(StatementKind.query, ("person",), (("person", "town"),))
    got = decide(
        replace(LI, roles=roles), "census", {"census": SCENARIO}, (GRANT,), {}, reads, TODAY
    )
    codes = [r.code for r in got.reasons] if isinstance(got, Deny) else []
    assert (codes == [Code.role_missing]) is refused
