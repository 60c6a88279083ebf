"""What is answered about who could have seen the data of one person or firm: strict models, made
of the shared values. No value of a row."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from workbench.errors import Text
from workbench.gateway.answers import Answer, Said
from workbench.gateway.use_answers import Day, page_of
from workbench.sharing.entity_trail import CouldSee, TakenIn, Traced
from workbench.sharing.oversight import case_of
from workbench.sharing.use_lines import STATES

MOST = 1000
"""Grants of one answer at most (our default); it counts all."""


class EnterpriseSpec(Answer):
    """``key`` is a credit code or another entity key: it belongs in no address, nor in a log."""

    key: str = Field(max_length=128)
    scenario: str = Field(default="", max_length=128)
    since: Day | None = None


class HeldLine(Answer):
    resource: str
    title: Said
    provider: str
    version: int
    data_date: date | None
    columns: list[str]


class TakenLine(Answer):
    """``scope``: in, or unknown where nobody can tell whether its rows take theirs in."""

    grant: str
    case: str
    scenario: str
    resource: str
    department: str
    page: str
    state: str
    told: Said
    scope: str
    used: bool


class ReadColumn(Answer):
    """``use`` is empty where it is granted no more."""

    name: str
    use: str


class SeenLine(Answer):
    person: str
    department: str
    page: str
    scenario: str
    resource: str
    grant: str
    columns: list[ReadColumn]
    releases: int
    first: date
    last: datetime


class LookedLine(Answer):
    """A resource that was looked into, and by which columns; ``held``: whether a row is theirs."""

    resource: str
    title: Said
    columns: list[str]
    held: bool


class MissedLine(Answer):
    resource: str
    title: Said
    why: Said


class EnterpriseTrail(Answer):
    """By whom the data of one person or firm could have been seen. ``digest`` stands in the ledger
    in the place of the key. ``scenario_gone`` says that only the ledger knows the scenario that was
    asked for: nothing was looked at then, and that nobody is named means nothing."""

    digest: str
    since: date | None
    resources: list[HeldLine]
    grants: list[TakenLine]
    grants_total: int
    people: list[SeenLine]
    people_total: int
    looked_at: list[LookedLine]
    not_looked_at: list[MissedLine]
    lost_grants: list[str]
    counted_to: int
    behind: int
    scenario_gone: Said | None
    note: Said


def enterprise_trail(found: Traced, since: date | None) -> EnterpriseTrail:
    gone = _gone(found.scenario_gone) if found.scenario_gone else None
    return EnterpriseTrail(
        digest=found.digest,
        since=since,
        resources=[
            HeldLine(
                resource=one.resource.name,
                title=Said.of(one.resource.title),
                provider=one.resource.provider,
                version=one.version,
                data_date=one.data_date,
                columns=list(one.columns),
            )
            for one in found.held
        ],
        grants=[_taken(one) for one in found.grants[:MOST]],
        grants_total=len(found.grants),
        people=[_seen(one) for one in found.people],
        people_total=found.people_total,
        looked_at=[
            LookedLine(
                resource=one.resource.name,
                title=Said.of(one.resource.title),
                columns=list(one.columns),
                held=one.held is not None,
            )
            for one in found.looked_at
        ],
        not_looked_at=[
            MissedLine(
                resource=one.resource.name,
                title=Said.of(one.resource.title),
                why=Said.of(one.why),
            )
            for one in found.not_looked_at
        ],
        lost_grants=list(found.lost),
        counted_to=found.counted_to,
        behind=found.behind,
        scenario_gone=None if gone is None else Said.of(gone),
        note=Said.of(_NOTE if gone is None else gone),
    )


def _taken(one: TakenIn) -> TakenLine:
    grant = one.grant
    return TakenLine(
        grant=grant.id,
        case=case_of(grant),
        scenario=grant.scenario,
        resource=grant.resource,
        department=grant.department,
        page=page_of(grant.department),
        state=one.state.value,
        told=Said.of(STATES[one.state]),
        scope="in" if one.certain else "unknown",
        used=one.used,
    )


def _seen(one: CouldSee) -> SeenLine:
    grant = one.grant
    columns = ((name, grant.column(name)) for name in one.columns)
    return SeenLine(
        person=one.use.person,
        department=grant.department,
        page=page_of(grant.department),
        scenario=grant.scenario,
        resource=grant.resource,
        grant=grant.id,
        columns=[
            ReadColumn(name=name, use=granted.use.value if granted else "")
            for name, granted in columns
        ],
        releases=one.use.releases,
        first=one.use.first,
        last=one.use.last,
    )


def _gone(scenario: str) -> Text:
    return Text(
        f"应用场景 {scenario} 已不在任何文件中，只见于账本：其授权包含哪些行已无从判断，"
        "因此没有查任何资源。当时读取了什么，请按该应用场景查阅留痕。",
        f"Scenario {scenario} is in no file any more, only in the ledger: nobody can tell which "
        "rows its grants took in, and so no resource was looked into. What was read under it "
        "stands in the trail, by this scenario.",
    )


_NOTE = Text(
    "列出的人员曾在所列授权下读取所列各列，因此可能看到过其数据；是否确实看到，取决于每次查询的内容。"
    "按现行版本的数据和现行的行范围判断：此前的版本、此后到达的数据和已不存在的授权未计入。"
    "以统计方式读取的列只得到汇总结果；须征得同意而未同意的，其行未进入工作区。",
    "These people read these columns under these grants, and so could have seen the data; whether "
    "they did depends on what each query asked. It is told by the rows and scopes as they are now: "
    "earlier versions and grants that are gone are not counted in. Of a column that was read for "
    "statistics only aggregates came out, and rows of who did not consent, where that is asked "
    "for, were in no workspace.",
)
