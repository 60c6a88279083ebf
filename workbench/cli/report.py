"""``workbench report``: the month's brief, from its draft to the signed document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.progress import Progress

from workbench.cli.common import CityOption, city_root, err, language, opened, out, reported, said
from workbench.cli.findings import folded_table, show_findings
from workbench.cli.login import CaOption, UrlOption
from workbench.cli.report_words import first, forms_of, languages_of, say
from workbench.errors import Code, Text, WorkbenchError, simple

if TYPE_CHECKING:
    from workbench.cli.report_desk import Briefs

app = typer.Typer(help="月度简报 / The month's brief", no_args_is_help=True)
MONTH = ["%Y-%m"]
OUTLINE = "monthly"
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
MonthOption = Annotated[datetime, typer.Option(formats=MONTH, help="月份 / The month")]
LanguageOption = Annotated[
    Literal["zh", "en", "both"], typer.Option("--language", help="语言 / Language")
]
FormatOption = Annotated[str, typer.Option("--format", help="docx、pdf，逗号分隔 / By commas")]
OutOption = Annotated[Path, typer.Option("-o", "--out", help="写到这个目录 / Folder to write to")]
BriefArgument = Annotated[
    str,
    typer.Argument(metavar="BRIEF", help="内容摘要或其开头 / Its digest, or a start of it"),
]
OutlineOption = Annotated[str, typer.Option("--outline", help="提纲 / Which outline")]


@app.command()
def check(city: CityOption = None, as_json: JsonOption = False) -> None:
    """检查简报提纲，不读数据 / Check the outlines of briefs; no data is read"""
    from workbench.catalogue.city import load_city
    from workbench.cli import report_check
    from workbench.reports.outline_file import read_outlines

    with reported():
        root = city_root(city)
        found = load_city(root)
        files = read_outlines(root)
    findings = [finding for file in files for finding in file.findings]
    findings += [each for file in files for each in report_check.check(file, found, root)]
    show_findings(findings, as_json=as_json)


@app.command()
def monthly(
    month: MonthOption,
    languages: LanguageOption = "zh",
    forms: FormatOption = "docx,pdf",
    folder: OutOption = Path(),
    submit: Annotated[
        bool, typer.Option("--submit", help="同时提交核稿 / Hand it in to be checked")
    ] = False,
    outline: OutlineOption = OUTLINE,
    url: UrlOption = None,
    ca: CaOption = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """按本人的授权生成某月简报的草稿 / Draft a month's brief under your own grants

    草稿每页有水印；签发前不对外提供。 / Each page of a draft bears a mark; nothing is shown before
    it is signed.
    """
    wanted, chosen = languages_of(languages), forms_of(forms)
    hidden = as_json or not err().is_terminal
    with _briefs(city, outline) as briefs, _connected(url, ca) as connection:
        with Progress(console=err(), transient=True, disable=hidden) as bar:
            task = bar.add_task("", total=None)
            tell = lambda name: bar.update(task, description=name)  # noqa: E731
            made, digest = briefs.make(connection, first(month), tell)
        paths = briefs.written(digest, folder, wanted, chosen, None)
        case = _submitted(connection, briefs, made.month, digest) if submit else ""
    say(digest, paths, case, as_json)


@app.command()
def due(
    person: Annotated[str, typer.Option("--for", help="拟稿的经办人 / The officer who drafts")],
    url: Annotated[str, typer.Option(envvar="WORKBENCH_URL", help="网关地址 / The gateway")],
    outline: OutlineOption = OUTLINE,
    city: CityOption = None,
) -> None:
    """到期则拟上月简报并提交核稿；供定时任务调用，重复运行无妨 / Draft the month before's brief
    where it is due, and hand it in; for a timer: run twice, it is done once

    以提纲登记的主体取数，不保存任何人的密码。 / Data are asked for by the outline's own subject; no
    password is kept.
    """
    from workbench.cli import report_due
    from workbench.gateway.state import utc_now

    with _briefs(city, outline) as briefs:
        schedule = briefs.outline.schedule
        month = report_due.due(schedule, utc_now()) if schedule else None
        if schedule is None or month is None:
            out().print(said("没有到期的简报。", "No brief is due."))
            return
        done = report_due.draft(briefs, schedule, month, person, url)
    told = done.case or said("已有", "is there already")
    out().print(f"{done.month:%Y-%m}  {done.digest[:16]}  {told}")


@app.command(name="list")
def list_(
    outline: OutlineOption = OUTLINE, city: CityOption = None, as_json: JsonOption = False
) -> None:
    """列出简报及其签发状态 / List the briefs, and how far each has come"""
    with _briefs(city, outline) as briefs:
        steps = briefs.signings()
        rows = []
        for digest in briefs.kept.digests():
            document, found = briefs.kept.document(digest), steps.get(digest)
            if document.outline == outline:
                state = found.state if found else ""
                case = found.case if found else ""
                rows.append((f"{document.month:%Y-%m}", digest, state, case))
    rows.sort()
    if as_json:
        keys = ("month", "digest", "state", "procedure")
        typer.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return
    table = folded_table(*said("月份 摘要 状态 事项", "month digest state procedure").split())
    for month, digest, state, case in rows:
        table.add_row(month, digest[:16], STATES[state].said(language()), case)
    out().print(table)


@app.command("check-off")
def check_off(
    brief: BriefArgument, outline: OutlineOption = OUTLINE, url: UrlOption = None,
    ca: CaOption = None, city: CityOption = None,
) -> None:  # fmt: skip
    """核稿：须由拟稿人以外的人办理 / Check a draft, as another person than who drafted it"""
    _step(brief, "check", outline, url, ca, city)


@app.command()
def sign(
    brief: BriefArgument, outline: OutlineOption = OUTLINE, url: UrlOption = None,
    ca: CaOption = None, city: CityOption = None,
) -> None:  # fmt: skip
    """签发：须由拟稿人以外的人办理 / Sign a brief that was checked, as another person than who
    drafted it"""
    _step(brief, "sign", outline, url, ca, city)


@app.command(name="return")
def return_(
    brief: BriefArgument,
    reason: Annotated[str, typer.Option("--reason", "-r", help="理由 / Reason")],
    outline: OutlineOption = OUTLINE, url: UrlOption = None,
    ca: CaOption = None, city: CityOption = None,
) -> None:  # fmt: skip
    """退回 / Send a draft back"""
    _step(brief, "return", outline, url, ca, city, reason)


@app.command()
def show(
    brief: BriefArgument,
    languages: LanguageOption = "zh",
    forms: FormatOption = "docx,pdf",
    folder: OutOption = Path(),
    draft: Annotated[
        bool, typer.Option("--draft", help="草稿，供核稿用 / The draft, to check it")
    ] = False,
    outline: OutlineOption = OUTLINE,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """写出已签发的简报 / Write a signed brief, with its sign-off on it"""
    wanted, chosen = languages_of(languages), forms_of(forms)
    with _briefs(city, outline) as briefs:
        digest = briefs.kept.find(brief)
        seal = None if draft else briefs.seal(digest)
        paths = briefs.written(digest, folder, wanted, chosen, seal)
    say(digest, paths, "", as_json)


@app.command()
def diff(
    before: Annotated[datetime, typer.Argument(formats=MONTH, help="较早的月份 / Earlier month")],
    now: Annotated[datetime, typer.Argument(formats=MONTH, help="较晚的月份 / Later month")],
    outline: OutlineOption = OUTLINE,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """两期简报的变化；历史数字的修订 / What changed between two briefs; what was revised

    各取已签发的一份；没有签发的，取该月唯一的草稿。 / The signed brief of each month; where none is
    signed, its only draft.
    """
    from workbench.cli.report_diff import print_difference
    from workbench.reports.changes import differing

    with _briefs(city, outline) as briefs:
        pair = [briefs.to_compare(first(month)) for month in (before, now)]
        found = differing(*pair)
    print_difference(found, as_json)


STATES = {
    "": Text("草稿，未提交", "draft, not handed in"),
    "draft": Text("待核稿", "to be checked"),
    "check": Text("待签发", "to be signed"),
    "sign": Text("已签发", "signed"),
    "show": Text("已提供", "shown"),
    "return": Text("已退回", "returned"),
    "withdraw": Text("已撤回", "withdrawn"),
}


# -------------------------------------------------------------------------------------------------


@contextmanager
def _briefs(city: Path | None, outline: str) -> Iterator[Briefs]:
    from workbench.catalogue.city import load_city
    from workbench.cli.report_desk import Briefs
    from workbench.reports.outline_file import load_outline
    from workbench.ui.page_filter import Words

    with opened(city) as state:
        found, digest = load_outline(state.layout.root, outline)
        name = load_city(state.layout.root).name
        yield Briefs(state, found, digest, Words(zh=name.zh, en=name.en))


@contextmanager
def _connected(url: str | None, ca: Path | None) -> Iterator[Any]:
    from workbench.client.connection import connect

    with connect(url=url, ca=str(ca) if ca else None, progress=False) as connection:
        yield connection


def _submitted(connection: Any, briefs: Briefs, month: date, digest: str) -> str:
    """The id of the sign-off. What is handed in already is not handed in twice."""
    found = briefs.signings().get(digest)
    if found is not None:
        return found.case
    fields = {"month": month.isoformat(), "brief": digest}
    opened = connection.procedures.open(
        briefs.outline.sign_off, fields, event="draft", evidence=digest
    )
    return str(opened["id"])


def _step(
    brief: str, event: str, outline: str, url: str | None, ca: Path | None, city: Path | None,
    reason: str = "",
) -> None:  # fmt: skip
    with _briefs(city, outline) as briefs, _connected(url, ca) as connection:
        digest = briefs.kept.find(brief)
        briefs.kept.document(digest)  # what is signed is what lies there
        found = briefs.signings().get(digest)
        if found is None:
            raise _not_submitted(digest)
        now = connection.procedures.get(found.case)
        connection.procedures.act(
            found.case, event, int(now["version"]), evidence=digest, reason=reason
        )
        state = briefs.signings()[digest].state
        out().print(f"{digest[:16]}  {STATES[state].said(language())}")
        if event == "sign":
            briefs.rendered(digest)  # what its readers may take along


def _not_submitted(digest: str) -> WorkbenchError:
    return simple(
        Code.step_not_possible,
        f"简报 {digest[:12]} 没有提交核稿。",
        f"The brief {digest[:12]} was not handed in to be checked.",
        next=Text(
            "拟稿人运行 workbench report monthly --submit。",
            "Who drafts it runs workbench report monthly --submit.",
        ),
        subject=digest,
    )
