"""``workbench assess weights``: what judgements, rounds or data come to as weights of a scheme."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.common import CityOption, city_root, language, out, reported, said
from workbench.cli.findings import folded_table, show_findings
from workbench.declared.findings import Finding, named, raise_errors
from workbench.errors import Code, Text, simple

if TYPE_CHECKING:
    from workbench.assessment.scheme import Scheme
    from workbench.assessment.weighting.definition import Weighing
    from workbench.assessment.weighting.proposal import Proposal
    from workbench.declared.file import Declared

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
YamlOption = Annotated[
    bool, typer.Option("--yaml", help="只输出可粘贴的 YAML / Print only the YAML to paste")
]


def weights(
    name: Annotated[
        str | None, typer.Argument(metavar="[ID|FILE]", help="权重文件 / File of weights")
    ] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
    as_yaml: YamlOption = False,
) -> None:
    """由专家判断或数据得出权重 / Weights from judgements of experts, or from data

    不写编号则列出全部 / Without an id all files are listed
    """
    from workbench.assessment.weighting.proposal import as_yaml as pasted
    from workbench.assessment.weighting.proposal import propose

    with reported():
        files = _files(name, city)
        raise_errors(finding for file in files for finding in file.findings)
        found = [propose(file.value) for file in files if file.value is not None]
    if as_json:
        rows = [_plain(each) for each in found]
        typer.echo(json.dumps(rows if name is None else rows[0], ensure_ascii=False, indent=2))
    elif name is None:
        _list(found)
    elif as_yaml:
        typer.echo(pasted(found[0]), nl=False)
    else:
        _show(found[0], files[0])
        typer.echo(pasted(found[0]), nl=False)


def findings(root: Path, schemes: Mapping[str, Scheme | None]) -> Iterator[Finding]:
    """Of the city's files of weights, beside its schemes: for ``assess check``. Nothing is held
    against a scheme that has errors itself (None)."""
    from workbench.assessment.weighting import reading

    for file in reading.read_weighings(root):
        yield from file.findings
        yield from reading.doubts(file)
        if file.value is None:
            continue
        name = file.value.scheme
        if name not in schemes or schemes[name] is not None:
            yield from reading.against(file, schemes.get(name))


def _files(name: str | None, city: Path | None) -> list[Declared[Weighing]]:
    from workbench.assessment.weighting import reading

    if name is not None and name.endswith((".yaml", ".yml")):
        path = Path(name).resolve()
        if not path.is_file():
            raise simple(
                Code.invalid_request,
                f"没有文件 {name}。",
                f"There is no file {name}.",
                subject=name,
            )
        return [reading.read_weighing(path, path.parent)]
    files = reading.read_weighings(city_root(city))
    if name is None:
        return files
    known = {Path(file.document.file).stem: file for file in files}
    missing = Text(f"没有权重文件 {name}。", f"There is no file of weights called {name}.")
    return [named(known, name, missing)]


def _list(found: list[Proposal]) -> None:
    names = said("编号 方案 维度 方法 日期 完成", "id scheme dimension method on settled").split()
    table = folded_table(*names)
    for each in found:
        row = _plain(each)
        done = said("是", "yes") if row["settled"] else said("否", "no")
        of = row["dimension"] or said("各维度", "all dimensions")
        table.add_row(row["id"], row["scheme"], of, row["method"], row["on"], done)
    out().print(table)


def _show(proposal: Proposal, file: Declared[Weighing]) -> None:
    from workbench.assessment.weighting import reading
    from workbench.assessment.weighting.proposal import provenance

    titles = {each.id: each.title.text().said(language()) for each in proposal.weighing.items}
    table = folded_table(*said("项 名称 份额 权重", "item title share weight").split())
    for name, weight in proposal.weights.items():
        table.add_row(name, titles[name], f"{proposal.shares[name]:.4f}", str(weight))
    out().print(table)
    out().print(provenance(proposal).said(language()))
    for told in _told(proposal):
        out().print(told.said(language()))
    show_findings(list(reading.doubts(file)), as_json=False)


def _told(proposal: Proposal) -> Iterator[Text]:
    judges, rounds = proposal.judges, proposal.rounds
    if judges is not None:
        for name, one in (*judges.by.items(), (said("合并", "together"), judges.all)):
            fact = f"λmax = {one.largest:.3f}, CI = {one.index:.3f}, CR = {one.ratio:.3f}"
            yield Text(f"{name}：{fact}", f"{name}: {fact}")
    if rounds is not None:
        for item, each in rounds.quartiles.items():
            low, middle, high = (f"{float(v):g}" for v in (each.low, each.median, each.high))
            yield Text(f"{item}：中位数 {middle}，四分位 {low}–{high}",
                       f"{item}: median {middle}, quartiles {low} to {high}")  # fmt: skip
        for asked in rounds.outside:
            answer = f"{float(asked.answer):g}"
            yield Text(f"请 {asked.expert} 说明理由：{asked.item} 给了 {answer}",
                       f"Ask {asked.expert} why: {asked.item} was given {answer}")  # fmt: skip
    if proposal.left_out:
        names = ", ".join(proposal.left_out)
        yield Text(f"缺分而未计入：{names}", f"Left out, because a score lacks: {names}")


def _plain(proposal: Proposal) -> dict[str, Any]:
    from workbench.assessment.weighting.proposal import on

    weighing, judges, rounds = proposal.weighing, proposal.judges, proposal.rounds
    return {
        "id": weighing.id,
        "scheme": weighing.scheme,
        "dimension": weighing.dimension,
        "method": weighing.method.value,
        "on": on(weighing).isoformat(),
        "settled": proposal.settled,
        "weights": {name: str(weight) for name, weight in proposal.weights.items()},
        "shares": proposal.shares,
        "consistency": judges and {
            "random_index": judges.random.value,
            "largest": judges.all.largest,
            "index": judges.all.index,
            "ratio": judges.all.ratio,
            "by": {name: one.ratio for name, one in judges.by.items()},
        },
        "next": rounds and rounds.next.value,
        "concordance": rounds and rounds.concordance,
        "ask": [
            {"expert": each.expert, "item": each.item, "answer": float(each.answer)}
            for each in (rounds.outside if rounds else ())
        ],
        "left_out": list(proposal.left_out),
    }  # fmt: skip
