"""What a refusal teaches: the thing, its provider, its class, the grant that lacks it, the rule,
and the next step with a draft to paste.

Permission is checked before existence: a suggestion ("did you mean") names granted things only,
and of a resource that is not shared nothing but its name is ever said.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence

from workbench.errors import Code, Reason, Text
from workbench.model.contract import Column, Personal, Resource, SharingType
from workbench.model.grant import Grant
from workbench.model.lookup import Resources
from workbench.model.read_set import ReadSet
from workbench.model.regulation import UNSTATED, Regulation
from workbench.model.scenario import Scenario
from workbench.model.tier import Tier, holds_column
from workbench.policy.drafts import application
from workbench.policy.endings import mode_not_available
from workbench.policy.ruled import kept_back
from workbench.policy.rules import Topic, not_shared_route, rule

_PERSONAL: Mapping[Personal, Text] = {
    Personal.no: Text("", ""),
    Personal.personal: Text("，个人信息", ", personal"),
    Personal.sensitive: Text("，敏感个人信息", ", sensitive personal"),
}


def scenario_unknown(scenario_id: str, own: Sequence[str]) -> Reason:
    """The same words whether the scenario does not exist or is another's."""
    listed = ", ".join(own)
    return Reason(
        Code.scenario_unknown,
        Text(f"你没有应用场景 {scenario_id}。", f"You have no scenario {scenario_id}."),
        Text(
            "每次查询都在一个获准的应用场景下进行。",
            "A query runs under one scenario that was approved for you.",
        ),
        next=Text(
            f"你的场景：{listed}" if own else "请向数据主管部门申请应用场景。",
            f"Yours: {listed}" if own else "Apply to the data authority for a scenario.",
        ),
    )


def role_missing(person: str) -> Reason:
    return Reason(
        Code.role_missing,
        Text(f"{person} 没有使用数据的角色。", f"{person} has no role that uses data."),
        Text(
            "运行、安全和审计人员管理平台，不以该身份使用其中的数据。",
            "Operators, security managers and auditors look after the platform; in that role "
            "they do not use its data.",
        ),
        Text(
            "安全管理、数据运行、审计由不同人员担任（佛山 2019 征求意见稿第40条）。",
            "Security management, data operation and audit are different people (Foshan 2019 "
            "draft art. 40).",
        ),
        Text(
            "需要分析数据的人请申请 analyst 角色。",
            "Whoever has to analyse data asks for the role analyst.",
        ),
        subject=person,
    )


def viewer_not_listed(page: str, viewer: str) -> Reason:
    return Reason(
        Code.viewer_not_listed,
        Text(
            f"页面 {page} 没有把 {viewer or '（无人）'} 列为查看人。",
            f"The page {page} does not list {viewer or '(nobody)'} as a viewer.",
        ),
        Text(
            "页面以自己的授权运行，只给登记的人看。",
            "A page runs with grants of its own and shows to those registered for it.",
        ),
        next=Text(
            "请由场景负责人在场景文件的 pages 中登记。",
            "Ask whoever keeps the scenario to list you under its pages.",
        ),
        subject=page,
    )


def not_shared(resource: Resource, regulation: Regulation) -> Reason:
    """Its name only: no column, no provider (Foshan 2019 art. 12: that it exists)."""
    return Reason(
        Code.not_shared,
        Text(f"资源 {resource.name} 不予共享。", f"The resource {resource.name} is not shared."),
        Text(
            "目录只说明它存在，并登记有法律依据。",
            "The catalogue says that it exists, on a registered legal basis, and nothing more.",
        ),
        rule(regulation, Topic.not_shared),
        not_shared_route(regulation),
        subject=resource.name,
    )


def table_not_granted(
    resource: Resource, scenario: Scenario, department: str, regulation: Regulation
) -> Reason:
    graded = [c for c in resource.columns if c.classification is not None]
    return Reason(
        Code.not_granted,
        Text(
            f"表 {resource.name}（{resource.title.zh}）未授权给场景 {scenario.id}。",
            f"The table {resource.name} ({resource.title.en}) is not granted to the scenario "
            f"{scenario.id}.",
        ),
        Text(
            f"提供部门：{resource.provider_shown.zh}；分级：{_classes(graded) or '未定级'}；"
            f"共享类型：{resource.sharing.type}。",
            f"Provider: {resource.provider_shown.en}; class: {_classes(graded) or 'not graded'}; "
            f"sharing: {resource.sharing.type}.",
        ),
        rule(regulation, Topic.least, Topic.apply),
        _apply(resource),
        subject=resource.name,
        draft=application(scenario, department, resource, graded, choose=True),
    )


def columns_not_granted(
    resource: Resource,
    columns: Sequence[Column],
    grant: Grant,
    scenario: Scenario,
    regulation: Regulation,
) -> tuple[Reason, ...]:
    """One reason a column; the last one of those that can be granted ends with the draft for
    exactly these columns."""
    missing = [c for c in columns if c.classification is not None]
    reasons = [_unclassified(resource, c, regulation) for c in columns if c not in missing]
    draft = ""
    if missing:
        draft = application(scenario, grant.department, resource, missing, held=grant)
    for column in missing:
        ends = draft if column is missing[-1] else ""
        reasons.append(_column(resource, column, grant, regulation, ends))
    return tuple(reasons)


def statement_not_accepted(kind: str) -> Reason:
    return Reason(
        Code.statement_not_allowed,
        Text("工作区不接受这样的语句。", "A workspace does not accept this kind of statement."),
        Text("读不懂的一律不执行。", "What cannot be understood is not run."),
        next=Text("请改写为一条查询。", "Write it as one query."),
        subject=kind,
    )


def page_only_asks(kind: str) -> Reason:
    return Reason(
        Code.statement_not_allowed,
        Text("页面只能查询。", "A page runs queries only."),
        Text(
            "同一页面的查看人共用一个工作进程：临时表、变量和预备语句会影响别人看到的数。",
            "Its viewers share one worker: a temporary table, a variable or a prepared statement "
            "would shape what the others see.",
        ),
        next=Text("请写成一条查询（可用 WITH）。", "Write it as one query (WITH is fine)."),
        subject=kind,
    )


def explain_missing(
    kind: str,
    name: str,
    reads: ReadSet,
    scenario: Scenario,
    grants: Collection[Grant],
    resources: Mapping[str, Resource],
    regulation: Regulation = UNSTATED,
    tier: Tier = Tier.rows,
) -> Reason:
    """Why the engine did not find ``name`` (``kind``: table or column): not granted, where a
    contract knows it; else not found. ``grants`` are those of the workspace, which is ``tier``."""
    last = name.rsplit(".", 1)[-1].strip('"')
    if kind == "table":
        return _missing_table(last, scenario, grants, resources, regulation)
    asked = {table.casefold() for table in reads.tables}
    near = [g for g in grants if g.resource.casefold() in asked] or list(grants)
    known = Resources.of(resources)
    for grant in near:
        resource = known.named(grant.resource)
        column = resource.column(last) if resource is not None else None
        if resource is not None and column is not None and grant.column(last) is None:
            return columns_not_granted(resource, (column,), grant, scenario, regulation)[0]
        granted = grant.column(last)
        if tier is Tier.own and granted is not None and not holds_column(grant, granted, tier):
            return mode_not_available(grant, granted.name, regulation, tier)
    columns = [c.name for grant in near for c in grant.columns if holds_column(grant, c, tier)]
    return not_found(kind, last, columns)


def not_found(kind: str, name: str, granted: Iterable[str]) -> Reason:
    """``granted``: names that may be suggested. No other name is ever hinted at."""
    folded = {g.casefold(): g for g in granted}
    close = [folded[f] for f in difflib.get_close_matches(name.casefold(), folded, 3, 0.6)]
    suggested = ", ".join(close)
    word = Text("表", "table") if kind == "table" else Text("列", "column")
    look = Text(
        "SHOW TABLES 和 DESCRIBE 表名 可查看现有的表和列。",
        "SHOW TABLES and DESCRIBE table show what there is.",
    )
    meant = Text(f"是不是：{suggested}", f"Did you mean: {suggested}")
    return Reason(
        Code.not_found,
        Text(f"没有名为 {name} 的{word.zh}。", f"There is no {word.en} named {name}."),
        next=meant if close else look,
    )


def _missing_table(
    name: str,
    scenario: Scenario,
    grants: Collection[Grant],
    resources: Mapping[str, Resource],
    regulation: Regulation,
) -> Reason:
    granted = {g.resource.casefold(): g for g in grants}
    resource = Resources.of(resources).named(name)
    if resource is None:
        return not_found("table", name, (g.resource for g in grants))
    if resource.name.casefold() in granted:
        return Reason(
            Code.extract_missing,
            Text(
                f"资源 {resource.name} 已授权，但工作区里还没有它的数据。",
                f"{resource.name} is granted, but the workspace holds no data of it yet.",
            ),
            next=Text("请稍后重试或联系运行人员。", "Try again later, or tell the operator."),
            subject=resource.name,
        )
    if resource.closed_to_new is not None:
        return kept_back(resource, resource.closed_to_new, regulation)
    if resource.sharing.type is SharingType.not_shared:
        return not_shared(resource, regulation)
    department = next((g.department for g in grants), "")
    return table_not_granted(resource, scenario, department, regulation)


def _column(
    resource: Resource, column: Column, grant: Grant, regulation: Regulation, draft: str
) -> Reason:
    grade = _PERSONAL[column.personal]
    return Reason(
        Code.not_granted,
        Text(
            f"列 {resource.name}.{column.name}{_zh_title(column)}未授权。",
            f"The column {resource.name}.{column.name} is not granted.",
        ),
        Text(
            f"提供部门：{resource.provider_shown.zh}；分级：{column.classification}{grade.zh}；"
            f"授权 {grant.id} 不含该列。",
            f"Provider: {resource.provider_shown.en}; class: {column.classification}{grade.en}; "
            f"the grant {grant.id} lacks it.",
        ),
        rule(regulation, Topic.least, Topic.apply),
        _apply(resource),
        subject=f"{resource.name}.{column.name}",
        draft=draft,
    )


def _unclassified(resource: Resource, column: Column, regulation: Regulation) -> Reason:
    return Reason(
        Code.unclassified,
        Text(
            f"列 {resource.name}.{column.name} 尚未分级，不能授权。",
            f"The column {resource.name}.{column.name} is not classified, so it cannot be granted.",
        ),
        Text(
            f"提供部门 {resource.provider_shown.zh} 须先按 GB/T 43697 分级。",
            f"Its provider {resource.provider_shown.en} has to grade it first (GB/T 43697).",
        ),
        rule(regulation, Topic.grading),
        Text(
            "请提供部门在合同文件中填写该列的分级。",
            "Ask the provider to write the column's class into the contract.",
        ),
        subject=f"{resource.name}.{column.name}",
    )


def _apply(resource: Resource) -> Text:
    if resource.sharing.type is SharingType.unconditional:
        return Text(
            "请用下面的草稿提出申请；该资源属无条件共享。",
            "Apply with the draft below; the resource is shared unconditionally.",
        )
    return Text(
        "请填好下面的草稿提出共享申请，由提供部门审核。",
        "Fill in the draft below and apply; the provider reviews it.",
    )


def _classes(columns: Iterable[Column]) -> str:
    return ", ".join(sorted({str(c.classification) for c in columns}))


def _zh_title(column: Column) -> str:
    return f"「{column.title}」" if column.title else ""
