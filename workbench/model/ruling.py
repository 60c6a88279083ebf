"""What procedures decided about resources, and what of it stands on a day. Frozen and pure.

Decisions are only ever added; one is taken back by another of the same procedure. So what stands
today is worked out from all of them and the day, and depends on nothing that has to be done in
time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from workbench.errors import Text
from workbench.model.contract import OpenType, Resource, Ruled, Sharing, SharingMode, SharingType
from workbench.model.procedure import Effect


@dataclass(frozen=True)
class Ruling:
    """One decision: the step ``step`` of a procedure, and what it brings about.

    ``sharing`` and ``opening`` are the types as decided, None where nothing is decided of them;
    ``was_sharing`` and ``was_opening`` those of the contract at that moment, ``contract`` its
    digest (empty for what had none). ``since`` is the first day on which it holds for whoever has a
    grant, None where a further step says so; ``until`` the last one, None for no end. ``text`` is
    the contract that was published. ``title``, ``regulation`` and ``article`` are those of the
    procedure and the step, an empty article for our default.
    """

    procedure_id: str
    step: int
    effect: Effect
    resource: str
    at: datetime
    since: date | None
    title: Text
    regulation: str
    article: str = ""
    until: date | None = None
    sharing: SharingType | None = None
    opening: OpenType | None = None
    was_sharing: SharingType | None = None
    was_opening: OpenType | None = None
    contract: str = ""
    text: str = ""


TYPES = frozenset({Effect.reclassify, Effect.reclassify_until})
ENTRIES = frozenset({Effect.publish_entry, Effect.change_entry})
KEPT = TYPES | ENTRIES | {Effect.withdraw_entry, Effect.seal, Effect.destroy, Effect.take_back}
"""What a ruling is kept of."""
_TAKEN_BACK = TYPES | {Effect.withdraw_entry, Effect.seal}
_STRICT: Mapping[SharingType, int] = {
    SharingType.unconditional: 0,
    SharingType.conditional: 1,
    SharingType.not_shared: 2,
}
_CLOSED: Mapping[OpenType, int] = {
    OpenType.unconditional: 0,
    OpenType.conditional: 1,
    OpenType.not_open: 2,
}


def by_resource(rulings: Iterable[Ruling]) -> dict[str, tuple[Ruling, ...]]:
    """Of each resource, the oldest first."""
    found: dict[str, list[Ruling]] = {}
    for one in sorted(rulings, key=_order):
        found.setdefault(one.resource, []).append(one)
    return {name: tuple(those) for name, those in found.items()}


def entry_of(rulings: Iterable[Ruling]) -> Ruling | None:
    """The contract of a resource that was published last, of all its rulings."""
    found = [one for one in rulings if one.effect in ENTRIES and one.text]
    return max(found, key=_order, default=None)


def standing(rulings: Iterable[Ruling], today: date) -> tuple[Ruling, ...]:
    """What of the rulings about one resource stands: its type, and what keeps it back, the oldest
    first. Of the types it is the one that was decided last and has not run out."""
    live = [one for one in _left(sorted(rulings, key=_order)) if not _is_over(one, today)]
    types = [one for one in live if one.effect in TYPES]
    backs = [one for one in live if one.effect not in TYPES | ENTRIES]
    return tuple(sorted((*types[-1:], *backs), key=_order))


def ruled(resource: Resource, rulings: Iterable[Ruling], today: date) -> Resource:
    """The resource as its contract with the rulings about it says on ``today``. ``contract`` of it
    is what the contract alone says."""
    own = resource.contract or resource
    stands = standing(rulings, today)
    if not stands:
        return own
    found = own
    for one in stands:
        if one.effect in TYPES:
            found = _typed(found, one)
    told = tuple(_told(one, found, today) for one in stands)
    return replace(found, ruled=told, contract=own)


def _left(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Without what the same procedure took back, or decided anew."""
    left: list[Ruling] = []
    for one in rulings:
        gone = _takes_back(one)
        left = [o for o in left if o.procedure_id != one.procedure_id or o.effect not in gone]
        if one.effect is not Effect.take_back:
            left.append(one)
    return left


def _takes_back(one: Ruling) -> frozenset[Effect]:
    if one.effect is Effect.take_back:
        return _TAKEN_BACK
    if one.effect in TYPES:
        return TYPES
    if one.effect is Effect.publish_entry:
        return frozenset({Effect.withdraw_entry})
    return frozenset({one.effect})


def _is_over(one: Ruling, today: date) -> bool:
    return one.until is not None and today > one.until


def _typed(resource: Resource, one: Ruling) -> Resource:
    """The type as decided. Where the contract's was changed since, to neither what it was nor what
    was decided, the stricter of the two: which is right is not known."""
    own, sharing, opening = resource.sharing, resource.sharing, resource.open_type
    if one.sharing is not None:
        known = own.type in (one.was_sharing, one.sharing)
        kind = one.sharing if known else max(one.sharing, own.type, key=_STRICT.__getitem__)
        sharing = own if kind is own.type else _sharing(own, kind)
    if one.opening is not None:
        known = opening in (one.was_opening, one.opening)
        opening = one.opening if known else max(one.opening, opening, key=_CLOSED.__getitem__)
    if sharing.type is SharingType.not_shared:
        opening = OpenType.not_open  # as the reader of contracts has it
    return replace(resource, sharing=sharing, open_type=opening)


def _sharing(own: Sharing, kind: SharingType) -> Sharing:
    """Conditions are those of what is shared under conditions; what is not shared has no mode but
    comparing (Foshan 2019 art. 12)."""
    if kind is SharingType.conditional:
        return replace(own, type=kind)
    kept = own.mode is SharingMode.compare or kind is SharingType.unconditional
    mode = own.mode if kept else None
    return replace(own, type=kind, mode=mode, conditions="", scope="", purpose="")


def _told(one: Ruling, resource: Resource, today: date) -> Ruled:
    """``closes``: whoever has a grant is given nothing by it."""
    begun = one.since is not None and one.since <= today
    is_type = one.effect in TYPES
    kept_back = resource.sharing.type is SharingType.not_shared if is_type else begun
    return Ruled(
        procedure_id=one.procedure_id,
        effect=one.effect.value,
        title=one.title,
        regulation=one.regulation,
        article=one.article,
        since=one.since,
        until=one.until,
        sharing=one.sharing,
        opening=one.opening,
        closes=kept_back,
        closes_new=kept_back or not is_type,
        comes_back=one.effect in (Effect.reclassify_until, Effect.seal),
    )


def _order(one: Ruling) -> tuple[datetime, str, int]:
    return one.at, one.procedure_id, one.step
