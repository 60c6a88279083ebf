"""A picture of a release as a file that is kept: recorded like any other export."""

from __future__ import annotations

import hashlib

from workbench.client.export.save import no_gateway, order_of
from workbench.client.release import Release
from workbench.errors import Code, Text, simple

_PNG = b"\x89PNG\r\n\x1a\n"


def keep_picture(release: Release, name: str, content: bytes) -> int:
    """Have the gateway judge and record it: the position in the ledger. What was drawn is the
    reader's own picture; its digest says which one was recorded.

    Raises InvalidInput for what is no PNG, and what the gateway says (export_not_allowed ...).
    """
    if not content.startswith(_PNG):
        raise simple(
            Code.invalid_request,
            "收到的不是 PNG 图片，未作记录。",
            "What came is no PNG picture; nothing was recorded.",
            next=Text("请刷新页面后重试。", "Open the page again and try once more."),
        )
    if release.exporter is None:
        raise no_gateway()
    digest = hashlib.sha256(content).hexdigest()
    answer = release.exporter(order_of(release, name, "png", digest))
    return int(answer["receipt"]["ledger_position"])
