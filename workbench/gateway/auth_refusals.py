"""Why nobody is let in, each with the next step."""

from __future__ import annotations

from workbench.errors import Code, Text, WorkbenchError, simple


def wrong_password() -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        "用户名或密码不正确。",
        "The user name or the password is wrong.",
        next=Text(
            "请核对后再试；忘记密码请联系安全管理员。",
            "Check both and try again; if the password is lost, ask the security manager.",
        ),
    )


def disabled() -> WorkbenchError:
    return simple(
        Code.user_disabled,
        "该账号已停用。",
        "This account is disabled.",
        next=Text("请联系安全管理员。", "Ask the security manager."),
    )


def bad_page_id(page: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "页面编号只能由字母、数字和 _ . - 组成。",
        "A page's id is made of letters, digits and _ . -",
        subject=page[:64],
    )
