"""Whose consents a scenario asks for, and by which keys they are told: as its file says now, and as
they were recorded. A number that is nobody's outside of one register is never taken for another's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from workbench.catalogue.city import City
from workbench.declared.findings import suggest
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.check_digits import well_formed
from workbench.model.consent import CHECKED, kind_of, normal
from workbench.model.contract import Column
from workbench.model.scenario import Scenario
from workbench.store.consents import Consents

_SELF_TELLING = tuple(kind.value for kind in CHECKED)


@dataclass(frozen=True)
class Subject:
    """A column that tells whom a row is about, and of which kind its keys are."""

    kind: str
    column: Column

    def takes(self, text: str) -> bool:
        identifier = self.column.identifier if self.kind in _SELF_TELLING else None
        return bool(text) and well_formed(identifier, text)


@dataclass(frozen=True)
class Asked:
    """A scenario that asks for consents, and the columns that tell of whom."""

    scenario: Scenario
    subjects: tuple[Subject, ...]
    required: bool

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(subject.column for subject in self.subjects)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({subject.kind for subject in self.subjects}))

    def kind_of(self, identifier: str) -> str | None:
        """Of which kind it can be a key, by its check digits; None where of none. A credit code
        that passes for a resident ID as well is taken for one: its kind can be said."""
        text = normal(identifier)
        fitting = {subject.kind for subject in self.subjects if subject.takes(text)}
        return next((kind for kind in (*_SELF_TELLING, *self.kinds) if kind in fitting), None)

    def takes(self, identifier: str) -> bool:
        return self.kind_of(identifier) is not None

    @property
    def headings(self) -> tuple[str, ...]:
        """What a column of subjects may be called in a file."""
        named = (n for c in self.columns for n in (c.name, c.title, *c.source_names) if n)
        return tuple(dict.fromkeys(named))


def asked_in(city: City, scenario: str, kind: str = "") -> Asked:
    """``kind`` has to be said where a key alone does not tell it. Raises InvalidInput where there
    is no such scenario or kind, or it asks nobody."""
    known = city.scenarios.get(scenario)
    if known is None:
        raise _unknown(city, scenario)
    rules = [(use.resource, use.consent) for use in known.resources if use.consent is not None]
    found = [
        Subject(kind_of(resource, column), column)
        for name, rule in rules
        if (resource := city.resources.get(name)) is not None
        and (column := resource.column(rule.subject)) is not None
    ]
    if not found:
        raise _asks_nobody(scenario)
    asked = Asked(known, tuple(found), any(rule.required for _, rule in rules))
    kinds = narrowed(asked.kinds, kind, scenario)
    return replace(asked, subjects=tuple(one for one in found if one.kind in kinds))


@dataclass(frozen=True)
class OnRecord:
    """A scenario with recorded consents, whatever its file says now, and their kinds of keys."""

    scenario: str
    purpose: str
    kinds: tuple[str, ...]


def on_record(city: City, consents: Consents, scenario: str, kind: str = "") -> OnRecord:
    """Raises InvalidInput as ``asked_in``, and where no consent was ever recorded."""
    known = city.scenarios.get(scenario)
    kinds = consents.kinds(scenario)
    if not kinds:
        raise _unknown(city, scenario) if known is None else _none_recorded(scenario)
    purpose = "" if known is None else known.purpose
    return OnRecord(scenario, purpose, narrowed(kinds, kind, scenario))


def narrowed(kinds: Collection[str], kind: str, scenario: str) -> tuple[str, ...]:
    """Those of the ``kinds`` that a key can be of. A key with check digits tells its own; a number
    of one register may be in the next one too, and be of somebody else there."""
    if kind:
        found = tuple(one for one in kinds if one.casefold() == kind.casefold())
        if not found:
            raise _no_such_kind(kind, kinds, scenario)
        return found
    if len(kinds) > 1 and not set(kinds) <= set(_SELF_TELLING):
        raise _which(kinds, scenario)
    return tuple(kinds)


def _unknown(city: City, scenario: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"没有应用场景 {scenario}。",
        f"There is no scenario {scenario}.",
        next=suggest(scenario, city.scenarios),
        subject=scenario,
    )


def _options(kinds: Iterable[str]) -> Text:
    named = sorted(f"--subject {kind}" for kind in kinds)
    return Text(f"请写明：{'，或 '.join(named)}。", f"Say which: {', or '.join(named)}.")


def _which(kinds: Collection[str], scenario: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"场景 {scenario} 按多种标识识别主体，须写明是哪一种；未作任何记录。",
        f"The scenario {scenario} tells subjects by keys of several kinds: which one is meant has "
        "to be said. Nothing was recorded.",
        why=Text(
            "一个登记簿里的编号，在另一个登记簿里可能是别人。",
            "A number of one register can be somebody else in the next.",
        ),
        next=_options(kinds),
        subject=scenario,
    )


def _no_such_kind(kind: str, kinds: Collection[str], scenario: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"场景 {scenario} 不按 {kind} 识别主体。",
        f"The scenario {scenario} tells nobody by {kind}.",
        next=_options(kinds),
        subject=scenario,
    )


def _asks_nobody(scenario: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"场景 {scenario} 不征求任何主体的同意。",
        f"The scenario {scenario} asks for nobody's consent.",
        next=Text(
            "在场景文件的资源下写 consent: {required: true, subject: 标识主体的数据项}；"
            "required: false 只收集同意，不筛去任何行。",
            "Write consent: {required: true, subject: COLUMN} under a resource of the scenario "
            "file; with required: false consents are collected and no row is left out.",
        ),
        subject=scenario,
    )


def _none_recorded(scenario: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"场景 {scenario} 从未登记过任何同意，没有可撤回的。",
        f"No consent was ever recorded in {scenario}: there is none to withdraw.",
        next=Text(
            "请核对场景：有登记的场景见 workbench consent list。",
            "Check the scenario: workbench consent list names those that have some.",
        ),
        subject=scenario,
    )
