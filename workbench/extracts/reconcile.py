"""An extract against the provider's control file: counts, keys, sums, dates (H19).

Whole numbers and DECIMAL are added and compared exactly. The sum of a DOUBLE column is compared
within the tolerance that the control file states, else within ``RELATIVE`` of the sum of
magnitudes (our default): adding floating-point numbers in another order gives another last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import duckdb

from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.extracts.control import Control, Moment
from workbench.extracts.sql import identifier, literal, scalar
from workbench.extracts.strict import strict_type
from workbench.extracts.versions import SourceFile
from workbench.model.contract import Column, Personal

RELATIVE = Decimal("1e-9")
_DIGITS = 400
"""Of intermediate results: more than a difference of any two numbers read here has."""


@dataclass(frozen=True)
class Compared:
    """One check. ``expected``, ``found`` and ``difference`` (found less expected) are text;
    where not ``shown``, they could tell of a person and stay out of every report."""

    check: str
    subject: str
    expected: str
    found: str
    difference: str
    agrees: bool
    shown: bool = True
    tolerance: str = ""

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"check": self.check, "subject": self.subject}
        if self.shown:
            out |= {"expected": self.expected, "found": self.found, "difference": self.difference}
        if self.tolerance and self.shown:
            out["tolerance"] = self.tolerance
        return out | {"agrees": self.agrees, "shown": self.shown}


@dataclass(frozen=True)
class Reconciliation:
    """All checks of one control file against the rows of ``resource``. ``version`` is None where
    they were about to be one."""

    resource: str
    version: int | None
    control: str
    control_sha256: str
    compared: tuple[Compared, ...]

    @property
    def agrees(self) -> bool:
        return all(c.agrees for c in self.compared)

    def to_dict(self) -> dict[str, Any]:
        """JSON values; no value of a personal column."""
        return {
            "resource": self.resource,
            "version": self.version,
            "control": self.control,
            "control_sha256": self.control_sha256,
            "agrees": self.agrees,
            "checks": [c.to_dict() for c in self.compared],
        }


def reconcile(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[str],
    sources: Sequence[SourceFile],
    control: Control,
    resource: str,
    version: int | None = None,
) -> Reconciliation:
    """Compare the rows of the Parquet ``files``, which were made from ``sources``.

    Raises duckdb.Error where the files cannot be read.
    """
    table = f"read_parquet([{', '.join(map(literal, files))}])"
    compared = (
        *_counts(con, table, control),
        *(_sum(con, table, column, expected, control) for column, expected in control.sums),
        *(_moment(con, table, "min", c, m) for c, m in control.minimum),
        *(_moment(con, table, "max", c, m) for c, m in control.maximum),
        *(_file(sources, name, digest) for name, digest in control.sha256.items()),
    )
    return Reconciliation(resource, version, control.name, control.digest, compared)


def _counts(con: duckdb.DuckDBPyConnection, table: str, control: Control) -> Iterator[Compared]:
    if control.rows is not None:
        found = scalar(con, f"SELECT count(*) FROM {table}")
        yield _number("rows", "", Decimal(control.rows), Decimal(found))
    if control.distinct_keys is not None:
        names = [identifier(c.name) for c in control.key]
        there = " AND ".join(f"{n} IS NOT NULL" for n in names)
        distinct = f"SELECT DISTINCT {', '.join(names)} FROM {table} WHERE {there}"
        found = scalar(con, f"SELECT count(*) FROM ({distinct})")
        key = ", ".join(c.name for c in control.key)
        yield _number("distinct_keys", key, Decimal(control.distinct_keys), Decimal(found))


def _sum(
    con: duckdb.DuckDBPyConnection, table: str, column: Column, expected: Decimal, control: Control
) -> Compared:
    name = identifier(column.name)
    shown = column.personal is Personal.no
    if strict_type("", column.name, column.type).family == "DOUBLE":
        sql = f"SELECT coalesce(fsum({name}), 0.0), coalesce(fsum(abs({name})), 0.0) FROM {table}"
        total, magnitude = map(_exact, _row(con, sql))
        given = control.tolerances.get(column.name)
        tolerance = RELATIVE * magnitude if given is None else given
        return _number("sum", column.name, expected, total, shown, tolerance)
    try:
        (text,) = _row(con, f"SELECT coalesce(sum({name}), 0)::VARCHAR FROM {table}")
    except duckdb.OutOfRangeException:
        return Compared("sum", column.name, _plain(expected), "> 38 位 digits", "", False, shown)
    return _number("sum", column.name, expected, Decimal(text), shown)


def _exact(number: float) -> Decimal:
    """The double as its shortest decimal: what people see of it."""
    return Decimal(repr(float(number)))


def _moment(
    con: duckdb.DuckDBPyConnection, table: str, function: str, column: Column, expected: Moment
) -> Compared:
    (found,) = _row(con, f"SELECT {function}({identifier(column.name)}) FROM {table}")
    return Compared(
        f"{function}imum",
        column.name,
        _iso(expected),
        "" if found is None else _iso(found),
        "" if found is None else _apart(found - expected),
        found == expected,
        column.personal is Personal.no,
    )


def _apart(difference: timedelta) -> str:
    text = str(abs(difference)).removesuffix(", 0:00:00")
    return "0" if not difference else f"-{text}" if difference < timedelta(0) else text


def _file(sources: Sequence[SourceFile], name: str, digest: str) -> Compared:
    found = next((s.sha256 for s in sources if s.name == name), "")
    return Compared("sha256", name, digest, found, "", found == digest)


def _number(
    check: str,
    subject: str,
    expected: Decimal,
    found: Decimal,
    shown: bool = True,
    tolerance: Decimal | None = None,
) -> Compared:
    with localcontext(prec=_DIGITS):
        difference = found - expected
        agrees = abs(difference) <= (tolerance or 0)
    return Compared(
        check,
        subject,
        _plain(expected),
        _plain(found),
        _plain(difference),
        agrees,
        shown,
        "" if tolerance is None else f"{tolerance.normalize():.3e}",
    )


def _plain(number: Decimal) -> str:
    """Without an exponent, and without zeros that say nothing."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if number == 0 else text


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = con.execute(sql).fetchone()
    if row is None:
        raise LookupError("an aggregate gave no row")
    return tuple(row)


def _iso(moment: date | datetime) -> str:
    return moment.isoformat(" ") if isinstance(moment, datetime) else moment.isoformat()


# what is said


RULE = Text(
    "归集数据的常态化对账（黑龙江 2025 第十九条）",
    "Routine reconciliation of what departments provide (Heilongjiang 2025 art. 19)",
)
_NAMES = {
    "rows": Text("行数", "rows"),
    "distinct_keys": Text("不同主键数", "distinct keys"),
    "sum": Text("合计", "sum"),
    "minimum": Text("最早", "earliest"),
    "maximum": Text("最晚", "latest"),
    "sha256": Text("文件摘要", "sha256"),
}


def title(compared: Compared) -> Text:
    name = _NAMES[compared.check]
    subject = f" {compared.subject}" if compared.subject else ""
    return Text(name.zh + subject, name.en + subject)


def mismatch(found: Reconciliation) -> WorkbenchError:
    """InvalidInput with one reason for each check that does not agree."""
    return WorkbenchError.of([_reason(found, c) for c in found.compared if not c.agrees])


def _reason(found: Reconciliation, compared: Compared) -> Reason:
    name = title(compared)
    where = f"{found.control}："
    if compared.shown:
        zh = f"应为 {compared.expected}，实为 {compared.found or '无'}"
        en = f"should be {compared.expected}, is {compared.found or 'absent'}"
        if compared.difference:
            zh, en = f"{zh}（差 {compared.difference}）", f"{en} (off by {compared.difference})"
    else:
        zh, en = "不符（个人信息列，数值不显示）", "does not agree (a personal column: not shown)"
    return Reason(
        Code.invalid_delivery,
        Text(f"{where}{name.zh} {zh}", f"{found.control}: {name.en} {en}"),
        rule=RULE,
        next=Text(
            "请与提供部门核对：是数据不全，还是对账文件不是这一次交付的。",
            "Ask the provider: is data missing, or is this the control file of another delivery?",
        ),
        subject=found.resource,
    )
