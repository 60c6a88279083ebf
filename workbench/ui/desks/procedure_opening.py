"""To open a procedure at a desk: which of those that are the reader's to open, then, where columns
are named, of which resource, then what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.model.actor import Role
from workbench.ui.desks.application_form import MOST_TEXT
from workbench.ui.desks.desk import Act, Acted, Json, no_such_step
from workbench.ui.desks.parts import entry, form, said
from workbench.ui.desks.procedure_forms import command_of, file_entry, said_entries, step_said
from workbench.ui.words import Speech

Line = Mapping[str, Any]
BEGIN, CHOOSE, OPEN = "begin_one", "choose", "open"
"""The forms on the way: choose a kind, choose its resource, tell the rest."""
FIELD = "field_"
"""Before the name of a field of the definition: a field may be called as a part of the step is."""
MOST_KEY, MOST_CONTRACT = 256, 48_000
"""Characters, as the gateway takes them."""
_BETWEEN = ":"
_OPENS: Mapping[str, str] = {
    "applicant": Role.officer,
    "provider": Role.provider,
    "authority": Role.authority,
}
"""With which role each party opens one; whether it is theirs, the gateway judges in full."""


@dataclass(frozen=True)
class _Opening:
    """A way to open a kind, and what the reader may choose from."""

    kind: Line
    offer: Line
    me: Line
    catalogue: Sequence[Line]

    @property
    def name(self) -> str:
        return f"{self.kind['id']}{_BETWEEN}{self.offer['event']}"

    @property
    def resources(self) -> Sequence[Line]:
        """Where none but their provider opens it, those of the reader's department, and those of
        which the catalogue does not show whose they are: what is not shared shows a name."""
        named = [one for one in self.kind["fields"] if one["kind"] == "resource"]
        if len(named) != 1 or _parties(self.offer, self.me) != ["provider"]:
            return self.catalogue
        theirs = ("", self.me["department"])
        return [one for one in self.catalogue if one["provider"] in theirs]


def ways(kinds: Line, me: Line) -> Iterator[tuple[Line, Line]]:
    """``(kind, offer)`` of each way to open a procedure that the reader's roles have."""
    for kind in kinds["kinds"]:
        for offer in kind["opens"]:
            if _parties(offer, me):
                yield kind, offer


def _parties(offer: Line, me: Line) -> list[str]:
    return [one for one in offer["by"] if _OPENS.get(one) in me["roles"]]


def beginning_form(kinds: Line, me: Line, speech: Speech) -> list[Json]:
    """The form by which a kind is chosen; none for who may open none."""
    options = [
        (
            f"{kind['id']}{_BETWEEN}{offer['event']}",
            f"{said(kind['title'], speech.language)} · {said(offer['told'], speech.language)}",
        )
        for kind, offer in ways(kinds, me)
    ]
    if not options:
        return []
    label = speech._("Open a procedure")
    which = entry("kind", speech._("Procedure"), "choice", required=True, options=options)
    what = speech._("Those that the regulation of this city offers to your role.")
    return [form(BEGIN, label, [which], submit=speech._("Go on"), tone="primary", what=what)]


def opened(client: Connection, act: Act, speech: Speech) -> tuple[Acted, str]:
    """The next form; or, once all is told, the id of what was opened, else "". Raises."""
    step, _, way = act.event.partition(_BETWEEN)
    if act.event == BEGIN:
        opening = _found(client, act.text("kind"))
        first = _has_columns(opening) and len(opening.kind["fields"]) > 1
        return Acted(form=_resource_form(opening, speech) if first else _form(opening, speech)), ""
    opening = _found(client, way)
    if step == CHOOSE:
        return Acted(form=_form(opening, speech, fields_of(act, opening.kind))), ""
    if step != OPEN:
        raise no_such_step(act.event)
    done = client.procedures.open(
        opening.kind["id"],
        fields_of(act, opening.kind),
        event=opening.offer["event"],
        key=act.key,
        **command_of(act),
    )
    told = speech._("Opened: {id}. {state}.", id=done["id"], state=_state(done, speech))
    return Acted(told=told), str(done["id"])


def _state(done: Line, speech: Speech) -> str:
    return said(done["told"], speech.language)


def _found(client: Connection, name: str) -> _Opening:
    """Raises InvalidInput for what is none of the reader's to open."""
    me = client.whoami()[0]
    for kind, offer in ways(client.procedures.kinds(), me):
        if name == f"{kind['id']}{_BETWEEN}{offer['event']}":
            return _Opening(kind, offer, me, list(client.catalogue()))
    raise no_such_step(name)


def _has_columns(opening: _Opening) -> bool:
    return any(one["kind"] == "column" for one in opening.kind["fields"])


# The forms ---------------------------------------------------------------------------------------


def _label(opening: _Opening, speech: Speech) -> str:
    kind, offer = opening.kind, opening.offer
    return f"{said(kind['title'], speech.language)} · {said(offer['told'], speech.language)}"


def _resource_form(opening: _Opening, speech: Speech) -> Json:
    """Which resource, before its columns can be shown."""
    fields = [
        _entry(spec, opening, {}, speech)
        for spec in opening.kind["fields"]
        if spec["kind"] == "resource"
    ]
    event = f"{CHOOSE}{_BETWEEN}{opening.name}"
    what = said(opening.kind["about"], speech.language)
    return form(event, _label(opening, speech), fields, submit=speech._("Go on"), what=what)


def _form(opening: _Opening, speech: Speech, chosen: Mapping[str, str] | None = None) -> Json:
    fields = [_entry(spec, opening, chosen or {}, speech) for spec in opening.kind["fields"]]
    about = said(opening.kind["about"], speech.language)
    return form(
        f"{OPEN}{_BETWEEN}{opening.name}",
        _label(opening, speech),
        fields + said_entries(opening.offer["needs"], speech, opens=True),
        submit=said(opening.offer["told"], speech.language),
        tone="primary",
        what=f"{about} · {step_said(opening.offer, speech)}",
    )


def _entry(spec: Line, opening: _Opening, chosen: Mapping[str, str], speech: Speech) -> Json:
    """A field of the definition, to be chosen where the reader may see what there is."""
    name, label = f"{FIELD}{spec['name']}", said(spec["title"], speech.language)
    must, kind = not spec["optional"], spec["kind"]
    if kind == "column":
        return _columns(name, label, opening, chosen, speech, must=must)
    if kind == "evidence":
        return file_entry(name, label, speech, required=must)
    if kind == "department":
        own = (
            opening.me["department"] if _parties(opening.offer, opening.me) == ["provider"] else ""
        )
        hint = speech._("By its name in this city, such as: {names}", names=_known(opening, speech))
        return entry(name, label, value=own, required=must, hint=hint, most=128)
    options = _options(kind, opening, chosen.get(spec["name"], ""), speech)
    if kind == "choice":
        options = [(word, word) for word in spec["options"]]
    if options is not None:
        value = chosen.get(spec["name"], "")
        return entry(name, label, "choice", value, required=must, options=options)
    written, most, hint = _written(kind, speech)
    return entry(name, label, written, required=must, most=most, hint=hint)


def _written(kind: str, speech: Speech) -> tuple[str, int, str]:
    """How a field is typed: its control, how long it may be, and what is said of it."""
    kinds = {
        "date": ("day", 0, ""),
        "key": ("text", MOST_KEY, speech._("Sealed: shown to those who deal with it alone")),
        "grant": (
            "text",
            256,
            speech._("The grant's id, SCENARIO/DEPARTMENT/RESOURCE or its case"),
        ),
        "case": ("text", 64, speech._("The case's id, as the approval desk shows it")),
        "contract": ("code", MOST_CONTRACT, speech._("The text of the contract's file")),
    }
    return kinds.get(kind, ("lines", MOST_TEXT, ""))


def _options(
    kind: str, opening: _Opening, chosen: str, speech: Speech
) -> list[tuple[str, str]] | None:
    """What can be chosen; None for what is typed."""
    if kind == "resource":
        found = [one for one in opening.resources if chosen in ("", one["name"])]
        return [(one["name"], _titled(one, speech)) for one in found]
    types = {
        "unconditional": speech._("shared unconditionally"),
        "conditional": speech._("shared on conditions"),
        "not_shared": speech._("not shared"),
    }
    open_types = {
        "unconditional": speech._("open unconditionally"),
        "conditional": speech._("open on conditions"),
        "not_open": speech._("not open"),
    }
    if kind == "sharing_type":
        return [*types.items()]
    return [*open_types.items()] if kind == "open_type" else None


def _titled(one: Line, speech: Speech) -> str:
    return f"{said(one['title'], speech.language)} · {one['name']}"


def _known(opening: _Opening, speech: Speech) -> str:
    named = {one["provider"] for one in opening.catalogue} | {opening.me["department"]}
    return speech._(", ").join(sorted(filter(None, named))[:12])


def _columns(
    name: str,
    label: str,
    opening: _Opening,
    chosen: Mapping[str, str],
    speech: Speech,
    *,
    must: bool,
) -> Json:
    """The columns of the resources that were chosen, as far as the catalogue shows them."""
    found = [one for one in opening.catalogue if one["name"] in chosen.values()]
    lines = [
        {
            "name": column["name"], "label": column["title"], "note": "", "chosen": False,
            "use": "", "uses": [], "argument": "", "argued": False,
        }
        for one in found
        for column in one["columns"]
    ]  # fmt: skip
    if not lines:
        hint = speech._("The catalogue shows no columns of it: write their names, with commas.")
        return entry(name, label, required=must, hint=hint, most=MOST_TEXT)
    hint = "" if must else speech._("None chosen: all of it")
    return entry(name, label, "columns", lines, required=must, hint=hint)


# What was sent -----------------------------------------------------------------------------------


def fields_of(act: Act, kind: Line) -> dict[str, str]:
    """The fields that a form says; chosen columns stand beside each other with commas."""
    found = {}
    for spec in kind["fields"]:
        value = act.values.get(f"{FIELD}{spec['name']}") or ""
        text = ",".join(map(str, value)) if isinstance(value, Mapping) else str(value).strip()
        if text:
            found[spec["name"]] = text
    return found
