"""What steps do beside their procedure: a closed set, and how each is done.

What is decided about a resource is kept as a ruling (``decided``), and holds from the moment of
the step; what people do by hand is recorded with its evidence (``Need.evidence``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from workbench.errors import Text
from workbench.model.grant import Grant, GrantState, state_of
from workbench.model.procedure import Effect, FieldKind, Procedure, Taken
from workbench.model.ruling import Ruling
from workbench.store.procedure_effects import Did, Mark, ProcedureEffects
from workbench.store.rulings import Rulings

TEXTS: dict[Effect, Text] = {
    Effect.mark_disputed: Text("标记有争议的数据", "mark what is disputed"),
    Effect.clear_disputed: Text("取消争议标记", "take the mark of dispute away"),
    Effect.publish_entry: Text("发布目录条目", "publish the catalogue entry"),
    Effect.change_entry: Text("变更目录条目", "change the catalogue entry"),
    Effect.withdraw_entry: Text("撤销目录条目", "withdraw the catalogue entry"),
    Effect.reclassify: Text("变更共享或开放类型", "change the sharing or open type"),
    Effect.reclassify_until: Text("临时变更共享类型", "change the sharing type for a time"),
    Effect.seal: Text("封存数据", "seal the data"),
    Effect.destroy: Text("销毁数据", "destroy the data"),
    Effect.take_back: Text("取消本程序先前的决定", "take back what it decided before"),
    Effect.grant_wider: Text("扩大授权", "widen the grant"),
    Effect.record_destruction: Text("登记销毁", "record the destruction"),
    Effect.notify_users: Text("告知使用部门", "tell the departments that use it"),
}


@dataclass(frozen=True)
class Effects:
    """``row`` gives the keyed digest of a resource's row, by its sealed key."""

    kept: ProcedureEffects
    row: Callable[[str, str], str]
    rulings: Rulings

    def apply(
        self, procedure: Procedure, decided: Iterable[Ruling] = (), hand: Collection[Effect] = ()
    ) -> None:
        """What the last step does, in the transaction of that step. ``decided``: about its
        resource; ``hand``: what people did."""
        taken = procedure.steps[-1]
        for effect in taken.effects:
            if effect in _DO:
                _DO[effect](self, procedure, taken)
        self.rulings.keep(decided)
        self.kept.did(_lines(procedure, taken, hand))

    def _mark(self, procedure: Procedure, taken: Taken) -> None:
        self.kept.mark(self._marks(procedure, taken))

    def _marks(self, procedure: Procedure, taken: Taken) -> Iterator[Mark]:
        """Each resource that it is about, its columns where some are named."""
        key = procedure.text(FieldKind.key)
        columns = _columns(procedure.text(FieldKind.column)) or ("",)
        for resource in sorted({v.text for v in procedure.values if v.kind is FieldKind.resource}):
            row = self.row(resource, key) if key else ""
            for column in columns:
                yield Mark(procedure.id, resource, column, row, taken.at)

    def _clear(self, procedure: Procedure, taken: Taken) -> None:
        self.kept.clear(procedure.id, taken.at)


def users_of(resource: str, grants: Iterable[Grant], today: date) -> frozenset[str]:
    """The holders of a grant of this resource that holds today."""
    return frozenset(
        grant.department
        for grant in grants
        if grant.resource.casefold() == resource.casefold()
        and state_of(grant, today) is GrantState.active
    )


def is_marked(procedure: Procedure) -> bool:
    """Whether what it is about is marked as disputed after its last step."""
    done = [effect for step in procedure.steps for effect in step.effects if effect in _MARKS]
    return bool(done) and done[-1] is Effect.mark_disputed


def _lines(procedure: Procedure, taken: Taken, hand: Collection[Effect]) -> Iterator[Did]:
    subject = procedure.text(FieldKind.grant) or procedure.resource
    for effect in dict.fromkeys(taken.effects):
        yield Did(
            procedure.id, taken.number, effect, subject, effect in hand, taken.evidence, taken.at
        )  # fmt: skip


def _columns(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


_MARKS = frozenset({Effect.mark_disputed, Effect.clear_disputed})
_DO: Mapping[Effect, Callable[[Effects, Procedure, Taken], None]] = {
    Effect.mark_disputed: Effects._mark,
    Effect.clear_disputed: Effects._clear,
}
"""The messages of ``notify_users`` are made with those of the step (``notices``); the line that
each effect leaves is all that there is to ``record_destruction``. What is decided of a type, an
entry or the data stands in its ruling."""
