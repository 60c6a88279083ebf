"""The articles that a refusal cites, by the city's regulation. Facts, never sentences.

Checked against the five texts. Our text of Binzhou lacks articles 23 to 28, so none of those is
cited. A regulation that is not listed gives no citation, never another city's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workbench.errors import Text


class Topic(StrEnum):
    apply = "apply"
    """A need is applied for, naming its scenario, scope and duty."""
    least = "least"
    """The least data that the duty needs."""
    purpose = "purpose"
    """Only for the stated duty; not beyond it."""
    not_shared = "not_shared"
    grading = "grading"
    """Data are classified and graded before they are shared."""
    ending = "ending"
    """Use runs until a date, and can be ended."""
    modes = "modes"


@dataclass(frozen=True)
class _Regulation:
    zh: str
    en: str
    articles: Mapping[Topic, str]


_REGULATIONS: Mapping[str, _Regulation] = {
    "foshan-2019": _Regulation(
        "《佛山市政务数据资源管理办法（公众征求意见稿）》（2019）",
        "Foshan 2019 (consultation draft)",
        {
            Topic.apply: "26, 29",
            Topic.least: "5(4), 8(2)",
            Topic.purpose: "8(3), 32",
            Topic.not_shared: "12(3), 26",
            Topic.grading: "40",
            Topic.ending: "29",
            Topic.modes: "13, 29",
        },
    ),
    "changde-2016": _Regulation(
        "《常德市政府数据资源共享管理暂行办法》（2016）",
        "Changde 2016",
        {Topic.apply: "11", Topic.purpose: "20", Topic.not_shared: "9, 12"},
    ),
    "binzhou-2023": _Regulation(
        "《滨州市公共数据管理办法》（2023）",
        "Binzhou 2023",
        {
            Topic.apply: "20",
            Topic.purpose: "45(3)",
            Topic.not_shared: "20",
            Topic.grading: "9, 39",
        },
    ),
    "aba-2024": _Regulation(
        "《阿坝州公共数据管理办法（试行）》（2024）",
        "Aba 2024",
        {
            Topic.apply: "25",
            Topic.purpose: "27",
            Topic.not_shared: "24, 25",
            Topic.grading: "14",
            Topic.modes: "14, 24",
        },
    ),
    "heilongjiang-2025": _Regulation(
        "《黑龙江省政务数据管理暂行办法》（2025）",
        "Heilongjiang 2025",
        {
            Topic.apply: "22",
            Topic.purpose: "30",
            Topic.not_shared: "21",
            Topic.grading: "14, 38",
            Topic.ending: "27",
            Topic.modes: "22",
        },
    ),
}

_NOT_SHARED_ROUTES: Mapping[str, Text] = {
    "foshan-2019": Text(
        "确因履职需要的，与提供部门协商，协商未果由主管部门提请大数据决策委员会（第26条）。",
        "If a duty needs it, negotiate with the provider; failing that the authority takes it to "
        "the data committee (art. 26).",
    ),
    "changde-2016": Text(
        "确有需求的，向同级电子政务部门申请，由其组织论证审核（第12条）。",
        "If there is a need, ask the e-government department to have it argued and reviewed "
        "(art. 12).",
    ),
    "aba-2024": Text(
        "可向提供单位提出核实、比对需求，由其配合（第25条）。",
        "Ask the provider to verify or compare; it has to help (art. 25).",
    ),
}
_ASK_AUTHORITY = Text("请与数据主管部门联系。", "Ask the data authority.")


def rule(regulation: str, *topics: Topic) -> Text | None:
    """The citation for the first of ``topics`` that the regulation has an article for."""
    found = _REGULATIONS.get(regulation)
    for topic in topics if found is not None else ():
        assert found is not None
        articles = found.articles.get(topic)
        if articles is not None:
            plural = "arts." if "," in articles else "art."
            zh = "、".join(_zh(a.strip()) for a in articles.split(","))
            return Text(f"{found.zh}{zh}", f"{found.en} {plural} {articles}")
    return None


def _zh(article: str) -> str:
    number, bracket, item = article.partition("(")
    return f"第{number}条{bracket}{item}"


def not_shared_route(regulation: str) -> Text:
    """The way that remains for data that are not shared."""
    return _NOT_SHARED_ROUTES.get(regulation, _ASK_AUTHORITY)
