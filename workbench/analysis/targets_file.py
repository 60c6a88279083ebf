"""``data_contracts/targets/*.yaml``: what a year should bring, and whose target it is.

Read strictly; a mistake with file, line and fix.

A target is a growth on the year before, of an indicator of a library or of a published series. The
analysis judges it for the headline that follows the same; pages have their own list of indicators.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from workbench.analysis.definition import Analysis
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import Finding, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.libraries.definition import Kind, Library, Name
from workbench.regulations.profile import Said

FOLDER = FilePath("data_contracts") / "targets"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Goal(_Frozen):
    """``growth``: wanted on the whole year before, in percent. ``years``: whole years whose mean
    course says what is due by history."""

    indicator: Name | None = None
    published: Name | None = None
    year: Annotated[int, Field(ge=2000, le=2100)]
    growth: Annotated[float, Field(gt=-100)]
    years: Annotated[int, Field(ge=1, le=5)] = 2

    @property
    def of(self) -> tuple[str | None, str | None]:
        """Indicator and published series, as a headline has them."""
        return (self.indicator, self.published)

    @property
    def name(self) -> str:
        return self.indicator or self.published or ""


class Targets(_Frozen):
    """A file. ``source``: who set its targets, where and when; or that they are made up."""

    id: Name
    title: Said
    source: Said
    targets: tuple[Goal, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Target:
    """A goal with its source."""

    goal: Goal
    source: Text


def read_targets(root: FilePath) -> list[Declared[Targets]]:
    """Every file of the city, with all that is wrong with it."""
    seen: _Seen = {}
    return [_read(path, root, seen) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_targets(root: FilePath) -> tuple[Target, ...]:
    """Of all files. Raises InvalidInput with every error of every file."""
    return tuple(
        Target(goal, each.source.text())
        for each in sound(read_targets(root))
        for goal in each.targets
    )


def check(
    file: Declared[Targets], libraries: Mapping[str, Library], analyses: Iterable[Analysis]
) -> Iterator[Finding]:
    """Against libraries and analyses: a target is of what is there, and adds up to a year."""
    if file.value is None:
        return
    kinds = {each.id: each.kind for library in libraries.values() for each in library.indicators}
    series = {h.published for each in analyses for h in each.headlines if h.published is not None}
    for number, goal in enumerate(file.value.targets):
        key = "indicator" if goal.indicator is not None else "published"
        here, known = ("targets", number, key), kinds if goal.indicator is not None else series
        if goal.name not in known:
            problem = Text(f"没有指标或发布数据 {goal.name}", f"there is no {key} {goal.name}")
            yield file.document.finding(here, problem, suggest(goal.name, known))
        elif kinds.get(goal.indicator or "", Kind.flow) is not Kind.flow:
            problem = Text("年度目标须是流量指标", "a yearly target is of a flow")
            fix = Text("换一个按月累计的指标。", "Name an indicator whose months add up.")
            yield file.document.finding(here, problem, fix)


_Seen = dict[tuple[object, ...], str]


def _read(path: FilePath, root: FilePath, seen: _Seen) -> Declared[Targets]:
    def judge(targets: Targets, notes: Notes) -> None:
        judge_name(targets.id, path.stem, notes)
        for number, goal in enumerate(targets.targets):
            _judge(goal, number, notes)
            other = seen.setdefault((*goal.of, goal.year), f"{targets.id}.yaml: {number + 1}")
            if other != f"{targets.id}.yaml: {number + 1}":
                told = f"{goal.name} {goal.year}"
                problem = Text(
                    f"{told} 已有目标（{other}）", f"{told} has a target already ({other})"
                )
                fix = Text("删除一个。", "Remove one of them.")
                notes.error(("targets", number), problem, fix)

    return read_file(Targets, path, root, judge)


def _judge(goal: Goal, number: int, notes: Notes) -> None:
    if (goal.indicator is None) is (goal.published is None):
        problem = Text(
            "指标与发布数据须写且只写一个", "it is of an indicator or a published series"
        )
        fix = Text("写 indicator 或 published。", "Write indicator, or published.")
        notes.error(("targets", number), problem, fix)
