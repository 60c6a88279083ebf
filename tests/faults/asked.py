"""What the clients wrote down, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any


@dataclass
class Ask:
    """One question of one person: what was asked, what was told first, how it ended.

    ``who`` is the kind of client and the person: ``stock:anlan``.

    ``release`` is what came with the schema; ``end`` is empty while it runs, else ``complete`` or
    ``failed``; ``got`` has the tally, and of a failure what it said.
    """

    who: str
    number: int
    kind: str
    resource: str
    times: int
    asked_at: float
    release: Mapping[str, Any] | None = None
    end: str = ""
    ended_at: float = 0.0
    got: Mapping[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> str:
        return self.who.partition(":")[2] or self.who

    def ran_at(self, moment: float) -> bool:
        return self.asked_at < moment and not (self.end and self.ended_at < moment)

    def __str__(self) -> str:
        return f"{self.who}/{self.number} ({self.kind} of {self.resource} x {self.times})"


class Logs:
    """The logs of several client processes; ``asks`` grows with each ``read``."""

    def __init__(self, *paths: Path) -> None:
        self._read = dict.fromkeys(paths, 0)
        self._found: dict[tuple[str, int], Ask] = {}

    def read(self) -> list[Ask]:
        for path, done in self._read.items():
            if not path.exists():
                continue
            with path.open("rb") as file:
                file.seek(done)
                whole = file.read().rpartition(b"\n")[0]
            self._read[path] = done + len(whole) + (1 if whole else 0)
            for line in whole.splitlines():
                self._take(json.loads(line))
        return list(self._found.values())

    def since(self, moment: float, end: str) -> set[str]:
        """Who asked something after this moment that ended so."""
        self.read()
        late = takewhile(lambda ask: ask.asked_at > moment - 1, reversed(self._found.values()))
        return {ask.who for ask in late if ask.asked_at > moment and ask.end == end}

    def _take(self, line: Mapping[str, Any]) -> None:
        place = line["who"], line["n"]
        match line["event"]:
            case "asked":
                self._found[place] = Ask(
                    *place, line["kind"], line["resource"], line["times"], line["at"]
                )
            case "opened":
                self._found[place].release = line["release"]
            case end:
                ask = self._found[place]
                ask.end, ask.ended_at, ask.got = end, line["at"], line
