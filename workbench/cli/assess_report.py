"""``workbench assess report``, ``annex`` and ``release``: yearly reports, what a decision on funds
may rest on, and open data, of a frozen run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.assess_run import FileArgument
from workbench.cli.common import CityOption, err, language, out, reported, said
from workbench.errors import Code, Language, Text, simple

if TYPE_CHECKING:
    from workbench.cli.assess_report_files import Asked


class Lang(StrEnum):
    zh = "zh"
    en = "en"


class Form(StrEnum):
    docx = "docx"
    pdf = "pdf"
    xlsx = "xlsx"


LangOption = Annotated[
    list[Lang] | None,
    typer.Option("--lang", help="语言，可多次，默认为界面语言 / Language; may be repeated"),
]
FormOption = Annotated[
    list[Form] | None,
    typer.Option("--format", help="格式，可多次，默认 docx / Form; may be repeated"),
]
OutOption = Annotated[
    Path, typer.Option("--out", help="写入的目录 / Folder to write to", file_okay=False)
]


def report(
    file: FileArgument,
    to: OutOption,
    department: Annotated[
        list[str] | None, typer.Option("--department", help="部门，可多次 / Of a department")
    ] = None,
    of_city: Annotated[
        bool, typer.Option("--city-report", help="全市报告 / The city's report")
    ] = False,
    of_all: Annotated[
        bool, typer.Option("--all", help="每个部门和全市 / Every department's and the city's")
    ] = False,
    lang: LangOption = None,
    form: FormOption = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            help="上年的封存文件，默认在本市查找 / Last year's file; looked for in the city",
            dir_okay=False,
        ),
    ] = None,
    city: CityOption = None,
) -> None:
    """年度报告：部门、全市 / Yearly reports of departments and of the city

    未公布的每页标“草稿”；是否公布由本市台账判定。
    What the city's ledger has not as published bears DRAFT on every page.
    """
    from workbench.cli import assess_report_files as files

    with reported():
        if sum((bool(department), of_city, of_all)) != 1:
            raise _one_of_three()
        asked = _asked(file, to, lang, form, city, previous)
        written = files.reports(asked, department or (), of_city=of_city, of_all=of_all)
        for path in written:
            out().print(str(path))


def annex(
    file: FileArgument,
    to: OutOption,
    lang: LangOption = None,
    form: FormOption = None,
    city: CityOption = None,
) -> None:
    """项目和经费附件：列出考核结果，不作决定 / Funding annex: results only, nothing is decided"""
    from workbench.cli import assess_report_files as files

    with reported():
        for path in files.annex(_asked(file, to, lang, form, city)):
            out().print(str(path))


def release(
    file: FileArgument,
    to: OutOption,
    licence: Annotated[
        str, typer.Option("--licence", help="许可，如 CC-BY-4.0 / Licence, such as CC-BY-4.0")
    ] = "",
    licence_url: Annotated[
        str, typer.Option("--licence-url", help="许可文本的网址 / Address of the licence")
    ] = "",
    draft: Annotated[
        bool, typer.Option("--draft", help="未公布也输出，标为草稿 / Though it is not published")
    ] = False,
    city: CityOption = None,
) -> None:
    """开放数据：JSON、CSV 和元数据，不含个人 / Open data: JSON, CSV and metadata, nobody in it"""
    from workbench.cli import assess_report_files as files
    from workbench.reports.assessment_release import Licence

    with reported():
        asked = _asked(file, to, None, None, city)
        for path in files.release(asked, Licence(licence, licence_url), draft=draft):
            out().print(str(path))
    if not licence:
        zh = "没有注明许可；公布前请用 --licence 写明。"
        err().print(said(zh, "No licence is stated: name one with --licence before publishing."))


def _asked(
    file: Path,
    to: Path,
    lang: list[Lang] | None,
    form: list[Form] | None,
    city: Path | None,
    previous: Path | None = None,
) -> Asked:
    from workbench.cli.assess_report_files import Asked, opened_in

    languages: tuple[Language, ...] = tuple(dict.fromkeys(one.value for one in lang or ()))
    forms = tuple(dict.fromkeys(one.value for one in form or [Form.docx]))
    return Asked(*opened_in(file, city, previous), to, languages or (language(),), forms)


def _one_of_three() -> Exception:
    return simple(
        Code.invalid_request,
        "要写明是哪一份报告。",
        "Say which report is meant.",
        next=Text(
            "三者选一：--department D、--city-report、--all。",
            "One of the three: --department D, --city-report, --all.",
        ),
    )


def register(app: typer.Typer) -> None:
    """Beside the other commands of ``assess``."""
    for command in (report, annex, release):
        app.command(name=command.__name__)(command)
