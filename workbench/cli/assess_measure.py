"""What ``workbench assess run`` asks of the gateway, and what is frozen of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from workbench.assessment.frozen import Frozen, Position, Previous, Version, scheme_of, sealed
from workbench.assessment.gathering import of_kpi, stands, without
from workbench.assessment.gathering import window as days
from workbench.assessment.measured import Gathered, Inputs, Source
from workbench.assessment.peers import groups, regional
from workbench.assessment.scheme import Scheme
from workbench.catalogue.city import City
from workbench.client.connection import Connection
from workbench.errors import Code, Text, Unavailable, WorkbenchError, simple
from workbench.gateway.delivering import is_simulated
from workbench.kpi import statements
from workbench.kpi.definition import Kpi
from workbench.kpi.leaving import left_out
from workbench.model.release import Source as Behind
from workbench.regulations.profile import Profile


@dataclass(frozen=True)
class Wanted:
    """``text``: the scheme's file, of which ``scheme`` was read; ``stated``: the manual values."""

    scheme: Scheme
    text: str
    year: int
    as_of: date
    stated: Mapping[str, Gathered]


@dataclass
class Asked:
    """By KPI, what it gave; ``behind``: the sources of all releases. ``failed``: why a KPI has no
    data, as the gateway said."""

    gathered: dict[str, Gathered] = field(default_factory=dict)
    behind: list[Behind] = field(default_factory=list)
    failed: dict[str, WorkbenchError] = field(default_factory=dict)


@dataclass(frozen=True)
class Counted:
    """A KPI, with the text of its file."""

    kpi: Kpi
    text: str


@dataclass(frozen=True)
class Measurer:
    """Asks under the grants of whoever is connected: they are of the evaluator's department."""

    city: City
    kpis: Mapping[str, Counted]
    profile: Profile
    connection: Connection

    def asked(self, wanted: Wanted) -> Asked:
        """Each KPI of the scheme once. Raises Refused where the caller is of another department
        than the evaluator's; InvalidInput where how things stand is known of later days alone; as
        the gateway does, but for data that never came."""
        self._evaluator(wanted.scheme)
        found = Asked()
        for name in wanted.scheme.kpis:
            self._ask(name, wanted, found)
        return found

    def frozen(
        self,
        wanted: Wanted,
        asked: Asked,
        position: Position,
        software: str,
        previous: Previous | None,
    ) -> Frozen:
        """Sealed. Raises Unavailable where a peer group, or what applies to whom, rests on a KPI
        whose data never came."""
        scheme, city = wanted.scheme, self.city
        found = Frozen(
            scheme_text=wanted.text,
            year=wanted.year,
            as_of=wanted.as_of,
            city=city.name,
            synthetic=is_simulated(city),
            departments=dict(city.departments),
            inputs=self._inputs(wanted, asked),
            versions=versions_of(asked.behind),
            position=position,
            software=software,
            kpis={name: self._file(name).text for name in scheme.kpis},
            previous=previous,
        )
        if scheme_of(found) != scheme:
            raise _moved_on(scheme.id)
        return sealed(found)

    def _inputs(self, wanted: Wanted, asked: Asked) -> Inputs:
        scheme, city = wanted.scheme, self.city
        having = {name: self._having(name, asked) for name in needed(scheme)}
        serving = regional(city.divisions, city.divisions_of)
        measures = {
            each.id: asked.gathered[each.measure.kpi]
            for each in scheme.indicators
            if each.measure.kpi is not None
        }
        scored = groups(scheme, city.departments, serving, having)
        return Inputs(scored, {**measures, **wanted.stated}, having)

    def _evaluator(self, scheme: Scheme) -> None:
        me = self.connection.whoami()[0]
        if me["department"] != scheme.evaluator:
            raise simple(
                Code.not_yours,
                f"您的部门 {me['department']} 不是方案 {scheme.id} 的考核部门。",
                f"Your department, {me['department']}, is not the evaluator of {scheme.id}.",
                why=Text(
                    "考核指标只按考核部门自己的授权取数。",
                    "An assessment is measured under the evaluator's own grants alone.",
                ),
                next=Text(
                    f"由 {scheme.evaluator} 的人员登录后运行。",
                    f"Somebody of {scheme.evaluator} signs in and runs it.",
                ),
                subject=scheme.evaluator,
            )

    def _ask(self, name: str, wanted: Wanted, found: Asked) -> None:
        kpi = self._file(name).kpi
        why = left_out(kpi, self.profile)
        if why is not None:
            found.gathered[name] = without(kpi, Source.left_out, why)
            return
        since, until = days(kpi, wanted.year, wanted.as_of)
        try:
            release = self.connection.sql(statements.drill(kpi, until), scenario=kpi.scenario)
        except Unavailable as error:
            if error.code is not Code.extract_missing:
                raise
            found.failed[name] = error
            found.gathered[name] = without(kpi, Source.no_data, error.reasons[0].what)
            return
        found.behind += release.info.sources
        gathered = of_kpi(kpi, release.arrow().to_pylist(), since, until)
        if stands(kpi) and not gathered.by:
            _not_later(name, release.info.sources, until)
        found.gathered[name] = gathered

    def _file(self, name: str) -> Counted:
        if name not in self.kpis:
            raise _no_kpi(name)
        return self.kpis[name]

    def _having(self, name: str, asked: Asked) -> frozenset[str]:
        if name in asked.failed:
            raise asked.failed[name]
        return frozenset(asked.gathered[name].by)


def needed(scheme: Scheme) -> list[str]:
    """The KPIs by which an indicator applies, or a peer group is made."""
    applied = {each.applies.has for each in scheme.indicators if each.applies is not None}
    return sorted(applied | {group.has for group in scheme.peers if group.has is not None})


def versions_of(behind: Iterable[Behind]) -> tuple[Version, ...]:
    """Each once: what was read between two deliveries may have two of a resource."""
    return tuple(
        sorted(
            {
                Version(
                    each.resource,
                    each.extract_version,
                    each.extract_digest,
                    each.data_date.isoformat() if each.data_date else "",
                )
                for each in behind
            }
        )
    )


def text_of(path: Path) -> str:
    """Of a declared file, as it was read. A mark of the byte order is none of it."""
    return path.read_bytes().decode("utf-8-sig")


def unsteady(versions: Sequence[Version]) -> list[str]:
    """Resources of which two versions were read: a delivery came in between."""
    names = [each.resource for each in versions]
    return sorted({name for name in names if names.count(name) > 1})


def as_before(kept: Frozen, wanted: Wanted, kpis: Mapping[str, Counted]) -> bool:
    """Whether a run answers the same command: the same scheme, day and stated values, and KPIs
    that are counted as they were; and no amended one."""
    names = [each.id for each in wanted.scheme.indicators if each.measure.manual is not None]
    stated = {name: kept.inputs.measures.get(name) for name in names}
    texts = {name: kpis[name].text for name in wanted.scheme.kpis if name in kpis}
    return (
        kept.amends is None
        and (kept.scheme_text, kept.year, kept.as_of) == (wanted.text, wanted.year, wanted.as_of)
        and stated == dict(wanted.stated)
        and kept.kpis == texts
    )


def _no_kpi(name: str) -> WorkbenchError:
    return simple(
        Code.invalid_contract,
        f"没有指标 {name}。",
        f"There is no KPI called {name}.",
        next=Text("workbench assess check。", "See workbench assess check."),
        subject=name,
    )


def _not_later(name: str, behind: Iterable[Behind], until: date) -> None:
    """Else nobody would have anything, and that would look like a result."""
    later = [each.data_date for each in behind if each.data_date and each.data_date > until]
    if not later:
        return
    raise simple(
        Code.invalid_request,
        f"指标 {name} 只有 {max(later)} 的状态，没有 {until} 的。",
        f"{name} is known as it stands on {max(later)}, and not as it stood on {until}.",
        why=Text(
            "目录和授权的状态每天重新生成，只保留最近一天。",
            "How the catalogue and the grants stand is made anew each day; the last one is kept.",
        ),
        next=Text(
            f"写 --as-of {max(later)} 或之后的一天。",
            f"Give --as-of {max(later)}, or a later day.",
        ),
        subject=name,
    )


def _moved_on(name: str) -> WorkbenchError:
    return simple(
        Code.moved_on,
        f"方案 {name} 的文件刚被改动。",
        f"The file of the scheme {name} was changed just now.",
        next=Text("再运行一次。", "Run it again."),
        subject=name,
    )
