"""``workbench sql``: a governed query in a shell.

Only data goes to stdout (or the file); the source caption and errors go to stderr. CSV follows
RFC 4180: NULL is an empty field, empty text is ``""`` (in a result of a single column NULL is
``""`` too, because readers drop an empty line). JSON is an array of objects; what is a string
there and why is said in ``workbench.client.values``. Both are written batch by batch. A cell of a
statistic that is withheld is NULL there, and the column ``NAME_withheld`` beside it says why; the
table form marks it. What is disputed is said on stderr with the caption, and beside a file that is
written, in ``NAME.disputed.txt``. ``--explain`` tells what a statement would give in place of
giving it, and ``--suggest`` which coarser ones would show more; as text, or as JSON.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from workbench.client.language import language_of
from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.model.tier import StatementTier

if TYPE_CHECKING:
    from workbench.client.explanation import Explanation
    from workbench.client.flight import Stream

CANCELLED = 130
"""The exit code of a command that Ctrl-C ended (128 + SIGINT, as shells count)."""


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


def register(app: typer.Typer) -> None:
    """Adds ``sql``."""
    app.command("sql")(sql)


def sql(
    statement: Annotated[str, typer.Argument(help="SQL；- 表示标准输入 / SQL; - for stdin")],
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", "-s", envvar="WORKBENCH_SCENARIO", help="应用场景 / Scenario"),
    ] = None,
    format: Annotated[  # noqa: A002  the name of the option
        Format, typer.Option("--format", "-f", help="输出格式 / Form of the output")
    ] = Format.table,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="写入文件，全部成功才出现 / File; appears when complete"
        ),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            "-p",
            help="参数 name=文本 或 name:类型=值 / Parameter name=text or name:type=value; types: "
            "int, decimal, float, bool, date, timestamp, null",
        ),
    ] = None,
    limit_display: Annotated[
        int, typer.Option(min=0, help="table 格式显示的行数 / Rows that the table form shows")
    ] = 50,
    tier: Annotated[
        StatementTier | None,
        typer.Option(help="在哪一层运行，默认自动 / Tier to run in; by itself where it has to"),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="只说明会怎样，不给结果 / Tell what it would give, only"),
    ] = False,
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest",
            help="并试更粗的写法，看哪些能公开更多 / Also ask coarser statements: which show more",
        ),
    ] = False,
    url: Annotated[str | None, typer.Option(help="网关地址 / Address of the gateway")] = None,
    user: Annotated[str | None, typer.Option(help="用户名 / Your user name")] = None,
) -> None:
    """在一个应用场景下执行 SQL / Run SQL under a scenario."""
    from workbench.cli.parameters import parameters_of
    from workbench.client.connection import connect
    from workbench.client.explanation import without_parameters

    text = sys.stdin.read() if statement == "-" else statement
    values = parameters_of(param or [])
    language = language_of(os.environ)
    try:
        connection = connect(url=url, user=user)
        if explain or suggest:
            if values:
                raise without_parameters()
            found = connection.explain(text, scenario, tier, suggest=suggest)
            with _target(output) as out:
                out.write(_told(found, format))
            if not found.allowed:
                raise typer.Exit(WorkbenchError.of(found.reasons).exit_code)
            return
        with (
            connection.stream(text, scenario, values or None, tier) as stream,
            _target(output) as out,
        ):
            _WRITERS[format](stream, out, language, limit_display)
            if output is not None:
                _mark(stream, output)
    except KeyboardInterrupt:
        typer.echo(Text("已取消。", "Cancelled.").said(language), err=True)
        raise typer.Exit(CANCELLED) from None
    except BrokenPipeError:  # the reader (``head``) has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _mark(stream: Stream, output: Path) -> None:
    """What is disputed of the file, beside it and before it is there; where nothing is, what lay
    beside an older one goes."""
    from workbench.client.export.disputed import beside, text_of
    from workbench.client.release import info_of
    from workbench.model.dispute import disputes

    told, mark = disputes(info_of(stream.schema).notes), beside(output)
    mark.unlink(missing_ok=True)
    if told:
        with _target(mark) as out:
            out.write(text_of(output.name, told).decode())


def _told(found: Explanation, form: Format) -> str:
    import json

    if form is Format.json:
        return json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n"
    return f"{found!r}\n"


def _write_table(stream: Stream, out: TextIO, language: Language, shown: int) -> None:
    from workbench.client.release import Release

    release = Release.of(stream.read_all(), language).limited(shown)
    out.write(release.text() + "\n")
    _tell(f"{release.counted()}\n{release.caption()}")


def _write_csv(stream: Stream, out: TextIO, language: Language, _shown: int) -> None:
    from workbench.client.values import texts, unique_names

    names = unique_names(stream.schema.names)
    out.write(_csv_line(names))
    for batch in stream:
        for row in zip(*(texts(column) for column in batch.columns), strict=True):
            out.write(_csv_line(row))
    _tell_sources(stream, language)


def _csv_line(row: tuple[str | None, ...] | list[str]) -> str:
    if len(row) == 1 and not row[0]:
        return '""\r\n'
    return ",".join("" if cell is None else _csv_cell(cell) for cell in row) + "\r\n"


def _csv_cell(cell: str) -> str:
    if cell and not any(char in cell for char in ',"\r\n'):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _write_json(stream: Stream, out: TextIO, language: Language, _shown: int) -> None:
    import json

    from workbench.client.values import json_values, unique_names

    names = unique_names(stream.schema.names)
    before = "[\n"
    for batch in stream:
        for row in zip(*(json_values(column) for column in batch.columns), strict=True):
            out.write(before)
            out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False))
            before = ",\n"
    out.write("\n]\n" if before == ",\n" else "[]\n")
    _tell_sources(stream, language)


def _tell_sources(stream: Stream, language: Language) -> None:
    from workbench.client.release import caption, info_of

    _tell(caption(info_of(stream.schema), language))


def _tell(text: str) -> None:
    from workbench.client.tables import printable

    sys.stderr.write("\n".join(printable(line) for line in text.split("\n")) + "\n")


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    """stdout, or a file readable by its owner alone that appears only when it is complete."""
    if output is None:
        sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield out
        part.replace(output)
    except OSError as error:
        raise _unwritable(output, error) from error
    finally:
        part.unlink(missing_ok=True)


def _unwritable(output: Path, error: OSError) -> Exception:
    why = error.strerror or type(error).__name__
    return simple(
        Code.invalid_request,
        f"无法写入 {output}：{why}",
        f"{output} cannot be written: {why}",
        subject=str(output),
    )


_Writer = Callable[["Stream", TextIO, Language, int], None]
_WRITERS: Mapping[Format, _Writer] = {
    Format.table: _write_table,
    Format.csv: _write_csv,
    Format.json: _write_json,
}
