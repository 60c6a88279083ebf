"""From a view to what the board draws: plain JSON in one language. See docs/pages.md.

The same payload is made early by the leaders' server and live by the page's kernel, so that the
one can take the place of the other without a flash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from workbench.client.teaching import reason_parts
from workbench.client.watermark import tile
from workbench.errors import Language, Reason
from workbench.model.days import CHINA, day_of
from workbench.ui.desks import DESKS
from workbench.ui.page import Chart, Page, Panel, Span, Words
from workbench.ui.panels import Content, Context, Draw, content
from workbench.ui.provenance import late, mode_said, provenance, status_said
from workbench.ui.queries import follows
from workbench.ui.view import Drawn, Filtering, NotDrawn, Shown, Standing, State, View, Worked
from workbench.ui.words import Speech, board_words

Json = dict[str, Any]

_SPANS: Mapping[Chart, Span] = {
    Chart.table: Span.full,
    Chart.card: Span.full,
    Chart.signals: Span.full,
    Chart.timeline: Span.full,
    Chart.desk: Span.full,
}
"""Where a panel does not say: these need the width (our default); the others get half."""

_SAY_UNITS = frozenset({Chart.card, Chart.scatter, Chart.signals, Chart.sentences, Chart.table})
"""Charts that write units beside their figures, on their axes or in their heads, or have none."""
_MOST_SAID = 40
"""Characters of a choice from the address that are said again (our default)."""


def payload(view: View, context: Context, *, early: bool = False, draw: Draw = content) -> Json:
    """The whole page, its panels under ``panels`` by id."""
    return {
        **frame(view, context, early=early),
        "panels": {
            panel_id(i): panel(shown, i, view, context, draw) for i, shown in enumerate(view.panels)
        },
    }


def frame(view: View, context: Context, *, early: bool = False) -> Json:
    """The page without the contents of its panels."""
    page, speech = view.page, context.speech
    language = speech.language
    ids = iter(range(len(page.panels)))
    return {
        "language": language,
        "name": page.name,
        "title": page.title.said(language),
        "audience": page.audience.said(language) if page.audience else "",
        "note": page.note.said(language) if page.note else "",
        "standing": standing_said(view.standing, speech),
        "synthetic": view.synthetic,
        "released_at": view.made_at.astimezone(CHINA).isoformat(timespec="seconds"),
        "early": early,
        "refusal": _refusal(view, language),
        "words": board_words(language),
        "filters": [_filter(one, page, speech) for one in view.filters],
        "sections": [
            {
                "title": section.title.said(language) if section.title else "",
                "note": section.note.said(language) if section.note else "",
                "panels": [panel_id(next(ids)) for _ in section.panels],
            }
            for section in page.sections
        ],
    }


def panel_id(position: int) -> str:
    return f"p{position}"


def panel(shown: Shown, position: int, view: View, context: Context, draw: Draw = content) -> Json:
    """One frame: what it draws, or why it does not."""
    declared, language = shown.panel, context.speech.language
    head: Json = {
        "id": panel_id(position),
        "title": declared.title.said(language),
        "unit": _unit(declared, view.page, language),
        "note": declared.note.said(language) if declared.note else "",
        "chart": declared.chart.value,
        "span": span_of(declared).value,
    }
    if isinstance(shown, NotDrawn):
        return {**head, **_not_drawn(shown.state, shown.reasons, language)}
    if isinstance(shown, Worked):
        return {**head, **_worked(shown, view, context)}
    return {**head, **_drawn(shown, view, context_of(view, context), draw)}


def _unit(declared: Panel, page: Page, language: Language) -> str:
    """The panel's own unit; else, where nothing drawn says it, the one unit of all its figures."""
    if declared.unit is not None:
        return declared.unit.said(language)
    names = [name for role in ("value", "plan") for name in declared.role(role)]
    if declared.chart in _SAY_UNITS or not names:
        return ""
    units = {_unit_of(name, declared, page) for name in names}
    unit = units.pop()
    return unit.said(language) if unit is not None and not units else ""


def _unit_of(name: str, declared: Panel, page: Page) -> Words | None:
    found = (columns.get(name) for columns in (declared.columns, page.columns))
    return next((c.unit for c in found if c is not None and c.unit is not None), None)


def span_of(declared: Panel) -> Span:
    """How wide a panel is."""
    return declared.span or _SPANS.get(declared.chart, Span.half)


def context_of(view: View, context: Context) -> Context:
    """The drawing context with what was chosen on the page, on the day it was asked."""
    labels = view.page.read_as(context.speech.language)
    return replace(context, picked=view.choices, today=day_of(view.made_at), labels=labels)


def standing_said(standing: Standing, speech: Speech) -> str:
    """Which subject, mode and expiry the figures of the page inherit."""
    if not standing.scenario:
        return speech._(
            "This page is open to you, {subject} of {department}: it shows what is yours, and does "
            "what you may do.",
            subject=standing.subject,
            department=standing.department or speech._("no department"),
        )
    modes = speech._(", ").join(mode_said(mode, speech) for mode in standing.modes)
    told = speech._(
        "This page asks with the grants of {subject}: scenario {scenario}, sharing mode {modes}, "
        "valid until {until}.",
        subject=standing.subject,
        scenario=standing.scenario,
        modes=modes or speech._("unknown"),
        until=standing.valid_until or speech._("not stated"),
    )
    if not standing.viewer:
        return told
    looking = speech._("The viewer, {viewer}, stands in the ledger.", viewer=standing.viewer)
    return speech._("{told} {looking}", told=told, looking=looking)


def _filter(one: Filtering, page: Page, speech: Speech) -> Json:
    declared, language = one.filter, speech.language
    read = page.read_as(language)
    return {
        "id": declared.id,
        "label": declared.label.said(language),
        "kind": declared.kind.value,
        "value": one.value,
        "any": None if declared.required else speech._("All"),
        "options": [{"value": o.value, "label": read.get(o.label, o.label)} for o in one.options],
        "default": one.default,
        "reason": one.reasons[0].what.said(language) if one.reasons else None,
        "told": _told(one, speech),
    }


def _told(one: Filtering, speech: Speech) -> str | None:
    """What a reader must know of what is chosen, and of what can be."""
    if one.dropped:
        value = one.dropped[:_MOST_SAID]
        return speech._("“{value}” cannot be chosen here; the page shows its default", value=value)
    if one.more:
        number = f"{len(one.options):,}"
        return speech._("only the first {number} can be chosen", number=number)
    return None


def _refusal(view: View, language: Language) -> Json | None:
    found = view.refusal
    if found is None:
        return None
    return {"state": found.state.value, "reasons": reason_parts(found.reasons, language)}


def _not_drawn(state: State, reasons: Sequence[Reason], language: Language) -> Json:
    return {
        **_EMPTY,
        "state": state.value,
        "reasons": reason_parts(reasons, language),
        "provenance": {"rows": [], "caption": ""},
        "export": {"png": False, "csv": False, "why": ""},
    }


def _worked(shown: Worked, view: View, context: Context) -> Json:
    """A desk: its list. What it shows is of nobody but its reader, so nothing of it is exported."""
    desk = DESKS[shown.panel.desk] if shown.panel.desk is not None else None
    assert desk is not None  # nothing else is worked at
    return {
        **_EMPTY,
        "state": State.drawn.value,
        "desk": desk.shows(shown.answer, shown.asked, context_of(view, context)),
        "provenance": {"rows": [], "caption": ""},
        "export": {"png": False, "csv": False, "why": ""},
    }


def _drawn(shown: Drawn, view: View, context: Context, draw: Draw) -> Json:
    made = draw(shown.panel, view.page, shown.release, context)
    today = day_of(view.made_at)
    language = context.speech.language
    note = shown.panel.note.said(language) if shown.panel.note else ""
    return {
        **_EMPTY,
        "note": " ".join(filter(None, (note, *made.notes))),
        "state": made.state.value,
        "asked": _asked(shown, view, context.speech) if made.state is State.empty else "",
        "marks": _marks(shown, made, context.speech, today),
        "reasons": reason_parts(made.reasons, language),
        **{key: getattr(made, key) for key in _DRAWN},
        "turns": _turns(shown),
        "provenance": _provenance(shown, view, context.speech, today),
        "watermark": tile(shown.release.info.watermark),
        "export": _export(shown, made, context.speech),
    }


def _turns(shown: Drawn) -> Json | None:
    """Of what is looked up: which page it is, its first row, and whether there is another."""
    page = shown.release.page
    if shown.panel.view is None or page is None:
        return None
    return {"page": page.page, "first": (page.page - 1) * page.rows + 1, "more": page.more}


def _provenance(shown: Drawn, view: View, speech: Speech, today: date) -> Json:
    """Sources, and the choices that the panel follows: a file must say which month it shows."""
    found = provenance(shown.release, speech, today).to_dict()
    said = _asked(shown, view, speech)
    if not said:
        return found
    lines = [[speech._("Chosen"), said], *found["rows"]]
    return {"rows": lines, "caption": f"{speech._('Chosen')}: {said}; {found['caption']}"}


def _asked(shown: Drawn, view: View, speech: Speech) -> str:
    """The choices that the panel follows, in words; "" where it follows none that is set."""
    named, read = follows(shown.panel, view.page), view.page.read_as(speech.language)
    return speech._(", ").join(
        f"{f.filter.label.said(speech.language)} {read.get(_label(f), _label(f))}"
        for f in view.filters
        if f.filter.id in named and f.value is not None
    )


def _label(one: Filtering) -> str:
    """What people read for the chosen value."""
    return next((o.label for o in one.options if o.value == one.value), one.value or "")


_DRAWN = (
    "figure", "cards", "signals", "sentences", "table", "picks", "summary", "data", "approval",
)  # fmt: skip
_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(_DRAWN),
    "desk": None,
    "turns": None,
    "summary": "",
    "approval": "",
    "asked": "",
    "watermark": "",
    "marks": [],
    "reasons": [],
}


def _marks(shown: Drawn, made: Content, speech: Speech, today: date) -> list[Json]:
    """What a reader must know before the figures are believed."""
    release = shown.release
    marks = []
    if release.synthetic:
        marks.append(("synthetic", speech._("Synthetic data")))
    statuses = {s.status for s in release.info.sources} | set(made.statuses)
    for status in ("preliminary", "awaiting_sign_off"):
        if status in statuses:
            marks.append((status, status_said(status, speech)))
    if any(late(source, today) for source in release.info.sources):
        marks.append(("stale", speech._("Not up to date")))
    if made.withheld and made.state is State.drawn:
        told = speech._("{number} figures withheld", number=f"{made.withheld:,}")
        marks.append(("partly_withheld", told))
    if made.illustration:
        marks.append(("illustration", speech._("Illustration")))
    return [{"kind": kind, "text": text} for kind, text in marks]


def _export(shown: Drawn, made: Content, speech: Speech) -> Json:
    """PNG and CSV are kept files: not of what may only be looked at."""
    if shown.release.info.tier == "view":
        why = speech._("What is shared in mode view may be looked at only.")
        return {"png": False, "csv": False, "why": why}
    there = made.state is State.drawn
    return {"png": there and made.figure is not None, "csv": there, "why": ""}


def declared_panel(page: Page, identity: str) -> int:
    """The position of a panel by its id. Raises KeyError."""
    for position in range(len(page.panels)):
        if panel_id(position) == identity:
            return position
    raise KeyError(identity)
