"""A round that is killed at a point: ``anomaly_dying.py CITY POINT NOW``."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from workbench.gateway.anomaly_round import open_anomalies
from workbench.sharing.anomalies.findings import Keeping
from workbench.sharing.anomalies.ordering import Ordering

POINTS = {
    "taken in": (Keeping, "keep"),
    "found": (Ordering, "by_platform"),
    "ordered": (Ordering, "_noted"),
}
"""Before what it dies."""


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    owner, name = POINTS[sys.argv[2]]
    setattr(owner, name, die)
    now = datetime.fromisoformat(sys.argv[3])
    with open_anomalies(Path(sys.argv[1]), lambda: now) as desk:
        desk.watch.look()


if __name__ == "__main__":
    main()
