"""Who and what still stands: the workspaces that today's grants give, and who may sit in them."""

from __future__ import annotations

import hashlib
import logging
import operator
from collections.abc import Callable, Mapping
from datetime import date

from workbench.catalogue.city import City
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.recalls import nothing_before, recalled
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.model.actor import Actor
from workbench.model.decision import Permit
from workbench.model.grant import Grant, GrantState, state_of
from workbench.model.lookup import Grants
from workbench.model.period import Period
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.tier import Tier
from workbench.policy.decide import active_grants
from workbench.query_path.active import ActiveQueries, ActiveQuery
from workbench.query_path.attached import Attached, Waiting
from workbench.query_path.consenting import Consenting
from workbench.query_path.kept import Kept
from workbench.workspace.pool import Pool
from workbench.workspace.spec import TableSpec, WorkspaceSpec, place_of

log = logging.getLogger(__name__)
_NOTHING_READ = ReadSet(StatementKind.query)
_ACTIVE = GrantState.active


class Standing:
    """``sweep`` ends what a change of users, grants, contracts, extracts, consents or day has
    ended."""

    def __init__(
        self,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        session_of: Callable[[str], int | None],
        extracts: Extracts,
        mask_key: bytes,
        today: Callable[[], date],
        active: ActiveQueries,
        pool: Pool,
        attached: Attached,
        kept: Kept,
        consents: Consenting,
    ) -> None:
        self._city, self._grants, self.session_of = city, grants, session_of
        self._extracts, self._today = extracts, today
        self._active, self._pool, self._attached, self._kept = active, pool, attached, kept
        self._consents = consents
        self._mask_key_id = hashlib.sha256(b"id\0" + mask_key).hexdigest()[:16]
        self._actors: dict[tuple[str, str, Tier, bool], tuple[Actor, Period | None]] = {}
        """Who sits where, and for which days; the last flag: for some days only."""
        self._specs: dict[
            tuple[str, Tier, Period | None], tuple[tuple[object, ...], WorkspaceSpec]
        ] = {}
        """The last of each tier of a scenario, with what it was made of: its key takes a while."""

    def seated(self, actor: Actor, scenario: str, tier: Tier, within: Period | None) -> None:
        self._actors[actor.id, scenario, tier, within is not None] = actor, within

    def versions(
        self, permit: Permit, reads: ReadSet, waiting: Waiting | None = None
    ) -> dict[str, ExtractVersion]:
        """The latest extract, or the pull, of every granted resource; one that is read must have
        one. ``waiting`` is called while a source is asked, and raises to give up; without it none
        is asked."""
        asked = {table.casefold() for table in reads.tables}
        found: dict[str, ExtractVersion] = {}
        for grant in permit.grants:
            if self._attached.has(grant.resource):
                pulled = self._attached.pulled(grant, reads, waiting)
                found |= {} if pulled is None else {grant.resource: pulled}
                continue
            version = self._extracts.latest(grant.resource)
            if version is not None:
                found[grant.resource] = version
            elif grant.resource.casefold() in asked:
                recall = self._extracts.last_recall(grant.resource)
                raise (
                    _no_extract(grant.resource)
                    if recall is None
                    else nothing_before(grant.resource, recall)
                )
        return found

    def spec(
        self, permit: Permit, versions: Mapping[str, ExtractVersion], within: Period | None
    ) -> WorkspaceSpec:
        """``within``: the days that it holds, of those that are granted."""
        city = self._city()
        asks = any(grant.consent for grant in permit.grants)
        consent = self._consents.state(permit.scenario.id) if asks else None
        made_of = (
            city,
            consent,
            *permit.grants,
            *(versions.get(grant.resource) for grant in permit.grants),
        )
        place = permit.scenario.id, permit.tier, within
        kept = self._specs.get(place)
        if kept is not None and _the_same(kept[0], made_of):
            return kept[1]
        tables = tuple(
            TableSpec(
                grant,
                city.resources[grant.resource],
                versions[grant.resource],
                permit.tier,
                consent if grant.consent else None,
                within,
            )
            for grant in permit.grants
            if grant.resource in versions and grant.resource in city.resources
        )
        floor, key_id = city.settings.join_key_floor, self._mask_key_id
        spec = WorkspaceSpec(permit.scenario.id, tables, key_id, floor, permit.tier, within)
        self._specs[place] = made_of, spec
        return spec

    def sweep(self) -> bool:
        """False where a worker that has to go is still busy: sweep again soon."""
        for query in self._active.all():
            self.judge(query)
        try:
            self._attached.sweep(self._grants(), self._today())
        finally:  # results and workers of an ended grant go, whatever the ledger takes
            wanted = self._wanted()
            self._kept.keep_only(wanted)
            done = self._pool.keep_only(wanted)
            self._specs.clear()  # they keep old cities, and keys of pulls that are destroyed
        return done

    def judge(self, query: ActiveQuery) -> None:
        """Stop the query if its person's session, a grant or a version that it reads no longer
        stands."""
        session = self.session_of(query.person)
        if session is None:
            query.stop(_user_disabled())
        elif session != query.session:
            query.stop(_session_ended())
        elif query.permit is not None:
            now = self._grants().by_id
            for held in query.permit.grants:
                # Compared whole: a narrower one must not go on under what it was.
                if now.get(held.id) != held or state_of(held, self._today()) is not _ACTIVE:
                    query.stop(_grant_ended(held))
            self.judge_reads(query)

    def newest(self) -> tuple[tuple[str, int | None], ...]:
        """The newest extract of each resource that somebody's workspace may hold. Those that
        nobody uses are not looked at: a city has thousands."""
        used = {
            grant.resource
            for (_, scenario, tier, _), (actor, _) in list(self._actors.items())
            for grant in active_grants(actor, scenario, self._grants(), self._today(), tier)
        }
        return tuple((name, self._extracts.newest(name)) for name in sorted(used))

    def judge_reads(self, query: ActiveQuery) -> None:
        """Stop the query if a version that it reads was recalled, or a consent withdrawn."""
        self._consents.judge(query)
        reads = query.permit.reads if query.permit is not None else ()
        for name in {resource for resource, _ in reads} & query.versions.keys():
            recall = self._extracts.recall_of(name, query.versions[name].version)
            if recall is not None:
                query.stop(recalled(name, recall))

    def _wanted(self) -> dict[tuple[str, str], str]:
        """The workspace's key that today's grants and extracts give each person and place."""
        keys = {}
        for (person, scenario, tier, part), (actor, within) in list(self._actors.items()):
            key = self.key_of(actor, scenario, tier, within)
            if key is not None:
                keys[person, place_of(scenario, tier, part=part)] = key
        return keys

    def key_of(self, actor: Actor, scenario: str, tier: Tier, within: Period | None) -> str | None:
        """The key of the workspace that today's grants and extracts give the actor, if any.

        A page's is all its viewers': whoever of them is disabled is refused at each query, and
        ends no worker or kept result of the others.
        """
        known = self._city().scenarios.get(scenario)
        grants = active_grants(actor, scenario, self._grants(), self._today(), tier)
        if known is None or not grants or not self._seated(actor):
            return None
        return self._key(Permit(known, grants, (), tier=tier), within)

    def _key(self, permit: Permit, within: Period | None) -> str | None:
        """None where it cannot be told: such a workspace goes, and others do not wait for it."""
        try:
            return self.spec(permit, self.versions(permit, _NOTHING_READ), within).key()
        except WorkbenchError as error:
            log.warning("no workspace key for %s: %s", permit.scenario.id, error.code)
            return None

    def _seated(self, actor: Actor) -> bool:
        return actor.is_page or self.session_of(actor.id) is not None


def _the_same(ones: tuple[object, ...], others: tuple[object, ...]) -> bool:
    """Not merely equal: all that a spec is made of is frozen and kept by whoever made it."""
    return len(ones) == len(others) and all(map(operator.is_, ones, others))


def _no_extract(resource: str) -> WorkbenchError:
    return simple(
        Code.extract_missing,
        f"资源 {resource} 已授权，但还没有可用的数据版本。",
        f"The resource {resource} is granted, but no extract of it has been ingested.",
        next=Text(
            f"请运行人员执行：workbench ingest {resource} 文件",
            f"Ask the operator to run: workbench ingest {resource} FILE",
        ),
        subject=resource,
    )


def _user_disabled() -> WorkbenchError:
    return simple(
        Code.user_disabled,
        "您的账号已停用，查询已停止。",
        "Your account was disabled; the query was stopped.",
        next=Text("请联系安全管理员。", "Ask the security administrator."),
    )


def _session_ended() -> WorkbenchError:
    return simple(
        Code.token_expired,
        "您的密码或角色已变更，会话已结束，查询已停止。",
        "Your password or your roles were changed: the session ended and the query was stopped.",
        next=Text("请重新登录后再试。", "Sign in again and repeat it."),
    )


def _grant_ended(grant: Grant) -> WorkbenchError:
    return simple(
        Code.grant_revoked,
        f"授权 {grant.id} 已终止或变更，查询已停止。",
        f"The grant {grant.id} ended or changed; the query was stopped.",
        next=Text(
            "请用 workbench.connect().grants() 查看现有授权；需要继续使用请重新申请。",
            "See workbench.connect().grants() for what you hold; apply again to go on.",
        ),
        subject=grant.id,
    )
