"""Taking a proposed result into the city: its contract as a file, its rows as a version.

All that let it be proposed is judged again on the day: the grants last and give the same, no
version was recalled, and files and ledger agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from workbench.catalogue.city import City
from workbench.catalogue.contracts import SUFFIX, read_contract
from workbench.cli.common import State, operator
from workbench.cli.ingest_desk import Desk
from workbench.declared.findings import raise_errors
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.parts import put
from workbench.extracts.report import IngestReport
from workbench.extracts.versions import Extracts, sha256_of
from workbench.gateway.derived import check_name, entry_of, reads_of
from workbench.gateway.derived_files import Place, Proposal, no_such
from workbench.gateway.exports import Exports, Order
from workbench.gateway.ruled import city_now
from workbench.gateway.sources import all_grants, decided_grants
from workbench.ledger.usage import UsageRow, usage
from workbench.model.actor import Actor
from workbench.model.contract import Resource
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter, Event
from workbench.model.lookup import Grants
from workbench.policy.derive import refused


@dataclass(frozen=True)
class Accepting:
    """``clock`` gives an aware time."""

    state: State
    clock: Callable[[], datetime]

    @property
    def root(self) -> Path:
        return self.state.layout.root

    @property
    def place(self) -> Place:
        return Place(self.root)

    def accept(self, id: str, *, terms_read: bool) -> IngestReport:  # noqa: A002
        """Raises Refused (export_not_allowed, grant_expired ...), Unavailable (extract_recalled),
        InvalidInput; nothing of it is in the city then."""
        proposal = self.place.get(id)
        city = city_now(self.state, self.clock)
        opened = self._judged(proposal, city)
        check_name(proposal.name, city)
        if proposal.terms and not terms_read:
            raise _terms(proposal)
        file = self.root / "data_contracts" / "resources" / f"{proposal.name}{SUFFIX}"
        with file.open("xb") as target:  # somebody's file of that name is left alone
            target.write(self.place.contract(id).read_bytes())
        try:
            report = self._ingested(proposal, file)
            more = {"actor": operator(), "department": "", "proposed_by": proposal.person}
            self.state.ledger.record(entry_of(Event.derived_accepted, proposal, opened, more))
        except BaseException:
            file.unlink()
            raise
        self.place.remove(id)
        return report

    def refuse(self, id: str, why: str) -> Proposal:  # noqa: A002
        """Rows and contract are removed; the entry stays. Raises StatementWrong (not_found)."""
        proposal = self.place.get(id)
        opened = self._entry(proposal.id, Event.release_opened)
        more = {"actor": operator(), "department": "", "proposed_by": proposal.person, "why": why}
        self.state.ledger.record(entry_of(Event.derived_refused, proposal, opened, more))
        self.place.remove(id)
        return proposal

    def _ingested(self, proposal: Proposal, file: Path) -> IngestReport:
        contract = read_contract(file, self.root)
        raise_errors(contract.findings)
        city = city_now(self.state, self.clock)  # the whole city with it, or InvalidInput
        resource: Resource = city.resources[proposal.name]
        rows = pl.read_parquet(self.place.rows(proposal.id))
        day = day_of(datetime.fromisoformat(proposal.at))
        return put(Desk(self.state, city, clock=self.clock).shelf(), resource, rows, day)

    def _judged(self, proposal: Proposal, city: City) -> UsageRow:
        """As an export is judged, in the name of whoever proposed it."""
        self._check_files(proposal)
        grants = self._grants(city)
        exports = Exports(
            self.state.ledger,
            lambda: city,
            lambda: grants,
            Extracts(self.state.layout.extracts),
            self.state.store.consents.state,
            self.state.keyring.checkpoint_key,
            self.clock,
            "",
        )
        actor = Actor(proposal.person, proposal.department, frozenset())
        order = Order(proposal.id, "", "parquet", proposal.name, proposal.rows, proposal.columns)
        opened, taken = exports.judged(actor, order)
        reasons = refused(reads_of(opened, taken, city, grants))
        if reasons:
            raise WorkbenchError.of(reasons)
        return opened

    def _check_files(self, proposal: Proposal) -> None:
        """Raises Refused where they are not those that were entered."""
        detail = self._entry(proposal.id, Event.derived_proposed).detail
        found = {
            "rows_digest": sha256_of(self.place.rows(proposal.id)),
            "contract_digest": sha256_of(self.place.contract(proposal.id)),
            "name": proposal.name,
            "rows": proposal.rows,
        }
        if any(detail.get(name) != value for name, value in found.items()):
            raise _changed(proposal)

    def _entry(self, release: str, event: Event) -> UsageRow:
        wanted = EntryFilter(release=release, event=event.value, limit=1)
        row = next(iter(usage(self.state.store.journal, wanted)), None)
        if row is None or not row.readable:
            raise no_such(release)
        return row

    def _grants(self, city: City) -> Grants:
        store = self.state.store
        decided = decided_grants(store.cases.granted_since)
        return all_grants(city, store.revocations.all(), decided)


def _terms(proposal: Proposal) -> WorkbenchError:
    listed = "；".join(proposal.terms)
    return simple(
        Code.export_not_allowed,
        f"来源带有条件，须有人先读过：{listed}",
        f"What it was made of has conditions that somebody has to read first: {listed}",
        why=Text(
            "提供部门没有写明结果可否转提供（契约的 passOn）。",
            "Its providers do not say whether results may be passed on (passOn in a contract).",
        ),
        next=Text(
            "读过并确认允许后加 --terms-read；不允许的用 workbench derive refuse。",
            "Once they were read and allow it add --terms-read; else workbench derive refuse.",
        ),
        subject=proposal.name,
    )


def _changed(proposal: Proposal) -> WorkbenchError:
    return simple(
        Code.export_not_allowed,
        "提议的文件与账本不符。",
        "The files of the proposal are not those that the ledger has.",
        next=Text("请提出者重新提出。", "Have it proposed again."),
        subject=proposal.name,
    )
