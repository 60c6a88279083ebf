"""One city with one gateway after another, clients that go on asking, and deaths at random.

A *round* is one life of the gateway: a worker, a builder and an ingest are killed in it in random
order, then the gateway itself; the next one is started and all is examined. Every choice is drawn
from one seed.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from ports import free_ports

from faults import fault_city, findings
from faults.asked import Ask, Logs
from faults.fault_city import EDITIONS, RESOURCES
from faults.processes import Commands, Gateway, Process, wait_for
from workbench.errors import Code
from workbench.extracts.versions import Extracts
from workbench.gateway.state import State, open_state
from workbench.ledger.chain import stamp
from workbench.ledger.verify import verify
from workbench.model.entry import Event

FEW = {"ours": ("anlan",), "stock": ("anlan",)}
MORE = {"ours": ("anlan", "chenxi"), "stock": ("boyu", "chenxi")}
"""Who asks with which client. Each person has one worker."""
BUILDERS = ("builder", "puller")
ORPHAN_SECONDS = 5.0
_TRIES = 5
"""How often a round looks for a victim that is still there."""
ANSWER_SECONDS = 180.0
_TRIGGERS = (
    (Event.gateway_started, 1.2),
    (Event.decision, 0.02),
    (Event.workspace_built, 0.5),
    (Event.release_opened, 0.03),
    (Event.release_opened, 0.3),
    (Event.release_closed, 0.004),
)
"""A gateway dies up to so many seconds after such an entry."""


People = Mapping[str, tuple[str, ...]]


class Suffering:
    """``hits`` counts the kills by target and phase; ``found`` is what does not hold."""

    def __init__(
        self, folder: Path, commands: Commands, state: State, people: People, seed: int
    ) -> None:
        self.root, self.commands, self.state = state.layout.root, commands, state
        self.data = folder / "data"
        self._everybody = {f"{kind}:{who}" for kind, several in people.items() for who in several}
        self.extracts = Extracts(state.layout.extracts)
        self.hits: Counter[tuple[str, str]] = Counter()
        self.found: list[str] = []
        self.logs = Logs(*(folder / f"{kind}.jsonl" for kind in people))
        self._choose = random.Random(seed)
        self._book = findings.Book(state.store.journal)
        self._seen: set[tuple[str, int]] = set()
        first, second = free_ports(2)
        self.ports = first, second
        self.gateway = Gateway(commands, self.root, self.ports)
        addresses = f"http://127.0.0.1:{first}", f"grpc://127.0.0.1:{second}"
        self._asking = [
            commands.asking(kind, folder / f"{kind}.jsonl", *addresses, str(seed), *several)
            for kind, several in people.items()
        ]
        self.gateway.await_ready()
        self.await_everybody()

    # Rounds --------------------------------------------------------------------------------------

    def round(self) -> None:
        victims = [self.kill_worker, self.kill_builder, self.kill_ingest]
        self._choose.shuffle(victims)
        for kill in victims:
            for _ in range(_TRIES):
                if kill():
                    break
        self.kill_gateway()

    # Each kill says whether there was somebody to be killed: one who ended first is no death.

    def kill_worker(self) -> bool:
        """Any worker, busy, idle or a spare one; whoever had it can go on."""
        self._await(lambda: self._children("worker"), "a worker")
        time.sleep(self._choose.uniform(0, 0.3))
        moment = time.time()
        killed = self._choose.choice(self._children("worker")).kill()
        self._await(lambda: self.logs.since(moment, "complete"), "an answer")
        told = self._told("worker_died", moment)
        phase = "idle" if not told else "sending" if told[0].release else "running"
        if killed:
            self.hits["worker", phase] += 1
        return killed

    def kill_builder(self) -> bool:
        """While it makes the workspaces of a version that has just come."""
        self._await(self._constructing, "the last build to end", there=False)
        ingest = self._start_ingest("reading", self._choose.randrange(EDITIONS))
        self._await(self._constructing, "a build")
        if self._choose.random() < 0.6:
            wait_for(self._written, 2, 0.001)
        time.sleep(self._choose.uniform(0, self._choose.choice((0, 0.02, 0.1, 0.4))))
        written = self._written()
        moment = time.time()
        builders = sorted(self._children(*BUILDERS), key=lambda child: child.since)
        # The spare one is the youngest.
        victims = builders[:1] if self._choose.random() < 0.8 else builders[-1:]
        killed = any(victim.kill() for victim in victims)
        assert ingest.gone(90)
        self._await(lambda: self.logs.since(moment, "complete"), "an answer")
        told = self._told("build_interrupted", moment)
        phase = "idle" if not told else "writing" if written else "starting"
        if killed:
            self.hits["builder", phase] += 1
        return killed

    def kill_ingest(self) -> bool:
        """At any moment of it, also between its entry and the version."""
        resource, edition = self._choose.choice(RESOURCES), self._choose.randrange(EDITIONS)
        before, head = self._versions(resource), self._head()
        folder = self.extracts.table(resource)
        parquet = len(list(folder.glob("*.parquet")))
        ingest = self._start_ingest(resource, edition)
        staging = self.extracts.folder / ".staging" / resource
        trigger = self._choose.choice(("start", "staging", "file", "entry"))
        signs: dict[str, Callable[[], object]] = {
            "start": lambda: True,
            "staging": staging.exists,
            "file": lambda: len(list(folder.glob("*.parquet"))) > parquet,
            "entry": lambda: self._entered(resource, head),
        }
        wait_for(lambda: signs[trigger]() or not ingest.lives, 60, 0.002)
        spread = {"start": 0.3, "staging": 0.1, "file": 0.01, "entry": 0.01}[trigger]
        time.sleep(self._choose.uniform(0, self._choose.choice((0, spread))))
        alive = ingest.kill()
        assert ingest.gone(10)
        phases = {
            "version there": self._versions(resource) > before,
            "entered, no version": self._entered(resource, head),
            "file there, not entered": len(list(folder.glob("*.parquet"))) > parquet,
            "reading": staging.exists(),
            "starting": True,
        }
        phase = next(name for name, hit in phases.items() if hit)
        if alive:
            self.hits["ingest", phase] += 1
        return alive

    def kill_gateway(self) -> None:
        event, spread = self._choose.choice(_TRIGGERS)
        self._await_entry(event)
        time.sleep(self._choose.uniform(0, spread))
        children = self.gateway.kill()
        moment = time.time()
        self._after_a_death(children, moment)
        self.gateway = Gateway(self.commands, self.root, self.ports)
        if self._choose.random() < 0.2:
            time.sleep(self._choose.uniform(0, 0.8))
            phase = "serving" if self.gateway.ready else "starting"
            self._after_a_death(self.gateway.kill(), 0.0)
            self.hits["gateway", phase] += 1
            self.gateway = Gateway(self.commands, self.root, self.ports)
        self.gateway.await_ready()
        self._after_a_start()

    # What holds ----------------------------------------------------------------------------------

    def _after_a_death(self, children: list[Process], moment: float) -> None:
        for child in children:
            if not child.gone(ORPHAN_SECONDS):
                self.found.append(f"the {child.role} {child.pid} outlives its gateway")
                child.kill()
        layout = self.state.layout
        folders = [layout.workspaces, self.commands.temporary, layout.logs]
        self.found += findings.in_files(*(f for f in folders if f.exists()))
        self._left = findings.files_below(layout.workspaces, self.commands.temporary)
        self._open = [f.keys["release"] for f in self.state.store.journal.open_releases()]
        if moment:
            ran = [ask for ask in self.logs.read() if ask.ran_at(moment)]
            builds = bool(self._constructing())
            book = self._book.read()
            for phase in {_phase(ask, book, builds) for ask in ran} or {"idle"}:
                self.hits["gateway", phase] += 1

    def _after_a_start(self) -> None:
        layout = self.state.layout
        self.found += findings.in_modes(layout.workspaces)
        still = self._left & findings.files_below(layout.workspaces, self.commands.temporary)
        self.found += [f"{path} of a gateway that is gone is still there" for path, _ in still]
        self.found += findings.in_closings(self._open, self._book.read())
        self.await_everybody()

    def examine(self) -> None:
        """The chain, the extracts, and all that the clients have seen so far."""
        state = self.state
        self.found += findings.in_extracts(self.extracts, RESOURCES, self._book.read(), self._seen)
        editions = findings.editions_of(self.extracts, RESOURCES)
        ended = [ask for ask in self.logs.read() if ask.end]
        self.found += findings.in_results(ended, editions)
        # read after the logs: it must know all of them
        self.found += findings.in_entries(ended, self._book.read())
        keys = state.keyring
        found = verify(
            state.store.journal, state.layout.checkpoints, keys.checkpoint_public, keys.audit_key
        )
        self.found += [f"the ledger: {f.kind} at {f.seq}, {f.how.en}" for f in found.findings]

    def end(self) -> None:
        """Let the clients finish and stop the gateway in order; then nothing is left open."""
        codes = [asking.stop() for asking in self._asking]
        assert codes == [0] * len(codes), codes
        children = self.gateway.process.children()
        self.gateway.process.kill(15)
        assert self.gateway.process.gone(30)
        self.found += [f"{c.role} {c.pid} outlives a stop" for c in children if not c.gone(5)]
        left = findings.files_below(self.state.layout.workspaces)
        self.found += [f"{path} is left after a stop" for path, _ in left]
        still = self.state.store.journal.open_releases()
        self.found += [f"{filed.keys['release']} is open after a stop" for filed in still]
        for resource in RESOURCES:
            self.ingest(resource)
        self.found += [f"{ask} was never answered" for ask in self.logs.read() if not ask.end]
        self.examine()

    def told(self) -> str:
        """One line for each target: its kills by phase; and how the clients fared."""
        lines = []
        for target in sorted({target for target, _ in self.hits}):
            phases = {p: n for (t, p), n in sorted(self.hits.items()) if t == target}
            lines.append(f"{target}: " + ", ".join(f"{p} {n}" for p, n in phases.items()))
        ends = Counter(
            (ask.end, ask.got.get("code", ask.got.get("status", ""))) for ask in self.logs.read()
        )
        partial = sum(1 for a in self.logs.read() if a.end == "failed" and a.got["rows"])
        listed = ", ".join(f"{' '.join(end).strip()} {n}" for end, n in sorted(ends.items()))
        return "\n".join([*lines, f"answers: {listed}; broken off part way: {partial}"])

    # Small things --------------------------------------------------------------------------------

    def ingest(self, resource: str) -> None:
        """A new version, to its end."""
        before = self._versions(resource)
        ingest = self._start_ingest(resource, self._choose.randrange(EDITIONS))
        assert ingest.gone(90)
        assert self._versions(resource) > before, "an undisturbed ingest made no version"
        self.found += findings.in_strays(self.extracts, resource)

    def _start_ingest(self, resource: str, edition: int) -> Process:
        file = fault_city.delivered(self.data, resource, edition)
        city = ("--city", str(self.root))
        started, _ = self.commands.start("ingest", resource, str(file), "--force", *city)
        return started

    def _told(self, code: str, since: float) -> list[Ask]:
        """What failed with this code since then."""
        return [
            ask
            for ask in self.logs.read()
            if ask.ended_at > since
            and (ask.got.get("code") == code or f"[{code}]" in ask.got.get("text", ""))
        ]

    def _constructing(self) -> list[Path]:
        """The scratch folders of builds under way."""
        folder = self.state.layout.workspaces / "b"
        return list(folder.glob("*.t"))

    def _written(self) -> bool:
        """Whether one of them has a file already."""
        return any(scratch.with_suffix("").exists() for scratch in self._constructing())

    def _children(self, *roles: str) -> list[Process]:
        return [child for child in self.gateway.process.children() if child.role in roles]

    def _versions(self, resource: str) -> int:
        newest = self.extracts.newest(resource)
        return -1 if newest is None else newest

    def _head(self) -> int:
        head = self.state.store.journal.head()
        return head.seq if head is not None else 0

    def _entered(self, resource: str, since: int) -> bool:
        journal = self.state.store.journal
        for seq in range(since + 1, self._head() + 1):
            filed = journal.at(seq)
            if filed is not None and filed.keys["event"] == Event.extract_ingested:
                return True
        return False

    def _await_entry(self, event: Event) -> None:
        """Such an entry that comes from now on; a start has been already."""
        if event is Event.gateway_started:
            return
        journal, seq = self.state.store.journal, self._head()

        def came() -> bool:
            nonlocal seq
            filed = journal.at(seq + 1)
            seq += filed is not None
            return filed is not None and filed.keys["event"] == event.value

        if event is Event.workspace_built:
            self.ingest("reading")
        wait_for(came, 20, 0.001)

    def await_refusals(self, code: Code) -> None:
        """Everybody was told this code at least once, from now on."""
        moment = time.time()
        self._await(
            lambda: {ask.who for ask in self._told(code, moment)} == self._everybody, f"[{code}]"
        )

    def await_everybody(self) -> None:
        moment = time.time()
        self._await(lambda: self.logs.since(moment, "complete") == self._everybody, "an answer")

    def _await(self, what: Callable[[], object], name: str, *, there: bool = True) -> None:
        if not wait_for(lambda: bool(what()) is there, ANSWER_SECONDS, 0.02):
            running = [str(ask) for ask in self.logs.read() if not ask.end]
            raise AssertionError(f"waited in vain for {name}; unanswered: {running}")


def _phase(ask: Ask, book: findings.Book, builds: bool) -> str:
    """How far the ledger says that a question had come that was under way."""
    release = book.releases.get(ask.release["id"]) if ask.release else None
    if release is None:
        theirs = [
            r
            for r in book.releases.values()
            for _, fields in r.entries[Event.decision.value]
            if fields["actor"] == ask.person and fields["at"] >= _stamp(ask.asked_at)
        ]
        if not theirs:
            return "deciding"
        release = theirs[-1]
    if release.entries[Event.release_closed.value]:
        return "closing"
    if release.entries[Event.release_opened.value]:
        return "sending"
    return "building" if builds else "running"


def _stamp(moment: float) -> str:
    return stamp(datetime.fromtimestamp(moment, UTC))


@contextmanager
def suffering(
    folder: Path, seed: int, people: People, *, store: Mapping[str, str] | None = None
) -> Iterator[Suffering]:
    """A made city with its first gateway and its clients.

    ``store``: the environment that names another store than the city's SQLite.
    """
    root = fault_city.make(folder)
    environment = store or {}
    with patch.dict(os.environ, environment):
        state = open_state(root)
        commands = Commands(folder, environment)
        try:
            fault_city.seat(state.store, [who for several in people.values() for who in several])
            yield Suffering(folder, commands, state, people, seed)
        finally:
            commands.close()
            state.store.close()
