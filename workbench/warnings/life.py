"""The life of alerts: a procedure for each, opened by the run, and what became of them.

Its steps, parties and days are data (``data_contracts/procedures``). The id of an alert is the id
of its procedure, so that a run that is repeated opens nothing twice, whoever repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.actor import Actor, Role
from workbench.model.procedure import Procedure
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.guards import Command
from workbench.warnings.definition import Rule
from workbench.warnings.setting import Setting

CONFIRMED, HARMLESS, FALSE_ALARM = "confirmed", "harmless", "false_alarm"
CLOSED = (CONFIRMED, HARMLESS, FALSE_ALARM)
"""The states in which a procedure of an alert is over."""


@dataclass(frozen=True)
class Opener:
    """Opens procedures for new alerts in the name of ``actor``, an officer of the department that
    runs early warning."""

    desk: ProcedureDesk
    setting: Setting
    rules: Mapping[str, Rule]
    actor: Actor

    def open(self, resource: str, rows: pl.DataFrame) -> int:
        """One for each row that is new and has none; how many were opened. ``rows``: as kept in
        ``resource``. Raises as the desk; what was opened before that stays."""
        opened = 0
        for row in rows.filter(pl.col("status") == "new").iter_rows(named=True):
            rule = self.rules[row["rule"]]
            given = {
                "resource": resource,
                "alert": row["alert_id"],
                "rule": row["rule"],
                "month": row["month"].isoformat(),
                "level": row["level"],
                "handler": self.setting.handler(rule),
            }
            done = self.desk.open(
                self.setting.procedure, given, Command(""), self.actor, named=row["alert_id"]
            )
            opened += not done.repeated
        return opened


def judge_opener(actor: Actor) -> None:
    """Raises Refused for who may open no procedure: before anything is worked out."""
    if Role.officer in actor.roles:
        return
    raise simple(
        Code.role_missing,
        f"{actor.id} 不是经办人，不能发出预警。",
        f"{actor.id} is no officer and cannot raise alerts.",
        why=Text(
            "每条预警都立为一件办理事项，由本部门经办人发起。",
            "Each alert becomes a procedure, which an officer of the department opens.",
        ),
        next=Text(
            "请由经办人运行，或由管理员给本人加上 officer 角色。",
            "Let an officer run it, or have the operator give you the role officer.",
        ),
    )


def outcomes(procedures: Iterable[Procedure], kind: str) -> Iterator[tuple[str, str]]:
    """Of alerts that were closed: id, and in which of CLOSED."""
    for one in procedures:
        if one.kind == kind and one.over and one.state in CLOSED:
            yield one.id, one.state


@dataclass(frozen=True)
class Right:
    """How often a rule was right, of the alerts that were raised in ``month`` ("" for all) and are
    closed by now. ``precision`` is confirmed over closed; None where none is closed. Whoever had an
    explanation was no case to act on, so that those are not counted as right (ours)."""

    rule: str
    month: str
    raised: int
    closed: int
    confirmed: int
    harmless: int
    false_alarms: int

    @property
    def precision(self) -> float | None:
        return self.confirmed / self.closed if self.closed else None


def precision(alerts: pl.DataFrame, became: Mapping[str, str]) -> Iterator[Right]:
    """Each rule with all its months first. ``alerts``: ``alert_id, rule, raised``, a row for each
    alert and month."""
    once = alerts.unique("alert_id").with_columns(
        pl.col("raised").dt.strftime("%Y-%m"),
        state=pl.col("alert_id").replace_strict(
            dict(became), default="open", return_dtype=pl.String
        ),
    )
    for (rule,), mine in once.sort("rule").group_by("rule", maintain_order=True):
        yield _right(str(rule), "", mine)
        for (month,), part in mine.sort("raised").group_by("raised", maintain_order=True):
            yield _right(str(rule), str(month), part)


def _right(rule: str, month: str, rows: pl.DataFrame) -> Right:
    found = dict(rows["state"].value_counts().iter_rows())
    counts = [int(found.get(state, 0)) for state in CLOSED]
    return Right(rule, month, rows.height, sum(counts), *counts)


def no_such_alert(name: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"没有预警 {name[:64]}，或者它与您无关。",
        f"There is no alert {name[:64]}, or it is none of yours.",
        next=Text("用 workbench warnings list 查看。", "`workbench warnings list` shows yours."),
        subject=name[:64],
    )
