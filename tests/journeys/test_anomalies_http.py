"""Findings of the watch over HTTP: an officer of the authority looks and closes, nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import page_city as pc
import pytest

from workbench.client.connection import Connection, connect
from workbench.errors import Code, Conflict, InvalidInput, Refused, StatementWrong, WorkbenchError
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.model.entry import Event

WHY = "asked the department"


def refused(connection: Connection, id_: str) -> None:
    calls = (
        connection.anomalies.list,
        connection.anomalies.precision,
        lambda: connection.anomalies.get(id_),
        lambda: connection.anomalies.explain(id_, WHY),
    )
    for call in calls:
        with pytest.raises(Refused) as raised:
            call()
        assert raised.value.code is Code.not_yours


def code_of(error: pytest.ExceptionInfo[WorkbenchError]) -> Code:
    return error.value.code


@pytest.mark.slow
def test_the_authority_looks_and_closes_over_http_by_the_rules_of_the_command_line(
    tmp_path: Path,
) -> None:
    """Months later nobody has used what the scenario grants."""
    city = pc.write_pages(tmp_path)
    with pc.opened(city, pc.Clock(timedelta(days=200))) as bench:
        bench.store.users.add("gao", pc.PASSWORD, "bureau", [Role.authority])
        bench.anomalies.look()
        gateway = Gateway(bench, "test")
        try:
            with (
                connect(gateway.http, "gao", pc.PASSWORD, language="en") as gao,
                connect(gateway.http, "li", pc.PASSWORD, language="en") as li,
            ):
                found = gao.anomalies.list(rule="dormancy", state="open")
                assert len(found) >= 2
                assert len(gao.anomalies.list(limit=1)) == 1
                one, other = found[0], found[1]
                assert "has not been used for" in one["told"]["en"]
                assert gao.anomalies.get(one["id"]) == one
                refused(li, one["id"])
                with pytest.raises(InvalidInput):
                    gao.anomalies.explain(one["id"], " ")
                with pytest.raises(StatementWrong) as unknown:
                    gao.anomalies.get("nothing")
                assert code_of(unknown) is Code.not_found

                explained = gao.anomalies.explain(one["id"], WHY)
                assert (explained["state"], explained["closed_by"]) == ("explained", "gao")
                confirmed = gao.anomalies.rectify(other["id"], WHY)
                assert (confirmed["state"], confirmed["reason"]) == ("confirmed", WHY)
                with pytest.raises(Conflict) as twice:
                    gao.anomalies.rectify(one["id"], WHY)
                assert code_of(twice) is Code.moved_on
                whole = {r["rule"]: r for r in gao.anomalies.precision() if not r["month"]}
                assert whole["dormancy"]["precision"] == 0.5
                entered = pc.entries(bench, Event.anomaly_closed)
                assert [(e["actor"], e["detail"]["finding"]) for e in entered] == [
                    ("gao", one["id"]),
                    ("gao", other["id"]),
                ]
        finally:
            gateway.stop()
