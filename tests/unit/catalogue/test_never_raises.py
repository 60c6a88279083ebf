"""Whatever stands in a file, checking it gives findings, never a traceback."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from catalogue_texts import CITY, CONTRACT, SCENARIO, write_texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.catalogue.city import check_city, load_city
from workbench.catalogue.contracts import contract_of
from workbench.catalogue.scenarios import Known, scenario_of
from workbench.declared.findings import errors
from workbench.declared.yaml import parse

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["", "value", "obtain", "general", "2026-01-01", "x" * 200]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ()
    )  # fmt: skip
    return [path] * bool(path) + [p for key, item in inner for p in paths(item, (*path, key))]


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    value = copy.deepcopy(value)
    place = value
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = new
    return value


CONTRACT_VALUE = parse(CONTRACT.encode(), "x").value
SCENARIO_VALUE = parse(SCENARIO.encode(), "x").value
CITY_VALUE = parse(CITY.encode(), "x").value


def as_text(value: Any) -> bytes:
    return json.dumps(value).encode()


@settings(deadline=None)
@given(st.sampled_from(paths(CONTRACT_VALUE)), VALUES)
def test_a_contract_with_anything_anywhere(path: tuple[str | int, ...], new: Any) -> None:
    document = parse(as_text(replaced(CONTRACT_VALUE, path, new)), "x")
    found = contract_of(document, Path("/nowhere"))
    assert found.resource is not None or errors(found.findings)


@settings(deadline=None)
@given(st.sampled_from(paths(SCENARIO_VALUE)), VALUES)
def test_a_scenario_with_anything_anywhere(path: tuple[str | int, ...], new: Any) -> None:
    person = contract_of(parse(CONTRACT.encode(), "x"), Path("/nowhere")).resource
    assert person is not None
    document = parse(as_text(replaced(SCENARIO_VALUE, path, new)), "x")
    found = scenario_of(document, Known({"person": person}, ("drc", "health")))
    assert found.scenario is not None or errors(found.findings)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(st.sampled_from(paths(CITY_VALUE)), VALUES)
def test_a_city_with_anything_anywhere(
    tmp_path: Path, path: tuple[str | int, ...], new: Any
) -> None:
    root = write_texts(tmp_path, city=as_text(replaced(CITY_VALUE, path, new)).decode())
    if not errors(check_city(root)):
        assert load_city(root).id
