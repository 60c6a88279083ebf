"""Whose ledger a store holds, so that no city writes into another one's."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import insert, select

from workbench.errors import Text, WorkbenchError
from workbench.store.faults import unfit
from workbench.store.tables import owner

if TYPE_CHECKING:
    from workbench.store.session import Store


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the 32 bytes of a checkpoint key's public half, in hex."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


class Owner:
    """The mark of the keys that write this store's ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self) -> str | None:
        """The fingerprint, None before anyone wrote one."""
        with self._store.reading() as connection:
            return connection.execute(select(owner.c.fingerprint)).scalar_one_or_none()

    def claim(self, key: Ed25519PublicKey) -> None:
        """Mark an unmarked store. Raises ``Unavailable`` where it bears another mark."""
        mine = fingerprint(key)
        found = self.known()
        if found is None:
            with self._store.writing() as connection:
                found = self.known()
                if found is None:
                    connection.execute(insert(owner).values(fingerprint=mine))
                    found = mine
        if found != mine:
            raise _another(self._store.shown, found, mine)


def _another(shown: str, found: str, mine: str) -> WorkbenchError:
    return unfit(
        f"存储库 {shown} 属于另一座城市或另一套密钥（{found[:16]}，本城市为 {mine[:16]}）。",
        f"The store {shown} belongs to another city or to other keys ({found[:16]}; ours are "
        f"{mine[:16]}).",
        Text(
            "请检查存储库地址；同一数据库中的每座城市须有自己的 schema；"
            "若密钥系误换，请从备份恢复密钥目录。",
            "Check the store's address; each city in one database has a schema of its own; where "
            "the keys were exchanged by mistake, restore their folder from the backup.",
        ),
        Text(
            "两把密钥写入同一账本，会使每一条都像伪造。",
            "Two keys in one ledger would make its entries look forged.",
        ),
    )
