"""The articles that a refusal cites. A regulation without one cites none, never another's."""

from __future__ import annotations

from workbench.errors import Text
from workbench.model.regulation import Regulation, Topic

__all__ = ["Topic", "not_shared_route", "rule"]

_ASK_AUTHORITY = Text("请与数据主管部门联系。", "Ask the data authority.")


def rule(regulation: Regulation, *topics: Topic) -> Text | None:
    """The citation for the first of ``topics`` that the regulation has an article for."""
    for topic in topics:
        articles = regulation.citations.get(topic)
        if articles is not None:
            plural = "arts." if "," in articles else "art."
            zh = "、".join(_zh(a.strip()) for a in articles.split(","))
            return Text(f"{regulation.title.zh}{zh}", f"{regulation.title.en} {plural} {articles}")
    return None


def not_shared_route(regulation: Regulation) -> Text:
    """The way that remains for data that are not shared."""
    return regulation.not_shared_route or _ASK_AUTHORITY


def _zh(article: str) -> str:
    number, bracket, item = article.partition("(")
    return f"第{number}条{bracket}{item}"
