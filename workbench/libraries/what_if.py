"""``data_contracts/what_if/*.yaml``: what a what-if question may be asked of. Read strictly.

A file names series of released indicators. Any of its ``targets`` may be asked about, and any other
series be moved. The figures are asked under the file's scenario, by whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from workbench.catalogue.city import City
from workbench.declared.file import Declared, judge_name, read_file, sound
from workbench.declared.findings import Finding, suggest
from workbench.declared.notes import Notes
from workbench.declared.schema import worded
from workbench.errors import Text
from workbench.libraries.check import KEPT
from workbench.libraries.definition import Library, Name
from workbench.model.grant import Use
from workbench.regulations.profile import Said

FOLDER = FilePath("data_contracts") / "what_if"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_CODE = worded(
    re.compile(r"[0-9A-Za-z]{1,12}").fullmatch,
    Text("不能作代码", "this cannot be a code"),
    Text('用数字和字母，例如 "26"。', 'Use digits and letters, such as "26".'),
)
Code = Annotated[str, _CODE]


class Series(_Frozen):
    """``from``: the resource of indicators. Without ``county`` or ``industry``: of all of them."""

    title: Said
    unit: Said
    table: Name = Field(alias="from")
    indicator: Name
    county: Code | None = None
    industry: Code | None = None


class Shocks(_Frozen):
    """What may be supposed of a series, in percent."""

    low: float = Field(gt=-100, lt=0)
    high: float = Field(gt=0, le=1000)
    step: float = Field(gt=0, le=100)


class Inputs(_Frozen):
    """``targets`` are series that may be asked about; ``most`` series may be moved at once."""

    id: Name
    title: Said
    about: Said
    scenario: Name
    targets: tuple[Name, ...] = Field(min_length=1)
    shocks: Shocks
    most: int = Field(default=2, ge=1, le=4)
    series: Mapping[Name, Series] = Field(min_length=2)


def read_inputs(root: FilePath) -> list[Declared[Inputs]]:
    """Every file of the city, with all that is wrong with it by itself."""
    return [_read(path, root) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_inputs(root: FilePath) -> dict[str, Inputs]:
    """By id. Raises InvalidInput with every error of every file."""
    return {each.id: each for each in sound(read_inputs(root))}


def check(
    file: Declared[Inputs], city: City, libraries: Mapping[str, Library]
) -> Iterator[Finding]:
    """Against the city: the scenario grants what the series read, and libraries make them."""
    inputs, document = file.value, file.document
    if inputs is None:
        return
    scenario = city.scenarios.get(inputs.scenario)
    if scenario is None:
        problem = Text(
            f"没有应用场景 {inputs.scenario}", f"no scenario is called {inputs.scenario}"
        )
        yield document.finding(("scenario",), problem, suggest(inputs.scenario, city.scenarios))
        return
    held = {use.resource: {c.name: c.use for c in use.columns} for use in scenario.resources}
    made = {one.makes: one for one in libraries.values()}
    for name, series in inputs.series.items():
        here = ("series", name)
        if series.table not in made:
            problem = Text(f"没有库产生 {series.table}", f"no library makes {series.table}")
            yield document.finding((*here, "from"), problem, suggest(series.table, made))
            continue
        missing = _missing(series, held.get(series.table, {}))
        if missing:
            columns = ", ".join(missing)
            problem = Text(
                f"场景没有授权 {series.table} 的 {columns}",
                f"the scenario does not grant {columns} of {series.table}",
            )
            fix = Text("在场景里加上。", "Add it to the scenario.")
            yield document.finding((*here, "from"), problem, fix)
        known = [each.id for each in made[series.table].indicators]
        if series.indicator not in known:
            problem = Text(
                f"没有指标 {series.indicator}", f"there is no indicator {series.indicator}"
            )
            yield document.finding((*here, "indicator"), problem, suggest(series.indicator, known))


def _missing(series: Series, held: Mapping[str, Use]) -> Sequence[str]:
    wanted = (*KEPT, "county", "industry")
    return [name for name in wanted if held.get(name) is not Use.value]


def _read(path: FilePath, root: FilePath) -> Declared[Inputs]:
    def judge(inputs: Inputs, notes: Notes) -> None:
        judge_name(inputs.id, path.stem, notes)
        for number, name in enumerate(inputs.targets):
            if name not in inputs.series:
                problem = Text(f"没有序列 {name}", f"there is no series {name}")
                notes.error(("targets", number), problem, suggest(name, inputs.series))

    return read_file(Inputs, path, root, judge)
