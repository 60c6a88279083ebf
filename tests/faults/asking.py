"""A client process: people who go on asking, and write down all that they get.

``python -m faults.asking KIND LOG HTTP FLIGHT SEED PERSON...`` until its stdin is closed. KIND is
``ours`` (the own client) or ``stock`` (the ADBC driver). One line of JSON an event, in one write.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Protocol

import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import pyarrow as pa

from faults.fault_city import PASSWORD, SCENARIO
from faults.questions import Question, Tally, drawn
from workbench.client import connect
from workbench.errors import WorkbenchError
from workbench.model.release import METADATA_KEY

PAUSE_SECONDS = 0.15
"""After an error, so that a gateway that is away is not asked a thousand times."""


class Asker(Protocol):
    def ask(self, question: Question) -> Iterator[pa.Schema | pa.RecordBatch | pa.Table]:
        """First the schema, then what comes."""


class Ours:
    """The own client, connected once: it has to find a new gateway by itself."""

    def __init__(self, person: str, http: str, choose: random.Random) -> None:
        self._person, self._http, self._choose = person, http, choose
        self._connection: Any = None

    def ask(self, question: Question) -> Iterator[pa.Schema | pa.RecordBatch | pa.Table]:
        if self._connection is None:
            self._connection = connect(
                self._http, self._person, PASSWORD, scenario=SCENARIO, progress=False
            )
        if self._choose.random() < 0.3:
            table = self._connection.sql(question.sql).table
            yield table.schema
            yield table
            return
        with self._connection.stream(question.sql) as stream:
            yield stream.schema
            yield from stream


class Stock:
    """The ADBC driver as it is; a connection that failed is opened anew, as its users do."""

    def __init__(self, person: str, flight: str, _: random.Random) -> None:
        self._options = {
            "username": person,
            "password": PASSWORD,
            "adbc.flight.sql.rpc.call_header.x-workbench-scenario": SCENARIO,
        }
        self._flight = flight
        self._connection: Any = None

    def ask(self, question: Question) -> Iterator[pa.Schema | pa.RecordBatch | pa.Table]:
        try:
            if self._connection is None:
                self._connection = flightsql.connect(
                    self._flight, db_kwargs=self._options, autocommit=True
                )
            with self._connection.cursor() as cursor:
                cursor.execute(question.sql)
                with cursor.fetch_record_batch() as reader:
                    yield reader.schema
                    yield from reader
        except adbc_driver_manager.Error as error:
            if "[" not in str(error) and self._connection is not None:  # not an answer of ours
                self._connection = None
            raise


class Log:
    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, **event: Any) -> None:
        line = json.dumps({"at": time.time(), **event}, ensure_ascii=False) + "\n"
        os.write(self._file, line.encode())


def go_on(
    asker: Asker, who: str, log: Log, choose: random.Random, stop: Callable[[], bool]
) -> None:
    for number in count():
        if stop():
            return
        question = drawn(choose)
        about = {"who": who, "n": number}
        log.write(**about, event="asked", **question.__dict__)
        tally = Tally()
        try:
            for part in asker.ask(question):
                if isinstance(part, pa.Schema):
                    told = json.loads((part.metadata or {}).get(METADATA_KEY, b"{}"))
                    log.write(**about, event="opened", release=told)
                else:
                    tally.add(part)
        except Exception as error:
            log.write(**about, event="failed", **tally.to_dict(), **told_by(error))
            time.sleep(PAUSE_SECONDS)
        else:
            log.write(**about, event="complete", **tally.to_dict())


def told_by(error: Exception) -> dict[str, Any]:
    """All that a person would see of it."""
    if isinstance(error, WorkbenchError):
        texts = [[reason.what.zh, reason.what.en] for reason in error.reasons]
        return {"error": "ours", "code": error.code.value, "texts": texts}
    status = getattr(getattr(error, "status_code", None), "name", "")
    return {"error": type(error).__name__, "status": status, "text": str(error)}


def _unraisable(about: Any) -> None:
    """A cursor of the driver whose connection broke is closed twice by its own destructor."""
    if "Underflow in closing" not in str(about.exc_value):
        sys.__unraisablehook__(about)


def main() -> None:
    sys.unraisablehook = _unraisable
    kind, path, http, flight, seed, *people = sys.argv[1:]
    log, stopped = Log(path), threading.Event()
    threads = []
    for person in people:
        choose = random.Random(f"{seed} {person}")
        asker: Asker = (
            Ours(person, http, choose) if kind == "ours" else Stock(person, flight, choose)
        )
        arguments = (asker, f"{kind}:{person}", log, choose, stopped.is_set)
        threads.append(threading.Thread(target=go_on, args=arguments))
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stopped.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
