"""What a step of a procedure tells whom. Pure; made in the transaction of the step. What is sealed
stands in no message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.errors import Text
from workbench.model.procedure import Definition, Effect, Party, Procedure, Running, Taken
from workbench.regulations.profile import Key
from workbench.regulations.saying import article_text, key_text
from workbench.sharing.notices import AUTHORITY, letter, of_department
from workbench.sharing.procedures.definition import event_text, state_text
from workbench.sharing.procedures.sight import is_the_authority_s
from workbench.store.messages import Message

USERS = "notify_users"


def notices(
    procedure: Procedure, definition: Definition, users: Iterable[str]
) -> Iterator[Message]:
    """Of the last step, to each who has to know of it; ``users`` are the departments with a live
    grant of the resource, told where the step says so."""
    taken = procedure.steps[-1]
    told = _told(procedure, definition, taken)
    for recipient in sorted(_recipients(procedure, definition, taken)):
        yield _made(procedure, taken.event, recipient, told, taken)
    if Effect.notify_users in taken.effects:
        for department in sorted(set(users)):
            said = _to_users(procedure, definition, taken)
            yield _made(procedure, USERS, of_department(department), said, taken)


def _made(
    procedure: Procedure, kind: str, recipient: str, told: Text, taken: Taken
) -> Message:  # fmt: skip
    return letter(
        procedure.id, kind, recipient, told, taken.at, taken.number, procedure=procedure.kind
    )  # fmt: skip


def _recipients(procedure: Procedure, definition: Definition, taken: Taken) -> set[str]:
    found = {of_department(one) for one in procedure.departments - {taken.department}}
    if is_the_authority_s(procedure, definition):
        found.add(AUTHORITY)
    return found


def _told(procedure: Procedure, definition: Definition, taken: Taken) -> Text:
    event, state = event_text(definition, taken.event), state_text(definition, procedure)
    title = definition.title
    zh = f"事项 {procedure.id}（{title.zh}{_about(procedure)}）：{event.zh}，现为“{state.zh}”。"
    en = f"Procedure {procedure.id} ({title.en}{_about(procedure)}): {event.en}; now {state.en}."
    clock = procedure.clock
    if clock is not None and clock.due is not None:
        by = article_text(clock.article)
        zh += f"期限 {clock.due}{f'（{by.zh}）' if by.zh else ''}。"
        en += f" Due {clock.due}{f' ({by.en})' if by.en else ''}."
    if taken.late:
        zh, en = f"{zh}超期 {taken.late} 天。", f"{en} {taken.late} days late."
    if taken.reason and not definition.confidential:
        reason = taken.reason.rstrip("。. ")
        zh, en = f"{zh}理由：{reason}。", f"{en} Reason: {reason}."
    return Text(zh, en)


def _about(procedure: Procedure) -> str:
    return f" {procedure.resource}" if procedure.resource else ""


def _to_users(procedure: Procedure, definition: Definition, taken: Taken) -> Text:
    event = event_text(definition, taken.event)
    title, resource = definition.title, procedure.resource
    until = Text("", "")
    if taken.until is not None:
        until = Text(f"，到 {taken.until} 为止", f", until {taken.until}")
    return Text(
        f"贵部门使用的 {resource}：{title.zh}，{event.zh}{until.zh}。",
        f"{resource}, which your department uses: {title.en}, {event.en}{until.en}.",
    )


def whose(procedure: Procedure, definition: Definition, clock: Running) -> tuple[str, ...]:
    """To whom a deadline is told."""
    sides = {
        Party.applicant: procedure.department,
        Party.provider: procedure.provider,
        Party.other_provider: procedure.other,
    }
    side = sides.get(clock.whose, "")
    if clock.whose is Party.decider and not is_the_authority_s(procedure, definition):
        side = procedure.provider
    return (of_department(side),) if side else (AUTHORITY,)


def clock_text(key: str) -> Text:
    """What a deadline is about, in words."""
    return key_text(key) if key in set(Key) else Text("办理", "step")
