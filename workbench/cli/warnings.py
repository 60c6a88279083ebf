"""``workbench warnings``: run the rules of early warning, follow what becomes of alerts."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from workbench.cli.common import CityOption, city_root, err, language, opened, out, reported, said
from workbench.cli.findings import show_findings
from workbench.gateway.ruled import city_now

if TYPE_CHECKING:
    from workbench.cli.warnings_run import Opened
    from workbench.warnings.run import Done

app = typer.Typer(help="预警与处置 / Early warning and what is done", no_args_is_help=True)
MONTH = ["%Y-%m"]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
UrlOption = Annotated[str | None, typer.Option(help="网关地址 / Address of the gateway")]
UserOption = Annotated[str | None, typer.Option(help="用户名 / Your user name")]
AlertArgument = Annotated[str, typer.Argument(metavar="ALERT", help="预警编号 / Id of the alert")]
ReasonOption = Annotated[str, typer.Option("--reason", help="理由 / Why")]


@app.command()
def check(city: CityOption = None, as_json: JsonOption = False) -> None:
    """检查规则和设置，不读数据 / Check the rules and how they are run; no data is read

    0：没有错误；2：有错误 / 0: no errors; 2: errors
    """
    from workbench.catalogue.city import load_city
    from workbench.catalogue.regulations import known_regulations
    from workbench.warnings.check import check as checks
    from workbench.warnings.definition import read_rules
    from workbench.warnings.setting import read_setting

    with reported():
        root = city_root(city)
        found = load_city(root)
        files = read_rules(root, known_regulations(root))
        sound = [file.value for file in files if file.value is not None]
        setting = read_setting(root, found, sound)[1]
    findings = [one for file in files for one in file.findings]
    findings += [*checks(files, found), *setting]
    show_findings(findings, as_json=as_json)


@app.command()
def run(
    month: Annotated[datetime, typer.Option(formats=MONTH, help="算到这个月 / Up to this month")],
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=MONTH, help="从这个月起，默认同一个月 / From this month on"),
    ] = None,
    url: UrlOption = None,
    user: UserOption = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """按规则检查各月数据，发出预警并立案 / Look at months by the rules, raise and open alerts

    单个企业的数据只由运行本身经网关读取，逐条记账；已完成的月份不再计算，中断后再运行即可续算。
    Data of single enterprises are read by the run alone, through the gateway and entered in the
    ledger; months that are there are left alone; run it again after an interruption.
    """
    from workbench.cli.warnings_run import plan, worker

    done: list[Done] = []
    hidden = as_json or not err().is_terminal
    with opened(city) as state, Progress(console=err(), transient=True, disable=hidden) as bar:
        task = bar.add_task(said("计算", "working out"), total=None)

        def told(rule: str, at: date) -> None:
            bar.update(task, description=f"{at:%Y-%m} {rule}")

        made = plan(state.layout.root, city_now(state))
        with worker(state, made, url, user, told) as one:
            became = one.work((since or month).date(), month.date(), done.append)
    _say(done, became, as_json=as_json)


def _say(done: list[Done], became: Opened, *, as_json: bool) -> None:
    if as_json:
        lines = [{**one.__dict__, "month": f"{one.month:%Y-%m}"} for one in done]
        found = {"months": lines, "opened": became.opened, "climbed": became.climbed}
        typer.echo(json.dumps(found, indent=2))
        return
    for one in done:
        out().print(
            said(
                f"  {one.month:%Y-%m}：企业预警 {one.enterprises}，行业和县预警 {one.areas}，"
                f"其中新发 {one.new}",
                f"  {one.month:%Y-%m}: {one.enterprises} on enterprises, {one.areas} on areas; "
                f"{one.new} of them new",
            )
        )
    if not done:
        out().print(said("没有新算出的月份。", "No month was added."))
    out().print(
        said(
            f"新立办理事项 {became.opened} 件；等级上升、期限提前 {became.climbed} 件。",
            f"{became.opened} procedures were opened; {became.climbed} alerts climbed, "
            "with a nearer deadline.",
        )
    )


@app.command()
def precision(city: CityOption = None, as_json: JsonOption = False) -> None:
    """各规则各月的准确率：属实/已办结 / How often each rule was right: confirmed over closed"""
    from workbench.cli.warnings_show import print_precision, right

    with opened(city) as state:
        found = right(state)
    if as_json:
        lines = [{**one.__dict__, "precision": one.precision} for one in found]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    print_precision(found)


# Whoever handles them ----------------------------------------------------------------------------


@app.command("list")
def list_(
    running: Annotated[bool, typer.Option("--running", help="未办结的 / Not over")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """与本部门有关的预警及其办理 / The alerts that concern you, and where they stand"""
    from workbench.cli.warnings_show import print_list
    from workbench.client.warned import handled

    with reported():
        rows = handled(_connected(url), running=running, limit=limit)
    if as_json:
        _print(rows)
    else:
        print_list(rows, language())


@app.command()
def show(alert: AlertArgument, url: UrlOption = None, as_json: JsonOption = False) -> None:
    """查看一条预警：办理、企业和依据（查阅计数） / One alert: where it stands, on whom and why

    企业和依据经查阅（view）读取，与每次查阅一样记账计数。
    On whom and why is read by a view, which counts and is entered as any view is.
    """
    from workbench.cli.warnings_show import one_alert, print_alert

    with reported():
        found = one_alert(_connected(url), alert)
    if as_json:
        _print(found)
    else:
        print_alert(found, language())


@app.command()
def assign(alert: AlertArgument, url: UrlOption = None, as_json: JsonOption = False) -> None:
    """分派给处置部门 / Assign it to who handles it"""
    _step(alert, "assign", "", url, as_json=as_json)


@app.command()
def explain(
    alert: AlertArgument, reason: ReasonOption, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """说明原因 / Say what the reason is"""
    _step(alert, "explain", reason, url, as_json=as_json)


@app.command()
def handle(
    alert: AlertArgument, reason: ReasonOption, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """已处置，写明做了什么 / Handled: say what was done"""
    _step(alert, "handle", reason, url, as_json=as_json)


@app.command("false-alarm")
def false_alarm(
    alert: AlertArgument, reason: ReasonOption, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """称为误报，由另一人认定 / Say that it is a false alarm, for another person to close"""
    _step(alert, "false_alarm", reason, url, as_json=as_json)


@app.command("send-back")
def send_back(
    alert: AlertArgument, reason: ReasonOption, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """退回补充 / Send it back to who handles it"""
    _step(alert, "send_back", reason, url, as_json=as_json)


@app.command()
def close(alert: AlertArgument, url: UrlOption = None, as_json: JsonOption = False) -> None:
    """办结（不得是说明、处置或者称为误报的人） / Close it, as another person than who handled it"""
    _step(alert, "close", "", url, as_json=as_json)


def _step(alert: str, event: str, reason: str, url: str | None, *, as_json: bool) -> None:
    from workbench.cli.procedure_show import print_procedure

    with reported():
        found = _connected(url).procedures
        seen = int(found.get(alert)["version"])
        done = found.act(alert, event, seen, reason=reason)
    if as_json:
        _print(done)
    else:
        print_procedure(done, language())


def _connected(url: str | None) -> Any:
    from workbench.client.connection import connect

    return connect(url=url, progress=False)


def _print(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
