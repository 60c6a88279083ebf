"""``workbench sample build``: the economy of a sample city, delivered as any data are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from workbench.catalogue.city import City
from workbench.cli.common import err, opened, out, reported, said
from workbench.cli.ingest_desk import Desk
from workbench.errors import Code, Text, simple
from workbench.gateway.ruled import city_now
from workbench.model.contract import Resource

if TYPE_CHECKING:  # NumPy and Polars come along with it
    from workbench.simulation.economy.city import Written

MADE_UP = re.compile("合成|synthetic", re.IGNORECASE)
"""What the title of a resource says of which a sample may be delivered."""


def register(app: typer.Typer) -> None:
    app.command(name="build")(build)


def build(
    city: Annotated[
        Path,
        typer.Option(
            "--city",
            file_okay=False,
            help="新目录，或已有七库契约的城市 / A new folder, or a city with these contracts",
        ),
    ],
    enterprises: Annotated[
        int, typer.Option(min=100, max=2_000_000, help="企业数 / Enterprises that ever are there")
    ] = 30_000,
    months: Annotated[int, typer.Option(min=1, max=240, help="月数 / Months")] = 72,
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m"], help="最后一个月 / The last month")
    ] = datetime(2026, 9, 1),
    seed: Annotated[
        int, typer.Option(min=0, help="种子：相同则结果相同 / The same seed, the same city")
    ] = 7,
    economy: Annotated[
        Path | None,
        typer.Option(dir_okay=False, exists=True, help="经济参数文件 / File of the economy"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
) -> None:
    """建一个七库示例城市：全部为合成数据 / Build a city for the seven libraries: all synthetic

    数据按普通交付接入：检查、入账、留版本。 /
    Its data are delivered as any are: checked, entered in the ledger, kept by version.
    """
    from workbench.simulation.economy.city import Ground, SampleCity, keep_truth
    from workbench.simulation.economy.firms import month_of
    from workbench.simulation.economy.plan import plan_in, shipped
    from workbench.simulation.economy.starter import is_city, make_sample_city

    with reported():
        plan = shipped() if economy is None else plan_in(economy)
        if not is_city(city):
            make_sample_city(city)
        with opened(city) as state, showing(err(), quiet=as_json) as bar:
            found = city_now(state)
            ground = Ground.of(city, found.divisions)
            start = month_of(until.date().replace(day=1), 1 - months)
            sample = SampleCity(plan, ground, enterprises, start, months, seed)
            with TemporaryDirectory(dir=state.layout.state, prefix="sample-") as folder:
                files = sample.write(Path(folder), _steps(bar, said("生成", "making up")))
                rows = _delivered(Desk(state, found), files, sample.month(months), bar)
        truth = keep_truth(sample, city)
    _say(rows, city, truth, as_json)


@contextmanager
def showing(console: Console, *, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal; it is gone when all is done."""
    hidden = quiet or not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as bar:
        yield bar


def _steps(bar: Progress, name: str) -> Callable[[int, int], None]:
    task = bar.add_task(name)
    return lambda done, total: bar.update(task, completed=done, total=total)


def _delivered(desk: Desk, files: Written, end: date, bar: Progress) -> dict[str, int]:
    """Rows by resource. ``end``: the day after the data's. Raises InvalidInput for the first
    resource that is not one of a sample, before anything is delivered."""
    resources = [_made_up(desk.city, name) for name in sorted(files)]
    desk.data_date = end - timedelta(days=1)
    told = _steps(bar, said("交付", "delivering"))
    rows: dict[str, int] = {}
    for done, resource in enumerate(resources, start=1):
        report, error = desk.take(resource, files[resource.name], on_progress=lambda _: None)
        if error is not None:
            raise error
        rows[resource.name] = report.rows_read
        told(done, len(resources))
    return rows


def _made_up(city: City, name: str) -> Resource:
    resource = city.resources.get(name)
    if resource is None:
        raise simple(
            Code.not_found,
            f"这个城市没有资源 {name}。",
            f"This city has no resource {name}.",
            next=Text(
                "用 --city 指明一个新目录，契约会一并建好。",
                "Name a new folder with --city: it is made with the contracts.",
            ),
            subject=name,
        )
    if not MADE_UP.search(f"{resource.title.zh} {resource.title.en}"):
        raise simple(
            Code.invalid_request,
            f"{name} 的名称没有写明是合成数据，不会写入模拟的数据。",
            f"The title of {name} does not say that it is synthetic: nothing made up goes there.",
            next=Text("用 --city 指明一个新目录。", "Name a new folder with --city."),
            subject=name,
        )
    return resource


def _say(rows: Mapping[str, int], city: Path, truth: Path, as_json: bool) -> None:
    if as_json:
        told = {"city": str(city), "rows": rows, "truth": str(truth)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name, count in rows.items():
        out().print(f"  {name}: {count:,}")
    out().print(
        said(
            f"示例城市已建好（全部为合成数据）：{city}。埋设的事件见 {truth}，产品从不读取它。",
            f"The sample city is built (all of it synthetic): {city}. What was planted stands in "
            f"{truth}; the product never reads it.",
        ),
        markup=False,
    )
