"""The servers that other tests stand on do start, log, stop and start again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg
import pytest
import servers

from workbench.engine.duckdb import extension_file

pytestmark = pytest.mark.skipif(
    bool(servers.missing_programs()), reason=f"not installed: {servers.missing_programs()}"
)


def test_postgres_logs_statements_and_comes_back(tmp_path: Path) -> None:
    with servers.postgres() as server:
        place = f"host={server.host} port={server.port} user={server.user} dbname=postgres"
        with psycopg.connect(place, password=server.password) as connection:
            connection.execute("CREATE TABLE 企业 AS SELECT 1 AS marker_of_this_test")
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(place, password=server.password, connect_timeout=2)
        server.start()
        with psycopg.connect(place, password=server.password) as connection:
            assert connection.execute("SELECT * FROM 企业").fetchall() == [(1,)]
        assert "marker_of_this_test" in server.log.read_text()


def test_mariadb_logs_statements_and_comes_back() -> None:
    with servers.mariadb() as server:
        con = duckdb.connect()
        con.execute(f"LOAD '{extension_file('mysql_scanner')}'")
        secret = (
            f"CREATE SECRET (TYPE mysql, HOST '{server.host}', PORT {server.port}, "
            f"USER '{server.user}', PASSWORD '{server.password}', DATABASE 'test')"
        )
        con.execute(secret)
        con.execute("ATTACH '' AS m (TYPE mysql)")
        con.execute("CREATE TABLE m.marker_of_this_test (i INT)")
        con.execute("DETACH m")
        server.stop()
        with pytest.raises(duckdb.Error):
            con.execute("ATTACH '' AS m (TYPE mysql)")
        server.start()
        con.execute("ATTACH '' AS m (TYPE mysql)")
        assert con.execute("SELECT count(*) FROM m.marker_of_this_test").fetchall() == [(0,)]
        con.close()
        assert "marker_of_this_test" in server.log.read_text()
