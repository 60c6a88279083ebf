"""What is due, and how many were listed, as cases and procedures show it in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.cli.common import out, said
from workbench.cli.findings import folded_table

Answer = Mapping[str, Any]


def print_due_table(
    found: Sequence[Answer], subject: str, about: str, of: Callable[[Answer], str]
) -> None:
    """One line for each; ``subject`` heads the ids, ``about`` what ``of`` says of each."""
    table = folded_table(
        said("期限", "due"), said("还有（天）", "days left"), said("由谁办理", "who acts"),
        said("期限种类", "deadline"), said("条款", "article"), subject, about,
    )  # fmt: skip
    for row in found:
        provisional = said("（暂定）", " (provisional)") if row["provisional"] else ""
        days = str(row["days"]) if row["days"] >= 0 else said(
            f"超期 {-row['days']}", f"{-row['days']} overdue"
        )  # fmt: skip
        table.add_row(
            row["due"] + provisional, days, row["who"],
            said(row["about"]["zh"], row["about"]["en"]),
            said(f"第{row['article']}条", f"art. {row['article']}") if row["article"] else "",
            row["id"], of(row),
        )  # fmt: skip
    out().print(table)


def print_count(shown: int, total: int) -> None:
    """How many of how many were listed."""
    out().print(said(f"{shown} 件，共 {total} 件", f"{shown} of {total}"))
