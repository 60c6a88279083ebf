"""The gateway's data side: one statement over Arrow Flight SQL, by the stock ADBC driver.

The driver's low-level interface is used: its DB-API module imports ``pyarrow.dataset`` (0.6 s).
Every blocking call goes through ``wait``, so that Ctrl-C cancels the statement on the server.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import adbc_driver_flightsql
import adbc_driver_manager
import pyarrow as pa
from adbc_driver_manager import _reader

from workbench.client.failures import from_adbc, unreachable
from workbench.client.trust import from_driver
from workbench.client.waiting import wait
from workbench.errors import Code, WorkbenchError, simple

SCENARIO_HEADER = "adbc.flight.sql.rpc.call_header.x-workbench-scenario"
_NO_ANSWER = adbc_driver_manager.AdbcStatusCode.IO
Tick = Callable[[], None]


class Channel:
    """A connection to the Flight address with one access token; a new token is a new channel.

    ``roots`` is PEM text of the root certificates to trust; the machine's own without it.

    (Headers set on a statement are added to those of its connection, so a token cannot be changed.)
    """

    def __init__(self, address: str, token: str, roots: str = "") -> None:
        self.address = address
        self.token = token
        options = adbc_driver_flightsql.DatabaseOptions
        settings = {options.AUTHORIZATION_HEADER.value: f"Bearer {token}"}
        if roots:
            settings[options.TLS_ROOT_CERTS.value] = roots
        try:
            self._database = adbc_driver_flightsql.connect(address, db_kwargs=settings)
            self._connection = adbc_driver_manager.AdbcConnection(self._database)
        except adbc_driver_manager.Error as error:
            raise as_workbench(error, address) from None

    def statement(self) -> adbc_driver_manager.AdbcStatement:
        return adbc_driver_manager.AdbcStatement(self._connection)


class Stream:
    """A running statement: ``schema``, then record batches, then ``close``. A context manager."""

    def __init__(
        self,
        channel: Channel,
        sql: str,
        scenario: str,
        parameters: pa.RecordBatch | None,
        tick: Tick,
    ) -> None:
        self._channel = channel
        self._tick = tick
        self._statement = channel.statement()
        self._reader: Any = None
        self._in_call = threading.Lock()
        try:
            self._wait(lambda: self._open(sql, scenario, parameters))
        except BaseException:
            self.close()
            raise

    def _open(self, sql: str, scenario: str, parameters: pa.RecordBatch | None) -> None:
        self._statement.set_options(**{SCENARIO_HEADER: scenario})
        self._statement.set_sql_query(sql)
        if parameters is not None:
            self._statement.prepare()
            self._statement.bind(parameters)
        handle, _ = self._statement.execute_query()
        self._reader = _reader.AdbcRecordBatchReader._import_from_c(handle.address)

    @property
    def schema(self) -> pa.Schema:
        return self._reader.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        while True:
            batch = self._wait(self._next)
            if batch is None:
                return
            yield batch

    def _next(self) -> pa.RecordBatch | None:
        try:
            return self._reader.read_next_batch()
        except StopIteration:
            return None

    def read_all(self) -> pa.Table:
        """The rest of the result, as one table."""
        return self._wait(self._reader.read_all)

    def close(self) -> None:
        """Ends the statement on the server too, if it still runs. May be called twice.

        A call that outlived its cancellation still uses the driver's memory: then the closing is
        left to a thread that waits for it.
        """
        if self._in_call.acquire(blocking=False):
            self._close_held()
        else:
            threading.Thread(target=self._close_late, name="workbench-close", daemon=True).start()

    def _close_late(self) -> None:
        self._in_call.acquire()
        self._close_held()

    def _close_held(self) -> None:
        try:
            reader, self._reader = self._reader, None
            if reader is not None:
                reader.close()
            self._statement.close()
        finally:
            self._in_call.release()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self, function: Callable[[], Any]) -> Any:
        def held() -> Any:
            with self._in_call:
                return function()

        try:
            return wait(held, self._statement.cancel, self._tick)
        except (adbc_driver_manager.Error, pa.ArrowException) as error:
            raise as_workbench(error, self._channel.address) from None


def as_workbench(error: Exception, address: str) -> WorkbenchError:
    """The gateway's error, or ours about the way to it.

    A driver's own text may spell out addresses and headers; it is not passed on.
    """
    said = from_adbc(str(error), getattr(error, "details", ()))
    if said is not None:
        return said
    refused = from_driver(address, str(error))
    if refused is not None:
        return refused
    status = getattr(error, "status_code", None)
    if status == _NO_ANSWER:
        return unreachable(address)
    name = getattr(status, "name", type(error).__name__)
    return simple(
        Code.gateway_unavailable,
        f"与网关 {address} 的数据连接出错（{name}）。",
        f"The data connection to {address} failed ({name}).",
        subject=address,
    )
