"""The open catalogue searched over HTTP: what the command finds, for whoever is signed in; nothing
that is not open, and no sign of it in how the rest is ranked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import here
from page_city import PASSWORD

from workbench.client import connect
from workbench.client.connection import Connection
from workbench.errors import Code, WorkbenchError
from workbench.gateway.assemble import open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role

pytestmark = pytest.mark.slow

HEADINGS = "资源名称,提供部门,开放类型,更新周期,发布日期,更新日期\n"
OPEN = """\
公交线路,交通局,无条件,每月,2022-01-05,2023-06-02
公交站点,交通局,有条件,每月,2022-01-05,2023-05-02
最低生活保障标准,民政局,无条件,每年,2022-01-05,2023-01-05
公交线路客流,交通局,有条件,每月,2022-01-05,2023-05-02
"""
CLOSED = """\
线索名单,公安局,不开放,每月,2022-01-05,2023-06-02
公交线路线索,公安局,不开放,每月,2022-01-05,2023-06-02
未定类型公交,待定局,内部,每月,2022-01-05,2023-06-02
"""
ASKED = ("公交线路", "低保标准", "公交线路线索", "线索", "内部")
PEOPLE = {"li": Role.analyst, "han": Role.leader, "he": Role.auditor, "ma": Role.officer,
          "wu": Role.provider, "bo": Role.authority}  # fmt: skip


@dataclass
class Place:
    city: Path
    url: str

    def signed_in(self, person: str = "li") -> Connection:
        return connect(self.url, user=person, password=PASSWORD, language="en", progress=False)

    def command(self, *words: str) -> Any:
        done = here("catalogue", "search", *words, "--city", str(self.city), "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def load(city: Path, lines: str) -> None:
    file = city.parent / "list.csv"
    file.write_text(HEADINGS + lines, encoding="utf-8")
    days = ["--as-of", "2023-06-30", "--obtained", "2023-06-30"]
    done = here("catalogue", "import", str(file), "--portal", "江城", *days, "--city", str(city))
    assert done.returncode == 0, done.stderr


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A new city, nothing imported."""
    city = tmp_path / "city"
    assert here("init", str(city)).returncode == 0
    shutil.rmtree(city / "data_contracts" / "scenarios")  # nobody has a grant of anything
    with open_workbench(city, lambda: datetime.now(UTC)) as bench:
        for name, role in PEOPLE.items():
            bench.store.users.add(name, PASSWORD, "analysis", {role})
        served = Gateway(bench, "1")
        yield Place(city, served.http)
        served.stop()


def test_every_role_finds_what_the_command_finds(place: Place) -> None:
    load(place.city, OPEN + CLOSED)
    for person in PEOPLE:
        with place.signed_in(person) as client:
            for text in ASKED if person == "li" else ASKED[:1]:
                found = client.portals.search(text)
                assert found == place.command(text), (person, text)
                titles = {hit["title"] for hit in found["hits"]}
                assert titles <= {line.partition(",")[0] for line in OPEN.splitlines()}
    with place.signed_in() as client:
        first = client.portals.search("公交线路")["hits"]
        assert [hit["title"] for hit in first][:2] == ["公交线路", "公交线路客流"]
        assert client.portals.search("低保标准")["hits"][0]["title"] == "最低生活保障标准"
        narrowed = client.portals.search("公交", types=["conditional"], limit=1)
        assert (narrowed["total"], len(narrowed["hits"])) == (2, 1)
        assert narrowed == place.command("公交", "--type", "conditional", "--limit", "1")
        assert client.portals.search("公交", types=["not_open"])["hits"] == []
        assert client.portals.search("公交", department="民政")["hits"] == []


def test_no_score_tells_of_what_is_not_open(place: Place) -> None:
    """All that is answered is the same whether or not the closed entries exist."""
    load(place.city, OPEN)
    with place.signed_in() as client:
        before = [client.portals.search(text) for text in ASKED]
        load(place.city, OPEN + CLOSED)
        assert [client.portals.search(text) for text in ASKED] == before


def test_an_import_is_found_at_once_and_many_may_ask(place: Place) -> None:
    with place.signed_in() as client:
        with pytest.raises(WorkbenchError) as nothing:
            client.portals.search("公交")
        assert nothing.value.code is Code.extract_missing
        load(place.city, OPEN)

        def asking(_: int) -> int:
            return int(client.portals.search("公交")["total"])

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(asking, range(24))) == {3}
        load(place.city, OPEN + "公交卡网点,交通局,无条件,每月,2022-01-05,2023-06-02\n")
        assert client.portals.search("公交")["total"] == 4


def test_who_is_not_signed_in_and_what_is_wrong_is_refused(place: Place) -> None:
    load(place.city, OPEN)
    with httpx.Client(base_url=place.url, trust_env=False) as client:
        assert client.get("/catalogue/search", params={"q": "公交"}).status_code == 401
        token = client.post("/token", json={"user": "li", "password": PASSWORD}).json()
        client.headers["authorization"] = f"Bearer {token['access_token']}"
        good = client.get("/catalogue/search", params={"q": "公交"})
        assert good.status_code == 200
        for wrong in ({}, {"q": "x", "limit": 0}, {"q": "x", "limit": 201}, {"q": "长" * 401},
                      {"q": "x", "type": "secret"}, {"q": "x", "officer": "true"}):  # fmt: skip
            assert client.get("/catalogue/search", params=wrong).status_code == 422, wrong
