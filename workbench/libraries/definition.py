"""``data_contracts/libraries/*.yaml``: read strictly; a mistake with file, line and fix.

An indicator is a formula: over granted columns (``base`` says of which tables), or over other
indicators of its library. All of one base are asked in one statement, month by month, and for each
of its dimensions and all together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from pathlib import Path as FilePath
from typing import Annotated

import sqlglot
from pydantic import BaseModel, ConfigDict, Field
from sqlglot import exp

from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import suggest
from workbench.declared.notes import Notes
from workbench.declared.schema import worded
from workbench.errors import Text
from workbench.kpi.definition import Cited, Direction, judge_cited
from workbench.regulations.profile import Said

FOLDER = FilePath("data_contracts") / "libraries"


class Kind(StrEnum):
    """``flow``: of a month, and months add up. ``stock``: as it stands at a month's end.
    ``ratio``: neither adds up over months nor over places."""

    flow = "flow"
    stock = "stock"
    ratio = "ratio"


class Price(StrEnum):
    """``none``: it is no money."""

    current = "current"
    comparable = "comparable"
    none = "none"


class Season(StrEnum):
    """``festival``: with the months of the year, and the spring festival that moves in them."""

    none = "none"
    months = "months"
    festival = "festival"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_NAME = worded(
    re.compile(r"[a-z][a-z0-9_]{0,47}").fullmatch,
    Text("不能作编号", "this cannot be an id"),
    Text("用小写字母、数字和下划线。", "Use small letters, digits and underscores."),
)
Name = Annotated[str, _NAME]


class Base(_Frozen):
    """``from``: tables with their joins, as after FROM. ``month``: an expression that gives the
    first day of a month. ``by``: dimensions, each a column. ``where`` narrows it."""

    tables: str = Field(min_length=1, alias="from")
    month: str = Field(min_length=1)
    by: Mapping[Name, Name] = Field(min_length=1, max_length=3)
    where: str | None = None


class Indicator(_Frozen):
    """``base`` None: the formula is over other indicators. ``source``: the standard or the text
    that defines it, or that it is ours."""

    id: Name
    title: Said
    unit: Said
    base: Name | None = None
    formula: str = Field(min_length=1)
    kind: Kind
    direction: Direction
    price: Price = Price.none
    season: Season = Season.none
    source: Said
    note: Said | None = None


class Library(_Frozen):
    """``makes``: the resource that its indicators are kept in. ``articles`` empty: it is ours.
    ``reading``: how the regulation was read, and how to change it."""

    id: Name
    order: int = Field(ge=1)
    title: Said
    about: Said
    articles: tuple[Cited, ...] = ()
    reading: Said
    scenario: Name
    makes: Name
    bases: Mapping[Name, Base] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    def of(self, base: str) -> tuple[Indicator, ...]:
        """The indicators that are asked of one base."""
        return tuple(each for each in self.indicators if each.base == base)

    def derived(self) -> tuple[Indicator, ...]:
        """Those over other indicators, each after those that it is over."""
        found = {each.id: each for each in self.indicators}
        over = {
            name: names_in(each.formula) & found.keys() if each.base is None else frozenset()
            for name, each in found.items()
        }
        order = TopologicalSorter(over).static_order()
        return tuple(found[name] for name in order if found[name].base is None)

    def inputs(self, each: Indicator) -> tuple[str, ...]:
        """The indicators with a base that one rests on, through others too."""
        if each.base is not None:
            return (each.id,)
        known = {other.id: other for other in self.indicators}
        over = [self.inputs(known[name]) for name in sorted(names_in(each.formula))]
        return tuple(dict.fromkeys(name for names in over for name in names))


def read_libraries(root: FilePath, regulations: Sequence[str]) -> list[Declared[Library]]:
    """Every file of the city, with all that is wrong with it. ``regulations``: the known ids."""
    files = [_read(path, root, regulations) for path in sorted((root / FOLDER).glob("*.yaml"))]
    return _apart(files)


def load_libraries(root: FilePath, regulations: Sequence[str]) -> dict[str, Library]:
    """By id, in their order. Raises InvalidInput with every error of every file."""
    found = sound(read_libraries(root, regulations))
    return {each.id: each for each in sorted(found, key=lambda each: (each.order, each.id))}


def names_in(formula: str) -> frozenset[str]:
    """The columns that an expression names. Raises ParseError where it is none."""
    return frozenset(column.name for column in parsed(formula).find_all(exp.Column))


def parsed(formula: str) -> exp.Expr:
    """Raises ParseError where ``formula`` is no expression."""
    found: exp.Expr = sqlglot.parse_one(formula, read="duckdb", into=exp.Condition)
    return found


def _read(path: FilePath, root: FilePath, regulations: Sequence[str]) -> Declared[Library]:
    def judge(library: Library, notes: Notes) -> None:
        judge_name(library.id, path.stem, notes)
        judge_cited(library.articles, regulations, notes)
        _judge(library, notes)

    return read_file(Library, path, root, judge)


def _judge(library: Library, notes: Notes) -> None:
    for number, each in enumerate(library.indicators):
        _judge_indicator(library, number, each, notes)
    if not notes.found:
        _judge_order(library, notes)
    for name in library.bases.keys() - {each.base for each in library.indicators}:
        fix = Text("删除它。", "Remove it.")
        problem = Text(f"没有指标用到 {name}", f"no indicator is asked of {name}")
        notes.error(("bases", name), problem, fix)


def _judge_indicator(library: Library, number: int, each: Indicator, notes: Notes) -> None:
    here = ("indicators", number)
    if each.id in {before.id for before in library.indicators[:number]}:
        fix = Text("换一个编号。", "Choose another id.")
        notes.error((*here, "id"), Text("指标编号重复", "this id is there twice"), fix)
    if each.base is not None and each.base not in library.bases:
        problem = Text(f"没有来源 {each.base}", f"there is no base {each.base}")
        notes.error((*here, "base"), problem, suggest(each.base, library.bases))
    try:
        names = names_in(each.formula)
    except sqlglot.errors.ParseError:
        notes.error((*here, "formula"), _NO_FORMULA, _AN_EXPRESSION)
        return
    if each.base is None:
        known = {other.id for other in library.indicators} - {each.id}
        for name in sorted(names - known):
            problem = Text(f"没有指标 {name}", f"there is no indicator {name}")
            notes.error((*here, "formula"), problem, suggest(name, known))


def _judge_order(library: Library, notes: Notes) -> None:
    try:
        library.derived()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        at = [each.id for each in library.indicators].index(error.args[1][0])
        problem = Text(f"公式相互引用：{circle}", f"formulas go round in a circle: {circle}")
        fix = Text("让其中一个直接取自数据。", "Have one of them asked of the data.")
        notes.error(("indicators", at, "formula"), problem, fix)


def _apart(files: Iterable[Declared[Library]]) -> list[Declared[Library]]:
    """No indicator, and no resource that is made, is of two libraries."""
    seen: dict[str, str] = {}
    return [_once(file, seen) for file in files]


def _once(file: Declared[Library], seen: dict[str, str]) -> Declared[Library]:
    if file.value is None:
        return file
    notes = Notes(file.document, [])
    for here, name in _claims(file.value):
        other = seen.setdefault(name, file.value.id)
        if other != file.value.id:
            problem = Text(f"{name} 已属于 {other} 库", f"{name} is of the library {other} already")
            notes.error(here, problem, Text("换一个编号。", "Choose another id."))
    if not notes.found:
        return file
    return Declared(file.document, None, (*file.findings, *notes.found))


def _claims(library: Library) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("makes",), library.makes
    for number, each in enumerate(library.indicators):
        yield ("indicators", number, "id"), each.id


_NO_FORMULA = Text("这不是一个表达式", "this is no expression")
_AN_EXPRESSION = Text(
    "写一个表达式，例如 sum(sales) 或 tax / sales * 100。",
    "Write an expression, such as sum(sales) or tax / sales * 100.",
)
