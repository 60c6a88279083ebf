"""The county map: its file read strictly, its borders shared, its figures in classes."""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from drawing import MAPS, ROOT, draw, page, reason, table, withheld
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.ui.panels.boundaries import load_boundaries, no_boundaries
from workbench.ui.panels.simplify import digits_for, simplified
from workbench.ui.view import State

COUNTIES = ["汶川县", "理县", "茂县", "松潘县", "九寨沟县", "金川县", "小金县", "黑水县",
            "马尔康市", "壤塘县", "阿坝县", "若尔盖县", "红原县"]  # fmt: skip
SOURCE = (
    ROOT.parent
    / "shared"
    / "data"
    / "geo"
    / ("si4_chuan1_a1_ba4_cang2_zu2_qiang1_zu2_zi4_zhi4_zhou1.geojson")
)


def county(*names: str, v: list[Any] | None = None, **more: Any) -> Any:
    given = table(c=list(names), v=v if v is not None else list(range(len(names))))
    return draw(given, chart="map", by="c", value="v", boundaries="aba", **more)


def areas(made: Any) -> dict[str, dict[str, Any]]:
    assert made.state is State.drawn, made.reasons
    found = [t for t in made.figure["data"] if t.get("fill") == "toself"]
    return {trace["text"].split("<br>")[0]: trace for trace in found}


def test_all_thirteen_counties_by_name_or_code_in_five_classes() -> None:
    made = county(*COUNTIES, v=[i * 1000 for i in range(13)])
    drawn = areas(made)
    assert set(drawn) == set(COUNTIES)
    colours = [t["fillcolor"] for t in drawn.values()]
    assert {c: colours.count(c) for c in colours} == {
        "@class0": 3, "@class1": 2, "@class2": 3, "@class3": 2, "@class4": 3
    }  # fmt: skip
    legend = [t["name"] for t in made.figure["data"] if t.get("showlegend")]
    assert legend == [
        "0 – 2,000",
        "3,000 – 4,000",
        "5,000 – 7,000",
        "8,000 – 9,000",
        "10,000 – 12,000",
    ]
    assert made.notes == ()
    assert len(json.dumps(made.figure, ensure_ascii=False).encode()) < 60_000
    by_code = county("513221", v=[5])
    assert areas(by_code)["汶川县"]["fillcolor"] == "@class0"


def test_it_is_marked_as_an_illustration() -> None:
    made = county(*COUNTIES)
    assert made.illustration
    assert made.approval == "示意图，非标准地图，无审图号；界线仅供示意，不作为划界依据。"


def test_what_is_missing_on_either_side_is_told_and_hatched() -> None:
    made = county("理县", "月球县", v=[3, 4])
    assert "没有数据的区域：" in made.notes[0]
    assert made.notes[1] == "地图上没有的：月球县"
    bare = areas(made)["汶川县"]
    assert bare["fillpattern"]["shape"] == "/"
    assert bare["text"] == "汶川县<br>无数据"
    none = county("月球县", v=[1])
    assert none.state is State.wrong
    assert reason(none) == "No row belongs to an area of the map aba."


def test_a_county_without_a_figure_or_withheld_is_hatched_with_its_reason() -> None:
    release = withheld({"c": ["理县", "茂县", "汶川县"], "v": [3, None, None]},
                       {"v": [None, "suppressed", "empty"]})  # fmt: skip
    made = draw(release, chart="map", by="c", value="v", boundaries="aba")
    drawn = areas(made)
    assert drawn["茂县"]["text"] == "茂县<br>未放行：以免显出单个主体"
    assert drawn["汶川县"]["text"] == "汶川县<br>—"
    assert "fillpattern" in drawn["茂县"]
    assert "fillpattern" not in drawn["理县"]


def test_few_different_figures_have_a_class_each_and_picks_their_values() -> None:
    filters = page(filters=[{"id": "c", "label": {"zh": "县", "en": "c"}}])
    made = county("理县", "茂县", "汶川县", v=[7, 7, 9], of=filters, picks="c")
    drawn = areas(made)
    assert drawn["理县"]["fillcolor"] == drawn["茂县"]["fillcolor"] == "@class0"
    assert drawn["汶川县"]["fillcolor"] == "@class4"
    assert drawn["汶川县"]["customdata"] == ["汶川县"]
    assert drawn["红原县"]["customdata"] == [None]
    names = next(t for t in made.figure["data"] if t["mode"] == "text")
    at = dict(zip(names["text"], names["textfont"]["color"], strict=True))
    assert (at["汶川县"], at["理县"]) == ("@ground", "@text")


def test_one_county_twice() -> None:
    assert reason(county("理县", "理县")).startswith("Two rows stand at the same place")


def test_the_proportions_are_those_of_the_middle_latitude() -> None:
    layout = county(*COUNTIES).figure["layout"]
    points = [p for a in load_boundaries(MAPS, "aba").areas for r in a.rings for p in r]
    middle = (min(p[1] for p in points) + max(p[1] for p in points)) / 2
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert layout["yaxis"]["scaleratio"] == pytest.approx(1 / math.cos(math.radians(middle)), 1e-4)


# ---- the file

GOOD = "file: a.geojson\ncode: id\nname: name\napproval: GS(2026)1号\nnote: {zh: 甲, en: A}\n"


def square(x: float, y: float = 0.0) -> list[list[float]]:
    return [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]


def feature(code: Any, name: Any, ring: Any, kind: str = "Polygon") -> dict[str, Any]:
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    return {"id": code, "properties": {"name": name},
            "geometry": {"type": kind, "coordinates": coordinates}}  # fmt: skip


def city(folder: Path, features: Any, yaml: str = GOOD) -> Path:
    (folder / "m.yaml").write_text(yaml, encoding="utf-8")
    content = features if isinstance(features, str) else json.dumps({"features": features})
    (folder / "a.geojson").write_text(content, encoding="utf-8")
    return folder


def refused(folder: Path, name: str = "m") -> str:
    with pytest.raises(WorkbenchError) as caught:
        load_boundaries(folder, name)
    assert caught.value.exit_code == 2
    return caught.value.said("en")


def test_an_approved_map(tmp_path: Path) -> None:
    folder = city(
        tmp_path, [feature(1, "甲县", square(0)), feature("2", "乙县", square(1), "MultiPolygon")]
    )
    found = load_boundaries(folder, "m")
    assert [(a.code, a.name) for a in found.areas] == [("1", "甲县"), ("2", "乙县")]
    made = draw(
        table(c=["甲县"], v=[1]), maps=folder, chart="map", by="c", value="v", boundaries="m"
    )
    assert not made.illustration
    assert made.approval == "审图号：GS(2026)1号。甲"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: name\n", "", "this key is missing"),
        ("approval: GS(2026)1号\n", "", "approval: this key is missing"),
        ("code: id", "cod: id", "unknown key cod"),
        ("file: a.geojson", "file: ../a.geojson", "there is no file ../a.geojson"),
        ("file: a.geojson", "file: b.geojson", "there is no file b.geojson"),
        ("{zh: 甲, en: A}", "甲", "note"),
        ("file:", "\tfile:", "tab"),
    ],
)
def test_mistakes_of_the_yaml(tmp_path: Path, old: str, new: str, said: str) -> None:
    message = refused(city(tmp_path, [feature(1, "甲", square(0))], GOOD.replace(old, new)))
    assert said in message
    assert "m.yaml:" in message


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ("no json", "this cannot be read as GeoJSON"),
        ([], "it has no features"),
        ([5], "this is no feature"),
        ([feature(None, "甲", square(0))], "it has no id"),
        ([feature(1, "", square(0))], "it has no name"),
        ([feature(1, "甲", square(0)), feature(1, "乙", square(1))], "1 stands there twice"),
        ([feature(1, "甲", square(0)), feature(2, "甲", square(1))], "甲 stands there twice"),
        ([feature(1, "甲", []) | {"geometry": {"type": "Point"}}], "Point is no Polygon"),
        ([feature(1, "甲", square(0)[:-1])], "the last one the first"),
        ([feature(1, "甲", square(0, 90))], "no longitude and latitude"),
        ([feature(1, "甲", ["x"] * 4)], "its coordinates are wrong"),
    ],
)  # fmt: skip
def test_mistakes_of_the_geojson(tmp_path: Path, features: Any, said: str) -> None:
    message = refused(city(tmp_path, features))
    assert said in message
    assert "a.geojson:1" in message


def test_a_map_that_is_not_there(tmp_path: Path) -> None:
    city(tmp_path, [feature(1, "甲", square(0))])
    assert "There is no map n" in refused(tmp_path, "n")
    assert "Write one of: m" in refused(tmp_path, "zzz")
    assert "There is no map" in refused(tmp_path, "../m")
    with pytest.raises(WorkbenchError):
        no_boundaries("m")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    city(tmp_path, [feature(1, "甲", square(0))])
    assert load_boundaries(tmp_path, "m").areas[0].name == "甲"
    city(tmp_path, [feature(1, "乙县", square(0))])
    assert load_boundaries(tmp_path, "m").areas[0].name == "乙县"


# ---- fewer points


def edges(rings: list[Any]) -> list[frozenset[Any]]:
    return [frozenset(pair) for ring in rings for pair in pairwise(ring)]


def test_neighbours_still_touch_after_cutting() -> None:
    """Where two counties meet before, they meet after: each inner border is in two rings."""
    if not SOURCE.exists():
        pytest.skip(f"needs {SOURCE.name}")
    features = json.loads(SOURCE.read_text(encoding="utf-8"))["features"]
    rings = [tuple(map(tuple, ring)) for f in features for ring in
             (f["geometry"]["coordinates"] if f["geometry"]["type"] == "Polygon"
              else [r for p in f["geometry"]["coordinates"] for r in p])]  # fmt: skip
    cut = simplified(rings, 0.003)
    before, after = Counter(edges(rings)), Counter(edges([r for r in cut if r]))
    assert len(after) < len(before) / 4

    def shared(found: Counter[Any]) -> float:
        return sum(number == 2 for number in found.values()) / len(found)

    assert shared(before) > 0.35  # the source's own borders do not all meet
    assert shared(after) == pytest.approx(shared(before), abs=0.03)
    assert max(after.values()) <= max(before.values())
    for whole, small in zip(rings, cut, strict=True):
        assert not small or small[0] == small[-1]
        assert set(small) <= set(whole)


def test_a_shared_border_is_cut_once() -> None:
    wave = [(0.0, i / 10 + 0.0) if i % 2 else (0.02, i / 10) for i in range(11)]
    left = ((-1.0, 0.0), *wave, (-1.0, 1.0), (-1.0, 0.0))
    right = ((1.0, 0.0), (1.0, 1.0), *reversed(wave), (1.0, 0.0))
    a, b = simplified([left, right], 0.05)
    shared = set(edges([a])) & set(edges([b]))
    assert len(shared) == 1
    assert len(a) == len(b) == 5


def test_a_ring_within_another_and_a_speck() -> None:
    ring = tuple((math.cos(t / 50 * math.tau), math.sin(t / 50 * math.tau)) for t in range(50))
    closed = (*ring, ring[0])
    outer, inner = simplified([closed, closed[::-1]], 0.05)
    assert set(outer) == set(inner)
    assert 4 < len(outer) < 30
    speck = ((0.0, 0.0), (1e-6, 0.0), (0.0, 1e-6), (0.0, 0.0))
    assert all(len(set(r)) >= 3 or r == () for r in simplified([speck], 1.0))


rings = st.lists(
    st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=40, unique=True
).map(lambda points: tuple((x / 10, y / 10) for x, y in [*points, points[0]]))


@given(rings, st.sampled_from([0.0, 0.1, 1.0]))
def test_no_point_is_further_off_than_the_tolerance(ring: Any, tolerance: float) -> None:
    (small,) = simplified([ring], tolerance)
    if not small:
        return
    assert set(small) <= set(ring)
    stretch = math.cos(math.radians(sum(p[1] for p in ring) / len(ring)))
    for point in ring:
        nearest = min(_distance(point, a, b, stretch) for a, b in pairwise(small))
        assert nearest <= tolerance + 1e-9


def _distance(p: Any, a: Any, b: Any, stretch: float) -> float:
    ax, ay, bx, by, px, py = a[0] * stretch, a[1], b[0] * stretch, b[1], p[0] * stretch, p[1]
    length = (bx - ax) ** 2 + (by - ay) ** 2
    t = (
        max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length))
        if length
        else 0.0
    )
    return math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay))


def test_digits_are_as_fine_as_the_tolerance() -> None:
    assert [digits_for(t) for t in (0.004, 0.0011, 0.00019, 2.0)] == [3, 3, 4, 0]


def test_what_is_withheld_is_no_area_without_data() -> None:
    release = withheld({"c": ["理县", "茂县", "汶川县"], "v": [3, None, None]},
                       {"v": [None, "suppressed", None]})  # fmt: skip
    made = draw(release, chart="map", by="c", value="v", boundaries="aba")
    drawn = areas(made)
    assert [drawn[c]["name"] for c in ("理县", "茂县", "汶川县")] == ["3", "未放行", "无数据"]
    assert drawn["茂县"]["fillpattern"]["shape"] != drawn["汶川县"]["fillpattern"]["shape"]
    legend = [t["name"] for t in made.figure["data"] if t.get("showlegend")]
    assert legend == ["3", "未放行", "无数据"]
