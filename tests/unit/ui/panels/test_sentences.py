"""Sentences: figures in their places, each leading to its panel, in the reader's language."""

from __future__ import annotations

from typing import Any

from drawing import draw, reason, table

from workbench.ui.view import State

ROWS: dict[str, Any] = {
    "n": ["1", "1", "1", "2"],
    "f": [None, "1", "2", None],
    "zh": ["{1}同比 {2}。", "出口", "+3.2%", "没有变化。"],
    "en": ["{1}: {2}.", "Exports", "+3.2%", "No change."],
    "to": [None, None, "Panel", None],
    "e": [None, 7, 41, None],
}
SAID: dict[str, Any] = {
    "chart": "sentences", "by": "n", "across": "f", "value": ["zh", "en"], "target": "to",
    "size": "e",
}  # fmt: skip


def test_figures_stand_in_their_places_and_lead_to_their_panels() -> None:
    made = draw(table(**ROWS), "en", **SAID)
    assert made.state is State.drawn, made.reasons
    first, second = made.sentences or []
    assert first == [
        {"text": "Exports", "panel": None, "entry": "7"},
        {"text": ": "},
        {"text": "+3.2%", "panel": "p0", "entry": "41"},
        {"text": "."},
    ]
    assert second == [{"text": "No change."}]
    assert made.data is not None
    assert made.data["rows"] == [["1", "Exports: +3.2%."], ["2", "No change."]]


def test_the_chinese_text_is_the_first_column() -> None:
    made = draw(table(**ROWS), "zh", **SAID)
    assert "出口同比 +3.2%。" in made.summary


def test_a_place_without_a_figure_and_a_panel_that_is_not_there_are_told() -> None:
    without = {name: [*cells[:2], cells[3]] for name, cells in ROWS.items()}
    made = draw(table(**without), "en", **SAID)
    assert made.state is State.wrong
    assert reason(made) == "Figure 2 of a sentence has no row."
    made = draw(table(**{**ROWS, "to": [None, None, "Nowhere", None]}), "en", **SAID)
    assert reason(made) == "No panel is called Nowhere."
