"""The composition root: everything that a gateway is made of, opened once, for one city."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from workbench.catalogue.kept import Progress, in_silence
from workbench.extracts.versions import Extracts
from workbench.gateway.auth import Auth
from workbench.gateway.comparing import CompareKeys
from workbench.gateway.exports import Exports
from workbench.gateway.sources import CitySource, GrantSource
from workbench.gateway.state import open_state, utc_now
from workbench.ledger.record import Ledger
from workbench.query_path import QueryPath
from workbench.store.keyring import Keyring
from workbench.store.layout import Layout, private_folder
from workbench.store.secrets import Secrets
from workbench.store.session import Store

DISTRIBUTION = "qiku-workbench"
PRODUCT = "Qiku Workbench {}"


@dataclass(frozen=True)
class Workbench:
    """The opened parts. ``close`` ends queries, then the store."""

    layout: Layout
    city: CitySource
    store: Store
    keyring: Keyring
    ledger: Ledger
    extracts: Extracts
    query_path: QueryPath
    auth: Auth
    exports: Exports
    compare_keys: CompareKeys
    clock: Callable[[], datetime]

    def close(self) -> None:
        self.query_path.close()
        self.store.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def version() -> str:
    return metadata.version(DISTRIBUTION)


def open_workbench(
    root: Path, clock: Callable[[], datetime] = utc_now, progress: Progress = in_silence
) -> Workbench:
    """Open the city at ``root``. ``clock`` gives aware datetimes; ``progress`` is told of the
    contracts that were read.

    Raises InvalidInput with all findings for wrong contracts, Unavailable for a store or keys
    that cannot be opened.
    """
    city = CitySource(root, progress=progress)
    state = open_state(root, clock)
    layout, store, keyring, ledger = state.layout, state.store, state.keyring, state.ledger
    try:
        extracts = Extracts(layout.extracts)
        grants = GrantSource(city, store.revocations.all, store.version)
        query_path = QueryPath(
            city=city,
            grants=grants,
            store_version=store.version,
            session_of=_session_of(store),
            ledger=ledger,
            extracts=extracts,
            mask_key=keyring.mask_key,
            state=private_folder(layout.workspaces),
            clock=clock,
            allowances=store.allowances,
            look=city.look,
            account=Secrets(layout.secrets, keyring.audit_key).get,
        )
    except BaseException:
        store.close()
        raise
    return Workbench(
        layout=layout,
        city=city,
        store=store,
        keyring=keyring,
        ledger=ledger,
        extracts=extracts,
        query_path=query_path,
        auth=Auth(store.users, keyring.token_key, ledger, clock),
        exports=Exports(
            ledger,
            city,
            grants,
            extracts,
            keyring.checkpoint_key,
            clock,
            PRODUCT.format(version()),
            sound=lambda: city.problem is None,
        ),
        compare_keys=CompareKeys(ledger, city, grants, keyring.mask_key, clock),
        clock=clock,
    )


def _session_of(store: Store) -> Callable[[str], int | None]:
    def session_of(person: str) -> int | None:
        user = store.users.get(person)
        return None if user is None or user.disabled else user.session_epoch

    return session_of
