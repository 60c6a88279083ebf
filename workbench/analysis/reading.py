"""Files of analyses: read strictly; a mistake with file, line and fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from workbench.analysis.definition import (
    FIGURES,
    FOLDER,
    PLACE,
    Analysis,
    Component,
    Kind,
    Sentence,
)
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text


def read_analyses(root: FilePath) -> list[Declared[Analysis]]:
    """Every file of the city, with all that is wrong with it."""
    return [_read(path, root) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_analyses(root: FilePath) -> dict[str, Analysis]:
    """By id. Raises InvalidInput with every error of every file."""
    return {each.id: each for each in sound(read_analyses(root))}


def _read(path: FilePath, root: FilePath) -> Declared[Analysis]:
    def judge(analysis: Analysis, notes: Notes) -> None:
        judge_name(analysis.id, path.stem, notes)
        _judge(analysis, notes)

    return read_file(Analysis, path, root, judge)


def _judge(analysis: Analysis, notes: Notes) -> None:
    known = [each.id for each in analysis.headlines]
    for number, each in enumerate(analysis.headlines):
        here: Path = ("headlines", number)
        if each.id in known[:number]:
            problem = Text("编号重复", "this id is there twice")
            notes.error((*here, "id"), problem, Text("换一个编号。", "Choose another id."))
        if (each.indicator is None) is (each.published is None):
            problem = Text(
                "指标与发布数据须写且只写一个", "it takes an indicator or a published series"
            )
            fix = Text("写 indicator 或 published。", "Write indicator, or published.")
            notes.error(here, problem, fix)
        elif each.published is not None and analysis.published is None:
            problem = Text("没有写发布数据的资源", "the resource of published series is missing")
            fix = Text("写 published: 资源名。", "Write published: and the resource's name.")
            notes.error(("published",), problem, fix)
        elif each.published is not None and each.unit is None:
            problem = Text("发布数据须写单位", "a published series has no unit of its own")
            notes.error((*here, "unit"), problem, Text("写 unit。", "Write unit."))
    _judge_deflators(analysis, notes)
    for here, name in named(analysis):
        if name not in known:
            problem = Text(f"没有总览指标 {name}", f"there is no headline {name}")
            notes.error(here, problem, suggest(name, known))
    if not notes.found:
        _judge_lights(analysis, notes)
        _judge_nowcast(analysis, notes)
    _judge_dimensions(analysis, notes)
    for number, sentence in enumerate(analysis.sentences):
        _judge_sentence(sentence, ("sentences", number), notes)


def _judge_deflators(analysis: Analysis, notes: Notes) -> None:
    """Each is a price index of the file, and the rate it is for is of a month."""
    series = analysis.prices.series if analysis.prices is not None else {}
    for number, each in enumerate(analysis.headlines):
        here: Path = ("headlines", number, "deflator")
        if each.deflator is None:
            continue
        if each.deflator not in series:
            problem = Text(f"没有价格指数 {each.deflator}", f"no price index {each.deflator}")
            notes.error(here, problem, suggest(each.deflator, series))
        if each.frequency != "month" or each.moving != 1 or each.hundred is not None:
            problem = Text("只有月度增速才扣价格", "only a monthly rate is deflated")
            notes.error(here, problem, Text("删去 deflator。", "Leave deflator out."))


def _judge_dimensions(analysis: Analysis, notes: Notes) -> None:
    """What is asked by a dimension is one of the analysis; what a sentence is of is made."""
    ranking = analysis.ranking
    if ranking is not None and ranking.by not in analysis.by:
        problem = Text(f"没有维度 {ranking.by}", f"there is no dimension {ranking.by}")
        notes.error(("ranking", "by"), problem, suggest(ranking.by, analysis.by))
    known = {
        Kind.where: analysis.drivers is not None and {*_WHERE} <= {*analysis.by},
        Kind.outlook: analysis.nowcast is not None,
    }
    for number, sentence in enumerate(analysis.sentences):
        if not known.get(sentence.kind, True):
            problem = Text(
                f"{sentence.kind} 所说的部分没有写", f"what {sentence.kind} speaks of is not made"
            )
            fix = Text("写上那一部分，或换一类句子。", "Declare that part, or take another kind.")
            notes.error(("sentences", number, "kind"), problem, fix)


def named(analysis: Analysis) -> Iterator[tuple[Path, str]]:
    """Each place that names a headline."""
    if analysis.nowcast is not None:
        yield ("nowcast", "target"), analysis.nowcast.target
    for here, found in _lists(analysis):
        for number, each in enumerate(found):
            if isinstance(each, str):
                yield (*here, number), each
            elif each.headline is not None:
                yield (*here, number, "headline"), each.headline


def _lists(analysis: Analysis) -> Iterator[tuple[Path, Sequence[Any]]]:
    """Lists of headlines, or of what is about one."""
    yield ("lights", "components"), analysis.lights.components
    if (indices := analysis.indices) is not None:
        yield ("indices", "leading", "members"), indices.leading.members
        yield ("indices", "coincident", "members"), indices.coincident.members
        yield ("indices", "lagging", "members"), indices.lagging.members
        yield ("indices", "diffusion", "headlines"), indices.diffusion.headlines
    if analysis.drivers is not None:
        yield ("drivers", "headlines"), analysis.drivers.headlines
    if analysis.nowcast is not None:
        yield ("nowcast", "inputs"), analysis.nowcast.inputs
    if analysis.ranking is not None:
        yield ("ranking", "components"), analysis.ranking.components
    yield ("sentences",), analysis.sentences


def _judge_lights(analysis: Analysis, notes: Notes) -> None:
    components = analysis.lights.components
    seen: set[str] = set()
    for number, light in enumerate(components):
        here: Path = ("lights", "components", number)
        if light.headline in seen:
            problem = Text("每个指标只能有一盏灯", "there is one light for a headline")
            notes.error((*here, "headline"), problem, Text("删除一个。", "Remove one."))
        seen.add(light.headline)
        _judge_cuts(light, here, notes)
    most, totals = 5 * len(components), analysis.lights.totals
    if not (len(components) < totals[0] and totals[-1] <= most):
        problem = Text("总分阈值不在可能的分数内", "the cuts of the sum are not possible")
        fix = Text(f"写 {len(components)} 与 {most} 之间的数。", _BETWEEN % (len(components), most))
        notes.error(("lights", "totals"), problem, fix)
    if _descends(analysis.lights.totals):
        notes.error(("lights", "totals"), *_ASCENDING)
    if analysis.lights.least > len(components):
        problem = Text("没有这么多盏灯", "there are not so many lights")
        fix = Text(f"最多写 {len(components)}。", f"Write {len(components)} at most.")
        notes.error(("lights", "least"), problem, fix)


def _judge_cuts(light: Component, here: Path, notes: Notes) -> None:
    given = light.thresholds or light.history
    if given is None or (light.thresholds and light.history):
        problem = Text("阈值须写且只写一种", "a light has thresholds, or quantiles of its history")
        fix = Text("写 thresholds 或 history。", "Write thresholds, or history.")
        notes.error(here, problem, fix)
        return
    key = "thresholds" if light.thresholds else "history"
    if _descends(given):
        notes.error((*here, key), *_ASCENDING)
    elif light.history and not 0 < given[0] < given[-1] < 1:
        problem = Text("分位数须在 0 与 1 之间", "quantiles lie between 0 and 1")
        fix = Text("例如 [0.1, 0.25, 0.75, 0.9]。", "Such as [0.1, 0.25, 0.75, 0.9].")
        notes.error((*here, key), problem, fix)


def _descends(cuts: tuple[float, ...]) -> bool:
    return any(not a < b for a, b in pairwise(cuts))


def _judge_nowcast(analysis: Analysis, notes: Notes) -> None:
    if analysis.nowcast is None:
        return
    target = analysis.headline(analysis.nowcast.target)
    if target.published is None or target.frequency != "quarter":
        problem = Text("即时预测的对象须是季度发布数据", "the target is no published quarter")
        fix = Text("选一个 frequency: quarter 的指标。", "Name a headline of frequency: quarter.")
        notes.error(("nowcast", "target"), problem, fix)
    for number, name in enumerate(analysis.nowcast.inputs):
        if analysis.headline(name).frequency != "month":
            problem = Text("输入须是月度指标", "an input is monthly")
            fix = Text("换一个月度指标。", "Name a monthly headline.")
            notes.error(("nowcast", "inputs", number), problem, fix)


def _judge_sentence(sentence: Sentence, here: Path, notes: Notes) -> None:
    known = FIGURES[sentence.kind]
    for language in ("zh", "en"):
        for name in PLACE.findall(getattr(sentence.text, language)):
            if name not in known:
                problem = Text(f"没有数字 {{{name}}}", f"this sentence has no figure {{{name}}}")
                notes.error((*here, "text", language), problem, suggest(name, known))
    needs = sentence.kind in (Kind.where, Kind.progress, Kind.outlook, Kind.ends)
    if needs and sentence.headline is None:
        problem = Text("这类句子须写指标", "a sentence of this kind is about one headline")
        notes.error(here, problem, Text("写 headline。", "Write headline."))


_WHERE = ("county", "industry")
_BETWEEN = "Write numbers between %d and %d."
_ASCENDING = (
    Text("四个阈值须递增", "the four thresholds ascend"),
    Text("从小到大写。", "Write them from the least to the most."),
)
