"""``workbench assess open`` to ``publish``: the way of an assessment, as whoever is signed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import assess_process_show as shown
from workbench.cli.common import language, reported
from workbench.cli.login import CaOption, UrlOption
from workbench.errors import Code, Text, simple

if TYPE_CHECKING:
    from workbench.client.assessing import Assessing

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="考核编号 / Id of the assessment")]
AppealArgument = Annotated[
    str, typer.Argument(metavar="APPEAL", help="申诉编号 / Id of the appeal")
]
AssessmentOption = Annotated[
    str, typer.Option("--assessment", help="所属考核 / The assessment it is against")
]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="理由 / Reason")]
RunOption = Annotated[
    str,
    typer.Option(
        "--run", help="您看到的考核文件摘要，可只写开头 / Digest that you saw, or its start"
    ),
]
EvidenceOption = Annotated[
    Path | None,
    typer.Option(
        "--evidence", help="凭证文件（只发送其摘要）/ File of proof (its digest alone is sent)",
        dir_okay=False,
    ),
]  # fmt: skip
DepartmentOption = Annotated[
    str, typer.Option("--department", help="部门，默认为本部门 / Department; default: your own")
]


def open_draft(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="assess run 的文件 / File of assess run")
    ],
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """提交初稿：只发送文件摘要 / Hand in a run as the draft; its digest alone is sent"""
    with reported():
        found = _assessing(url, ca).open(_digest(file))
    _tell(found, as_json)


def progress(as_json: JsonOption = False, url: UrlOption = None, ca: CaOption = None) -> None:
    """各次考核的进度 / How far each assessment has come"""
    with reported():
        rows = _assessing(url, ca).list()
    if as_json:
        _print(rows)
    else:
        shown.print_lines(rows, language())


def sheet(
    id: IdArgument,  # noqa: A002
    department: DepartmentOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """本部门的考核表、改进建议和申诉 / Your department's sheet, with advice and appeals"""
    with reported():
        found = _assessing(url, ca).sheet(id, department)
    if as_json:
        _print(found)
    else:
        shown.print_sheet(found, language())


def results(
    id: IdArgument,  # noqa: A002
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """排名和红黄绿名单 / The ranking, and who is red, yellow and green"""
    with reported():
        found = _assessing(url, ca).results(id)
    if as_json:
        _print(found)
    else:
        shown.print_results(found, language())


def appeal(
    id: IdArgument,  # noqa: A002
    indicator: Annotated[str, typer.Option("--indicator", help="指标 / Indicator")],
    item: Annotated[str, typer.Option("--item", help="事项编号 / Item, as in the sheet")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="理由 / Reason")],
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="事项日期，同号多日时 / Day of the item"),
    ] = None,
    amount: Annotated[
        str,
        typer.Option("--amount", help="应计为，不填为剔除 / What it should count; none: struck"),
    ] = "",
    evidence: EvidenceOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """对本部门考核表中的一个事项申诉 / Appeal one item of your department's sheet"""
    with reported():
        found = _assessing(url, ca).appeal(
            id, indicator, item, reason, day=day.date() if day else None, amount=amount,
            evidence=_digest(evidence) if evidence else "",
        )  # fmt: skip
    _tell_appeal(found, as_json)


def appeals(
    id: IdArgument,  # noqa: A002
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """申诉及其决定 / Appeals and what was decided"""
    with reported():
        rows = _assessing(url, ca).appeals(id)
    if as_json:
        _print(rows)
    else:
        shown.print_appeals(rows)


def decide(
    id: AppealArgument,  # noqa: A002
    event: Annotated[
        str,
        typer.Argument(
            metavar="accept|refuse|withdraw", help="接受、不予接受、撤回 / The decision"
        ),
    ],
    assessment: AssessmentOption,
    reason: ReasonOption = "",
    evidence: EvidenceOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """评议人决定申诉；部门撤回自己的 / The panel decides; a department withdraws its own"""
    with reported():
        assessing = _assessing(url, ca)
        seen = {one["id"]: int(one["version"]) for one in assessing.appeals(assessment)}
        proof = _digest(evidence) if evidence else ""
        found = assessing.decide(id, event, seen.get(id, 1), reason=reason, evidence=proof)
    _tell_appeal(found, as_json)


def act(
    id: IdArgument,  # noqa: A002
    event: Annotated[
        str,
        typer.Argument(
            metavar="show|settle|return|withdraw",
            help="发部门核对、复算、退回、撤回 / show to departments, settle, return, withdraw",
        ),
    ],
    reason: ReasonOption = "",
    run: RunOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """考核的一步 / A step of an assessment"""
    _step(id, event, reason, run, as_json=as_json, url=url, ca=ca)


def sign(
    id: IdArgument,  # noqa: A002
    run: Annotated[str, typer.Option("--run", help="所签文件的摘要，可只写开头 / Digest you sign")],
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """第一人签署 / Sign as the first of two"""
    _step(id, "sign", "", run, as_json=as_json, url=url, ca=ca)


def publish(
    id: IdArgument,  # noqa: A002
    run: Annotated[str, typer.Option("--run", help="所签文件的摘要，可只写开头 / Digest you sign")],
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """第二人签署并公布 / Sign as the second, and publish"""
    _step(id, "publish", "", run, as_json=as_json, url=url, ca=ca)


def _step(
    id: str,  # noqa: A002
    event: str,
    reason: str,
    run: str,
    *,
    as_json: bool,
    url: str | None,
    ca: Path | None,
) -> None:
    with reported():
        assessing = _assessing(url, ca)
        now = {one["id"]: one for one in assessing.list()}.get(id)
        if now is None:
            raise _no_such(id)
        whole = _whole(run, str(now["run"]))
        found = assessing.act(id, event, int(now["version"]), reason=reason, run=whole)
    _tell(found, as_json)


def _whole(start: str, now: str) -> str:
    """A start that fits stands for the digest; another one is sent as it is, and refused."""
    return now if start and now.startswith(start) else start


def _assessing(url: str | None, ca: Path | None) -> Assessing:
    from workbench.client.connection import connect

    return connect(url=url, ca=str(ca) if ca else None, progress=False).assessing


def _digest(file: Path) -> str:
    from workbench.client.procedures import digest_of

    try:
        return digest_of(file)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise simple(
            Code.invalid_request,
            f"文件 {file.name} 读不出来（{cause}）。",
            f"The file {file.name} cannot be read ({cause}).",
            subject=file.name,
        ) from error


def _no_such(id: str) -> Exception:  # noqa: A002
    return simple(
        Code.not_found,
        f"没有考核 {id}，或者它尚未供您查阅。",
        f"There is no assessment {id}, or it is not yours to see yet.",
        next=Text("用 workbench assess progress 查看。", "workbench assess progress lists yours."),
        subject=id,
    )


def _tell(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        _print(found)
    else:
        shown.print_lines([found], language())


def _tell_appeal(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        _print(found)
    else:
        shown.print_appeals([found])


def _print(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


def register(app: typer.Typer) -> None:
    """Beside the other commands of ``assess``."""
    commands = (progress, sheet, results, appeal, appeals, decide, sign, publish)
    for command in commands:
        app.command(name=command.__name__)(command)
    app.command(name="open")(open_draft)
    app.command(name="do")(act)
