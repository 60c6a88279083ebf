"""``data_contracts/kpis/*.yaml``: KPIs as data, read strictly; a mistake with file, line and fix.

A KPI is a list of items and a rule that makes one figure of them. ``items`` is SQL over governed
resources; it gives a row for each thing that is counted, with the columns

- ``day``: the day on which it came to count; ``department``: whose figure it is in;
- ``item``: what it is: a case, a grant, a resource; the drill-down lists these rows;
- ``numerator`` and ``denominator`` (figure ratio), or ``amount`` (median, total);
- and each column that ``groups`` names.

So a figure, its parts by department and the cases behind it cannot come apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from workbench.declared import findings
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import suggest
from workbench.declared.notes import Notes
from workbench.declared.schema import worded
from workbench.errors import Text
from workbench.regulations.profile import Article, Key, Said

FOLDER = FilePath("data_contracts") / "kpis"
SCENARIO = "sharing_kpis"
ALWAYS = ("day", "department", "item")


class Figure(StrEnum):
    """``ratio``: the numerators together over the denominators together. ``median``: of the
    amounts. ``total``: the amounts together."""

    ratio = "ratio"
    median = "median"
    total = "total"


NEEDS: Mapping[Figure, tuple[str, ...]] = {
    Figure.ratio: ("numerator", "denominator"),
    Figure.median: ("amount",),
    Figure.total: ("amount",),
}
"""The columns that an item brings for each figure."""


class Direction(Enum):
    higher = "higher"
    lower = "lower"
    none = "none"


class Form(Enum):
    """How the figure is written: a share of one, a number of whole things, or a number."""

    share = "share"
    count = "count"
    number = "number"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Cited(_Frozen):
    """A regulation's articles that the figure follows."""

    regulation: str = Field(min_length=1)
    article: Article


class Denominator(_Frozen):
    """What it is counted over, in words. An empty one gives "not applicable": no zero, no hundred
    percent. ``counted_as`` tells how doubtful items are counted."""

    of: Said
    counted_as: Said | None = None


_NAME = worded(
    re.compile(r"[a-z][a-z0-9_]{0,47}").fullmatch,
    Text("不能作指标编号", "this cannot be the id of a KPI"),
    Text("用小写字母、数字和下划线。", "Use small letters, digits and underscores."),
)
Name = Annotated[str, _NAME]


class Kpi(_Frozen):
    """One KPI. ``articles`` empty: it is ours, and the page says so. ``needs_deadline``: left out
    where the city's regulation gives no number for that key, or its text is missing."""

    id: Name
    title: Said
    formula: Said
    figure: Figure
    form: Form
    unit: Said
    direction: Direction
    denominator: Denominator | None = None
    articles: tuple[Cited, ...] = ()
    needs_deadline: Key | None = None
    scenario: Name = SCENARIO
    groups: tuple[Name, ...] = ()
    items: str = Field(min_length=1)
    note: Said | None = None

    @property
    def cited(self) -> str:
        """``REGULATION: ARTICLES``, parted by semicolons; ``ours`` where no text orders it."""
        return "; ".join(f"{one.regulation}: {one.article}" for one in self.articles) or "ours"

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that its items have."""
        return (*ALWAYS, *NEEDS[self.figure], *self.groups)


def read_kpis(root: FilePath, regulations: Sequence[str]) -> list[Declared[Kpi]]:
    """Every file of the city, with all that is wrong with it. ``regulations`` are the known ids."""
    return [_read(path, root, regulations) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_kpis(root: FilePath, regulations: Sequence[str]) -> dict[str, Kpi]:
    """By id. Raises InvalidInput with every error of every file."""
    return {each.id: each for each in sound(read_kpis(root, regulations))}


def named(known: Mapping[str, Kpi], name: str) -> Kpi:
    """Raises InvalidInput, with the nearest name."""
    missing = Text(f"没有指标 {name}。", f"There is no KPI called {name}.")
    return findings.named(known, name, missing)


def judge_cited(articles: Sequence[Cited], regulations: Sequence[str], notes: Notes) -> None:
    """Each regulation that is cited is known."""
    for number, cited in enumerate(articles):
        if cited.regulation not in regulations:
            problem = Text(
                f"没有法规 {cited.regulation}", f"there is no such regulation: {cited.regulation}"
            )
            fix = suggest(cited.regulation, regulations)
            notes.error(("articles", number, "regulation"), problem, fix)


def _read(path: FilePath, root: FilePath, regulations: Sequence[str]) -> Declared[Kpi]:
    def judge(kpi: Kpi, notes: Notes) -> None:
        judge_name(kpi.id, path.stem, notes)
        judge_cited(kpi.articles, regulations, notes)
        _judge(kpi, notes)

    return read_file(Kpi, path, root, judge)


def _judge(kpi: Kpi, notes: Notes) -> None:
    if (kpi.denominator is None) is (kpi.figure is not Figure.total):
        notes.error(("denominator",) if kpi.denominator else (), _DENOMINATOR, _STATE_IT)
    if kpi.form is Form.share and kpi.figure is not Figure.ratio:
        fix = Text("改用 count 或 number。", "Write count or number.")
        notes.error(("form",), Text("只有比率可写成占比", "only a ratio is a share"), fix)
    for number, name in enumerate(kpi.groups):
        if name in ALWAYS:
            fix = Text("删除它。", "Remove it.")
            notes.error(("groups", number), Text("本来就有", "it is always there"), fix)


_DENOMINATOR = Text(
    "比率和中位数须说明分母，合计没有分母",
    "a ratio and a median say what they are counted over; a total does not",
)
_STATE_IT = Text(
    "写 denominator: {of: {zh, en}}；合计则删除它。",
    "Write denominator: {of: {zh, en}}; remove it from a total.",
)
