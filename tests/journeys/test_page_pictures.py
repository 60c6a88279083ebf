"""A picture of a panel is an export like the others: judged, entered, listed, with a receipt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page_city as pc
import pytest

from workbench.client import connect
from workbench.client.connection import Connection
from workbench.client.export.picture import keep_picture
from workbench.errors import Code, WorkbenchError
from workbench.gateway.assemble import Workbench
from workbench.gateway.doors import Gateway
from workbench.ledger.check_receipt import Outcome, digest_check, ledger_check, signature_check
from workbench.ledger.receipts import read_receipt
from workbench.model.entry import Event
from workbench.trial.city import SCENARIO

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32
SUM = "select city, sum(value) as v from price group by city order by city"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workbench, Gateway]]:
    root = pc.write_pages(tmp_path_factory.mktemp("pages"))
    with pc.opened(root) as bench:
        served = Gateway(bench, "1")
        yield bench, served
        served.stop()


@pytest.fixture
def board(gateway: tuple[Workbench, Gateway]) -> Iterator[Connection]:
    bench, served = gateway
    token = bench.auth.page_session("board", "li")
    with connect(served.http, token=token, scenario=SCENARIO, progress=False) as connection:
        yield connection


@pytest.mark.parametrize("sql", [SUM, pc.BY_TOWN])
def test_a_picture_of_a_panel_is_entered_and_listed(
    gateway: tuple[Workbench, Gateway], board: Connection, sql: str
) -> None:
    bench, _ = gateway
    board.sql(sql)
    release = board.sql(sql)  # the page of the next viewer: it was kept
    assert release.exporter is not None
    position = keep_picture(release, "各市房价.png", PNG)
    listed = board.exports()[0]
    assert (listed["seq"], listed["format"], listed["name"]) == (position, "png", "各市房价.png")
    assert (listed["rows"], listed["release"]) == (2, release.info.id)
    (entry,) = [e for e in pc.entries(bench, Event.exported) if e["seq"] == position]
    assert (entry["medium"], entry["viewer"]) == ("png", "li")
    assert entry["detail"]["digest"] == hashlib.sha256(PNG).hexdigest()


def test_its_receipt_holds(gateway: tuple[Workbench, Gateway], board: Connection) -> None:
    bench, _ = gateway
    release = board.sql(SUM)
    digest = hashlib.sha256(PNG).hexdigest()
    order: dict[str, Any] = {
        "release": release.info.id, "digest": digest, "format": "png", "name": "a.png",
        "rows": 2, "columns": 2,
    }  # fmt: skip
    assert release.exporter is not None
    receipt = read_receipt(json.dumps(release.exporter(order)).encode())
    checks = (
        digest_check(receipt, digest),
        signature_check(receipt, bench.keyring.checkpoint_public),
        ledger_check(receipt, bench.store.journal),
    )
    assert {check.outcome for check in checks} == {Outcome.holds}
    with pytest.raises(WorkbenchError) as raised:
        release.exporter({**order, "rows": 3})
    assert raised.value.code is Code.export_not_allowed


def test_after_its_grant_ended_no_picture_is_entered(tmp_path: Path) -> None:
    root = pc.write_pages(tmp_path)
    with pc.opened(root) as bench:
        served = Gateway(bench, "1")
        token = bench.auth.page_session("board", "wang")
        with connect(served.http, token=token, scenario=SCENARIO, progress=False) as board:
            release = board.sql(SUM)
            grant = f"{SCENARIO}/page:board/price"
            bench.store.revocations.revoke(grant, bench.clock().date(), "x", "y")
            with pytest.raises(WorkbenchError) as raised:
                keep_picture(release, "a.png", PNG)
            assert raised.value.code is Code.grant_revoked
        served.stop()
