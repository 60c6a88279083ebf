"""``workbench regulations``: what a regulation orders, and by which day."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer

from workbench.cli.common import CityOption, city_root, language, out, reported, said, utc_now
from workbench.cli.findings import folded_table
from workbench.declared.findings import suggest
from workbench.errors import Code, simple
from workbench.model.days import day_of

app = typer.Typer(help="法规档案与期限 / Regulations and their deadlines", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
ProfileArgument = Annotated[
    str, typer.Argument(metavar="PROFILE", help="如 aba-2024 / e.g. aba-2024")
]


@app.command(name="list")
def list_(city: CityOption = None, as_json: JsonOption = False) -> None:
    """列出法规档案及其效力 / List the regulations and whether they are in force"""
    from workbench.catalogue.regulations import known_regulations, load_profile

    with reported():
        root = city_root(city)
        today = day_of(utc_now())
        rows = [_summary(load_profile(name, root), today) for name in known_regulations(root)]
    _print_rows(rows, as_json)


@app.command()
def show(profile: ProfileArgument, city: CityOption = None, as_json: JsonOption = False) -> None:
    """显示一部法规的全部规定 / Show all that a regulation orders"""
    from workbench.catalogue.regulations import load_profile
    from workbench.regulations.saying import deadline_lines, profile_lines, validity_text

    with reported():
        found = load_profile(profile, city_root(city))
        today = day_of(utc_now())
        if as_json:
            plain = found.profile.model_dump(mode="json")
            _echo({**_summary(found, today), "profile": plain})
            return
        say = out().print
        say(found.regulation.title.said(language()), style="bold")
        say(validity_text(found.profile, today).said(language()))
        made = folded_table(
            said("期限", "Deadline"), said("规定", "What it says"), said("条款", "Article")
        )
        for row in deadline_lines(found.profile):
            made.add_row(*(cell.said(language()) for cell in row))
        say(made)
        made = folded_table(
            said("事项", "Matter"), said("规定", "What it says"), said("条款", "Article")
        )
        for row in profile_lines(found.profile):
            made.add_row(*(cell.said(language()) for cell in row))
        say(made)


@app.command()
def due(
    profile: ProfileArgument,
    key: Annotated[str, typer.Argument(metavar="KEY", help="如 application.review")],
    start: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="事件发生日 / Day of the event")
    ],
    extended: Annotated[bool, typer.Option("--extended", help="经批准延长 / As extended")] = False,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """期限哪天届满 / The day on which a deadline ends"""
    from workbench.catalogue.regulations import load_profile
    from workbench.catalogue.working_days import load_calendar
    from workbench.regulations.deadline import due as due_day
    from workbench.regulations.saying import due_text

    with reported():
        root = city_root(city)
        loaded = load_profile(profile, root).profile
        name = _key(key)
        found = due_day(
            name, loaded.deadlines[name], start.date(), load_calendar(root), extended=extended
        )
        if as_json:
            _echo(
                {
                    "profile": profile,
                    "key": found.key.value,
                    "state": found.state.value,
                    "from": start.date().isoformat(),
                    "extended": extended,
                    "due": found.day.isoformat() if found.day else None,
                    "provisional": found.provisional,
                    "article": found.article,
                }
            )
            return
        out().print(due_text(found).said(language()))


def _key(name: str) -> Any:
    from workbench.regulations.profile import Key

    try:
        return Key(name)
    except ValueError as error:
        raise simple(
            Code.invalid_request,
            f"没有名为 {name} 的期限。",
            f"There is no deadline called {name}.",
            next=suggest(name, Key, most=None),
            subject=name,
        ) from error


def _summary(found: Any, today: date) -> dict[str, Any]:
    from workbench.regulations.saying import validity_text
    from workbench.regulations.validity import validity

    return {
        "id": found.regulation.id,
        "title": found.regulation.title.said(language()),
        "version": found.version,
        "validity": validity(found.profile, today).value,
        "says": validity_text(found.profile, today).said(language()),
    }


def _print_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        _echo(rows)
        return
    made = folded_table(*(rows[0] if rows else ()))
    for row in rows:
        made.add_row(*(str(value) for value in row.values()))
    out().print(made)


def _echo(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
