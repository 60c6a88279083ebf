"""What the fields of a procedure are given, judged against the city: all mistakes at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from workbench.declared.findings import suggest
from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.model.actor import Actor, Role
from workbench.model.case import Case
from workbench.model.contract import Resource, SharingType
from workbench.model.grant import Grant
from workbench.model.procedure import Definition, FieldKind, FieldSpec, Party, Value
from workbench.sharing.procedures.contracts import Place, contract_findings
from workbench.sharing.procedures.stepping import Matter
from workbench.sharing.stated import is_stated

MOST = {FieldKind.contract: 48_000, FieldKind.key: 256}
MOST_TEXT = 4000
"""Characters of a field (our defaults)."""
OPEN_TYPES = ("unconditional", "conditional", "not_open")


@dataclass(frozen=True)
class Around:
    """The city as it is now. ``case`` gives a case that the actor may see."""

    root: Path
    resources: Mapping[str, Resource]
    departments: Mapping[str, Text]
    grants: Mapping[str, Grant]
    case: Callable[[str], Case | None]


@dataclass
class _Judging:
    definition: Definition
    given: Mapping[str, str]
    actor: Actor
    around: Around
    wrong: list[Reason] = field(default_factory=list)
    named: dict[Party, str] = field(default_factory=dict)

    def value(self, spec: FieldSpec) -> Value | None:
        text = self.given.get(spec.name, "").strip()
        if not is_stated(text):
            if not spec.optional:
                self.error(spec, Text("没有填写", "it is missing"), spec.title)
            return None
        if len(text) > MOST.get(spec.kind, MOST_TEXT):
            self.error(spec, Text("太长", "it is too long"), Text("请写短一些。", "Shorten it."))
            return None
        department = _JUDGES[spec.kind](self, spec, text)
        if department is None:
            return None
        if spec.names is not None and department:
            self.named[spec.names] = department
        return Value(spec.name, spec.kind, text)

    def error(self, spec: FieldSpec, problem: Text, fix: Text) -> None:
        what = Text(
            f"{spec.title.zh}（{spec.name}）：{problem.zh}",
            f"{spec.title.en} ({spec.name}): {problem.en}",
        )
        self.wrong.append(Reason(Code.application_incomplete, what, next=fix, subject=spec.name))


def judged(
    definition: Definition, given: Mapping[str, str], actor: Actor, around: Around
) -> Matter:
    """Raises InvalidInput with everything that is wrong."""
    judging = _Judging(definition, given, actor, around)
    known = {spec.name for spec in definition.fields}
    judging.wrong += [_unknown(name, known) for name in given if name not in known]
    found = [judging.value(spec) for spec in definition.fields]
    if judging.wrong:
        raise WorkbenchError.of(judging.wrong)
    values = tuple(one for one in found if one is not None)
    named = judging.named
    return Matter(values, named.get(Party.provider, ""), named.get(Party.other_provider, ""))


# One kind each: the department behind it, "" for none, None for a mistake that was noted ----------


def _resource(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    found = judging.around.resources.get(text)
    if found is None:
        problem = Text(f"目录中没有 {text[:64]}", f"the catalogue has no {text[:64]}")
        judging.error(spec, problem, suggest(text, judging.around.resources))
        return None
    return found.provider


def _column(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    """Of what is not shared the catalogue shows the name alone: nobody else learns its columns."""
    resource = judging.around.resources.get(judging.given.get(spec.of, "").strip())
    if resource is None:
        return None  # the resource is told of
    theirs = judging.actor.department == resource.provider
    if resource.sharing.type is SharingType.not_shared and not theirs:
        return ""
    known = {column.name for column in resource.columns}
    for name in columns_in(text):
        if name not in known:
            problem = Text(f"没有列 {name[:64]}", f"there is no column {name[:64]}")
            judging.error(spec, problem, suggest(name, known))
            return None
    return ""


def columns_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _grant(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    """Who holds it, provides for it, or watches over all; to others there is none."""
    grant, actor = judging.around.grants.get(text), judging.actor
    resource = judging.around.resources.get(grant.resource) if grant else None
    provider = resource.provider if resource else ""
    provides = Role.provider in actor.roles and actor.department == provider
    holds = grant is not None and actor.department == grant.department
    if grant is None or not (holds or provides or Role.authority in actor.roles):
        problem = Text(f"没有授权 {text[:64]}", f"there is no grant {text[:64]}")
        fix = Text("用 workbench grants 或 cases 查看。", "workbench grants and cases show them.")
        judging.error(spec, problem, fix)
        return None
    return provider


def _case(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    case = judging.around.case(text)
    if case is None:
        problem = Text(f"没有案件 {text[:64]}", f"there is no case {text[:64]}")
        fix = Text("用 workbench cases 查看。", "workbench cases lists yours.")
        judging.error(spec, problem, fix)
        return None
    return case.provider


def _department(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    if text in judging.around.departments:
        return text
    problem = Text(f"没有部门 {text[:64]}", f"there is no department {text[:64]}")
    judging.error(spec, problem, suggest(text, judging.around.departments))
    return None


def _date(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        problem = Text("不是日期", "it is no day")
        judging.error(spec, problem, Text("写成 2026-11-30。", "Write it like 2026-11-30."))
        return None
    return ""


def _one_of(*known: str) -> Callable[[_Judging, FieldSpec, str], str | None]:
    def one(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
        if text in known:
            return ""
        problem = Text(f"取值 {text[:64]} 不认识", f"{text[:64]} is not a known value")
        judging.error(spec, problem, suggest(text, known))
        return None

    return one


def _choice(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    return _one_of(*spec.options)(judging, spec, text)


def _contract(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    """The text of ``*.odcs.yaml``: of the resource that is named, or of a new one."""
    around, about = judging.around, judging.definition.first(FieldKind.resource)
    known = None
    if about is not None:
        known = around.resources.get(judging.given.get(about.name, "").strip())
        if known is None:
            return None  # the resource is told of
    provider = known.provider if known is not None else judging.named.get(Party.provider, "")
    place = Place(around.root, around.resources, around.departments, known, provider)
    found = contract_findings(text, spec.name, place)
    judging.wrong += [one.reason() for one in found]
    return None if found else ""


def _evidence(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        return ""
    problem = Text("不是 SHA-256 摘要", "it is no SHA-256 digest")
    fix = Text("命令行写 字段=@文件。", "Write FIELD=@FILE, and the command works it out.")
    judging.error(spec, problem, fix)
    return None


def _any(judging: _Judging, spec: FieldSpec, text: str) -> str | None:
    return ""


def _unknown(name: str, known: set[str]) -> Reason:
    what = Text(f"没有字段 {name[:64]}", f"there is no field {name[:64]}")
    return Reason(Code.application_incomplete, what, next=suggest(name, known), subject=name[:64])


_JUDGES: dict[FieldKind, Callable[[_Judging, FieldSpec, str], str | None]] = {
    FieldKind.resource: _resource,
    FieldKind.column: _column,
    FieldKind.key: _any,
    FieldKind.grant: _grant,
    FieldKind.case: _case,
    FieldKind.department: _department,
    FieldKind.date: _date,
    FieldKind.text: _any,
    FieldKind.choice: _choice,
    FieldKind.sharing_type: _one_of(*SharingType),
    FieldKind.open_type: _one_of(*OPEN_TYPES),
    FieldKind.contract: _contract,
    FieldKind.evidence: _evidence,
}
