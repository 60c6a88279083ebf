"""``workbench catalogue import``: a portal's file into entries of ``catalogue_entries``."""

from __future__ import annotations

import fcntl
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from workbench.catalogue.city import City, load_city
from workbench.cli.common import (
    CityOption,
    State,
    err,
    language,
    opened,
    out,
    said,
    utc_now,
    visible,
)
from workbench.cli.ingest_desk import Desk
from workbench.cli.ingest_show import Result
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.versions import Extracts
from workbench.model.contract import Resource
from workbench.model.days import day_of
from workbench.portals import reasons
from workbench.portals.extract import RESOURCE, check_contract, merged, stored
from workbench.portals.findings import KINDS, Kind
from workbench.portals.importing import Imported, Wish, all_findings, import_file, summary
from workbench.portals.mapping import load_mapping

_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the command ``import``."""
    app.command("import")(import_command)


def import_command(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV、TSV、XLSX、JSON 或其 .gz / or one as .gz"),
    ],
    mapping: Annotated[
        str | None,
        typer.Option("--mapping", help="映射名或文件 / A mapping's name, or its file"),
    ] = None,
    portal: Annotated[
        str | None, typer.Option("--portal", help="门户名 / The portal it is from")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=_DAY, help="截至日期，默认今天 / Default: today"),
    ] = None,
    obtained: Annotated[
        datetime | None,
        typer.Option("--obtained", formats=_DAY, help="取得日期，默认今天 / Default: today"),
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option("--findings", help="把全部问题写成 CSV / Write every finding as CSV"),
    ] = None,
    city: CityOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
) -> None:
    """导入一个门户的目录，替换该门户原有条目 / Import a catalogue in place of the portal's last

    撤销 / Undo: workbench recall catalogue_entries --version N
    """
    started = time.monotonic()
    with opened(city) as state:
        today = day_of(utc_now())
        days = (day.date() if day else today for day in (as_of, obtained))
        wish = Wish(file, _portal(portal), *days)
        if findings is not None and findings.exists():
            raise _exists(findings)
        with _alone(state):
            found, result = _imported(state, wish, mapping, quiet=as_json)
        if findings is not None:
            all_findings(found).write_csv(findings, include_bom=True)
    told = summary(found) | {"resource": RESOURCE, "ingest": result[0].to_dict()}
    _say(told | {"seconds": round(time.monotonic() - started, 3)}, result[1], as_json)


def _say(told: dict[str, Any], error: WorkbenchError | None, as_json: bool) -> None:
    """What was found is told even where the ingest refused the entries."""
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif error is None:
        _tell(told)
    if error is not None:
        err().print(error.said(language()), style="red")
        raise typer.Exit(error.exit_code)


def resource_of(city: City) -> Resource:
    """The contract of the entries. Raises InvalidInput where the city has none that fits."""
    resource = city.resources.get(RESOURCE)
    if resource is None:
        raise reasons.no_contract(RESOURCE)
    check_contract(resource)
    return resource


def _imported(
    state: State, wish: Wish, mapping: str | None, *, quiet: bool
) -> tuple[Imported, Result]:
    city = load_city(state.layout.root)
    resource = resource_of(city)
    known = load_mapping(mapping, city.root)
    desk = Desk(state, city)
    desk.data_date = wish.obtained_on
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder, desk.showing(quiet=quiet):
        with _reading(wish.file, quiet=quiet) as on_bytes:
            found = import_file(wish, known, Path(folder), on_bytes)
        latest = Extracts(state.layout.extracts).latest(RESOURCE)
        before = None if latest is None else stored(latest.files)
        delivery = Path(folder) / f"{RESOURCE}.parquet"
        merged(before, found.rows).write_parquet(delivery)
        return found, desk.take(resource, [delivery])


@contextmanager
def _alone(state: State) -> Iterator[None]:
    """Others' entries are read, then written again: two imports at once would lose one's."""
    with (state.layout.state / "catalogue_import.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise simple(
                Code.extract_busy,
                "另一个进程正在导入目录。",
                "Another process is importing a catalogue.",
                next=Text("请等它结束后重试。", "Wait for it to end, then try again."),
            ) from None
        yield


@contextmanager
def _reading(file: Path, *, quiet: bool) -> Iterator[Any]:
    """A bar on stderr while the file is read, where that is a terminal."""
    console = err()
    size = file.stat().st_size if file.is_file() else 0
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    disabled = quiet or not console.is_terminal
    with Progress(*columns, console=console, disable=disabled, transient=True) as bar:
        task = bar.add_task(said("读取目录", "Reading the catalogue"), total=size)
        yield lambda count: bar.advance(task, count)


def _portal(name: str | None) -> str | None:
    if name is not None and (not name.strip() or len(name) > 60 or not name.isprintable()):
        raise simple(
            Code.invalid_request,
            "门户名应是 1 到 60 个可见字符。",
            "A portal's name has 1 to 60 visible characters.",
        )
    return name.strip() if name is not None else None


def _exists(path: Path) -> Exception:
    return simple(
        Code.invalid_request,
        f"{path.name} 已存在，不会覆盖。",
        f"{path.name} is there already; nothing is overwritten.",
        next=Text("换一个文件名。", "Choose another name."),
    )


def _tell(told: dict[str, Any]) -> None:
    console = out()
    console.print(
        said(
            f"{told['file']}：{told['entries']:,} 条 = 接收 {told['accepted']:,} + "
            f"搁置 {told['set_aside']:,}；{len(told['portals'])} 个门户；{told['seconds']:.1f} 秒；"
            f"版本 {told['ingest']['version']}",
            f"{told['file']}: {told['entries']:,} entries = {told['accepted']:,} accepted + "
            f"{told['set_aside']:,} set aside; portals: {len(told['portals'])}; "
            f"{told['seconds']:.1f} s; version {told['ingest']['version']}",
        )
    )
    console.print(_findings_table(told))
    for line in told["set_aside_lines"]:
        text = line["said"][language()]
        console.print(said(f"第 {line['line']} 行搁置：{text}", f"line {line['line']}: {text}"))
    for item in told["unknown_spellings"]:
        spelling = visible(item["spelling"])
        console.print(
            said(
                f"不认识的写法 {item['field']}“{spelling}”：{item['count']:,} 条，已照原样保留",
                f"unknown {item['field']} “{spelling}”: {item['count']:,} entries, kept as it is",
            )
        )


def _findings_table(told: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(said("问题", "Finding"))
    table.add_column(said("条数", "Count"), justify="right")
    table.add_column(said("行（举例）", "Lines (examples)"))
    lines = {e["kind"]: e["lines"] for e in told["finding_examples"]}
    for kind, count in told["findings"].items():
        shown = ", ".join(str(line["line"]) for line in lines.get(kind, []))
        table.add_row(KINDS[Kind(kind)].said(language()), f"{count:,}", shown)
    return table
