"""The files of schemes, read and judged by themselves: weights that sum, functions that can be
followed, reasons where the text gives no number. The city is for ``check``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path as FilePath

from workbench.assessment.scheme import (
    FOLDER,
    Indicator,
    Linear,
    Measure,
    PeerGroup,
    Reasoned,
    Scheme,
    Scoring,
    Step,
    Veto,
    placed,
)
from workbench.assessment.totals import WHOLE
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes, says_something
from workbench.errors import Text
from workbench.regulations.profile import Said

_FUNCTIONS = ("linear", "steps", "rank", "deduct", "veto")
_MEASURES = ("kpi", "manual")


def read_schemes(root: FilePath, regulations: Sequence[str]) -> list[Declared[Scheme]]:
    """Every file of the city, with all that is wrong with it. ``regulations`` are the known ids."""
    return [read_scheme(path, root, regulations) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_schemes(root: FilePath, regulations: Sequence[str]) -> dict[str, Scheme]:
    """By id. Raises InvalidInput with every error of every file."""
    return {each.id: each for each in sound(read_schemes(root, regulations))}


def read_scheme(path: FilePath, root: FilePath, regulations: Sequence[str]) -> Declared[Scheme]:
    """A file below ``root``, with all that is wrong with it."""

    def judge(scheme: Scheme, notes: Notes) -> None:
        judge_name(scheme.id, path.stem, notes)
        if scheme.regulation not in regulations:
            problem = Text(f"没有法规 {scheme.regulation}", f"no regulation {scheme.regulation}")
            notes.error(("regulation",), problem, suggest(scheme.regulation, regulations))
        _judge(scheme, notes)

    return read_file(Scheme, path, root, judge)


def _judge(scheme: Scheme, notes: Notes) -> None:
    _says(scheme.ours, ("ours",), notes)
    _says(scheme.reading, ("reading",), notes)
    _one_reason(scheme.missing, ("missing",), notes)
    if scheme.enough is not None:
        _one_reason(scheme.enough, ("enough",), notes)
    _grades(scheme, notes)
    _peers(scheme.peers, notes)
    _ids(scheme, notes)
    _sums(scheme, notes)
    for i, dimension in enumerate(scheme.dimensions):
        _one_reason(dimension, ("dimensions", i), notes)
    for one in placed(scheme):
        _indicator(one.indicator, one.path, notes)


def _ids(scheme: Scheme, notes: Notes) -> None:
    seen: set[str] = set()
    paths = [(("dimensions", i), each.id) for i, each in enumerate(scheme.dimensions)]
    for path, name in [*paths, *((one.path, one.indicator.id) for one in placed(scheme))]:
        if name in seen:
            problem = Text(f"编号 {name} 出现两次", f"the id {name} stands twice")
            notes.error((*path, "id"), problem, Text("改成另一个。", "Choose another."))
        seen.add(name)


def _sums(scheme: Scheme, notes: Notes) -> None:
    """Dimensions come to a hundred, and the indicators of each to its weight: exactly."""
    whole = sum((each.weight for each in scheme.dimensions), Decimal())
    if whole != WHOLE:
        notes.error(("dimensions",), *_sum("各维度", "the dimensions", whole, Decimal(100)))
    for i, dimension in enumerate(scheme.dimensions):
        found = sum((each.weight for each in dimension.indicators), Decimal())
        if found != dimension.weight:
            told = _sum("各指标", "the indicators", found, dimension.weight)
            notes.error(("dimensions", i, "indicators"), *told)


def _sum(zh: str, en: str, found: Decimal, wanted: Decimal) -> tuple[Text, Text]:
    more = found > wanted
    by = _plain(abs(found - wanted))
    return (
        Text(
            f"{zh}的权重之和是 {_plain(found)}，应为 {_plain(wanted)}",
            f"the weights of {en} come to {_plain(found)}, not {_plain(wanted)}",
        ),
        Text(
            f"{'减少' if more else '增加'} {by}。",
            f"{'Take off' if more else 'Add'} {by}.",
        ),
    )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _indicator(indicator: Indicator, path: Path, notes: Notes) -> None:
    _one_reason(indicator, path, notes)
    if indicator.missing is not None:
        _one_reason(indicator.missing, (*path, "missing"), notes)
    _one(indicator.measure, _MEASURES, (*path, "measure"), notes)
    if not _one(indicator.score, _FUNCTIONS, (*path, "score"), notes):
        return
    is_veto = indicator.score.veto is not None
    if is_veto is (indicator.weight > 0):
        notes.error((*path, "weight"), *(_VETO_WEIGHT if is_veto else _NO_WEIGHT))
    _function(indicator.score, (*path, "score"), notes)


def _one(value: Measure | Scoring, names: Sequence[str], path: Path, notes: Notes) -> bool:
    """Exactly one of the keys stands there."""
    found = [name for name in names if getattr(value, name) is not None]
    if len(found) == 1:
        return True
    listed = ", ".join(found)
    problem = (
        Text(f"同时写了 {listed}", f"{listed} stand together")
        if found
        else Text("什么都没写", "nothing is said")
    )
    options = ", ".join(names)
    notes.error(path, problem, Text(f"只写其中一个：{options}", f"Write one of: {options}"))
    return False


def _one_reason(value: Reasoned, path: Path, notes: Notes) -> None:
    if value.ours is None and value.given is None:
        notes.error(path, _NO_REASON, _GIVE_REASON)
    elif value.ours is not None and value.given is not None:
        notes.error((*path, "given"), _TWO_REASONS, Text("删除一个。", "Remove one."))
    elif value.ours is not None:
        _says(value.ours, (*path, "ours"), notes)


def _says(reason: Said, path: Path, notes: Notes) -> None:
    if not (says_something(reason.zh) and says_something(reason.en)):
        notes.error(path, Text("没有说明理由", "no reason is said"), _GIVE_REASON)


def _function(score: Scoring, path: Path, notes: Notes) -> None:
    if score.linear is not None:
        _linear(score.linear, (*path, "linear"), notes)
    if score.steps is not None:
        _steps(score.steps, (*path, "steps"), notes)
    if score.deduct is not None and score.deduct.each > score.deduct.cap:
        notes.error((*path, "deduct", "each"), _EACH_OVER_CAP, _LOWER_EACH)
    if score.veto is not None:
        _one_bound(score.veto, (*path, "veto"), notes)


def _linear(linear: Linear, path: Path, notes: Notes) -> None:
    if linear.zero == linear.full:
        fix = Text("写两个不同的数，或改用 steps。", "Write two numbers, or use steps.")
        notes.error(path, Text("上下界相同", "its bounds are equal"), fix)


def _steps(steps: Sequence[Step], path: Path, notes: Notes) -> None:
    """All of one kind, from the best down: harder bounds first, with higher scores."""
    if not steps:
        notes.error(path, Text("没有一档", "there is no step"), _ORDER)
        return
    sound = [_one_bound(step, (*path, i), notes) for i, step in enumerate(steps)]
    if not all(sound):
        return
    kinds = {step.at_least is not None for step in steps}
    if len(kinds) > 1:
        fix = Text("全写 at_least 或全写 at_most。", "Write at_least, or at_most, in all of them.")
        notes.error(path, Text("两种界混用", "two kinds of bound are mixed"), fix)
        return
    sign = 1 if kinds == {True} else -1
    for i, (before, after) in enumerate(pairwise(steps), start=1):
        if sign * before.bound <= sign * after.bound or before.score <= after.score:
            notes.error((*path, i), Text("各档次序不对", "the steps are not in order"), _ORDER)


def _one_bound(value: Step | Veto, path: Path, notes: Notes) -> bool:
    if (value.at_least is None) is not (value.at_most is None):
        return True
    fix = Text("写 at_least 或 at_most，只写一个。", "Write at_least or at_most, and one alone.")
    notes.error(path, Text("须有一个界", "it needs one bound"), fix)
    return False


def _grades(scheme: Scheme, notes: Notes) -> None:
    """From the best down to one that begins at 0: each score has a grade."""
    _falling([grade.least for grade in scheme.grades], lambda i: ("grades", i, "from"), notes)
    if scheme.grades[-1].least != 0:
        fix = Text("加一档 from: 0。", "Add one from: 0.")
        problem = Text("最低分没有等次", "the lowest scores have no grade")
        notes.error(("grades", len(scheme.grades) - 1), problem, fix)


def _falling(values: Iterable[Decimal], path: Callable[[int], Path], notes: Notes) -> None:
    for i, (before, after) in enumerate(pairwise(values), start=1):
        if before <= after:
            fix = Text("从高到低写。", "Write the highest first.")
            notes.error(path(i), Text("次序不对", "it is not in order"), fix)


def _peers(peers: Sequence[PeerGroup], notes: Notes) -> None:
    seen: dict[str, str] = {}
    for i, group in enumerate(peers):
        if [bool(group.departments), group.of is not None, bool(group.has)].count(True) != 1:
            fix = Text("写 departments、has 或 of，只写一个。", "Write departments, has, or of.")
            notes.error(("peers", i), Text("须说明有谁", "it must say who is in it"), fix)
        for name in _members(group):
            if name in seen:
                problem = Text(
                    f"{name} 已在 {seen[name]} 组", f"{name} is in the group {seen[name]} already"
                )
                notes.error(("peers", i), problem, Text("只留一处。", "Keep it once."))
            seen[name] = group.id


def _members(group: PeerGroup) -> Iterator[str]:
    yield from group.departments
    if group.of is not None:
        yield f"of: {group.of}"
    if group.has is not None:
        yield f"has: {group.has}"


_NO_REASON = Text(
    "没有说明权重和界限从何而来",
    "it does not say where its weight and its bounds come from",
)
_GIVE_REASON = Text(
    "写 ours: {zh, en} 说明理由；条文有规定的写 given: 条款。",
    "Write ours: {zh, en} with the reason, or given: ARTICLE where the text gives it.",
)
_TWO_REASONS = Text("ours 和 given 不能并存", "ours and given stand together")
_VETO_WEIGHT = (
    Text("一票否决不占权重", "a veto has no weight"),
    Text("写 weight: 0。", "Write weight: 0."),
)
_NO_WEIGHT = (
    Text("没有权重，不起作用", "without a weight it counts for nothing"),
    Text("写大于 0 的数，或删除此指标。", "Write a number above 0, or remove the indicator."),
)
_EACH_OVER_CAP = Text(
    "每次扣分超过扣分上限", "one event takes off more than can be taken off in all"
)
_LOWER_EACH = Text("each 不大于 cap。", "Write an each that is not above cap.")
_ORDER = Text(
    "从最好的一档写起：at_least 从大到小、at_most 从小到大，score 从高到低。",
    "Begin with the best: at_least falling, or at_most rising, and score falling.",
)
