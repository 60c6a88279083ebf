"""A year's run: from the command to the frozen file and its entry in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from workbench.assessment.frozen import Frozen, Position, Previous, scheme_of, scored
from workbench.assessment.kept import Kept, Runs, opened
from workbench.assessment.reading import read_schemes
from workbench.assessment.scheme import Scheme, named
from workbench.assessment.standing import standing
from workbench.assessment.told import previous_of
from workbench.assessment.values import gathered_of, read_values
from workbench.catalogue.city import City, load_city
from workbench.catalogue.regulations import known_regulations, load_profile
from workbench.cli.assess_measure import (
    Asked,
    Counted,
    Measurer,
    Wanted,
    as_before,
    text_of,
    unsteady,
)
from workbench.cli.common import err, operator, said
from workbench.client.connection import connect
from workbench.declared.file import Declared, sound
from workbench.declared.findings import raise_errors
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.assemble import version
from workbench.gateway.state import State, open_state
from workbench.kpi.definition import read_kpis
from workbench.ledger.chain import GENESIS
from workbench.ledger.record import Ledger
from workbench.model.entry import Draft, Event
from workbench.store.layout import Layout


@dataclass(frozen=True)
class Command:
    """What was asked for. ``anew``: measure again though a run of the same command is there;
    ``draws`` of weights, for rank stability; ``before``: the file of the year before, where it is
    not the newest of the city's folder."""

    root: Path
    scheme: str
    year: int
    as_of: date
    anew: bool
    draws: int
    url: str | None = None
    user: str | None = None
    before: Path | None = None


def done(command: Command) -> tuple[Kept, bool]:
    """The run, and whether it was made now. Raises WorkbenchError."""
    if command.as_of < date(command.year, 1, 1):
        raise _too_early(command)
    city, wanted, kpis = _read(command)
    runs = Runs(Layout(command.root).state)
    before = _named(command) if command.before is not None else None
    if not command.anew:
        for kept in runs.all(wanted.scheme.id, command.year):
            is_after = before is None or kept.run.previous == before
            if is_after and as_before(kept.run, wanted, kpis):
                return kept, False
    made = _Making(command, city, wanted, kpis, runs, before)
    return made.kept(), True


def _read(command: Command) -> tuple[City, Wanted, Mapping[str, Counted]]:
    """The city's files, with every mistake."""
    root = command.root
    regulations = known_regulations(root)
    city = load_city(root)
    file = _scheme(command, regulations)
    assert file.value is not None  # read without errors
    files = read_kpis(root, regulations)
    sound(files)
    values, findings = read_values(root, file.value, command.year, city.departments)
    raise_errors(findings)
    stated = gathered_of(file.value, values)
    text = text_of(root / file.document.file)
    wanted = Wanted(file.value, text, command.year, command.as_of, stated)
    kpis = {
        each.value.id: Counted(each.value, text_of(root / each.document.file))
        for each in files
        if each.value is not None
    }
    return city, wanted, kpis


def _scheme(command: Command, regulations: list[str]) -> Declared[Scheme]:
    files = read_schemes(command.root, regulations)
    known = {each.id: each for each in sound(files)}
    scheme = named(known, command.scheme)
    return next(each for each in files if each.value is scheme)


@dataclass(frozen=True)
class _Making:
    command: Command
    city: City
    wanted: Wanted
    kpis: Mapping[str, Counted]
    runs: Runs
    before: Previous | None

    def kept(self) -> Kept:
        command, city = self.command, self.city
        profile = load_profile(city.regulation.id, command.root).profile
        with connect(url=command.url, user=command.user, progress=False) as connection:
            measurer = Measurer(city, self.kpis, profile, connection)
            asked = measurer.asked(self.wanted)
            me = connection.whoami()[0]
        state = open_state(command.root)
        try:
            frozen = self._frozen(measurer, asked, _position(state))
            _say(frozen, asked)
            return entered(state.ledger, self.runs, self.wanted.scheme, frozen, str(me["id"]))
        finally:
            state.store.close()

    def _frozen(self, measurer: Measurer, asked: Asked, position: Position) -> Frozen:
        before = self.before or _before(self.runs, self.wanted)
        frozen = measurer.frozen(self.wanted, asked, position, version(), before)
        return replace(frozen, standing=standing(frozen, self.command.draws))


def _named(command: Command) -> Previous:
    """Raises InvalidInput for a file of another year or scheme."""
    assert command.before is not None  # else nobody asks
    kept = opened(command.before)
    if (scheme_of(kept.run).id, kept.run.year) != (command.scheme, command.year - 1):
        raise _not_before(command, kept)
    return previous_of(kept.digest, kept.run, scored(kept.run)[1])


def _before(runs: Runs, wanted: Wanted) -> Previous | None:
    """The newest run of the year before, amended or not."""
    for kept in runs.all(wanted.scheme.id, wanted.year - 1):
        return previous_of(kept.digest, kept.run, scored(kept.run)[1])
    return None


def _position(state: State) -> Position:
    head = state.ledger.journal.head()
    return Position(0, GENESIS) if head is None else Position(head.seq, head.hash)


def entered(ledger: Ledger, runs: Runs, scheme: Scheme, frozen: Frozen, person: str) -> Kept:
    """Kept, and in the ledger; not kept where it cannot be entered. Raises Unavailable."""
    kept = runs.keep(scheme.id, frozen)
    try:
        ledger.record(_draft(scheme, kept, person))
    except WorkbenchError:
        kept.path.unlink()
        raise
    return kept


def _draft(scheme: Scheme, kept: Kept, person: str) -> Draft:
    frozen = kept.run
    detail = {
        "scheme": scheme.id,
        "year": frozen.year,
        "as_of": frozen.as_of.isoformat(),
        "run": kept.number,
        "sha256": kept.digest,
        "departments": len(frozen.inputs.groups),
        "position": frozen.position.seq,
    }
    return Draft(
        Event.assessment_run,
        actor=operator(),
        department=scheme.evaluator,
        viewer=person,
        content={each.resource: () for each in frozen.versions},
        method="assess run",
        medium="cli",
        detail=detail,
    )


def _say(frozen: Frozen, asked: Asked) -> None:
    """What the scores are to be read with."""
    console = err()
    for name, error in sorted(asked.failed.items()):
        console.print(said(f"{name} 没有数据：", f"{name} has no data: ") + str(error))
    for name in unsteady(frozen.versions):
        zh = f"取数期间 {name} 有新的入库，读到了两个版本；建议重新运行。"
        en = f"{name} was delivered meanwhile: two versions of it were read. Run it again."
        console.print(said(zh, en))


def _too_early(command: Command) -> Exception:
    return simple(
        Code.invalid_request,
        f"{command.as_of} 早于 {command.year} 年。",
        f"{command.as_of} is before the year {command.year}.",
        next=Text("写该年度之内或之后的一天。", "Give a day of that year, or a later one."),
        subject="as_of",
    )


def _not_before(command: Command, kept: Kept) -> Exception:
    wanted = f"{command.scheme} {command.year - 1}"
    return simple(
        Code.invalid_request,
        f"{kept.path.name} 不是 {wanted} 的考核。",
        f"{kept.path.name} is no run of {wanted}.",
        next=Text("给出上一年同一方案的文件。", "Name the file of that year and scheme."),
        subject=kept.path.name,
    )
