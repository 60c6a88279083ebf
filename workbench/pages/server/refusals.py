"""Why the leaders' server shows nothing, each with the next step."""

from __future__ import annotations

from workbench.errors import Code, Text, WorkbenchError, simple


def own_session_needed() -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        "这个页面须以您本人的身份登录后查看。",
        "This page is shown to you under your own name only.",
        why=Text(
            "它按查看人本人的授权取数；链接或统一入口只说明您是谁，不能代替您登录数据网关。",
            "It asks for data under the grants of who is looking; a link or a proxy says who you "
            "are, and cannot sign you in at the data gateway.",
        ),
        next=Text("请用用户名和密码登录。", "Sign in with your user name and password."),
    )


def no_door() -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        "页面服务器尚不能代为打开页面。",
        "The server of pages cannot open pages for others at the moment.",
        why=Text(
            "它没有有效的入口令牌（door token）。",
            "It holds no door token that is valid.",
        ),
        next=Text(
            "请用用户名和密码登录，或请运维人员重新启动 workbench up。",
            "Sign in with your user name and password, or ask the operator to start "
            "`workbench up` again.",
        ),
    )


def bad_link() -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        "这个链接中的访问令牌无效。",
        "The access token in this link is not valid.",
        why=Text("每次重新启动后令牌都会更换。", "A new one is made at each start."),
        next=Text(
            "请向运维人员索取新链接，或用用户名和密码登录。",
            "Ask the operator for a new link, or sign in with your user name and password.",
        ),
    )


def somebody_else(viewer: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"您已以 {viewer} 的身份登录，其他网站的链接不能换人。",
        f"You are signed in as {viewer}; a link on another site cannot change that.",
        next=Text("请先退出，再打开链接。", "Sign out first, then open the link."),
    )


def unproven_proxy(header: str) -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        "统一入口没有证明自己的身份，未予放行。",
        "The proxy in front did not prove itself: nobody was let in.",
        why=Text(
            f"请求带有 {header}，但没有与之相配的密钥；任何人都能写这个请求头。",
            f"The request carries {header} without the secret that belongs to it; anybody can "
            "write that header.",
        ),
        next=Text(
            "请联系运维人员核对统一入口与 workbench up --proxy-secret 的设置。",
            "Ask the operator to compare the settings of the proxy and of "
            "`workbench up --proxy-secret`.",
        ),
    )


def no_such_page(name: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"没有页面 {name[:64]}。",
        f"There is no page {name[:64]}.",
        next=Text("请从页面目录中选择。", "Choose one from the index of pages."),
        subject=name[:64],
    )


def not_started() -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        "页面没能启动。",
        "The page could not be started.",
        why=Text("它的计算进程没有启动成功。", "Its kernel did not start."),
        next=Text(
            "请刷新重试；持续如此请联系运维人员。", "Reload it; if it stays so, tell the operator."
        ),
    )
