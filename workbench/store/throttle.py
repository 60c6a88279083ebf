"""The throttle on wrong passwords: soon for a name from one address, far later for the name itself.

A stranger knows names. Were only the name counted, a few wrong passwords a minute would keep its
owner out; were only the address, a guesser with many addresses would go on without end.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.store.tables import sign_in_failures

if TYPE_CHECKING:
    from workbench.store.session import Store

FAILURES = 5
NAME_FAILURES = 50
"""One address comes to about 10 of these in a window, and is then held by its own count."""
WINDOW = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)
"""After ``FAILURES`` within ``WINDOW`` a name is refused for ``PAUSE`` to this address, after
``NAME_FAILURES`` to everybody; the next failure after a pause begins another (our defaults)."""
IPV6_PREFIX = 64
"""Bits: whoever has one IPv6 address commonly has all of its network (RFC 6177)."""

_Subject = sign_in_failures.c.user_id


class Throttle:
    """In the store, so that it holds in every process. It keeps digests: people type passwords
    into the wrong box."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def check(self, name: str, address: str) -> None:
        """Raises ``Unauthenticated`` while this name is refused to who asks from here."""
        now = self._clock()
        for subject, most, error in (
            (_at(name, address), FAILURES, _too_many_here),
            (_name(name), NAME_FAILURES, _too_many_anywhere),
        ):
            times = self._times(subject, now)
            if len(times) >= most and max(times) + PAUSE > now:
                raise error(max(1, round((max(times) + PAUSE - now).total_seconds())))

    def failed(self, name: str, address: str) -> None:
        now, old = self._clock(), sign_in_failures.c.at
        rows = [{"user_id": s, "at": now} for s in (_at(name, address), _name(name))]
        with self._store.writing() as connection:
            connection.execute(
                delete(sign_in_failures).where((old <= now - WINDOW) | (old > now + PAUSE))
            )
            connection.execute(insert(sign_in_failures), rows)

    def has_failed(self, name: str, address: str) -> bool:
        with self._store.reading() as connection:
            mine = select(sign_in_failures.c.id).where(_Subject == _at(name, address))
            return connection.execute(mine).first() is not None

    def forget(self, connection: Connection, name: str, address: str) -> None:
        """Who came in from here is no guesser. What others tried elsewhere counts on."""
        connection.execute(delete(sign_in_failures).where(_Subject == _at(name, address)))

    def _times(self, subject: str, now: datetime) -> list[datetime]:
        at = sign_in_failures.c.at
        # Of the future, where a clock was set back, is forgotten: nobody waits for a year.
        found = select(at).where(_Subject == subject, at > now - WINDOW, at <= now + PAUSE)
        with self._store.reading() as connection:
            return [row.at for row in connection.execute(found)]


def _name(name: str) -> str:
    return _digest("name", name)


def _at(name: str, address: str) -> str:
    return _digest("at", name, place_of(address))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def place_of(address: str) -> str:
    """What counts as one address: an IPv6 one with all of its network; what is no address stands
    for itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), IPV6_PREFIX), strict=False))


def _too_many_here(seconds: int) -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        f"密码错误次数过多，请在 {seconds} 秒后重试。",
        f"Too many wrong passwords: try again in {seconds} seconds.",
    )


def _too_many_anywhere(seconds: int) -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        f"密码错误次数过多，请在 {seconds} 秒后重试。",
        f"Too many wrong passwords: try again in {seconds} seconds.",
        why=Text(
            "有人从多个地址对这个用户名反复试密码。",
            "Somebody tries passwords for this name from many addresses.",
        ),
        next=Text("如持续如此，请联系安全管理员。", "If it goes on, ask the security manager."),
    )
