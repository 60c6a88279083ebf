"""What the store's errors become: the class of the cause only, never the driver's text.

A driver's text repeats the values of the statement, and these may be what was to be protected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import Code, Text, WorkbenchError, simple

_NEXT = Text(
    "请运维检查存储库（数据库服务是否在运行、磁盘空间、权限、是否有其他进程长时间占用）："
    "workbench store status。",
    "Operators: check the store (does the database server run, disk space, permissions, does "
    "another process hold it): workbench store status.",
)


@contextmanager
def told(*drivers: type[Exception]) -> Iterator[None]:
    """Errors of SQLAlchemy, and of these drivers, become ``Unavailable`` (ledger_unavailable)."""
    known: tuple[type[Exception], ...] = (SQLAlchemyError, *drivers)
    try:
        yield
    except known as error:
        raise unavailable(error) from error


def unavailable(error: Exception) -> WorkbenchError:
    cause = type(getattr(error, "orig", None) or error).__name__
    return simple(
        Code.ledger_unavailable,
        f"存储库（用户、撤销、账本）不可用（{cause}）。",
        f"The store (users, revocations, ledger) is not available ({cause}).",
        next=_NEXT,
    )


def unfit(zh: str, en: str, next_: Text, why: Text | None = None) -> WorkbenchError:
    """The store answers, but is none that this program may use."""
    return simple(Code.ledger_unavailable, zh, en, why=why, next=next_)
