"""How many processors the guard's arithmetic takes: one."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def use_one() -> None:
    """Keep the linear algebra of this process to the thread that calls it.

    The matrices have some hundred rows: too small to be shared out, and the threads of a shared one
    wait for each other by spinning. Beside a busy worker on two processors a decomposition of
    285 x 1,119 took 250 ms by two threads and 10 ms by one.
    """
    threadpool_limits(limits=1, user_api="blas")
