"""What a statement is told that a workspace does not accept."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import Code, Reason, Text
from workbench.sql.functions import Topic

_ACCESS_RULE = Text(
    "访问控制：黑龙江2025第38条、佛山2019（征求意见稿）第42条",
    "Access control: Heilongjiang 2025 art. 38, Foshan 2019 (draft) art. 42",
)
_WORKSPACE = Text(
    "工作区只含本场景授权的数据；文件、网络、其他数据库和设置都不在其内。",
    "A workspace holds what the scenario's grants allow; files, the network, other databases and "
    "settings are outside it.",
)
_TOPICS: Mapping[Topic, tuple[Text, Text]] = {
    Topic.file: (
        Text(
            "它读取文件、网址、环境变量或其他数据库。",
            "It reads files, addresses, environment variables or other databases.",
        ),
        Text(
            "请使用已授权的表；外部数据请申请入库后再查询。",
            "Query the granted tables; have other data catalogued and ingested first.",
        ),
    ),
    Topic.text: (
        Text(
            "它把文本当作语句或表名执行，台账无法得知读了什么。",
            "It runs a text as a statement or a table's name, so the ledger could not say what "
            "was read.",
        ),
        Text("请直接写出语句和表名。", "Write the statement and the table's name themselves."),
    ),
    Topic.setting: (
        Text("它读写引擎的设置或日志。", "It reads or changes settings or logs of the engine."),
        Text(
            "设置由运行人员管理；临时的值可用 SET VARIABLE 和 getvariable。",
            "Settings are the operator's; for a value of your own use SET VARIABLE and "
            "getvariable.",
        ),
    ),
    Topic.instance: (
        Text("它显示引擎实例的内部信息。", "It shows the inside of the engine's instance."),
        Text(
            "查看现有的表和列请用 SHOW TABLES、DESCRIBE 表名或 information_schema。",
            "To see tables and columns use SHOW TABLES, DESCRIBE table or information_schema.",
        ),
    ),
    Topic.untold: (
        Text(
            "它把数据写进错误信息，数据会不经放行和记录而离开。",
            "It writes data into an error's text, where they would leave without a release.",
        ),
        Text(
            "请用 SELECT 查出不合预期的行。",
            "Select the rows that are not as expected instead.",
        ),
    ),
    Topic.idle: (
        Text("它占住查询进程而不读数据。", "It holds a worker and reads nothing."),
        Text("请在笔记本里等待（time.sleep）。", "Wait in the notebook instead (time.sleep)."),
    ),
    Topic.unknown: (
        Text(
            "引擎有这个函数，但尚未审定；未审定的一律不用。",
            "The engine has it and nobody has reviewed it yet; what is unknown is refused.",
        ),
        Text("请改用已审定的函数，或请管理员审定。", "Use a reviewed one, or ask for a review."),
    ),
}


def function_refused(name: str, topic: Topic) -> Reason:
    why, step = _TOPICS[topic]
    return Reason(
        Code.function_not_allowed,
        Text(f"工作区不提供函数 {name}。", f"A workspace does not offer the function {name}."),
        why,
        _ACCESS_RULE,
        step,
        subject=name,
    )


def system_relation(name: str) -> Reason:
    why, step = _TOPICS[Topic.instance]
    return Reason(
        Code.function_not_allowed,
        Text(f"工作区不提供系统视图 {name}。", f"A workspace does not offer the view {name}."),
        why,
        _ACCESS_RULE,
        step,
        subject=name,
    )


def file_as_table() -> Reason:
    """The name is not repeated: it may be a path or a value."""
    return Reason(
        Code.statement_not_allowed,
        Text("表的位置上是文本或文件名。", "A text or a file's name stands where a table belongs."),
        _WORKSPACE,
        _ACCESS_RULE,
        Text(
            "请写表名，不加单引号（例如 FROM house_prices）；外部数据请申请入库。",
            "Write the table's name without quotes (as in FROM house_prices); have other data "
            "ingested.",
        ),
    )


def statement_refused(word: str) -> Reason:
    name = word.upper()
    return Reason(
        Code.statement_not_allowed,
        Text(f"工作区不接受 {name} 语句。", f"A workspace does not accept {name}."),
        _WORKSPACE,
        _ACCESS_RULE,
        _INSTEAD.get(word, _QUERY_INSTEAD),
        subject=name,
    )


def not_temporary(what: str) -> Reason:
    name = what.upper()
    return Reason(
        Code.statement_not_allowed,
        Text(
            f"工作区里不能建永久的 {name}。",
            f"Nothing lasting can be made in a workspace, so no {name} either.",
        ),
        Text(
            "工作区只读，随授权或数据版本变化而重建。",
            "It is read-only, and rebuilt when a grant or an extract changes.",
        ),
        next=Text(f"请用 CREATE TEMP {name} …", f"Write CREATE TEMP {name} …"),
        subject=f"CREATE {name}",
    )


def shadows(name: str) -> Reason:
    return Reason(
        Code.statement_not_allowed,
        Text(
            f"宏不能取引擎函数的名字 {name}。", f"A macro may not take a function's name, {name}."
        ),
        Text(
            "否则台账里的函数名与实际运行的不一致。",
            "The ledger would name one thing and another would run.",
        ),
        next=Text("请换一个名字。", "Give it another name."),
        subject=name,
    )


def several() -> Reason:
    return Reason(
        Code.several_statements,
        Text("一次请求只能有一条语句。", "A request is one statement."),
        Text("每条语句单独决定、单独记账。", "Each statement is decided and recorded by itself."),
        next=Text(
            "请分开提交；末尾的分号可以保留。",
            "Send them one by one; a semicolon at the end is fine.",
        ),
    )


def empty() -> Reason:
    return _wrong(Text("没有语句。", "There is no statement."), _BEGIN)


def unreadable(problem: str) -> Reason:
    return _wrong(_PROBLEMS[problem], Text("请删去后重试。", "Remove it and try again."))


def no_statement(suggestion: str) -> Reason:
    what = Text("这不是一条 SQL 语句。", "This is not an SQL statement.")
    if not suggestion:
        return _wrong(what, _BEGIN)
    word = suggestion.upper()
    return _wrong(what, Text(f"开头是不是 {word}？", f"Did you mean {word} at its beginning?"))


def bad_syntax(said: str) -> Reason:
    """``said``: the parser's first line; it quotes at most one word of the statement."""
    return _wrong(
        Text(f"语句有语法错误，解析器的原话：{said}", f"The statement has a syntax error: {said}"),
        Text("请改正后重试。", "Correct it and try again."),
    )


def _wrong(what: Text, step: Text) -> Reason:
    return Reason(Code.statement_wrong, what, next=step)


_BEGIN = Text(
    "请以 SELECT、FROM、WITH、DESCRIBE 等开头。", "Begin with SELECT, FROM, WITH, DESCRIBE or such."
)
_QUERY_INSTEAD = Text("请改写为查询。", "Write it as a query.")
_INSTEAD: Mapping[str, Text] = {
    "copy": Text(
        "结果请用 .pl() 或 .arrow() 取得；导出会记入台账。",
        "Take the result with .pl() or .arrow(); that is recorded.",
    ),
    "attach": Text(
        "一次查询只属于一个场景；跨场景请申请新的场景。",
        "A query belongs to one scenario; to join across scenarios apply for a new one.",
    ),
    "use": Text(
        "不必切换：表都在当前库中。", "There is nothing to switch to: all tables are here."
    ),
    "set": Text(
        "设置由运行人员管理；临时的值可用 SET VARIABLE。",
        "Settings are the operator's; for a value of your own use SET VARIABLE.",
    ),
    "pragma": Text("查看列请用 DESCRIBE 表名。", "To see columns use DESCRIBE table."),
    "call": Text("请用 SELECT。", "Use SELECT."),
    "show databases": Text("请用 SHOW TABLES。", "Use SHOW TABLES."),
}
_PROBLEMS: Mapping[str, Text] = {
    "nul": Text("语句含有空字符（NUL）。", "The statement holds a NUL character."),
    "surrogate": Text("语句含有不完整的字符。", "The statement holds half a character."),
    "operators": Text(
        "语句含有过长的一串运算符。", "The statement holds an overlong run of operator signs."
    ),
    "dollar": Text(
        "美元引号的标记里有特殊空格，无法确定从哪里开始。",
        "An odd space stands in the tag of a dollar quote, so it has two readings.",
    ),
}
