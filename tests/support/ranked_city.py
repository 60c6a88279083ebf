"""A made-up city of many departments that are assessed by a shipped scheme: a run with items behind
every figure, drawn by a seed. All of it is made up (synthetic)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from assessing_city import Bureau, actor, write_city
from attacks.served import PASSWORD
from shipped import ROOT

from workbench.assessment.frozen import Frozen, Position, sealed
from workbench.assessment.measured import (
    Evidence,
    Gathered,
    Inputs,
    Item,
    Measured,
    Source,
    nature,
    of_items,
    stated,
)
from workbench.assessment.reading import load_schemes
from workbench.assessment.scheme import Indicator, Scheme
from workbench.assessment.standing import standing
from workbench.catalogue.regulations import known_regulations
from workbench.errors import Text
from workbench.gateway.assessing_desk import Doing
from workbench.gateway.state import State
from workbench.kpi.definition import Direction, Figure, Kpi, load_kpis
from workbench.model.actor import Role

YEAR = 2025
SCHEME = "foshan"
WORDS = ("发展改革", "教育", "科技", "工业信息", "公安", "民政", "司法", "财政", "人社", "自然资源",
         "生态环境", "住建", "交通运输", "水利", "农业农村", "商务", "文旅", "卫生健康", "审计",
         "市场监管", "体育", "统计", "医保", "应急", "税务")  # fmt: skip
PEOPLE = {
    "o_first": ("d001", Role.officer),
    "o_last": ("d002", Role.officer),
    "aud": ("data_bureau", Role.auditor),
    "eva": ("data_bureau", Role.authority),
    "pan": ("data_bureau", Role.authority),
    "sig": ("data_bureau", Role.authority),
}


def names(count: int) -> list[str]:
    return [f"d{n:03}" for n in range(1, count + 1)]


def titles(count: int) -> dict[str, Text]:
    words = [WORDS[n % len(WORDS)] for n in range(count)]
    return {
        name: Text(f"合成市{word}局（{n + 1}）", f"Synthetic office of {name}")
        for n, (name, word) in enumerate(zip(names(count), words, strict=True))
    }


@cache
def _shipped() -> tuple[dict[str, Scheme], dict[str, Kpi]]:
    known = known_regulations(ROOT)
    return load_schemes(ROOT, known), load_kpis(ROOT, known)


def ranked_run(count: int, *, draws: int = 400, seed: int = 5) -> Frozen:
    """``count`` departments; every seventh only uses data, and one is kept below the pass."""
    scheme, kpis = _shipped()[0][SCHEME], _shipped()[1]
    luck = random.Random(seed)
    skill = {name: luck.betavariate(6, 2) for name in names(count)}
    users = set(names(count)[6::7])
    measures = {
        each.id: _gathered(each, kpis, skill, users, luck)
        for each in scheme.indicators
    }  # fmt: skip
    groups = {name: "users" if name in users else "providers" for name in names(count)}
    having = {kpi: [n for n in names(count) if n not in users] for kpi in scheme.kpis}
    bare = sealed(
        Frozen(
            scheme_text=(ROOT / "data_contracts" / "assessment" / f"{SCHEME}.yaml").read_text(
                encoding="utf-8"
            ),
            year=YEAR,
            as_of=date(YEAR, 12, 31),
            city=Text("合成市", "Synthetic city"),
            synthetic=True,
            departments=titles(count),
            inputs=Inputs(groups, measures, having),
            versions=(),
            position=Position(1, "ab" * 32),
            software="0.1.0",
        )
    )
    return replace(bare, standing=standing(bare, draws))


def _gathered(
    one: Indicator,
    kpis: dict[str, Kpi],
    skill: dict[str, float],
    users: Iterable[str],
    luck: random.Random,
) -> Gathered:
    figure, direction = nature(one.measure, kpis)
    provided = one.id not in ("beyond", "called", "calls", "use", "columns")
    by: dict[str, Measured] = {}
    for name, good in skill.items():
        if name in users and provided and one.measure.manual is None:
            continue
        by[name] = _measured(one, figure, direction, name, good, luck)
    source = Source.manual if one.measure.manual else Source.kpi
    return Gathered(source, figure, direction, by)


def _measured(
    one: Indicator,
    figure: Figure,
    direction: Direction,
    name: str,
    good: float,
    luck: random.Random,
) -> Measured:
    if one.measure.manual is not None:
        best = good if direction is Direction.higher else 0.0
        shown = [Evidence(f"evidence/{name}-{one.id}.pdf", "0" * 64)]
        return stated(Fraction(round(100 * best)), shown)
    chance = good if direction is not Direction.lower else (1 - good) / 4
    if figure is Figure.ratio:
        items = [_item(one, name, n, luck.random() < chance, luck) for n in range(24)]
    elif direction is Direction.lower:
        items = [_item(one, name, n, True, luck) for n in range(round(4 * (1 - good)))]
    else:
        items = [_item(one, name, n, luck.randint(1, 40), luck) for n in range(12)]
    return of_items(figure, items)


def _item(one: Indicator, name: str, n: int, amount: int, luck: random.Random) -> Item:
    day = date(YEAR, 1, 2) + timedelta(days=luck.randrange(360))
    return Item(day, f"{one.id}-{name}-{n:02}", Fraction(int(amount)))


def write_ranked_city(folder: Path, count: int) -> Path:
    write_city(folder)
    path = folder / "data_contracts" / "city.yaml"
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["departments"] |= {n: {"zh": t.zh, "en": t.en} for n, t in titles(count).items()}
    path.write_text(yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8")
    return folder


def add_people(state: State) -> None:
    for name, (department, role) in PEOPLE.items():
        state.store.users.add(name, PASSWORD, department, {role})
    state.store.users.add("leader", PASSWORD, "government_office", {Role.leader})


def open_run(house: Bureau, run: Frozen) -> str:
    """As the draft."""
    return house.assessing.desk.open(house.keep(run), actor("eva")).id


def step(house: Bureau, id: str, event: str, who: str) -> None:  # noqa: A002
    seen = house.assessing.desk.look.one(id, actor("aud")).procedure.version
    house.assessing.desk.act(id, Doing(event, seen, reason="—"), actor(who))


def publish(house: Bureau, id: str, steps: Sequence[tuple[str, str]]) -> None:  # noqa: A002
    for event, who in steps:
        step(house, id, event, who)
