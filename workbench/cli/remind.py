"""``workbench remind``: a round of the watch and of the outbox, for cron and for the impatient."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.progress import Progress

from workbench.cli.common import CityOption, city_root, err, out, reported, said


def register(app: typer.Typer) -> None:
    """Adds ``remind``."""
    app.command("remind")(remind)


def remind(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    city: CityOption = None,
) -> None:
    """立即检查全部期限并发出消息 / Look at every deadline now, and send what is to be said

    网关运行时每十分钟自动检查。 / A running gateway does so every ten minutes.
    """
    from workbench.gateway.rounds import open_round

    with (
        reported(),
        open_round(city_root(city)) as round_,
        Progress(console=err(), transient=True, disable=as_json) as bar,
    ):
        task = bar.add_task(said("检查期限", "looking at deadlines"))
        done = round_.watch.look(lambda done, total: bar.update(task, completed=done, total=total))
        counts = round_.send(round_.clock())
    if as_json:
        typer.echo(json.dumps({**done.__dict__, **counts.__dict__}, ensure_ascii=False, indent=2))
        return
    out().print(
        said(
            f"{done.cases} 件案件，新提醒 {done.reminded} 条，通知整改 {done.dormant} 件，"
            f"暂停 {done.suspended} 件；发出消息 {counts.sent} 条，待发 {counts.waiting} 条。",
            f"{done.cases} cases; {done.reminded} new reminders, {done.dormant} to be rectified, "
            f"{done.suspended} suspended; {counts.sent} messages sent, {counts.waiting} waiting.",
        )
    )
