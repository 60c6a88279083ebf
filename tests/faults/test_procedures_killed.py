"""kill -9 in the middle of procedures: they, their marks, the outbox and the ledger agree."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stores import Places

from faults import procedurework
from faults.loops import seed
from workbench.gateway.state import open_state
from workbench.ledger.verify import verify
from workbench.model.entry import EntryFilter
from workbench.sharing.procedures.effects import is_marked
from workbench.sharing.procedures.verify import procedure_mismatches
from workbench.trial.city import write_city
from workbench.trial.schema import PolicyTest

pytestmark = pytest.mark.slow  # processes are killed and started anew

ROOT = Path(__file__).parents[2]
COLUMNS = {"code": {"type": "VARCHAR", "class": "general"}}
NAMES = [f"firms{number}" for number in range(4)]
TEST = {
    "resources": {name: {"data": "firms.csv", "columns": COLUMNS} for name in NAMES},
    "grants": {name: {"mode": "obtain", "columns": {"code": "value"}} for name in NAMES},
}
MANY = 20
LONGEST = 1.0
"""Seconds after which the program dies at the latest; a step takes some milliseconds."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "deaths", [2, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
)
def test_no_step_without_its_entry_its_messages_and_its_marks(
    deaths: int,
    store_places: Places,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = tmp_path / "city"
    write_city(PolicyTest.model_validate(TEST), city)
    procedures = city / "data_contracts" / "procedures"
    shutil.copytree(ROOT / "data_contracts" / "procedures", procedures)
    if store_places.server is not None:
        monkeypatch.setenv("WORKBENCH_STORE", store_places.where(tmp_path))
    choose = random.Random(seed())
    for number in range(deaths):
        words = [sys.executable, procedurework.__file__, str(city), str(choose.randrange(2**32))]
        child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == "working\n", child.stderr.read()
        time.sleep(choose.uniform(0, LONGEST))
        assert child.poll() is None, child.stderr.read()
        child.kill()
        child.wait()
        agree(city, deaths, last=number == deaths - 1)


def agree(city: Path, deaths: int, *, last: bool) -> None:
    state = open_state(city, lambda: datetime.now(UTC))
    store = state.store
    try:
        kept, apart = procedure_mismatches(store.journal, store)
        assert not apart, apart[:5]
        marked = {one.id for one in store.procedures.all() if is_marked(one)}
        assert store.effects.marked() == marked
        if last:
            assert kept > 0
            wanted = EntryFilter(event="procedure_reminded", limit=10**6)
            assert store.journal.find(wanted) or deaths < MANY
            found = verify(
                store.journal,
                state.layout.checkpoints,
                state.keyring.checkpoint_public,
                state.keyring.audit_key,
                lambda more: None,
                signer=state.keyring.checkpoint_key,
            )
            assert found.clean, found.findings[:5]
    finally:
        store.close()
