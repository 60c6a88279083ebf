"""Identifiers with check digits, and codes that stand in a list of the city.

Resident IDs follow GB 11643, unified social credit codes GB 32100, division codes GB/T 2260,
industry codes GB/T 4754. (Foshan 2019 art. 22, Binzhou 2023 art. 14 name the first two.)
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import Code, simple
from workbench.model.check_digits import valid_credit_code, valid_resident_id
from workbench.model.contract import Identifier

CODES = Path("data_contracts/codes")

_DIVISION = re.compile(r"[1-9][0-9](?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{3}(?:[0-9]{3})?)?)?)?")
_INDUSTRY = re.compile(r"[A-T]|[A-T]?[0-9]{2,4}")


@dataclass(frozen=True)
class CodeLists:
    """The codes that a city knows. An empty list means that codes are checked by form only."""

    divisions: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()

    @property
    def by_form_only(self) -> frozenset[Identifier]:
        """Kinds of code without a list here; whoever reports on a delivery says so."""
        lists = {
            Identifier.division_code: self.divisions,
            Identifier.industry_code: self.industries,
        }
        return frozenset(kind for kind, codes in lists.items() if not codes)


def load_codes(city_root: Path) -> CodeLists:
    """``data_contracts/codes/{divisions,industry}.csv`` of a city, each with a column ``code``.

    Raises InvalidInput where a file is there and cannot be read as such.
    """
    folder = city_root / CODES
    divisions = _rows(folder / "divisions.csv")
    return CodeLists(
        frozenset(row["code"] for row in divisions),
        frozenset(_industry_spellings(_rows(folder / "industry.csv"))),
    )


def check(identifier: Identifier, value: str, codes: CodeLists) -> bool:
    """Whether ``value`` is a valid identifier of this kind, as far as can be told offline."""
    match identifier:
        case Identifier.resident_id:
            return valid_resident_id(value)
        case Identifier.credit_code:
            return valid_credit_code(value)
        case Identifier.division_code:
            return valid_division(value, codes)
        case Identifier.industry_code:
            return valid_industry(value, codes)


def valid_division(value: str, codes: CodeLists) -> bool:
    """2, 4, 6, 9 or 12 digits; down to the county it must stand in the city's list."""
    if not _DIVISION.fullmatch(value):
        return False
    return not codes.divisions or value[:6].ljust(6, "0") in codes.divisions


def valid_industry(value: str, codes: CodeLists) -> bool:
    """Section letter, or 2 to 4 digits with or without it (A, 01, 011, 0111, A0111)."""
    if not _INDUSTRY.fullmatch(value):
        return False
    return not codes.industries or value in codes.industries


def _industry_spellings(rows: list[Mapping[str, str]]) -> Iterable[str]:
    """Each code as it stands, and behind the letter of its own section."""
    parents = {row["code"]: row.get("parent_code") or "" for row in rows}
    for code in parents:
        yield code
        top, steps = code, 0
        while parents.get(top) and steps < 4:
            top, steps = parents[top], steps + 1
        if top.isalpha() and not code.isalpha():
            yield top + code


def _rows(path: Path) -> list[Mapping[str, str]]:
    if not path.exists():
        return []
    name = (CODES / path.name).as_posix()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows: list[Mapping[str, str]] = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise simple(
            Code.invalid_contract,
            f"{name} 读不出来：应为 UTF-8 的 CSV",
            f"{name} cannot be read: it must be CSV in UTF-8",
            subject=name,
        ) from error
    if not rows or any(not row.get("code") for row in rows):
        raise simple(
            Code.invalid_contract,
            f"{name} 每行都要有 code 列",
            f"{name}: every row needs a value in the column code",
            subject=name,
        )
    return rows
