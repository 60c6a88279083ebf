"""The city's own maps: ``dashboards/maps/NAME.yaml`` and the GeoJSON that it names.

::

    file: aba.geojson      # beside it; coordinates are longitude and latitude in degrees
    code: id               # the property that holds the area's code; ``id``: the feature's own
    name: name             # the property that holds its name
    approval: null         # the map's approval number (审图号), or null where it has none
    note: {zh: 示意图 …, en: Illustration …}

A map that is made public in China is approved and carries its number (地图管理条例, State Council
order 664 of 2015, chapter 3). A map without one is marked as an illustration.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from workbench.declared.findings import Finding, raise_errors, suggest
from workbench.declared.schema import validate
from workbench.declared.yaml import Document, read
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ui.page import NonEmpty, Words
from workbench.ui.panels.simplify import Ring, digits_for, simplified

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_FINEST = 750
"""Borders are kept to this part of the map's height (our default): half a pixel of a panel."""
MAX_BYTES = 32 << 20


@dataclass(frozen=True)
class Area:
    """One polygon or several of them; rings run as GeoJSON has them, the last point the first."""

    code: str
    name: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Boundaries:
    """``approval`` is the approval number, "" where the map has none."""

    name: str
    areas: tuple[Area, ...]
    approval: str
    note: Text


class MapFile(BaseModel):
    """What stands in the YAML."""

    model_config = ConfigDict(frozen=True)
    file: str = NonEmpty
    code: str = NonEmpty
    name: str = NonEmpty
    approval: str | None
    note: Words


def no_boundaries(name: str) -> Boundaries:
    """For who draws without a city: no map is known."""
    raise _unknown(name, ())


def load_boundaries(folder: Path, name: str) -> Boundaries:
    """The map ``name`` of this folder. Raises InvalidInput with every mistake of its files."""
    path = folder / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise _unknown(name, sorted(p.stem for p in folder.glob("*.yaml")))
    document, declared = read_map(path)
    shapes = folder / declared.file
    if Path(declared.file).name != declared.file or not shapes.is_file():
        problem = Text(f"没有文件 {declared.file}", f"there is no file {declared.file}")
        fix = Text(
            "把 GeoJSON 放在同一文件夹，只写文件名。",
            "Put the GeoJSON beside it; name the file alone.",
        )
        raise_errors([document.finding(("file",), problem, fix)])
    stamp = shapes.stat()
    areas = _areas(shapes, declared.code, declared.name, stamp.st_mtime_ns, stamp.st_size)
    return Boundaries(name, areas, declared.approval or "", declared.note.text)


def read_map(path: Path) -> tuple[Document, MapFile]:
    """Raises InvalidInput with every mistake of the YAML."""
    document = read(path, f"{path.parent.name}/{path.name}")
    raise_errors(document.findings)
    declared, findings = validate(MapFile, document.value, document)
    raise_errors(findings)
    assert declared is not None  # else there was a finding
    return document, declared


def _unknown(name: str, known: Any) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"没有名为 {name} 的地图。",
        f"There is no map {name}.",
        next=suggest(name, known),
        subject=name,
    )


# ---- GeoJSON (RFC 7946)


@lru_cache(maxsize=8)
def _areas(path: Path, code: str, name: str, _changed: int, size: int) -> tuple[Area, ...]:
    """Simplified; kept until the file changes."""
    label = f"{path.parent.name}/{path.name}"
    if size > MAX_BYTES:
        raise _wrong(label, "", Text("文件超过 32 MiB", "the file is larger than 32 MiB"))
    found = _parsed(path, label)
    areas = [_area(feature, i, code, name, label) for i, feature in enumerate(found)]
    _distinct(areas, label)
    return _finer(areas)


def _parsed(path: Path, label: str) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        problem = Text(f"读不成 GeoJSON（{error}）", f"this cannot be read as GeoJSON ({error})")
        raise _wrong(label, "", problem) from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not features:
        raise _wrong(label, "features", Text("没有要素（features）", "it has no features"))
    return features


def _area(feature: Any, i: int, code: str, name: str, label: str) -> Area:
    key = f"features[{i}]"
    if not isinstance(feature, dict):
        raise _wrong(label, key, Text("不是要素", "this is no feature"))
    properties = feature.get("properties") or {}
    said = {
        part: feature.get("id") if part == "id" else properties.get(part) for part in (code, name)
    }
    for part, value in said.items():
        if not isinstance(value, str | int) or not str(value).strip():
            raise _wrong(label, f"{key}.{part}", Text(f"缺少 {part}", f"it has no {part}"))
    return Area(str(said[code]), str(said[name]), _rings(feature.get("geometry"), label, key))


def _rings(geometry: Any, label: str, key: str) -> tuple[Ring, ...]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        problem = Text(f"{kind} 不是面", f"{kind} is no Polygon or MultiPolygon")
        raise _wrong(label, f"{key}.geometry", problem)
    polygons = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
    try:
        rings = [_ring(ring) for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, IndexError) as error:
        problem = Text(f"坐标有误（{error}）", f"its coordinates are wrong ({error})")
        raise _wrong(label, f"{key}.geometry", problem) from error
    if not rings:
        raise _wrong(label, f"{key}.geometry", Text("没有坐标", "it has no coordinates"))
    return tuple(rings)


def _ring(points: Any) -> Ring:
    ring = tuple((float(p[0]), float(p[1])) for p in points)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring has four points or more, the last one the first")
    for longitude, latitude in ring:
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise ValueError(f"{longitude}, {latitude} is no longitude and latitude")
    return ring


def _distinct(areas: list[Area], label: str) -> None:
    for part in ("code", "name"):
        seen = set[str]()
        for i, area in enumerate(areas):
            value = getattr(area, part)
            if value in seen:
                problem = Text(f"{value} 重复", f"{value} stands there twice")
                raise _wrong(label, f"features[{i}]", problem)
            seen.add(value)


def _finer(areas: list[Area]) -> tuple[Area, ...]:
    """With borders cut to what can be seen, and every area keeping at least its largest ring."""
    latitudes = [p[1] for area in areas for ring in area.rings for p in ring]
    tolerance = (max(latitudes) - min(latitudes)) / _FINEST or 1e-6
    cut = iter(simplified([ring for area in areas for ring in area.rings], tolerance))
    out = []
    for area in areas:
        rings = [(whole, next(cut)) for whole in area.rings]
        kept = [small for _, small in rings if small] or [max((w for w, _ in rings), key=len)]
        out.append(
            Area(
                area.code, area.name, tuple(_rounded(ring, digits_for(tolerance)) for ring in kept)
            )
        )
    return tuple(out)


def _rounded(ring: Ring, digits: int) -> Ring:
    return tuple((round(x, digits), round(y, digits)) for x, y in ring)


def _wrong(label: str, key: str, problem: Text) -> WorkbenchError:
    fix = Text(
        "改用 RFC 7946 的 GeoJSON：面要素，经纬度坐标，每个要素有代码和名称。",
        "Give GeoJSON by RFC 7946: polygons in longitude and latitude, each with code and name.",
    )
    return WorkbenchError.of(Finding(label, 1, key, problem, fix).reason())
