"""The gateway's clockwork: its rounds run, and go on after one that failed."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from workbench.errors import Code, simple
from workbench.gateway.chasing import Clockwork


def now() -> datetime:
    return datetime.now(UTC)


def test_all_run_from_the_start_and_go_on_after_a_failure() -> None:
    looked, sent, forgot = (threading.Semaphore(0) for _ in range(3))

    def forget() -> None:
        forgot.release()
        raise simple(Code.invalid_request, "读不出来", "it cannot be read")

    def look() -> None:
        looked.release()
        raise simple(Code.ledger_unavailable, "账本不可用", "no ledger")

    def send() -> None:
        sent.release()
        raise RuntimeError("broken")

    clockwork = Clockwork(look, send, now, look_seconds=0.2, send_seconds=0.2, forget=forget)
    clockwork.start()
    try:
        for _ in range(3):
            assert looked.acquire(timeout=10)
            assert sent.acquire(timeout=10)
            assert forgot.acquire(timeout=10)
    finally:
        clockwork.stop()


def test_two_rounds_of_one_never_run_at_once() -> None:
    running, most, lock = [0], [0], threading.Lock()

    def slow() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.3)
        with lock:
            running[0] -= 1

    clockwork = Clockwork(slow, lambda: None, now, look_seconds=0.05, send_seconds=60)
    clockwork.start()
    time.sleep(1)
    clockwork.stop()
    assert most[0] == 1
