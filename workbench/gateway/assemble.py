"""The composition root: everything that a gateway is made of, opened once, for one city."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from workbench.catalogue.kept import Progress, in_silence
from workbench.extracts.versions import Extracts
from workbench.gateway.anomalywork import Findings
from workbench.gateway.assessing import Assessing, open_assessing
from workbench.gateway.auth import Auth
from workbench.gateway.briefs import BriefDesk
from workbench.gateway.comparing import CompareKeys
from workbench.gateway.delivering import Delivering
from workbench.gateway.derived import DerivedDesk
from workbench.gateway.derived_files import Place
from workbench.gateway.exports import Exports
from workbench.gateway.noising import NoiseDesk
from workbench.gateway.portal_search import PortalDesk
from workbench.gateway.ruled import RuledCity
from workbench.gateway.sources import GrantSource
from workbench.gateway.state import open_state, utc_now
from workbench.gateway.told_desk import ToldDesk, ToldParts
from workbench.gateway.trail import TrailDesk
from workbench.gateway.uses import UseDesk
from workbench.gateway.verifying import Verifying
from workbench.gateway.what_ifs import WhatIfDesk
from workbench.ledger.record import Ledger
from workbench.libraries.what_if import load_inputs
from workbench.query_path import QueryPath
from workbench.query_path.disputing import Disputing
from workbench.sharing.anomalies.closing import Closing
from workbench.sharing.anomalies.rules import Rule, rules_of
from workbench.sharing.anomalies.watch import AnomalyWatch
from workbench.sharing.consented import open_consented
from workbench.sharing.desk import Desk
from workbench.sharing.entity_trail import EntityTrail
from workbench.sharing.opening import (
    Measure,
    open_desk,
    open_keeping,
    open_measure,
    open_outbox,
    open_profile,
)
from workbench.sharing.outbox import Counts
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.destroying import Destroying
from workbench.sharing.procedures.opening import open_procedures
from workbench.sharing.procedures.watch import ProcedureWatch
from workbench.sharing.revoking import Revoking
from workbench.sharing.told_keeping import ToldKeeping
from workbench.sharing.use_lines import UseBook
from workbench.sharing.watch import Watch
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
    city: RuledCity
    store: Store
    keyring: Keyring
    ledger: Ledger
    extracts: Extracts
    query_path: QueryPath
    auth: Auth
    exports: Exports
    compare_keys: CompareKeys
    noise: NoiseDesk
    cases: Desk
    procedures: ProcedureDesk
    assessing: Assessing
    measure: Measure
    uses: UseDesk
    told: ToldDesk
    trail: TrailDesk
    portals: PortalDesk
    what_ifs: WhatIfDesk
    briefs: BriefDesk
    derived: DerivedDesk
    watch: Watch
    keeping: ToldKeeping
    delivering: Delivering
    anomalies: AnomalyWatch
    findings: Findings
    send: Callable[[datetime], Counts]
    clock: Callable[[], datetime]

    def close(self) -> None:
        self.query_path.close()
        self.trail.verifying.stop()
        self.told.stop()
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
    state = open_state(root, clock)
    layout, store, keyring, ledger = state.layout, state.store, state.keyring, state.ledger
    try:
        city = RuledCity(root, store, clock, progress)
        extracts = Extracts(layout.extracts)
        secrets = Secrets(layout.secrets, keyring.audit_key)
        grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
        disputing = Disputing(store.effects, store.procedures)
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
            consents=store.consents,
            told=store.told,
            disputing=disputing,
            look=city.look,
            account=secrets.get,
        )
    except BaseException:
        store.close()
        raise
    desk = open_desk(store, ledger, city, grants, clock)
    procedures = open_procedures(
        store, ledger, city, grants, desk, keyring.audit_key, clock, city.tried,
        Destroying(store.rulings.all, ledger, extracts, layout.state).look,
    )  # fmt: skip
    scratch = private_folder(layout.workspaces)
    trail = TrailDesk(
        ledger,
        Verifying(store, ledger, layout.checkpoints, keyring, clock),
        EntityTrail(store, ledger, extracts, city, grants, keyring.audit_key, scratch, clock),
    )
    uses = UseDesk(
        UseBook(store, desk, city, grants, open_profile(city), clock),
        Revoking(ledger, store.revocations, clock),
    )
    told = ToldDesk(
        ToldParts(store, ledger, query_path.told, city, grants, extracts, scratch),
    )
    exports = Exports(
        ledger,
        city,
        grants,
        extracts,
        store.consents.state,
        keyring.checkpoint_key,
        clock,
        PRODUCT.format(version()),
        sound=lambda: city.problem is None,
        disputed=disputing.notes,
    )
    return Workbench(
        layout=layout,
        city=city,
        store=store,
        keyring=keyring,
        ledger=ledger,
        extracts=extracts,
        query_path=query_path,
        auth=Auth(store.users, keyring.token_key, ledger, clock),
        exports=exports,
        compare_keys=CompareKeys(ledger, city, grants, keyring.mask_key, clock),
        noise=NoiseDesk(store.allowances.noise, grants, clock),
        cases=desk,
        procedures=procedures,
        assessing=open_assessing(store, ledger, procedures, layout.state),
        watch=Watch(store, ledger, desk, clock, ProcedureWatch(store, ledger, procedures, clock)),
        anomalies=AnomalyWatch(store, ledger, desk, city, grants, clock),
        findings=_findings(root, store, ledger, desk, clock),
        keeping=open_keeping(store, ledger, city, grants, lambda: city.problem is None, clock),
        delivering=Delivering(state, desk, procedures, city, grants, clock),
        send=open_outbox(store, city, layout.state, secrets),
        measure=open_measure(
            city,
            extracts,
            open_consented(city, store.consents, keyring.mask_key, clock),
            scratch,
        ),
        uses=uses,
        told=told,
        trail=trail,
        portals=PortalDesk(extracts, layout),
        what_ifs=WhatIfDesk(
            store, ledger, city, lambda: load_inputs(root), query_path.usable_scenarios, clock
        ),
        briefs=BriefDesk(store, ledger, layout.state, city, query_path.usable_scenarios),
        derived=DerivedDesk(query_path, exports, ledger, city, grants, Place(root), clock),
        clock=clock,
    )


def _findings(
    root: Path, store: Store, ledger: Ledger, desk: Desk, clock: Callable[[], datetime]
) -> Findings:
    def rules() -> dict[str, Rule]:
        return {rule.id: rule for rule in rules_of(root)}

    closing = Closing(store, ledger, desk, lambda name: rules().get(name), clock)
    return Findings(store, closing, rules)


def _session_of(store: Store) -> Callable[[str], int | None]:
    def session_of(person: str) -> int | None:
        user = store.users.get(person)
        return None if user is None or user.disabled else user.session_epoch

    return session_of
