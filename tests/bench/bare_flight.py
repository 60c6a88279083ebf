"""The least that a Flight server can be: one table from memory. ``python bare_flight.py ROWS``.

Prints its port. ``do_get`` with the ticket ``tiny`` gives a table of ROWS rows and two columns;
any other ticket is SQL for a DuckDB of its own.
"""

from __future__ import annotations

import sys
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.flight as fl


class Bare(fl.FlightServerBase):
    def __init__(self, rows: int) -> None:
        super().__init__(("127.0.0.1", 0))
        self._tiny = pa.table({"i": range(rows), "t": [f"T{i}" for i in range(rows)]})
        self._con = duckdb.connect(config={"threads": "2"})

    def do_get(self, context: Any, ticket: Any) -> Any:
        text = ticket.ticket.decode()
        if text == "tiny":
            return fl.RecordBatchStream(self._tiny)
        reader = self._con.cursor().execute(text).to_arrow_reader(32_768)
        return fl.GeneratorStream(reader.schema, iter(reader))


if __name__ == "__main__":
    server = Bare(int(sys.argv[1]))
    print(server.port, flush=True)
    server.serve()
