"""What a comparison that is refused teaches. No key and no value stands in any of it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import Code, Reason, Text
from workbench.model.grant import Use
from workbench.store.allowances import Exhausted

_SHOWN = 10
"""Positions that a refusal lists."""


def not_to_compare(resource: str, column: str, use: Use, comparable: Sequence[str]) -> Reason:
    ways = {
        Use.value: Text(
            "它以 value 授权，可直接查询：client.sql(…)。",
            "It is granted as value: query it with client.sql(...).",
        ),
        Use.join_key: Text(
            "它以 join_key 授权，可作核验的键，也可用于连接。",
            "It is granted as join_key: it can be a key of a comparison, and join tables.",
        ),
    }
    listed = ", ".join(comparable)
    more = Text(f"可核验的列：{listed or '无'}。", f"To be compared: {listed or 'none'}.")
    way = ways.get(use, Text("", ""))
    return Reason(
        Code.use_not_allowed,
        Text(
            f"列 {resource}.{column} 的用法是 {use}，不能核验。",
            f"The column {resource}.{column} is granted as {use}, not to be compared.",
        ),
        Text(
            "只有以 compare 授权的列才能核验取值。",
            "Values are compared only with columns that are granted as compare.",
        ),
        _RULE,
        Text(f"{way.zh}{more.zh}", f"{way.en} {more.en}".strip()),
        subject=f"{resource}.{column}",
    )


def which_column(resource: str, comparable: Sequence[str]) -> Reason:
    listed = ", ".join(comparable) or "-"
    return Reason(
        Code.invalid_request,
        Text("没有写明要核验哪一列。", "It is not said which column is compared."),
        next=Text(
            f'请写 on={{"键": "列"}}；{resource} 可核验的列：{listed}。',
            f'Write on={{"key": "column"}}; to be compared in {resource}: {listed}.',
        ),
        subject=resource,
    )


def whole_key(resource: str, entity: Sequence[str], given: Sequence[str]) -> Reason:
    named = ", ".join(given)
    if not entity:
        what = Text(
            f"{resource} 的合同没有声明主体键（entityKey）。",
            f"The contract of {resource} declares no entity key.",
        )
        step = Text(
            "请提供部门在合同中为标识主体的列写上 entityKey: true。",
            "Ask the provider to write entityKey: true at the columns that name the entity.",
        )
    else:
        key = ", ".join(entity)
        what = Text(
            f"核验的键须包含 {resource} 的完整主体键（{key}），现为：{named}。",
            f"The key of a comparison has the whole entity key of {resource} ({key}); it is: "
            f"{named}.",
        )
        step = Text(
            f"请把 {key} 写入 on，另可加其他列收窄。",
            f"Put {key} into `on`; further columns may narrow it.",
        )
    return Reason(
        Code.use_not_allowed,
        what,
        Text(
            "不标识主体的列作键，会列出一组主体，而不是核验一个主体。",
            "A key that names no entity would list the members of a set in place of checking one.",
        ),
        _RULE,
        step,
        subject=resource,
    )


def not_compared(resource: str, column: str, why: Text) -> Reason:
    return Reason(
        Code.use_not_allowed,
        Text(f"列 {resource}.{column}：{why.zh}。", f"{resource}.{column}: {why.en}."),
        next=Text("请去掉该列。", "Leave the column out."),
        subject=f"{resource}.{column}",
    )


def too_many_keys(resource: str, keys: int, limit: int) -> Reason:
    return _limit(
        resource,
        Text(
            f"一次核验 {keys:,} 个键，上限 {limit:,}。",
            f"{keys:,} keys in one call; the limit is {limit:,}.",
        ),
        "settings.compare_keys_per_call",
        Text("请分批核验。", "Compare them in several calls."),
    )


def keys_spent(resource: str, spent: Exhausted, keys: int) -> Reason:
    left = max(spent.limit - spent.used, 0)
    return _limit(
        resource,
        Text(
            f"您今天已核验 {spent.used:,} 个键，每日上限 {spent.limit:,}；本次 {keys:,} 个未执行。",
            f"You have compared {spent.used:,} keys today, of {spent.limit:,}; these {keys:,} "
            "were not compared.",
        ),
        "settings.compare_keys_per_day",
        Text(
            f"今天还可核验 {left:,} 个；其余请明天再核验。",
            f"{left:,} are left today; compare the others tomorrow.",
        ),
    )


def tries_spent(resource: str, rows: Sequence[int], limit: int, days: int) -> Reason:
    listed = ", ".join(str(row + 1) for row in rows[:_SHOWN]) + (", …" if rows[_SHOWN:] else "")
    return _limit(
        resource,
        Text(
            f"{len(rows)} 行（第 {listed} 行）的键在 {days} 天内试过的不同取值会超过 {limit} 个；"
            "整批未执行。",
            f"More than {limit} different values would be tried within {days} days for the key of "
            f"{len(rows)} rows (rows {listed}); nothing of this call was compared.",
        ),
        "settings.compare_tries_per_key",
        Text(
            "请去掉这些行后重试。本部门所有人员、所有场景合并计数；重复同一取值不另计。",
            "Leave these rows out and try again. All people and scenarios of your department count "
            "together; the same value again counts once.",
        ),
    )


def closed_today(resource: str, misses: int, limit: int, times: int) -> Reason:
    return _limit(
        resource,
        Text(
            f"您今天有 {misses:,} 次不符（上限 {limit:,}），核验今天已关闭，明天恢复。",
            f"{misses:,} of your comparisons did not match today (limit {limit:,}): comparing is "
            "closed for you until tomorrow.",
        ),
        f"settings.compare_misses_alert × {times}",
        Text(
            "请核对所用名单；确有需要的，请联系安全管理员，账本中已有记录。",
            "Check the list that you compare; if it is right, ask the security administrator. The "
            "ledger has a record of it.",
        ),
    )


def _limit(resource: str, what: Text, setting: str, next_: Text) -> Reason:
    return Reason(
        Code.compare_limit,
        what,
        Text(
            "核验用于核验已知取值，不用于猜测或逐个列举。",
            "A comparison checks what is known already; it is not for guessing or enumerating.",
        ),
        Text(f"本市设置 {setting}（city.yaml）。", f"The city's {setting} (city.yaml)."),
        next_,
        subject=resource,
    )


_RULE = Text(
    "共享方式“核验”（佛山2019第13条、阿坝2024第25条）。",
    "Sharing by comparison (Foshan 2019 art. 13, Aba 2024 art. 25).",
)
