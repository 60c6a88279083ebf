"""``workbench audit``: verify the ledger and read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from workbench.cli.audit_enterprise import enterprise
from workbench.cli.common import CityOption, State, err, opened, out, read_password, said, visible
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.findings import NAMES, Finding, Verification
from workbench.ledger.usage import UsageRow, days, usage, usage_in_full
from workbench.model.actor import Role
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.sharing.consent_verify import ConsentMismatch
from workbench.sharing.trail import EVENTS, Reader, record_reading
from workbench.sharing.verification import steps, verify_all
from workbench.sharing.verify import Mismatch
from workbench.store.users import User

app = typer.Typer(help="校验与查阅账本 / Verify and read the ledger", no_args_is_help=True)

app.command()(enterprise)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
DAY = ["%Y-%m-%d"]


@app.command()
def verify(as_json: AsJson = False, city: CityOption = None) -> None:
    """校验整个账本；无异常退出 0，否则 1。/ Verify the whole ledger: exit 0 if clean, else 1."""
    with opened(city) as state, Progress(console=err(), transient=True, disable=as_json) as bar:
        task = bar.add_task(said("校验", "verifying"), total=steps(state.store) or None)
        checkpoints = state.layout.checkpoints
        found = verify_all(
            state.store, checkpoints, state.keyring, lambda more: bar.advance(task, more)
        )
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        _tell(found.ledger)
        _tell_cases(found.cases, found.apart)
        _tell_consents(found.consents, found.forged)
    raise typer.Exit(0 if found.sound else 1)


def _tell_cases(cases: int, apart: Sequence[Mismatch]) -> None:
    for one in apart:
        line = said(f"案件 {one.case_id}：{one.how.zh}。", f"Case {one.case_id}: {one.how.en}.")
        out().print(line, style="red")
    if cases and not apart:
        told = said(f"{cases} 件案件与账本一致。", f"{cases} cases agree with the ledger.")
        out().print(told, style="green")


def _tell_consents(changes: int, forged: Sequence[ConsentMismatch]) -> None:
    for one in forged:
        line = said(
            f"场景 {one.scenario} 的第 {one.change} 次同意变更：{one.how.zh}。",
            f"Change {one.change} of the consents of {one.scenario}: {one.how.en}.",
        )
        out().print(line, style="red")
    if changes and not forged:
        told = said(
            f"{changes} 次同意变更与账本一致。",
            f"{changes} changes of consents agree with the ledger.",
        )
        out().print(told, style="green")


def _tell(found: Verification) -> None:
    console = out()
    for finding in found.findings:
        console.print(_line(finding), style="yellow" if finding.warning else "red")
    console.print(
        said(
            f"{found.entries} 条记录，{found.lines} 个检查点，检查点证明至第 {found.vouched} 条。",
            f"{found.entries} entries, {found.lines} checkpoints; vouched for up to entry "
            f"{found.vouched}.",
        )
    )
    if found.ahead:
        console.print(
            said(
                f"最后 {found.ahead} 条尚无检查点（进程可能在写入检查点之前中断）。",
                f"The last {found.ahead} have no checkpoint yet (a process may have died before "
                "writing it).",
            ),
            style="yellow",
        )
    if found.clean:
        console.print(said("账本完整。", "The ledger is whole."), style="green")
    else:
        console.print(said("账本被改动。", "The ledger was tampered with."), style="bold red")


def _line(finding: Finding) -> str:
    span = str(finding.seq) if finding.seq == finding.until else f"{finding.seq}-{finding.until}"
    name, how = NAMES[finding.kind], finding.how
    where = f" ({finding.where})" if finding.where else ""
    return said(f"第 {span} 条：{name.zh}。{how.zh}", f"Entry {span}: {name.en}. {how.en}") + where


@app.command()
def show(
    person: Annotated[str, typer.Option(help="用户或查看者 / Person or viewer")] = "",
    scenario: Annotated[str, typer.Option(help="应用场景 / Scenario")] = "",
    resource: Annotated[str, typer.Option(help="数据资源 / Resource")] = "",
    first: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="起始日 / First day")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="截止日（含）/ Last day, included")
    ] = None,
    event: Annotated[
        Event | None, typer.Option(metavar="EVENT", help="事件，如 decision / Event, e.g. decision")
    ] = None,
    before: Annotated[int | None, typer.Option(help="此编号之前 / Below this number")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="条数 / How many")] = 50,
    as_json: AsJson = False,
    full: Annotated[
        bool, typer.Option("--full", help="含语句全文，限审计员 / Full statements, for auditors")
    ] = False,
    who: Annotated[str, typer.Option("--as", help="审计员用户名 / Id of the auditor")] = "",
    from_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读取密码 / Password from stdin")
    ] = False,
    city: CityOption = None,
) -> None:
    """查阅账本，新的在前。/ Read the ledger, newest first."""
    with opened(city) as state:
        since, until = days(first.date() if first else None, last.date() if last else None)
        wanted = EntryFilter(
            person=person,
            scenario=scenario,
            resource=resource,
            event=event.value if event else "",
            since=since,
            until=until,
            before=before,
            limit=limit,
        )
        if full:
            auditor = _auditor(state, who, from_stdin)
            reader = Reader(auditor.id, auditor.department)
            record_reading(state.ledger, reader, wanted, "audit show --full", "cli")
            rows = usage_in_full(state.store.journal, wanted, state.keyring.audit_key)
        else:
            rows = usage(state.store.journal, wanted)
    if as_json:
        print(json.dumps([row.to_dict() for row in rows], ensure_ascii=False, indent=2))
    else:
        out().print(_table(rows, full=full))


def _auditor(state: State, who: str, from_stdin: bool) -> User:
    """The signed-in auditor. Raises ``Unauthenticated`` or ``Refused`` (role_missing)."""
    if not who:
        raise simple(
            Code.unauthenticated,
            "查阅语句全文须以审计员身份登录。",
            "Full statements are read by an auditor who signs in.",
            next=Text("请加上 --as 用户名。", "Add --as USER."),
        )
    user = state.store.users.verify(who, read_password(from_stdin=from_stdin))
    if user is None:
        known = state.store.users.get(who)
        name = known.id if known else ""
        draft = Draft(Event.sign_in_failed, actor=name, method="sign in", medium="cli")
        state.ledger.record(draft)
        raise simple(
            Code.unauthenticated, "用户名或密码不正确。", "The user name or the password is wrong."
        )
    if Role.auditor not in user.roles:
        raise _no_auditor(user)
    return user


def _no_auditor(user: User) -> WorkbenchError:
    return simple(
        Code.role_missing,
        f"用户 {user.id} 没有审计员角色，不能查阅语句全文。",
        f"The user {user.id} lacks the role auditor and may not read full statements.",
        why=Text("语句全文可能含有个人信息。", "Full statements may hold personal information."),
        rule=Text("佛山 2019 第四十条", "Foshan 2019 art. 40"),
        next=Text("不加 --full 即可查阅记录。", "Without --full the entries can be read."),
        subject=user.id,
    )


def _table(rows: tuple[UsageRow, ...], *, full: bool) -> Table:
    table = Table(box=None)
    titles = [
        "#",
        said("时间", "time"),
        said("事件", "event"),
        said("用户", "person"),
        said("部门", "department"),
        said("场景", "scenario"),
        said("内容", "content"),
        said("详情", "detail"),
    ]
    if full:
        titles.append(said("语句", "statement"))
    for number, title in enumerate(titles):
        table.add_column(title, overflow="fold", no_wrap=number < 2)
    for row in rows:
        cells: tuple[str, ...] = _cells(row)
        if full:
            cells = (*cells, row.statement or "")
        table.add_row(*(visible(cell) for cell in cells))
    return table


def _cells(row: UsageRow) -> tuple[str, ...]:
    known = row.event in set(Event)
    event = said(EVENTS[Event(row.event)].zh, EVENTS[Event(row.event)].en) if known else row.event
    person = f"{row.actor} ({row.viewer})" if row.viewer else row.actor
    content = "; ".join(f"{name}: {', '.join(cols)}" for name, cols in sorted(row.content.items()))
    told = {k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)
            for k, v in row.detail.items()}  # fmt: skip
    detail = "; ".join(f"{name}: {value}" for name, value in told.items())
    if not row.readable:
        detail = said("正文不可读，请校验账本", "unreadable: verify the ledger")
    time = f"{row.at:%Y-%m-%d %H:%M:%S}"
    return str(row.seq), time, event, person, row.department, row.scenario, content, detail
