"""What the statistics grammar says when it refuses: what, why, and the nearest form it takes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from workbench.errors import Code, Reason, Text


class Refusal(Exception):
    """One reason; caught where a statement is compiled."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


_GRAMMAR_WHY = Text(
    "统计层只接受可逐项检查的统计语句；不认识的写法一律不执行。",
    "The statistics tier takes statements that can be checked part by part; what it does not know "
    "is not run.",
)
_RULE = Text(
    "仅提供统计的共享方式（佛山2019第13条）；本产品的统计语法（docs/statistics.md）。",
    "Sharing as statistics only (Foshan 2019 art. 13); our grammar for it (docs/statistics.md).",
)


def grammar(zh: str, en: str, next_zh: str = "", next_en: str = "", subject: str = "") -> Refusal:
    step = Text(next_zh, next_en) if next_zh else _SHAPE
    return Refusal(
        Reason(Code.statistics_grammar, Text(zh, en), _GRAMMAR_WHY, _RULE, step, subject=subject)
    )


_SHAPE = Text(
    "可用的形式：SELECT 维度, 聚合(指标) FROM 表 [JOIN …] [WHERE …] GROUP BY 维度。",
    "The form it takes: SELECT dimensions, aggregates(measures) FROM table [JOIN ...] [WHERE ...] "
    "GROUP BY dimensions.",
)


def not_in_grammar(what: str) -> Refusal:
    return grammar(
        f"统计语法里没有 {what}。", f"The statistics grammar does not have {what}.", subject=what
    )


def unknown_function(name: str, known: Iterable[str]) -> Refusal:
    listed = ", ".join(known)
    return grammar(
        f"统计语法里没有函数 {name}。",
        f"The statistics grammar does not have the function {name}.",
        f"此处可用：{listed}。",
        f"Here it has: {listed}.",
        subject=name,
    )


_INSTEAD_OF = {
    "Max": ("QUANTILE_CONT(列, 0.95)", "QUANTILE_CONT(column, 0.95)"),
    "Min": ("QUANTILE_CONT(列, 0.05)", "QUANTILE_CONT(column, 0.05)"),
}


def function_name(node: exp.Func) -> str:
    return node.name if isinstance(node, exp.Anonymous) else node.sql_name()


def aggregate_not_allowed(name: str, kind: str) -> Refusal:
    zh, en = _INSTEAD_OF.get(kind, ("COUNT、SUM、AVG、MEDIAN", "COUNT, SUM, AVG, MEDIAN"))
    return grammar(
        f"聚合 {name} 会给出单个主体的值，统计层不提供。",
        f"The aggregate {name} gives the value of a single entity; the statistics tier has not it.",
        f"可改用 {zh}。",
        f"Use {en} instead.",
        subject=name,
    )


def rows_asked() -> Refusal:
    return grammar(
        "该语句要的是逐行数据，统计层只放行聚合结果。",
        "This asks for rows; the statistics tier releases aggregates only.",
        "请加上聚合与 GROUP BY，例如 SELECT 维度, COUNT(*), AVG(指标) FROM 表 GROUP BY 维度。",
        "Aggregate, as in SELECT dimension, COUNT(*), AVG(measure) FROM table GROUP BY dimension.",
    )


def not_grouped(column: str) -> Refusal:
    return grammar(
        f"列 {column} 既不在 GROUP BY 里，也不在聚合里。",
        f"The column {column} is neither in GROUP BY nor in an aggregate.",
        f"请把 {column} 写进 GROUP BY，或用聚合函数。",
        f"Put {column} into GROUP BY, or into an aggregate.",
        subject=column,
    )


def bare_measure(what: str) -> Refusal:
    return grammar(
        f"聚合的参数只能是一个列，或 CASE WHEN 条件 THEN 列 [ELSE 0] END；不能是 {what}。",
        "An aggregate takes a bare column, or CASE WHEN condition THEN column [ELSE 0] END, "
        f"and not {what}.",
        "请先分别聚合再计算，例如 SUM(a) - SUM(b)。",
        "Aggregate first and calculate after, as in SUM(a) - SUM(b).",
    )


def measure_misplaced(column: str, bands: Iterable[object]) -> Refusal:
    edges = ", ".join(str(edge) for edge in bands)
    step = (
        Text(
            f"只可与契约声明的分界比较：{column} >= 分界 或 {column} < 分界；分界为 {edges}。",
            f"It may be compared with the edges that its contract declares, as {column} >= edge or "
            f"{column} < edge: {edges}.",
        )
        if edges
        else Text(
            "请只在聚合函数里使用它；如需分档，请提供部门在契约中声明 bands。",
            "Use it in an aggregate only; for classes of it, its provider may declare bands in the "
            "contract.",
        )
    )
    return Refusal(
        Reason(
            Code.band_not_declared if edges else Code.use_not_allowed,
            Text(
                f"列 {column} 以 statistics 方式授权，不能用在这里。",
                f"The column {column} is granted as statistics and cannot be used here.",
            ),
            Text(
                "按单个取值筛选或分组，会把一个主体从总数中分离出来。",
                "To filter or group by its single values would set one entity apart from a total.",
            ),
            _RULE,
            step,
            subject=column,
        )
    )


def band_not_declared(column: str, bands: Iterable[object]) -> Refusal:
    edges = ", ".join(str(edge) for edge in bands)
    return Refusal(
        Reason(
            Code.band_not_declared,
            Text(
                f"{column} 只能按 >= 或 < 与契约声明的分界比较。",
                f"{column} may be compared by >= or < with an edge that its contract declares.",
            ),
            Text(
                "任意的分界可以逐步逼近一个主体的值。",
                "With edges of one's own a single entity's value could be closed in on.",
            ),
            _RULE,
            Text(f"声明的分界：{edges}。", f"Declared edges: {edges}."),
            subject=column,
        )
    )


def key_misplaced(column: str) -> Refusal:
    return Refusal(
        Reason(
            Code.use_not_allowed,
            Text(
                f"连接键 {column} 只能用于 JOIN 条件和 COUNT(DISTINCT {column})。",
                f"The join key {column} may stand in join conditions and in COUNT(DISTINCT "
                f"{column}) only.",
            ),
            Text(
                "每个假名就是一个主体，按它筛选或分组等于逐个查询。",
                "Each pseudonym is one entity; to filter or group by it is to ask one by one.",
            ),
            _RULE,
            Text("请按 value 列分组。", "Group by value columns."),
            subject=column,
        )
    )


def near_unique(column: str, k: int) -> Refusal:
    """How many entities and values there are is not said: no rule was asked about these counts."""
    return Refusal(
        Reason(
            Code.near_unique,
            Text(
                f"列 {column} 的取值几乎各不相同，不能用于筛选或分组。",
                f"The values of {column} are nearly all different, so that it can neither filter "
                "nor group.",
            ),
            Text(
                f"平均每个取值不足 {k} 个主体。",
                f"There are fewer than {k} entities to a value.",
            ),
            _RULE,
            Text(
                "请改用更粗的列（行业、县、年、月），或请提供部门在契约中声明 bands。",
                "Use a coarser column (industry, county, year, month), or ask its provider to "
                "declare bands in the contract.",
            ),
            subject=column,
        )
    )


def unknown_name(kind: str, name: str, known: Iterable[str]) -> Refusal:
    listed = ", ".join(sorted(known))
    word = Text("表", "table") if kind == "table" else Text("列", "column")
    return Refusal(
        Reason(
            Code.not_found,
            Text(
                f"统计层没有名为 {name} 的{word.zh}。", f"There is no {word.en} named {name} here."
            ),
            next=Text(f"现有：{listed}。", f"There are: {listed}."),
        )
    )


def ambiguous(name: str) -> Refusal:
    return Refusal(
        Reason(
            Code.statement_wrong,
            Text(f"列名 {name} 有多个来源。", f"The column name {name} is ambiguous."),
            next=Text(f"请写明表名，例如 t.{name}。", f"Name its table, as in t.{name}."),
        )
    )


def quantile_edge(shown: str) -> Refusal:
    return grammar(
        f"分位点 {shown} 不在 0.05、0.10 … 0.95 之列。",
        f"The quantile {shown} is none of 0.05, 0.10 ... 0.95.",
        "极端或过密的分位数就是个别主体的值；请用 0.05 到 0.95 之间 0.05 的倍数。",
        "Extreme or closely set quantiles are values of single entities; use multiples of 0.05 "
        "from 0.05 to 0.95.",
    )


def visible_measure(column: str) -> Refusal:
    return Refusal(
        Reason(
            Code.use_not_allowed,
            Text(
                f"列 {column} 不是以 statistics 方式授权的指标，"
                "不能与受保护的主体一起求和或求均值。",
                f"The column {column} is not a measure granted as statistics, and cannot be summed "
                "or averaged over protected entities.",
            ),
            Text(
                "取值已知的列会成为标尺：它的合计可以说出组里是谁。",
                "A column whose values are known is a yardstick: its total tells who is in it.",
            ),
            _RULE,
            Text(
                "请按该列分组，或申请以 statistics 方式授权。",
                "Group by it, or apply for it with the use statistics.",
            ),
            subject=column,
        )
    )


def distinct_values(column: str) -> Refusal:
    return grammar(
        f"COUNT(DISTINCT {column})：只能数受保护资源的连接键。",
        f"COUNT(DISTINCT {column}): only join keys of protected resources are counted so.",
        f"有多少种取值，会说到单独的行；请先按 {column} 分组聚合，再数有几组。",
        f"How many values there are would tell of single rows: aggregate by {column} first, and "
        "count the groups.",
        subject=column,
    )


def too_long() -> Refusal:
    return grammar(
        "语句展开后过长。",
        "Written out, the statement is too long.",
        "请少用层层引用的别名，或分成几条语句。",
        "Use fewer aliases of aliases, or split it into several statements.",
    )


def wrong_type(zh: str, en: str) -> Refusal:
    return Refusal(
        Reason(
            Code.statement_wrong,
            Text(zh, en),
            next=Text("请按列的类型书写取值。", "Write the value as the column's type."),
        )
    )
