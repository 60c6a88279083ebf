"""``workbench consent``: consents of those whom data are about. No identifier is an argument of a
command, is shown, or is kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from workbench.catalogue.city import City
from workbench.cli.common import (
    CityOption,
    err,
    opened,
    operator,
    out,
    said,
    utc_now,
    visible,
)
from workbench.cli.consent_file import read_consents
from workbench.cli.consent_told import counted_in, left_as_is, several, warn_of_differences
from workbench.errors import Code, Text, simple
from workbench.gateway.ruled import city_now
from workbench.model.consent import Basis
from workbench.sharing.consent_asked import asked_in, on_record
from workbench.sharing.consents import Consent, ConsentBook, Recorded
from workbench.store.consents import Consents

app = typer.Typer(
    help="登记与撤回数据主体的同意 / Record and withdraw consents of whom data are about",
    no_args_is_help=True,
)

DAY = ["%Y-%m-%d"]
Scenario = Annotated[str, typer.Option("--scenario", "-s", help="应用场景 / Scenario")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")]
Kind = Annotated[
    str,
    typer.Option(
        "--subject",
        help="标识的种类：resident_id、credit_code 或 资源.数据项 / Kind of key, where not told",
    ),
]
On = Annotated[
    datetime | None, typer.Option("--on", formats=DAY, help="同意日期，默认今天 / Day of consent")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=DAY, help="有效期至（含）/ Its last day")
]


@dataclass(frozen=True)
class _Desk:
    """A scenario, and the book that keeps the consents of it. ``counted``: resources of which it
    has statistics of those alone who consent."""

    scenario: str
    city: City
    book: ConsentBook
    consents: Consents
    counted: tuple[str, ...]


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV 文件 / A CSV file")
    ],
    scenario: Scenario,
    subject: Kind = "",
    as_json: AsJson = False,
    city: CityOption = None,
) -> None:
    """从 CSV 导入同意；重复导入不会重复登记。/ Import consents; the same file twice is once."""
    with (
        _desk(city, scenario) as desk,
        Progress(console=err(), transient=True, disable=as_json) as bar,
    ):
        asked = asked_in(desk.city, scenario, subject)
        warn_of_differences(scenario, desk.counted)
        reading = bar.add_task(said("读取", "reading"), total=None)
        wanted = read_consents(
            file, asked, desk.book.today(), lambda more: bar.advance(reading, more)
        )
        bar.update(reading, completed=1, total=1)
        writing = bar.add_task(said("登记", "recording"), total=len(wanted))
        done = desk.book.give(asked, wanted, operator(), lambda more: bar.advance(writing, more))
        _tell(desk, done, as_json)


@app.command()
def give(
    scenario: Scenario,
    subject: Kind = "",
    on: On = None,
    until: Until = None,
    as_json: AsJson = False,
    city: CityOption = None,
) -> None:
    """登记一个主体的同意，标识从标准输入读取。/ Record one consent; the key comes from stdin."""
    with _desk(city, scenario) as desk:
        today = desk.book.today()
        given_on, last = _days(on, until, today)
        asked = asked_in(desk.city, scenario, subject)
        warn_of_differences(scenario, desk.counted)
        identifier, *more = _identifiers()
        if more:
            raise several()
        consent = Consent(identifier, given_on, last, Basis.person)
        _tell(desk, desk.book.give(asked, [consent], operator()), as_json)


@app.command()
def withdraw(
    scenario: Scenario, subject: Kind = "", as_json: AsJson = False, city: CityOption = None
) -> None:
    """撤回同意，标识从标准输入读取，每行一个。/ Withdraw consents; keys from stdin, one a line."""
    with _desk(city, scenario) as desk:
        record = on_record(desk.city, desk.consents, scenario, subject)
        warn_of_differences(scenario, desk.counted)
        _tell(desk, desk.book.withdraw(record, _identifiers(), operator()), as_json)


@app.command("list")
def list_consents(
    scenario: Annotated[
        str,
        typer.Option("--scenario", "-s", help="应用场景 / Scenario (default: all)"),
    ] = "",
    as_json: AsJson = False,
    city: CityOption = None,
) -> None:
    """各场景同意的件数，不含任何标识。/ How many consents there are, without identifiers."""
    with opened(city) as state:
        found = city_now(state)
        book = ConsentBook(state.store.consents, state.ledger, state.keyring.mask_key, utc_now)
        names = [scenario] if scenario else _asking(found, state.store.consents)
        lines = [_line(name, found, state.store.consents, book.today()) for name in names]
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    table = Table(box=None)
    for title in (
        said("应用场景", "scenario"), said("资源与主体", "resource and subject"),
        said("必须", "required"), said("有效", "standing"), said("已撤回", "withdrawn"),
        said("已到期", "ran out"), said("变更次数", "changes"),
    ):  # fmt: skip
        table.add_column(title, overflow="fold")
    for line in lines:
        subjects = ", ".join(f"{name}.{column}" for name, column in line["subjects"].items())
        required = said("是", "yes") if line["required"] else said("否", "no")
        numbers = (f"{line[name]:,}" for name in ("standing", "withdrawn", "lapsed", "changes"))
        table.add_row(*map(visible, (line["scenario"], subjects, required, *numbers)))
    out().print(table)


def _asking(city: City, consents: Consents) -> list[str]:
    """Scenarios that ask, and those of which consents were once recorded."""
    asking = {
        name
        for name, scenario in city.scenarios.items()
        if any(use.consent is not None for use in scenario.resources)
    }
    return sorted(asking | set(consents.scenarios()))


def _line(name: str, city: City, consents: Consents, today: date) -> dict[str, Any]:
    known = city.scenarios.get(name)
    if known is None and name not in consents.scenarios():
        asked_in(city, name)  # says what there is instead
    rules = {} if known is None else {u.resource: u.consent for u in known.resources if u.consent}
    counts = consents.counts(name, today)
    return {
        "scenario": name,
        "required": any(rule.required for rule in rules.values()),
        "subjects": {resource: rule.subject for resource, rule in rules.items()},
        **counts.__dict__,
        "changes": consents.state(name, today).changes,
    }


@contextmanager
def _desk(city: Path | None, scenario: str) -> Iterator[_Desk]:
    with opened(city) as state:
        known = city_now(state)
        book = ConsentBook(state.store.consents, state.ledger, state.keyring.mask_key, utc_now)
        counted = counted_in(known, state, scenario, book.today())
        yield _Desk(scenario, known, book, state.store.consents, counted)


def _identifiers() -> list[str]:
    """The lines of stdin, or one that is asked for without echo: arguments are seen by everybody
    on the machine, and kept by the shell."""
    if not sys.stdin.isatty():
        return [line for line in sys.stdin.read().splitlines() if line.strip()] or [""]
    asked = said("主体标识（不回显）", "Key of the subject (not shown)")
    answer: str = typer.prompt(asked, hide_input=True)
    return [answer]


def _days(on: datetime | None, until: datetime | None, today: date) -> tuple[date, date | None]:
    given_on = today if on is None else on.date()
    last = None if until is None else until.date()
    if given_on > today:
        raise _wrong_day("同意日期在今天之后。", "The consent is given in the future.")
    if last is not None and last < today:
        raise _wrong_day("有效期已经过去。", "Its last day has passed already.")
    return given_on, last


def _wrong_day(zh: str, en: str) -> Exception:
    step = Text("请改正 --on 或 --until。", "Mend --on or --until.")
    return simple(Code.invalid_request, zh, en, next=step)


def _tell(desk: _Desk, done: Recorded, as_json: bool) -> None:
    standing = desk.consents.counts(desk.scenario, desk.book.today()).standing
    plain = {**done.to_dict(), "standing": standing, "statistics_of": list(desk.counted)}
    if as_json:
        typer.echo(json.dumps(plain, ensure_ascii=False))
        return
    if done.entry is None:
        told = said("没有变化，账本未新增。", "Nothing changed, and nothing was entered.")
    else:
        told = said(
            f"登记 {plain['given']:,} 条，其中替换 {plain['replaced']:,} 条；"
            f"撤回 {plain['withdrawn']:,} 条；账本第 {done.entry} 条。",
            f"{plain['given']:,} recorded, {plain['replaced']:,} of them in the place of another; "
            f"{plain['withdrawn']:,} withdrawn; entry {done.entry} of the ledger.",
        )
    err().print(told, style="green")
    for note in left_as_is(plain):
        err().print(note, style="yellow")
    now = said(
        f"场景 {desk.scenario} 现有有效同意 {standing:,} 条。",
        f"{standing:,} consents stand in {desk.scenario}.",
    )
    err().print(now)
    known = desk.city.scenarios.get(desk.scenario)
    if known is None or not any(use.subject for use in known.resources):
        note = said(
            "该场景目前不要求同意（没有 required: true），行未被筛去。",
            "The scenario requires none now (no required: true): no row is left out.",
        )
        err().print(note, style="yellow")
