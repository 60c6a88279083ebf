"""Queries under way: their stage, their deadline, and why one has to stop."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.versions import ExtractVersion
from workbench.model.actor import Actor
from workbench.model.consent import ConsentState
from workbench.model.decision import Permit
from workbench.model.tier import Tier
from workbench.workspace.answers import quiet
from workbench.workspace.construction import BuildProgress
from workbench.workspace.process import Worker

Stage = Literal["waiting", "pulling", "building", "running", "sending"]


@dataclass(frozen=True)
class Progress:
    """What whoever waits may see. ``percent`` is the engine's own guess, 0-100, or None; ``build``
    stands only while a workspace is waited for."""

    id: str
    scenario: str
    stage: Stage
    seconds: float
    percent: float | None
    rows: int
    build: BuildProgress | None = None


@dataclass
class ActiveQuery:
    """One query from its arrival to its closing entry. ``session`` is the person's as it arrived;
    the query does not outlive it. ``consent`` is the version of the consents that it reads by;
    ``own`` are the digests of the person's own tables beside it, by name."""

    actor: Actor
    scenario: str
    deadline_seconds: float
    cancelled: Callable[[], bool]
    session: int | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    started: float = field(default_factory=time.monotonic)
    stage: Stage = "waiting"
    permit: Permit | None = None
    versions: Mapping[str, ExtractVersion] = field(default_factory=dict)
    consent: ConsentState | None = None
    fired: Mapping[str, int] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    worker: Worker | None = None
    rows: int = 0
    build: BuildProgress | None = None
    cause: WorkbenchError | None = None
    cause_since: float = 0.0

    def stop(self, cause: WorkbenchError) -> None:
        """From any thread: the serving thread sees it within 50 ms."""
        if self.cause is None:
            self.cause, self.cause_since = cause, time.monotonic()

    def why_stop(self) -> WorkbenchError | None:
        """Asked every 50 ms by the thread that serves the query."""
        if self.cause is None:
            if self.cancelled():
                self.stop(simple(Code.cancelled, "查询已取消。", "The query was cancelled."))
            elif time.monotonic() - self.started > self.deadline_seconds:
                self.stop(_too_long(self.deadline_seconds))
        return self.cause

    def expire(self) -> None:
        """From the watching thread: the deadline also holds where the serving thread cannot ask,
        because it sits in the send to a client that does not read."""
        if self.cause is None and time.monotonic() - self.started > self.deadline_seconds:
            self.stop(_too_long(self.deadline_seconds))

    def check(self) -> None:
        """Raise the cause to stop, if there is one."""
        cause = self.why_stop()
        if cause is not None:
            raise cause

    def pulls(self) -> None:
        """Called while an attached source is waited for."""
        self.stage = "pulling"
        self.check()

    def waits(self, build: BuildProgress | None) -> None:
        """Note what is waited for: a build, its turn, or (None) an earlier statement of one's own.

        Raises the cause to stop, if there is one.
        """
        self.build = build
        self.stage = "waiting" if build is None or build.position else "building"
        self.check()

    def heard(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What may be told of the engine's answer, by the tier in which it was given."""
        rows = self.permit is not None and self.permit.tier in (Tier.rows, Tier.own)
        return answer if rows else quiet(answer)

    def opened(self, worker: Worker) -> None:
        self.stage, self.worker, self.build = "running", worker, None

    @property
    def person(self) -> str:
        """Who is behind the query: a page's viewer, or the actor."""
        return self.actor.viewer or self.actor.id

    @property
    def department(self) -> str:
        return self.actor.viewer_department or self.actor.department

    def progress(self) -> Progress:
        percent = self.worker.percent if self.worker is not None else None
        seconds = round(time.monotonic() - self.started, 3)
        return Progress(self.id, self.scenario, self.stage, seconds, percent, self.rows, self.build)


class ActiveQueries:
    """The queries of one gateway, by id. Safe to use from all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queries: dict[str, ActiveQuery] = {}

    def add(self, query: ActiveQuery) -> None:
        with self._lock:
            self._queries[query.id] = query

    def remove(self, query: ActiveQuery) -> None:
        with self._lock:
            self._queries.pop(query.id, None)

    def all(self) -> list[ActiveQuery]:
        with self._lock:
            return list(self._queries.values())

    def stop_all(self, cause: WorkbenchError, seconds: float) -> None:
        """Stop every query and wait for them to close, ``seconds`` at most."""
        for query in self.all():
            query.stop(cause)
        deadline = time.monotonic() + seconds
        while self.all() and time.monotonic() < deadline:
            time.sleep(0.05)

    def of(self, actor_id: str) -> list[ActiveQuery]:
        return [q for q in self.all() if q.actor.id == actor_id]


def _too_long(seconds: float) -> WorkbenchError:
    return simple(
        Code.deadline_exceeded,
        f"查询超过了 {seconds:g} 秒的时限，已停止。",
        f"The query ran past its deadline of {seconds:g} s and was stopped.",
        next=Text(
            "请缩小范围后重试；时限见 city.yaml 的 settings.query_seconds。",
            "Narrow it and try again; settings.query_seconds of city.yaml is the deadline.",
        ),
    )
