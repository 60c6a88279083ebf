"""What a command is known by when it is sent again. Pure."""

from __future__ import annotations

from hashlib import sha256

from workbench.model.actor import Actor


def told_digest(*told: object) -> str:
    return sha256("\n".join(map(repr, told)).encode()).hexdigest()


def key_of(actor: Actor, key: str) -> str:
    """A key is the sender's own: nobody finds out by it what another one did."""
    return sha256(f"{actor.id}\n{key}".encode()).hexdigest()
