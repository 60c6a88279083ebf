"""What the workbench says of rows and rules. Counts, rules and places; never a value."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.extracts.faults import Broken, Failed
from workbench.extracts.reasons import contract
from workbench.model.contract import Column, QualityRule


def bound_of_no_number(column: Column) -> WorkbenchError:
    return contract(
        f"列 {column.name} 的类型是 {column.type}，不能有 minimum 或 maximum。",
        f"Column {column.name} is {column.type}, which has no minimum or maximum.",
        subject=column.name,
    )


def pattern_unreadable(column: Column) -> WorkbenchError:
    return contract(
        f"列 {column.name} 的 pattern 不是 RE2 能读的正则表达式。",
        f"The pattern of column {column.name} is not one that RE2 can read.",
        subject=column.name,
        fix=Text("RE2 没有前后查找和反向引用。", "RE2 has no look-around and no back-references."),
    )


def rule_unknown(rule: QualityRule, part: str) -> WorkbenchError:
    return contract(
        f"质量规则 {rule.name or rule.metric} 看不懂：{part}",
        f"The quality rule {rule.name or rule.metric} cannot be understood: {part}",
        subject=rule.name or rule.metric,
    )


def quarantine_cut(written: int, total: int) -> Text:
    return Text(
        f"隔离文件只写了前 {written} 条，共有 {total} 条。",
        f"The quarantine file holds the first {written} of {total} lines.",
    )


def by_form_only(column: Column) -> Text:
    return Text(
        f"列 {column.name}：本市没有这类代码的代码表，只检查了形式。",
        f"Column {column.name}: the city has no list of these codes; only their form was checked.",
    )


def rows_broken(resource: str, broken: Broken) -> Reason:
    subject = f"{resource}.{broken.column}" if broken.column else resource
    limit = f"（{broken.limit}）" if broken.limit else ""
    limit_en = f" ({broken.limit})" if broken.limit else ""
    count = "1 row breaks" if broken.rows == 1 else f"{broken.rows} rows break"
    return Reason(
        Code.invalid_delivery,
        Text(
            f"{subject}：{broken.rows} 行不符合规则 {broken.rule}{limit}。",
            f"{subject}: {count} the rule {broken.rule}{limit_en}.",
        ),
        rule=broken.wanted,
        next=broken.hint,
        subject=subject,
    )


def rule_failed(resource: str, failed: Failed) -> Reason:
    rule, found = failed.rule, failed.found
    name = rule.name or " ".join(part for part in (rule.metric, rule.column) if part)
    unit = "%" if rule.unit == "percent" else ""
    return Reason(
        Code.invalid_delivery,
        Text(
            f"{resource}：质量规则“{name}”不满足：实际 {found:g}{unit}，"
            f"要求 {rule.compare} {rule.operand}。",
            f"{resource}: the quality rule “{name}” does not hold: found {found:g}{unit}, "
            f"wanted {rule.compare} {rule.operand}.",
        ),
        subject=resource,
    )


def mend(file: Path, resource: str, table_failed: bool) -> Text:
    """The next step where rows were bad."""
    zh, en = f"逐行问题见 {file}，请修正后重新交付", f"Mend the rows listed in {file}"
    if table_failed:
        return Text(f"{zh}。", f"{en} and deliver again.")
    command = f"workbench ingest {resource} ... --accept-valid"
    return Text(
        f"{zh}；或只接入合格的行：{command}",
        f"{en} and deliver again, or load the valid rows only: {command}",
    )
