"""How much of a view one person may see, and what is said where it is more."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalogue.city import City
from workbench.errors import Code, Reason, Text
from workbench.query_path.view_request import ViewRequest
from workbench.store.allowances import Exhausted


def limits(request: ViewRequest, city: City) -> Iterator[Reason]:
    most, day = city.settings.view_page_rows, city.settings.view_rows_per_day
    rows = request.rows or most
    if rows > most:
        yield _limit(
            request.resource,
            Text(f"一页最多 {most:,} 行。", f"A page has {most:,} rows at most."),
            Text(f"请写 rows={most}，并翻页。", f"Ask for rows={most}, and turn the pages."),
            "settings.view_page_rows",
        )
    elif (request.page - 1) * rows >= day:
        yield _limit(
            request.resource,
            Text(
                f"第 {request.page:,} 页超出了每日 {day:,} 行所能翻到的范围。",
                f"Page {request.page:,} lies beyond the {day:,} rows that a day reaches.",
            ),
            Text(
                "请用 where 缩小范围，再从第 1 页看起。",
                "Narrow it with where, and begin at page 1.",
            ),
            "settings.view_rows_per_day",
        )


def spent_up(resource: str, spent: Exhausted, rows: int) -> Reason:
    left = max(spent.limit - spent.used, 0)
    step = (
        Text(f"今天还可看 {left:,} 行：请写 rows={left}，或用 where 缩小范围。",
             f"There are {left:,} left today: ask for rows={left}, or narrow it with where.")
        if left
        else Text("请明天再看；需要批量数据的，请申请以 obtain 方式共享。",
                  "Look again tomorrow; who needs it in bulk applies for the mode obtain.")
    )  # fmt: skip
    return _limit(
        resource,
        Text(
            f"您今天已查看 {resource} {spent.used:,} 行，每日上限 {spent.limit:,} 行；"
            f"这一页要 {rows:,} 行。",
            f"You have seen {spent.used:,} rows of {resource} today, of {spent.limit:,}; this page "
            f"asks for {rows:,}.",
        ),
        step,
        "settings.view_rows_per_day",
    )


def _limit(resource: str, what: Text, next_: Text, setting: str) -> Reason:
    return Reason(
        Code.view_limit,
        what,
        Text(
            "查阅用于逐条查看，不用于批量取走。",
            "A view is for looking things up, not for carrying data away.",
        ),
        Text(f"本市设置 {setting}（city.yaml）。", f"The city's {setting} (city.yaml)."),
        next_,
        subject=resource,
    )
