"""A run's file: the same bytes of the same run, the same run of the bytes, nothing else read."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from assessed import DECLARED
from frozen_small import TEXT, measured, small_run
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.assessment import archive
from workbench.assessment.frozen import (
    Amends,
    Decided,
    amended,
    as_bytes,
    digest_of,
    read,
    scheme_of,
    scored,
)
from workbench.assessment.measured import Gathered, Inputs, Item, Source, of_items
from workbench.assessment.plain import as_bytes as scores_of
from workbench.assessment.scheme import Scheme
from workbench.errors import InvalidInput, Text
from workbench.kpi.definition import Direction, Figure

RAW = as_bytes(small_run())
few = settings(max_examples=8, deadline=None)


def subject(raw: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        read(raw)
    return refused.value.reasons[0].subject


def members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rebuilt(changed: Mapping[str, bytes]) -> bytes:
    """By somebody who makes the manifest anew."""
    kept = {name: content for name, content in members(RAW).items() if name != archive.MANIFEST}
    return archive.packed({**kept, **changed})


def test_a_run_comes_back_as_it_was() -> None:
    run = small_run()
    assert read(RAW) == run
    assert as_bytes(read(RAW)) == RAW
    assert scheme_of(run) == Scheme.model_validate(DECLARED)
    assert run.scheme_text == TEXT


def test_scores_come_of_the_file_alone() -> None:
    found, ranked = scored(read(RAW))
    assert scores_of(scheme_of(read(RAW)), found, ranked) == members(RAW)["scores.json"]
    assert [(place.department, place.score) for place in ranked.places] == [
        ("b", Fraction(85)),
        ("a", Fraction(50)),
        ("c", Fraction("44.5")),
    ]


def test_any_zip_reader_opens_it_and_no_time_is_in_it() -> None:
    with zipfile.ZipFile(io.BytesIO(RAW)) as opened:
        assert opened.testzip() is None
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert opened.namelist() == sorted(opened.namelist())


def shuffled(inputs: Inputs, seed: int) -> Inputs:
    chance = random.Random(seed)

    def mixed(found: Mapping[str, Any]) -> dict[str, Any]:
        return dict(chance.sample(list(found.items()), len(found)))

    measures = {}
    for name, gathered in mixed(inputs.measures).items():
        by = {
            who: replace(one, items=tuple(chance.sample(one.items, len(one.items))))
            for who, one in mixed(gathered.by).items()
        }
        measures[name] = replace(gathered, by=by)
    return Inputs(mixed(inputs.groups), measures, inputs.having)


@few
@given(st.integers(0, 10_000))
def test_the_order_of_departments_and_items_makes_no_difference(seed: int) -> None:
    run = small_run()
    names = random.Random(seed).sample(list(run.departments.items()), 3)
    mixed = small_run(inputs=shuffled(measured(), seed), departments=dict(names))
    assert as_bytes(mixed) == RAW


items = st.builds(
    Item,
    st.dates(date(2025, 1, 1), date(2025, 12, 31)),
    st.text(max_size=12),
    st.fractions(-5, 5),
    st.fractions(0, 9),
)


@few
@given(
    st.dictionaries(st.sampled_from("abc"), st.lists(items, max_size=5)), st.sampled_from(Figure)
)
def test_fractions_texts_and_days_come_back_exactly(
    by: dict[str, list[Item]], figure: Figure
) -> None:
    found = {who: of_items(figure, some) for who, some in by.items()}
    gathered = Gathered(Source.kpi, figure, Direction.lower, found)
    base = measured()
    run = replace(small_run(), inputs=replace(base, measures={**base.measures, "days": gathered}))
    assert read(as_bytes(run)) == run


def test_a_changed_byte_is_refused_with_its_member() -> None:
    """A flipped bit, in each fifth byte: in a member, in a header, in the directory."""
    where = {}
    with zipfile.ZipFile(io.BytesIO(RAW)) as opened:
        end = opened.start_dir
        spans = sorted((info.header_offset, info.filename) for info in opened.infolist())
    for at in range(0, len(RAW), 5):
        broken = bytearray(RAW)
        broken[at] ^= 1 << at % 8
        where[at] = subject(bytes(broken))
    for (begin, name), (until, _) in zip(spans, [*spans[1:], (end, "")], strict=True):
        told = {where[at] for at in where if begin <= at < until}
        if name == archive.MANIFEST:  # a changed digest is told as the member that it is of
            assert archive.MANIFEST in told
        else:
            assert told == {name}


@pytest.mark.parametrize("raw", [b"", b"no zip", RAW[:-1], RAW[:2000], RAW + b"x", b"x" + RAW])
def test_what_is_not_whole_is_refused(raw: bytes) -> None:
    assert subject(raw)


def test_what_is_missing_or_too_much_is_refused() -> None:
    kept = {name: content for name, content in members(RAW).items() if name != archive.MANIFEST}
    del kept["run.json"]
    assert subject(archive.packed(kept)) == "run.json"
    out = io.BytesIO(RAW)
    with zipfile.ZipFile(out, "a") as opened:
        opened.writestr("more.json", "{}")
    assert subject(out.getvalue())


def test_deflated_members_are_refused() -> None:
    """The same content in other bytes would have another digest."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members(RAW).items():
            opened.writestr(name, content)
    assert subject(out.getvalue()) in members(RAW)


@pytest.mark.parametrize(
    ("member", "was", "now"),
    [
        ("run.json", b'"format":1', b'"format":9'),
        ("run.json", b'"2025-12-31"', b'"2025-13-31"'),
        ("run.json", b'"year":2025', b'"year":null'),
        ("measures/days.json", b'"figure":"median"', b'"figure":"mean"'),
        ("measures/days.json", b'"sample":"2"', b'"sample":"2/0"'),
        ("measures/days.json", b'"sample":"2"', b'"sample":"1e999999999"'),
        ("measures/days.json", b'"items":[[', b'"items":[["2025-06-01"],['),
        ("measures/days.json", b"{", b"["),
    ],
)
def test_what_somebody_wrote_by_hand_is_no_run(member: str, was: bytes, now: bytes) -> None:
    content = members(RAW)[member]
    assert was in content
    assert subject(rebuilt({member: content.replace(was, now, 1)})) == member


def test_a_rebuilt_file_has_another_digest() -> None:
    """Which is what the ledger has: a file in itself cannot tell."""
    content = members(RAW)["measures/days.json"]
    other = rebuilt({"measures/days.json": content.replace(b'"2"', b'"1"')})
    assert read(other) != read(RAW)
    assert digest_of(other) != digest_of(RAW)


def test_an_amended_run_names_what_it_amends_and_keeps_its_reasons() -> None:
    run = small_run()
    late = Item(date(2025, 6, 1), "case-3", Fraction(0))
    by = run.inputs.measures["reviewed"].by
    assert late in by["a"].items
    without = of_items(Figure.ratio, [item for item in by["a"].items if item != late])
    reviewed = replace(run.inputs.measures["reviewed"], by={**by, "a": without})
    inputs = replace(run.inputs, measures={**run.inputs.measures, "reviewed": reviewed})
    why = Text("系统故障", "The system was down")
    decided = Decided("P-1", "a", "reviewed", "case-3", granted=True, reason=why, was=late)
    new = amended(run, inputs, Amends(digest_of(RAW), (decided,)))
    assert read(as_bytes(new)) == new
    assert new.scores != run.scores
    assert read(as_bytes(new)).amends == Amends(digest_of(RAW), (decided,))
    assert as_bytes(run) == RAW, "the old one is as it was"


ELSEWHERE = """
import hashlib, sys
from frozen_small import small_run
from workbench.assessment.frozen import as_bytes, read, sealed
raw = open(sys.argv[1], "rb").read()
assert as_bytes(sealed(read(raw))) == raw, "the file alone"
assert as_bytes(small_run()) == raw, "made anew"
"""


def test_another_process_place_time_zone_and_language_give_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "run.zip"
    file.write_bytes(RAW)
    root = Path(__file__).parents[3]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(root), str(Path(__file__).parent)]),
        "PYTHONHASHSEED": "77",
        "TZ": "America/New_York",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
    }
    words = [sys.executable, "-c", ELSEWHERE, str(file)]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
