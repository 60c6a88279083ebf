"""What reports on told statistics say in both languages: rules, and what no book can know."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import Text

RULES: Mapping[str, Text] = {
    "below_threshold": Text("个体数不足", "below the threshold"),
    "complement": Text("补集可推算", "complement"),
    "quantile_edge": Text("分位数边缘", "edge of a quantile"),
    "uniform": Text("取值全同", "all values the same"),
    "dominance": Text("集中度", "dominance"),
    "p_percent": Text("p% 规则", "p %"),
    "differencing": Text(
        "差分（与此前已告知的一并判断）", "differencing (beside what was told before)"
    ),
    "pieces": Text("由过小的部分拼成", "put together of small pieces"),
}
"""Why figures are withheld, by the name that the ledger has."""

LIMITS: tuple[Text, ...] = (
    Text(
        "两个以上部门合并所得：这里只逐对计算，三个及以上部门的合谋未计算。",
        "Departments that put their results together: computed here two by two, not for three.",
    ),
    Text(
        "页面以页面自己的部门计算；查看者本部门此前得到的未与之比对。",
        "A page is a department of its own; what its viewer's department was told is not compared.",
    ),
    Text(
        "其他表：合约未声明同一数据元的两份资源之间的关系（年等于各月之和等），系统不知道。",
        "Other tables: that one resource adds up to another is known only where their contracts "
        "name the same data element.",
    ),
    Text(
        "来自别处的知识：一个街道里知道十户中九户的人，就知道第十户（逐户拼成的集合不放行）。",
        "What is known from elsewhere: who knows nine of ten firms of a street knows the tenth (a "
        "set put together firm by firm is withheld).",
    ),
    Text(
        "几个少数个体之和，不在所查组合之内的，可能漏查；恰好确定单个个体的总能查出。",
        "Sums over a few that are not among the combinations looked at; single entities that "
        "follow exactly are always found.",
    ),
    Text(
        "记录很长（严格模式）时，不再与其他版本的单元格比较。",
        "Long histories (strict mode): cells are no longer compared with those of other versions.",
    ),
    Text(
        "版本之间：同一个体在两个版本间的变化，跨部门时只按行相减判断。",
        "Versions: what changed for somebody between two versions is looked at across departments "
        "only as a difference of rows.",
    ),
    Text("未放行本身也是信息。", "That a cell is withheld is a bit about it."),
    Text(
        "分位数按其行之和计；去掉一个个体后分位数如何移动未判断。",
        "Quantiles count as the sum of their rows; how one moves when somebody leaves is not "
        "judged.",
    ),
)
"""``docs/differencing.md`` has an example of each."""


def rule_text(rule: str) -> Text:
    """In words; one that nobody knows as it is written."""
    return RULES.get(rule, Text(rule, rule))
