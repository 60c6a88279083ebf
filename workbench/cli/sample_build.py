"""``workbench sample build`` and ``month``: the economy of a sample city, delivered as data are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from workbench.cli.common import err, opened, out, reported, said
from workbench.cli.sample_delivery import (
    LATE,
    Delivered,
    SampleDesk,
    deliver,
    refuse,
    showing,
    steps,
)
from workbench.gateway.ruled import city_now

__all__ = ["build", "month", "register", "showing"]

if TYPE_CHECKING:  # NumPy and Polars come along with it
    from workbench.simulation.economy.city import SampleCity, Written
    from workbench.simulation.economy.memory import Memory


NewCity = Annotated[
    Path,
    typer.Option(
        "--city",
        file_okay=False,
        help="新目录，或已有七库契约的城市 / A new folder, or a city with these contracts",
    ),
]
Enterprises = Annotated[
    int, typer.Option(min=100, max=2_000_000, help="起初的企业数 / Enterprises at the beginning")
]
Months = Annotated[int, typer.Option(min=1, max=240, help="月数 / Months")]
Until = Annotated[datetime, typer.Option(formats=["%Y-%m"], help="最后一个月 / The last month")]
Seed = Annotated[
    int, typer.Option(min=0, help="种子：相同则结果相同 / The same seed, the same city")
]
Economy = Annotated[
    Path | None,
    typer.Option(dir_okay=False, exists=True, help="经济参数文件 / File of the economy"),
]
Late = Annotated[
    float, typer.Option(min=0, max=1, help="迟交末月的资源占比 / Share without its last month")
]
Dirty = Annotated[
    float,
    typer.Option(min=0, max=1, help="先交错误文件的资源占比 / Share that is refused at first"),
]
Monthly = Annotated[
    bool,
    typer.Option(
        "--monthly",
        help="`workbench up` 运行时从第一个月起自动办理 / The months work themselves out while"
        " `workbench up` runs",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]


def register(app: typer.Typer) -> None:
    app.command(name="build")(build)
    app.command(name="month")(month)


def build(
    city: NewCity,
    enterprises: Enterprises = 30_000,
    months: Months = 72,
    until: Until = datetime(2026, 9, 1),
    seed: Seed = 7,
    economy: Economy = None,
    late: Late = 0.0,
    dirty: Dirty = 0.0,
    monthly: Monthly = False,
    as_json: AsJson = False,
) -> None:
    """建一个七库示例城市：全部为合成数据 / Build a city for the seven libraries: all synthetic

    数据按普通交付接入：检查、入账、留版本。 /
    Its data are delivered as any are: checked, entered in the ledger, kept by version.
    """
    from workbench.simulation.economy.city import Ground, SampleCity, keep_truth
    from workbench.simulation.economy.firms import month_of
    from workbench.simulation.economy.memory import forget, keep
    from workbench.simulation.economy.plan import plan_in, shipped
    from workbench.simulation.economy.starter import is_city, make_sample_city

    with reported():
        plan = shipped() if economy is None else plan_in(economy)
        start = month_of(until.date().replace(day=1), 1 - months)
        if not is_city(city):
            make_sample_city(city, start if monthly else None)
        with opened(city) as state, showing(err(), quiet=as_json) as bar:
            desk = SampleDesk(state, city_now(state))
            ground = Ground.of(city, desk.city.divisions)
            sample = SampleCity(plan, ground, enterprises, start, months, seed)
            with TemporaryDirectory(dir=state.layout.state, prefix="sample-") as folder:
                files, memory = sample.write(Path(folder), steps(bar, said("生成", "making up")))
                forget(state.layout.state)
                found = _delivered(desk, sample, files, (late, dirty), bar)
            desk.all_missing()  # what ships with the contracts
            keep(replace(memory, late=tuple(found.late)), state.layout.state)
        truth = keep_truth(sample, city)
    _say(found, city, truth, as_json)


def month(
    city: Annotated[
        Path, typer.Option("--city", file_okay=False, exists=True, help="示例城市 / A sample city")
    ],
    as_json: AsJson = False,
) -> None:
    """给示例城市添一个月 / Add a month to a sample city

    新的月份接在已有文件之后；主体登记、项目和统计发布按新的一月重新交付。迟交的先补上。 /
    The month joins the files before it; registers and published series are delivered anew. What was
    late comes first.
    """
    from workbench.simulation.economy.city import Ground, SampleCity, keep_truth
    from workbench.simulation.economy.memory import keep, recall

    with opened(city) as state, showing(err(), quiet=as_json) as bar:
        desk, before = SampleDesk(state, city_now(state)), recall(state.layout.state)
        ground = Ground.of(city, desk.city.divisions)
        sample = SampleCity(
            before.plan, ground, before.count, before.start, before.months + 1, before.seed
        )
        with TemporaryDirectory(dir=state.layout.state, prefix="sample-") as folder:
            told = steps(bar, said("生成", "making up"))
            files, memory = sample.write(Path(folder), told, before)
            rows = _added(desk, sample, files, before, bar)
        keep(memory, state.layout.state)
        truth = keep_truth(sample, city)
    _say(Delivered(rows), city, truth, as_json)


def _delivered(
    desk: SampleDesk, sample: SampleCity, files: Written, shares: tuple[float, float], bar: Progress
) -> Delivered:
    """``shares``: of the monthly resources, how many are late, and how many come with mistakes."""
    from workbench.simulation.economy.city import STANDING
    from workbench.simulation.economy.faults import one_of, some

    monthly = sorted(set(files) - set(STANDING))
    last = f"{sample.month(sample.months - 1):%Y-%m}"
    complete = [n for n in monthly if len(files[n]) > 1 and files[n][-1].stem.endswith(last)]
    late = some(complete, shares[0], sample.seed, "late")
    refused = {}
    for name in some(monthly, shares[1], sample.seed, "dirty"):
        come = files[name][:-1] if name in late else files[name]
        typed = come[one_of(len(come), sample.seed, name)]
        refused[name] = refuse(desk, name, typed, sample.seed)
    found = deliver(desk, files, sample.month(sample.months), late, bar)
    found.dirty = refused
    return found


def _added(
    desk: SampleDesk, sample: SampleCity, files: Written, before: Memory, bar: Progress
) -> dict[str, int]:
    """Rows that came to each resource, or that it has where it is delivered anew."""
    from workbench.simulation.economy.city import STANDING

    end, first = sample.month(sample.months), sample.month(sample.months - 1)
    told = steps(bar, said("交付", "delivering"))
    rows: dict[str, int] = {}
    for done, (name, made) in enumerate(sorted(files.items()), start=1):
        if name in STANDING:
            rows[name] = desk.whole(name, made, end)
        else:
            came = _caught_up(desk, name, first, before) if name in before.late else 0
            rows[name] = came + desk.part(name, made[0], end, before.reached.get(name))
        told(done, len(files))
    return rows


def _caught_up(desk: SampleDesk, name: str, first: date, before: Memory) -> int:
    """Rows of the month before ``first``, if it did not come in the meantime."""
    month = before.reached[name]
    file = desk.city.root / LATE / name / f"{name}-{month:%Y-%m}.parquet"
    return desk.part(name, file, first, None) if file.is_file() else 0


def _say(found: Delivered, city: Path, truth: Path, as_json: bool) -> None:
    if as_json:
        told = {
            "city": str(city), "rows": found.rows, "truth": str(truth),
            "late": found.late, "dirty": found.dirty,
        }  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    lines = [f"  {name}: {count:,}" for name, count in found.rows.items()]
    for name, line in found.late.items():
        lines.append(
            said(f"{name} 末月迟交。补交：", f"{name}: its last month is late. Deliver it:")
        )
        lines.append(f"  {line}")
    for name, report in found.dirty.items():
        file, faults = report["file"], ", ".join(report["faults"])
        rules = ", ".join(f"{each['column']}: {each['rule']}" for each in report["rules"])
        lines.append(
            said(
                f"{name} 先被拒收（{rules}）：{file}（{faults}），随后重交。",
                f"{name} was refused at first ({rules}): {file} ({faults}), then delivered clean.",
            )
        )
    lines.append(
        said(
            f"示例城市已就绪（全部为合成数据）：{city}。埋设的事件见 {truth}，产品从不读取它。",
            f"The sample city is ready (all of it synthetic): {city}. What was planted stands in "
            f"{truth}; the product never reads it.",
        )
    )
    for line in lines:
        out().print(line, markup=False, soft_wrap=True)
