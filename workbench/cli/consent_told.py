"""What ``workbench consent`` tells beside its counts: what it did not record, and what a change of
one person gives away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from workbench.catalogue.city import City
from workbench.cli.common import State, err, said
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.sources import all_grants, decided_grants
from workbench.model.grant import GrantState, state_of
from workbench.model.tier import protected


def counted_in(city: City, state: State, scenario: str, today: date) -> tuple[str, ...]:
    """Resources of which the scenario has statistics of those alone who consent."""
    decided = decided_grants(state.store.cases.granted_since)
    lasting = (GrantState.active, GrantState.not_started, GrantState.suspended)
    found = {
        grant.resource
        for grant in all_grants(city, state.store.revocations.all(), decided)
        if grant.scenario == scenario and grant.consent and protected(grant)
        if state_of(grant, today) in lasting
    }
    return tuple(sorted(found))


def warn_of_differences(scenario: str, counted: Sequence[str]) -> None:
    """Before a key is asked for: whoever waits for more of them can still do so."""
    if not counted:
        return
    named = ", ".join(counted)
    err().print(
        said(
            f"注意：场景 {scenario} 对 {named} 有统计授权。一人变更前后的结果之差，可能就是此人的"
            "数值。请把几人的变更合并为一次：登记用一个文件导入，撤回时每行一个标识。",
            f"Mind: {scenario} has statistics of {named}. What they were before and are after "
            "the change of one person can differ by just that person's value. Record the changes "
            "of several at once: given ones in one file, withdrawals with one key a line.",
        ),
        style="yellow",
    )


def several() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "标准输入有多行：give 一次只登记一个主体，未作任何记录。",
        "There is more than one line: give records one subject at a time. Nothing was recorded.",
        next=Text("请用 workbench consent import 文件。", "Use workbench consent import FILE."),
    )


def left_as_is(plain: dict[str, Any]) -> Iterator[str]:
    """What was not recorded, because something later is known."""
    withdrawn, later = plain["withdrawn_since"], plain["given_later"]
    if withdrawn:
        yield said(
            f"{withdrawn:,} 条未登记：同意之后（或当天）已撤回，或名单未写同意日期。"
            "本人再次同意的，请写撤回之后的 given_on，或用 workbench consent give 逐个登记。",
            f"{withdrawn:,} not recorded, withdrawn since: the consent is not of after the day of "
            "the withdrawal, or the list does not say when. Where somebody consents anew, write a "
            "later given_on, or record it by workbench consent give.",
        )
    if later:
        yield said(
            f"{later:,} 条未登记：已有更晚作出的同意，或名单未写同意日期（given_on）。",
            f"{later:,} not recorded, given later: what stands was given after them, or the list "
            "does not say when (given_on).",
        )
