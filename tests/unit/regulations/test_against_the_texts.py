"""Each value of a profile against the words of its article, in the regulation's own text."""

from __future__ import annotations

import re
from pathlib import Path

import opencc
import pytest

from workbench.catalogue.regulations import load_profile
from workbench.model.contract import SharingType
from workbench.regulations.profile import Decider, Key, Profile, State

ROOT = Path(__file__).parents[3]
TEXTS = ROOT.parent / "shared" / "regulations"
NAMES = ("foshan-2019", "changde-2016", "binzhou-2023", "aba-2024", "heilongjiang-2025")

pytestmark = pytest.mark.skipif(
    not TEXTS.is_dir(), reason="the texts of the regulations are absent"
)

PERIODS = {
    ("foshan-2019", "application.review", 26): r"审核工作应在(\d+)个工作日内完成",
    ("foshan-2019", "correction.answer", 30): r"在(\d+)个工作日内对异议数据进行核查",
    ("changde-2016", "application.supply", 17): r"收到通知之日起(\d+)个工作日内",
    ("binzhou-2023", "catalogue.update", 12): r"在(\d+)个工作日内提出目录变更申请",
    ("binzhou-2023", "catalogue.review", 12): r"在(\d+)个工作日内审核",
    ("aba-2024", "application.review", 25): r"收到申请之日起(\d+)个工作日内答复",
    ("aba-2024", "correction.forward", 20): r"起(\d+)个工作日内转交",
    ("aba-2024", "correction.answer", 20): r"起(\d+)个工作日内校核完毕",
    ("aba-2024", "correction.answer+", 20): r"可以延长至(\d+)个工作日",
    ("aba-2024", "catalogue.update", 16): r"起(\d+)个工作日内更新",
    ("aba-2024", "catalogue.report", 16): r"在(\d+)个工作日内将更新后",
    ("heilongjiang-2025", "application.review", 22): r"的(\d+)个工作日内完成审核",
    ("heilongjiang-2025", "correction.answer", 24): r"起(\d+)个工作日内予以核实",
    ("heilongjiang-2025", "catalogue.update", 15): r"起(\d+)个工作日内完成更新",
    ("heilongjiang-2025", "catalogue.update+", 15): r"可延长(\d+)个工作日",
    ("heilongjiang-2025", "catalogue.rework", 12): r"在(\d+)个工作日内完成修改",
    ("heilongjiang-2025", "demand.review", 29): r"后(\d+)个工作日内完成审核",
    ("heilongjiang-2025", "demand.mount", 29): r"在(\d+)个工作日内完成数据目录发布",
    ("heilongjiang-2025", "open.answer", 34): r"起(\d+)个工作日内，数据提供部门应完成审核",
    ("heilongjiang-2025", "withdrawal.notice", 16): r"继续提供(\d+)个月后再撤销",
    ("heilongjiang-2025", "grant.dormant", 27): r"数据(\d+)个月未调用",
    ("heilongjiang-2025", "usage.retention", 28): r"保存期限不少于(\d+)年",
}
"""Of each number, the words around it. "+" is the extension; Heilongjiang's is on top (3 and 5)."""

ORDERS = (
    ("foshan-2019", 12, "可分为无条件共享、有条件共享和不予共享等三种类型", "sharing_types"),
    ("changde-2016", 9, "分为共享数据和不予共享数据两类", "sharing_types"),
    ("foshan-2019", 26, "数据申请部门与数据提供部门协商解决", "ladders.application"),
    ("binzhou-2023", 20, "分为下列三种类型", "sharing_types"),
    ("aba-2024", 24, "分为无条件共享、有条件共享、不予共享数据", "sharing_types"),
    ("heilongjiang-2025", 21, "分为无条件共享、有条件共享和不予共享三种类型", "sharing_types"),
    ("foshan-2019", 28, "可直接获得授权", "direct_grant"),
    ("foshan-2019", 26, "由数据提供部门审核并授权", "deciders.conditional"),
    ("foshan-2019", 26, "无需经数据提供部门授权", "deciders.unconditional"),
    ("foshan-2019", 26, "提请大数据决策委员会协调解决", "deciders.not_shared"),
    ("changde-2016", 11, "向同级业务主管部门提出共享需求", "deciders.unconditional"),
    ("changde-2016", 12, "向同级电子政务部门提出申请", "deciders.not_shared"),
    ("aba-2024", 25, "可以通过阿坝州大数据平台直接获取", "deciders.unconditional"),
    ("aba-2024", 25, "数据提供单位应当自收到申请之日起", "deciders.conditional"),
    ("aba-2024", 25, "可以向数据提供单位提出核实、比对需求", "verify_requests"),
    ("aba-2024", 4, "擅自增设条件", "added_conditions"),
    ("heilongjiang-2025", 22, "通过政务数据主管部门审核后可直接获取", "deciders.unconditional"),
    ("heilongjiang-2025", 22, "由数据提供部门自收到数据使用申请", "deciders.conditional"),
    (
        "heilongjiang-2025",
        22,
        "明确具体应用场景、共享方式、共享范围以及履职依据",
        "application_names",
    ),
    ("heilongjiang-2025", 23, "整体授权给下一层级对应政府部门", "delegation"),
    ("heilongjiang-2025", 30, "应经数据提供部门同意", "wider_use"),
    ("heilongjiang-2025", 27, "包括超范围调用、超目的调用", "rectification"),
    ("heilongjiang-2025", 42, "跟踪督办", "overdue"),
    ("heilongjiang-2025", 27, "应关停或中断数据调用服务，终止其数据使用权限", "copies.suspended"),
    ("heilongjiang-2025", 28, "销毁情况的全过程进行记录", "copies.over"),
    ("heilongjiang-2025", 28, "保存期限不少于3年", "copies.over"),
    ("foshan-2019", 8, "数据保存期限应为实现目的所必需的最短时间", "copies.over"),
    ("foshan-2019", 29, "核定应用业务、使用对象、所需数据、共享模式、截止时间", "review_fixes"),
    ("foshan-2019", 31, "有权决定是否允许自身的敏感数据应用于特定业务场景", "consent"),
    ("foshan-2019", 27, "报上级政务数据主管部门", "cross_level"),
    ("foshan-2019", 40, "指定不同人员分别负责安全管理、数据操作", "separate_roles"),
    ("foshan-2019", 42, "数据报送超期", "overdue"),
    ("foshan-2019", 42, "传输数据丢失、数据访问越权", "rectification"),
    ("changde-2016", 32, "无故拒绝或拖延", "overdue"),
    ("changde-2016", 32, "违反规定使用共享数据或擅自扩大使用范围", "rectification"),
    ("binzhou-2023", 45, "责令限期整改", "overdue"),
    ("binzhou-2023", 45, "与本机构履行职能无关的用途", "rectification"),
    ("aba-2024", 41, "责令其限期整改", "overdue"),
    ("aba-2024", 41, "违规使用、披露、泄露、买卖", "rectification"),
    ("aba-2024", 24, "报本级政府决定", "ladders.sharing_type"),
    ("aba-2024", 26, "由公共数据主管部门报同级政府决定", "ladders.conflict"),
    ("aba-2024", 33, "可向公共数据主管部门申请复核", "ladders.withdrawal"),
    ("heilongjiang-2025", 25, "报同级政务数据工作协调机制解决", "ladders.application"),
    ("foshan-2019", 15, "共同协商确定", "ladders.sharing_type"),
    ("foshan-2019", 36, "申请行政复议或者提起行政诉讼", "ladders.open_answer"),
    ("changde-2016", 13, "由电子政务部门启动审核程序", "ladders.sharing_type"),
    ("changde-2016", 22, "电子政务部门应会同提供单位及时核实", "ladders.correction"),
    ("changde-2016", 31, "电子政务部门应当及时调查处理", "ladders.complaint"),
)
"""Regulation, article, words of it, and the value that rests on them."""

FORCE = {
    "foshan-2019": (47, "自公布之日起施行"),
    "changde-2016": (35, "自印发之日起施行"),
    "binzhou-2023": (47, "自2023年3月1日起施行"),
    "aba-2024": (44, "自2024年12月x日起施行。有效期2年"),
    "heilongjiang-2025": (47, "自印发之日起施行，有效期为2年"),
}

# Reading the texts --------------------------------------------------------------------------------

_SIMPLIFY = opencc.OpenCC("t2s").convert
_PINYIN = re.compile(r"\??\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǘǚǜ]+\)\??")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}


def simplified(text: str) -> str:
    """Two of the texts are in traditional characters, with the pinyin that an OCR left behind."""
    return _SIMPLIFY(_PINYIN.sub("", text)).replace(",", "，")


def articles(name: str) -> dict[int, str]:
    text = simplified((TEXTS / f"{name}.txt").read_text(encoding="utf-8"))
    parts = re.split(r"(?:^|\n)\s*第([一二三四五六七八九十]+)条", text)
    return {
        number(head): re.sub(r"\s", "", body)
        for head, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def number(chinese: str) -> int:
    tens, _, ones = chinese.rpartition("十")
    if "十" not in chinese:
        return _DIGITS[chinese]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def profile_of(name: str) -> Profile:
    return load_profile(name, ROOT).profile


# Deadlines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_that_of_its_article(name: str) -> None:
    texts, profile = articles(name), profile_of(name)
    for key, deadline in profile.deadlines.items():
        if deadline.state is not State.number:
            continue
        (article, words) = pattern_of(name, key.value)
        assert deadline.article == str(article)
        (told,) = re.findall(words, texts[article])
        assert deadline.count == int(told), key
        if deadline.extension is not None:
            article, words = pattern_of(name, f"{key.value}+")
            (told,) = re.findall(words, texts[article])
            on_top = deadline.count if name.startswith("heilongjiang") else 0
            assert deadline.extension.count == int(told) + on_top


@pytest.mark.parametrize("name", NAMES)
def test_no_number_of_the_text_is_left_out(name: str) -> None:
    """So that "none" is what the text says, and not what we overlooked."""
    known = [(a, w) for (n, _, a), w in PERIODS.items() if n == name]
    for article, text in articles(name).items():
        found = {m.start(1) for m in re.finditer(r"(\d+)(?:个工作日|个月|日内|天|年)", text)}
        for at, words in known:
            if at == article:
                found -= {m.start(1) for m in re.finditer(words, text)}
        dates = r"(?:有效期为?|〔|自)(\d+)年"
        found -= {m.start(1) for m in re.finditer(dates, text)}
        left = [text[max(0, at - 12) : at + 8] for at in sorted(found)]
        assert [one for one in left if not re.search(r"\d{4}年", one)] == [], (name, article)


def test_what_is_unknown_is_unknown_because_its_articles_are_missing() -> None:
    profile = profile_of("binzhou-2023")
    there = articles("binzhou-2023")
    assert profile.missing_articles == tuple(n for n in range(1, 48) if n not in there)
    for name in NAMES:
        unknown = {k for k, d in profile_of(name).deadlines.items() if d.state is State.unknown}
        assert bool(unknown) is (name == "binzhou-2023")


def pattern_of(name: str, key: str) -> tuple[int, str]:
    ((article, words),) = [(a, w) for (n, k, a), w in PERIODS.items() if (n, k) == (name, key)]
    return article, words


# The rest -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "article", "words", "value"), ORDERS)
def test_what_is_ordered_stands_in_the_article(
    name: str, article: int, words: str, value: str
) -> None:
    assert words in articles(name)[article]
    plain = profile_of(name).model_dump(mode="json")
    for step in value.split("."):
        plain = plain[step]
    cited = {int(n) for text in cited_in(plain) for n in re.findall(r"\b(\d+)(?:\(\d+\))?", text)}
    assert article in cited


def cited_in(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["article"]] if isinstance(value.get("article"), str) else []
        return own + [text for item in value.values() for text in cited_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in cited_in(item)]
    return []


def test_every_decision_that_a_profile_names_was_compared() -> None:
    compared = {(name, value) for name, _, _, value in ORDERS}
    for name in NAMES:
        profile = profile_of(name)
        for kind, by in profile.deciders.items():
            if by.article and by.by is not Decider.nobody:
                assert (name, f"deciders.{kind}") in compared
            assert by.article or by.note or by.by is Decider.unknown  # ours is said to be ours
        for ladder in profile.ladders:
            assert (name, f"ladders.{ladder}") in compared
        single = ("direct_grant", "added_conditions", "delegation", "consent", "wider_use")
        for value in single:
            if getattr(profile, value) is not None:
                assert (name, value) in compared


def test_no_other_text_speaks_of_what_was_obtained() -> None:
    """So that ours is said to be ours where it is."""
    told = {name for name in NAMES if profile_of(name).copies is not None}
    assert told == {"foshan-2019", "heilongjiang-2025"}
    for name in set(NAMES) - told:
        shared = {n: text for n, text in articles(name).items() if "销毁" in text or "销毀" in text}
        # Aba's speak of standards (9), of emergencies (21) and of contractors (39).
        assert set(shared) == ({9, 21, 39} if name == "aba-2024" else set())


def test_foshan_alone_grants_directly() -> None:
    granting = [name for name in NAMES if profile_of(name).direct_grant]
    assert granting == ["foshan-2019"]
    for name in NAMES[1:]:
        assert not any("直接获得授权" in text for text in articles(name).values())


def test_changde_has_two_types() -> None:
    kinds = profile_of("changde-2016").sharing_types.values
    assert kinds == (SharingType.unconditional, SharingType.not_shared)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_in_force_from_when_its_text_says(name: str) -> None:
    article, words = FORCE[name]
    force = profile_of(name).in_force
    assert words in articles(name)[article]
    assert force.article == str(article)
    years = re.search(r"有效期为?(\d+)年", words)
    assert force.years == (int(years[1]) if years else None)
    issued = {
        "changde-2016": "2016年6月26日",
        "heilongjiang-2025": "2025年1月6日",
        "binzhou-2023": "自2023年3月1日起",
    }
    if name in issued:
        assert issued[name] in re.sub(
            r"\s", "", (TEXTS / f"{name}.txt").read_text(encoding="utf-8")
        )
        day = "-".join(f"{int(n):02}" for n in re.findall(r"\d+", issued[name]))
        assert force.since == day


def test_the_keys_are_those_of_the_digest() -> None:
    digest = (TEXTS / "DIGEST.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([a-z]+\.[a-z]+) \|", digest, re.M) == [key.value for key in Key]
