"""Files of judgements, read and judged: what is missing or doubtful, with line and fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path as FilePath

from workbench.assessment.scheme import Scheme
from workbench.assessment.weighting import ahp
from workbench.assessment.weighting.definition import (
    FOLDER,
    PART,
    Answer,
    Judged,
    Method,
    Weighing,
    pairs_of,
)
from workbench.assessment.weighting.entropy import Alike
from workbench.assessment.weighting.shares import shares_of
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import Finding, Path, Severity, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text

FEWEST = 3
"""Experts of a Delphi round, at least (ours): of fewer, quartiles say nothing."""
ROWS = 2
"""Departments that data need at least."""


def read_weighings(root: FilePath) -> list[Declared[Weighing]]:
    """Every file of the city, with all that is wrong with it."""
    return [read_weighing(path, root) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_weighings(root: FilePath) -> dict[str, Weighing]:
    """By id. Raises InvalidInput with every error of every file."""
    return {each.id: each for each in sound(read_weighings(root))}


def read_weighing(path: FilePath, root: FilePath) -> Declared[Weighing]:
    """A file below ``root``."""

    def judge(weighing: Weighing, notes: Notes) -> None:
        judge_name(weighing.id, path.stem, notes)
        _judge(weighing, notes)

    return read_file(Weighing, path, root, judge)


def doubts(file: Declared[Weighing]) -> Iterator[Finding]:
    """Warnings of a sound file: judgements that do not fit together, at the line of the one that
    fits worst."""
    weighing = file.value
    if weighing is None or weighing.method is not Method.ahp:
        return
    for number, (by, matrix) in enumerate(weighing.matrices().items()):
        found = ahp.consistency_of(matrix, weighing.random_index)
        doubt = ahp.doubt_of(matrix, weighing.random_index)
        if found.accepted or doubt is None:
            continue
        pair = {weighing.names[doubt.row], weighing.names[doubt.column]}
        pairs = weighing.judgements[number].pairs
        at = next(n for n, each in enumerate(pairs) if {each.more, each.than} == pair)
        problem = Text(
            f"{by} 的判断不够一致：CR = {found.ratio:.3f}，应不超过 {ahp.ACCEPTED:.2f}",
            f"the judgements of {by} do not fit together: "
            f"CR = {found.ratio:.3f}, above {ahp.ACCEPTED:.2f}",
        )
        fix = advice(weighing, doubt)
        path = ("judgements", number, "pairs", at, "times")
        yield file.document.finding(path, problem, fix, Severity.warning)


def against(file: Declared[Weighing], scheme: Scheme | None) -> Iterator[Finding]:
    """Of a sound file beside the scheme that it names, as it stands in the city."""
    weighing = file.value
    if weighing is None:
        return
    notes = Notes(file.document)
    if scheme is None:
        problem = Text(f"没有方案 {weighing.scheme}", f"there is no scheme {weighing.scheme}")
        notes.error(("scheme",), problem, Text("先写方案。", "Write the scheme first."))
    else:
        _beside(weighing, scheme, notes)
    yield from notes.found


def advice(weighing: Weighing, doubt: ahp.Doubt) -> Text:
    """Which judgement to think over, and what the others say of it."""
    row, column = weighing.names[doubt.row], weighing.names[doubt.column]
    if doubt.scale >= 1:
        more, than, times = row, column, doubt.scale
    else:
        more, than, times = column, row, 1 / doubt.scale
    return Text(
        f"再想想 {row} 比 {column} 重 {doubt.said:g} 倍：由其余判断推出 {doubt.fits:.2f} 倍。"
        f"若专家改为 more: {more}, than: {than}, times: {times}，则 CR = {doubt.ratio:.3f}。",
        f"Think over {row} against {column}, said to be {doubt.said:g}: the others give "
        f"{doubt.fits:.2f}. If the expert agrees to more: {more}, than: {than}, times: {times}, "
        f"CR is {doubt.ratio:.3f}.",
    )


def _beside(weighing: Weighing, scheme: Scheme, notes: Notes) -> None:
    known: dict[str, Decimal]
    if weighing.dimension is None:
        known, whole = {each.id: each.weight for each in scheme.dimensions}, Decimal(100)
    else:
        found = {each.id: each for each in scheme.dimensions}
        if weighing.dimension not in found:
            name = weighing.dimension
            problem = Text(f"方案没有维度 {name}", f"the scheme has no dimension {name}")
            notes.error(("dimension",), problem, suggest(name, found))
            return
        dimension = found[weighing.dimension]
        known = {each.id: each.weight for each in dimension.indicators if each.weight}
        whole = dimension.weight
    _same_items(weighing, known, notes)
    if weighing.whole != whole:
        problem = Text(f"方案中合计为 {whole}", f"in the scheme it comes to {whole}")
        notes.error(("whole",), problem, Text(f"写 {whole}。", f"Write {whole}."))


def _same_items(weighing: Weighing, known: dict[str, Decimal], notes: Notes) -> None:
    for number, name in enumerate(weighing.names):
        if name not in known:
            problem = Text(f"方案没有 {name}", f"the scheme has no {name}")
            notes.error(("items", number, "id"), problem, suggest(name, known))
    if lacking := [name for name in known if name not in weighing.names]:
        listed = ", ".join(lacking)
        problem = Text(f"缺少 {listed}", f"{listed} of the scheme are not there")
        notes.error(("items",), problem, Text("补上。", "Add them."))


def _judge(weighing: Weighing, notes: Notes) -> None:
    _once([each.id for each in weighing.items], ("items",), notes)
    _once([each.id for each in weighing.experts], ("experts",), notes)
    _parts(weighing, notes)
    if weighing.method is Method.ahp:
        _judgements(weighing, notes)
    elif weighing.method is Method.delphi:
        _rounds(weighing, notes)
    else:
        _scores(weighing, notes)


def _parts(weighing: Weighing, notes: Notes) -> None:
    """What the method works on is there, and nothing of another method."""
    wanted = PART[weighing.method]
    for part in dict.fromkeys(PART.values()):
        there = bool(getattr(weighing, part))
        if part == wanted and not there:
            problem = Text(f"方法 {weighing.method} 需要 {part}",
                           f"the method {weighing.method} needs {part}")  # fmt: skip
            notes.error(("method",), problem, Text(f"补上 {part}。", f"Add {part}."))
        elif part != wanted and there:
            problem = Text(f"方法 {weighing.method} 用不到 {part}",
                           f"the method {weighing.method} does not use {part}")  # fmt: skip
            fix = Text("删除它，或改 method。", "Remove it, or change method.")
            notes.error((part,), problem, fix)


def _judgements(weighing: Weighing, notes: Notes) -> None:
    if len(weighing.items) > ahp.LARGEST:
        problem = Text(f"多于 {ahp.LARGEST} 项，没有随机一致性指标",
                       f"more than {ahp.LARGEST} items have no random index")  # fmt: skip
        fix = Text("分成维度，各自比较。", "Part them into dimensions, and compare within each.")
        notes.error(("items",), problem, fix)
    _by([each.by for each in weighing.judgements], weighing, ("judgements",), notes)
    for number, judged in enumerate(weighing.judgements):
        _pairs(weighing, judged, ("judgements", number, "pairs"), notes)


def _pairs(weighing: Weighing, judged: Judged, path: Path, notes: Notes) -> None:
    seen: set[frozenset[str]] = set()
    for number, pair in enumerate(judged.pairs):
        here = (*path, number)
        for key, name in (("more", pair.more), ("than", pair.than)):
            if name not in weighing.names:
                problem = Text(f"没有 {name}", f"there is no {name}")
                notes.error((*here, key), problem, suggest(name, weighing.names))
        both = frozenset((pair.more, pair.than))
        if len(both) == 1:
            notes.error(here, _ITSELF, Text("删除它。", "Remove it."))
        elif both in seen:
            notes.error(here, Text("这一对已比较过", "this pair stands there already"), _KEEP_ONE)
        seen.add(both)
    if not notes.found and len(seen) < pairs_of(weighing.names):
        _lacking(weighing, judged, path, notes)


def _lacking(weighing: Weighing, judged: Judged, path: Path, notes: Notes) -> None:
    try:
        ahp.matrix_of(weighing.names, judged.times)
    except ahp.Incomplete as error:
        zh = "、".join(f"{a}–{b}" for a, b in error.missing)
        en = ", ".join(f"{a} and {b}" for a, b in error.missing)
        fix = Text("请专家补上：缺的判断不代填。", "Ask the expert: what lacks is not made up.")
        notes.error(path, Text(f"没有比较：{zh}", f"not compared: {en}"), fix)


def _rounds(weighing: Weighing, notes: Notes) -> None:
    for number, one in enumerate(weighing.rounds):
        here = ("rounds", number, "answers")
        _by([each.by for each in one.answers], weighing, here, notes)
        if len(one.answers) < FEWEST:
            problem = Text(f"少于 {FEWEST} 位专家", f"there are fewer than {FEWEST} experts")
            notes.error(here, problem, Text("多请几位。", "Ask more of them."))
        for at, answer in enumerate(one.answers):
            _answer(weighing, answer, (*here, at, "weights"), notes)
    for number, (before, after) in enumerate(pairwise(weighing.rounds), start=1):
        if after.on < before.on:
            fix = Text("按先后写。", "Write them in order.")
            notes.error(("rounds", number, "on"), Text("早于上一轮", "before the last round"), fix)


def _answer(weighing: Weighing, answer: Answer, path: Path, notes: Notes) -> None:
    for name in answer.weights:
        if name not in weighing.names:
            problem = Text(f"没有 {name}", f"there is no {name}")
            notes.error((*path, name), problem, suggest(name, weighing.names))
    if lacking := [name for name in weighing.names if name not in answer.weights]:
        listed = ", ".join(lacking)
        fix = Text("补上，可为 0。", "Add it; it may be 0.")
        notes.error(path, Text(f"缺少 {listed}", f"{listed} lacks"), fix)
    found = sum(answer.weights.values(), Decimal())
    if not lacking and found != weighing.whole:
        problem = Text(
            f"{answer.by} 的合计是 {found}，应为 {weighing.whole}",
            f"what {answer.by} gives comes to {found}, not {weighing.whole}",
        )
        notes.error(path, problem, Text("请专家改。", "Ask the expert."))


def _scores(weighing: Weighing, notes: Notes) -> None:
    for department, given in weighing.scores.items():
        for name in given:
            if name not in weighing.names:
                problem = Text(f"没有 {name}", f"there is no {name}")
                notes.error(("scores", department, name), problem, suggest(name, weighing.names))
    table, _ = weighing.table()
    if weighing.scores and len(table) < ROWS:
        problem = Text(f"每项都有分的部门不到 {ROWS} 个",
                       f"fewer than {ROWS} departments have all scores")  # fmt: skip
        notes.error(("scores",), problem, Text("补上部门。", "Add departments."))
    elif weighing.scores:
        try:
            shares_of(weighing)
        except Alike:
            notes.error(("scores",), _ALIKE, _ASK_PEOPLE)


def _by(given: Sequence[str], weighing: Weighing, path: Path, notes: Notes) -> None:
    """Each is a known expert, and answers once."""
    known = [each.id for each in weighing.experts]
    for number, name in enumerate(given):
        if name not in known:
            problem = Text(f"没有专家 {name}", f"there is no expert {name}")
            notes.error((*path, number, "by"), problem, suggest(name, known))
    _once(given, path, notes, key="by")


def _once(names: Sequence[str], path: Path, notes: Notes, key: str = "id") -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            problem = Text(f"{name} 出现两次", f"{name} stands twice")
            notes.error((*path, number, key), problem, _KEEP_ONE)


_ALIKE = Text(
    "各部门没有差别，或各指标相互重复，数据给不出权重",
    "departments do not differ, or indicators repeat one another: the data give no weights",
)
_ASK_PEOPLE = Text("改用 ahp 或 delphi。", "Use ahp or delphi.")
_ITSELF = Text("与自己比较", "it is compared with itself")
_KEEP_ONE = Text("只留一处。", "Keep it once.")
