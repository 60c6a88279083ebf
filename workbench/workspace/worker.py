"""The process that runs an analyst's statements: ``python -m workbench.workspace.worker FD``.

It starts with an empty environment and one socket, learns its workspace over it, gives up all
else (``confine``), opens the file read-only, and then answers one statement at a time. It dies
when the socket closes.
"""

# ruff: noqa: E402 - see TAKEN
from __future__ import annotations

from workbench.workspace.confine import confine, leave_network

TAKEN = leave_network() if __name__ == "__main__" else []
"""Before the imports below start threads: a process with several gets no user namespace."""

import os
import queue
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute

from workbench.engine.duckdb import Resources, keep_own, open_reader, start_reader
from workbench.sql.screen import screen
from workbench.workspace.parameters import Unbindable, bound
from workbench.workspace.protocol import (
    BATCH,
    JSON,
    SCHEMA,
    Closed,
    as_json,
    receive,
    receive_json,
    send,
    send_json,
)
from workbench.workspace.texts import told

BATCH_ROWS = 32_768
FRAME_BYTES = 7 << 19
"""Somewhat less than the gateway puts into a message of its own (ours)."""
LONGEST_KEPT = 8_192
"""Characters of a statement whose screening is remembered: it says the same each time."""
_screened = lru_cache(256)(screen)
UTC = ZoneInfo("UTC")
"""Kept: the files of time zones are out of reach once the root is closed."""
_INEXACT = re.compile(r"\b(UHUGEINT|TIME WITH TIME ZONE|BIT|BIGNUM|VARIANT)\b")

_MISSING = (
    ("column", re.compile(r'Referenced column "(?P<name>[^"]+)" not found')),
    ("column", re.compile(r'does not have a column named "(?P<name>[^"]+)"')),
    ("column", re.compile(r'[Cc]olumn "(?P<name>[^"]+)" (?:does not exist|not found)')),
    ("column", re.compile(r'Could not find key "(?P<name>[^"]+)"')),
    ("table", re.compile(r"Table with name (?P<name>\S+) does not exist")),
    ("table", re.compile(r'Referenced table "(?P<name>[^"]+)" not found')),
)


class Session:
    """One open workspace and the statement that runs in it."""

    def __init__(self, sock: socket.socket, con: duckdb.DuckDBPyConnection) -> None:
        self._sock = sock
        self._con = con
        self._jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self._sending = threading.Lock()
        self._running: int | None = None
        self._cancelled: set[int] = set()

    def listen(self) -> None:
        """Control thread: queue statements, pass on cancels, end with the socket."""
        parameters: bytes = b""
        try:
            while True:
                kind, payload = receive(self._sock)
                if kind == BATCH:
                    parameters = bytes(payload)
                elif kind == JSON:
                    self._control(as_json(payload), parameters)
                    parameters = b""
        except Closed:
            os._exit(0)

    def _control(self, message: dict[str, Any], parameters: bytes) -> None:
        match message["do"]:
            case "run" | "own":
                self._jobs.put({**message, "parameters": parameters})
            case "cancel":
                self._cancelled.add(message["id"])
                if self._running == message["id"]:
                    self._con.interrupt()
            case "progress":
                self._send_json({"progress": self._con.query_progress(), "id": self._running})

    def work(self) -> None:
        """Main thread: one statement after another."""
        while True:
            job = self._jobs.get()
            self._running = job["id"]
            try:
                if job["do"] == "own":
                    self._keep_own(job)
                else:
                    self._run(job)
            except Exception as error:  # noqa: BLE001 - every failure is an answer to the gateway
                self._send_json({"id": job["id"], "error": describe(error, job.get("sql", ""))})
            finally:
                self._running = None

    def _run(self, job: dict[str, Any]) -> None:
        if job["id"] in self._cancelled:
            raise duckdb.InterruptException("cancelled before it began")
        reasons = _screened(job["sql"]) if len(job["sql"]) <= LONGEST_KEPT else screen(job["sql"])
        if reasons:
            answer = {"class": "Screened", "reasons": [r.to_dict() for r in reasons]}
            self._send_json({"id": job["id"], "error": answer})
            return
        result = self._con.execute(job["sql"], taken(job["parameters"]))
        refuse_inexact(result)
        reader = as_reader(result)
        schema = plain_schema(reader.schema)
        self._send(SCHEMA, schema.serialize())
        rows = 0
        for batch in reader:
            if batch.num_rows == 0:
                continue
            for piece in pieces(plain(batch, schema)):
                self._send(BATCH, piece.serialize())
            rows += batch.num_rows
        self._send_json({"id": job["id"], "done": rows})

    def _keep_own(self, job: dict[str, Any]) -> None:
        """A table of the person's own comes, or goes where nothing came with the message. The
        answer has the form of a statement's without columns."""
        came = job["parameters"]
        keep_own(self._con, job["name"], pa.ipc.open_stream(came).read_all() if came else None)
        self._send(SCHEMA, pa.schema([]).serialize())
        self._send_json({"id": job["id"], "done": 0})

    def _send(self, kind: bytes, payload: Any) -> None:
        with self._sending:
            send(self._sock, kind, memoryview(payload))

    def _send_json(self, value: dict[str, Any]) -> None:
        with self._sending:
            send_json(self._sock, value)


def as_reader(result: duckdb.DuckDBPyConnection | None) -> pa.RecordBatchReader:
    """The result as a stream; a statement without one gives an empty table of no columns.

    The engine gives None for a text that holds no statement at all, only comments.
    """
    if result is None or not result.description:
        return pa.RecordBatchReader.from_batches(pa.schema([]), [])
    return result.to_arrow_reader(BATCH_ROWS)


def refuse_inexact(result: duckdb.DuckDBPyConnection | None) -> None:
    """Types that Arrow would alter (UHUGEINT becomes -1, TIMETZ loses its offset) are refused."""
    for name, type_, *_ in (result.description if result is not None else None) or ():
        found = _INEXACT.search(str(type_))
        if found:
            raise duckdb.InvalidInputException(
                f'column "{name}" has the type {found[0]}, which cannot be sent exactly; '
                "write CAST(... AS VARCHAR)"
            )


def plain_type(type_: pa.DataType) -> pa.DataType:
    """``type_`` without dictionaries and extension types, which do not survive every client."""
    if isinstance(type_, pa.BaseExtensionType):
        return plain_type(type_.storage_type)
    if pa.types.is_dictionary(type_):
        return plain_type(type_.value_type)
    if pa.types.is_map(type_):
        return pa.map_(plain_type(type_.key_type), plain_type(type_.item_type))
    if pa.types.is_struct(type_):
        return pa.struct([f.with_type(plain_type(f.type)) for f in type_])
    if pa.types.is_fixed_size_list(type_):
        return pa.list_(type_.value_field.with_type(plain_type(type_.value_type)), type_.list_size)
    if pa.types.is_list(type_):
        return pa.list_(type_.value_field.with_type(plain_type(type_.value_type)))
    return type_


def plain_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema([f.with_type(plain_type(f.type)).remove_metadata() for f in schema])


def plain(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = []
    for column, field in zip(batch.columns, schema, strict=True):
        if isinstance(column, pa.ExtensionArray):
            column = column.storage
        columns.append(column if column.type == field.type else column.cast(field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema) if columns else batch


def pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """``batch`` in frames of FRAME_BYTES about: rows may be long, and the gateway holds a few."""
    step = max(1, batch.num_rows * FRAME_BYTES // max(batch.nbytes, 1))
    for start in range(0, batch.num_rows, step):
        yield batch.slice(start, step)


def taken(parameters: bytes) -> list[Any] | dict[str, Any] | None:
    """The parameters that came with a statement. Raises duckdb.InvalidInputException."""
    if not parameters:
        return None
    try:
        return bound(pa.ipc.open_stream(parameters).read_all())
    except Unbindable as error:
        raise duckdb.InvalidInputException(str(error)) from None


def describe(error: Exception, statement: str) -> dict[str, Any]:
    """The error for the gateway: its class, its text without values and paths, the name it
    missed."""
    name, text = told(error, statement)
    here = str(Path.cwd())
    if here != "/":
        text = text.replace(here, "")
    answer: dict[str, Any] = {"class": name, "text": text}
    for kind, pattern in _MISSING:
        found = pattern.search(text)
        if found:
            return {**answer, "missing": kind, "name": found["name"].strip('"!')}
    return answer


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sock = socket.socket(fileno=int(sys.argv[1]))
    sock.set_inheritable(False)
    started = start_reader()  # before the workspace is known: a spare has this behind it
    try:
        config = receive_json(sock)
    except Closed:
        return
    root = Path(config["root"])
    steps = confine(root, config["memory_mb"], config["scratch_mb"], config["account"], TAKEN)
    confined_root = Path("/") if "own_root" in steps else root
    resources = Resources(config["memory_mb"], config["scratch_mb"], config["threads"])
    file, scratch = confined_root / "w", confined_root / "t"
    con = open_reader(file, config["key"], resources, scratch, started, own=config["own"])
    session = Session(sock, con)
    send_json(sock, {"ready": steps})
    threading.Thread(target=session.listen, daemon=True).start()
    session.work()


if __name__ == "__main__":
    main()
