"""``data_contracts/warnings/*.yaml``: rules of early warning, read strictly.

A rule says what is looked at (``inputs``: for each subject and month a number of one resource), how
(``detector``, one of ``workbench.economy.warning.DETECTORS`` with its parameters), and from which
score each of the four levels begins. It says nothing of who may see what it finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path as FilePath
from typing import Literal

import sqlglot
from pydantic import BaseModel, ConfigDict, Field

from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import suggest
from workbench.declared.notes import Notes
from workbench.economy.warning import COLOURS, AreaLoss, Levels, Loss
from workbench.errors import Text
from workbench.kpi.definition import Cited, judge_cited
from workbench.libraries.definition import Name, parsed
from workbench.regulations.profile import Said

FOLDER = FilePath("data_contracts") / "warnings"


class Kind(StrEnum):
    """What a rule warns of."""

    stop = "stop"
    cut = "cut"
    tax_slide = "tax_slide"
    employment_loss = "employment_loss"
    export_loss = "export_loss"
    credit = "credit"
    industry = "industry"
    county = "county"


class Nature(StrEnum):
    """``flow``: of a month. ``stock``: as it stands at a month's end. ``event``: how often
    something happened; whoever has no record of it had none."""

    flow = "flow"
    stock = "stock"
    event = "event"


Subject = Literal["enterprise", "industry", "county"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Input(_Frozen):
    """``value``: an aggregate of a subject's rows of a month. ``month``: an expression that gives
    the first day of one. ``where`` narrows the rows."""

    resource: Name
    subject: Name
    month: str = Field(min_length=1)
    value: str = Field(min_length=1)
    kind: Nature
    where: str | None = None


class Register(_Frozen):
    """Where the subjects are entered; ``county``, ``industry`` and ``closed`` are expressions.
    Peers are grouped by ``industry``, so that it should not be too fine."""

    resource: Name
    subject: Name
    county: str = Field(min_length=1)
    industry: str = Field(min_length=1)
    closed: str | None = None


class Detector(_Frozen):
    """One of them."""

    loss: Loss | None = None
    area_loss: AreaLoss | None = None


class Rule(_Frozen):
    """``scenario``: under whose grants its inputs are asked. ``articles`` empty: the rule is
    ours."""

    id: Name
    order: int = Field(ge=1)
    title: Said
    about: Said
    kind: Kind
    subject: Subject
    scenario: Name
    register_: Register = Field(alias="register")
    inputs: Mapping[Name, Input] = Field(min_length=1)
    detector: Detector
    levels: Levels
    source: Said
    articles: tuple[Cited, ...] = ()

    @property
    def found_by(self) -> str:
        """The detector's name."""
        return "loss" if self.detector.loss is not None else "area_loss"

    @property
    def parameters(self) -> Loss | AreaLoss:
        found = self.detector.loss or self.detector.area_loss
        if found is None:
            raise AssertionError  # a rule that was read has one
        return found

    @property
    def season(self) -> Literal["peers", "year"]:
        """How seasons are taken off: by the course of a firm's peers, or by the same month of the
        year before with January and February as one."""
        area = self.detector.area_loss
        return "year" if area is not None and area.season else "peers"

    @property
    def events(self) -> frozenset[str]:
        return frozenset(n for n, each in self.inputs.items() if each.kind is Nature.event)


def read_rules(root: FilePath, regulations: Sequence[str]) -> list[Declared[Rule]]:
    """Every file of the city, with all that is wrong with it. ``regulations``: the known ids."""
    return [_read(path, root, regulations) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_rules(root: FilePath, regulations: Sequence[str]) -> dict[str, Rule]:
    """By id, in their order. Raises InvalidInput with every error of every file."""
    found = sound(read_rules(root, regulations))
    return {each.id: each for each in sorted(found, key=lambda each: (each.order, each.id))}


def _read(path: FilePath, root: FilePath, regulations: Sequence[str]) -> Declared[Rule]:
    def judge(rule: Rule, notes: Notes) -> None:
        judge_name(rule.id, path.stem, notes)
        judge_cited(rule.articles, regulations, notes)
        if (rule.detector.loss is None) == (rule.detector.area_loss is None):
            notes.error(("detector",), _ONE, _WRITE_ONE)
            return
        _judge_subject(rule, notes)
        _judge_inputs(rule, notes)
        _judge_levels(rule, notes)

    return read_file(Rule, path, root, judge)


def _judge_subject(rule: Rule, notes: Notes) -> None:
    """An area's rule is of that area, and a firm's of enterprises."""
    area = rule.detector.area_loss
    of = area.area if area is not None else "enterprise"
    if rule.subject != of:
        problem = Text(f"检测方法查的是 {of}", f"what the detector looks at is: {of}")
        notes.error(("subject",), problem, Text(f"写 {of}。", f"Write {of}."))
    kinds = {"industry": {Kind.industry}, "county": {Kind.county}}
    fit = kinds.get(of, set(Kind) - {Kind.industry, Kind.county})
    if rule.kind not in fit:
        problem = Text(f"{rule.kind} 不是 {of} 的预警", f"{rule.kind} is no warning of: {of}")
        named = ", ".join(sorted(fit))
        notes.error(("kind",), problem, Text(f"可用：{named}。", f"There are: {named}."))


def _judge_inputs(rule: Rule, notes: Notes) -> None:
    """Each is looked at, as what it is; what is looked at is there; expressions are some."""
    used = set(rule.parameters.inputs)
    here = ("detector", rule.found_by)
    for name in sorted(used - rule.inputs.keys()):
        problem = Text(f"没有输入 {name}", f"there is no input {name}")
        notes.error(here, problem, suggest(name, rule.inputs))
    counted = set(rule.detector.loss.events) if rule.detector.loss is not None else set()
    lags = set(rule.detector.loss.lags) if rule.detector.loss is not None else set()
    for name in sorted(lags - rule.inputs.keys()):
        notes.error((*here, "lags"), _NO_INPUT, suggest(name, rule.inputs))
    for name, each in rule.inputs.items():
        if name not in used:
            notes.error(("inputs", name), _UNUSED, Text("删除它。", "Remove it."))
        elif (name in counted) != (each.kind is Nature.event):
            notes.error(("inputs", name, "kind"), _AS_EVENT, _EVENTS)
        _judge_expression(("inputs", name, "value"), each.value, notes)
        _judge_expression(("inputs", name, "month"), each.month, notes)


def _judge_expression(path: tuple[str, ...], text: str, notes: Notes) -> None:
    try:
        parsed(text)
    except sqlglot.errors.ParseError:
        fix = Text("写一个表达式，例如 sum(sales)。", "Write an expression, such as sum(sales).")
        notes.error(path, Text("这不是一个表达式", "this is no expression"), fix)


def _judge_levels(rule: Rule, notes: Notes) -> None:
    if not rule.levels.rising:
        order = " < ".join(COLOURS)
        fix = Text(f"按 {order} 由低到高。", f"From low to high: {order}.")
        notes.error(("levels",), Text("级别顺序颠倒", "the levels are upside down"), fix)


_ONE = Text("检测方法须恰好一种", "a rule has one detector")
_WRITE_ONE = Text("写 loss 或 area_loss。", "Write loss or area_loss.")
_UNUSED = Text("检测方法没有用到它", "the detector does not look at it")
_NO_INPUT = Text("没有这个输入", "there is no such input")
_AS_EVENT = Text("种类与用法不符", "it is not looked at as what it is")
_EVENTS = Text(
    "event 写在检测方法的 events 下，其他写在别处。",
    "An event stands under the detector's events, others do not.",
)
