"""What is said where a table of a person's own is not taken, or not used."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.errors import Code, Reason, Text, WorkbenchError, simple
from workbench.model.tier import Tier

_HOW = Text(
    "用 client.own_tables() 查看；用 client.bring(名称, 表) 带入。",
    "client.own_tables() shows yours; client.bring(name, table) brings one.",
)
_AFTERWARDS = Text(
    "请先取得统计结果，再在笔记本里用 Polars 与自带表合并。",
    "Ask for the statistic, and combine it with your table in the notebook, with Polars.",
)


def _setting(name: str) -> Text:
    return Text(f"本市设置 settings.{name}（city.yaml）。", f"The city's settings.{name}.")


def no_such(names: Iterable[str]) -> Reason:
    said = ", ".join(f"own.{name}" for name in names)
    return Reason(
        Code.not_found,
        Text(f"您在本场景没有自带表 {said}。", f"You have no table {said} in this scenario."),
        Text(
            "自带表只属于本人、本场景，到会话结束为止；网关重启后也不再保留。",
            "A table of one's own is one person's, in one scenario, until the session ends; a "
            "gateway that starts again has none.",
        ),
        next=_HOW,
        subject=said,
    )


def other_tier(tier: Tier) -> Reason:
    return Reason(
        Code.use_not_allowed,
        Text(
            f"自带表不能用于 {tier.value} 层。",
            f"A table of your own cannot be used in the tier {tier.value}.",
        ),
        Text(
            "统计只放行受保护的合计；自带的清单可以圈定任意一组主体，合计就不再受保护。",
            "Statistics release protected totals only; a list of one's own can pick out any set of "
            "entities, and a total of those is protected no more.",
        ),
        Text(
            "本产品规则：自带表只与 obtain 方式、value 用法的数据项一同查询，"
            "见 docs/own-tables.md。",
            "Our rule: own tables stand beside columns of mode obtain and use value only "
            "(docs/own-tables.md).",
        ),
        _AFTERWARDS,
        subject=tier.value,
    )


def only_queries(kind: str) -> Reason:
    return Reason(
        Code.statement_not_allowed,
        Text(
            f"含自带表的语句只能是查询，不能是 {kind}。",
            f"A statement with a table of your own is a query, not one of the kind {kind}.",
        ),
        Text(
            "由它建成的临时表、宏或变量会把自带的内容带到别处。",
            "A temporary table, macro or variable made of it would carry it elsewhere.",
        ),
        next=Text(
            "请写成一个 SELECT（可用 WITH）；计划用 client.explain 查看。",
            "Write one SELECT (WITH is fine); client.explain shows whether it would run.",
        ),
        subject=kind,
    )


def not_a_page() -> WorkbenchError:
    return simple(
        Code.use_not_allowed,
        "页面不能使用自带表。",
        "A page has no tables of anybody's own.",
        why=Text("页面的所有查看者共用一个查询进程。", "All viewers of a page share its worker."),
        next=Text("请在笔记本里进行。", "Do it in a notebook."),
    )


def nothing_to_join(scenario: str) -> WorkbenchError:
    return simple(
        Code.use_not_allowed,
        f"场景 {scenario} 中没有可与自带表一同查询的数据。",
        f"The scenario {scenario} gives nothing that stands beside a table of your own.",
        why=Text(
            "需要以 obtain 方式、value 用法授权的数据项。",
            "It takes columns of mode obtain with the use value.",
        ),
        next=_AFTERWARDS,
        subject=scenario,
    )


def bad_name() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "自带表的名称应为字母、数字、下划线或汉字，最多 63 个，不以数字开头。",
        "The name of an own table is letters, digits, underscores or Chinese characters, 63 at "
        "most, and no digit first.",
        next=Text('例如 client.bring("parks", 表)。', 'For example client.bring("parks", table).'),
    )


def no_columns() -> WorkbenchError:
    return simple(Code.invalid_request, "自带表没有列。", "The table has no columns.")


def bad_column() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "列名为空、过长（64 字）或含有不可见字符。",
        "A column's name is empty, longer than 64 characters, or has characters that do not show.",
        next=Text("请改名后再带入。", "Rename it and bring the table again."),
    )


def same_columns() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "两列同名（不分大小写）。",
        "Two columns have one name (in whatever case).",
        next=Text("请改名后再带入。", "Rename one and bring the table again."),
    )


def bad_type(column: str, type_: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"列 {column} 的类型 {type_} 不接受。",
        f"The column {column} is of the type {type_}, which is not taken.",
        why=Text(
            "接受真值、数、文本、日期和时刻。", "Truth values, numbers, text, days and moments are."
        ),
        next=Text("请先转成文本，或拆成几列。", "Make it text, or several columns, first."),
        subject=column,
    )


def too_many_columns(found: int, limit: int) -> WorkbenchError:
    return _limit(
        Text(f"{found} 列，上限 {limit} 列。", f"{found} columns; the limit is {limit}."),
        "own_table_columns",
    )


def too_many_rows(found: int, limit: int) -> WorkbenchError:
    return _limit(
        Text(f"至少 {found} 行，上限 {limit} 行。", f"{found} rows or more; the limit is {limit}."),
        "own_table_rows",
    )


def too_large(found: int, limit_mb: int) -> WorkbenchError:
    return _limit(
        Text(
            f"至少 {found} 字节，上限 {limit_mb} MB。",
            f"{found} bytes or more; the limit is {limit_mb} MB.",
        ),
        "own_table_mb",
    )


def too_many(limit: int) -> WorkbenchError:
    return _limit(
        Text(f"每场景最多 {limit} 个自带表。", f"{limit} tables in a scenario are the limit."),
        "own_tables",
    )


def no_room() -> WorkbenchError:
    return _limit(
        Text("网关为自带表留的内存已用完。", "The gateway's memory for own tables is used up."),
        "own_tables_mb",
    )


def _limit(what: Text, setting: str) -> WorkbenchError:
    return WorkbenchError.of(
        Reason(
            Code.request_too_large,
            Text(f"自带表未接受：{what.zh}", f"The table was not taken: {what.en}"),
            rule=_setting(setting),
            next=Text(
                "请减少行、列，或用 client.drop_own(名称) 移除不用的；大的表请登记为资源。",
                "Take fewer rows or columns, or let others go with client.drop_own(name); a large "
                "table is to be made a resource.",
            ),
            subject=setting,
        )
    )
