"""Any single falsification of any ledger is found, and the right entry is named."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import Places

from workbench.ledger.chain import canonical, fields_of
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.findings import Finding
from workbench.ledger.record import Ledger
from workbench.ledger.verify import verify
from workbench.model.entry import Draft, Event
from workbench.store.address import parsed
from workbench.store.keyring import Keyring
from workbench.store.session import open_store

MOST = 14
EXAMPLES = settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)

texts = st.text(st.characters(), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
drafts = st.builds(
    Draft,
    event=st.sampled_from(Event),
    actor=texts,
    department=texts,
    viewer=texts,
    scenario=texts,
    purpose=texts,
    approver=texts,
    content=st.dictionaries(texts, st.lists(texts, max_size=3).map(tuple), max_size=3),
    method=texts,
    medium=texts,
    release=texts,
    detail=st.dictionaries(texts, values, max_size=3),
    secret=texts,
)
ledgers = st.lists(drafts, min_size=3, max_size=MOST)

COLUMNS = ("at", "body", "previous", "hash", "event", "actor", "viewer", "scenario", "release")


FILE = Places("sqlite", None, Path())


@contextmanager
def written(ledger: list[Draft], places: Places = FILE) -> Iterator[tuple[Path, Keyring]]:
    """A folder with the ledger in it."""
    root = Path(tempfile.mkdtemp(prefix="ledger"))
    try:
        keyring = Keyring.open(root / "keys")
        store = open_store(places.where(root), _clock())
        checkpoints = Checkpoints(root / "checkpoints", keyring.checkpoint_key)
        writer = Ledger(store.journal, checkpoints, keyring.audit_key, _clock())
        for draft in ledger:
            writer.record(draft)
        store.close()
        yield root, keyring
    finally:
        shutil.rmtree(root)


def _clock() -> Callable[[], datetime]:
    steps = count()
    return lambda: datetime(2025, 11, 3, tzinfo=UTC) + timedelta(seconds=next(steps))


def found(root: Path, keyring: Keyring, places: Places = FILE) -> list[Finding]:
    store = open_store(places.where(root), _clock())
    try:
        return list(
            verify(
                store.journal,
                root / "checkpoints",
                keyring.checkpoint_public,
                keyring.audit_key,
            ).findings
        )
    finally:
        store.close()


def tamper(root: Path, *statements: tuple[str, tuple[object, ...]]) -> int:
    """Change the file behind the store's back; returns how many rows changed."""
    with closing(sqlite3.connect(root / "store.sqlite", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            connection.execute(f"DROP TRIGGER {name}")
        return sum(connection.execute(sql, given_).rowcount for sql, given_ in statements)


def told(findings: list[Finding]) -> list[tuple[str, int, int]]:
    return [(f.kind.value, f.seq, f.until) for f in findings]


@EXAMPLES
@given(ledger=ledgers)
def test_an_honest_ledger_is_clean_and_says_what_was_recorded(ledger: list[Draft]) -> None:
    with written(ledger) as (root, keyring):
        assert found(root, keyring) == []
        with closing(sqlite3.connect(root / "store.sqlite")) as connection:
            bodies = [row[0] for row in connection.execute("SELECT body FROM entries ORDER BY seq")]
    for draft, body in zip(ledger, bodies, strict=True):
        fields = fields_of(body)
        assert fields is not None
        assert canonical(fields) == body
        assert fields["purpose"] == draft.purpose
        assert fields["detail"] == draft.detail
        assert fields["content"] == {name: list(cols) for name, cols in draft.content.items()}
        assert not draft.secret or fields["statement"]


@EXAMPLES
@given(ledger=ledgers, data=st.data())
def test_a_changed_field_is_named(ledger: list[Draft], data: st.DataObject) -> None:
    seq = data.draw(st.integers(1, len(ledger)))
    column = data.draw(st.sampled_from(COLUMNS))
    value = data.draw(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
        | st.binary(max_size=10)
        | st.integers(-(2**63), 2**63 - 1)
    )
    with written(ledger) as (root, keyring):
        sql = f"UPDATE entries SET {column} = ? WHERE seq = ? AND {column} IS NOT ?"
        if tamper(root, (sql, (value, seq, value))):
            assert told(found(root, keyring)) == [("changed", seq, seq)]


@EXAMPLES
@given(ledger=ledgers, data=st.data())
def test_a_flipped_character_of_a_body_is_named(ledger: list[Draft], data: st.DataObject) -> None:
    seq = data.draw(st.integers(1, len(ledger)))
    with written(ledger) as (root, keyring):
        with closing(sqlite3.connect(root / "store.sqlite")) as connection:
            (body,) = connection.execute(
                "SELECT body FROM entries WHERE seq = ?", (seq,)
            ).fetchone()
        at = data.draw(st.integers(0, len(body) - 1))
        other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != body[at]))
        changed = body[:at] + other + body[at + 1 :]
        tamper(root, ("UPDATE entries SET body = ? WHERE seq = ?", (changed, seq)))
        assert told(found(root, keyring)) == [("changed", seq, seq)]


@EXAMPLES
@given(ledger=ledgers, data=st.data())
def test_deleted_entries_are_named(ledger: list[Draft], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(ledger)))
    last = data.draw(st.integers(first, len(ledger)))
    with written(ledger) as (root, keyring):
        both = [
            (f"DELETE FROM {table} WHERE seq BETWEEN ? AND ?", (first, last))
            for table in ("entries", "statements")
        ]
        tamper(root, *both)
        kind = "cut_off" if last == len(ledger) else "removed"
        assert told(found(root, keyring)) == [(kind, first, last)]


@EXAMPLES
@given(ledger=ledgers, data=st.data())
def test_exchanged_entries_are_named(ledger: list[Draft], data: st.DataObject) -> None:
    one = data.draw(st.integers(1, len(ledger) - 1))
    other = data.draw(st.integers(one + 1, len(ledger)))
    with written(ledger) as (root, keyring):
        tamper(
            root,
            ("UPDATE entries SET seq = -1 WHERE seq = ?", (one,)),
            ("UPDATE entries SET seq = ? WHERE seq = ?", (one, other)),
            ("UPDATE entries SET seq = ? WHERE seq = -1", (other,)),
        )
        findings = told(found(root, keyring))
    assert findings == [("reordered", one, one), ("reordered", other, other)]


@EXAMPLES
@given(ledger=ledgers, data=st.data())
def test_a_changed_checkpoint_is_named(ledger: list[Draft], data: st.DataObject) -> None:
    seq = data.draw(st.integers(1, len(ledger)))
    with written(ledger) as (root, keyring):
        (file,) = (root / "checkpoints").glob("*.jsonl")
        lines = file.read_bytes().splitlines()
        at = data.draw(st.integers(0, len(lines[seq - 1]) - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda b: b not in (10, 13)))
        line = lines[seq - 1]
        lines[seq - 1] = line[:at] + bytes([byte]) + line[at + 1 :]
        file.write_bytes(b"\n".join(lines) + b"\n")
        findings = found(root, keyring)
    if lines[seq - 1] == line:
        assert findings == []
    else:
        assert len(findings) == 1
        assert findings[0].kind in ("forged_checkpoint", "checkpoint_unreadable")
        assert findings[0].where == f"2025-11.jsonl:{seq}"


@settings(EXAMPLES, max_examples=examples(6))
@given(ledger=ledgers, data=st.data())
def test_on_postgresql_it_is_the_same(
    postgres_server: Places,
    ledger: list[Draft],
    data: st.DataObject,
) -> None:
    seq = data.draw(st.integers(1, len(ledger) - 1))
    column = data.draw(st.sampled_from([name for name in COLUMNS if name != "at"]))
    value = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30))
    with written(ledger, postgres_server) as (root, keyring):
        assert found(root, keyring, postgres_server) == []
        schema = parsed(postgres_server.where(root), "test").schema
        with postgres_server.admin(schema) as connection:
            for table in ("entries", "statements"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            sql = f"UPDATE entries SET {column} = %s WHERE seq = %s AND {column} <> %s"
            changed = connection.execute(sql, (value, seq, value)).rowcount
            expected = [("changed", seq, seq)] if changed else []
            assert told(found(root, keyring, postgres_server)) == expected
            for table in ("entries", "statements"):
                connection.execute(f"DELETE FROM {table} WHERE seq >= %s", (seq,))
            cut = [("cut_off", seq, len(ledger))]
            assert told(found(root, keyring, postgres_server)) == cut
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
