"""``workbench catalogue search``, ``match``, ``same`` and ``dcat``: what was imported, asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from workbench.catalogue.city import load_city
from workbench.cli.common import CityOption, State, err, opened, out, said, visible
from workbench.errors import Code, Text, simple
from workbench.extracts.versions import Extracts
from workbench.model.contract import OpenType
from workbench.portals.asking import PortalSearch
from workbench.portals.dcat import Publisher, open_catalogue
from workbench.portals.extract import stored
from workbench.portals.match import Matched, NothingFound, match
from workbench.portals.same import Item, Scope, same_items
from workbench.portals.search import Asked, Hit
from workbench.portals.words import load_words

_SHOWN = 30
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=200, help="条数 / How many")]
PortalOption = Annotated[str, typer.Option("--portal", help="门户名的一部分 / Part of its name")]


def register(app: typer.Typer) -> None:
    """Add the commands ``search``, ``match``, ``same`` and ``dcat``."""
    app.command()(search)
    app.command("match")(match_command)
    app.command()(same)
    app.command()(dcat)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="要找的词 / What for")],
    department: Annotated[
        str, typer.Option("--department", help="部门名的一部分 / Part of its name")
    ] = "",
    portal: PortalOption = "",
    type_: Annotated[
        list[OpenType] | None, typer.Option("--type", help="开放类型 / Open type")
    ] = None,
    officer: Annotated[
        bool,
        typer.Option("--officer", help="也找不予开放和类型不明的 / What is not open, too"),
    ] = False,
    limit: LimitOption = 10,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """检索开放目录 / Search the open catalogue"""
    asked = Asked(" ".join(words), department, portal, tuple(type_ or ()), officer, limit)
    with opened(city) as state:
        result = _search(state).ask(asked)
    if as_json:
        _echo({"asked": asked.text, **asdict(result)})
        return
    _print_hits(result.hits)
    out().print(said(f"共 {result.total:,} 条有其中的词", f"{result.total:,} have such words"))


def match_command(
    demand: Annotated[str, typer.Argument(metavar="DEMAND", help="数据需求 / The demand")],
    department: Annotated[
        str, typer.Option("--department", help="部门名的一部分 / Part of its name")
    ] = "",
    portal: PortalOption = "",
    limit: LimitOption = 10,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """为数据需求找目录条目；不够像的不算 / Entries that may meet a demand, or none

    供工作人员使用，含不予开放的条目 / For officers: it sees what is not open, too
    """
    asked = Asked(demand, department, portal, officer=True, limit=limit)
    with opened(city) as state, _search(state).opened(officer=True) as found:
        answer = match(found, asked)
    match answer:
        case Matched():
            if as_json:
                _echo({"asked": demand, "found": True, **asdict(answer)})
            else:
                _print_hits(answer.hits)
        case NothingFound():
            _tell_nothing(demand, answer, as_json)


def same(
    portal: PortalOption = "",
    every: Annotated[
        bool,
        typer.Option("--all", help="也列各地各自的、家家都有的 / What each place or office has"),
    ] = False,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """几个部门都在提供的同一事项（一数一源）/ The same item offered by several departments"""
    with opened(city) as state:
        rows = stored(_search(state).latest().files)
        items = same_items(rows, load_words(state.layout.root))
    chosen = [
        item
        for item in items
        if (every or item.scope is Scope.departments)
        and (portal in item.portal or portal in item.portal_name)
    ]
    if as_json:
        _echo({"entries": rows.height, "counts": _counts(items), "items": _plain(chosen)})
        return
    _print_items(chosen, _counts(items))


def dcat(
    file: Annotated[Path, typer.Argument(metavar="OUT.json", help="新文件 / A new file")],
    base: Annotated[
        str | None, typer.Option("--base", help="标识的开头 / What identifiers begin with")
    ] = None,
    city: CityOption = None,
) -> None:
    """把开放目录写成 DCAT / Write the open catalogue as DCAT (JSON-LD)"""
    with opened(city) as state:
        loaded = load_city(state.layout.root)
        publisher = Publisher(loaded.name, base or f"urn:workbench:{loaded.id}:")
        made = open_catalogue(stored(_search(state).latest().files), publisher)
        _write(file, made.document)
    left = ", ".join(f"{key} {count:,}" for key, count in made.left_out.items())
    out().print(
        said(
            f"{file.name}：{made.datasets:,} 个数据集；未列入：{left}",
            f"{file.name}: {made.datasets:,} datasets; left out: {left}",
        )
    )


def _search(state: State) -> PortalSearch:
    def making() -> None:
        err().print(said("更新检索索引…", "Making the search index..."), style="dim")

    return PortalSearch(
        Extracts(state.layout.extracts), state.layout.root, state.layout.state, making
    )


def _write(file: Path, document: Mapping[str, Any]) -> None:
    try:
        with file.open("x", encoding="utf-8") as target:
            json.dump(document, target, ensure_ascii=False)
            target.write("\n")
    except FileExistsError:
        raise simple(
            Code.invalid_request,
            f"{file.name} 已存在，不会覆盖。",
            f"{file.name} is there already; nothing is overwritten.",
            next=Text("换一个文件名。", "Choose another name."),
        ) from None


def _echo(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_hits(hits: tuple[Hit, ...]) -> None:
    table = Table(box=None, pad_edge=False)
    for zh, en in (("资源名称", "Title"), ("提供部门", "Department"), ("门户", "Portal")):
        table.add_column(said(zh, en), overflow="fold")
    for zh, en in (("开放类型", "Open type"), ("依据", "Words found")):
        table.add_column(said(zh, en), overflow="fold")
    for hit in hits:
        title = f"{hit.title} ×{hit.repeats}" if hit.repeats > 1 else hit.title
        found = "、".join(dict.fromkeys(e.found for e in hit.evidence))
        cells = (title, hit.department or "", hit.portal_name, hit.open_type or "", found)
        table.add_row(*map(visible, cells))
    out().print(table)


def _tell_nothing(demand: str, answer: NothingFound, as_json: bool) -> None:
    if as_json:
        _echo({"asked": demand, "found": False, "hits": [], **asdict(answer)})
        return
    missing = "、".join(answer.missing)
    out().print(
        said(
            f"没有找到能满足需求的条目。目录中没有一起出现的词：{missing}",
            f"Nothing found that would meet the demand. Words that no entry has with the others: "
            f"{missing}",
        )
    )
    if answer.nearest is not None:
        title = visible(answer.nearest.title)
        out().print(said(f"最接近的（不算答案）：{title}", f"Nearest, and no answer: {title}"))


def _counts(items: tuple[Item, ...]) -> dict[str, dict[str, int]]:
    """Scope -> rule -> how many."""
    found: dict[str, dict[str, int]] = {}
    for item in items:
        rules = found.setdefault(item.scope.value, {})
        rules[item.rule.value] = rules.get(item.rule.value, 0) + 1
    return found


def _plain(items: list[Item]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def _print_items(items: list[Item], counts: Mapping[str, Mapping[str, int]]) -> None:
    table = Table(box=None, pad_edge=False)
    for zh, en in (("事项", "Item"), ("规则", "Rule"), ("门户", "Portal"), ("部门", "Departments")):
        table.add_column(said(zh, en), overflow="fold")
    table.add_column(said("行", "Lines"), overflow="fold")
    for item in items[:_SHOWN]:
        lines = ", ".join(str(offer.line_no) for offer in item.offers[:_SHOWN])
        names = "、".join(item.departments)
        cells = (item.offers[0].title, item.rule.value, item.portal_name, names, lines)
        table.add_row(*map(visible, cells))
    out().print(table)
    shown, total = min(len(items), _SHOWN), len(items)
    told = "; ".join(f"{s}: {dict(c)}" for s, c in counts.items())
    out().print(
        said(
            f"列出 {shown} 项，共 {total} 项（--json 给出全部）。{told}",
            f"{shown} of {total} shown (--json gives all). {told}",
        )
    )
