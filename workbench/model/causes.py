"""Why a database cannot be reached: one closed set of causes for the store and for sources.

What a driver or a server says may hold names, hosts or values: only a cause is told further.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import Text

REACHING: Mapping[str, Text] = {
    "host_unknown": Text("主机名无法解析", "its host name is not known"),
    "no_answer": Text("连接超时", "nobody answered in time"),
    "connection_refused": Text("连接被拒绝", "the connection was refused"),
    "lost": Text("连接中断", "the connection was lost"),
    "tls": Text("TLS 连接失败", "no TLS connection could be made"),
    "authentication": Text("用户名或口令不被接受", "user or password was not accepted"),
    "database_missing": Text(
        "数据库不存在或账号无权进入", "its database is not there, or closed to the account"
    ),
}
