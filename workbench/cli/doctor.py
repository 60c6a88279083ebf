"""``workbench doctor``: is this installation fit to be used, and who could read what?"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.common import CityOption, city_root, language, out, reported, said, utc_now
from workbench.cli.tls_options import CertOption, KeyOption
from workbench.errors import Text

if TYPE_CHECKING:
    from workbench.doctor.results import Result
    from workbench.gateway.securing import Wanted

FAILED = 2
"""The exit code where a check fails; warnings alone give 0."""

ProductionOption = Annotated[
    bool,
    typer.Option(
        "--production",
        help="workbench doctor 有失败项时拒绝启动 / Refuse to start while doctor fails",
    ),
]
"""Of the commands that start something; see ``refuse_unready``."""


def _port(zh: str, en: str) -> Any:
    return typer.Option(min=1, max=65535, help=f"{zh} / {en}")


def register(app: typer.Typer) -> None:
    """Add the command ``doctor``."""

    @app.command()
    def doctor(
        city: CityOption = None,
        as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
        production: Annotated[
            bool,
            typer.Option(
                "--production", help="按正式环境的要求判断 / Judge as for a production start"
            ),
        ] = False,
        sources: Annotated[
            bool,
            typer.Option(
                "--sources",
                help="并询问挂接的来源是否应答 / Also ask whether attached sources answer",
            ),
        ] = False,
        tls_cert: CertOption = None,
        tls_key: KeyOption = None,
        http_port: Annotated[int, _port("网关 HTTP 端口", "Gateway's HTTP port")] = 8810,
        flight_port: Annotated[int, _port("网关 Flight 端口", "Gateway's Flight port")] = 8811,
        lab_port: Annotated[int, _port("JupyterLab 端口", "JupyterLab's port")] = 8888,
        voila_port: Annotated[int, _port("Voila 端口", "Voila's port")] = 8866,
    ) -> None:
        """检查版本、密钥、权限、端口、时钟、磁盘和账本，不作任何改动；有失败项时退出码为 2。
        / Look at versions, keys, rights, ports, clock, disk and ledger; change nothing; exit 2
        where a check fails."""
        named = {"http": http_port, "flight": flight_port, "lab": lab_port, "voila": voila_port}
        with reported():
            from workbench.gateway.securing import Wanted

            served = Wanted(certificate=tls_cert, key=tls_key)
            results = examine(city_root(city), named, served, whole=production, sources=sources)
        if as_json:
            print(json.dumps(_report(results, production), ensure_ascii=False, indent=2))
        else:
            _show(results, production)
        failed = _counts(results, production)["fail"] > 0
        raise typer.Exit(FAILED if failed else 0)


def examine(
    root: Path,
    ports: Mapping[str, int],
    served: Wanted,
    *,
    whole: bool,
    sources: bool = False,
) -> tuple[Result, ...]:
    """All results for the city at ``root``. See ``Asked``."""
    from workbench.doctor.checks import examined
    from workbench.doctor.collect import Asked, collect
    from workbench.up.accounts import separate

    kernels, now = separate().warning, utc_now()
    asked = Asked(root, ports, kernels, os.environ, now, whole, sources, served)
    return examined(collect(asked))


def refuse_unready(root: Path, ports: Mapping[str, int], served: Wanted) -> None:
    """For ``--production``: raises InvalidInput naming each failing check with its next step.
    ``served``: the certificate that the start is asked to serve."""
    from workbench.doctor import production

    production.refuse_unready(examine(root, ports, served, whole=True))


def _counts(results: Sequence[Result], production: bool) -> Counter[str]:
    return Counter(result.counted(production).value for result in results)


def _report(results: Sequence[Result], production: bool) -> dict[str, Any]:
    counts = _counts(results, production)
    return {
        "production": production,
        "ok": counts["fail"] == 0,
        "counts": {status: counts[status] for status in ("ok", "warn", "fail", "unknown")},
        "checks": [result.to_dict(production) for result in results],
    }


_MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red"),
          "unknown": ("?", "yellow")}  # fmt: skip
_HEADS = (("why", Text("原因：", "Why: ")), ("rule", Text("依据：", "Rule: ")),
          ("next", Text("下一步：", "Next: ")))  # fmt: skip


def _show(results: Sequence[Result], production: bool) -> None:
    console, reader = out(), language()
    for result in results:
        status = result.counted(production).value
        mark, colour = _MARKS[status]
        console.print(f"{mark} {result.check}: {result.seen.said(reader)}", style=colour)
        for name, head in _HEADS if status != "ok" else ():
            text: Text | None = getattr(result, name)
            if text is not None:
                console.print(f"    {head.said(reader)}{text.said(reader)}")
    counts = _counts(results, production)
    console.print(
        said(
            f"{counts['ok']} 项正常，{counts['warn']} 项提醒，{counts['fail']} 项失败，"
            f"{counts['unknown']} 项没有检查",
            f"{counts['ok']} fine, {counts['warn']} warnings, {counts['fail']} failures, "
            f"{counts['unknown']} not looked at",
        )
    )
