"""The same statements over a plain DuckDB that holds everything: what does the detector see?

Run as ``python -m attacks.unprotected CITY_FOLDER ANSWER_FILE``: writes one JSON object, from
class to the number of statements that leaked and the marks that were found. A process of its
own, because some statements read the environment, write to standard output or change settings.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from attacks.canary_city import CanaryCity, frames
from attacks.detector import Detector
from attacks.paragraphs import cases, kinds

SKIPPED = ("exhaustion",)
REACHES_OUT = ("INSTALL", "LOAD", "UPDATE EXTENSIONS", "HTTP", "S3:", "HF:", "ATTACH 'HOST")
SECONDS = 2.0
ROWS = 3000
ENOUGH = 6
"""Statements of a class that leaked: that will do, the rest only takes time."""


def main(folder: Path) -> dict[str, Any]:
    city = CanaryCity(folder / "city", folder / "delivered", folder.parent / "outside")
    places = city.places("0")
    detector = Detector()
    _write(Path("all"))
    return {kind: _class(kind, places, detector) for kind in kinds() if kind not in SKIPPED}


def _class(kind: str, places: dict[str, str], detector: Detector) -> dict[str, Any]:
    marks: Counter[str] = Counter()
    leaked = 0
    for case in cases(kind):
        if leaked == ENOUGH:
            break
        steps = case.filled(places)
        if any(word in step.upper() for step in steps for word in REACHES_OUT):
            continue
        with _everything() as con:
            found = {f.mark for step in steps for f in _tried(con, step, detector)}
        leaked += bool(found)
        marks.update(found)
    return {"leaked": leaked, "marks": marks}


def _write(file: Path) -> None:
    with duckdb.connect(str(file)) as con:
        for name, frame in frames().items():
            con.register("given", frame.to_arrow())
            con.execute(f'CREATE TABLE "{name}" AS FROM given')
            con.unregister("given")


def _everything() -> duckdb.DuckDBPyConnection:
    """A connection that holds all, with a neighbour's state in it, new for each case."""
    shutil.copy("all", "w")
    con = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    con.execute("ATTACH 'w' AS workspace; USE workspace")
    con.execute("CREATE TEMP TABLE neighbour_notes AS SELECT 'CANARY-STATE-1' AS note")
    con.execute("CREATE TEMP VIEW neighbour_view AS FROM neighbour_notes")
    con.execute("CREATE TEMP MACRO neighbour_macro() AS (SELECT max(note) FROM neighbour_notes)")
    con.execute("SET VARIABLE neighbour_variable = 'CANARY-STATE-2'")
    con.execute("PREPARE neighbour_prepared AS SELECT * FROM neighbour_notes")
    return con


def _tried(con: duckdb.DuckDBPyConnection, step: str, detector: Detector) -> list[Any]:
    secret_frame = pa.table({"mark": ["CANARY-STATE-3"]})
    timer = threading.Timer(SECONDS, con.interrupt)
    timer.start()
    try:
        result = con.execute(step)
        table = result.to_arrow_table() if result.description else pa.table({})
        return detector.in_table(table.slice(0, ROWS), step)
    except Exception as error:
        return detector.in_text(str(error), "error", step)
    finally:
        timer.cancel()
        del secret_frame


if __name__ == "__main__":
    where, answer = Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        answer.write_text(json.dumps(main(where)))
