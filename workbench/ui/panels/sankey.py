"""Flows from sources to targets in two or three layers: who shares what with whom."""

from __future__ import annotations

from workbench.ui.panels.along import NONE
from workbench.ui.panels.fields import Field
from workbench.ui.panels.labels import lines, shortened
from workbench.ui.panels.layout import SERIES, base, tall
from workbench.ui.panels.parts import Content, Json, Task, unfit
from workbench.ui.panels.said import data_table, first, names_of, summary
from workbench.ui.view import State
from workbench.ui.words import both

MOST_FLOWS = 200
_LAYERS = 3
_NODE_PIXELS = 24

Edges = list[tuple[str, str]]


def sankey(task: Task) -> Content:
    """A name that is a target and a source stands in the middle. Raises InvalidInput for a cycle,
    for more than three layers and for a flow below zero."""
    source, target = task.field(task.panel.source), task.field(task.panel.target)
    value = task.values[0]
    froms, tos = names_of(source), names_of(target)
    rows = [row for row in range(task.rows) if (value.floats[row] or 0.0) != 0.0]
    _positive(value, rows)
    if not rows:
        return Content(
            State.empty,
            summary=task.speech._("No flow of this choice is above zero."),
            data=data_table(task),
            notes=_notes(task, value, []),
        )
    if len(rows) > MOST_FLOWS:
        raise unfit(
            both("{number} flows are too many for one chart.", number=f"{len(rows):,}"),
            both("At most {most} are drawn.", most=MOST_FLOWS),
            both("Group small flows together in the panel's query."),
        )
    layers = _layers([(froms[row], tos[row]) for row in rows])
    nodes = list(layers)
    place = {name: i for i, name in enumerate(nodes)}
    arrow = " → "
    hover = [lines(f"{froms[row]}{arrow}{tos[row]}", value.said(row)) for row in rows]
    trace: Json = {
        "type": "sankey",
        "arrangement": "snap",
        "node": {
            "label": [shortened(name, 22) for name in nodes],
            "color": [f"@series{_colour(name, place, layers)}" for name in nodes],
            "customdata": [lines(name) for name in nodes],
            "hovertemplate": "%{customdata}<extra></extra>",
            "pad": 14,
            "thickness": 14,
            "line": {"width": 0},
        },
        "link": {
            "source": [place[froms[row]] for row in rows],
            "target": [place[tos[row]] for row in rows],
            "value": [value.floats[row] for row in rows],
            "label": hover,
            "customdata": hover,
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    }
    widest = max(_count(layers, layer) for layer in range(_LAYERS))
    layout = base(**tall(widest, _NODE_PIXELS))
    names = [f"{a}{arrow}{b}" for a, b in zip(froms, tos, strict=True)]
    return Content(
        figure={"data": [trace], "layout": layout},
        summary=summary(task, names),
        notes=_notes(task, value, nodes),
    )


def _positive(value: Field, rows: list[int]) -> None:
    for row in rows:
        if (value.floats[row] or 0.0) < 0:
            raise unfit(
                both("A flow of {value} cannot be drawn.", value=value.text(row)),
                both("The width of a flow is its figure, and no width is below zero."),
                both("Turn source and target around in the panel's query."),
                value.name,
            )


def _layers(edges: Edges) -> dict[str, int]:
    """Each name's layer: the longest way to it. Raises InvalidInput for a cycle or a long way."""
    nodes = dict.fromkeys(name for edge in edges for name in edge)
    layer = dict.fromkeys(nodes, 0)
    for _ in nodes:
        moved = False
        for start, end in edges:
            if layer[end] < layer[start] + 1:
                layer[end], moved = layer[start] + 1, True
        if not moved:
            break
        if max(layer.values()) >= len(nodes):
            break
    if edges and max(layer.values()) >= len(nodes):
        raise _cycle(edges)
    if max(layer.values(), default=0) >= _LAYERS:
        raise unfit(
            both("The flows have {number} layers.", number=max(layer.values()) + 1),
            both("More than three cannot be read in a panel."),
            both("Keep sources, what is shared, and targets in the panel's query."),
        )
    return layer


def _cycle(edges: Edges) -> Exception:
    name = _on_cycle(edges)
    return unfit(
        both("The flows run in a circle through {name}.", name=name),
        both("A flow that comes back has no place from left to right."),
        both(
            "Tell both sides apart in the panel's query, for instance "
            "'from ' || provider and 'to ' || recipient."
        ),
    )


def _on_cycle(edges: Edges) -> str:
    """A name that can be reached from itself: what is left when all dead ends are taken off."""
    left = list(edges)
    while True:
        starts, ends = {start for start, _ in left}, {end for _, end in left}
        kept = [(a, b) for a, b in left if b in starts and a in ends]
        if len(kept) == len(left):
            return left[0][0] if left else NONE
        left = kept


def _count(layers: dict[str, int], layer: int) -> int:
    return sum(found == layer for found in layers.values())


def _colour(name: str, place: dict[str, int], layers: dict[str, int]) -> int:
    """Sources have colours of their own; the rest by its layer."""
    return place[name] % SERIES if layers[name] == 0 else (SERIES - layers[name]) % SERIES


def _notes(task: Task, value: Field, nodes: list[str]) -> tuple[str, ...]:
    """What is withheld is told apart from what is not there, and who is in the picture no more."""
    _, notes = task.speech._, []
    withheld = value.withheld
    if withheld:
        notes.append(
            _(
                "{number} of {all} flows are withheld: they are not drawn, and what they join is "
                "drawn without them.",
                number=len(withheld),
                all=task.rows,
            )
        )
    ends = (names_of(task.field(task.panel.source)), names_of(task.field(task.panel.target)))
    gone = dict.fromkeys(end[row] for end in ends for row in withheld if end[row] not in nodes)
    if gone and nodes:
        notes.append(_("All flows withheld: {names}", names=first(list(gone))))
    missing = sum(v is None for v in value.floats) - len(withheld)
    if missing:
        notes.append(
            _("{number} of {all} have no figures to be drawn.", number=missing, all=task.rows)
        )
    return tuple(notes)
