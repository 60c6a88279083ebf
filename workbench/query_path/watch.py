"""The thread that ends what may no longer run: a grant that ended, a user who was disabled."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.grant import Grant
from workbench.query_path.active import ActiveQueries

log = logging.getLogger(__name__)
WATCH_SECONDS = 0.3
"""A revocation is seen this soon; with the worker's grace of 1 s a query stops within 2 s."""
DEAF_SECONDS = 1.2
"""A stopped query whose thread sits in a slow client's send loses its worker after this."""


class Watch:
    """Calls ``sweep`` whenever ``changed()`` gives another value, until closed."""

    def __init__(
        self,
        active: ActiveQueries,
        changed: Callable[[], object],
        sweep: Callable[[], None],
    ) -> None:
        self._active = active
        self._changed = changed
        self._sweep = sweep
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        seen: object = None
        while not self._closing.wait(WATCH_SECONDS):
            try:
                now = self._changed()
                if now != seen:
                    self._sweep()
                    seen = now
            except Exception:
                # It must outlive a locked store; every query re-authorises when it starts.
                log.exception("the watch over running queries failed once and goes on")
            self._end_the_deaf()

    def _end_the_deaf(self) -> None:
        for query in self._active.all():
            late = query.cause is not None and time.monotonic() - query.cause_since > DEAF_SECONDS
            if late and query.worker is not None:
                query.worker.interrupt_now()


def user_disabled() -> WorkbenchError:
    return simple(
        Code.user_disabled,
        "您的账号已停用，查询已停止。",
        "Your account was disabled; the query was stopped.",
        next=Text("请联系安全管理员。", "Ask the security administrator."),
    )


def grant_ended(grant: Grant) -> WorkbenchError:
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
