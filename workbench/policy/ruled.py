"""What is said of a resource that gives nothing by the decision of a procedure: which one, by which
article, since and until when, and what remains."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import Code, Reason, Text
from workbench.model.contract import Resource, Ruled
from workbench.model.regulation import Regulation
from workbench.regulations.saying import article_text


def kept_back(resource: Resource, by: Ruled, regulation: Regulation) -> Reason:
    """Nothing of the resource is told but its name and the decision (Foshan 2019 art. 12)."""
    what, code = _WHAT.get(by.effect, _WITHDRAWN)
    title = by.title
    return Reason(
        code,
        Text(what.zh.format(resource.name), what.en.format(resource.name)),
        Text(
            f"由程序 {by.procedure_id}（{title.zh}）决定{_when(by).zh}。",
            f"Decided by the procedure {by.procedure_id} ({title.en}){_when(by).en}.",
        ),
        rule_of(by, regulation),
        _BACK if by.comes_back else _GONE,
        subject=resource.name,
    )


def rule_of(by: Ruled, regulation: Regulation) -> Text:
    """The article of the step; "our default" where no regulation orders it."""
    told = article_text(by.article)
    if not by.article:
        return Text("本产品的默认规则", "Our default")
    if regulation.id != by.regulation:
        return Text(f"{by.regulation} {told.zh}", f"{by.regulation} {told.en}")
    return Text(f"{regulation.title.zh}{told.zh}", f"{regulation.title.en} {told.en}")


def told(by: Ruled, regulation: Regulation) -> Text:
    """One sentence for catalogues: what was decided, by what, since and until when."""
    kind = by.sharing or by.opening
    what = _SHORT.get(by.effect, _SHORT["reclassify"])
    value = f" {kind.value}" if kind is not None else ""
    rule = rule_of(by, regulation)
    return Text(
        f"{what.zh}{value}：程序 {by.procedure_id}（{by.title.zh}，{rule.zh}）{_when(by).zh}",
        f"{what.en}{value}: procedure {by.procedure_id} ({by.title.en}, {rule.en}){_when(by).en}",
    )


def _when(by: Ruled) -> Text:
    since = Text(f"，自 {by.since} 起", f", since {by.since}") if by.since else Text("", "")
    if by.until is None:
        return since
    return Text(f"{since.zh}，至 {by.until} 止", f"{since.en}, until {by.until}")


_TYPE = (
    Text("资源 {} 已改为不予共享。", "The resource {} is not shared any more."),
    Code.not_shared,
)
_WITHDRAWN = (
    Text("资源 {} 的目录条目已撤销。", "The entry of the resource {} was withdrawn."),
    Code.not_shared,
)
_WHAT: Mapping[str, tuple[Text, Code]] = {
    "reclassify": _TYPE,
    "reclassify_until": _TYPE,
    "withdraw_entry": _WITHDRAWN,
    "seal": (Text("资源 {} 的数据已封存。", "The data of {} are sealed."), Code.not_shared),
    "destroy": (Text("资源 {} 的数据已销毁。", "The data of {} were destroyed."), Code.not_shared),
}
_SHORT: Mapping[str, Text] = {
    "reclassify": Text("共享或开放类型定为", "type decided as"),
    "reclassify_until": Text("共享类型临时定为", "type for the time"),
    "withdraw_entry": Text("目录条目撤销", "entry withdrawn"),
    "seal": Text("数据封存", "data sealed"),
    "destroy": Text("数据销毁", "data destroyed"),
}
_BACK = Text(
    "此后会恢复；在此之前请不要使用，或向提供部门了解。",
    "It comes back after that; until then leave it out, or ask the provider.",
)
_GONE = Text(
    "请去掉它；对决定有异议的，可用 workbench procedures open dispute_type 提出。",
    "Leave it out; whoever objects opens: workbench procedures open dispute_type.",
)
