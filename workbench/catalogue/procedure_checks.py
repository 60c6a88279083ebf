"""Whether a procedure's file fits together: what a step names and needs is there. Every mistake is
a finding with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.catalogue.procedure_schema import ProcedureEntry, StartsEntry, StepEntry
from workbench.catalogue.procedure_ways import judge_ways
from workbench.declared.findings import Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.procedure import DONE_HERE, RECORDED, Effect, FieldKind, Need, Party

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_WITH_DEPARTMENT = frozenset(
    {FieldKind.resource, FieldKind.grant, FieldKind.case, FieldKind.department}
)
_NAMED = frozenset({Party.provider, Party.other_provider})
"""Parties that a field has to name."""
_NEEDS_FIELD = {
    Effect.mark_disputed: FieldKind.resource,
    Effect.clear_disputed: FieldKind.resource,
    Effect.notify_users: FieldKind.resource,
    Effect.withdraw_entry: FieldKind.resource,
    Effect.reclassify: FieldKind.resource,
    Effect.reclassify_until: FieldKind.resource,
    Effect.seal: FieldKind.resource,
    Effect.destroy: FieldKind.resource,
    Effect.take_back: FieldKind.resource,
    Effect.grant_wider: FieldKind.grant,
}
LIGHT = frozenset({Effect.mark_disputed, Effect.clear_disputed, Effect.notify_users})
"""Whatever does more takes two people (Foshan 2019 art. 40; elsewhere our default)."""


def judge(spec: ProcedureEntry, name: str, notes: Notes) -> None:
    _judge_names(spec, name, notes)
    _judge_fields(spec, notes)
    for number, step in enumerate(spec.steps):
        here: Path = ("steps", number)
        _judge_step(spec, step, here, notes)
        _judge_parties(spec, step, here, notes)
        _judge_effects(spec, step, here, notes)
    judge_ways(spec, notes)


def _judge_names(spec: ProcedureEntry, name: str, notes: Notes) -> None:
    if spec.id != name:
        problem = Text("编号与文件名不同", "the id is not the file's name")
        notes.error(("id",), problem, Text(f"写 {name}。", f"Write {name}."))
    if not any(state.over for state in spec.states.values()):
        problem = Text("没有结束的状态", "no state is over")
        fix = Text("至少一个状态写 over: true。", "Write over: true at one state at least.")
        notes.error(("states",), problem, fix)
    places: list[tuple[Path, str]] = [
        *((("states", one), one) for one in spec.states),
        *((("fields", one), one) for one in spec.fields),
        *((("steps", n, "event"), one.event) for n, one in enumerate(spec.steps)),
    ]
    for place, word in places:
        if not _NAME.fullmatch(word):
            problem = Text(f"名称 {word} 不合规则", f"{word} is no name")
            fix = Text("写小写字母、数字和下划线。", "Write small letters, digits, underscores.")
            notes.error(place, problem, fix)


def _judge_fields(spec: ProcedureEntry, notes: Notes) -> None:
    resources = [name for name, one in spec.fields.items() if one.kind is FieldKind.resource]
    for name, one in spec.fields.items():
        here: Path = ("fields", name)
        if one.kind is FieldKind.column and one.of not in resources:
            problem = Text("没有写是哪个资源的列", "it does not say of which resource it is")
            notes.error((*here, "of"), problem, suggest(one.of, resources))
        if one.names is not None and one.kind not in _WITH_DEPARTMENT:
            problem = Text("这种字段后面没有部门", "no department stands behind such a field")
            fix = Text("删去 names。", "Remove names.")
            notes.error((*here, "names"), problem, fix)
        if bool(one.options) != (one.kind is FieldKind.choice):
            notes.error((*here, "options"), *_OPTIONS)
        if one.names is not None and one.optional and one.names in _NAMED:
            problem = Text("指明一方的字段不能选填", "a field that names a party is not optional")
            notes.error((*here, "optional"), problem, Text("删去 optional。", "Remove optional."))


def _judge_step(spec: ProcedureEntry, step: StepEntry, here: Path, notes: Notes) -> None:
    for word in (*step.before, *([step.after] if step.after else [])):
        if word not in spec.states:
            problem = Text(f"没有状态 {word}", f"there is no state {word}")
            notes.error(here, problem, suggest(word, spec.states))
        elif spec.states[word].over and word in step.before:
            problem = Text(f"{word} 已经结束", f"{word} is over")
            fix = Text("从 from 中删去。", "Remove it from from.")
            notes.error((*here, "from"), problem, fix)
    for problem, fix in _misfits(spec, step):
        notes.error(here, problem, fix)
    events = {one.event for one in spec.steps}
    for word in step.other_than:
        if word not in events:
            problem = Text(f"没有步骤 {word}", f"there is no step {word}")
            notes.error((*here, "other_than"), problem, suggest(word, events))


def _misfits(spec: ProcedureEntry, step: StepEntry) -> Iterator[tuple[Text, Text]]:
    opens, starts = not step.before, step.starts
    if starts is not None:
        yield from _day_misfits(spec, step, starts)
    if opens and not step.after:
        yield _NO_STATE
    if opens and (step.stops or step.extends or step.climbs or step.waits):
        yield _NOT_OPENING
    if step.extends and (step.after or step.stops or starts is not None):
        yield _ONLY_EXTENDS
    if Need.days in step.needs and starts is None:
        yield _DAYS_OF_NOTHING
    if step.waits and not any(one.starts and one.starts.at_least for one in spec.steps):
        yield _WAITS_FOR_NOTHING
    if step.climbs and spec.ladder is None:
        yield _NO_LADDER
    if step.other_side and not step.other_than:
        yield _WHICH_SIDE


def _day_misfits(
    spec: ProcedureEntry, step: StepEntry, starts: StartsEntry
) -> Iterator[tuple[Text, Text]]:
    """Where its day comes from."""
    dates = [name for name, one in spec.fields.items() if one.kind is FieldKind.date]
    if starts.since and starts.since not in dates:
        yield _NO_DATE[0], suggest(starts.since, dates)
    if starts.ours:
        yield from _own_days(spec, step, starts)
    elif starts.deadline is None and not _named_day(step):
        yield _NO_DAY


def _own_days(
    spec: ProcedureEntry, step: StepEntry, starts: StartsEntry
) -> Iterator[tuple[Text, Text]]:
    """Days of the file's own: beside no other source of a day, and for each word of its choice."""
    if starts.deadline is not None or _named_day(step):
        yield _DAYS_TWICE
    found = spec.fields.get(starts.of)
    words = set(found.options) if found is not None and not found.optional else set()
    if isinstance(starts.ours, int):
        words = set() if starts.of else {""}
    if set(starts.own_days) != words:
        yield _DAYS_OF_EACH


def _named_day(step: StepEntry) -> bool:
    return Need.days in step.needs or Need.until in step.needs


def _judge_parties(spec: ProcedureEntry, step: StepEntry, here: Path, notes: Notes) -> None:
    named = {one.names for one in spec.fields.values()}
    whose = (step.starts.whose,) if step.starts else ()
    for party in (*step.by, *whose):
        if party in _NAMED and party not in named:
            problem = Text(f"没有字段指明 {party}", f"no field names the {party}")
            fix = Text(f"在一个字段写 names: {party}。", f"Write names: {party} at a field.")
            notes.error((*here, "by"), problem, fix)
        if party is Party.decider and spec.ladder is None:
            notes.error((*here, "by"), *_NO_LADDER)
    opening = frozenset({Party.applicant, Party.provider, Party.authority})
    if not step.before and not set(step.by) <= opening:
        problem = Text("这一方不能发起", "this party cannot open it")
        notes.error((*here, "by"), problem, suggest("", sorted(opening)))


def _judge_effects(spec: ProcedureEntry, step: StepEntry, here: Path, notes: Notes) -> None:
    kinds = {one.kind for one in spec.fields.values()}
    for effect in step.effects:
        kind = _NEEDS_FIELD.get(effect)
        if kind is not None and kind not in kinds:
            problem = Text(f"{effect} 需要 {kind} 字段", f"{effect} needs a field of {kind}")
            fix = Text(f"加一个 kind: {kind} 的字段。", f"Add a field with kind: {kind}.")
            notes.error((*here, "effects"), problem, fix)
    by_hand = {one for one in step.effects if not _can_be_done_here(one, spec)}
    if by_hand and not step.by_hand:
        names = ", ".join(sorted(by_hand))
        problem = Text(f"平台不能自行完成 {names}", f"the workbench does not do {names} itself")
        fix = Text(
            "写 by_hand: true：由人完成后，带凭证登记。",
            "Write by_hand: true: people do it, and record it with evidence.",
        )
        notes.error((*here, "effects"), problem, fix)
    if step.by_hand and not set(step.effects) - RECORDED:
        notes.error((*here, "by_hand"), *_NOTHING_BY_HAND)
    if set(step.effects) - LIGHT and not step.other_than:
        notes.error(here, *_TWO_PEOPLE)
    if Effect.reclassify_until in step.effects and Need.until not in step.needs:
        notes.error((*here, "needs"), *_UNTIL_WHEN)
    if _leaves_marks(spec, step):
        notes.error((*here, "effects"), *_STILL_MARKED)


def _can_be_done_here(effect: Effect, spec: ProcedureEntry) -> bool:
    """A type, a contract: what is decided has to stand in a field."""
    kinds = {one.kind for one in spec.fields.values()}
    if effect in (Effect.reclassify, Effect.reclassify_until):
        return bool(kinds & {FieldKind.sharing_type, FieldKind.open_type})
    if effect is Effect.publish_entry:
        withdraws = any(Effect.withdraw_entry in one.effects for one in spec.steps)
        return withdraws or FieldKind.contract in kinds
    if effect is Effect.change_entry:
        return {FieldKind.resource, FieldKind.contract} <= kinds
    return effect in DONE_HERE


def _leaves_marks(spec: ProcedureEntry, step: StepEntry) -> bool:
    state = spec.states.get(step.after)
    ends = state is not None and state.over and bool(step.before)
    return (
        ends
        and Effect.clear_disputed not in step.effects
        and bool(_marked(spec) & set(step.before))
    )


def _marked(spec: ProcedureEntry) -> set[str]:
    """The states in which something may be marked."""
    found: set[str] = set()
    while True:
        more = {
            after
            for one in spec.steps
            if Effect.clear_disputed not in one.effects
            if Effect.mark_disputed in one.effects or found & set(one.before)
            for after in ([one.after] if one.after else one.before)
        }
        if more <= found:
            return found
        found |= more


_NO_STATE = (
    Text("没有写发起后的状态", "it does not say where it leads"),
    Text("写 to。", "Write to."),
)
_NOT_OPENING = (
    Text(
        "发起的步骤不能结束、延长、升级或等待", "an opening step ends, extends and waits for none"
    ),
    Text("删去 stops、extends、climbs、waits。", "Remove stops, extends, climbs, waits."),
)
_ONLY_EXTENDS = (
    Text("延期只改变期限", "an extension changes the deadline alone"),
    Text("删去 to、stops、starts。", "Remove to, stops and starts."),
)
_NO_DATE = (Text("起算日不是日期字段", "the day it counts from is no date field"),)
_NO_DAY = (
    Text("期限既无法规的也无人指定的", "the deadline is neither the regulation's nor named"),
    Text("写 deadline，或 needs: [days]。", "Write deadline, or needs: [days]."),
)
_OPTIONS = (
    Text("只有 choice 字段列出 options", "options are for a choice, and a choice has some"),
    Text("写 kind: choice 和 options。", "Write kind: choice, and options."),
)
_DAYS_TWICE = (
    Text("期限写了两种来源", "the deadline has two sources"),
    Text("ours 不与 deadline、days、until 同用。", "ours stands without deadline, days, until."),
)
_DAYS_OF_EACH = (
    Text("ours 与 of 的取值不相符", "ours does not fit the words of its choice"),
    Text(
        "写一个天数；或写 of: 必填的 choice 字段，每个取值一个天数。",
        "Write one number; or of: a choice that is not optional, and a number for each word.",
    ),
)
_DAYS_OF_NOTHING = (
    Text("没有期限可定工作日", "there is no deadline to give working days to"),
    Text("写 starts，或删去 days。", "Write starts, or remove days."),
)
_WAITS_FOR_NOTHING = (
    Text("没有须等满的期限", "there is no deadline to wait for"),
    Text("在先前的 starts 写 at_least: true。", "Write at_least: true at an earlier starts."),
)
_NO_LADDER = (
    Text("没有写由谁逐级处理", "no ladder is named"),
    Text("写 ladder: {name: …}。", "Write ladder: {name: ...}."),
)
_NOTHING_BY_HAND = (
    Text("没有须由人完成的事", "nothing here is done by hand"),
    Text("删去 by_hand。", "Remove by_hand."),
)
_WHICH_SIDE = (
    Text("没有写与哪一步不同部门", "it does not say of which step it is the other side"),
    Text("写 other_than: [先前的步骤]。", "Write other_than: [an earlier step]."),
)
_TWO_PEOPLE = (
    Text("这一步须由另一个人办理", "this step takes another person"),
    Text("写 other_than: [先前的步骤]。", "Write other_than: [an earlier step]."),
)
_UNTIL_WHEN = (
    Text("没有写到何日为止", "it does not say until when"),
    Text("写 needs: [until]。", "Write needs: [until]."),
)
_STILL_MARKED = (
    Text("结束时异议标记还在", "it ends, and what was disputed stays marked"),
    Text("写 effects: [clear_disputed]。", "Write effects: [clear_disputed]."),
)
