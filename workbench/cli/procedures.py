"""``workbench procedures``: what goes on beside sharing, from its opening to its end, as whoever
signed in with ``workbench login``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.common import CityOption, city_root, language, out, reported, said
from workbench.cli.login import CaOption, UrlOption
from workbench.errors import Code, Text, WorkbenchError, simple

if TYPE_CHECKING:
    from workbench.client.procedures import Procedures

app = typer.Typer(no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="事项编号 / Id of the procedure")]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="理由 / Reason")]
BasisOption = Annotated[str, typer.Option("--basis", help="依据的条款 / The article it rests on")]
EvidenceOption = Annotated[
    str,
    typer.Option(
        "--evidence",
        help="凭证文件（只发送其摘要），或摘要本身 / File of proof (its digest alone is sent)",
    ),
]
DaysOption = Annotated[
    int,
    typer.Option(min=0, max=250, help="工作日数，法规未定时 / Working days, if none is ordered"),
]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="最后一天 / Last day")
]
KeyOption = Annotated[
    str, typer.Option("--key", help="幂等键：同一命令重发只办一次 / Sent twice, it is done once")
]
SeenOption = Annotated[
    int | None,
    typer.Option("--seen", help="您看到的版本，默认为现在的 / The version you saw; default: now's"),
]


@app.command("kinds")
def kinds(as_json: JsonOption = False, url: UrlOption = None, ca: CaOption = None) -> None:
    """可以办理的事项及其条款 / What can be opened, by which article, with what"""
    from workbench.cli.procedure_show import print_kinds

    with reported():
        found = _procedures(url, ca).kinds()
    if as_json:
        _print(found)
    else:
        print_kinds(found, language())


@app.command("open")
def open_one(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="事项 / Which (see kinds)")],
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            help="字段=内容，可多次；@文件 为文件内容（凭证为其摘要），- 从标准输入 / "
            "NAME=VALUE; NAME=@FILE is what stands in it (of evidence its digest); NAME=- is stdin",
        ),
    ] = None,
    event: Annotated[str, typer.Option("--event", help="以哪一步发起 / How it is opened")] = "",
    reason: ReasonOption = "",
    basis: BasisOption = "",
    evidence: EvidenceOption = "",
    days: DaysOption = 0,
    until: UntilOption = None,
    key: KeyOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """发起一件事项 / Open a procedure"""
    with reported():
        found = _procedures(url, ca)
        given = _fields(field or (), kind, found)
        more = _said(reason, basis, evidence, days, until)
        _show(found.open(kind, given, event=event, key=key, **more), as_json)


@app.command("do")
def act(
    id: IdArgument,  # noqa: A002
    event: Annotated[str, typer.Argument(metavar="EVENT", help="步骤 / The step (see show)")],
    reason: ReasonOption = "",
    basis: BasisOption = "",
    evidence: EvidenceOption = "",
    days: DaysOption = 0,
    until: UntilOption = None,
    seen: SeenOption = None,
    key: KeyOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """办理一步 / Do a step of a procedure"""
    with reported():
        found = _procedures(url, ca)
        more = _said(reason, basis, evidence, days, until)
        version = seen if seen is not None else int(found.get(id)["version"])
        _show(found.act(id, event, version, key=key, **more), as_json)


@app.command("show")
def show(
    id: IdArgument,  # noqa: A002
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """查看一件事项 / Look at a procedure"""
    with reported():
        _show(_procedures(url, ca).get(id), as_json)


@app.command("list")
def list_all(
    kind: Annotated[list[str] | None, typer.Option(help="事项种类，可多次 / Kinds")] = None,
    running: Annotated[bool, typer.Option("--running", help="未办结的 / Not over")] = False,
    resource: Annotated[str, typer.Option(help="资源 / Resource")] = "",
    department: Annotated[str, typer.Option(help="发起部门 / Who opened it")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """与本部门有关的事项 / The procedures that concern you"""
    from workbench.cli.procedure_show import print_list

    with reported():
        wanted = {"resource": resource, "department": department}
        found = _procedures(url, ca).list(
            kinds=kind or (), running=running, limit=limit, offset=offset, **wanted
        )
    if as_json:
        _print(found)
    else:
        print_list(found)


@app.command("due")
def due(
    within: Annotated[int, typer.Option(min=0, max=366, help="多少天之内 / In so many days")] = 7,
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """快到期和已超期的事项 / What is due, by whom, by which article"""
    from workbench.cli.procedure_show import print_due

    with reported():
        found = _procedures(url, ca).due(within)
    if as_json:
        _print(found)
    else:
        print_due(found)


@app.command("check")
def check(city: CityOption = None) -> None:
    """检查本市的事项定义 / Check the city's definitions of procedures"""
    from workbench.catalogue.procedures import check_procedures, known_procedures

    with reported():
        root = city_root(city)
        found = check_procedures(root)
        if found:
            raise WorkbenchError.of([one.reason() for one in found])
    count = len(known_procedures(root))
    out().print(said(f"{count} 个定义，均无错误。", f"{count} definitions, and no mistake."))


@app.command("document")
def document(city: CityOption = None) -> None:
    """把本市的事项定义打印成文档 / Print the city's definitions as Markdown"""
    from workbench.catalogue.procedure_document import document as page
    from workbench.catalogue.procedures import known_procedures, load_procedure

    with reported():
        root = city_root(city)
        typer.echo(page(load_procedure(name, root).definition for name in known_procedures(root)))


# -------------------------------------------------------------------------------------------------


def _procedures(url: str | None, ca: Path | None) -> Procedures:
    from workbench.client.connection import connect

    return connect(url=url, ca=str(ca) if ca else None, progress=False).procedures


def _said(
    reason: str, basis: str, evidence: str, days: int, until: datetime | None
) -> dict[str, Any]:
    last: date | None = until.date() if until is not None else None
    return {
        "reason": reason,
        "basis": basis,
        "evidence": _digest(evidence),
        "days": days,
        "until": last,
    }


def _digest(evidence: str) -> str:
    """A digest as it is; else that of the file of this name."""
    plain = evidence.removeprefix("sha256:").casefold()
    if not evidence or (len(plain) == 64 and set(plain) <= set("0123456789abcdef")):
        return plain
    from workbench.client.procedures import digest_of

    try:
        return digest_of(Path(evidence))
    except OSError as error:
        raise _no_file(evidence, error) from error


def _fields(words: Sequence[str], kind: str, procedures: Procedures) -> dict[str, str]:
    pairs = [_pair(word) for word in words]
    if not any(text.startswith("@") for _, text in pairs):
        return {name: sys.stdin.read().strip() if text == "-" else text for name, text in pairs}
    known = [one for one in procedures.kinds()["kinds"] if one["id"] == kind]
    digests = {f["name"] for one in known for f in one["fields"] if f["kind"] == "evidence"}
    return {name: _of_file(text, name in digests) for name, text in pairs}


def _pair(word: str) -> tuple[str, str]:
    name, equals, text = word.partition("=")
    if not equals:
        raise simple(
            Code.invalid_request,
            f"字段要写成 名称=内容：{word[:64]}",
            f"A field is written NAME=VALUE: {word[:64]}",
            next=Text("例如 --field resource=firms。", "Such as --field resource=firms."),
            subject="field",
        )
    return name.strip(), text


def _of_file(text: str, evidence: bool) -> str:
    if not text.startswith("@"):
        return sys.stdin.read().strip() if text == "-" else text
    if evidence:
        return _digest(text[1:])
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _no_file(text[1:], error) from error


def _no_file(name: str, error: Exception) -> WorkbenchError:
    cause = getattr(error, "strerror", None) or type(error).__name__
    return simple(
        Code.invalid_request,
        f"文件 {name} 读不出来（{cause}）。",
        f"The file {name} cannot be read ({cause}).",
        subject=name,
    )


def _show(found: Mapping[str, Any], as_json: bool) -> None:
    from workbench.cli.procedure_show import print_procedure

    if as_json:
        _print(found)
    else:
        print_procedure(found, language())


def _print(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
