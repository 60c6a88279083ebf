"""Words of ``workbench report``: what a user wrote, and what is told at the end."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from workbench.cli.common import out, reported, said
from workbench.errors import Code, Language, Text, simple

if TYPE_CHECKING:
    from workbench.cli.report_desk import Form


def say(digest: str, paths: list[Path], case: str, as_json: bool) -> None:
    if as_json:
        found = {"digest": digest, "files": [str(path) for path in paths], "procedure": case}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    out().print(f"{said('内容摘要', 'content digest')} {digest}")
    for path in paths:
        out().print(f"  {path}")
    if case:
        out().print(said(f"已提交核稿：{case}", f"Handed in to be checked: {case}"))


def languages_of(word: str) -> tuple[Language, ...]:
    return ("zh", "en") if word == "both" else ("zh",) if word == "zh" else ("en",)


def forms_of(words: str) -> tuple[Form, ...]:
    """Raises InvalidInput for a form that there is not."""
    known: tuple[Form, ...] = ("docx", "pdf")
    asked = [word.strip() for word in words.split(",")]
    with reported():
        for word in asked:
            if word not in known:
                raise simple(
                    Code.invalid_request,
                    f"没有格式 {word}。",
                    f"There is no format {word}.",
                    next=Text("写 docx、pdf 或 docx,pdf。", "Write docx, pdf or docx,pdf."),
                    subject="format",
                )
    return tuple(form for form in known if form in asked)


def first(month: datetime) -> date:
    return month.date().replace(day=1)
