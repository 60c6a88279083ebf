"""Who is asking: passwords to tokens, tokens to Actors.

Heilongjiang 2025 art. 38 asks for strong account security: short-lived tokens, checked against
the store at each use, so that a disabled person or a changed password ends them at once; every
sign-in and every failure stands in the ledger.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.errors import Unauthenticated
from workbench.gateway import tokens
from workbench.gateway.auth_refusals import bad_page_id, disabled, wrong_password
from workbench.gateway.sign_ins import DOOR_PREFIX, PAGE_PREFIX, Recorder, SignIns, User, Users
from workbench.gateway.tokens import ACCESS, ACCESS_LIFE, DOOR, SESSION, SESSION_LIFE, Claims
from workbench.model.actor import Actor, Role

_PAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
MAX_ID, MAX_PASSWORD = 128, 1024
"""Characters; longer ones are refused before they are hashed."""
SIGN_INS_AT_ONCE = 4
"""argon2 takes memory and a core each (our default)."""
FLIGHT = "flight sql"
"""The medium, and the address of all who sign in there: a handshake shows none. Who is throttled
there by a stranger signs in over HTTP."""


@dataclass(frozen=True)
class Tokens:
    """``expires_in`` and ``session_expires_in`` are seconds."""

    access_token: str
    expires_in: int
    session_token: str
    session_expires_in: int


@dataclass(frozen=True)
class Access:
    access_token: str
    expires_in: int


@dataclass(frozen=True)
class Known:
    """An authenticated caller, whose session ends at ``until``. ``renewed`` is a fresh access token
    to send back, or empty."""

    actor: Actor
    until: datetime
    renewed: str = ""


class Auth:
    """``token_key`` signs; ``clock`` gives an aware datetime; ``ledger`` records sign-ins."""

    def __init__(
        self, users: Users, token_key: bytes, ledger: Recorder, clock: Callable[[], datetime]
    ) -> None:
        self._users = users
        self._key = token_key
        self._sign_ins = SignIns(users, ledger)
        self._clock = clock
        self._gate = threading.BoundedSemaphore(SIGN_INS_AT_ONCE)

    def sign_in(self, user: str, password: str, medium: str = "http", address: str = "") -> Tokens:
        """Tokens for a person, who sits at ``address`` (empty: on this machine). Raises
        Unauthenticated, the same for an unknown person and a wrong password; Unavailable where
        the ledger cannot record it."""
        person = self._checked(user, password, medium, address)
        now = self._clock()
        return self._tokens(self._claims(person, SESSION, now, now + SESSION_LIFE), now)

    def sign_in_for_flight(self, user: str, password: str) -> str:
        """An access token that ``known`` renews while it is used, until the session's end: a
        Flight client has no way to send a session token."""
        person = self._checked(user, password, FLIGHT, FLIGHT)
        now = self._clock()
        until = now + SESSION_LIFE
        claims = self._claims(person, ACCESS, now, now + ACCESS_LIFE, until=until, sliding=True)
        return tokens.encode(claims, self._key)

    def refresh(self, session_token: str) -> Access:
        """A new access token. Raises Unauthenticated."""
        now = self._clock()
        session = tokens.decode(session_token, SESSION, self._key, now)
        self._person_of(session)
        return self._access_for(session, now)

    def actor_of(self, access_token: str) -> Actor:
        """Who holds this token, as the store knows them now. Raises Unauthenticated."""
        return self.known(access_token).actor

    def known(self, access_token: str) -> Known:
        """``actor_of``, and a renewed token when a sliding one is past half of its life."""
        now = self._clock()
        claims = tokens.decode(access_token, ACCESS, self._key, now)
        person = self._person_of(claims)
        return Known(_actor(claims, person), claims.until, self._renewed(claims, now))

    # Pages -----------------------------------------------------------------------------------

    def page_session(self, page: str, viewer: str) -> str:
        """A session token for the page acting for ``viewer``, who must be an enabled person.

        Never reachable from outside: the operator's own process calls it (``workbench up``).
        Raises InvalidInput for a bad page id, Unauthenticated for an unknown or disabled viewer.
        """
        if not _PAGE_ID.fullmatch(page):
            raise bad_page_id(page)
        person = self._users.get(viewer)
        if person is None:
            raise tokens.not_signed_in()
        if person.disabled:
            raise disabled()
        return self.page_tokens(page, person).session_token

    def page_tokens(self, page: str, person: User, door: str = "") -> Tokens:
        """For the page acting for ``person``, who may look at it (``page_sessions`` asks). ``door``
        is who vouched for them; empty for the operator's own process."""
        now = self._clock()
        ends = now + SESSION_LIFE
        session = Claims(
            subject=PAGE_PREFIX + page,
            audience=SESSION,
            epoch=person.session_epoch,
            issued=now,
            expires=ends,
            until=ends,
            viewer=person.id,
        )
        self._sign_ins.page(page, person.id, door)
        return self._tokens(session, now)

    def page_refused(self, page: str, viewer: str, door: str) -> None:
        """Record that a page was not opened. ``viewer`` is empty where nobody is called so."""
        self._sign_ins.page_refused(page, viewer, door)

    def enabled(self, person: str) -> User | None:
        """The person of this id, unless disabled."""
        found = self._users.get(person)
        return None if found is None or found.disabled else found

    def door_token(self, name: str) -> str:
        """What a server of pages shows to open pages for the people whom it lets in.

        It is good for nothing else, lives as long as a session and is renewed by minting another.
        Never reachable from outside, like ``page_session``. Raises InvalidInput for a bad name.
        """
        if not _PAGE_ID.fullmatch(name):
            raise bad_page_id(name)
        now = self._clock()
        ends, door = now + SESSION_LIFE, DOOR_PREFIX + name
        self._sign_ins.door(door)
        return tokens.encode(Claims(door, DOOR, 0, now, ends, ends), self._key)

    def door_of(self, token: str) -> str:
        """Which door holds this token. Raises Unauthenticated."""
        return tokens.decode(token, DOOR, self._key, self._clock()).subject

    # -----------------------------------------------------------------------------------------

    def _checked(self, user: str, password: str, medium: str, address: str) -> User:
        # A person who is called like a page must never become one.
        fits = 0 < len(user) <= MAX_ID and not user.startswith(PAGE_PREFIX)
        fits = fits and 0 < len(password) <= MAX_PASSWORD
        person = None
        try:
            if fits:
                with self._gate:
                    person = self._users.verify(user, password, address)
            if person is None:
                raise wrong_password()
        except Unauthenticated:
            # A wrong password, too many of them, or a disabled person.
            self._sign_ins.failed(user if fits else "", medium)
            raise
        self._sign_ins.person(person, medium)
        return person

    def _person_of(self, claims: Claims) -> User:
        """The person behind a token: the viewer where it is a page's."""
        person = self._users.get(claims.viewer or claims.subject)
        if person is None:
            raise tokens.not_signed_in()
        if person.disabled:
            raise disabled()
        if person.session_epoch != claims.epoch:
            raise tokens.expired()
        return person

    def _claims(
        self,
        person: User,
        audience: str,
        now: datetime,
        expires: datetime,
        *,
        until: datetime | None = None,
        sliding: bool = False,
    ) -> Claims:
        return Claims(
            subject=person.id,
            audience=audience,
            epoch=person.session_epoch,
            issued=now,
            expires=expires,
            until=until or expires,
            sliding=sliding,
        )

    def _tokens(self, session: Claims, now: datetime) -> Tokens:
        access = self._access_for(session, now)
        return Tokens(
            access_token=access.access_token,
            expires_in=access.expires_in,
            session_token=tokens.encode(session, self._key),
            session_expires_in=int((session.expires - now).total_seconds()),
        )

    def _access_for(self, session: Claims, now: datetime) -> Access:
        """Access never outlives its session."""
        expires = min(now + ACCESS_LIFE, session.until)
        claims = Claims(
            subject=session.subject,
            audience=ACCESS,
            epoch=session.epoch,
            issued=now,
            expires=expires,
            until=session.until,
            viewer=session.viewer,
        )
        return Access(tokens.encode(claims, self._key), int((expires - now).total_seconds()))

    def _renewed(self, claims: Claims, now: datetime) -> str:
        if not claims.sliding or claims.expires - now > ACCESS_LIFE / 2:
            return ""
        expires = min(now + ACCESS_LIFE, claims.until)
        if expires - claims.expires < timedelta(seconds=1):
            return ""
        fresh = Claims(**{**claims.__dict__, "issued": now, "expires": expires})
        return tokens.encode(fresh, self._key)


def _actor(claims: Claims, person: User) -> Actor:
    if not claims.viewer:
        return Actor(person.id, person.department, frozenset(person.roles))
    return Actor(
        id=claims.subject,
        department=claims.subject,
        roles=frozenset({Role.page}),
        viewer=person.id,
        viewer_department=person.department,
    )
