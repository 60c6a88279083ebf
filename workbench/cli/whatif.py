"""``workbench whatif``: what-if questions of released figures, and the cases that are kept."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.common import CityOption, city_root, err, out, reported, said
from workbench.cli.findings import show_findings
from workbench.cli.whatif_show import print_answer, print_cases, print_compared, shock_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.client.connection import Connection

app = typer.Typer(help="情景推算 / What if", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
UrlOption = Annotated[str | None, typer.Option(help="网关地址 / Address of the gateway")]
UserOption = Annotated[str | None, typer.Option(help="用户名 / Your user name")]
CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="编号或名称 / Id or name")]


@app.command()
def check(city: CityOption = None, as_json: AsJson = False) -> None:
    """检查情景输入文件，不读数据 / Check the files of inputs; no data is read"""
    from workbench.catalogue.city import load_city
    from workbench.catalogue.regulations import known_regulations
    from workbench.libraries import what_if
    from workbench.libraries.definition import load_libraries

    with reported():
        root = city_root(city)
        found, files = load_city(root), what_if.read_inputs(root)
        libraries = load_libraries(root, known_regulations(root))
    findings = [finding for file in files for finding in file.findings]
    findings += [one for file in files for one in what_if.check(file, found, libraries)]
    show_findings(findings, as_json=as_json)


@app.command()
def run(
    target: Annotated[str, typer.Option(help="目标序列 / The series that is asked about")],
    shock: Annotated[
        list[str], typer.Option(help="冲击，如 exports=-10（%）/ What moves, in percent")
    ],
    inputs: Annotated[str, typer.Option(help="输入文件 / Which inputs")] = "",
    level: Annotated[float, typer.Option(min=0.5, max=0.99, help="区间水平 / Level")] = 0.8,
    save: Annotated[str, typer.Option(help="保存为这个名称 / Keep it under this name")] = "",
    note: Annotated[str, typer.Option(help="备注 / Note")] = "",
    url: UrlOption = None,
    user: UserOption = None,
    as_json: AsJson = False,
) -> None:
    """推算，并可保存 / Work a question out; keep it with --save"""
    from workbench.ui.whatif.answer import Question, answer

    with _connected(url, user) as connection:
        chosen = _inputs(connection, inputs)
        question = Question(chosen["id"], target, dict(shock_of(one) for one in shock), level)
        found = answer(connection, chosen, question)
        kept = None
        if save and found.outcome is not None:
            kept = connection.what_ifs.keep(
                save, question.plain(), found.outcome, found.entry,
                key=secrets.token_hex(16), note=note,
            )  # fmt: skip
    if as_json:
        _print({
            "question": question.plain(), "outcome": found.outcome, "entry": found.entry,
            "months": {name: one.__dict__ for name, one in found.months.items()},
            "reasons": [one.what.__dict__ for one in found.reasons],
            "case": None if kept is None else kept["id"],
        })  # fmt: skip
    else:
        print_answer(found, chosen)
        if kept is not None:
            told = said(f"已保存：{kept['id']}", f"Kept: {kept['id']}")
            err().print(told, style="green")
    if found.outcome is None:
        raise typer.Exit(3)


@app.command(name="list")
def list_(
    deleted: Annotated[bool, typer.Option(help="已删除的 / Those that were deleted")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    url: UrlOption = None,
    user: UserOption = None,
    as_json: AsJson = False,
) -> None:
    """列出本部门保存的情景 / The cases that your department keeps"""
    with _connected(url, user) as connection:
        found = connection.what_ifs.list(deleted=deleted, limit=limit, offset=offset)
    if as_json:
        _print(found)
    else:
        print_cases(found["cases"])


@app.command()
def show(
    case: CaseArgument, url: UrlOption = None, user: UserOption = None, as_json: AsJson = False
) -> None:
    """查看一个情景，并按今天的数据重算 / One case, and the same on the figures of today"""
    from workbench.errors import Refused
    from workbench.ui.whatif.answer import Question, answer, moved_on

    with _connected(url, user) as connection:
        found = _case(connection, case)
        supposed = found["supposed"]
        try:
            now = answer(connection, _inputs(connection, supposed["inputs"]), Question(**supposed))
        except Refused as error:
            now = None
            err().print(error.reasons[0].what.said(connection.language), style="yellow")
    moved = now is not None and moved_on(found["versions"], now)
    if as_json:
        outcome = now.outcome if now is not None else None
        _print({**found, "moved_on": moved, "now": outcome})
        return
    print_compared([found])
    if moved and now is not None:
        told = said("保存之后数据已更新；按今天的数据：", "The figures have moved on; as of today:")
        err().print(told, style="yellow")
        print_answer(now, None)


@app.command()
def compare(
    cases: Annotated[list[str], typer.Argument(metavar="CASE...", help="2 至 4 个 / Two to four")],
    url: UrlOption = None,
    user: UserOption = None,
    as_json: AsJson = False,
) -> None:
    """并列比较 / Cases side by side"""
    from workbench.ui.desks.what_if_forms import several

    with _connected(url, user) as connection:
        ids = several(cases)
        found = [_case(connection, one) for one in ids]
    if as_json:
        _print(found)
    else:
        print_compared(found)


@app.command()
def delete(
    case: CaseArgument,
    undo: Annotated[bool, typer.Option("--undo", help="恢复 / Restore it")] = False,
    url: UrlOption = None,
    user: UserOption = None,
) -> None:
    """删除自己保存的情景，可恢复 / Delete a case of yours; --undo restores it"""
    with _connected(url, user) as connection:
        found = _case(connection, case, deleted=undo)
        act = connection.what_ifs.restore if undo else connection.what_ifs.delete
        act(found["id"], found["version"])
    told = said("已恢复。", "Restored.") if undo else said("已删除。", "Deleted.")
    err().print(told, style="green")


@contextmanager
def _connected(url: str | None, user: str | None) -> Iterator[Connection]:
    from workbench.client.connection import connect

    with reported(), connect(url=url, user=user, progress=False) as connection:
        yield connection


def _inputs(connection: Connection, name: str) -> Mapping[str, Any]:
    """The named ones, or the only ones. Raises InvalidInput."""
    from workbench.errors import Code, Text, simple

    known = {one["id"]: one for one in connection.what_ifs.inputs()}
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if name in known:
        return known[name]
    listed = ", ".join(known) or "-"
    raise simple(
        Code.invalid_request,
        f"没有可用的情景输入 {name}。" if name else "请指明情景输入。",
        f"There are no inputs {name} for you." if name else "Say which inputs.",
        next=Text(f"--inputs 可用：{listed}", f"--inputs is one of: {listed}"),
        subject=name,
    )


def _case(connection: Connection, named: str, *, deleted: bool = False) -> Mapping[str, Any]:
    """By its name, else by its id. Raises StatementWrong (not_found)."""
    found = connection.what_ifs.list(deleted=deleted, limit=200)["cases"]
    same = [one for one in found if one["name"] == named]
    return same[0] if len(same) == 1 else connection.what_ifs.get(named)


def _print(found: Any) -> None:
    out().print_json(json.dumps(found, ensure_ascii=False, default=str))
