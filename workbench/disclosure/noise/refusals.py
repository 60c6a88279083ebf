"""What is refused where noise is asked for: what, why, and the nearest form that is answered."""

from __future__ import annotations

from workbench.disclosure.refusals import Refusal
from workbench.errors import Code, Reason, Text

_WHY = Text(
    "加噪回答的隐私保证只对一种形式成立：单个主体对每个数的影响有上限，分组不由数据决定。",
    "The guarantee of an answer with noise holds for one form: what one entity can change is "
    "bounded, and the groups do not come from the data.",
)
_RULE = Text(
    "仅提供统计的共享方式（佛山2019第13条）；加噪回答（docs/noise.md）。",
    "Sharing as statistics only (Foshan 2019 art. 13); answers with noise (docs/noise.md).",
)
_FORM = Text(
    "可用的形式：SELECT 维度, COUNT(*), COUNT(DISTINCT 实体键), SUM(指标) FROM 一张表 "
    "WHERE 维度 IN (…) GROUP BY 维度。",
    "The form it takes: SELECT dimensions, COUNT(*), COUNT(DISTINCT entity key), SUM(measure) "
    "FROM one table WHERE dimension IN (...) GROUP BY dimensions.",
)


def refused(what: Text, step: Text = _FORM, subject: str = "") -> Refusal:
    return Refusal(Reason(Code.statistics_grammar, what, _WHY, _RULE, step, subject=subject))


def not_here(what: str) -> Refusal:
    return refused(
        Text(f"加噪提问里没有 {what}。", f"A question for noise has no {what}."), subject=what
    )


_INSTEAD = {
    "AVG": Text(
        "请同时问 SUM(列) 与 COUNT(*)，再自行相除。",
        "Ask for SUM(column) and COUNT(*), and divide the one by the other.",
    ),
    "FILTER": Text("请把条件写在 WHERE 里。", "Put the condition into WHERE."),
    "CASE": Text("请把条件写在 WHERE 里。", "Put the condition into WHERE."),
    "COUNT": Text("请改用 COUNT(*)。", "Use COUNT(*)."),
}


def no_figure(name: str) -> Refusal:
    return refused(
        Text(
            f"加噪的数只有 COUNT(*)、COUNT(DISTINCT 实体键) 和 SUM(指标)，没有 {name}。",
            "The figures with noise are COUNT(*), COUNT(DISTINCT entity key) and SUM(measure); "
            f"there is no {name}.",
        ),
        _INSTEAD.get(name.upper(), _FORM),
        name,
    )


def not_the_entity(column: str, key: str) -> Refusal:
    counted = f"COUNT(DISTINCT {key})" if key else "COUNT(*)"
    return refused(
        Text(
            f"COUNT(DISTINCT {column})：{column} 不是单独标识主体的实体键，一个主体可有多个取值。",
            f"COUNT(DISTINCT {column}): {column} is not what alone identifies an entity, so that "
            "one entity may have several of its values.",
        ),
        Text(f"请改用 {counted}。", f"Use {counted}."),
        column,
    )


def unbounded(column: str, bounded: tuple[str, ...]) -> Refusal:
    listed = ", ".join(bounded) or "-"
    return Refusal(
        Reason(
            Code.noise_not_offered,
            Text(
                f"授权没有写明单个主体对 {column} 的合计最多贡献多少，不能加噪求和。",
                f"The grant does not say how much one entity may contribute to a sum of {column}, "
                "so that no noise covers it.",
            ),
            _WHY,
            Text(
                "场景文件 disclosure.noise.per_entity（docs/noise.md）。",
                "The scenario's disclosure.noise.per_entity (docs/noise.md).",
            ),
            Text(
                f"可加噪求和的列：{listed}；其余请场景的主管部门补上 per_entity。",
                f"Columns with a bound: {listed}. For others, have per_entity added to the "
                "scenario.",
            ),
            subject=column,
        )
    )


def groups_unknown(shown: str) -> Refusal:
    return refused(
        Text(
            f"按 {shown} 分组，却没有说明有哪些组。",
            f"It groups by {shown} and does not say which groups there are.",
        ),
        Text(
            f"请在 WHERE 里列出各组，例如 {shown} IN ('…', '…')，整数和日期可用 BETWEEN；"
            "只按数据里出现的值分组，会说出哪里有人。",
            f"List the groups in WHERE, as in {shown} IN ('...', '...'), or BETWEEN for whole "
            "numbers and dates. Groups that are shown because somebody is in them would tell where "
            "somebody is.",
        ),
        shown,
    )


def too_many_cells(limit: int) -> Refusal:
    return refused(
        Text(f"分组超过 {limit:,} 格。", f"There are more than {limit:,} cells."),
        Text("请分成几次提问，或用更粗的维度。", "Ask several times, or use coarser dimensions."),
    )


def too_involved() -> Refusal:
    return refused(
        Text(
            "WHERE 比较的取值组合太多，看不完。",
            "WHERE compares so many combinations of values that they are not all looked at.",
        ),
        Text("请去掉一些条件或取值。", "Leave out some conditions or values."),
    )


def nobody() -> Refusal:
    return refused(
        Text("没有一行能满足 WHERE。", "No row can ever satisfy WHERE."),
        Text("请改正互相矛盾的条件。", "Mend the conditions that contradict each other."),
    )
