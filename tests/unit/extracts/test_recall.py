"""A version that was taken back: who reads what from then on, and what is refused."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable, write_deltalake
from ingest_desk import NOW, Desk, column, resource, said

from workbench.errors import Code, InvalidInput, Unavailable, WorkbenchError
from workbench.extracts.recall import Recalled, Wish, recall
from workbench.extracts.recalls import standing
from workbench.extracts.report import Outcome
from workbench.extracts.versions import Extracts

THINGS = resource(column("id", "INTEGER"), column("name"))
LATER = NOW + timedelta(hours=1)
REASON = "提供部门口径有误 / counted wrongly"


def take_back(desk: Desk, version: int, **more: Any) -> Recalled:
    wish = Wish(resource="things", version=version, by="os:op", reason=REASON)
    dry_run = more.pop("dry_run", False)
    before = more.pop("before", lambda _: None)
    return recall(desk.extracts, replace(wish, **more), lambda: LATER, before, dry_run=dry_run)


def refused(desk: Desk, version: int, **more: Any) -> WorkbenchError:
    newest = desk.extracts.newest(more.get("resource", "things"))
    with pytest.raises(WorkbenchError) as caught:
        take_back(desk, version, **more)
    assert desk.extracts.newest(more.get("resource", "things")) == newest
    return caught.value


def loaded(desk: Desk, count: int) -> None:
    for number in range(count):
        desk.load(THINGS, f"id,name\n{number},a\n")


def current(extracts: Extracts) -> int | None:
    found = extracts.latest("things")
    return None if found is None else found.version


def delta_rows(desk: Desk) -> list[int]:
    """As somebody reads the table who knows Delta and not us."""
    found = DeltaTable(str(desk.extracts.folder / "things")).to_pyarrow_table()
    return [int(i) for i in found["id"].to_pylist()]


def test_readers_move_to_the_version_before_and_the_recalled_one_is_closed(desk: Desk) -> None:
    loaded(desk, 3)
    reader = Extracts(desk.extracts.folder)
    assert current(reader) == 2
    before, newest = reader.latest("things"), reader.newest("things")
    done = take_back(desk, 2)
    assert (done.before, done.now and done.now.version, done.moves) == (2, 1, True)
    assert reader.newest("things") != newest, "what the gateway's watch looks at"
    assert current(reader) == 1
    assert desk.rows(THINGS) == [(1, "a")]
    assert delta_rows(desk) == [1]
    with pytest.raises(Unavailable) as caught:
        reader.at("things", 2)
    assert caught.value.code is Code.extract_recalled
    assert REASON in caught.value.said("zh")
    assert "Ask again" in caught.value.said("en")
    with pytest.raises(Unavailable) as caught:
        reader.at("things", 3)
    assert "is a recall, not a version" in said(caught.value)
    assert before is not None
    assert reader.known("things", 2) == replace(before, recalled=done.recall)


def test_the_history_keeps_it_marked(desk: Desk) -> None:
    loaded(desk, 2)
    take_back(desk, 1)
    history = Extracts(desk.extracts.folder).history("things")
    assert [(v.version, v.recalled is not None) for v in history] == [(1, True), (0, False)]
    mark = history[0].recalled
    assert mark is not None
    assert (mark.at, mark.by, mark.reason) == (LATER, "os:op", REASON)
    assert (mark.commit, mark.restores) == (2, 0)
    assert desk.extracts.verify("things", 1) == (), "the files stay, to look into what went wrong"


def test_the_only_version_leaves_none_and_says_so(desk: Desk) -> None:
    loaded(desk, 1)
    done = take_back(desk, 0)
    assert (done.now, done.moves) == (None, True)
    assert desk.extracts.latest("things") is None
    assert desk.extracts.last_recall("things") == done.recall
    assert delta_rows(desk) == []
    assert desk.load(THINGS, "id,name\n7,b\n").outcome is Outcome.loaded
    assert desk.rows(THINGS) == [(7, "b")]
    assert desk.extracts.last_recall("things") is None


def test_an_older_version_is_only_marked(desk: Desk) -> None:
    loaded(desk, 3)
    assert not take_back(desk, 1).moves
    assert current(desk.extracts) == 2
    assert delta_rows(desk) == [2]
    assert take_back(desk, 2).now == desk.extracts.at("things", 0), "1 is passed over"
    assert delta_rows(desk) == [0]


def test_a_restored_version_may_have_other_columns(desk: Desk) -> None:
    desk.load(THINGS, "id,name\n1,a\n")
    later = replace(THINGS, version="2.0.0", columns=(column("day", "DATE"), column("id")))
    desk.load(later, "day,id\n2024-02-29,007\n")
    take_back(desk, 1)
    assert desk.rows(THINGS) == [(1, "a")]
    table = DeltaTable(str(desk.extracts.folder / "things"))
    assert [f.name for f in table.schema().fields] == ["id", "name"]


def test_undo_makes_it_current_again(desk: Desk) -> None:
    loaded(desk, 2)
    take_back(desk, 1)
    done = take_back(desk, 1, undo=True, reason="it was right")
    assert (done.before, done.now and done.now.version) == (0, 1)
    assert current(Extracts(desk.extracts.folder)) == 1
    assert desk.extracts.at("things", 1).recalled is None
    assert delta_rows(desk) == [1]
    assert [v.recalled for v in desk.extracts.history("things")] == [None, None]


def test_undo_of_one_that_was_followed_leaves_the_newer_current(desk: Desk) -> None:
    loaded(desk, 2)
    take_back(desk, 1)
    desk.load(THINGS, "id,name\n9,z\n")
    done = take_back(desk, 1, undo=True)
    assert not done.moves
    assert current(desk.extracts) == 3
    assert delta_rows(desk) == [9]


def test_undo_of_the_only_version(desk: Desk) -> None:
    loaded(desk, 1)
    take_back(desk, 0)
    assert take_back(desk, 0, undo=True).before is None
    assert desk.rows(THINGS) == [(0, "a")]
    assert delta_rows(desk) == [0]


@pytest.mark.parametrize(
    ("version", "more", "words"),
    [
        (7, {}, ("没有第 7 版", "has no version 7", "There are: 0, 1")),
        (2, {}, ("has no version 2",)),
        (1, {}, ("已于", "already recalled at", REASON, "--undo")),
        (0, {"undo": True}, ("没有被召回", "is not recalled")),
        (0, {"reason": "  "}, ("须说明原因", "needs a reason")),
        (0, {"reason": "x" * 501}, ("500",)),
        (0, {"reason": "a\x1b[2J"}, ("printable",)),
        (0, {"resource": "others"}, ("没有任何数据版本", "no version at all")),
    ],
)
def test_what_cannot_be_recalled(
    desk: Desk, version: int, more: dict[str, Any], words: tuple[str, ...]
) -> None:
    loaded(desk, 2)
    take_back(desk, 1)
    error = refused(desk, version, **more)
    assert isinstance(error, InvalidInput)
    for word in words:
        assert word in said(error)


def test_a_dry_run_tells_and_does_nothing(desk: Desk) -> None:
    loaded(desk, 2)
    told = take_back(desk, 1, dry_run=True)
    assert (told.before, told.now and told.now.version) == (1, 0)
    assert current(desk.extracts) == 1
    assert desk.extracts.newest("things") == 1


def test_what_raises_before_the_commit_leaves_all_as_it_was(desk: Desk) -> None:
    loaded(desk, 2)

    def no_ledger(plan: Recalled) -> None:
        assert plan.recall.commit == 2
        raise Unavailable(())

    with pytest.raises(Unavailable):
        take_back(desk, 1, before=no_ledger)
    assert current(desk.extracts) == 1


def test_during_an_ingest_it_has_to_wait(desk: Desk) -> None:
    loaded(desk, 1)
    inside, finish = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        inside.set()
        finish.wait(30)

    file = desk.file("id,name\n9,z\n", "new.csv")
    thread = threading.Thread(target=desk.ingest, args=(THINGS, file), kwargs={"on_progress": hold})
    thread.start()
    try:
        assert inside.wait(30)
        assert refused(desk, 0).code is Code.extract_busy
    finally:
        finish.set()
        thread.join(30)
    assert take_back(desk, 0).moves is False
    assert current(desk.extracts) == 1


def test_the_same_delivery_is_not_taken_again_unless_forced(desk: Desk) -> None:
    loaded(desk, 2)
    take_back(desk, 1)
    error = desk.refuses(THINGS, "id,name\n1,a\n")
    assert error.code is Code.invalid_delivery
    for word in ("第 1 版的交付", "the delivery of version 1", REASON, "--undo", "--force"):
        assert word in said(error)
    assert desk.load(THINGS, "id,name\n1,b\n").outcome is Outcome.loaded
    report = desk.load(THINGS, "id,name\n1,a\n", force=True)
    assert report.version is not None
    assert (report.version.version, current(desk.extracts)) == (4, 4)
    assert desk.load(THINGS, "id,name\n1,a\n").outcome is Outcome.unchanged


def test_readers_are_not_moved_to_a_damaged_version(desk: Desk) -> None:
    loaded(desk, 3)
    (file,) = map(Path, desk.extracts.at("things", 1).files)
    file.write_bytes(file.read_bytes()[:-1])
    error = refused(desk, 2)
    assert "已被改动" in said(error)
    assert "workbench recall things --version 1" in said(error)
    take_back(desk, 1)
    take_back(desk, 2)
    assert desk.rows(THINGS) == [(0, "a")]


def test_a_table_that_somebody_else_wrote_to_is_left_alone(desk: Desk) -> None:
    loaded(desk, 2)
    write_deltalake(str(desk.extracts.folder / "things"), desk.table(THINGS), mode="overwrite")
    assert refused(desk, 1).code is Code.extract_missing
    desk.load(THINGS, "id,name\n5,b\n", force=True)
    assert take_back(desk, 3).now == desk.extracts.at("things", 1)


def test_recalls_survive_checkpoints(desk: Desk) -> None:
    loaded(desk, 3)
    take_back(desk, 2)
    DeltaTable(str(desk.extracts.folder / "things")).create_checkpoint()
    take_back(desk, 1)
    fresh = Extracts(desk.extracts.folder)
    assert current(fresh) == 0
    assert [v.recalled is not None for v in fresh.history("things")] == [True, True, False]


def test_what_stands_is_the_newest_that_is_not_recalled() -> None:
    """Every order of two recalls and an undo over three versions."""
    mark = {"at": NOW.isoformat(), "by": "x", "reason": "y", "restores": None}
    delivered = {n: {"version": n} for n in range(3)}
    for first in range(3):
        for second in {0, 1, 2} - {first}:
            records = delivered | {3: {"recalls": first} | mark, 4: {"recalls": second} | mark}
            (left,) = {0, 1, 2} - {first, second}
            assert standing(records).current == left
            undone = standing(records | {5: {"undoes": first} | mark})
            assert undone.current == max(left, first)
            assert undone.recalled.keys() == {second}
    assert standing({}).current is None
