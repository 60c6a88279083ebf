"""What becomes of the copies that somebody holds when their grant stops. Pure.

That use stops while a grant is suspended, and that copies are destroyed when it is over, is our
default; where an article of the regulation speaks of it, the article is told instead.
"""

from __future__ import annotations

from workbench.errors import Text
from workbench.model.case import State
from workbench.regulations.profile import Overdue, Profile
from workbench.regulations.saying import article_text

STOPPED = frozenset({State.suspended, State.ended, State.revoked})


def of_stopped(state: State, profile: Profile | None) -> Text:
    """For a grant that came to stand so; one that has run out is over as one that was ended.
    ``profile`` is None where the text of the regulation cannot be read."""
    copies = None if profile is None else profile.copies
    if state is State.suspended:
        return _with(_SUSPENDED, None if copies is None else copies.suspended)
    return _with(_OVER, None if copies is None else copies.over)


def _with(told: Text, ordered: Overdue | None) -> Text:
    if ordered is None:
        return Text(f"{told.zh}{_OURS.zh}", f"{told.en} {_OURS.en}")
    by = article_text(ordered.article)
    return Text(
        f"{told.zh}。{by.zh}：{ordered.text.zh}。",
        f"{told.en}. {by.en.capitalize()}: {ordered.text.en}.",
    )


_SUSPENDED = Text(
    "暂停期间请停止使用已取得的数据", "Stop using what was obtained while it is suspended"
)
_OVER = Text(
    "请停止使用据此取得的数据，销毁其副本（其他授权仍给予的除外），并留存销毁记录",
    "Stop using what was obtained under it, destroy the copies as far as no other grant gives "
    "them, and keep the proof",
)
_OURS = Text(
    "（现有条文未作规定，此为我们的默认）。", "(no article at hand orders it: our default)."
)
