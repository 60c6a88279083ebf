"""A decision of a procedure takes effect with its step: at the command line, as the people of two
departments and a bureau see it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attacks.served import PASSWORD
from commands import here
from towns import ROOT, Town, town_under

from workbench.model.actor import Role
from workbench.model.days import day_of
from workbench.store.layout import Layout
from workbench.store.session import open_store

FIRMS, WHY = "resource=firms", ("--reason", "理由在此")
TODAY = day_of(datetime.now(UTC))


@contextmanager
def town_of(regulation: str, folder: Path) -> Iterator[Town]:
    with town_under(regulation, folder) as town:
        contracts = town.gateway.root / "data_contracts"
        shutil.copytree(ROOT / "data_contracts" / "procedures", contracts / "procedures")
        store = open_store(Layout(town.gateway.root).store, lambda: datetime.now(UTC))
        store.users.add("zhou", PASSWORD, "provider", {Role.provider})
        store.close()
        yield town


def stepped(town: Town, person: str, *words: str) -> str:
    found = town.done(person, "procedures", *words)
    return str(found["id"])


def types(town: Town) -> dict[str, str]:
    shown = here("contracts", "list", "--json", "--city", str(town.gateway.root))
    return {one["name"]: one["sharing_type"] for one in json.loads(shown.stdout)}


@pytest.mark.slow  # a gateway of its own, and a dozen commands
def test_a_type_for_a_time_stops_the_grants_and_gives_them_back(tmp_path: Path) -> None:
    with town_of("binzhou-2023", tmp_path) as town:
        query = "select count(*) as n from firms"
        assert town.sql(query).returncode == 0
        opened = ("open", "reclassification_emergency", "-f", FIRMS, "-f", "to=not_shared",
                  "-f", "event=洪水", *WHY)  # fmt: skip
        name = stepped(town, "wang", *opened)
        assert town.sql(query).returncode == 0, "only proposed"
        until = str(TODAY + timedelta(days=30))
        stepped(town, "zhou", "do", name, "adjust", "--until", until)
        refused = town.sql(query)
        assert refused.returncode != 0
        for word in (name, "art. 22", until, "firms is not shared any more"):
            assert word in refused.stderr, word
        assert types(town) == {"firms": "not_shared"}
        listed = here("grants", "list", "--json", "--city", str(town.gateway.root))
        assert [one["state"] for one in json.loads(listed.stdout)] == ["suspended"]
        stepped(town, "chen", "do", name, "restore")
        assert town.sql(query).returncode == 0
        assert types(town) == {"firms": "conditional"}
        shown = town.done("wang", "procedures", "show", name)
        assert not any(step["by_hand"] for step in shown["steps"])
        assert here("audit", "verify", "--city", str(town.gateway.root)).returncode == 0
