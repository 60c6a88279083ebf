"""Which workspaces go, and what is said where none can."""

from __future__ import annotations

import pytest

from workbench.errors import Code, WorkbenchError
from workbench.workspace.disk import MB, Budget, Stored, evicted


def stored(key: str, mb: int, used: float, held: bool = False, department: str = "tax") -> Stored:
    return Stored(key, department, mb * MB, used, held)


NEW = stored("new", 4, 9.0, held=True)


def test_the_longest_unused_go_first_and_no_more_than_needed():
    there = [stored("b", 3, 2.0), stored("a", 3, 1.0), stored("c", 3, 3.0)]
    assert evicted(there, NEW, Budget(13, 100)) == []
    assert evicted(there, NEW, Budget(12, 100)) == ["a"]
    assert evicted(there, NEW, Budget(9, 100)) == ["a", "b"]


def test_what_is_held_stays():
    there = [stored("a", 3, 1.0, held=True), stored("b", 3, 2.0)]
    assert evicted(there, NEW, Budget(7, 100)) == ["b"]
    with pytest.raises(WorkbenchError) as full:
        evicted(there, NEW, Budget(6, 100))
    (reason,) = full.value.reasons
    assert (reason.code, reason.subject) == (Code.disk_exceeded, "workspaces_mb")
    assert "正在使用的占 3 MB" in reason.said("zh")
    assert "3 MB are in use" in reason.said("en")


def test_one_that_does_not_fit_alone_evicts_nobody():
    with pytest.raises(WorkbenchError) as large:
        evicted([stored("a", 1, 1.0)], NEW, Budget(3, 100))
    for language, text in (("zh", "单独就超过 3 MB"), ("en", "alone is larger")):
        said = large.value.said(language)  # type: ignore[arg-type]
        assert text in said
        assert "settings.workspaces_mb（" in said or "settings.workspaces_mb (" in said


def test_a_department_makes_room_among_its_own():
    there = [stored("theirs", 8, 1.0, department="civil"), stored("ours", 4, 2.0)]
    assert evicted(there, NEW, Budget(100, 7)) == ["ours"]
    with pytest.raises(WorkbenchError) as large:
        evicted(there, NEW, Budget(100, 3))
    assert large.value.reasons[0].subject == "workspaces_mb_per_department"
