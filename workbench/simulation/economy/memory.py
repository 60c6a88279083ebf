"""What a sample city goes on from when another month is added: one file of NumPy's.

It tells what is planted in the making, so it stands with the state of the city and not with its
data. The form is ours and of this version: ``FORM`` changes with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.simulation.economy.course import Carried
from workbench.simulation.economy.occasions import Project
from workbench.simulation.economy.plan import Plan
from workbench.simulation.economy.published import Totals

FORM = 1
FILE = "sample-city.npz"


@dataclass(frozen=True)
class Memory:
    """Of a city after ``months``. ``projects``, ``deals`` and ``credit`` as of ``Occasions``;
    ``sums`` of each month; ``reached``: the last month of which a resource has rows; ``late``:
    resources whose last month was not delivered."""

    plan: Plan
    count: int
    start: date
    months: int
    seed: int
    carried: Carried
    projects: tuple[Project, ...]
    deals: int
    credit: int
    sums: tuple[Totals, ...]
    reached: Mapping[str, date]
    late: tuple[str, ...] = ()


def keep(memory: Memory, folder: Path) -> None:
    """Raises OSError; what was there before then stands."""
    arrays = {each.name: getattr(memory.carried, each.name) for each in fields(Carried)}
    made, file = folder / f"{FILE}.new", folder / FILE
    with made.open("wb") as stream:
        np.savez(stream, allow_pickle=False, told=np.array(json.dumps(_told(memory))), **arrays)
        stream.flush()
        os.fsync(stream.fileno())
    made.replace(file)


def forget(folder: Path) -> None:
    """Before another city is delivered there: a build that is killed has nothing to go on from."""
    (folder / FILE).unlink(missing_ok=True)


def recall(folder: Path) -> Memory:
    """Raises InvalidInput where there is none, or one of another version."""
    file = folder / FILE
    if not file.is_file():
        raise _none(Text("没有可续的示例城市。", "There is no sample city to go on from."))
    try:
        with np.load(file, allow_pickle=False) as arrays:
            told = json.loads(str(arrays["told"]))
            if told.pop("form") != FORM:
                raise _none(Text(f"{file} 是另一版本写的。", f"Another version wrote {file}."))
            carried = Carried(**{each.name: arrays[each.name] for each in fields(Carried)})
    except (BadZipFile, ValueError, KeyError) as error:
        raise _none(Text(f"{file} 不可读。", f"{file} cannot be read.")) from error
    return Memory(
        plan=Plan.model_validate(told.pop("plan")),
        start=date.fromisoformat(told.pop("start")),
        carried=carried,
        projects=tuple(Project(*each) for each in told.pop("projects")),
        sums=tuple(Totals(date.fromisoformat(first), *rest) for first, *rest in told.pop("sums")),
        reached={name: date.fromisoformat(day) for name, day in told.pop("reached").items()},
        late=tuple(told.pop("late")),
        **told,
    )


def _told(memory: Memory) -> dict[str, object]:
    return {
        "form": FORM,
        "plan": memory.plan.model_dump(mode="json", by_alias=True),
        "count": memory.count,
        "start": memory.start.isoformat(),
        "months": memory.months,
        "seed": memory.seed,
        "projects": [list(asdict(each).values()) for each in memory.projects],
        "deals": memory.deals,
        "credit": memory.credit,
        "sums": [[m.first.isoformat(), *list(asdict(m).values())[1:]] for m in memory.sums],
        "reached": {name: day.isoformat() for name, day in memory.reached.items()},
        "late": list(memory.late),
    }


def _none(problem: Text) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        problem.zh,
        problem.en,
        next=Text(
            "先建一个：workbench sample build --city 目录",
            "Build one: workbench sample build --city DIR",
        ),
    )
