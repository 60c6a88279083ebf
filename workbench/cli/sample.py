"""``workbench sample simulate``: a made-up year in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from workbench.cli import sample_build
from workbench.cli.common import err, out, reported, said

app = typer.Typer(no_args_is_help=True)
sample_build.register(app)


@app.callback()
def sample() -> None:
    """模拟的城市与年份，用于演示和测试 / Made-up cities and years, to show and to test"""


@app.command()
def simulate(
    city: Annotated[
        Path, typer.Option("--city", file_okay=False, help="新目录 / A new folder for it")
    ],
    year: Annotated[int, typer.Option(min=2005, max=2100, help="年份 / Year")] = 2025,
    seed: Annotated[
        int, typer.Option(help="种子：相同则结果相同 / The same seed, the same year")
    ] = 7,
    departments: Annotated[int, typer.Option(min=4, max=500, help="部门数 / Departments")] = 40,
    applications: Annotated[
        int, typer.Option(min=0, max=100_000, help="申请数 / Applications")
    ] = 2000,
    days: Annotated[
        int, typer.Option(min=1, max=366, help="只模拟前若干天 / Only the first so many days")
    ] = 366,
    regulation: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            exists=True,
            help="法规档案文件 / File of a regulation (default: the shipped one)",
        ),
    ] = None,
    behaviours: Annotated[
        Path | None,
        typer.Option(dir_okay=False, exists=True, help="行为参数文件 / File of behaviours"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
) -> None:
    """模拟一年的共享：案件、使用、拒绝、交付 / Play a year of cases, uses, refusals, deliveries

    案件经由真实的流程与账本办理；页面标明为合成数据。 /
    Cases go through the real desk and ledger; pages mark what they show as synthetic.
    """
    from workbench.cli.sample_deliver import delivering
    from workbench.simulation.behaviours import behaviours_in, shipped
    from workbench.simulation.platform import attend
    from workbench.simulation.world import make_world
    from workbench.simulation.year import open_year

    with reported():
        spec = shipped() if behaviours is None else behaviours_in(behaviours)
        world = make_world(spec, year, seed, departments)
        with (
            open_year(world, city, delivering, regulation) as played,
            Progress(console=err(), transient=True, disable=as_json) as bar,
        ):
            attend(played)
            task = bar.add_task(said("模拟", "simulating"))
            planted = played.play(
                applications,
                lambda done, total: bar.update(task, completed=done, total=total),
                most=days,
            )
            head = played.state.store.journal.head()
        file = planted.write(city)
    found = {**played.did, **{f"case {k}": n for k, n in sorted(played.casework.did.items())}}
    found["entries"] = head.seq if head else 0
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, count in found.items():
        out().print(f"  {name}: {count:,}")
    out().print(
        said(
            f"模拟完成（合成数据）：{city}。埋设的行为见 {file}，产品从不读取它。",
            f"Simulated (synthetic data): {city}. What was planted stands in {file}; the product "
            "never reads it.",
        )
    )
