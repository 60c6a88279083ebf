"""From what libpq or a server says of a connection that did not come about to its cause."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.errors import Text
from workbench.model.causes import REACHING

CAUSES: Mapping[str, Text] = {
    **REACHING,
    "not_ready": Text(
        "服务器正在启动、停止，或连接数已满",
        "the server is starting, stopping, or has no connection left",
    ),
    "other": Text("原因见数据库服务器的日志", "the database server's log says why"),
}
# In this order. Servers of Chinese locale say it in Chinese.
_WORDS = (
    ("host_unknown", "failed to resolve host|could not translate host name|name or service not"),
    ("authentication", "pg_hba|authentication failed|no password supplied|认证失败"
     "|role \"\" does not exist|角色 *\"\" *不存在|not permitted to log in|不允许登录"),
    ("tls", r"\bssl|\btls\b|certificate"),
    ("no_answer", "timeout expired|timed out"),
    ("database_missing", "database \"\" does not exist|数据库 *\"\" *不存在"
     "|permission denied for database"),
    ("not_ready", "starting up|shutting down|in recovery|not accepting connections|too many"
     "|remaining connection slots|正在启动|正在关闭"),
    ("connection_refused", "connection refused|no such file or directory"),
    ("lost", "server closed the connection|connection reset|broken pipe|no route to host"
     "|network is unreachable|unexpectedly|connection is lost|terminating connection"),
)  # fmt: skip


def cause(said: str) -> str:
    """A key of ``CAUSES``. Names between quotation marks are not looked at: one of them might be
    another cause's word."""
    folded = re.sub(r'"[^"]*"|“[^”]*”', '""', said).casefold()
    return next((name for name, words in _WORDS if re.search(words, folded)), "other")
