"""``data_contracts/assessment/values/YEAR/SCHEME.yaml``: what somebody has looked at, with the
files that show it.

::

    scheme: foshan
    year: 2025
    values:
      - indicator: management
        department: health
        value: 82.5
        evidence: [{file: evidence/health.pdf, sha256: …}]

A file is named from the folder of the year. It is not read but for its digest: one that is not
there, or is not what its digest says, is an error, and so is a value without any.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from workbench.assessment.gathering import manual
from workbench.assessment.measured import Evidence, Gathered, Measured, exact, stated
from workbench.assessment.scheme import FOLDER, Name, Scheme
from workbench.declared.file import read_file
from workbench.declared.findings import Finding, Path, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.kpi.definition import Direction

VALUES = FOLDER / "values"
_CHUNK = 1 << 20
_YEAR = re.compile(r"[1-9][0-9]{3}")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(_Frozen):
    file: str = Field(min_length=1, max_length=200)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Value(_Frozen):
    """``value`` in the unit of the indicator."""

    indicator: Name
    department: str = Field(min_length=1)
    value: Decimal
    evidence: tuple[Shown, ...] = Field(min_length=1)


class Values(_Frozen):
    scheme: Name
    year: int
    values: tuple[Value, ...]


def path_of(root: FilePath, scheme: str, year: int) -> FilePath:
    return root / VALUES / str(year) / f"{scheme}.yaml"


def read_values(
    root: FilePath, scheme: Scheme, year: int, departments: Collection[str]
) -> tuple[Values | None, tuple[Finding, ...]]:
    """With all that is wrong, by line; None and nothing where the city has no such file."""
    path = path_of(root, scheme.id, year)
    if not path.is_file():
        return None, ()

    def judge(found: Values, notes: Notes) -> None:
        for key, said, wanted in (("scheme", found.scheme, scheme.id), ("year", found.year, year)):
            if said != wanted:
                fix = Text(f"写 {wanted}，或移动文件。", f"Write {wanted}, or move the file.")
                notes.error((key,), Text("与文件位置不符", "not where the file is"), fix)
        _judge(found, scheme, departments, path.parent, notes)

    _, found, findings = read_file(Values, path, root, judge)
    return found, findings


def findings_of(
    root: FilePath, schemes: Mapping[str, Scheme | None], departments: Collection[str]
) -> Iterator[Finding]:
    """Of every file of every year; of a scheme that is wrong itself (None) nothing is judged."""
    for path in sorted((root / VALUES).glob("*/*.yaml")):
        year = path.parent.name
        scheme = schemes.get(path.stem)
        if path.stem not in schemes or not _YEAR.fullmatch(year):
            problem = Text(
                "文件位置不是 values/年度/方案.yaml", "it is not values/YEAR/SCHEME.yaml"
            )
            yield Finding(path.relative_to(root).as_posix(), 1, "", problem, _NAME_IT)
        elif scheme is not None:
            yield from read_values(root, scheme, int(year), departments)[1]


def gathered_of(scheme: Scheme, values: Values | None) -> dict[str, Gathered]:
    """Of each manual indicator; without values nobody has given any."""
    by: dict[str, dict[str, Value]] = {}
    for one in values.values if values is not None else ():
        by.setdefault(one.indicator, {})[one.department] = one
    return {
        name: manual(way, {who: _measured(one) for who, one in by.get(name, {}).items()})
        for name, way in _manual(scheme).items()
    }


def _measured(one: Value) -> Measured:
    return stated(exact(one.value), [Evidence(each.file, each.sha256) for each in one.evidence])


def _manual(scheme: Scheme) -> Mapping[str, Direction]:
    return {
        each.id: Direction(each.measure.manual.direction)
        for each in scheme.indicators
        if each.measure.manual is not None
    }


def _judge(
    found: Values, scheme: Scheme, departments: Collection[str], folder: FilePath, notes: Notes
) -> None:
    indicators, seen = _manual(scheme), set()
    for number, one in enumerate(found.values):
        at: Path = ("values", number)
        if one.indicator not in indicators:
            problem = Text("不是方案中手工填报的指标", "no manual indicator of the scheme")
            notes.error((*at, "indicator"), problem, suggest(one.indicator, indicators))
        if one.department not in departments:
            problem = Text("本市没有这个部门", "no department of the city")
            notes.error((*at, "department"), problem, suggest(one.department, departments))
        if not one.value.is_finite():
            notes.error((*at, "value"), Text("不是数", "no number"), Text("写数。", "Write one."))
        if (one.indicator, one.department) in seen:
            problem = Text("同一部门同一指标写了两次", "the department's value stands twice")
            notes.error(at, problem, Text("只留一处。", "Keep one of them."))
        seen.add((one.indicator, one.department))
        for place, finding in _shown(one, folder):
            notes.error((*at, "evidence", place), *finding)


def _shown(one: Value, folder: FilePath) -> Iterator[tuple[int, tuple[Text, Text]]]:
    for place, each in enumerate(one.evidence):
        path = (folder / each.file).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            problem = Text(f"没有文件 {each.file}", f"there is no file {each.file}")
            yield place, (problem, _PUT_IT)
        elif (digest := _digest(path)) != each.sha256:
            problem = Text(f"{each.file} 与摘要不符", f"{each.file} is not what its digest says")
            fix = Text(f"核对文件；它的 SHA-256 是 {digest}。",
                       f"See whether it is the right file: its SHA-256 is {digest}.")  # fmt: skip
            yield place, (problem, fix)


def _digest(path: FilePath) -> str:
    found = sha256()
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


_PUT_IT = Text(
    "把文件放在该年度的文件夹内，按相对路径写。",
    "Put the file into the folder of the year, and write its path from there.",
)
_NAME_IT = Text(
    "按年度分文件夹，文件名用方案编号。",
    "A folder for each year; the name of the file is the id of the scheme.",
)
