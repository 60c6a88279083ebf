"""How much one request, one person, one department and all together may ask for.

The result's size, the memory and the deadline are the query path's; here are the two limits that
come before it: the size of what is sent in, and the number of queries at work.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.wire import TEMPLATE

TEMPLATE_KEY_BYTES = 256
"""Of a ticket, for each key with its values (our default)."""


class Sizes(Protocol):
    """The settings of a city that the gateway enforces (``settings:`` of city.yaml)."""

    @property
    def request_kb(self) -> int: ...
    @property
    def compare_keys_per_call(self) -> int: ...
    @property
    def queries_per_person(self) -> int: ...
    @property
    def queries_per_department(self) -> int: ...
    @property
    def queries_in_all(self) -> int: ...


class Limits:
    """Counts the queries at work. Settings are read at each call: they may change meanwhile."""

    def __init__(self, sizes: Callable[[], Sizes]) -> None:
        self._sizes = sizes
        self._lock = threading.Lock()
        self._people: Counter[str] = Counter()
        self._departments: Counter[str] = Counter()

    @property
    def request_bytes(self) -> int:
        return self._sizes().request_kb * 1024

    def check_request(self, size: int) -> None:
        """Raises LimitReached when a statement with its parameters (bytes) is too long."""
        if size > self.request_bytes:
            raise too_large(size, self.request_bytes)

    def check_ticket(self, ticket: bytes) -> None:
        """One by a template may hold as many keys as one call may compare."""
        if not ticket.startswith(TEMPLATE):
            self.check_request(len(ticket))
            return
        keys = self._sizes().compare_keys_per_call * TEMPLATE_KEY_BYTES
        limit = max(self.request_bytes, keys)
        if len(ticket) > limit:
            raise _too_large(len(ticket), limit, _PER_KEY, _SEVERAL_CALLS)

    def check_template(self, size: int) -> None:
        """Raises LimitReached for one (bytes) that compares nothing, and is as long as no other
        request may be."""
        if size > self.request_bytes:
            raise _too_large(size, self.request_bytes, _REQUEST_KB, _FEWER_VALUES)

    def take(self, person: str, department: str) -> None:
        """One more query of ``person``. Raises LimitReached; pair each call with ``give_back``."""
        sizes = self._sizes()
        with self._lock:
            if self._people[person] >= sizes.queries_per_person:
                raise _too_many_of_yours(sizes.queries_per_person)
            if self._departments[department] >= sizes.queries_per_department:
                raise _too_many_of_department(sizes.queries_per_department, self._people[person])
            if self._people.total() >= sizes.queries_in_all:
                raise _too_many_in_all(sizes.queries_in_all)
            self._people[person] += 1
            self._departments[department] += 1

    def give_back(self, person: str, department: str) -> None:
        with self._lock:
            for busy, name in ((self._people, person), (self._departments, department)):
                busy[name] -= 1
                if busy[name] <= 0:
                    del busy[name]

    @property
    def busy_in_all(self) -> int:
        """Queries at work, of everybody."""
        with self._lock:
            return self._people.total()


_REQUEST_KB = Text(
    "本市设置 settings.request_kb（city.yaml）。",
    "The city's settings.request_kb (city.yaml).",
)
_PER_KEY = Text(
    f"settings.compare_keys_per_call × {TEMPLATE_KEY_BYTES} 字节，或更大的 settings.request_kb。",
    f"settings.compare_keys_per_call times {TEMPLATE_KEY_BYTES} bytes, or settings.request_kb "
    "where that is more.",
)
_SEVERAL_CALLS = Text("请分几次核验。", "Compare in several calls.")
_FEWER_VALUES = Text(
    "请减少条件中的取值，或缩短语句。",
    "Name fewer values in the conditions, or shorten the statement.",
)


def too_large(size: int, limit: int) -> WorkbenchError:
    """``size`` and ``limit`` in bytes."""
    return _too_large(
        size,
        limit,
        _REQUEST_KB,
        Text(
            "请缩短语句：长的取值清单可先放进临时表，再与之连接。",
            "Shorten the statement: put a long list of values into a temporary table in "
            "parts, and join with it.",
        ),
    )


def _too_large(size: int, limit: int, rule: Text, step: Text) -> WorkbenchError:
    return WorkbenchError.of(
        Reason(
            Code.request_too_large,
            Text(
                f"请求有 {size} 字节，超过上限 {limit} 字节。",
                f"The request has {size} bytes; the limit is {limit}.",
            ),
            rule=rule,
            next=step,
        )
    )


def _too_many_of_yours(limit: int) -> WorkbenchError:
    return WorkbenchError.of(
        Reason(
            Code.too_many_queries,
            Text(
                f"您已有 {limit} 个查询在运行，达到每人上限。",
                f"{limit} queries of yours are running, which is the limit for one person.",
            ),
            rule=Text(
                "本市设置 settings.queries_per_person（city.yaml）。",
                "The city's settings.queries_per_person (city.yaml).",
            ),
            next=Text(
                "请等待其中一个结束，或取消不需要的查询；未读完的结果也占用名额，请关闭。",
                "Wait for one to end or cancel one that you do not need; a result that was not "
                "read to its end counts as well, so close it.",
            ),
            subject="person",
        )
    )


def _too_many_of_department(limit: int, own: int) -> WorkbenchError:
    return WorkbenchError.of(
        Reason(
            Code.too_many_queries,
            Text(
                f"贵单位已有 {limit} 个查询在运行（其中您 {own} 个），达到每单位上限。",
                f"{limit} queries of your department are running ({own} of them yours), which is "
                "the limit for one department.",
            ),
            rule=Text(
                "本市设置 settings.queries_per_department（city.yaml）。",
                "The city's settings.queries_per_department (city.yaml).",
            ),
            next=Text(
                "请等待同事的查询结束后再试，或请运行人员提高该设置。",
                "Try again when one of your colleagues' queries has ended, or ask the operator "
                "to raise that setting.",
            ),
            subject="department",
        )
    )


def _too_many_in_all(limit: int) -> WorkbenchError:
    return WorkbenchError.of(
        Reason(
            Code.too_many_queries,
            Text(
                f"全平台已有 {limit} 个查询在运行，暂不能再接受。",
                f"{limit} queries are running in all; no more can be taken now.",
            ),
            rule=Text(
                "本市设置 settings.queries_in_all（city.yaml）。",
                "The city's settings.queries_in_all (city.yaml).",
            ),
            next=Text("请稍后再试。", "Try again in a moment."),
            subject="all",
        )
    )
