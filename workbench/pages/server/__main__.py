"""``python -m workbench.pages.server``: started by ``workbench up``."""

from __future__ import annotations

import ctypes
import sys

PR_SET_DUMPABLE = 4


def close_to_others() -> None:
    """Kernels run under the same account: they may not read this process's memory or its input
    (prctl(2), proc(5))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


if __name__ == "__main__":
    close_to_others()
    from workbench.pages.server.app import PagesServer

    PagesServer.launch_instance()
