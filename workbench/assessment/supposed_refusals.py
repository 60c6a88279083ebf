"""Why something cannot be supposed of a scheme."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fractions import Fraction

from workbench.errors import Code, Text, WorkbenchError, simple


def no_such_setting(path: str, known: Iterable[str]) -> WorkbenchError:
    near = get_close_matches(path, sorted(known), 3, 0.5)
    named = ", ".join(near or sorted(known)[:3])
    return simple(
        Code.invalid_request,
        f"方案中没有可以假设的 {path[:64]}。",
        f"The scheme has nothing called {path[:64]} that could be another.",
        next=Text(f"例如 {named}。", f"Such as {named}."),
        subject=path[:64],
    )


def no_number(path: str, text: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"“{text[:24]}”不是数值。",
        f'"{text[:24]}" is no number.',
        next=Text("例如 12.5，最多 12 位。", "Such as 12.5, of 12 digits at most."),
        subject=path[:64],
    )


def out_of_range(path: str, text: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{path[:64]} 不能是 {text[:64]}。",
        f"{path[:64]} cannot be {text[:64]}.",
        rule=Text("取值范围与考核方案文件相同。", "What a scheme's file may say may be supposed."),
        next=Text("请改成方案文件允许的值。", "Take a value that a scheme's file may have."),
        subject=path[:64],
    )


def turned(path: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"这样假设，{path[:64]} 的好坏方向会反过来，或者没有方向。",
        f"So supposed, {path[:64]} would call worse better, or neither.",
        rule=Text("好的多了，得分不能降低。", "More of a good thing never lowers a score."),
        next=Text("零分值与满分值要保持原来的先后。", "Keep zero and full in the order they have."),
        subject=path[:64],
    )


def out_of_order(path: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{path[:64]} 的分档界限不再依次排列。",
        f"The steps of {path[:64]} are not in order any more.",
        next=Text("最好的一档在先，界限依次递减或递增。", "The best first, and no bound twice."),
        subject=path[:64],
    )


def beyond_a_hundred(given: Fraction) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"所设的权重合计 {float(given):g}，不在 0 到 100 之间。",
        f"The stated weights come to {float(given):g}, which is not of a hundred.",
        next=Text("请调低其中之一。", "Lower one of them."),
        subject="weight",
    )


def short_of_a_hundred(given: Fraction) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"所设的权重合计 {float(given):g}，没有其他权重可以补足 100。",
        f"The stated weights come to {float(given):g}, and nothing is left to make it a hundred.",
        next=Text("请留一个不改，或者凑足 100。", "Leave one as it is, or make them a hundred."),
        subject="weight",
    )
