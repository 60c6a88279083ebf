"""What the commands share: the city, its state, the language, errors told with their exit code."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from workbench.client.language import language_of
from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.gateway.state import State, open_state, utc_now

__all__ = [
    "CityOption",
    "State",
    "city_root",
    "err",
    "language",
    "open_state",
    "opened",
    "operator",
    "out",
    "read_password",
    "reported",
    "said",
    "utc_now",
    "visible",
]

CityOption = Annotated[
    Path | None,
    typer.Option(
        "--city",
        envvar="WORKBENCH_CITY",
        help="城市目录（默认为当前目录）/ Folder of the city (default: the current folder)",
        file_okay=False,
    ),
]
"""``city: CityOption = None`` in a command; hand it to ``city_root``."""


PIPE_WIDTH = 1000
"""Columns of a table that goes to a pipe, at most."""


def language() -> Language:
    """Which of the two this user reads."""
    return language_of(os.environ)


def said(zh: str, en: str) -> str:
    """The sentence in the user's language."""
    return Text(zh, en).said(language())


def out() -> Console:
    """For results: a new console, so that a redirected ``sys.stdout`` is honoured. What goes to
    a file or a pipe is not folded to the width of a terminal that is not there."""
    free = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(
        width=PIPE_WIDTH if free else None,
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
    )


def err() -> Console:
    """For messages, progress and errors."""
    return Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


@contextmanager
def reported() -> Iterator[None]:
    """Print a ``WorkbenchError`` in the user's language to stderr; leave with its exit code.

    ::

        @app.command()
        def revoke(...) -> None:
            with reported():
                ...
    """
    try:
        yield
    except WorkbenchError as error:
        err().print(error.said(language()), style="red")
        raise typer.Exit(error.exit_code) from error


def city_root(city: Path | None) -> Path:
    """The city's folder, absolute; one without ``data_contracts/city.yaml`` is refused."""
    root = (city or Path.cwd()).resolve()
    if not (root / "data_contracts" / "city.yaml").is_file():
        raise simple(
            Code.invalid_request,
            f"{root} 不是城市目录：缺少 data_contracts/city.yaml。",
            f"{root} is not the folder of a city: data_contracts/city.yaml is missing.",
            next=Text(
                "请用 --city 目录 或环境变量 WORKBENCH_CITY 指明城市目录。",
                "Name the city's folder with --city DIR or the variable WORKBENCH_CITY.",
            ),
        )
    return root


@contextmanager
def opened(city: Path | None) -> Iterator[State]:
    """``with opened(city) as state``: errors reported, the store closed in the end."""
    with reported():
        state = open_state(city_root(city))
        try:
            yield state
        finally:
            state.store.close()


def read_password(*, from_stdin: bool, twice: bool = False) -> str:
    """A password from the first line of stdin, or asked for without echo (``twice`` to be sure)."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    prompt = said("密码", "Password")
    confirm = said("再次输入密码", "Repeat the password") if twice else False
    answer: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=confirm)
    return answer


def visible(text: str) -> str:
    """The text with control characters shown, not sent to the terminal; lines are kept."""
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)


def operator() -> str:
    """Who runs the command, for the ledger: the machine's account; no user id has a colon."""
    return f"os:{getpass.getuser()}"
