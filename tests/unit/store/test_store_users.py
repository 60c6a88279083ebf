"""Users: passwords, roles, sessions, the throttle; all on a real file."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from workbench.errors import Code, Refused, Text, Unauthenticated, WorkbenchError
from workbench.model.actor import Role
from workbench.store.session import Store, open_store
from workbench.store.throttle import FAILURES, NAME_FAILURES, PAUSE, WINDOW, place_of
from workbench.store.users import Users

PASSWORD = "一个足够长的密码-2025"
CHEAP = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2025, 6, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = open_store(tmp_path / "state" / "store.sqlite", clock)
    yield opened
    opened.close()


@pytest.fixture
def users(store: Store, clock: Clock) -> Users:
    """The same table with cheap hashes, so that many sign-ins take no time."""
    return Users(store, clock, CHEAP)


def test_a_user_signs_in(store: Store) -> None:
    added = store.users.add("zhang.wei", PASSWORD, "ndrc", {Role.analyst, Role.leader})
    assert store.users.verify("zhang.wei", PASSWORD) == added
    assert store.users.verify("zhang.wei", PASSWORD + " ") is None
    assert store.users.verify("nobody", PASSWORD) is None
    assert store.users.get("zhang.wei") == added
    assert store.users.get("nobody") is None
    assert store.users.all() == (added,)
    assert added.roles == {Role.analyst, Role.leader}


def test_the_password_is_kept_as_argon2id_only(store: Store, tmp_path: Path) -> None:
    store.users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    with store.reading() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM users").scalar_one()
    assert kept.startswith("$argon2id$")
    store.close()
    for path in (tmp_path / "state").iterdir():
        assert PASSWORD.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "a b",
        "a:b",
        "a/b",
        "a\\b",
        "a\x00",
        "ＡＢＣ",
        "\ud800",
        "x" * 129,
        "a\u200bb",
        "\u202ea",
    ],
)
def test_ids_that_mislead_are_refused(users: Users, id_: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        users.add(id_, PASSWORD, "ndrc", {Role.analyst})
    assert caught.value.code is Code.invalid_request
    assert users.verify(id_, PASSWORD) is None
    assert users.get(id_) is None


def test_a_chinese_id_is_an_id(users: Users) -> None:
    users.add("张伟", PASSWORD, "ndrc", {Role.analyst})
    assert users.verify("张伟", PASSWORD) is not None


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 1025])
def test_a_password_of_another_length_is_refused(users: Users, password: str) -> None:
    with pytest.raises(WorkbenchError, match="12 to 1024"):
        users.add("zhang", password, "ndrc", {Role.analyst})
    users.add("li", PASSWORD, "ndrc", {Role.analyst})
    with pytest.raises(WorkbenchError, match="12 to 1024"):
        users.set_password("li", password)
    assert users.verify("li", password) is None


def test_a_password_is_the_same_however_it_was_composed(users: Users) -> None:
    users.add("zhang", "caf\u00e9 caf\u00e9 caf\u00e9", "ndrc", {Role.analyst})
    assert users.verify("zhang", "cafe\u0301 cafe\u0301 cafe\u0301") is not None


def test_a_user_is_added_once(users: Users) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    with pytest.raises(WorkbenchError, match="already exists"):
        users.add("zhang", PASSWORD, "statistics", {Role.leader})
    found = users.get("zhang")
    assert found is not None
    assert found.department == "ndrc"


@pytest.mark.parametrize(
    "roles",
    [
        {Role.operator, Role.auditor},
        {Role.auditor, Role.security},
        {Role.operator, Role.security},
        {Role.operator, Role.auditor, Role.security, Role.analyst},
    ],
)
def test_separated_roles_do_not_meet_in_one_person(users: Users, roles: set[Role]) -> None:
    with pytest.raises(Refused) as caught:
        users.add("zhang", PASSWORD, "ndrc", roles)
    assert caught.value.code is Code.roles_separated
    assert caught.value.reasons[0].rule == Text("佛山 2019 第四十条", "Foshan 2019 art. 40")
    assert users.get("zhang") is None
    users.add("zhang", PASSWORD, "ndrc", {Role.auditor})
    with pytest.raises(Refused):
        users.set_roles("zhang", roles)
    found = users.get("zhang")
    assert found is not None
    assert found.roles == {Role.auditor}


def test_the_role_of_pages_is_not_for_people(users: Users) -> None:
    with pytest.raises(WorkbenchError, match="page"):
        users.add("zhang", PASSWORD, "ndrc", {Role.page})


def test_what_ends_sessions(users: Users) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})

    def epoch() -> int:
        found = users.get("zhang")
        assert found is not None
        return found.session_epoch

    assert epoch() == 0
    users.disable("zhang")
    assert epoch() == 1
    users.enable("zhang")
    assert epoch() == 1
    users.set_password("zhang", "another long password")
    assert epoch() == 2
    users.set_roles("zhang", {Role.leader})
    assert epoch() == 3
    assert users.verify("zhang", PASSWORD) is None
    assert users.verify("zhang", "another long password") is not None


def test_a_disabled_user_is_told_only_with_the_right_password(users: Users) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    users.disable("zhang")
    assert users.verify("zhang", "a wrong password") is None
    with pytest.raises(Unauthenticated) as caught:
        users.verify("zhang", PASSWORD)
    assert caught.value.code is Code.user_disabled
    users.enable("zhang")
    assert users.verify("zhang", PASSWORD) is not None


@pytest.mark.parametrize("change", ["disable", "enable"])
def test_unknown_users_cannot_be_changed(users: Users, change: str) -> None:
    with pytest.raises(WorkbenchError, match="no user"):
        getattr(users, change)("nobody")


def test_a_hash_with_old_parameters_is_renewed_at_sign_in(store: Store, clock: Clock) -> None:
    Users(store, clock, CHEAP).add("zhang", PASSWORD, "ndrc", {Role.analyst})
    before = store.version()
    assert store.users.verify("zhang", PASSWORD) is not None
    with store.reading() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM users").scalar_one()
    assert not PasswordHasher().check_needs_rehash(kept)
    assert store.users.verify("zhang", PASSWORD) is not None
    assert store.version() == before


@pytest.mark.parametrize("id_", ["zhang", "nobody"])
def test_wrong_passwords_are_throttled(users: Users, clock: Clock, id_: str) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    users.add("li", PASSWORD, "ndrc", {Role.analyst})
    for _ in range(FAILURES):
        assert users.verify(id_, "a wrong password") is None
    with pytest.raises(Unauthenticated, match="60 seconds"):
        users.verify(id_, PASSWORD)
    assert users.verify("li", PASSWORD) is not None
    clock.now += PAUSE
    found = users.verify(id_, PASSWORD)
    assert (found is not None) == (id_ == "zhang")


def test_a_stranger_at_one_address_keeps_nobody_out(users: Users, clock: Clock) -> None:
    users.add("leader", PASSWORD, "ndrc", {Role.leader})
    tried = 0
    for _ in range(20 * 60):  # one each second, for twenty minutes
        clock.now += timedelta(seconds=1)
        with contextlib.suppress(Unauthenticated):
            users.verify("leader", "a wrong password", "10.0.0.66")
            tried += 1
        if clock.now.second == 30:
            assert users.verify("leader", PASSWORD, "10.0.0.7") is not None
    assert FAILURES <= tried <= FAILURES + 20, "they are slowed to one a minute"
    with pytest.raises(Unauthenticated):
        users.verify("leader", PASSWORD, "10.0.0.66")


def test_a_guesser_with_many_addresses_is_slowed_all_the_same(users: Users, clock: Clock) -> None:
    users.add("leader", PASSWORD, "ndrc", {Role.leader})
    users.add("li", PASSWORD, "ndrc", {Role.leader})
    tried = 0
    for number in range(NAME_FAILURES + 10):
        with contextlib.suppress(Unauthenticated):
            assert users.verify("leader", "a wrong password", f"10.0.1.{number}") is None
            tried += 1
    assert tried == NAME_FAILURES
    with pytest.raises(Unauthenticated) as raised:
        users.verify("leader", PASSWORD, "10.0.0.7")
    assert raised.value.reasons[0].why.en.endswith("from many addresses.")
    assert users.verify("li", PASSWORD, "10.0.1.1") is not None
    clock.now += PAUSE
    assert users.verify("leader", PASSWORD, "10.0.0.7") is not None
    assert users.verify("leader", "a wrong password", "10.0.2.1") is None
    with pytest.raises(Unauthenticated):
        users.verify("leader", "a wrong password", "10.0.2.2")


def test_to_come_in_forgets_ones_own_failures_and_no_others(users: Users) -> None:
    users.add("leader", PASSWORD, "ndrc", {Role.leader})
    for _ in range(FAILURES - 1):
        users.verify("leader", "a wrong password", "10.0.0.66")
    assert users.verify("leader", PASSWORD, "10.0.0.7") is not None
    users.verify("leader", "a wrong password", "10.0.0.66")
    with pytest.raises(Unauthenticated):
        users.verify("leader", "a wrong password", "10.0.0.66")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("flight sql", "flight sql"),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, place: str) -> None:
    assert place_of(address) == place


def test_what_was_typed_as_a_name_is_not_kept(users: Users, store: Store) -> None:
    users.verify("a-password-in-the-wrong-box", PASSWORD, "10.0.0.7")
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT user_id FROM sign_in_failures").all()
    assert len(rows) == 2
    assert not any("password" in row.user_id or "10.0" in row.user_id for row in rows)


def test_the_throttle_holds_in_another_process(users: Users, tmp_path: Path, clock: Clock) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    for _ in range(FAILURES):
        users.verify("zhang", "a wrong password")
    other = open_store(tmp_path / "state" / "store.sqlite", clock)
    with pytest.raises(Unauthenticated, match="Too many"):
        other.users.verify("zhang", PASSWORD)
    other.close()


def test_one_more_failure_after_the_pause_pauses_again(users: Users, clock: Clock) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    for _ in range(FAILURES):
        users.verify("zhang", "a wrong password")
    clock.now += PAUSE
    assert users.verify("zhang", "a wrong password") is None
    with pytest.raises(Unauthenticated):
        users.verify("zhang", PASSWORD)


def test_failures_are_forgotten_after_success_and_after_the_window(
    users: Users, clock: Clock
) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    for _ in range(FAILURES - 1):
        users.verify("zhang", "a wrong password")
    assert users.verify("zhang", PASSWORD) is not None
    for _ in range(FAILURES - 1):
        users.verify("zhang", "a wrong password")
    clock.now += WINDOW
    users.verify("zhang", "a wrong password")
    assert users.verify("zhang", PASSWORD) is not None


def test_a_clock_set_back_does_not_lock_people_out(users: Users, clock: Clock) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    for _ in range(FAILURES):
        users.verify("zhang", "a wrong password")
    clock.now -= timedelta(days=400)
    assert users.verify("zhang", PASSWORD) is not None


def test_a_burst_cannot_outrun_the_throttle(users: Users) -> None:
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    outcomes: list[str] = []

    def guess() -> None:
        try:
            users.verify("zhang", "a wrong password")
            outcomes.append("wrong")
        except Unauthenticated:
            outcomes.append("throttled")

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("wrong") == FAILURES
    assert outcomes.count("throttled") == 20 - FAILURES


def test_a_person_known_already_is_read_anew_after_another_process_changed_them(tmp_path) -> None:
    clock = Clock()
    here, there = (open_store(tmp_path / "store.sqlite", clock) for _ in range(2))
    try:
        there.users.add("zhang", PASSWORD, "drc", {Role.analyst})
        assert not here.users.get("zhang").disabled
        there.users.disable("zhang")
        assert here.users.get("zhang").disabled
        with contextlib.suppress(RuntimeError), here.writing():
            here.users.enable("zhang")
            assert not here.users.get("zhang").disabled
            raise RuntimeError("undone")
        assert here.users.get("zhang").disabled
    finally:
        here.close()
        there.close()
