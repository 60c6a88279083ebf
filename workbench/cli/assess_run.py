"""``workbench assess run``, ``show`` and ``replay``: measure, freeze and score a year; read what
was frozen; work its scores out again."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.common import CityOption, city_root, err, out, reported, said
from workbench.cli.findings import folded_table
from workbench.errors import Code, Text, simple

if TYPE_CHECKING:
    from workbench.assessment.kept import Kept
    from workbench.assessment.replay import Difference

DAY = ["%Y-%m-%d"]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="封存文件 / The frozen file", dir_okay=False)
]


class Format(StrEnum):
    table = "table"
    json = "json"
    xlsx = "xlsx"


def run(
    scheme: Annotated[str, typer.Option("--scheme", help="考核方案 / Id of the scheme")],
    year: Annotated[int, typer.Option("--year", min=2000, max=2999, help="考核年度 / The year")],
    as_of: Annotated[
        datetime, typer.Option("--as-of", formats=DAY, help="截至日期 / As of this day")
    ],
    form: Annotated[Format, typer.Option("--format", help="输出格式 / Form")] = Format.table,
    to: Annotated[
        Path | None, typer.Option("--out", help="写入文件 / Write it to a file", dir_okay=False)
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="重新取数 / Measure again, though a run is there")
    ] = False,
    before: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            help="上年的封存文件，默认为最新的 / Last year's file; the newest unless told",
            dir_okay=False,
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", min=100, help="稳健性抽样次数 / Draws of weights")
    ] = 10_000,
    url: Annotated[str | None, typer.Option(help="网关地址 / Address of the gateway")] = None,
    user: Annotated[str | None, typer.Option(help="用户名 / Your user name")] = None,
    city: CityOption = None,
) -> None:
    """取数、封存、评分；同一命令再次运行时取已封存的 / Measure, freeze and score a year

    The same command gives what was frozen; --anew measures again.
    """
    from workbench.cli.assess_year import Command, done

    with reported():
        _written_where(form, to)
        root = city_root(city)
        wanted = Command(root, scheme, year, as_of.date(), anew, draws, url, user, before)
        kept, is_new = done(wanted)
        _tell(kept, form, to)
    place = kept.path.relative_to(root)
    console = err()
    if is_new:
        console.print(said(f"已封存：{place}", f"Frozen: {place}"))
    else:
        zh = f"取自已封存的 {place}；重新取数用 --anew。"
        console.print(said(zh, f"From what was frozen: {place}. --anew measures again."))


def show(
    file: FileArgument,
    department: Annotated[
        str | None, typer.Option("--department", help="部门 / Its sheet, down to the items")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="输出格式 / Form")] = Format.table,
    to: Annotated[
        Path | None, typer.Option("--out", help="写入文件 / Write it to a file", dir_okay=False)
    ] = None,
) -> None:
    """查看封存文件；不需要城市和网关 / What is in a frozen file; no city, no gateway"""
    from workbench.assessment.kept import opened

    with reported():
        _written_where(form, to)
        _tell(opened(file), form, to, department)


def replay(
    file: FileArgument,
    published: Annotated[
        Path | None,
        typer.Option("--published", help="公布的 JSON / Published scores (JSON)", dir_okay=False),
    ] = None,
    digest: Annotated[
        str, typer.Option("--digest", help="台账所记摘要 / The digest that the ledger has")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """由封存文件重新评分并逐项核对 / Score again from the file alone, and compare

    0：一致；1：有差异；2：文件被改动 / 0: equal; 1: it differs; 2: the file was changed
    """
    from workbench.assessment.kept import opened
    from workbench.assessment.replay import replayed

    with reported():
        kept = opened(file)
        _same_digest(kept, digest)
        found = replayed(kept.run, _published(published))
    if as_json:
        told = [each.__dict__ for each in found]
        plain = {"digest": kept.digest, "equal": not found, "differences": told}
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        _differences(kept, found)
    if found:
        raise typer.Exit(1)


def _written_where(form: Format, to: Path | None) -> None:
    if form is Format.xlsx and to is None:
        raise simple(
            Code.invalid_request,
            "表格文件要写明位置。",
            "A workbook goes to a file.",
            next=Text("加 --out FILE.xlsx。", "Add --out FILE.xlsx."),
        )


def _tell(kept: Kept, form: Format, to: Path | None, department: str | None = None) -> None:
    """Raises InvalidInput for a department that is not in the run, and where nothing can be written
    there."""
    from workbench.assessment.told import as_told
    from workbench.cli import assess_show

    told = assess_show.only(as_told(kept.run, kept.digest), department)
    if form is Format.table and to is None:
        assess_show.printed(told, department)
        return
    content = assess_show.content(told, form.value, department)
    if to is None:
        typer.echo(content.decode(), nl=False)
    else:
        write(to, content)


def write(path: Path, content: bytes) -> None:
    from workbench.reports.kept import placed

    try:
        placed(path, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise simple(
            Code.invalid_request,
            f"写不到 {path}（{reason}）。",
            f"{path} cannot be written ({reason}).",
            next=Text("换一个位置。", "Name another place."),
        ) from error


def _same_digest(kept: Kept, digest: str) -> None:
    if digest and not kept.digest.startswith(digest.lower()):
        raise simple(
            Code.invalid_request,
            f"文件的摘要是 {kept.digest}，不是 {digest}。",
            f"The digest of the file is {kept.digest}, not {digest}.",
            why=Text("它不是台账所记的那份文件。", "It is not the file that the ledger has."),
            next=Text("取原件。", "Take the original."),
            subject=kept.path.name,
        )


def _published(path: Path | None) -> Any:
    """The scores in a JSON file: of ``assess run --format json``, or those alone."""
    if path is None:
        return None
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise simple(
            Code.invalid_request,
            f"{path.name} 不是可读的 JSON。",
            f"{path.name} is no JSON that can be read.",
            next=Text("给出 assess run --format json 的输出。", "See assess run --format json."),
            subject=path.name,
        ) from error
    return found.get("scores", found) if isinstance(found, dict) else found


def _differences(kept: Kept, found: tuple[Difference, ...]) -> None:
    console = out()
    if not found:
        sheets = len(kept.run.inputs.groups)
        zh = f"一致：{sheets} 个部门的得分都可由此文件重新得出。摘要 {kept.digest}"
        en = f"Equal: the scores of {sheets} departments come out of this file again. "
        console.print(said(zh, f"{en}Digest {kept.digest}"))
        return
    zh, en = "部门 指标 字段 封存值 重算值", "department indicator field frozen recomputed"
    table = folded_table(*said(zh, en).split())
    for one in found:
        told = (one.department, one.indicator, one.what, one.frozen or "-", one.recomputed or "-")
        table.add_row(*told)
    console.print(table)
    console.print(said(f"{len(found)} 处不同。", f"{len(found)} differences."))
