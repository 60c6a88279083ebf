"""``workbench store told``: whose books of what was told there are, and for how long they are kept.
What was told stands nowhere here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from workbench.cli.common import CityOption, city_root, err, operator, out, reported, said
from workbench.errors import Text
from workbench.model.days import day_of
from workbench.sharing.told_keeping import Fate, Standing, ToldKeeping

app = typer.Typer(help="已告知簿：保存到何时 / What was told, and until when it is kept",
                  no_args_is_help=True)  # fmt: skip

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
_FATES = {
    Fate.granted: Text("授权仍在", "a grant lives"),
    Fate.kept: Text("授权已结束，保存期内", "no grant; kept for its period"),
    Fate.due: Text("应销毁", "to be destroyed"),
    Fate.unknown: Text("找不到授权，不自动销毁", "no grant is known; not destroyed by itself"),
}


@app.command("list")
def list_(as_json: AsJson = False, city: CityOption = None) -> None:
    """每个部门、每个资源一行。/ A line for each department and resource."""
    with _keeping(city) as keeping:
        found = keeping.standing()
    if as_json:
        print(json.dumps([_plain(each) for each in found], ensure_ascii=False, indent=2))
        return
    table = Table(
        said("部门", "department"), said("资源", "resource"), said("页", "pages"),
        said("最近一次", "last"), said("状态", "state"), said("保存至", "kept until"), box=None,
    )  # fmt: skip
    for each in found:
        line = _plain(each)
        fate = _FATES[each.fate]
        table.add_row(
            line["department"], line["resource"], str(line["pages"]), line["last_told"],
            said(fate.zh, fate.en), line["kept_until"] or "",
        )  # fmt: skip
    out().print(table)


@app.command()
def sweep(as_json: AsJson = False, city: CityOption = None) -> None:
    """立即销毁到期的。/ Destroy what is due now.

    网关运行时每十分钟自动进行。 / A running gateway does so every ten minutes.
    """
    with _keeping(city) as keeping:
        done = keeping.look()
    if as_json:
        print(json.dumps(done.__dict__, indent=2))
    elif done.held:
        err().print(
            said(
                "本城市的文件有错误，没有销毁任何内容：workbench contracts check。",
                "Files of the city have errors; nothing was destroyed: workbench contracts check.",
            )
        )
    else:
        out().print(
            said(
                f"{done.books} 簿，销毁 {done.destroyed} 簿（{done.pages} 页），"
                f"找不到授权的 {done.unknown} 簿。",
                f"{done.books} books; {done.destroyed} destroyed ({done.pages} pages); of "
                f"{done.unknown} no grant is known.",
            )
        )


@app.command()
def destroy(
    department: Annotated[str, typer.Argument(help="部门 / Department")],
    resource: Annotated[str, typer.Argument(help="资源 / Resource")],
    reason: Annotated[str, typer.Option(help="理由 / Reason")],
    city: CityOption = None,
) -> None:
    """销毁已没有任何授权记录的一簿。/ Destroy a book of which no grant is known any more."""
    with _keeping(city) as keeping:
        done = keeping.destroy(department, resource, operator(), reason)
    told = said(f"已销毁 {done.shelf.pages} 页。", f"Destroyed: {done.shelf.pages} pages.")
    err().print(told, style="green")


@contextmanager
def _keeping(city: Path | None) -> Iterator[ToldKeeping]:
    from workbench.gateway.rounds import open_round

    with reported(), open_round(city_root(city)) as round_:
        yield round_.keeping


def _plain(each: Standing) -> dict[str, Any]:
    return {
        "department": each.shelf.department,
        "resource": each.shelf.resource,
        "pages": each.shelf.pages,
        "last_told": day_of(each.shelf.last).isoformat(),
        "state": each.fate.value,
        "over": each.over.isoformat() if each.over else None,
        "kept_until": each.until.isoformat() if each.until else None,
    }
