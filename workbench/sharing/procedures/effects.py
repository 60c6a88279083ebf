"""What steps do beside the procedure, in words: a closed set."""

from __future__ import annotations

from workbench.errors import Text
from workbench.model.procedure import Effect

TEXTS: dict[Effect, Text] = {
    Effect.mark_disputed: Text("标记有争议的数据", "mark what is disputed"),
    Effect.clear_disputed: Text("取消争议标记", "take the mark of dispute away"),
    Effect.publish_entry: Text("发布目录条目", "publish the catalogue entry"),
    Effect.change_entry: Text("变更目录条目", "change the catalogue entry"),
    Effect.withdraw_entry: Text("撤销目录条目", "withdraw the catalogue entry"),
    Effect.reclassify: Text("变更共享或开放类型", "change the sharing or open type"),
    Effect.reclassify_until: Text("临时变更共享类型", "change the sharing type for a time"),
    Effect.seal: Text("封存数据", "seal the data"),
    Effect.destroy: Text("销毁数据", "destroy the data"),
    Effect.grant_wider: Text("扩大授权", "widen the grant"),
    Effect.record_destruction: Text("登记销毁", "record the destruction"),
    Effect.notify_users: Text("告知使用部门", "tell the departments that use it"),
}
