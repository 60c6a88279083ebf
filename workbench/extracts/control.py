"""The provider's own control file: what a delivery should hold, written down by who made it.

Beside a file or folder ``NAME`` stands ``NAME.control.yaml`` (or ``.yml``, ``.json``, ``.csv``),
one a delivery. Every key is optional but ``control`` and one thing to compare::

    control: 1                        # the form of this file
    resource: people                  # refused elsewhere
    data_date: 2026-01-31             # the day that the data stand for
    rows: 1200
    distinct_keys: 1200               # of the contract's primary key, else its entity keys
    sums: {amount: "10250.50"}        # exact; for DOUBLE within a tolerance
    tolerances: {score: "0.001"}      # of a DOUBLE sum, absolute
    minimum: {day: 2026-01-01}        # DATE and TIMESTAMP columns
    maximum: {day: 2026-01-31}
    sha256: {people.csv: "9f86…"}     # of a delivered file

As CSV, a line is ``check,column,value``: ``rows,,1200``, ``sums,amount,10250.50``.
A number with a decimal point stands in quotes in YAML and JSON, so that no reader rounds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path

from workbench.declared.findings import Finding, suggest
from workbench.declared.findings import Path as Place
from workbench.declared.yaml import Document
from workbench.errors import Text, WorkbenchError
from workbench.extracts import reasons
from workbench.extracts.control_form import Form, raise_all, read_form
from workbench.extracts.strict import strict_type
from workbench.model.contract import Column, Resource

SUFFIXES = (".control.yaml", ".control.yml", ".control.json", ".control.csv")
MAX_BYTES = 1 << 20
"""Largest control file read (our default)."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,60}([.][0-9]{1,60})?([eE][+-]?[0-9]{1,2})?")
_SHA256 = re.compile("[0-9a-fA-F]{64}")

Moment = date | datetime


@dataclass(frozen=True)
class Control:
    """What should be there. ``key`` are the columns whose distinct values ``distinct_keys``
    counts; ``digest`` is sha256 of the control file ``name``."""

    name: str
    digest: str
    data_date: date | None = None
    rows: int | None = None
    key: tuple[Column, ...] = ()
    distinct_keys: int | None = None
    sums: tuple[tuple[Column, Decimal], ...] = ()
    tolerances: Mapping[str, Decimal] = field(default_factory=dict)
    minimum: tuple[tuple[Column, Moment], ...] = ()
    maximum: tuple[tuple[Column, Moment], ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)


def beside(file: Path) -> Path | None:
    """The control file of this file or folder. Raises InvalidInput where there are two."""
    found = [p for s in SUFFIXES if (p := file.with_name(file.name + s)).is_file()]
    if len(found) > 1:
        raise two_controls([p.name for p in found])
    return found[0] if found else None


def read_control(file: Path, resource: Resource) -> Control:
    """Raises InvalidInput (invalid_delivery) with every mistake: file, line, key and fix."""
    if file.is_symlink():
        raise reasons.symbolic_link(file.name)
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise reasons.unreadable(file.name, error) from error
    if len(raw) > MAX_BYTES:
        raise reasons.delivery(
            f"{file.name}：对账文件超过 1 MiB。", f"{file.name}: is larger than 1 MiB."
        )
    document, form = read_form(raw, file.name)
    reader = _Reader(document, resource, form)
    control = reader.control(sha256(raw).hexdigest())
    raise_all(reader.findings)
    return control


class _Reader:
    """The form against the contract; every mistake is a finding."""

    def __init__(self, document: Document, resource: Resource, form: Form) -> None:
        self.document, self.resource, self.form = document, resource, form
        self.findings: list[Finding] = []

    def control(self, digest: str) -> Control:
        form = self.form
        self._whole()
        sums = tuple(self._numbers("sums", form.sums))
        return Control(
            name=self.document.file,
            digest=digest,
            data_date=form.data_date,
            rows=form.rows,
            key=key_of(self.resource) if form.distinct_keys is not None else (),
            distinct_keys=form.distinct_keys,
            sums=sums,
            tolerances=self._tolerances({c.name for c, _ in sums}),
            minimum=tuple(self._moments("minimum", form.minimum)),
            maximum=tuple(self._moments("maximum", form.maximum)),
            sha256=dict(self._digests()),
        )

    def _note(self, path: Place, problem: Text, fix: Text) -> None:
        self.findings.append(self.document.finding(path, problem, fix))

    def _whole(self) -> None:
        form = self.form
        if form.resource not in (None, self.resource.name):
            name = self.resource.name
            fix = Text(f"应为 {name}。", f"It should be {name}.")
            self._note(("resource",), _OTHER_RESOURCE, fix)
        if form.distinct_keys is not None and not key_of(self.resource):
            self._note(("distinct_keys",), _NO_KEY, _GIVE_KEY)
        numbers = (form.rows, form.distinct_keys)
        tables = (form.sums, form.minimum, form.maximum, form.sha256)
        if all(n is None for n in numbers) and not any(tables):
            self._note((), _NOTHING, _GIVE_CHECK)

    def _column(self, key: str, name: str) -> Column | None:
        found = self.resource.column(name)
        if found is None:
            problem = Text(f"合同里没有列 {name}", f"the contract has no column {name}")
            self._note((key, name), problem, suggest(name, [c.name for c in self.resource.columns]))
        return found

    def _numbers(self, key: str, table: Mapping[str, str]) -> Iterator[tuple[Column, Decimal]]:
        for name, text in table.items():
            column = self._column(key, name)
            if column is None:
                continue
            number = _number(text)
            if not strict_type(self.resource.name, column.name, column.type).is_number:
                self._note((key, name), _not_a(column, "数值", "number"), _LEAVE_OUT)
            elif number is None:
                self._note((key, name), _NOT_A_NUMBER, _WRITE_NUMBER)
            else:
                yield column, number

    def _tolerances(self, summed: set[str]) -> Mapping[str, Decimal]:
        found = {}
        for column, number in self._numbers("tolerances", self.form.tolerances):
            if strict_type("", column.name, column.type).family != "DOUBLE":
                self._note(("tolerances", column.name), _EXACT, _LEAVE_OUT)
            elif number < 0 or column.name not in summed:
                self._note(("tolerances", column.name), _ODD_TOLERANCE, _LEAVE_OUT)
            else:
                found[column.name] = number
        return found

    def _moments(self, key: str, table: Mapping[str, str]) -> Iterator[tuple[Column, Moment]]:
        for name, text in table.items():
            column = self._column(key, name)
            if column is None:
                continue
            family = strict_type(self.resource.name, column.name, column.type).family
            if family not in ("DATE", "TIMESTAMP"):
                self._note((key, name), _not_a(column, "日期", "date"), _LEAVE_OUT)
                continue
            moment = _moment(text, family)
            if moment is None:
                self._note((key, name), _NOT_A_MOMENT, _WRITE_MOMENT)
            else:
                yield column, moment

    def _digests(self) -> Iterator[tuple[str, str]]:
        for name, digest in self.form.sha256.items():
            if _SHA256.fullmatch(digest):
                yield name, digest.lower()
            else:
                self._note(("sha256", name), _NOT_A_DIGEST, _WRITE_DIGEST)


def key_of(resource: Resource) -> tuple[Column, ...]:
    """The contract's primary key; without one, its entity keys together."""
    key = resource.row_key
    return tuple(c for c in resource.columns if (c.name in key if key else c.entity_key))


def _number(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _moment(text: str, family: str) -> Moment | None:
    try:
        if family == "DATE":
            return date.fromisoformat(text) if len(text) == 10 else None
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def two_controls(names: list[str]) -> WorkbenchError:
    listed = ", ".join(names)
    return reasons.delivery(
        f"同一次交付有两个对账文件：{listed}",
        f"One delivery has two control files: {listed}",
        fix=Text("只留一个。", "Leave one."),
    )


def _not_a(column: Column, zh: str, en: str) -> Text:
    return Text(
        f"列 {column.name} 的类型是 {column.type}，不是{zh}",
        f"column {column.name} is {column.type}, no {en}",
    )


_OTHER_RESOURCE = Text("是另一个资源的对账文件", "this control file is another resource's")
_NO_KEY = Text(
    "合同没有主键，也没有实体键，无从计数",
    "the contract has neither a primary key nor an entity key to count",
)
_GIVE_KEY = Text("删去此项，或在合同里标出主键。", "Leave it out, or mark the contract's key.")
_NOTHING = Text("没有一项可以核对", "there is nothing to compare")
_GIVE_CHECK = Text("至少写一项，例如 rows。", "Write at least one check, for example rows.")
_LEAVE_OUT = Text("删去此项。", "Leave it out.")
_NOT_A_NUMBER = Text("不是普通的数", "this is not a plain number")
_WRITE_NUMBER = Text('写成 "10250.50" 的形式。', 'Write it like "10250.50".')
_EXACT = Text("整数和 DECIMAL 精确核对，没有容差", "whole numbers and DECIMAL compare exactly")
_ODD_TOLERANCE = Text(
    "容差不能为负，且该列须写在 sums 里",
    "a tolerance is not negative, and its column stands under sums",
)
_NOT_A_MOMENT = Text("不是该列类型的日期", "this is no date of the column's type")
_WRITE_MOMENT = Text(
    "写成 2026-01-31，时间戳写成 2026-01-31 08:00:00。",
    "Write it like 2026-01-31, a timestamp like 2026-01-31 08:00:00.",
)
_NOT_A_DIGEST = Text("不是 sha256", "this is no sha256")
_WRITE_DIGEST = Text("写 64 位十六进制数。", "Write its 64 hexadecimal digits.")
