"""How alarms are held against what was planted. Written before anything was measured.

- An *alarm* is a score at or above the threshold of a subject that had none in the ``QUIET`` months
  before: a running episode is one alarm. Alarms before the month ``WATCHED`` do not count.
- An event is *found* by an alarm in the months from its first to its last (its going back included)
  and ``GRACE`` more. Its *lead time* is the months from its first month to the first such alarm (0:
  in the month itself); *to full* is counted from the month in which its full depth is there.
- Each alarm is of one class by what its enterprise goes through in that month: the kind that the
  rule is for (*right*), another planted kind (*other*: something is wrong, not what the rule says),
  an innocent one (*maintenance*, *meter*, *campaign*), or *nothing*. Innocent and nothing are
false. - *Precision* is 1 - false / alarms, *strict* precision right / alarms. F1 is of recall and
precision. - Events that begin in the last months and are not over are not asked for, and alarms
  about them are counted as other.
- *Any*: an event is found by an alarm of any rule for enterprises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tests.bench.warning_city import GRACE, INNOCENT, WATCHED, Event

QUIET = 3
Mask = npt.NDArray[np.bool_]


@dataclass
class Counts:
    """Of one method for one kind, over any number of cities."""

    planted: int = 0
    found: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    leads: list[int] = field(default_factory=list)
    to_full: list[int] = field(default_factory=list)
    months: int = 0
    """Subject-months that were watched."""

    def add(self, other: Counts) -> None:
        self.planted += other.planted
        self.found += other.found
        self.classes += other.classes
        self.leads += other.leads
        self.to_full += other.to_full
        self.months += other.months

    @property
    def alarms(self) -> int:
        return sum(self.classes.values())

    @property
    def false(self) -> int:
        return sum(self.classes[name] for name in (*INNOCENT, "nothing"))

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else float("nan")

    @property
    def precision(self) -> float:
        return 1.0 - self.false / self.alarms if self.alarms else float("nan")

    @property
    def strict(self) -> float:
        return self.classes["right"] / self.alarms if self.alarms else float("nan")

    @property
    def false_rate(self) -> float:
        """For 1,000 subject-months."""
        return self.false / self.months * 1000 if self.months else float("nan")

    def f1(self, strict: bool = False) -> float:
        right = self.strict if strict else self.precision
        total = self.recall + right
        return 2 * self.recall * right / total if total > 0 else 0.0


def alarms_of(over: Mask) -> Mask:
    """The months in which an episode begins."""
    found = over.copy()
    for back in range(1, QUIET + 1):
        found[:, back:] &= ~over[:, :-back]
    found[:, :WATCHED] = False
    return found


def going_on(events: Sequence[Event], shape: tuple[int, int]) -> npt.NDArray[np.object_]:
    """What each subject goes through in each month: a kind, or ``nothing``."""
    found = np.full(shape, "nothing", object)
    for one in events:
        found[one.row, one.start : one.last + GRACE + 1] = one.kind
    return found


def counted(
    alarms: Mask, kind: str, events: Sequence[Event], going: npt.NDArray[np.object_], there: Mask
) -> Counts:
    """``alarms``: of ``alarms_of``."""
    classes = Counter(str(name) for name in going[alarms])
    named = Counter({name: classes[name] for name in (*INNOCENT, "nothing") if classes[name]})
    if classes[kind]:
        named["right"] = classes[kind]
    other = sum(classes.values()) - sum(named.values())
    if other:
        named["other"] = other
    result = Counts(classes=named, months=int(there[:, WATCHED:].sum()))
    for one in events:
        if one.kind == kind and one.judged:
            result.planted += 1
            at = np.flatnonzero(alarms[one.row, one.start : one.last + GRACE + 1])
            if len(at):
                result.found += 1
                result.leads.append(int(at[0]))
                result.to_full.append(int(at[0]) - (one.full - one.start))
    return result
