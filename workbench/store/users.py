"""Local users: passwords (argon2id), roles, and the throttle on wrong passwords."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, insert, select, update

from workbench.errors import Code, Text, simple
from workbench.model.actor import SEPARATED, Role
from workbench.store.tables import users
from workbench.store.throttle import Throttle

if TYPE_CHECKING:
    from workbench.store.session import Store

MIN_PASSWORD = 12
"""Characters (our default)."""
MAX_PASSWORD = 1024
"""Characters: hashing a longer one is work for an attacker to give (our default)."""

_MOST_KNOWN = 10_000
"""People kept in mind at a time."""

_ID = re.compile(r"[^\s:/\\\x00-\x1f\x7f]{1,128}")


@dataclass(frozen=True)
class User:
    """``session_epoch`` goes up when old tokens must die: disabled, new password, new roles."""

    id: str
    department: str
    roles: frozenset[Role]
    disabled: bool = False
    session_epoch: int = 0


class Users:
    def __init__(
        self, store: Store, clock: Callable[[], datetime], hasher: PasswordHasher | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._throttle = Throttle(store, clock)
        # Attempts on one id come one after the other, so that a burst cannot outrun the throttle.
        self._turns = tuple(threading.Lock() for _ in range(64))
        self._known: dict[str, tuple[int, User | None]] = {}

    def add(self, id: str, password: str, department: str, roles: Iterable[Role]) -> User:  # noqa: A002
        """A new user. ``InvalidInput`` for a bad id, a weak password or a known id; ``Refused``
        for roles that must not meet in one person (Foshan 2019 art. 40)."""
        user = User(_sound_id(id), department, _sound_roles(roles))
        hashed = self._hasher.hash(_sound_password(password))
        with self._store.writing() as connection:
            if self._row(connection, id) is not None:
                raise simple(
                    Code.invalid_request,
                    f"用户 {id} 已存在。",
                    f"The user {id} already exists.",
                    subject=id,
                )
            row = {"id": id, "department": department, "password_hash": hashed}
            kept = {"roles": _kept(user.roles), "created_at": self._clock()}
            connection.execute(insert(users).values(**row, **kept))
            self._store.changed(connection)
        return user

    def verify(self, id: str, password: str, address: str = "") -> User | None:  # noqa: A002
        """The user, if the password is theirs; takes as long for an unknown user. ``address`` is
        where they sit, or the name of another way in; empty on the machine itself.

        Raises ``Unauthenticated``: too many wrong passwords (unauthenticated), or the right one
        of a disabled user (user_disabled).
        """
        if not _is_sound_id(id):
            self._matches(self._unknown, password)
            return None
        with self._turns[hash(id) % len(self._turns)]:
            self._throttle.check(id, address)
            with self._store.reading() as connection:
                row = self._row(connection, id)
            unknown = self._unknown
            if not self._matches(unknown if row is None else row.password_hash, password):
                row = None
            if row is None:
                self._throttle.failed(id, address)
                return None
            self._succeeded(row, password, address)
        if row.disabled:
            raise simple(
                Code.user_disabled,
                f"用户 {id} 已停用。",
                f"The user {id} is disabled.",
                next=Text("请联系平台管理员。", "Ask the administrators of the workbench."),
                subject=id,
            )
        return _user(row)

    def get(self, id: str) -> User | None:  # noqa: A002
        """The person as of now: asked for with every query, so read once a change."""
        if not _is_sound_id(id):
            return None
        version = self._store.version()  # before the row: a change between them is seen next time
        known = self._known.get(id)
        if known is not None and known[0] == version:
            return known[1]
        with self._store.reading() as connection:
            row = self._row(connection, id)
        user = None if row is None else _user(row)
        if not self._store.is_writing:  # what is read inside a transaction may be undone
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[id] = version, user
        return user

    def all(self) -> tuple[User, ...]:
        with self._store.reading() as connection:
            rows = connection.execute(select(users)).all()
        # Sorted here: a database sorts by the rules of its own locale.
        return tuple(sorted((_user(row) for row in rows), key=lambda user: user.id))

    def disable(self, id: str) -> None:  # noqa: A002
        self._change(id, {"disabled": True}, ends_sessions=True)

    def enable(self, id: str) -> None:  # noqa: A002
        self._change(id, {"disabled": False}, ends_sessions=False)

    def set_password(self, id: str, password: str) -> None:  # noqa: A002
        hashed = self._hasher.hash(_sound_password(password))
        self._change(id, {"password_hash": hashed}, ends_sessions=True)

    def set_roles(self, id: str, roles: Iterable[Role]) -> None:  # noqa: A002
        self._change(id, {"roles": _kept(_sound_roles(roles))}, ends_sessions=True)

    def _change(self, id: str, values: dict[str, Any], *, ends_sessions: bool) -> None:  # noqa: A002
        if ends_sessions:
            values = {**values, "session_epoch": users.c.session_epoch + 1}
        with self._store.writing() as connection:
            changed = connection.execute(update(users).where(users.c.id == id).values(**values))
            if changed.rowcount == 0:
                raise simple(
                    Code.invalid_request,
                    f"没有用户 {id}。",
                    f"There is no user {id}.",
                    subject=id,
                )
            self._store.changed(connection)

    @cached_property
    def _unknown(self) -> str:
        """A hash to verify against where there is no user, so that the time does not tell."""
        return self._hasher.hash("nobody has this password")

    @staticmethod
    def _row(connection: Connection, id: str) -> Row[Any] | None:  # noqa: A002
        return connection.execute(select(users).where(users.c.id == id)).first()

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, _bytes(password[:MAX_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False

    def _succeeded(self, row: Row[Any], password: str, address: str) -> None:
        """Forget the failures; hash anew where the library's parameters have grown."""
        stale = self._hasher.check_needs_rehash(row.password_hash)
        hashed = self._hasher.hash(_bytes(password)) if stale else ""
        if not stale and not self._throttle.has_failed(row.id, address):
            return
        with self._store.writing() as connection:
            self._throttle.forget(connection, row.id, address)
            if stale:
                same = (users.c.id == row.id) & (users.c.password_hash == row.password_hash)
                connection.execute(update(users).where(same).values(password_hash=hashed))


def _user(row: Row[Any]) -> User:
    roles = frozenset(Role(name) for name in row.roles)
    return User(row.id, row.department, roles, bool(row.disabled), row.session_epoch)


def _kept(roles: Iterable[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def _bytes(password: str) -> bytes:
    """One password whichever keyboard composed it (NFC, as RFC 8265 has it)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _is_sound_id(id: str) -> bool:  # noqa: A002
    plain = bool(_ID.fullmatch(id)) and id.isprintable()
    return plain and unicodedata.normalize("NFKC", id) == id


def _sound_id(id: str) -> str:  # noqa: A002
    if _is_sound_id(id):
        return id
    raise simple(
        Code.invalid_request,
        "用户名须为 1 至 128 个可见字符，不含空格、冒号和斜线，并采用规范写法（NFKC）。",
        "A user id has 1 to 128 visible characters without spaces, colons or slashes, in their "
        "normal form (NFKC).",
    )


def _sound_password(password: str) -> bytes:
    if MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        return _bytes(password)
    raise simple(
        Code.invalid_request,
        f"密码须为 {MIN_PASSWORD} 至 {MAX_PASSWORD} 个字符。",
        f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.",
        next=Text("可用 --generate 生成。", "--generate makes one."),
    )


def _sound_roles(roles: Iterable[Role]) -> frozenset[Role]:
    found = frozenset(roles)
    if Role.page in found:
        raise simple(
            Code.invalid_request,
            "角色 page 属于登记的页面，不能授予个人。",
            "The role page belongs to registered pages; a person cannot have it.",
        )
    apart = sorted(found & SEPARATED)
    if len(apart) > 1:
        raise simple(
            Code.roles_separated,
            f"一人不得兼任：{'、'.join(apart)}。",
            f"One person may not hold these roles together: {', '.join(apart)}.",
            why=Text(
                "数据运营、审计与安全管理须由不同的人担任。",
                "Data operation, audit and security management are different people.",
            ),
            rule=Text("佛山 2019 第四十条", "Foshan 2019 art. 40"),
            next=Text("请为另一角色设立另一用户。", "Give the other role to another person."),
        )
    return found
