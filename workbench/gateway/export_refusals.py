"""Why a release is not kept as a file, each with its next step."""

from __future__ import annotations

from workbench.errors import Code, Text, WorkbenchError, simple


def _refused(zh: str, en: str, subject: str, **more: Text) -> WorkbenchError:
    return simple(Code.export_not_allowed, zh, en, subject=subject, **more)


_AGAIN = Text("请重新查询，再保存。", "Ask again, then save.")


def not_yours(release: str) -> WorkbenchError:
    return _refused(
        "账本中没有您的这次发布。",
        "The ledger has no such release of yours.",
        release,
        why=Text("结果只能由查询者本人保存。", "A result is saved by the person who asked for it."),
        next=_AGAIN,
    )


def not_whole(release: str) -> WorkbenchError:
    return _refused(
        "这次发布没有完整结束，不能保存为文件。",
        "This release did not end whole, and cannot be kept as a file.",
        release,
        next=_AGAIN,
    )


def other_rows(release: str, rows: int, released: object) -> WorkbenchError:
    return _refused(
        f"文件有 {rows:,} 行，而这次发布为 {released} 行。",
        f"The file has {rows:,} rows, and the release {released}.",
        release,
        why=Text("回执只为所发布的结果出具。", "A receipt is given for the result as released."),
        next=Text("请用 release.save(…) 保存。", "Save with release.save(...)."),
    )


def before_grants(release: str) -> WorkbenchError:
    return _refused(
        "账本没有完整记下这次发布所依据的授权。",
        "The ledger does not name the grants of this release, or not what they gave then.",
        release,
        next=_AGAIN,
    )


def before_consents(release: str) -> WorkbenchError:
    return _refused(
        "账本没有记下这次发布所依据的主体同意。",
        "The ledger does not say by which consents this release was read.",
        release,
        next=_AGAIN,
    )


def consent_ended(resources: list[str]) -> WorkbenchError:
    named = ", ".join(resources)
    return simple(
        Code.consent_withdrawn,
        f"这次发布之后，{named} 中有主体撤回了同意，或其同意已到期，不能再保存。",
        f"Since this release somebody whom {named} is about withdrew their consent, or it ran "
        "out: it cannot be kept any more.",
        why=Text(
            "结果中可能有其数据；没有同意的行，不再用于本场景。",
            "Their data may be in it; rows without a consent are not used in this scenario any "
            "more.",
        ),
        next=Text(
            "请重新查询，再保存：新的结果不含这些行。",
            "Ask again, then save: the new result is without them.",
        ),
        subject=named,
    )


def gone(resource: str) -> WorkbenchError:
    return _refused(
        f"{resource} 的授权已不存在。",
        f"The grant of {resource} is no longer there.",
        resource,
        next=Text("请查看 grants()，并向数据主管部门申请。",
                  "Look at grants(), and apply to the data authority."),
    )  # fmt: skip


def changed(resource: str) -> WorkbenchError:
    return _refused(
        f"{resource} 的授权（列、脱敏、行范围或批准决定）已变更，不再提供这次发布的内容。",
        f"The grant of {resource} changed (columns, masks, rows or decision), and no longer gives "
        "what was released.",
        resource,
        why=Text("回执按现行授权出具。", "A receipt is given under the grant as it stands."),
        next=_AGAIN,
    )


def mode(modes: list[str]) -> WorkbenchError:
    named = ", ".join(modes)
    return _refused(
        f"共享方式为 {named} 的结果不能保存为文件。",
        f"What is shared in mode {named} cannot be kept as a file.",
        named,
        why=Text(
            "只有获取（obtain）和统计（statistics）的结果可以保存。",
            "Only results of the modes obtain and statistics are kept.",
        ),
        rule=Text("场景文件中该资源的 mode", "mode of the resource in the scenario's file"),
        next=Text(
            "需要文件的，请申请以 obtain 方式共享。", "To keep it, apply for the mode obtain."
        ),
    )
