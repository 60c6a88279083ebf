"""The closed list of forms in which a delivery may write a day or a moment.

A form without a day is the first day of its month or year, since the contract that names the form
says so. Nothing else is filled in: two-digit years, and months written as 2024.1 (a spreadsheet
makes 2024.1 of 2024.10), have no form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

_Y, _M, _D = "(?P<y>[0-9]{4})", "(?P<m>[0-9]{1,2})", "(?P<d>[0-9]{1,2})"
_CLOCK = "(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})"
_CLOCK_S = f"{_CLOCK}:(?P<S>[0-9]{{2}})"
_NUMERAL = "[〇零一二三四五六七八九]"
_COUNT = "[一二三四五六七八九十]{1,3}"

_DAYS: Mapping[str, str] = {
    "yyyy-M-d": f"{_Y}-{_M}-{_D}",
    "yyyy/M/d": f"{_Y}/{_M}/{_D}",
    "yyyy.M.d": f"{_Y}[.]{_M}[.]{_D}",
    "yyyyMMdd": "(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
    "yyyy年M月d日": f"{_Y}年{_M}月{_D}日",
    "二〇二四年三月五日": f"(?P<yc>{_NUMERAL}{{4}})年(?P<mc>{_COUNT})月(?P<dc>{_COUNT})日",
    "d/M/yyyy": f"{_D}/{_M}/{_Y}",
    "M/d/yyyy": f"{_M}/{_D}/{_Y}",
    "yyyy年M月": f"{_Y}年{_M}月",
    "yyyy-MM": "(?P<y>[0-9]{4})-(?P<m>[0-9]{2})",
    "yyyyMM": "(?P<y>[0-9]{4})(?P<m>[0-9]{2})",
    "yyyy年": f"{_Y}年",
    "yyyy": _Y,
    "excelSerial": "(?P<serial>[0-9]{2,5})",
}
_MOMENTS: Mapping[str, str] = {
    "yyyy-M-d H:mm": f"{_DAYS['yyyy-M-d']} {_CLOCK}",
    "yyyy-M-d H:mm:ss": f"{_DAYS['yyyy-M-d']} {_CLOCK_S}",
    "yyyy/M/d H:mm": f"{_DAYS['yyyy/M/d']} {_CLOCK}",
    "yyyy/M/d H:mm:ss": f"{_DAYS['yyyy/M/d']} {_CLOCK_S}",
    "yyyyMMddHHmmss": f"{_DAYS['yyyyMMdd']}(?P<H>[0-9]{{2}})(?P<M>[0-9]{{2}})(?P<S>[0-9]{{2}})",
    "yyyy年M月d日 H:mm:ss": f"{_DAYS['yyyy年M月d日']} ?{_CLOCK_S}",
    "yyyy年M月d日 H时m分": f"{_DAYS['yyyy年M月d日']} ?(?P<H>[0-9]{{1,2}})时(?P<M>[0-9]{{1,2}})分",
    "yyyy年M月d日 H时m分s秒": (
        f"{_DAYS['yyyy年M月d日']} ?(?P<H>[0-9]{{1,2}})时(?P<M>[0-9]{{1,2}})分(?P<S>[0-9]{{1,2}})秒"
    ),
    "yyyy-MM-ddTHH:mm:ss+08:00": f"{_DAYS['yyyy-M-d']}T{_CLOCK_S}[+]08:00",
}

ONLY_TIMESTAMP = frozenset(_MOMENTS)
FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern) for name, pattern in {**_DAYS, **_MOMENTS}.items()
}

_FIRST_SERIAL = 61
"""1 March 1900: the day numbers of spreadsheets before it count a 29 February 1900."""
_ORIGIN = date(1899, 12, 30)


def moment(text: str, form: str) -> datetime | None:
    """What ``text`` says in that form, or None where it is not written so or does not exist."""
    found = FORMS[form].fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    try:
        return _moment(part)
    except ValueError:
        return None


def _moment(part: Mapping[str, str | None]) -> datetime:
    if (serial := part.get("serial")) is not None:
        if int(serial) < _FIRST_SERIAL or serial[0] == "0":
            raise ValueError(serial)
        return datetime.combine(_ORIGIN + timedelta(days=int(serial)), datetime.min.time())
    if (year := part.get("yc")) is not None:
        digits = "".join(str(_value(c)) for c in year)
        return datetime(int(digits), _counted(part["mc"] or ""), _counted(part["dc"] or ""))
    day = date(int(part["y"] or 0), int(part.get("m") or 1), int(part.get("d") or 1))
    hour, minute, second = (int(part.get(key) or 0) for key in "HMS")
    return datetime.combine(day, time(hour, minute, second))


def _value(numeral: str) -> int:
    return 0 if numeral == "零" else "〇一二三四五六七八九".index(numeral)


def _counted(text: str) -> int:
    """1 to 99 as it is counted: 三, 十, 十二, 二十, 三十一. Raises ValueError."""
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        raise ValueError(text)
    if not ten:
        return _value(ones)
    return (_value(tens) if tens else 1) * 10 + (_value(ones) if ones else 0)
