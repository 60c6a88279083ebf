"""The board's files: the bundle's version, the colours, the words, and that styles stay inside."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from board_site import STATIC
from plotly.offline import get_plotlyjs_version

from workbench.ui.words import board_words

THEMES: dict[str, Any] = json.loads((STATIC / "themes.json").read_text(encoding="utf-8"))
NAMES = ("light", "dark", "wall")
SCRIPTS = sorted(STATIC.glob("board*.js"))
BUNDLE = STATIC / "plotly-qiku.min.js"


def test_the_bundle_is_the_plotly_that_figures_are_made_for() -> None:
    text = BUNDLE.read_text(encoding="utf-8")
    assert f"v{get_plotlyjs_version()}\n" in text[:300]
    assert len(text) < 1_200_000
    assert "cdn.plot.ly" not in text
    licences = (STATIC / "plotly-qiku.LICENSE.txt").read_text(encoding="utf-8")
    assert f"plotly.js {get_plotlyjs_version()} (MIT)" in licences


# Colours -----------------------------------------------------------------------------------------


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    low, high = sorted(
        sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True))
        for c in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


READ = {
    "text": ("ground", "panel", "raised", "tint", "grey-tint", "bad-tint", "warn-tint"),
    "muted": ("ground", "panel", "raised", "grey-tint"),
    "accent": ("ground", "panel", "raised", "tint"),
    "on-accent": ("accent",),
    "good": ("panel", "good-tint"),
    "bad": ("panel", "raised", "bad-tint"),
    "warn": ("panel", "raised", "warn-tint"),
}
"""Which letters stand on which ground."""


@pytest.mark.parametrize("name", NAMES)
def test_letters_have_the_contrast_of_wcag_aa(name: str) -> None:
    css = THEMES[name]["css"]
    for letters, grounds in READ.items():
        for ground in grounds:
            assert contrast(css[letters], css[ground]) >= 4.5, (letters, ground)
    tokens = THEMES[name]["tokens"]
    for token in ("text", "muted", "accent", "good", "bad", "warn"):
        assert contrast(tokens[token], css["panel"]) >= 4.5, token


@pytest.mark.parametrize("name", NAMES)
def test_marks_and_focus_stand_out_from_the_ground(name: str) -> None:
    css, tokens = THEMES[name]["css"], THEMES[name]["tokens"]
    for number in range(8):
        assert contrast(tokens[f"series{number}"], css["panel"]) >= 3
    for ground in ("panel", "ground"):
        assert contrast(css["focus"], css[ground]) >= 3


# Machado, Oliveira, Fernandes 2009, severity 1: what is left of colours for the colour-blind.
SEEN_AS = {
    "all": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(line, vector, strict=True)) for line in matrix]


def oklab(rgb: list[float]) -> list[float]:
    """Ottosson 2020; distances are about as large as they look."""
    cone = times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        [min(1.0, max(0.0, part)) for part in rgb],
    )
    return times(
        (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        ),
        [part ** (1 / 3) for part in cone],
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("eyes", SEEN_AS)
def test_series_are_told_apart_by_all_eyes(name: str, eyes: str) -> None:
    """At least 0.08 in OKLab between any two of eight: four times what is just noticed."""
    tokens = THEMES[name]["tokens"]
    colours = [oklab(times(SEEN_AS[eyes], linear(tokens[f"series{i}"]))) for i in range(8)]
    for one, other in itertools.combinations(colours, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= 0.08


def themes_css() -> ModuleType:
    path = Path(__file__).parents[2] / ".make" / "themes_css.py"
    spec = importlib.util.spec_from_file_location("themes_css", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_style_sheet_has_the_colours_of_the_themes() -> None:
    css = (STATIC / "board.css").read_text(encoding="utf-8")
    assert themes_css().written(css, THEMES) == css, "run .make/themes_css.py"


@pytest.mark.parametrize("sheet", ["board.css", "board-desk.css"])
def test_no_rule_reaches_beyond_the_board(sheet: str) -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(encoding="utf-8"), flags=re.S)
    selectors = re.findall(r"([^{}]+)\{[^{}]*\}", css)
    for selector in selectors:
        text = re.sub(r"^.*[{]", "", selector).strip()
        if not text.startswith(("from", "to")):
            assert ".wb-" in text, text


# Words -------------------------------------------------------------------------------------------


def messages() -> list[str]:
    source = (STATIC / "board.js").read_text(encoding="utf-8")
    return [ast.literal_eval(found) for found in re.findall(r'\b_\(("(?:[^"\\]|\\.)*")\)', source)]


def test_every_word_is_listed_once_and_has_its_chinese() -> None:
    listed = messages()
    assert len(listed) == len(set(listed)) > 50
    chinese_of = board_words("zh")
    assert set(chinese_of) == set(listed)
    for english, chinese in chinese_of.items():
        assert chinese
        assert re.findall(r"\{\w+\}", english) == re.findall(r"\{\w+\}", chinese)


def test_no_word_is_said_that_is_not_listed_and_none_is_listed_in_vain() -> None:
    listed = set(messages())
    others = "\n".join(p.read_text(encoding="utf-8") for p in SCRIPTS if p.name != "board.js")
    said = set(re.findall(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"', others))
    assert said <= listed
    unsaid = {word for word in listed if json.dumps(word, ensure_ascii=False) not in others}
    assert unsaid == set()


def test_scripts_load_nothing_and_stay_short() -> None:
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*import\b|\bimport\(|https?://(?!www\.w3\.org)", text, re.M), (
            path.name
        )
        assert "innerHTML" not in text, "texts never become markup"
        assert len(text.splitlines()) <= 300
