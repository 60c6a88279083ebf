"""Which step of a definition can follow, and who may do it. Pure lookups."""

from __future__ import annotations

from workbench.errors import Text
from workbench.model.procedure import Definition, Need, Party, Procedure, StepSpec
from workbench.regulations.profile import By, Decider, Profile

PARTIES: dict[Party, Text] = {
    Party.applicant: Text("发起部门的经办人", "an officer of the department that opened it"),
    Party.provider: Text("提供部门的审核人", "a reviewing officer of the provider"),
    Party.other_provider: Text("另一提供部门的审核人", "a reviewing officer of the other provider"),
    Party.authority: Text("数据主管部门的人员", "an officer of the authority"),
    Party.decider: Text("按法规逐级处理的机构", "whom the regulation's ladder names"),
    Party.committee: Text(
        "数据主管部门的人员（登记大数据决策委员会的决定）",
        "an officer of the authority, for the data committee",
    ),
    Party.higher_authority: Text(
        "数据主管部门的人员（登记上级主管部门的决定）",
        "an officer of the authority, for the higher authority",
    ),
    Party.court: Text(
        "数据主管部门的人员（登记复议或者诉讼的结果）",
        "an officer of the authority, for the court or the review",
    ),
    Party.platform: Text("平台", "the platform"),
}
NEEDS: dict[Need, Text] = {
    Need.reason: Text("理由", "a reason"),
    Need.basis: Text("依据", "its basis"),
    Need.days: Text("工作日数", "the working days"),
    Need.until: Text("最后一天", "the last day"),
    Need.evidence: Text("凭证的摘要", "the digest of the evidence"),
}
WITHOUT_A_DESK = frozenset(
    {
        Decider.committee,
        Decider.government,
        Decider.coordination,
        Decider.higher_authority,
        Decider.court,
    }
)
"""What these decide, the authority enters with its basis."""


def rows_for(
    definition: Definition, regulation: str, event: str, state: str
) -> tuple[StepSpec, ...]:
    """The rows of an event in a state ("" before the procedure is open)."""
    return tuple(
        row for row in rows_from(definition, regulation, state) if row.event == event
    )  # fmt: skip


def rows_from(definition: Definition, regulation: str, state: str) -> tuple[StepSpec, ...]:
    """What can follow in this state, under this regulation."""
    return tuple(
        row
        for row in definition.steps
        if row.is_offered(regulation) and (state in row.before if state else not row.before)
    )


def ladder_of(definition: Definition, profile: Profile) -> tuple[By, ...]:
    """The regulation's own, or else the definition's, which has no article."""
    ordered = profile.ladders.get(definition.ladder, ())
    return ordered or tuple(By(by=Decider(name)) for name in definition.own_ladder)


def article_of(row: StepSpec, regulation: str) -> str:
    """Empty where the step is our default."""
    return row.orders.get(regulation, "")


def event_text(definition: Definition, event: str) -> Text:
    found = next((row.title for row in definition.steps if row.event == event), None)
    return found or Text(event, event)


def state_text(definition: Definition, procedure: Procedure) -> Text:
    return definition.state(procedure.state).title


def next_to_act(definition: Definition, procedure: Procedure) -> frozenset[Party]:
    """Who has a step left that leads on."""
    rows = rows_from(definition, procedure.regulation, procedure.state)
    return frozenset(party for row in rows if row.after for party in row.by)
