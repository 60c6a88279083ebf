"""Make a map of a city smaller: `.venv/bin/python .make/boundaries.py IN.geojson OUT.geojson`.

Borders are cut by Douglas and Peucker to 1/750 of the map's height (shared borders once, so that
neighbours still touch), coordinates rounded as finely. Of each feature its id and name are kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from workbench.ui.panels.simplify import digits_for, simplified

PART = 750


def main(source: str, target: str) -> None:
    features = json.loads(Path(source).read_text(encoding="utf-8"))["features"]
    polygons = [
        f["geometry"]["coordinates"]
        if f["geometry"]["type"] == "MultiPolygon"
        else [f["geometry"]["coordinates"]]
        for f in features
    ]
    rings = [tuple(map(tuple, ring)) for ps in polygons for p in ps for ring in p]
    latitudes = [point[1] for ring in rings for point in ring]
    tolerance = (max(latitudes) - min(latitudes)) / PART
    cut, digits = iter(simplified(rings, tolerance)), digits_for(tolerance)
    out = []
    for feature, whole in zip(features, polygons, strict=True):
        small = [[r for _ in p if (r := next(cut))] for p in whole]
        rounded = [
            [[[round(c, digits) for c in xy] for xy in ring] for ring in p] for p in small if p
        ]
        out.append(
            {
                "type": "Feature",
                "id": str(feature["id"]),
                "properties": {"name": feature["properties"]["name"]},
                "geometry": {"type": "MultiPolygon", "coordinates": rounded},
            }
        )
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in out)
    Path(target).write_text(
        f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
