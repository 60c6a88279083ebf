"""``python -m tests.ordinary.statistics_report``: ask the 100 questions, write the page of answers.

Each goes the whole path of a query, in a copy of the sample city: decided, recorded, run by a
worker over a workspace, released. The page is docs/statistics-questions.md; a test holds it to be
what the questions give.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

ROOT = Path(__file__).parents[2]
sys.path[:0] = [
    p for p in (str(ROOT / "tests" / "support"), str(ROOT / "tests")) if p not in sys.path
]

from clients.served_city import LI, WANG, sample_city  # noqa: E402

from ordinary.statistics_questions import DEFAULT, Question, questions  # noqa: E402
from workbench.disclosure.statement import SUPPRESSED  # noqa: E402
from workbench.errors import WorkbenchError  # noqa: E402
from workbench.gateway.assemble import Workbench, open_workbench  # noqa: E402
from workbench.ledger.chain import fields_of  # noqa: E402
from workbench.model.actor import Actor, Role  # noqa: E402
from workbench.model.release import NOTHING_THERE, ReleaseInfo  # noqa: E402

PAGE = ROOT / "docs" / "statistics-questions.md"
WORDS = Path(__file__).with_name("statistics_questions.md")
"""The page without its figures."""
K = 5
OTHERS = (3, 10)
ANALYST = Actor(LI, "drc", frozenset({Role.analyst}))
WHO = {"catalogue_overview": Actor(WANG, "data_bureau", frozenset({Role.analyst}))}


@dataclass(frozen=True)
class Outcome:
    """``cells`` are those that rules protect, ``why`` counts them by the word of their companion
    (None: released); ``fired``: how many figures each rule withholds, as the ledger has it. Of a
    refused question ``code`` and ``said``."""

    question: Question
    tier: str = ""
    rows: int = 0
    why: Mapping[str | None, int] | None = None
    fired: Mapping[str, int] = field(default_factory=dict)
    code: str = ""
    said: str = ""

    @property
    def cells(self) -> int:
        return sum((self.why or {}).values())

    @property
    def withheld(self) -> Mapping[str, int]:
        return {w: n for w, n in (self.why or {}).items() if w not in (None, NOTHING_THERE)}  # type: ignore[misc]

    @property
    def released(self) -> int:
        return self.cells - sum(self.withheld.values())

    @property
    def kind(self) -> str:
        if self.code:
            return "refused"
        if not self.withheld:
            return "whole"
        return "in part" if self.released else "nothing"


KINDS = ("whole", "in part", "nothing", "refused")


@dataclass(frozen=True)
class Totals:
    """Of the questions that ask for protected statistics; a refused one has no cells. ``alone``:
    each was asked as if it were the first, else one after the other by one department."""

    k: int
    alone: bool
    kinds: tuple[int, ...]
    cells: int
    released: int

    @classmethod
    def of(cls, k: int, outcomes: list[Outcome], alone: bool = False) -> Totals:
        asked = [o for o in outcomes if o.question.scenario == DEFAULT]
        kinds = Counter(o.kind for o in asked)
        return cls(
            k,
            alone,
            tuple(kinds[kind] for kind in KINDS),
            sum(o.cells for o in asked),
            sum(o.released for o in asked),
        )

    def line(self) -> str:
        share = f"{self.released / self.cells:.1%}"
        how = "each alone" if self.alone else "one after the other"
        numbers = (self.k, how, *self.kinds, f"{self.cells:,}", f"{self.released:,}", share)
        return "| " + " | ".join(str(n) for n in numbers) + " |"


# Asking ------------------------------------------------------------------------------------------


def asked(root: Path, k: int, chosen: list[Question], alone: bool = False) -> list[Outcome]:
    """The outcomes of ``chosen`` in the city at ``root``, with ``k`` in its scenario. Nothing was
    told before; ``alone``: before none of them."""
    file = root / "data_contracts" / "scenarios" / f"{DEFAULT}.yaml"
    text, changed = re.subn(r"\{k: \d+,", f"{{k: {k},", file.read_text("utf-8"))
    assert changed == 2, "the scenario says its rules in another way"
    file.write_text(text, "utf-8")
    with open_workbench(root) as workbench:
        workbench.store.told.forget()
        return [_asked(workbench, question, alone) for question in chosen]


def _asked(workbench: Workbench, question: Question, alone: bool) -> Outcome:
    if alone:
        workbench.store.told.forget()
    who, how = WHO.get(question.scenario, ANALYST), {"method": "test", "medium": "memory"}
    try:
        with workbench.query_path.run(who, question.scenario, question.sql, **how) as running:
            table = pa.Table.from_batches(list(running), schema=running.schema)
            info = running.info
            fired = _fired(workbench, info.ledger_seq)
            return Outcome(question, info.tier, table.num_rows, _why(table, info), fired)
    except WorkbenchError as error:
        reason = error.reasons[0]
        return Outcome(question, code=str(reason.code), said=reason.what.en)


def _fired(workbench: Workbench, seq: int) -> dict[str, int]:
    filed = workbench.store.journal.at(seq)
    assert filed is not None
    fields = fields_of(filed.entry.body) or {}
    return dict(fields["detail"].get("withheld", {}))


def _why(table: pa.Table, info: ReleaseInfo) -> Counter[str | None]:
    return Counter(why for name in info.companions for why in table.column(name).to_pylist())


@contextlib.contextmanager
def city() -> Iterator[Path]:
    """A copy of the sample city, its data ingested."""
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):  # a table of what was ingested
            root = sample_city(Path(folder))
        yield root


def elsewhere(root: Path, chosen: list[Question]) -> Iterator[Totals]:
    """The totals at the other thresholds, and of questions each asked alone."""
    for k in (K, *OTHERS):
        yield Totals.of(k, asked(root, k, chosen, alone=True), alone=True)
    for k in OTHERS:
        yield Totals.of(k, asked(root, k, chosen))


# The page ----------------------------------------------------------------------------------------


def page(outcomes: list[Outcome], others: list[Totals]) -> str:
    """``outcomes`` at K; ``others`` are the totals at other thresholds."""
    mine = Totals.of(K, outcomes)
    totals = sorted([mine, *others], key=lambda t: (t.k, not t.alone))
    protected = [o for o in outcomes if o.question.scenario == DEFAULT]
    return WORDS.read_text("utf-8").format(
        asked=len(protected),
        rest=len(outcomes) - len(protected),
        k=K,
        totals="\n".join(t.line() for t in totals),
        share=f"{mine.released / mine.cells:.1%}",
        words="\n".join(_words(protected)),
        lost_at_ten=totals[-1].kinds[-1] - mine.kinds[-1],
        **_figures(protected),
        refusals="\n".join(
            f"| {o.question.id} | {o.question.en} | `{o.code}` | {o.said} |"
            for o in outcomes
            if o.code
        ),
        lines="\n".join(line(o) for o in outcomes),
    )


def line(outcome: Outcome) -> str:
    """One question in the list of the page."""
    question, withheld = outcome.question, outcome.withheld
    by_rule = ", ".join(f"{n} {w}" for w, n in sorted(outcome.fired.items()))
    said = ", ".join(
        f"{n} {w}" + (f" ({by_rule})" if w == SUPPRESSED else "")
        for w, n in sorted(withheld.items())
    )
    if outcome.code:
        cells = f"| refused: `{outcome.code}` | |"
    elif outcome.why:
        cells = f"| {outcome.released} of {outcome.cells} | {said} |"
    else:
        cells = f"| {outcome.rows} rows, nothing to protect | |"
    return f"| {question.id} | {question.en} {cells}"


def _words(outcomes: list[Outcome]) -> list[str]:
    cells: Counter[str] = Counter()
    in_: Counter[str] = Counter()
    for outcome in outcomes:
        by_rule = {w: n for w, n in outcome.withheld.items() if w != SUPPRESSED}
        by_rule |= outcome.fired if SUPPRESSED in outcome.withheld else {}
        cells.update(by_rule)
        in_.update(by_rule.keys())
    return [f"| `{word}` | {number} | {in_[word]} |" for word, number in cells.most_common()]


def _figures(outcomes: list[Outcome]) -> dict[str, object]:
    """What the paragraph of the page says in numbers."""
    most = sorted(outcomes, key=lambda o: -sum(o.withheld.values()))[:3]
    codes = Counter(o.code for o in outcomes if o.code)
    lost = sum(sum(o.withheld.values()) for o in outcomes)
    cross = next(o for o in outcomes if o.question.id == "Q017")
    return {
        "lost": lost,
        "worst": ", ".join(o.question.id for o in most),
        "worst_lost": sum(sum(o.withheld.values()) for o in most),
        "cross_lost": sum(cross.withheld.values()),
        "cross_cells": cross.cells,
        "refused": sum(bool(o.code) for o in outcomes),
        "codes": ", ".join(f"{n} `{c}`" for c, n in codes.most_common()),
    }


def main() -> int:
    with city() as root:
        outcomes = asked(root, K, questions())
        chosen = [q for q in questions() if q.scenario == DEFAULT]
        others = list(elsewhere(root, chosen))
    PAGE.write_text(page(outcomes, others), "utf-8")
    print(f"{PAGE}: " + Totals.of(K, outcomes).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
