"""The files of catalogue-side indicators: read strictly; a mistake with file, line and fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from workbench.assessment.catalogues.definition import (
    COUNTED,
    INDICATORS,
    ODDITIES,
    SCHEME,
    CatalogueIndicator,
    Oddities,
    Oddity,
    Treated,
)
from workbench.assessment.reading import read_scheme
from workbench.assessment.scheme import Scheme
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import Finding, Path, raise_errors, suggest
from workbench.declared.notes import Notes, says_something
from workbench.errors import Code, Text, simple
from workbench.kpi.definition import Figure, Form, judge_cited
from workbench.regulations.profile import Said


@dataclass(frozen=True)
class Files:
    oddities: Declared[Oddities]
    indicators: tuple[Declared[CatalogueIndicator], ...]
    scheme: Declared[Scheme]

    @property
    def findings(self) -> Iterator[Finding]:
        yield from self.oddities.findings
        for file in self.indicators:
            yield from file.findings
        yield from self.scheme.findings


@dataclass(frozen=True)
class Catalogues:
    """All that departments of portals are rated by."""

    oddities: Mapping[str, Oddity]
    indicators: Mapping[str, CatalogueIndicator]
    scheme: Scheme


def read_files(root: FilePath, regulations: Sequence[str]) -> Files | None:
    """With all that is wrong with them; None where the city rates no catalogues."""
    if not (root / SCHEME).is_file():
        return None
    oddities = _oddities(root)
    known = [each.id for each in oddities.value.oddities] if oddities.value else []
    paths = sorted((root / INDICATORS).glob("*.yaml"))
    indicators = tuple(_indicator(path, root, known, regulations) for path in paths)
    return Files(oddities, indicators, read_scheme(root / SCHEME, root, regulations))


def load(root: FilePath, regulations: Sequence[str]) -> Catalogues:
    """Raises InvalidInput with every error of every file, or where the city has none."""
    files = read_files(root, regulations)
    if files is None:
        raise simple(
            Code.invalid_request,
            f"本市没有目录评价方案（{SCHEME.as_posix()}）。",
            f"The city has no scheme for catalogues ({SCHEME.as_posix()}).",
            next=Text("照样例城市的同名目录编写。", "Write one like the sample city's."),
            subject=SCHEME.as_posix(),
        )
    raise_errors(files.findings)
    (oddities,), (scheme,) = sound([files.oddities]), sound([files.scheme])
    return Catalogues(
        {each.id: each for each in oddities.oddities},
        {each.id: each for each in sound(files.indicators)},
        scheme,
    )


def _oddities(root: FilePath) -> Declared[Oddities]:
    def judge(value: Oddities, notes: Notes) -> None:
        ids = [each.id for each in value.oddities]
        for number, name in enumerate(ids):
            if name == COUNTED or name in ids[:number]:
                problem = Text(f"编号 {name} 已有", f"the id {name} is taken")
                notes.error(("oddities", number, "id"), problem, _OTHER_ID)

    return read_file(Oddities, root / ODDITIES, root, judge)


def _indicator(
    path: FilePath, root: FilePath, oddities: Sequence[str], regulations: Sequence[str]
) -> Declared[CatalogueIndicator]:
    def judge(indicator: CatalogueIndicator, notes: Notes) -> None:
        judge_name(indicator.id, path.stem, notes)
        judge_cited(indicator.articles, regulations, notes)
        _figure(indicator, notes)
        _treatments(indicator, oddities, notes)
        for where, reason in _reasons(indicator):
            if not (says_something(reason.zh) and says_something(reason.en)):
                notes.error(where, Text("没有说明理由", "no reason is said"), _SAY_WHY)

    return read_file(CatalogueIndicator, path, root, judge)


def _figure(indicator: CatalogueIndicator, notes: Notes) -> None:
    """A ratio has a condition, any other figure a number, and neither has both."""
    wanted, other = ("counts", "amount")
    if indicator.figure is not Figure.ratio:
        wanted, other = other, wanted
    if getattr(indicator, wanted) is None:
        problem = Text(f"缺少 {wanted}", f"{wanted} is missing")
        notes.error((), problem, Text(f"写 {wanted}。", f"Write {wanted}."))
    if getattr(indicator, other) is not None:
        problem = Text(f"此类指标没有 {other}", f"such a figure has no {other}")
        notes.error((other,), problem, Text("删除它。", "Remove it."))
    if indicator.form is Form.share and indicator.figure is not Figure.ratio:
        fix = Text("改用 count 或 number。", "Write count or number.")
        notes.error(("form",), Text("只有比率可写成占比", "only a ratio is a share"), fix)


def _treatments(indicator: CatalogueIndicator, oddities: Iterable[str], notes: Notes) -> None:
    known, seen = list(oddities), set[str]()
    for number, each in enumerate(indicator.treatments):
        here: Path = ("treatments", number)
        if each.oddity not in known:
            problem = Text(f"没有异常 {each.oddity}", f"no oddity is called {each.oddity}")
            notes.error((*here, "oddity"), problem, suggest(each.oddity, known))
        if each.oddity in seen:
            problem = Text(f"{each.oddity} 出现两次", f"{each.oddity} stands twice")
            notes.error((*here, "oddity"), problem, Text("只留一处。", "Keep it once."))
        if each.treated is Treated.against and indicator.figure is not Figure.ratio:
            fix = Text("写 not_rated。", "Write not_rated.")
            problem = Text("只有比率有分母", "only a ratio has a denominator")
            notes.error((*here, "as"), problem, fix)
        seen.add(each.oddity)


def _reasons(indicator: CatalogueIndicator) -> Iterator[tuple[Path, Said]]:
    yield ("ours",), indicator.ours
    for number, each in enumerate(indicator.treatments):
        yield ("treatments", number, "ours"), each.ours


_OTHER_ID = Text("改成另一个。", "Choose another.")
_SAY_WHY = Text("写 ours: {zh, en} 说明理由。", "Write ours: {zh, en} with the reason.")
