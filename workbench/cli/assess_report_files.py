"""Files of the reports of an assessment: which are made, in which order, and how far it has come.
Equal runs of equal standing in the ledger give equal files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from workbench.assessment.kept import Kept, Runs, opened
from workbench.assessment.scheme import Scheme
from workbench.cli.assess_report_facts import Run, facts, published, unknown, with_before
from workbench.cli.assess_report_items import open_items
from workbench.cli.assess_run import write
from workbench.cli.assess_xlsx import workbook
from workbench.cli.common import city_root, err, open_state, said
from workbench.declared.findings import named
from workbench.errors import Code, Language, Text, simple
from workbench.reports import assessment_paper as paper
from workbench.reports.assessment import Report
from workbench.reports.assessment_city import of_city as city_report
from workbench.reports.assessment_department import of_department
from workbench.reports.assessment_funding import of_funding
from workbench.reports.assessment_notes import ITEMS_IN_PRINT
from workbench.reports.assessment_release import Licence
from workbench.reports.assessment_release import release as released
from workbench.store.layout import Layout

SUMS = "SHA256SUMS"
_SAFE = re.compile(r"\w[\w-]*")
Making = Callable[[int | None], Report]
"""Of how many items of an indicator it prints, None for all."""


@dataclass(frozen=True)
class Asked:
    """``status``: what the ledger says of the publication."""

    run: Run
    status: Mapping[str, Any]
    to: Path
    languages: tuple[Language, ...]
    forms: tuple[str, ...]

    @property
    def scheme(self) -> Scheme:
        return self.run.scheme

    def facts(self, departments: Sequence[str]) -> dict[str, Any]:
        return facts(self.run, dict(self.status), departments)


def opened_in(
    file: Path, city: Path | None, previous: Path | None
) -> tuple[Run, Mapping[str, Any]]:
    """The run with that of the year before, and what the city's ledger says of it. Without a city,
    and none in this folder, nobody knows whether it was published. Raises InvalidInput."""
    kept = opened(file)
    before = opened(previous) if previous is not None else None
    if city is None and not (Path.cwd() / "data_contracts" / "city.yaml").is_file():
        return with_before(kept, before), unknown()
    state = open_state(city_root(city))
    try:
        status = published(state.store.journal, kept.digest)
        before = before or _before(kept, state.layout)
    finally:
        state.store.close()
    return with_before(kept, before), status


def _before(kept: Kept, layout: Layout) -> Kept | None:
    """The run that its change is told from, where the city keeps it."""
    previous = kept.run.previous
    if previous is None:
        return None
    folder = Runs(layout.state).folder / str(previous.year)
    found = (opened(path) for path in sorted(folder.glob("*.zip")))
    return next((one for one in found if one.digest == previous.run), None)


def reports(
    asked: Asked, departments: Sequence[str], *, of_city: bool, of_all: bool
) -> Iterator[Path]:
    """Each file as soon as it is there; how far it has come is told beside. Raises InvalidInput
    for a department that is not in the run, before anything is written."""
    known = asked.run.sheets
    for name in departments:
        missing = Text(f"考核中没有部门 {name}。", f"{name} is not in this run.")
        named(known, name, missing)
    names = sorted(known) if of_all else list(dict.fromkeys(departments))
    several = len(names) > 1 or of_all
    sums: dict[str, bytes] = {}
    began = monotonic()
    for number, name in enumerate(names, start=1):
        yield from _written(asked, sums, partial(_of_one, asked, name), name)
        if several:
            _tell(number, len(names), name, monotonic() - began)
    if of_city or of_all:
        found = city_report(asked.facts(sorted(known)))
        yield from _written(asked, sums, lambda _: found, "")
    yield _sums(asked.to, sums)


def _of_one(asked: Asked, name: str, most: int | None) -> Report:
    return of_department(asked.facts([name]), name, most)


def annex(asked: Asked) -> Iterator[Path]:
    """Raises InvalidInput where no article orders one."""
    found = of_funding(asked.facts(()))
    sums: dict[str, bytes] = {}
    yield from _written(asked, sums, lambda _: found, "")
    yield _sums(asked.to, sums)


def release(asked: Asked, licence: Licence, *, draft: bool) -> Iterator[Path]:
    """Raises InvalidInput for what is not published, unless a draft is wanted."""
    if asked.status["state"] != "published" and not draft:
        raise _not_published(asked)
    found = released(asked.facts(()), open_items(asked.run.kept.run.kpis), licence)
    for name, content in sorted(found.items()):
        yield _put(asked.to, name, content)
    yield _sums(asked.to, found)


def _written(asked: Asked, sums: dict[str, bytes], make: Making, name: str) -> Iterator[Path]:
    """In print so many items of an indicator; in a workbook all of them."""
    if name and not _SAFE.fullmatch(name):
        raise _no_name(name)
    made = {
        most: make(most) for most in {None if f == "xlsx" else ITEMS_IN_PRINT for f in asked.forms}
    }
    for tongue in asked.languages:
        for form in asked.forms:
            found = made[None if form == "xlsx" else ITEMS_IN_PRINT]
            draft = "" if found.status.is_published else ".draft"
            file = f"{paper.stem(found, asked.scheme.id, name)}.{tongue}{draft}.{form}"
            sums[file] = _RENDER[form](found, tongue)
            yield _put(asked.to, file, sums[file])


def _xlsx(found: Report, tongue: Language) -> bytes:
    sheets, mark = paper.sheets(found, tongue), paper.mark(found, tongue)
    return workbook(paper.about(found, tongue), sheets, found.day.isoformat(), mark)


_RENDER: Mapping[str, Callable[[Report, Language], bytes]] = {
    "docx": paper.docx,
    "pdf": paper.pdf,
    "xlsx": _xlsx,
}


def _put(folder: Path, name: str, content: bytes) -> Path:
    """The folder is made where it is not there."""
    with suppress(OSError):  # what is wrong with it is told by writing into it
        folder.mkdir(parents=True, exist_ok=True)
    write(folder / name, content)
    return folder / name


def _sums(folder: Path, files: Mapping[str, bytes]) -> Path:
    """As ``sha256sum --check`` reads it; of what was written now."""
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return _put(folder, SUMS, "".join(lines).encode())


def _tell(number: int, whole: int, name: str, seconds: float) -> None:
    left = seconds / number * (whole - number)
    zh = f"[{number}/{whole}] {name}　已用 {seconds:.0f} 秒，约剩 {left:.0f} 秒"
    err().print(said(zh, f"[{number}/{whole}] {name}  {seconds:.0f} s, about {left:.0f} s left"))


def _not_published(asked: Asked) -> Exception:
    is_known = asked.status["state"] == "draft"
    kept = asked.run.kept
    return simple(
        Code.invalid_request,
        f"{kept.path.name} 没有公布，不能作为开放数据。",
        f"{kept.path.name} is not published and cannot be released as open data.",
        why=Text(
            "台账没有记载公布。" if is_known else "没有台账可查：本目录不是城市目录。",
            "The ledger has no publication of it."
            if is_known
            else "No ledger was at hand: this folder is no city's.",
        ),
        next=Text(
            "公布后再来，用 --city 指明城市；只想看样子用 --draft。",
            "Publish it first, and name the city with --city; --draft shows how it would look.",
        ),
        subject=kept.path.name,
    )


def _no_name(name: str) -> Exception:
    return simple(
        Code.invalid_request,
        f"部门编号 {name!r} 不能作文件名。",
        f"The department's id {name!r} cannot name a file.",
        subject=name,
    )
