"""How ``workbench whatif`` prints answers and cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.cli.common import language, out, said
from workbench.cli.findings import folded_table
from workbench.errors import Code, Text, simple
from workbench.ui.desks.what_if_item import interval_said, name_of, percent, shocks_said, title_of
from workbench.ui.words import Speech

if TYPE_CHECKING:
    from workbench.ui.whatif.answer import Answered, Inputs

Case = Mapping[str, Any]


def shock_of(text: str) -> tuple[str, float]:
    """``exports=-10`` as a series and its percent. Raises InvalidInput."""
    name, between, number = text.partition("=")
    try:
        if not between:
            raise ValueError
        return name.strip(), float(number)
    except ValueError:
        raise simple(
            Code.invalid_request,
            f"{text[:60]} 不是冲击。",
            f"{text[:60]} is no shock.",
            next=Text("写成 exports=-10。", "Write exports=-10."),
            subject=text[:60],
        ) from None


def print_answer(found: Answered, inputs: Inputs | None) -> None:
    speech, outcome = Speech(language()), found.outcome
    question = found.question.plain()
    out().print(title_of(question, inputs, speech), style="bold")
    if outcome is None:
        for reason in found.reasons:
            out().print(reason.what.said(language()), style="yellow")
    else:
        level = f"{question['level']:.0%}"
        out().print(
            f"  {percent(outcome['value'], speech)}  ({interval_said(outcome, speech)}; {level})"
        )
        months = said("个月", "months")
        out().print(f"  {outcome['observations']} {months}, R² {outcome['fit']:.2f}")
        for one in outcome["estimates"]:
            name = name_of(one["driver"], inputs, speech)
            out().print(f"  {name}: {one['value']:+.2f} ({one['low']:+.2f} … {one['high']:+.2f})")
    for name, months_ in found.months.items():
        told = said("已放行/受保护", "released/withheld")
        out().print(
            f"  {name_of(name, inputs, speech)}: {months_.released}/{months_.withheld} {told}"
        )
    out().print(said("  同向变动不等于因果；区间偏窄。",
                     "  What moved together need not cause; intervals run narrow."))  # fmt: skip


def print_cases(cases: Sequence[Case]) -> None:
    speech = Speech(language())
    names = said(
        "编号 名称 目标 假设 变化 区间 保存人", "id name target supposed change interval by"
    )
    table = folded_table(*names.split())
    for case in cases:
        supposed, outcome = case["supposed"], case["outcome"]
        table.add_row(
            case["id"][:24], case["name"], supposed["target"],
            shocks_said(supposed, None, speech), percent(outcome["value"], speech),
            interval_said(outcome, speech), case["maker"],
        )  # fmt: skip
    out().print(table)


def print_compared(cases: Sequence[Case]) -> None:
    """A column for each case."""
    speech = Speech(language())
    table = folded_table("", *(case["name"] for case in cases))
    for what, told in _rows(speech).items():
        table.add_row(what, *(told(case) for case in cases))
    out().print(table)


def _rows(speech: Speech) -> dict[str, Any]:
    return {
        said("目标", "target"): lambda c: c["supposed"]["target"],
        said("假设", "supposed"): lambda c: shocks_said(c["supposed"], None, speech),
        said("变化", "change"): lambda c: percent(c["outcome"]["value"], speech),
        said("区间", "interval"): lambda c: interval_said(c["outcome"], speech),
        said("水平", "level"): lambda c: f"{c['supposed']['level']:.0%}",
        said("月数", "months"): lambda c: str(c["outcome"]["observations"]),
        "R²": lambda c: f"{c['outcome']['fit']:.2f}",
        said("数据截至", "figures until"): lambda c: c["outcome"]["month"],
        said("账本条目", "ledger entry"): lambda c: f"{c['entry']:,}",
        said("保存人", "kept by"): lambda c: f"{c['maker']} ({c['department']})",
        said("备注", "note"): lambda c: c["note"],
    }
