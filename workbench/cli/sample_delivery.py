"""Delivering what was made up for the seven libraries: whole, as a part, late, with mistakes."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from workbench.catalogue.city import City
from workbench.cli.common import said
from workbench.cli.ingest_desk import Desk
from workbench.cli.ingest_show import plain
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.versions import ExtractVersion
from workbench.model.contract import Resource

if TYPE_CHECKING:  # NumPy and Polars come along with it
    from workbench.simulation.economy.city import Written

MADE_UP = re.compile("合成|synthetic", re.IGNORECASE)
"""What the title of a resource says of which a sample may be delivered."""
LATE, DIRTY = "late", "dirty"
"""Folders of the city for deliveries that did not come, and for those that were refused."""


@dataclass
class Delivered:
    """``rows`` by resource; ``late``: lines that deliver what is late, by resource; ``dirty``: the
    report of each delivery that was refused, as ``ingest --json`` tells it, with its ``faults``."""

    rows: dict[str, int] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    dirty: dict[str, dict[str, Any]] = field(default_factory=dict)


class SampleDesk(Desk):
    """A desk that also adds a part to what is there. ``end``: the day after the data's."""

    def whole(self, name: str, files: Sequence[Path], end: date) -> int:
        """An ordinary delivery of all of ``files``; rows. Raises what refuses it."""
        self.data_date = end - timedelta(days=1)
        resource = made_up(self.city, name)
        report, error = self.take(resource, files, on_progress=lambda _: None)
        if error is not None:
            raise error
        return report.rows_read

    def part(self, name: str, file: Path, end: date, since: date | None) -> int:
        """A month beside those before; its rows, 0 where data of that day or a later one are there
        already, so that a killed run can be done again. ``since``: from which day on there have to
        be data before (None: there need be none). Raises InvalidInput where there are not, and as
        ``join``."""
        from workbench.extracts.parts import join

        resource, day = made_up(self.city, name), end - timedelta(days=1)
        before = self.extracts.latest(name)
        if _reaches(before, day):
            return 0
        if since is not None and not _reaches(before, since):
            raise _torn(name, since)
        after = join(self.shelf(), resource, [file], day, lambda last: last == before)
        if after is None:
            raise _torn(name, day)
        return after.rows - (0 if before is None else before.rows)


def _reaches(version: ExtractVersion | None, day: date) -> bool:
    return version is not None and version.data_date is not None and version.data_date >= day


def deliver(
    desk: SampleDesk, files: Written, end: date, late: Sequence[str], bar: Progress
) -> Delivered:
    """Each resource whole, but for the last month of those that are ``late``: their files are moved
    to a folder of the city. Raises InvalidInput for the first resource that is not one of a sample,
    before anything is delivered."""
    for name in files:
        made_up(desk.city, name)
    told, found = steps(bar, said("交付", "delivering")), Delivered()
    for done, (name, whole) in enumerate(sorted(files.items()), start=1):
        if name in late:
            before = end - timedelta(days=1)
            found.rows[name] = desk.whole(name, whole[:-1], before.replace(day=1))
            found.late[name] = _kept(desk.city.root, name, whole, before)
        else:
            found.rows[name] = desk.whole(name, whole, end)
        told(done, len(files))
    return found


def refuse(desk: SampleDesk, name: str, month: Path, seed: int) -> dict[str, Any]:
    """One month as somebody typed it: GB18030, with mistakes. It is kept, delivered and refused;
    the report. Raises AssertionError where it was not refused."""
    import polars as pl

    from workbench.simulation.economy.faults import faulty

    resource = made_up(desk.city, name)
    made = faulty(pl.read_parquet(month), seed, name)
    folder = desk.city.root / DIRTY
    folder.mkdir(exist_ok=True)
    file = folder / f"{month.stem}.csv"
    file.write_bytes(made.rows.write_csv().encode("gb18030"))
    report, error = desk.take(resource, [file], on_progress=lambda _: None)
    if error is None:
        raise AssertionError(name)  # each fault is one that the contract forbids
    return {"file": str(file), "faults": list(made.faults)} | plain(report, error)


def _kept(root: Path, name: str, files: Sequence[Path], day: date) -> str:
    """The line that delivers them: a delivery is always the whole of a resource."""
    folder = root / LATE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        shutil.move(file, folder / file.name)
    city, pattern = shlex.quote(str(root)), f"{shlex.quote(str(folder))}/*.parquet"
    return f"workbench ingest --city {city} --data-date {day} {name} {pattern}"


@contextmanager
def showing(console: Console, *, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal; it is gone when all is done."""
    hidden = quiet or not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as bar:
        yield bar


def steps(bar: Progress, name: str) -> Callable[[int, int], None]:
    task = bar.add_task(name)
    return lambda done, total: bar.update(task, completed=done, total=total)


def made_up(city: City, name: str) -> Resource:
    """Raises InvalidInput for one that is not there, or does not say that it is synthetic."""
    resource = city.resources.get(name)
    if resource is None:
        raise simple(
            Code.not_found,
            f"这个城市没有资源 {name}。",
            f"This city has no resource {name}.",
            next=Text(
                "用 --city 指明一个新目录，契约会一并建好。",
                "Name a new folder with --city: it is made with the contracts.",
            ),
            subject=name,
        )
    if not MADE_UP.search(f"{resource.title.zh} {resource.title.en}"):
        raise simple(
            Code.invalid_request,
            f"{name} 的名称没有写明是合成数据，不会写入模拟的数据。",
            f"The title of {name} does not say that it is synthetic: nothing made up goes there.",
            next=Text("用 --city 指明一个新目录。", "Name a new folder with --city."),
            subject=name,
        )
    return resource


def _torn(name: str, day: date) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{name} 的当前版本与示例城市不相接（{day:%Y-%m}）：被召回、替换，或迟交未补。",
        f"The current version of {name} does not go on with the sample city ({day:%Y-%m}): it was "
        "recalled or replaced, or what was late never came.",
        next=Text(
            "重新建城：workbench sample build，或交付 late 目录中的文件。",
            "Build the city anew with workbench sample build, or deliver what is in late.",
        ),
        subject=name,
    )
