"""The articles that a refusal cites. A regulation without one cites none, never another's."""

from __future__ import annotations

from workbench.errors import Text
from workbench.model.regulation import Regulation, Topic
from workbench.regulations.saying import article_text

__all__ = ["Topic", "not_shared_route", "rule"]

_ASK_AUTHORITY = Text("请与数据主管部门联系。", "Ask the data authority.")


def rule(regulation: Regulation, *topics: Topic) -> Text | None:
    """The citation for the first of ``topics`` that the regulation has an article for."""
    for topic in topics:
        articles = regulation.citations.get(topic)
        if articles is not None:
            told, title = article_text(articles), regulation.title
            return Text(f"{title.zh}{told.zh}", f"{title.en} {told.en}")
    return None


def not_shared_route(regulation: Regulation) -> Text:
    """The way that remains for data that are not shared."""
    return regulation.not_shared_route or _ASK_AUTHORITY
