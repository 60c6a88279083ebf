"""``workbench monthly``: the month worked out by itself, and how it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from workbench.cli.common import CityOption, city_root, err, opened, out, reported, said, utc_now
from workbench.cli.findings import show_findings
from workbench.cli.login import CaOption
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.ruled import city_now

if TYPE_CHECKING:
    from workbench.cli.monthly_steps import Desk

app = typer.Typer(help="月度运行 / The month, worked out by itself", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]


@app.command()
def check(city: CityOption = None, as_json: JsonOption = False) -> None:
    """检查设置，不读数据 / Check the setting; no data is read

    0：没有错误；2：有错误 / 0: no errors; 2: errors
    """
    from workbench.analysis.reading import load_analyses
    from workbench.catalogue.city import load_city
    from workbench.catalogue.regulations import known_regulations
    from workbench.cli.monthly_setting import read_setting
    from workbench.cli.monthly_steps import scenarios_of
    from workbench.libraries.definition import load_libraries

    with reported():
        root = city_root(city)
        libraries = load_libraries(root, known_regulations(root))
        scenarios = scenarios_of(libraries, load_analyses(root))
        findings = read_setting(root, load_city(root), scenarios)[1]
    show_findings(list(findings), as_json=as_json)


@app.command()
def run(
    url: Annotated[str, typer.Option(envvar="WORKBENCH_URL", help="网关地址 / The gateway")],
    ca: CaOption = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """办理本月到期且数据已到的各步；供定时任务调用，重复运行无妨 / Do what of the month is due and
    has its data; for a timer: run twice, it is done once

    依次为各库指标、研判、预警、简报拟稿；缺数据的步骤说明缺什么，一步失败不影响无关的步骤。
    Libraries, analysis, warnings, the draft of the brief, in this order; what lacks data says what
    it lacks, and a step that fails keeps no other from its work that does not need it.

    0：没有失败的步骤；5：有步骤未完成，下次再试 / 0: no step failed; 5: one did, and is tried again
    """
    from workbench.cli import acting
    from workbench.cli.monthly_run import Runner, alone
    from workbench.cli.monthly_say import as_data, print_outcome

    hidden = as_json or not err().is_terminal
    with _desk(city) as desk, alone(desk.state.layout.state) as other:
        if other:
            _busy(other, as_json)
            return
        officer = acting.officer(desk.state, desk.month.setting.officer)
        with Progress(console=err(), transient=True, disable=hidden) as bar:
            task = bar.add_task("", total=None)

            def tell(name: str) -> None:
                bar.update(task, description=name)
                if hidden and not as_json:
                    typer.echo(f"{utc_now():%H:%M:%S} {name}", err=True)

            trusted = str(ca) if ca else None
            done = Runner(desk, officer, url, trusted, utc_now, tell).run()
    if as_json:
        typer.echo(json.dumps(as_data(done), ensure_ascii=False, indent=2))
    else:
        print_outcome(done)
    refused = [reason for made in done.made for reason in made.refused]
    if refused:
        with reported():
            raise WorkbenchError.of(refused)


@app.command()
def status(city: CityOption = None, as_json: JsonOption = False) -> None:
    """各步做到哪个月，在等哪个部门的什么数据 / How far each step is, what it waits for, whose"""
    from workbench.cli.monthly_run import Outcome
    from workbench.cli.monthly_say import as_data, print_outcome
    from workbench.model.days import day_of

    with _desk(city) as desk:
        now = utc_now()
        looks = desk.looks(now)
        found = Outcome((), tuple(looks), tuple(desk.missing(looks, day_of(now))))
    if as_json:
        typer.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2))
    else:
        print_outcome(found)


@contextmanager
def _desk(city: Path | None) -> Iterator[Desk]:
    from workbench.cli.monthly_setting import FILE, is_there
    from workbench.cli.monthly_steps import Desk, load_month
    from workbench.extracts.versions import Extracts

    with opened(city) as state:
        root = state.layout.root
        if not is_there(root):
            raise _no_setting(FILE.as_posix())
        month = load_month(root, city_now(state))
        yield Desk(month, state, Extracts(state.layout.extracts))


def _busy(process: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"busy": process}))
        return
    out().print(
        said(
            f"另一次月度运行正在进行（进程 {process}），本次不做。",
            f"Another monthly run is at work (process {process}); nothing is done by this one.",
        )
    )


def _no_setting(file: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"本市没有月度运行：缺少 {file}。",
        f"This city has no monthly run: {file} is missing.",
        next=Text(
            "示例见 docs/operations.md “月度运行”一节。",
            'See "The monthly run" in docs/operations.md for one.',
        ),
        subject=file,
    )
