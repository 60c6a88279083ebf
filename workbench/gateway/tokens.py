"""Signed tokens: what they hold, how long they live, and why one is refused. Pure but for jti.

HS256 with the keyring's token key: the gateway is the only one who signs and the only one who
reads. The audience keeps the kinds apart, so that a session token (which can be renewed into
access for hours) is never taken for an access token, and a door token (which opens pages for
others) is neither.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from workbench.errors import Code, Text, WorkbenchError, simple

ISSUER = "qiku-workbench"
ALGORITHM = "HS256"
ACCESS = "workbench:access"
SESSION = "workbench:session"
DOOR = "workbench:door"
ACCESS_LIFE = timedelta(minutes=15)
"""Our default."""
SESSION_LIFE = timedelta(hours=12)
"""Our default: one working day."""
MAX_LENGTH = 4096
"""Characters; ours have about 400."""


@dataclass(frozen=True)
class Claims:
    """What a token says.

    ``epoch`` is the person's session epoch when it was issued; ``viewer`` is the person behind a
    page. ``until`` is when the session ends: an access token may be renewed until then only where
    ``sliding`` is set (a Flight sign-in, whose client cannot send a session token).
    """

    subject: str
    audience: str
    epoch: int
    issued: datetime
    expires: datetime
    until: datetime
    viewer: str = ""
    sliding: bool = False


def encode(claims: Claims, key: bytes) -> str:
    body: dict[str, Any] = {
        "iss": ISSUER,
        "aud": claims.audience,
        "sub": claims.subject,
        "iat": int(claims.issued.timestamp()),
        "exp": int(claims.expires.timestamp()),
        "jti": secrets.token_hex(8),
        "epoch": claims.epoch,
        "until": int(claims.until.timestamp()),
    }
    if claims.viewer:
        body["viewer"] = claims.viewer
    if claims.sliding:
        body["sliding"] = True
    return jwt.encode(body, key, algorithm=ALGORITHM)


def decode(token: str, audience: str, key: bytes, now: datetime) -> Claims:
    """The claims of a genuine token of this audience that still lives at ``now`` (aware).

    Raises Unauthenticated: ``unauthenticated`` for one that is not ours or of another kind,
    ``token_expired`` for one past its time.
    """
    if not token or len(token) > MAX_LENGTH:
        raise not_signed_in()
    try:
        body = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            options={
                "require": ["iss", "aud", "sub", "iat", "exp", "jti"],
                # Time is judged below, by the clock that was passed in.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        claims = _claims(body, audience, now)
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError, OSError):
        raise not_signed_in() from None
    if now >= claims.expires:
        raise expired()
    return claims


def _claims(body: Mapping[str, Any], audience: str, now: datetime) -> Claims:
    def moment(name: str) -> datetime:
        return datetime.fromtimestamp(int(body[name]), tz=now.tzinfo)

    return Claims(
        subject=str(body["sub"]),
        audience=audience,
        epoch=int(body["epoch"]),
        issued=moment("iat"),
        expires=moment("exp"),
        until=moment("until"),
        viewer=str(body.get("viewer", "")),
        sliding=body.get("sliding") is True,
    )


_SIGN_IN = Text(
    "请重新登录：workbench.connect() 或 workbench login。",
    "Sign in again: workbench.connect() or workbench login.",
)


def not_signed_in() -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        "未登录，或令牌无效。",
        "Not signed in, or the token is not valid.",
        next=_SIGN_IN,
    )


def expired() -> WorkbenchError:
    return simple(
        Code.token_expired,
        "令牌已过期。",
        "The token has expired.",
        rule=Text(
            "访问令牌 15 分钟，会话 12 小时（本产品默认）。",
            "Access tokens live 15 minutes, sessions 12 hours (our default).",
        ),
        next=_SIGN_IN,
    )
