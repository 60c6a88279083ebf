"""The closed set of charts: which function draws which."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from workbench.client.disclosure import WHY, rules_said
from workbench.client.release import Release
from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.ui.numbers import decimal_of
from workbench.ui.page import Chart, Page, Panel
from workbench.ui.panels.bars import bar, stacked
from workbench.ui.panels.card import card
from workbench.ui.panels.fields import Field
from workbench.ui.panels.heatmap import heatmap
from workbench.ui.panels.layout import reference_note
from workbench.ui.panels.lines import area, line
from workbench.ui.panels.maps import county_map
from workbench.ui.panels.parts import Content, Context, Task
from workbench.ui.panels.picking import picks
from workbench.ui.panels.progress import progress
from workbench.ui.panels.ranked import ranked
from workbench.ui.panels.said import data_table
from workbench.ui.panels.sankey import sankey
from workbench.ui.panels.scatter import scatter
from workbench.ui.panels.sentences import sentences
from workbench.ui.panels.signals import signals
from workbench.ui.panels.status import statuses
from workbench.ui.panels.tables import table
from workbench.ui.panels.timeline import timeline
from workbench.ui.panels.waterfall import waterfall
from workbench.ui.view import State
from workbench.ui.words import both

DRAW: Mapping[Chart, Callable[[Task], Content]] = {
    Chart.card: card,
    Chart.line: line,
    Chart.area: area,
    Chart.bar: bar,
    Chart.stacked: stacked,
    Chart.ranked: ranked,
    Chart.heatmap: heatmap,
    Chart.scatter: scatter,
    Chart.waterfall: waterfall,
    Chart.progress: progress,
    Chart.signals: signals,
    Chart.sentences: sentences,
    Chart.map: county_map,
    Chart.sankey: sankey,
    Chart.timeline: timeline,
    Chart.table: table,
}
log = logging.getLogger(__name__)
_CODES = {code.value: code for code in Code}
_FIGURES = ("value", "plan", "size")
"""Roles whose cells are the figures of a chart."""


def content(panel: Panel, page: Page, release: Release, context: Context) -> Content:
    """What the panel shows of this release. A drawing that the result does not allow is a state of
    the panel with its reason, no exception: the rest of the page stands."""
    task = Task(panel, page, release, context)
    try:
        if not task.rows:
            return Content(State.empty, summary=task.speech._("There are no rows for this choice."))
        return _drawn(task)
    except WorkbenchError as error:
        return Content(
            State.wrong, reasons=error.reasons, summary=error.reasons[0].what.said(task.language)
        )
    except Exception:
        # The boundary between one panel and the page: a defect of ours in one drawing must not
        # take the other panels with it. The log has the whole of it, the reader a plain reason.
        log.exception("panel %r (%s) could not be drawn", panel.title.en, panel.chart.value)
        return _defect(task)


def _defect(task: Task) -> Content:
    what = both("This panel could not be drawn.")
    reason = Reason(
        Code.internal,
        what,
        why=both("The workbench met a case that it does not know; the figures are not at fault."),
        next=both("Tell the data office which panel this is; the server's log has the details."),
        subject=task.panel.title.said(task.language),
    )
    return Content(State.wrong, reasons=(reason,), summary=what.said(task.language))


def _drawn(task: Task) -> Content:
    kinds = Counter(kind for name in _figures(task) for kind in task.why.get(name, ()) if kind)
    reasons = _withheld(task, kinds)
    on_card = task.panel.chart is Chart.card
    if task.panel.value and not any(_something(task.field(n), on_card) for n in task.panel.value):
        return _nothing(task, reasons)
    made = DRAW[task.panel.chart](task)
    if made.state is not State.drawn:
        return replace(made, reasons=made.reasons or reasons)
    return replace(
        made,
        reasons=(*made.reasons, *reasons),
        statuses=statuses(task),
        picks=made.picks or picks(task, made.figure),
        data=made.data or data_table(task),
        notes=(*made.notes, *reference_note(task)),
        withheld=sum(kinds.values()),
    )


def _figures(task: Task) -> tuple[str, ...]:
    """The columns whose cells the chart draws as figures."""
    chart = task.panel.chart
    if chart is Chart.table:
        return tuple(task.release.columns)
    roles = (*_FIGURES, "by") if chart is Chart.scatter else _FIGURES
    return tuple(dict.fromkeys(n for role in roles for n in task.panel.role(role)))


def _something(field: Field, written: bool) -> bool:
    """Whether any cell has a figure (or, for signal lights, a word). Infinity cannot be drawn, but
    it can be written on a card."""
    if written and field.number:
        return any(decimal_of(text) is not None for text in field.exact)
    cells: Sequence[object] = field.floats if field.number else field.exact
    return any(cell is not None for cell in cells)


def _nothing(task: Task, reasons: tuple[Reason, ...]) -> Content:
    """Rows, and no figure in any of them."""
    _ = task.speech._
    if reasons:
        return Content(
            State.withheld,
            reasons=reasons,
            summary=_("All figures of this panel are withheld."),
            data=data_table(task),
        )
    return Content(State.empty, summary=_("The rows of this choice have no figures."))


def _withheld(task: Task, kinds: Counter[str]) -> tuple[Reason, ...]:
    """One reason for each rule that withheld something."""
    rules = (task.release.info.disclosure or {}).get("rules") or {}
    said = Text(rules_said(rules, "zh"), rules_said(rules, "en")) if rules else None
    return tuple(
        Reason(
            _CODES.get(kind, Code.suppressed),
            both("{number} figures are withheld.", number=number),
            why=_why(kind, rules.get("k", "k")),
            rule=said,
            subject=task.panel.title.said(task.language),
        )
        for kind, number in kinds.items()
    )


def _why(kind: str, k: object) -> Text:
    told = WHY.get(kind, Text(kind, kind))
    return Text(told.zh.format(k=k), told.en.format(k=k))
