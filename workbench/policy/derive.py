"""The contract of a result that is to be kept as a resource, by what it was made of. Pure.

Which column of the result came from which is not asked: every column takes the strictest of all
that was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workbench.errors import Code, Reason, Text
from workbench.model.contract import (
    Classification,
    Column,
    Derived,
    DerivedSource,
    Level,
    LibraryKind,
    Personal,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.grant import Grant
from workbench.model.terms import Taken

_LEVELS = (Level.general, Level.important, Level.core)
_PERSONAL = (Personal.no, Personal.personal, Personal.sensitive)
_MODES = (SharingMode.obtain, SharingMode.statistics)


@dataclass(frozen=True)
class Read:
    """A resource that the release read: ``columns`` under ``grant``, at ``version``. ``taken`` is
    the grant as the ledger has it."""

    resource: Resource
    grant: Grant
    columns: tuple[str, ...]
    version: str
    taken: Taken


@dataclass(frozen=True)
class Result:
    """What was released: ``columns`` are names and DuckDB types."""

    name: str
    title: Text
    columns: tuple[tuple[str, str], ...]
    department: str
    purpose: str
    release: str
    entry: int
    day: date


def refused(reads: Sequence[Read]) -> tuple[Reason, ...]:
    """Why nothing may be made of what was read."""
    if not reads:
        return (_NOTHING_READ,)
    found = [_not_to_pass_on(r.resource) for r in reads if r.resource.pass_on is False]
    found += [_by_consent(read.resource) for read in reads if read.grant.consent]
    found += [
        _unclassified(read.resource, column)
        for read in reads
        for column in _columns(read)
        if column.classification is None
    ]
    return tuple(found)


def terms_to_read(reads: Iterable[Read]) -> tuple[str, ...]:
    """Conditions and licences in words, which somebody has to read before the result is passed on:
    of resources whose provider has not said that it may be."""
    return tuple(
        f"{read.resource.name}: {words}"
        for read in reads
        if read.resource.pass_on is None
        for words in (
            read.resource.sharing.conditions,
            read.resource.sharing.usage_requirements,
            read.resource.licence,
        )
        if words
    )


def drafted(result: Result, reads: Sequence[Read]) -> Resource:
    """The contract. ``reads`` are not ``refused``."""
    columns = [column for read in reads for column in _columns(read)]
    level, personal = _strictest(columns), max((c.personal for c in columns), key=_PERSONAL.index)
    made = tuple(
        Column(name=name, type=type_, title=name, classification=level, personal=personal)
        for name, type_ in result.columns
    )
    return Resource(
        id=f"derived-{result.name.replace('_', '-')}",
        name=result.name,
        title=result.title,
        version="1.0.0",
        provider=result.department,
        department=result.department,
        library=LibraryKind.topic,
        sharing=_sharing(result, reads),
        columns=made,
        obtained_on=result.day,
        source="；".join(f"{read.resource.title.zh}（{read.resource.name}）" for read in reads),
        licence="; ".join(dict.fromkeys(r.resource.licence for r in reads if r.resource.licence)),
        pass_on=True if all(read.resource.pass_on for read in reads) else None,
        derived=_derived(result, reads),
    )


def _derived(result: Result, reads: Sequence[Read]) -> Derived:
    return Derived(
        release=result.release,
        entry=result.entry,
        department=result.department,
        mode=max((_mode(read) for read in reads), key=_MODES.index),
        until=min((day for read in reads for day in _ends(read)), default=None),
        sources=tuple(
            DerivedSource(r.resource.name, r.version, r.columns, tuple(r.taken.to_list()))
            for r in reads
        ),
    )


def _mode(read: Read) -> SharingMode:
    """What was made of a statistic remains one, however often it is handed on."""
    derived = read.resource.derived
    return max(read.grant.mode, derived.mode if derived else read.grant.mode, key=_MODES.index)


def _ends(read: Read) -> Iterable[date]:
    derived = read.resource.derived
    days = (read.grant.valid_until, derived.until if derived else None)
    return (day for day in days if day is not None)


def _sharing(result: Result, reads: Sequence[Read]) -> Sharing:
    """Conditional, whatever it was made of. The figures have been released: what is shared of them
    is rows, as of the indicators of libraries; with whom, says ``derived_grants``."""
    names = "、".join(read.resource.name for read in reads)
    basis = dict.fromkeys(r.resource.sharing.legal_basis for r in reads)
    usage = dict.fromkeys(r.resource.sharing.usage_requirements for r in reads)
    return Sharing(
        type=SharingType.conditional,
        mode=SharingMode.obtain,
        legal_basis="；".join(text for text in basis if text) or f"{names} 的共享依据",
        usage_requirements="；".join(text for text in usage if text),
        scope=result.department,
        purpose=result.purpose or result.title.zh,
        reason=f"由 {names} 得出，条件随之 / Made of {names}, under their conditions",
    )


def _columns(read: Read) -> tuple[Column, ...]:
    """Those that were read; of a count, which reads none, all that are granted."""
    names = read.columns or tuple(column.name for column in read.grant.columns)
    return tuple(c for name in names if (c := read.resource.column(name)) is not None)


def _strictest(columns: Iterable[Column]) -> Classification | None:
    known = [c.classification for c in columns if c.classification is not None]
    return max(known, key=lambda c: (_LEVELS.index(c.level), c.sublevel or 0), default=None)


_NOTHING_READ = Reason(
    Code.export_not_allowed,
    Text(
        "这个结果没有读取任何已授权的资源，不能登记为派生资源。",
        "This result read no granted resource; there is nothing that it could be derived from.",
    ),
    next=Text("请从已授权的表得出它。", "Make it of granted tables."),
)


def _not_to_pass_on(resource: Resource) -> Reason:
    return Reason(
        Code.export_not_allowed,
        Text(
            f"资源 {resource.name} 的提供部门不许转提供由其得出的结果。",
            f"The provider of {resource.name} does not let results of it be passed on.",
        ),
        Text("契约写明 passOn: false。", "Its contract says passOn: false."),
        next=Text(
            f"请向 {resource.provider_shown.zh} 申请，或不用这个资源。",
            f"Ask {resource.provider_shown.en}, or make it without this resource.",
        ),
        subject=resource.name,
    )


def _by_consent(resource: Resource) -> Reason:
    return Reason(
        Code.export_not_allowed,
        Text(
            f"资源 {resource.name} 的行须经数据主体同意，由其得出的结果不能留作资源。",
            f"Rows of {resource.name} need the consent of those whom they are about; what is made "
            "of them is not kept as a resource.",
        ),
        Text(
            "有人撤回同意时，结果里是谁的行已无从得知。",
            "Whose rows are in it could not be told when somebody withdraws.",
        ),
        next=Text("请每次重新查询。", "Ask for it each time."),
        subject=resource.name,
    )


def _unclassified(resource: Resource, column: Column) -> Reason:
    return Reason(
        Code.unclassified,
        Text(
            f"{resource.name}.{column.name} 尚未分级，由它得出的结果无法分级。",
            f"{resource.name}.{column.name} is not classified, so nothing made of it can be.",
        ),
        next=Text("请提供部门先分级。", "Have its provider classify it first."),
        subject=f"{resource.name}.{column.name}",
    )
