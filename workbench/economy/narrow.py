"""One thread for the small matrices of time series.

A Kalman filter multiplies matrices of a few rows some ten thousand times. Spread over threads each
product waits for the others: measured, ten times the processor time of one thread, and more on a
machine that has other work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra stays on the calling thread while this lasts; it gives the same figures."""
    import scipy.linalg  # noqa: F401 - its own library of linear algebra has to be loaded before
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield
