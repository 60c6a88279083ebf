"""Every word of the server's own plain pages, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import Text

WORDS: Mapping[str, Text] = {
    "product": Text("奇酷数据共享分析平台", "Qiku Workbench"),
    "pages": Text("页面目录", "Pages"),
    "sign_in": Text("登录", "Sign in"),
    "sign_in_lead": Text("请用您的工作台账号登录后查看页面。", "Sign in to look at the pages."),
    "sign_in_own": Text("以本人身份登录", "Sign in yourself"),
    "sign_out": Text("退出", "Sign out"),
    "user": Text("用户名", "User name"),
    "password": Text("密码", "Password"),
    "why": Text("原因", "Why"),
    "rule": Text("依据", "Rule"),
    "next": Text("下一步", "Next"),
    "other_language": Text("English", "中文"),
    "for": Text("面向：", "Audience:"),
    "none": Text(
        "没有您可以打开的页面。需要查看时，请联系数据管理部门把您列为页面的查看人。",
        "There is no page that you may open. To see one, ask the data authority to list you among "
        "its viewers.",
    ),
    "waiting": Text("请稍候", "One moment"),
    "waiting_lead": Text(
        "同时打开的页面已满，有人离开后您会自动进入。",
        "As many pages are open as this machine carries. You come in by yourself when one is "
        "closed.",
    ),
    "place": Text("您的排队位置", "Your place in the queue"),
    "share": Text("您打开的页面数", "Pages that you have open"),
    "share_lead": Text(
        "您打开的页面已达每人上限，关闭其中一个后本页自动打开。",
        "You have as many pages open as one person may. This one opens by itself when you close "
        "another.",
    ),
    "waiting_note": Text(
        "本页每 5 秒自动刷新，请不要关闭。",
        "This page refreshes itself every 5 seconds; keep it open.",
    ),
    "loading": Text("正在打开页面…", "Opening the page …"),
    "own_session": Text("按您本人的授权", "Under your own grants"),
    "back": Text("返回页面目录", "Back to the index"),
    "retry": Text("重试", "Try again"),
    "told": Text("未能显示", "Not shown"),
    "not_found": Text("没有这个地址。", "There is no such address."),
    "failed": Text("出错了，请稍后再试。", "Something went wrong; try again in a moment."),
    "session_over": Text("登录已到期，请重新登录。", "Your session has ended: sign in again."),
    "signed_in_as": Text("当前用户", "Signed in as"),
}
