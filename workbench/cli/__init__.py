"""The command ``workbench``: one module a noun, loaded when its noun is used.

A noun's module offers ``app`` (a ``typer.Typer``, a group of commands) or ``register(app)``, which
adds the command or commands themselves. ``--help`` imports none of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command as command_of
from typer.main import get_group as group_of

from workbench import __version__
from workbench.client.language import language_of
from workbench.errors import Text, WorkbenchError


@dataclass(frozen=True)
class Noun:
    """Where a command lives, and what ``--help`` says of it."""

    module: str
    help: Text


NOUNS: Mapping[str, Noun] = {
    "up": Noun("up", Text("启动网关、JupyterLab 和 Voila", "Start gateway, JupyterLab and Voila")),
    "login": Noun("login", Text("登录网关并保存会话", "Sign in to a gateway and keep the session")),
    "logout": Noun("login", Text("删除保存的会话", "Forget the kept session")),
    "sql": Noun("sql", Text("在一个应用场景下执行 SQL", "Run SQL under a scenario")),
    "contracts": Noun("contracts", Text("检查数据契约", "Check the data contracts")),
    "ingest": Noun("ingest", Text("导入数据文件，生成新版本", "Load files as a new version")),
    "catalogue": Noun(
        "catalogue", Text("导入、检索各门户的开放目录", "Import and search catalogues of portals")
    ),
    "recall": Noun(
        "recall", Text("召回一个数据版本，列出谁用过", "Take a version back; tell who used it")
    ),
    "reconcile": Noun(
        "reconcile", Text("与提供部门的对账文件核对", "Compare with a provider's control file")
    ),
    "apply": Noun("cases", Text("提出共享申请", "Apply for data for your department")),
    "review": Noun("cases", Text("查看一件申请", "Look at a case as its reviewer")),
    "decide": Noun("cases", Text("审核一件申请", "Decide of an application")),
    "narrow": Noun("cases", Text("缩小一项授权", "Make a grant smaller")),
    "revoke": Noun("cases", Text("撤销授权", "Take a grant back")),
    "case": Noun("cases", Text("办理案件的其他步骤", "Any other step of a case")),
    "cases": Noun("cases", Text("与本部门有关的案件", "The cases that concern you")),
    "procedures": Noun(
        "procedures", Text("共享之外的事项：发起、办理、期限", "Procedures beside sharing")
    ),
    "uses": Noun("uses", Text("谁在使用本部门的数据", "Who uses your department's data")),
    "told": Noun("told_reports", Text("统计已告知多少；输出核查", "How much statistics have told")),
    "due": Noun("cases", Text("快到期和已超期的事项", "What is due, by whom")),
    "remind": Noun("remind", Text("检查期限并发出消息", "Look at deadlines, send messages")),
    "anomalies": Noun(
        "anomalies", Text("账本中的异常及其办结", "What is out of the ordinary, and its end")
    ),
    "consent": Noun(
        "consent",
        Text("登记与撤回数据主体的同意", "Record and withdraw consents of whom data are about"),
    ),
    "grants": Noun("grants", Text("查看与撤销授权", "Look at grants and revoke them")),
    "users": Noun("users", Text("管理用户", "Manage users")),
    "secrets": Noun("secrets", Text("管理来源账号", "Accounts at attached sources")),
    "sources": Noun("sources", Text("查看与检查挂接的来源", "Look at attached sources")),
    "audit": Noun("audit", Text("校验与查阅账本", "Verify and read the ledger")),
    "exports": Noun("exports", Text("查看导出的文件", "Files that were exported")),
    "derive": Noun("derive", Text("登记派生资源", "Results that are to become resources")),
    "receipt": Noun("receipt", Text("核对导出文件的回执", "Verify receipts of exports")),
    "store": Noun(
        "store", Text("存储库的状态、升级与搬迁", "State, upgrade and move of the store")
    ),
    "pages": Noun("pages", Text("检查与列出页面", "Check and list the pages")),
    "kpi": Noun("kpi", Text("共享指标：检查、计算、入库", "Sharing KPIs: check, compute, deliver")),
    "assess": Noun("assess", Text("考核评估：方案、评分", "Assessment: schemes, scores")),
    "libraries": Noun(
        "libraries", Text("七库：检查、计算指标", "Libraries: check, work out indicators")
    ),
    "analysis": Noun("analysis", Text("月度研判：检查、列出、作出", "The month's analysis")),
    "warnings": Noun("warnings", Text("预警：运行与处置", "Early warning: run it, handle alerts")),
    "monthly": Noun(
        "monthly",
        Text("月度运行：自动办理、做到哪里", "The month by itself: run it, see how it is"),
    ),
    "report": Noun(
        "report", Text("月度简报：拟稿、核稿、签发", "The month's brief: draft, check, sign")
    ),
    "whatif": Noun("whatif", Text("情景推算与保存的情景", "What if, and cases that are kept")),
    "regulations": Noun(
        "regulations", Text("法规档案与期限", "What regulations order, and by which day")
    ),
    "policy": Noun("policy", Text("运行策略测试", "Run policy tests")),
    "serve": Noun("serve", Text("只启动网关", "Start the gateway alone")),
    "tls": Noun("tls", Text("TLS 证书与自有 CA", "TLS certificates and an own authority")),
    "doctor": Noun(
        "doctor", Text("检查环境、权限和账本", "Look at the installation, and who can read what")
    ),
    "sample": Noun("sample", Text("模拟的城市与年份", "Made-up cities and years")),
    "init": Noun("init", Text("新建一个城市目录", "Make the folder of a new city")),
}
_TITLE = Text(
    "城市政务数据共享分析平台", "Governed data sharing for cities: a grant is a database."
)


class Nouns(TyperGroup):
    """The root group: knows its commands by name, and loads one when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return load(cmd_name) if cmd_name in NOUNS else None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        language = language_of(os.environ)
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(_TITLE.said(language))
        with formatter.section(Text("选项", "Options").said(language)):
            formatter.write_dl([r for p in self.get_params(ctx) if (r := p.get_help_record(ctx))])
        with formatter.section(Text("命令", "Commands").said(language)):
            formatter.write_dl([(name, noun.help.said(language)) for name, noun in NOUNS.items()])


def load(name: str) -> Any:
    """The command called ``name``. Raises ModuleNotFoundError where its module is missing."""
    module = import_module(f"workbench.cli.{NOUNS[name].module}")
    if hasattr(module, "register"):
        holder = typer.Typer()
        module.register(holder)
        return group_of(holder).commands[name]
    group = group_of(module.app)
    command = group.commands[name] if set(group.commands) == {name} else group
    command.name = name
    return command


app = typer.Typer(
    name="workbench",
    cls=Nouns,
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"workbench {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help=Text("显示版本", "Show the version").said(language_of(os.environ)),
        ),
    ] = False,
) -> None:
    """Options of the command itself."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; leaves by SystemExit.

    Exit codes: 0 done, 1 a bug, 2 invalid input, 3 refused, 4 the statement is wrong,
    5 unavailable, 130 cancelled by Ctrl-C.
    """
    try:
        command_of(app).main(arguments, prog_name="workbench")
    except WorkbenchError as error:
        from workbench.client.tables import printable

        said = error.said(language_of(os.environ)).split("\n")
        print("\n".join(printable(line) for line in said), file=sys.stderr)
        sys.exit(error.exit_code)
