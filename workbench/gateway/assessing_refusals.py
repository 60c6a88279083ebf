"""Why something of an assessment is not given, or not done."""

from __future__ import annotations

from collections.abc import Collection

from workbench.errors import Code, Text, WorkbenchError, simple

ASSESSMENT, APPEAL = "assessment", "assessment_appeal"
"""The procedures' files, by their shipped names."""
_OURS = Text("本产品的默认规则", "our default")


def elsewhere(kind: str) -> None:
    """Raises Refused for a procedure that has a desk of its own: there its steps are held against
    the run's file."""
    if kind in (ASSESSMENT, APPEAL):
        raise simple(
            Code.not_yours,
            "考核和考核申诉在考核台办理。",
            "Assessments and appeals against them are dealt with at their own desk.",
            why=Text("每一步都要核对考核文件。", "Each step is held against the file of the run."),
            next=Text(
                "用 workbench assess open|sheet|appeal|decide|do|sign|publish。",
                "Use workbench assess open|sheet|appeal|decide|do|sign|publish.",
            ),
            subject=kind,
        )


def no_such(id: str) -> WorkbenchError:  # noqa: A002
    """The same whether there is none or it is not yet theirs to see."""
    return simple(
        Code.not_found,
        f"没有考核 {id[:64]}，或者它尚未供您查阅。",
        f"There is no assessment {id[:64]}, or it is not yours to see yet.",
        next=Text("用 workbench assess progress 查看。", "workbench assess progress lists yours."),
        subject=id[:64],
    )


def no_such_appeal(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.not_found,
        f"没有申诉 {id[:64]}，或者它与您的部门无关。",
        f"There is no appeal {id[:64]}, or it is not one of your department's.",
        next=Text("用 workbench assess appeals 查看。", "workbench assess appeals shows yours."),
        subject=id[:64],
    )


def not_your_sheet() -> WorkbenchError:
    """The same whatever is there of that department."""
    return simple(
        Code.not_yours,
        "只能查阅本部门的考核表。",
        "You can see your own department's sheet only.",
        rule=Text(
            "公布前各部门只看本部门的考核表，公布后另可看排名（本产品的默认规则）。",
            "A department sees its own sheet, and the ranking once it is published (our default).",
        ),
        next=Text("请查阅本部门的考核表。", "Look at your own department's."),
    )


def not_published() -> WorkbenchError:
    return simple(
        Code.not_yours,
        "排名尚未公布。",
        "The ranking is not published yet.",
        next=Text("请查阅本部门的考核表。", "Look at your own department's sheet."),
    )


def not_scored(department: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"{department[:64]} 不在这次考核中。",
        f"{department[:64]} is not scored in this assessment.",
        next=Text(
            "考核方案写明哪些部门不参加。", "The scheme says which departments are left out."
        ),
        subject=department[:64],
    )


def no_run(digest: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"没有摘要为 {digest[:12]} 的考核文件，或者它已被改动。",
        f"There is no run with the digest {digest[:12]}, or its file was changed.",
        next=Text("用 workbench assess run 生成。", "Make one with workbench assess run."),
        subject=digest[:64],
    )


def not_recorded(digest: str) -> WorkbenchError:
    return simple(
        Code.not_yours,
        f"台账中没有考核文件 {digest[:12]} 的运行记录。",
        f"The ledger has no entry of the run {digest[:12]}.",
        why=Text(
            "只有由 assess run 测算并登记的文件才能作为初稿。",
            "A draft is a run that was measured and entered by assess run.",
        ),
        next=Text("用 workbench assess run 生成。", "Make one with workbench assess run."),
        subject=digest[:64],
    )


def amends_already(digest: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"考核文件 {digest[:12]} 是复算的结果，不能作为初稿。",
        f"The run {digest[:12]} amends another one and cannot be a draft.",
        why=Text("复算只由评议决定产生。", "Only the panel's decisions make an amended run."),
        next=Text("请提交原来的考核文件。", "Hand in the run that was measured."),
        subject=digest[:64],
    )


def not_the_evaluator(evaluator: str) -> WorkbenchError:
    return simple(
        Code.not_yours,
        f"这个方案由 {evaluator} 考核。",
        f"By this scheme {evaluator} is the one that scores.",
        next=Text("请由该部门提交。", "Have that department hand it in."),
        subject=evaluator,
    )


def under_way(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.step_not_possible,
        f"同一方案同一年度的考核 {id} 正在办理。",
        f"The assessment {id} of the same scheme and year is under way.",
        next=Text("先办结或者撤回它。", "Finish or withdraw it first."),
        subject=id,
    )


def another_run(id: str, now: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.moved_on,
        f"考核 {id} 现在的考核文件是 {now[:12]}，不是您看到的那一份。",
        f"The run of {id} is {now[:12]} now, and not the one that you saw.",
        next=Text("请重新查看后再签。", "Look at it again before you sign."),
        subject=id,
    )


def not_open_to_appeal(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.step_not_possible,
        f"考核 {id} 现在不在申诉期。",
        f"The assessment {id} cannot be appealed now.",
        rule=Text("申诉在发部门核对之后、复算之前提出（本产品的默认规则）。",
                  "Appeals come after it was shown and before it is worked out anew (our "
                  "default)."),
        next=Text("用 workbench assess progress 查看进度。", "See workbench assess progress."),
        subject=id,
    )  # fmt: skip


def undecided(id: str, appeals: Collection[str]) -> WorkbenchError:  # noqa: A002
    named = ", ".join(sorted(appeals))
    return simple(
        Code.step_not_possible,
        f"考核 {id} 还有未决定的申诉：{named}。",
        f"There are appeals against {id} that are not decided: {named}.",
        next=Text("先由评议人决定。", "Have the panel decide them first."),
        subject=id,
    )


def own_department(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.own_application,
        "申诉部门的人员不能决定本部门的申诉。",
        "Nobody of the department that appeals decides its appeal.",
        rule=_OURS,
        next=Text("请由其他评议人决定。", "Have somebody else of the panel decide."),
        subject=id,
    )


def own_draft(id: str) -> WorkbenchError:  # noqa: A002
    return simple(
        Code.own_application,
        "提交初稿的人不能决定对它的申诉。",
        "Who made the draft does not decide appeals against it.",
        rule=_OURS,
        next=Text("请由其他评议人决定。", "Have somebody else of the panel decide."),
        subject=id,
    )


def no_number(text: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"“{text[:32]}”不是数值。",
        f'"{text[:32]}" is no number.',
        next=Text("例如 1、0.5 或 7/8。", "Such as 1, 0.5 or 7/8."),
        subject="amount",
    )
