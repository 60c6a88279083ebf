"""Identifiers of whole columns: resident IDs (GB 11643), unified social credit codes (GB 32100),
division and industry codes.

``workbench.catalogue.identifiers.check`` decides. A loop over it takes several microseconds a
value, so the arithmetic of the two long numbers is done in SQL, and ``check`` sees one value of
each kind that is left: each code, and of resident IDs one of each county and year of birth. A
property test holds the two together.
"""

from __future__ import annotations

import duckdb

from workbench.catalogue.identifiers import CodeLists, check
from workbench.extracts.sql import identifier, literal
from workbench.model.contract import Identifier

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
"""Weights of GB 32100-2015, with the check character's own: the sum is 0 modulo 31."""
_RESIDENT = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Weights of GB 11643-1999 (ISO 7064, MOD 11-2): with the check digit the sum is 1 modulo 11."""


def bad_identifier(
    con: duckdb.DuckDBPyConnection, table: str, text: str, kind: Identifier, codes: CodeLists
) -> str:
    """SQL that is TRUE for the rows of ``table`` whose ``text`` is not such an identifier.

    Makes a table of the wrong values (or of the counties and years) that ``check`` found.
    """
    if kind is Identifier.credit_code:
        return f"({text} IS NOT NULL AND NOT {sound_credit_code(text)})"
    sound = sound_resident_id(text) if kind is Identifier.resident_id else "true"
    head = f"{text}[1:10]" if kind is Identifier.resident_id else text
    found = con.execute(
        f"SELECT {head}, any_value({text}) FROM {table} "
        f"WHERE {text} IS NOT NULL AND {sound} GROUP BY 1"
    ).fetchall()
    wrong = [(at,) for at, value in found if not check(kind, value, codes)]
    if not wrong:
        return f"({text} IS NOT NULL AND NOT {sound})"
    name = identifier(f"wrong {text}")
    con.execute(f"CREATE TABLE {name} (head VARCHAR)")
    con.execute(f"INSERT INTO {name} SELECT unnest($1::VARCHAR[])", [[value for (value,) in wrong]])
    wrong_head = f"{head} IN (SELECT head FROM {name})"
    return f"({text} IS NOT NULL AND (NOT {sound} OR {wrong_head}))"


def sound_credit_code(text: str) -> str:
    """SQL: is the text a credit code by its form and check character?"""
    form = f"regexp_full_match({text}, '[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}')"
    digits = (f"(strpos({literal(_ALPHABET)}, {text}[{i + 1}]) - 1)" for i in range(18))
    total = " + ".join(f"{w} * {d}" for w, d in zip(_CREDIT, digits, strict=True))
    return f"({form} AND ({total}) % 31 = 0)"


def sound_resident_id(text: str) -> str:
    """SQL: is the text a resident ID by its form, check character and date of birth?"""
    form = f"regexp_full_match({text}, '[0-9]{{17}}[0-9X]')"
    digits = (f"{w} * (ascii({text}[{i}]) - 48)" for i, w in enumerate(_RESIDENT, 1))
    last = f"if({text}[18] = 'X', 10, ascii({text}[18]) - 48)"
    total = f"{' + '.join(digits)} + {last}"
    born = f"{text}[7:10] || '-' || {text}[11:12] || '-' || {text}[13:14]"
    day = f"TRY_CAST({born} AS DATE) IS NOT NULL"
    return f"coalesce({form} AND ({total}) % 11 = 1 AND {day}, false)"
