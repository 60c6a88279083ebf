"""``workbench audit``: verify the ledger and read it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from workbench.cli.common import CityOption, State, err, opened, out, read_password, said, visible
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.findings import NAMES, Finding, Verification
from workbench.ledger.usage import UsageRow, days, usage, usage_in_full
from workbench.ledger.verify import verify as verify_ledger
from workbench.model.actor import Role
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.store.users import User

app = typer.Typer(help="校验与查阅账本 / Verify and read the ledger", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
DAY = ["%Y-%m-%d"]

EVENTS = {
    Event.decision: Text("决定", "decision"),
    Event.release_opened: Text("放行开始", "release opened"),
    Event.release_closed: Text("放行结束", "release closed"),
    Event.exported: Text("导出", "exported"),
    Event.workspace_built: Text("工作区建立", "workspace built"),
    Event.workspace_destroyed: Text("工作区销毁", "workspace destroyed"),
    Event.extract_ingested: Text("数据入库", "extract ingested"),
    Event.extract_refused: Text("入库被拒", "extract refused"),
    Event.extract_recalled: Text("版本召回", "extract recalled"),
    Event.recall_undone: Text("撤回召回", "recall undone"),
    Event.reconciled: Text("对账", "reconciled"),
    Event.source_pulled: Text("来源取数", "source pulled"),
    Event.source_pull_failed: Text("取数失败", "source pull failed"),
    Event.source_pull_destroyed: Text("取数销毁", "source pull destroyed"),
    Event.secret_changed: Text("密钥变更", "secret changed"),
    Event.grant_revoked: Text("授权撤销", "grant revoked"),
    Event.user_changed: Text("用户变更", "user changed"),
    Event.signed_in: Text("登录", "signed in"),
    Event.sign_in_failed: Text("登录失败", "sign-in failed"),
    Event.gateway_started: Text("网关启动", "gateway started"),
    Event.gateway_stopped: Text("网关停止", "gateway stopped"),
    Event.comparison_alert: Text("核验告警", "comparison alert"),
    Event.audit_read: Text("审计查阅", "audit read"),
}


@app.command()
def verify(as_json: AsJson = False, city: CityOption = None) -> None:
    """校验整个账本；无异常退出 0，否则 1。/ Verify the whole ledger: exit 0 if clean, else 1."""
    with opened(city) as state:
        head = state.store.journal.head()
        with Progress(console=err(), transient=True, disable=as_json) as progress:
            task = progress.add_task(
                said("校验", "verifying"), total=2 * head.seq if head else None
            )
            found = verify_ledger(
                state.store.journal,
                state.layout.checkpoints,
                state.keyring.checkpoint_public,
                state.keyring.audit_key,
                lambda more: progress.advance(task, more),
                signer=state.keyring.checkpoint_key,
            )
    if as_json:
        print(json.dumps(_report(found), ensure_ascii=False, indent=2))
    else:
        _tell(found)
    raise typer.Exit(0 if found.clean else 1)


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


def _report(found: Verification) -> dict[str, object]:
    return {
        "clean": found.clean,
        "entries": found.entries,
        "checkpoints": found.lines,
        "vouched": found.vouched,
        "ahead": found.ahead,
        "head": found.head.hash if found.head else None,
        "findings": [
            {
                "kind": finding.kind.value,
                "warning": finding.warning,
                "seq": finding.seq,
                "until": finding.until,
                "how": {"zh": finding.how.zh, "en": finding.how.en},
                "where": finding.where,
            }
            for finding in found.findings
        ],
    }


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
            _record_reading(state, _auditor(state, who, from_stdin), wanted)
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


def _record_reading(state: State, auditor: User, wanted: EntryFilter) -> None:
    """Reading is recorded before anything is read."""
    filters = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in wanted.__dict__.items()
        if value
    }
    state.ledger.record(
        Draft(
            Event.audit_read,
            actor=auditor.id,
            department=auditor.department,
            method="audit show --full",
            medium="cli",
            detail={"filter": filters},
        )
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
