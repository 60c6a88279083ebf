"""From a statement to a result, in one visible order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.catalogue.city import City
from workbench.errors import Code, WorkbenchError, simple
from workbench.extracts.versions import Extracts
from workbench.model.actor import Actor
from workbench.model.days import day_of
from workbench.model.decision import Deny, Permit
from workbench.model.lookup import Grants
from workbench.model.period import Period
from workbench.model.read_set import ReadSet
from workbench.model.release import ReleaseInfo
from workbench.model.tier import Tier
from workbench.policy.decide import decide
from workbench.policy.holding import held_grants
from workbench.query_path.active import ActiveQueries, ActiveQuery, Progress
from workbench.query_path.asks import Ask, Sql
from workbench.query_path.attached import Attached, open_pulls
from workbench.query_path.bound import Bound
from workbench.query_path.closings import Closings
from workbench.query_path.consenting import Consenting
from workbench.query_path.described import BelowFloor, below_floor, described
from workbench.query_path.disputing import Disputing
from workbench.query_path.engine_errors import explained
from workbench.query_path.guarding import Asking, Guard
from workbench.query_path.kept import Kept, Turn, key_of
from workbench.query_path.lineage import remember, with_lineage
from workbench.query_path.opening import open_pool
from workbench.query_path.own_tables import OwnTables
from workbench.query_path.readings import Reading, Readings
from workbench.query_path.records import (
    Extracted,
    Recorder,
    Request,
    closed,
    decided,
    extracted,
    opened,
)
from workbench.query_path.running import Running
from workbench.query_path.sights import Sights
from workbench.query_path.stamps import Stamps
from workbench.query_path.standing import Standing
from workbench.query_path.templates import template_of
from workbench.query_path.told_view import ToldView
from workbench.query_path.watch import Watch
from workbench.query_path.whole import Answer, Settlement, Whole
from workbench.store.allowances import Allowances
from workbench.store.consents import Consents
from workbench.store.secrets import Account
from workbench.store.told import ToldBooks
from workbench.workspace.builds import Holder
from workbench.workspace.spec import WorkspaceSpec


class QueryPath(Sights):
    """One per gateway. Everything it needs is passed in; it owns the workspaces below ``state``.

    ``city`` and ``grants`` give the present ones (``grants`` with revocations applied);
    ``session_of`` gives another number to a person's id when their old sessions end, None for one
    who is disabled; ``store_version`` changes when users or revocations do; ``clock`` gives an
    aware datetime.
    ``look`` is ``city`` after a look at its files: it is called by the thread that watches, so that
    no query has to.
    """

    def __init__(
        self,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        store_version: Callable[[], object],
        session_of: Callable[[str], int | None],
        ledger: Recorder,
        extracts: Extracts,
        mask_key: bytes,
        state: Path,
        clock: Callable[[], datetime],
        allowances: Allowances,
        consents: Consents,
        told: ToldBooks,
        disputing: Disputing,
        look: Callable[[], City] | None = None,
        account: Callable[[str], Account | None] = lambda _: None,
    ) -> None:
        look = look or city
        super().__init__(city, grants, self._this_day)
        self._ledger, self._clock, self._disputing = ledger, clock, disputing
        self._guard = Guard(told, mask_key, clock)
        self._settlement = Settlement(city, clock, allowances, ledger, mask_key)
        self._closings, self._active, self._readings = Closings(ledger), ActiveQueries(), Readings()
        asked = Consenting(consents, self._today)
        self._pool = open_pool(city().settings, state, mask_key, ledger, asked.subjects)
        self._pulls = open_pulls(state / "p", city, account, ledger, clock)
        self._pulls.in_use = self._pool.files_in_use
        self.own = OwnTables(city, grants, session_of, ledger, mask_key, clock)
        self.own.forget = lambda: self._pool.forget_own(self.own.lasts)
        self._kept, attached = Kept(city), Attached(city, self._pulls)
        self._standing = Standing(
            city, grants, session_of, extracts, mask_key, self._today, self._active, self._pool,
            attached, self._kept, asked,
        )  # fmt: skip
        self._stamps = Stamps(
            city, grants, extracts, attached, asked, disputing, mask_key, clock
        )  # fmt: skip
        self._watch = Watch(
            self._active,
            changed=lambda: (store_version(), self._today(), id(look()), self._standing.newest()),
            sweep=self._sweep,
            settle=self._closings.settle,
        )

    def _sweep(self) -> bool:
        self.own.purge()
        self.own.forget()  # workers too that were busy when a table went
        return self._standing.sweep()

    # The order of one query ------------------------------------------------------------------

    def run(
        self,
        actor: Actor,
        scenario: str,
        sql: str,
        parameters: pa.RecordBatch | None = None,
        *,
        tier: Tier | None = None,
        within: Period | None = None,
        **how: Any,
    ) -> Running:
        """Run a statement; without ``tier`` in the one that holds what it names, over a database
        that holds the days ``within``. As ``ask``."""
        return self.ask(actor, scenario, Sql(sql, parameters, tier, within), **how)

    def template(self, actor: Actor, scenario: str, body: Mapping[str, Any], **how: Any) -> Running:
        """Run what no statement can ask for: ``body`` says which of TEMPLATES. As ``ask``."""
        return self.ask(actor, scenario, template_of(body), **how)

    def ask(
        self,
        actor: Actor,
        scenario: str,
        ask: Ask,
        *,
        method: str,
        medium: str,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Running:
        """Decide, record, build, run, release. Raises WorkbenchError at any step.

        ``cancelled`` is asked every 50 ms from the calling thread.
        """
        city = self._city()
        settings = city.settings
        query = ActiveQuery(actor, scenario, settings.query_seconds, cancelled)
        query.session = self._standing.session_of(query.person)
        request = Request(query.id, actor, scenario, ask.text, method, medium)
        reading = ask.reading(self._readings, query.person, city)
        reads = reading.reads
        bound = self._decide(request, ask, reading)
        permit = query.permit = bound.permit
        self._active.add(query)
        held = ExitStack()
        held.callback(self._active.remove, query)
        try:
            self._standing.judge(query)  # an end between decision and ``add`` was seen by no sweep
            query.check()
            versions = query.versions = self._standing.versions(permit, reads, query.pulls)
            spec = self._standing.spec(permit, versions, ask.within)
            query.consent = spec.consent
            self._standing.seated(actor, scenario, permit.tier, ask.within)
            key = key_of(actor, reading, bound, spec)
            turn = held.enter_context(self._kept.turn(key, city, lambda: query.waits(None)))
            answer, info = self._again(query, reads, turn) or self._computed(
                query, bound, reads, spec, turn, held
            )
            permit = query.permit
            extracts = extracted(versions, permit)
            told = opened(
                request, permit, extracts, info.disclosure, turn.first, query.consent, query.fired,
                query.own, ask.within,
            )  # fmt: skip
            entry = self._ledger.record(told)
            turn.opened(entry.seq)
            query.stage = "sending"
            info = replace(info, ledger_seq=entry.seq)
            close = self._closer(request, permit, extracts, turn)
            return Running(query, answer, info, settings.result_mb << 20, close, held)
        except BaseException as error:
            code = error.code if isinstance(error, WorkbenchError) else Code.internal
            with held:
                detail = {"outcome": "not_opened", "code": code.value}
                self._closings.close(closed(request, query.permit or permit, detail))
            raise

    def _decide(self, request: Request, ask: Ask, reading: Reading) -> Bound:
        """Durable in the ledger before anything runs; if it cannot be, the query is refused."""
        city, reads = self._city(), reading.reads
        outcome: Bound | Deny
        if reading.refused:
            outcome = Deny(reading.refused)
        else:
            found = self._judged(request, ask, reads)
            outcome = found if isinstance(found, Deny) else ask.bind(found, reads, city)
        told = outcome if isinstance(outcome, Deny) else outcome.permit
        known = city.scenarios.get(request.scenario)
        purpose = known.purpose if known is not None and isinstance(told, Permit) else ""
        self._ledger.record(decided(request, reads, told, purpose))
        if isinstance(outcome, Deny):
            raise WorkbenchError.of(outcome.reasons)
        return outcome

    def _judged(self, request: Request, ask: Ask, reads: ReadSet) -> Permit | Deny:
        city, grants = self._city(), self._grants()
        actor, scenario = request.actor, request.scenario
        tier = ask.tier(reads, held_grants(actor, scenario, grants))
        outcome = decide(
            actor, scenario, city.scenarios, grants, city.resources, reads, self._today(),
            city.regulation, tier,
        )  # fmt: skip
        refused = self.own.refused(actor, scenario, reads, tier)
        return Deny(refused) if refused and isinstance(outcome, Permit) else outcome

    def _again(
        self, query: ActiveQuery, reads: ReadSet, turn: Turn
    ) -> tuple[Answer, ReleaseInfo] | None:
        """What was kept, if anything: no worker is asked or waited for."""
        kept, permit = turn.kept, query.permit
        if kept is None or permit is None:
            return None
        self._standing.judge(query)  # others may have been waited for
        query.check()
        info = self._described(query, permit, reads, kept.low)
        return kept.replay(), replace(info, disclosure=kept.disclosure)

    def _described(
        self, query: ActiveQuery, permit: Permit, reads: ReadSet, low: BelowFloor
    ) -> ReleaseInfo:
        return described(
            query, permit, reads, low, self._city(), self._clock(), self._disputing
        )  # fmt: skip

    def _computed(
        self,
        query: ActiveQuery,
        bound: Bound,
        reads: ReadSet,
        spec: WorkspaceSpec,
        turn: Turn,
        held: ExitStack,
    ) -> tuple[Answer, ReleaseInfo]:
        """What the person's worker answers, over a workspace that is found or built."""
        actor, permit = query.actor, bound.permit
        holder = Holder(actor.id, query.department)
        seat, worker, build = held.enter_context(self._pool.seat(holder, spec, query.waits))
        query.opened(worker)
        permit = query.permit = with_lineage(permit, reads, seat, self._city().resources)
        self._standing.judge_reads(query)  # now that all it reads is known
        query.check()
        if reads.own:
            with explained(query, reads, self._city()):
                self.own.handed(query, reads, seat, worker)
        low = below_floor(build.manifest)
        info = self._described(query, permit, reads, low)

        def run(sql: str) -> pa.Table:
            with explained(query, reads, self._city()):
                return Whole.of(worker.run(sql, None, query.why_stop)).table

        prepared = self._settlement.paid(bound.prepare(build.manifest), query, permit)
        if prepared.guarded is not None:
            prepared, query.fired = self._guard.guarded(prepared, _asking(query, permit), run)
        info = replace(info, disclosure=prepared.disclosure)
        answer: Answer
        with explained(query, reads, self._city()):
            answer = worker.run(prepared.sql, prepared.parameters, query.why_stop)
            answer, info = self._settlement.settled(prepared.settle, query, permit, answer, info)
        held.callback(remember, seat, reads, permit)

        def fit() -> bool:
            now = self._standing.key_of(actor, permit.scenario.id, permit.tier, spec.within)
            return now == spec.key()

        return turn.collected(answer, low, prepared.disclosure, fit), info

    def _closer(
        self, request: Request, permit: Permit, extracts: Extracted, turn: Turn
    ) -> Callable[[dict[str, Any]], None]:
        def close(detail: dict[str, Any]) -> None:
            self._closings.close(closed(request, permit, {**detail, "extracts": extracts}))
            if detail["outcome"] == "complete":
                turn.keep()

        return close

    def stamp(self, actor: Actor, scenario: str) -> str:
        """Another one where an answer may have become another. See ``Stamps``."""
        return self._stamps.of(actor, scenario)

    @property
    def told(self) -> ToldView:
        """What departments were told, for reports."""
        return ToldView(self._guard)

    # What runs ------------------------------------------------------------------------------

    def running(self, actor_id: str) -> tuple[Progress, ...]:
        return tuple(q.progress() for q in self._active.of(actor_id))

    def cancel(self, actor_id: str, query_id: str) -> bool:
        """Stop one of the actor's own queries. False where there is none of that id."""
        found = [q for q in self._active.of(actor_id) if q.id == query_id]
        for query in found:
            query.stop(simple(Code.cancelled, "查询已取消。", "The query was cancelled."))
        return bool(found)

    def close(self) -> None:
        """Stop every query (closing it in the ledger) and remove every workspace."""
        self._watch.close()
        self._active.stop_all(
            simple(Code.gateway_unavailable, "网关正在停止。", "The gateway is stopping."), 3.0
        )
        self._kept.clear()
        self._pool.close()
        self._pulls.close()

    def _this_day(self) -> date:
        return day_of(self._clock())


def _asking(query: ActiveQuery, permit: Permit) -> Asking:
    digests = {name: version.digest for name, version in query.versions.items()}
    return Asking(query.department, permit.scenario.id, query.id, digests)
