"""``workbench apply``, ``review``, ``decide``, ``narrow``, ``revoke``, ``due``, ``cases``: from an
application to the end of its grant, as whoever signed in with ``workbench login``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.case_show import print_case, print_due, print_list
from workbench.cli.common import language, reported
from workbench.cli.login import CaOption, UrlOption
from workbench.errors import Code, LimitReached, Text, simple

if TYPE_CHECKING:
    from workbench.client.casework import Cases

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="案件编号 / Id of the case")]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="理由 / Reason")]
BasisOption = Annotated[str, typer.Option("--basis", help="依据的条款 / The article it rests on")]
KeyOption = Annotated[
    str, typer.Option("--key", help="幂等键：同一命令重发只办一次 / Sent twice, it is done once")
]
SeenOption = Annotated[
    int | None,
    typer.Option(
        "--seen", help="您看到的案件版本，默认为现在的 / The version you saw; default: the present"
    ),
]
TermsOption = Annotated[
    Path | None,
    typer.Option("--terms", help="只批准其中一部分：条件文件 / File with the part that is granted"),
]
ColumnsOption = Annotated[
    str, typer.Option("--columns", help="只批准这些列，逗号分隔 / Grant these columns only")
]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="最后一天 / Last day")
]


class Verdict(StrEnum):
    approve = "approve"
    refuse = "refuse"
    return_ = "return"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("apply")(apply)
    app.command("review")(review)
    app.command("decide")(decide)
    app.command("narrow")(narrow)
    app.command("revoke")(revoke)
    app.command("due")(due)
    app.command("cases")(cases)
    app.command("case")(act)


def apply(
    file: Annotated[
        Path, typer.Argument(help="申请文件（YAML），- 为标准输入 / Application; - for stdin")
    ],
    key: KeyOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """提出共享申请 / Apply for data for your department"""
    from workbench.catalogue.applications import application_in

    with reported():
        spec = application_in(_document(file)).model_dump(mode="json", exclude_unset=True)
        _show(_cases(url, ca).apply(spec, key), as_json)


def review(
    case: CaseArgument, as_json: JsonOption = False, url: UrlOption = None, ca: CaOption = None
) -> None:
    """查看一件申请：申请了什么、已有什么、期限 / Look at a case: what is asked, held, due"""
    with reported():
        cases = _cases(url, ca)
        found = dict(cases.get(case))
        if found["review"] is not None:
            found["uniqueness"] = _counted(cases, case)
        _show(found, as_json)


def _counted(cases: Cases, case: str) -> Mapping[str, Any]:
    """The case is shown also where others are counting, or the count takes too long."""
    try:
        return cases.uniqueness(case)
    except LimitReached as error:
        return {"why": {lang: error.reasons[0].said(lang) for lang in ("zh", "en")}}


def decide(
    case: CaseArgument,
    verdict: Annotated[
        Verdict, typer.Argument(help="同意、不同意或退回补正 / approve, refuse or return")
    ],
    reason: ReasonOption = "",
    basis: BasisOption = "",
    columns: ColumnsOption = "",
    until: UntilOption = None,
    terms: TermsOption = None,
    seen: SeenOption = None,
    key: KeyOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """审核一件申请 / Decide of an application"""
    with reported():
        found = _cases(url, ca)
        part = _terms(terms, columns, until, lambda: found.get(case)["asked"])
        said = {"reason": reason, "basis": basis, "terms": part}
        _show(_stepped(found, case, verdict.value, seen, key, **said), as_json)


def narrow(
    case: CaseArgument,
    reason: ReasonOption,
    columns: ColumnsOption = "",
    until: UntilOption = None,
    terms: TermsOption = None,
    seen: SeenOption = None,
    key: KeyOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """缩小一项授权 / Make a grant smaller; to make it larger, apply anew"""
    with reported():
        found = _cases(url, ca)
        part = _terms(terms, columns, until, lambda: found.get(case)["granted"] or {})
        if not part:
            raise _nothing_to_narrow()
        said = {"reason": reason, "terms": part}
        _show(_stepped(found, case, "narrow", seen, key, **said), as_json)


def revoke(
    case: CaseArgument,
    reason: ReasonOption,
    basis: BasisOption,
    seen: SeenOption = None,
    key: KeyOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """撤销授权，正在运行的查询随即停止 / Take a grant back; its running queries stop at once"""
    with reported():
        said = {"reason": reason, "basis": basis}
        _show(_stepped(_cases(url, ca), case, "revoke", seen, key, **said), as_json)


def act(
    case: CaseArgument,
    event: Annotated[str, typer.Argument(help="办理的步骤 / withdraw, supply, notify, suspend …")],
    reason: ReasonOption = "",
    basis: BasisOption = "",
    days: Annotated[int, typer.Option(min=0, max=250, help="整改工作日 / Working days")] = 0,
    seen: SeenOption = None,
    key: KeyOption = "",
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """办理案件的其他步骤 / Any other step of a case"""
    with reported():
        said = {"reason": reason, "basis": basis, "days": days}
        _show(_stepped(_cases(url, ca), case, event, seen, key, **said), as_json)


def cases(
    state: Annotated[list[str] | None, typer.Option(help="状态，可多次 / States")] = None,
    scenario: Annotated[str, typer.Option("--scenario", "-s", help="应用场景 / Scenario")] = "",
    resource: Annotated[str, typer.Option(help="资源 / Resource")] = "",
    department: Annotated[str, typer.Option(help="申请部门 / Who applied")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """与本部门有关的案件 / The cases that concern you"""
    with reported():
        wanted = {"scenario": scenario, "resource": resource, "department": department}
        found = _cases(url, ca).list(states=state or (), limit=limit, offset=offset, **wanted)
    if as_json:
        _print(found)
    else:
        print_list(found)


def due(
    within: Annotated[int, typer.Option(min=0, max=366, help="多少天之内 / In so many days")] = 7,
    as_json: JsonOption = False,
    url: UrlOption = None,
    ca: CaOption = None,
) -> None:
    """快到期和已超期的事项 / What is due, by whom, by which article"""
    with reported():
        found = _cases(url, ca).due(within)
    if as_json:
        _print(found)
    else:
        print_due(found)


# -------------------------------------------------------------------------------------------------


def _cases(url: str | None, ca: Path | None) -> Cases:
    from workbench.client.connection import connect

    return connect(url=url, ca=str(ca) if ca else None, progress=False).cases


def _stepped(
    cases: Cases, case: str, event: str, seen: int | None, key: str, **said: Any
) -> Mapping[str, Any]:
    """Of the version that was looked at, or else of the present one."""
    version = seen if seen is not None else int(cases.get(case)["version"])
    return cases.act(case, event, version, key=key, **said)


def _terms(
    file: Path | None,
    columns: str,
    until: datetime | None,
    whole: Callable[[], Mapping[str, Any]],
) -> dict[str, Any]:
    """The part that is granted: of a file, or named columns of ``whole``."""
    from workbench.catalogue.applications import terms_in

    if file is not None and (columns or until is not None):
        raise _one_way()
    if file is not None:
        return terms_in(_document(file)).model_dump(mode="json", exclude_unset=True)
    found: dict[str, Any] = {}
    if columns:
        names = [name.strip() for name in columns.split(",") if name.strip()]
        found["columns"] = _picked(names, whole().get("columns", []))
    if until is not None:
        found["until"] = until.date().isoformat()
    return found


def _picked(names: Sequence[str], known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """With their uses and masks as asked for; what was not asked for, the gateway refuses."""
    specs = {line["name"].casefold(): line["spec"] for line in known}
    return {name: specs.get(name.casefold(), "value") for name in names}


def _document(file: Path) -> Any:
    from workbench.declared.yaml import parse, read

    if str(file) == "-":
        return parse(sys.stdin.read().encode("utf-8", "surrogateescape"), "-")
    return read(file, str(file))


def _show(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        _print(found)
    else:
        print_case(found, language())


def _print(found: Any) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


def _one_way() -> Exception:
    return simple(
        Code.invalid_request,
        "--terms 不能与 --columns、--until 同时使用。",
        "--terms goes without --columns and --until.",
        next=Text("把它们写进条件文件。", "Write them into the file."),
    )


def _nothing_to_narrow() -> Exception:
    return simple(
        Code.invalid_request,
        "没有说明缩小到哪里。",
        "It does not say what is left.",
        next=Text(
            "写 --columns、--until，或 --terms 文件。", "Give --columns, --until or --terms FILE."
        ),
    )
