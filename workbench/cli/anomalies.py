"""``workbench anomalies``: what is out of the ordinary in the ledger, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.progress import Progress

from workbench.cli.anomalies_officer import officer
from workbench.cli.anomalies_show import facts, print_finding, print_list, print_precision
from workbench.cli.common import CityOption, city_root, err, out, reported, said

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="异常编号 / Id of the finding")]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="理由 / Reason")]
WhoOption = Annotated[str, typer.Option("--as", help="主管部门人员 / Officer of the authority")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读取密码 / Password from stdin")
]


@app.callback()
def anomalies() -> None:
    """账本中的异常：发现、整改、说明、准确率 / Anomalies: find, rectify, explain, precision"""


@app.command()
def look(as_json: AsJson = False, city: CityOption = None) -> None:
    """立即检查一轮 / Look now

    网关运行时每十分钟自动检查。 / A running gateway does so every ten minutes.
    """
    from workbench.gateway.anomaly_round import open_anomalies

    with (
        reported(),
        open_anomalies(city_root(city)) as desk,
        Progress(console=err(), transient=True, disable=as_json) as bar,
    ):
        task = bar.add_task(said("检查账本", "looking at the ledger"), total=None)
        done = desk.watch.look(lambda entries: bar.update(task, completed=entries))
    if as_json:
        typer.echo(json.dumps(done.__dict__, ensure_ascii=False, indent=2))
        return
    out().print(
        said(
            f"新条目 {done.entries:,} 条，新异常 {done.found} 项；已通知整改 {done.ordered} 件，"
            f"待主管部门决定 {done.waiting} 件。",
            f"{done.entries:,} new entries, {done.found} new findings; rectification ordered for "
            f"{done.ordered}, {done.waiting} wait for the authority.",
        )
    )


@app.command("list")
def list_findings(
    rule: Annotated[str, typer.Option(help="规则 / Rule")] = "",
    department: Annotated[str, typer.Option(help="部门 / Department")] = "",
    state: Annotated[str, typer.Option(help="open, explained, confirmed")] = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="起始日 / First day")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_json: AsJson = False,
    city: CityOption = None,
) -> None:
    """列出异常，新的在前 / Findings, newest first"""
    from workbench.gateway.anomaly_round import open_anomalies
    from workbench.store.anomalies import FindingFilter

    with reported(), open_anomalies(city_root(city)) as desk:
        first = since.date() if since else None
        wanted = FindingFilter(rule, department, "", state, first, limit, offset)
        found, rules = desk.state.store.anomalies.find(wanted), desk.rules()
    if as_json:
        _print([facts(one, rules.get(one.rule)) for one in found])
    else:
        print_list(found, rules)


@app.command()
def show(id_: IdArgument, as_json: AsJson = False, city: CityOption = None) -> None:
    """查看一项异常及其依据 / One finding with its evidence"""
    from workbench.gateway.anomaly_round import open_anomalies
    from workbench.sharing.anomalies.say import no_such

    with reported(), open_anomalies(city_root(city)) as desk:
        found, rules = desk.state.store.anomalies.get(id_), desk.rules()
        if found is None:
            raise no_such(id_)
    if as_json:
        _print(facts(found, rules.get(found.rule)))
    else:
        print_finding(found, rules.get(found.rule))


@app.command()
def explain(
    id_: IdArgument,
    reason: ReasonOption,
    who: WhoOption = "",
    from_stdin: StdinOption = False,
    as_json: AsJson = False,
    city: CityOption = None,
) -> None:
    """办结：已说明，并非异常 / Close as explained; what was ordered for it alone is lifted"""
    _close("explain", id_, reason, (who, from_stdin), as_json=as_json, city=city)


@app.command()
def rectify(
    id_: IdArgument,
    reason: ReasonOption,
    who: WhoOption = "",
    from_stdin: StdinOption = False,
    as_json: AsJson = False,
    city: CityOption = None,
) -> None:
    """办结：确认属实，并通知整改 / Confirm; rectification of the grant is ordered if it was not"""
    _close("rectify", id_, reason, (who, from_stdin), as_json=as_json, city=city)


@app.command()
def precision(as_json: AsJson = False, city: CityOption = None) -> None:
    """各规则的准确率：确认数/办结数，按月 / How often each rule was right, in all and by month"""
    from workbench.gateway.anomaly_round import open_anomalies
    from workbench.sharing.anomalies.closing import precision as counted

    with reported(), open_anomalies(city_root(city)) as desk:
        found = counted(desk.state.store)
    if as_json:
        _print([{**one.__dict__, "precision": one.precision} for one in found])
    else:
        print_precision(found)


def _close(
    how: str, id_: str, reason: str, who: tuple[str, bool], *, as_json: bool, city: Any
) -> None:
    from workbench.gateway.anomaly_round import open_anomalies

    with reported(), open_anomalies(city_root(city)) as desk:
        actor = officer(desk.state, *who)
        closed = getattr(desk.closing, how)(id_, actor, reason)
        rule = desk.rules().get(closed.rule)
    if as_json:
        _print(facts(closed, rule))
    else:
        print_finding(closed, rule)


def _print(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
