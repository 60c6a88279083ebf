"""Identifiers that check themselves: resident IDs (GB 11643), unified social credit codes
(GB 32100)."""

from __future__ import annotations

import re

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from workbench.model.contract import Identifier

_RESIDENT = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CREDIT = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""First two digits of GB/T 2260; 81 to 83 also stand on residence permits."""

_CENTURIES = frozenset({"18", "19", "20"})


def well_formed(identifier: Identifier | None, value: str) -> bool:
    """Whether ``value`` passes what its kind of identifier can be checked by alone."""
    match identifier:
        case Identifier.resident_id:
            return valid_resident_id(value)
        case Identifier.credit_code:
            return valid_credit_code(value)
        case _:
            return True


def valid_resident_id(value: str) -> bool:
    """18 digits with province, birth date and check digit (GB 11643); 15-digit IDs ended in 2013.

    The county is not looked up: a person keeps the code of the county where they registered, which
    may be younger than they are, or gone.
    """
    if not _RESIDENT.fullmatch(value) or not _PROVINCE.fullmatch(value[:2]):
        return False
    if value[6:8] not in _CENTURIES or value[-1] != ric.calc_check_digit(value):
        return False
    try:
        ric.get_birth_date(value)
    except ValidationError:
        return False
    return True


def valid_credit_code(value: str) -> bool:
    """18 characters with the check character of GB 32100.

    The library refuses letters in the first place; rural collectives (N...) and bodies of the
    military (A...) have them.
    """
    return bool(_CREDIT.fullmatch(value)) and value[-1] == uscc.calc_check_digit(value[:17])
