"""What authors read where a value does not fit: words and an example, never a pattern."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel

from workbench.declared.findings import suggest
from workbench.declared.schema import validate, worded
from workbench.declared.yaml import parse
from workbench.errors import Text

NAME = worded(str.isidentifier, Text("不是名称", "no name"), Text("写名称。", "Write a name."))


class Said(BaseModel):
    zh: str
    en: str


class Level(BaseModel):
    value: float
    label: Said


class Thing(BaseModel):
    title: Said
    level: Level | None = None
    levels: list[Level] = []
    name: Annotated[str, NAME] = "a"


@pytest.mark.parametrize(
    ("text", "problem", "fix"),
    [
        ("title: 页", "this must be a mapping", "Write {zh: …, en: …}"),
        (
            "title: {zh: a, en: b}\nlevel: 100",
            "this must be a mapping",
            "Write {value: …, label: {zh: …, en: …}}",
        ),
        ("title: {zh: a, en: b}\nlevels: x", "this must be a list", "Write [x]"),
        ("title: {zh: a, en: b}\nlevels: 3", "this must be a list", "Write [a, b]"),
        ("title: {zh: a, en: b}\nname: a b", "no name", "Write a name."),
    ],
)
def test_a_misfit_is_told_by_what_to_write(text: str, problem: str, fix: str) -> None:
    model, (found,) = validate(Thing, parse(text.encode(), "f").value, parse(text.encode(), "f"))
    assert model is None
    assert (found.problem.en, found.fix.en[: len(fix)]) == (problem, fix)


def test_only_a_near_name_is_suggested() -> None:
    known = ["columns", "value", "csv"]
    assert suggest("colour", known).en == "Write one of: columns, csv, value"
    assert suggest("vlaue", known).en == "Did you mean value?"
    assert suggest("cvs", known).en == "Did you mean csv?"


def test_a_long_list_says_how_many_there_are() -> None:
    names = [f"n{i:02d}" for i in range(15)]
    assert suggest("x", names).en.endswith("n11 ... (15 names)")
    assert suggest("x", names).zh.endswith("n11 等 15 个")
    assert suggest("x", names, most=None).en.endswith("n13, n14")
