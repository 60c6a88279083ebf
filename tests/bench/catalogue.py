"""The 43,372 entries of 17 real portals: imported, indexed, searched, and how good the answers are."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from commands import here
from judged_catalogue import REAL, Question, judged_text, ndcg, precision, questions

from tests.bench.city import folder
from tests.bench.measure import ms, table
from workbench.errors import Text
from workbench.extracts.versions import Extracts
from workbench.portals import index
from workbench.portals.dcat import Publisher, open_catalogue
from workbench.portals.extract import RESOURCE, stored
from workbench.portals.fold import fold
from workbench.portals.same import same_items
from workbench.portals.search import Asked, Search
from workbench.portals.words import Words, load_words
from workbench.store.layout import Layout

ROOT = Path(__file__).parents[2]
QUERIES, ROUNDS = 1_000, 3
THRESHOLDS = (0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7)
Answer = Callable[[str], Sequence[str]]
"""From a question to entries, best first."""


def run(quick: bool) -> dict[str, Any]:
    if not REAL.is_file():
        raise FileNotFoundError(f"{REAL} is not there: the real catalogues are outside the sources")
    rounds, queries = (1, 100) if quick else (ROUNDS, QUERIES)
    with folder() as place:
        told = [_imported(place / str(n)) for n in range(rounds)]
        root = place / "0"
        version = Extracts(Layout(root).extracts).latest(RESOURCE)
        assert version is not None
        rows, words = stored(version.files), load_words(root)
        target = place / "index.sqlite"
        built = [_timed(lambda: index.build(rows, words, "k", target)) for _ in range(rounds)]
        with index.opened(target) as db:
            search = Search(db, words)
            taken = _queries(search, rows, words, queries)
            judged = _judged(search, rows, words)
        made = open_catalogue(rows, Publisher(Text("测", "bench"), "urn:bench:"))
        return _of_import(told) | {
            "index_seconds": statistics.median(built),
            "index_bytes": target.stat().st_size,
            "queries": taken,
            "relevance": judged,
            "same_seconds": _timed(lambda: same_items(rows, words)),
            "dcat_datasets": made.datasets,
            "dcat_left_out": dict(made.left_out),
        }


def _of_import(told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kept = ("entries", "accepted", "set_aside", "findings", "timeliness")
    return {name: told[0][name] for name in kept} | {
        "portals": len(told[0]["portals"]),
        "import_seconds": statistics.median(t["seconds"] for t in told),
    }


def _imported(root: Path) -> Mapping[str, Any]:
    shutil.copytree(ROOT / "data_contracts", root / "data_contracts")
    done = here(
        "catalogue", "import", str(REAL), "--as-of", "2023-06-30", "--city", str(root), "--json"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _queries(search: Search, rows: pl.DataFrame, words: Words, count: int) -> dict[str, float]:
    """Two or three words of a title drawn by a fixed seed, and the fifty questions."""
    draw = random.Random(20230630)
    titles = rows.get_column("title").unique().sort().to_list()
    asked = [question.ask for question in questions()]
    while len(asked) < count:
        cut = [w for w in words.cut(draw.choice(titles)) if len(w) > 1]
        if len(cut) > 1:
            asked.append(" ".join(draw.sample(cut, min(len(cut), draw.choice((2, 3))))))
    wall, cpu = [], []
    for ask in asked:
        before = time.process_time()
        wall.append(_timed(lambda ask=ask: search.ask(Asked(ask, officer=True))))
        cpu.append(time.process_time() - before)
    wall.sort()
    cpu.sort()
    last = int(count * 0.95) - 1
    return {
        "count": count,
        "median": statistics.median(wall),
        "p95": wall[last],
        "longest": wall[-1],
        "cpu_median": statistics.median(cpu),
        "cpu_p95": cpu[last],
    }


def _judged(search: Search, rows: pl.DataFrame, words: Words) -> dict[str, Any]:
    texts = {
        e: judged_text(t, d, p)
        for e, t, d, p in rows.select("entry_id", "title", "department", "portal").iter_rows()
    }
    listed = [(q, [q.grade(text) for text in texts.values()]) for q in questions()]
    titles = dict(rows.select("entry_id", "title").iter_rows())
    ways: dict[str, Answer] = {
        "the whole question as a substring (LIKE)": lambda ask: _like(texts, titles, [fold(ask)]),
        "each of its words as a substring (LIKE … AND)": lambda ask: _like(
            texts, titles, words.cut(ask)
        ),
        "FTS5's bm25 alone, any of its words": lambda ask: _plain(search, words.cut(ask)),
        "FTS5's bm25 alone, idle words left out": lambda ask: _plain(
            search, list(words.asked(ask))
        ),
        "this search, without the city's words": _asking(search, Words("none")),
        "this search": _asking(search, words),
    }
    return {
        "ways": {name: _measured(way, listed, texts) for name, way in ways.items()},
        "thresholds": _thresholds(search, listed),
    }


def _like(texts: Mapping[str, str], titles: Mapping[str, str], parts: Sequence[str]) -> list[str]:
    found = [e for e, text in texts.items() if all(part in text for part in parts)]
    return sorted(found, key=lambda e: (titles[e], e))[:10]


def _plain(search: Search, parts: Sequence[str]) -> list[str]:
    found = search._db.execute(
        "SELECT e.entry_id FROM words JOIN entries e ON e.row = words.rowid WHERE words MATCH ? "
        "ORDER BY bm25(words, 5.0, 2.0, 1.0), e.row LIMIT 10",
        (" OR ".join(f'"{part}"' for part in parts),),
    )
    return [entry for (entry,) in found]


def _asking(search: Search, words: Words) -> Answer:
    own = Search(search._db, words)
    return lambda ask: [hit.entry_id for hit in own.ask(Asked(ask, officer=True)).hits]


def _measured(
    way: Answer, listed: Sequence[tuple[Question, Sequence[int]]], texts: Mapping[str, str]
) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for question, every in listed:
        if not any(every):
            continue
        grades = [question.grade(texts[entry]) for entry in way(question.ask)]
        for name in (question.set, "all"):
            found.setdefault(f"ndcg_{name}", []).append(ndcg(grades, every))
            found.setdefault(f"precision_{name}", []).append(precision(grades))
    return {name: statistics.mean(values) for name, values in found.items()}


def _thresholds(
    search: Search, listed: Sequence[tuple[Question, Sequence[int]]]
) -> list[dict[str, float]]:
    """For each threshold: questions with an answer that get one, and without that get none."""
    best = {
        q.id: max((h.cover for h in search.ask(Asked(q.ask, officer=True)).hits), default=0.0)
        for q, _ in listed
    }
    rows = []
    for least in THRESHOLDS:
        row: dict[str, float] = {"cover": least}
        for name in ("a", "b"):
            group = [(q, any(every)) for q, every in listed if q.set == name]
            row[f"found_{name}"] = sum(there and best[q.id] >= least for q, there in group)
            row[f"of_{name}"] = sum(there for _, there in group)
            row[f"none_{name}"] = sum(not there and best[q.id] < least for q, there in group)
            row[f"of_none_{name}"] = sum(not there for _, there in group)
        rows.append(row)
    return rows


def report(figures: dict[str, Any]) -> str:
    queries, relevance = figures["queries"], figures["relevance"]
    found = {kind: count for kind, count in figures["findings"].items() if count}
    return f"""## A real catalogue

The {figures["entries"]:,} entries of {figures["portals"]} open-data portals (crawled 2022-2023, nju-websoft/CNPDS) by
`workbench catalogue import`: {figures["accepted"]:,} accepted, {figures["set_aside"]:,} set aside, in
{figures["import_seconds"]:.1f} s (median; read, judged, checked by the contract, stored and entered in the ledger). The
search index takes {figures["index_seconds"]:.1f} s and {figures["index_bytes"] / 2**20:.0f} MiB; the items that several
departments offer take {figures["same_seconds"]:.1f} s; the open catalogue has {figures["dcat_datasets"]:,} datasets.

{table(("finding", "count"), ((kind, f"{count:,}") for kind, count in found.items()))}

{queries["count"]:,} queries, of a few words of real titles and the fifty questions, one after another:
median {ms(queries["median"])} ms, **p95 {ms(queries["p95"])} ms**, longest {ms(queries["longest"])} ms; of the
processor alone (other work ran beside it) median {ms(queries["cpu_median"])} ms, p95 {ms(queries["cpu_p95"])} ms.

Relevance over the questions that have an answer (`tests/spec/catalogue_questions.yaml`, judged by their words before
there was a search; set a was tuned on, set b was not):

{table(("way", "nDCG@10, a", "nDCG@10, b", "precision@5, a", "precision@5, b"), (_row(name, way) for name, way in relevance["ways"].items()))}

"Nothing found" by the least share of a demand's weight that an entry has to have:

{table(("share", "answered, a", "answered, b", "rightly nothing, a", "rightly nothing, b"), map(_threshold, relevance["thresholds"]))}
"""


def _row(name: str, way: Mapping[str, float]) -> tuple[str, ...]:
    keys = ("ndcg_a", "ndcg_b", "precision_a", "precision_b")
    return (name, *(f"{way[key]:.3f}" for key in keys))


def _threshold(row: Mapping[str, float]) -> tuple[str, ...]:
    return (
        f"{row['cover']}",
        *(f"{row[f'found_{s}']}/{row[f'of_{s}']}" for s in "ab"),
        *(f"{row[f'none_{s}']}/{row[f'of_none_{s}']}" for s in "ab"),
    )
