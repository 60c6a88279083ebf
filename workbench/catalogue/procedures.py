"""``data_contracts/procedures/<id>.yaml``: the procedures beside sharing, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path as FilePath

from workbench.catalogue.procedure_checks import judge
from workbench.catalogue.procedure_schema import FieldEntry, ProcedureEntry, StepEntry
from workbench.declared import schema
from workbench.declared.findings import Finding, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import parse, read
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.procedure import Definition, FieldSpec, Starts, StateSpec, StepSpec

FOLDER = FilePath("data_contracts") / "procedures"


@dataclass(frozen=True)
class Written:
    """A definition and all that stands in its file."""

    definition: Definition
    text: str


def version_of(raw: bytes) -> str:
    """What tells one state of a definition's file from another."""
    return sha256(raw).hexdigest()


def known_procedures(root: FilePath) -> list[str]:
    """The ids of all files, whether sound or not."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yaml"))


def load_procedure(name: str, root: FilePath) -> Written:
    """Raises InvalidInput: no such file, or every finding of it."""
    known = known_procedures(root)
    if name not in known:
        raise _unknown(name, known)
    return definition_in((root / FOLDER / f"{name}.yaml").read_bytes(), name)


@lru_cache(256)
def definition_in(raw: bytes, name: str) -> Written:
    """The same of a file's bytes, as they are or as they once were. Kept by the bytes: judging a
    file takes longer than a step of what it defines."""
    definition, findings = _read(raw, name)
    raise_errors(findings)
    assert definition is not None  # without errors every part was read
    return Written(definition, raw.decode("utf-8"))


def check_procedures(root: FilePath) -> tuple[Finding, ...]:
    """All findings of all files."""
    found: list[Finding] = []
    for name in known_procedures(root):
        path = root / FOLDER / f"{name}.yaml"
        document = read(path, _label(name))
        found += document.findings if document.value is None else _read(path.read_bytes(), name)[1]
    return tuple(found)


def _read(raw: bytes, name: str) -> tuple[Definition | None, tuple[Finding, ...]]:
    document = parse(raw, _label(name))
    if document.value is None:
        return None, document.findings
    spec, misfits = schema.validate(ProcedureEntry, document.value, document)
    notes = Notes(document, [*document.findings, *misfits])
    if spec is None:
        return None, tuple(notes.found)
    judge(spec, name, notes)
    return _definition(spec, version_of(raw)), tuple(notes.found)


def _label(name: str) -> str:
    return (FOLDER / f"{name}.yaml").as_posix()


# The values --------------------------------------------------------------------------------------


def _definition(spec: ProcedureEntry, version: str) -> Definition:
    ladder = spec.ladder
    return Definition(
        id=spec.id,
        version=version,
        title=spec.title.text(),
        about=spec.about.text(),
        orders=dict(spec.ordered_by),
        ours=spec.elsewhere == "ours",
        fields=tuple(_field(name, one) for name, one in spec.fields.items()),
        states=tuple(
            StateSpec(name, Text(one.zh, one.en), one.over) for name, one in spec.states.items()
        ),
        steps=tuple(_step(one, spec) for one in spec.steps),
        ladder=ladder.name if ladder else "",
        own_ladder=tuple(one.value for one in ladder.ours) if ladder else (),
        personal=spec.personal,
    )


def _field(name: str, entry: FieldEntry) -> FieldSpec:
    return FieldSpec(
        name, entry.kind, entry.title.text(), entry.names, entry.of, entry.optional, entry.options
    )  # fmt: skip


def _step(entry: StepEntry, spec: ProcedureEntry) -> StepSpec:
    """What a step does not say of the regulations is what the procedure says."""
    begun = entry.starts
    starts = None
    if begun is not None:
        key = begun.deadline.value if begun.deadline else ""
        starts = Starts(
            begun.whose, key, begun.since, begun.at_least, begun.own_days, begun.of
        )  # fmt: skip
    return StepSpec(
        event=entry.event,
        title=entry.title.text(),
        before=frozenset(entry.before),
        after=entry.after,
        by=frozenset(entry.by),
        needs=frozenset(entry.needs),
        starts=starts,
        stops=entry.stops,
        extends=entry.extends,
        climbs=entry.climbs,
        waits=entry.waits,
        effects=entry.effects,
        by_hand=entry.by_hand,
        other_than=frozenset(entry.other_than),
        other_side=entry.other_side,
        orders=dict(spec.ordered_by if entry.orders is None else entry.orders),
        ours=entry.elsewhere == "ours",
        not_under=frozenset(entry.not_under),
    )


def _unknown(name: str, known: list[str]) -> WorkbenchError:
    missing = Text(
        f"从示例城市复制 {FOLDER}。", f"Copy {FOLDER} from the sample city."
    )  # fmt: skip
    return simple(
        Code.invalid_request,
        f"没有名为 {name[:64]} 的办理事项。",
        f"There is no procedure called {name[:64]}.",
        next=suggest(name, known) if known else missing,
        subject=name[:64],
    )
