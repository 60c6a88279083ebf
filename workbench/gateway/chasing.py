"""The gateway's clockwork: looks at what is due, and sends what is to be said."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from workbench.errors import WorkbenchError

log = logging.getLogger(__name__)

LOOK_MINUTES = 10
SEND_SECONDS = 30
DELIVER_AFTER_SECONDS = 60
"""How often what is due is looked at, and what waits is sent (our defaults). Deadlines are days: a
round that is missed loses nothing, the next one says what is still true. Facts of governance are
delivered, and anomalies looked for, as often as ``look``, at first when the start is over."""


class Clockwork:
    """``look`` and ``send`` run beside the gateway, never two rounds of one at once, and so do
    ``forget``, ``find`` and ``deliver``, as often as ``look``. ``start`` begins with a round of the
    first three."""

    def __init__(
        self,
        look: Callable[[], object],
        send: Callable[[], object],
        clock: Callable[[], datetime],
        look_seconds: float = LOOK_MINUTES * 60,
        send_seconds: float = SEND_SECONDS,
        forget: Callable[[], object] = lambda: None,
        find: Callable[[], object] = lambda: None,
        deliver: Callable[[], object] = lambda: None,
    ) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="Asia/Shanghai",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        now = clock()
        for name, job, seconds, first in (
            ("look", look, look_seconds, now),
            ("send", send, send_seconds, now + timedelta(seconds=1)),
            ("forget", forget, look_seconds, now + timedelta(seconds=2)),
            ("find", find, look_seconds, now + timedelta(seconds=DELIVER_AFTER_SECONDS)),
            ("deliver", deliver, look_seconds, now + timedelta(seconds=DELIVER_AFTER_SECONDS)),
        ):
            self._scheduler.add_job(
                _guarded(name, job), "interval", seconds=seconds, id=name, next_run_time=first
            )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """A round that runs is not waited for: whatever it had not done is done by the next."""
        self._scheduler.shutdown(wait=False)


def _guarded(name: str, job: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            log.info("%s: %s", name, job())
        except WorkbenchError as error:
            log.error("%s could not be done: %s", name, error.code)
        except Exception:
            log.exception("%s failed", name)

    return run
