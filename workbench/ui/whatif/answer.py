"""A what-if question, asked of the gateway and worked out: the one way of the page and the shell.

The figures are those that the inputs name, as they were released. Where they do not allow an
estimate the answer says why, and has no outcome. ``economy`` is loaded by the first question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.client.base import BaseConnection
from workbench.client.release import Release
from workbench.errors import Code, InvalidInput, Reason, Text, simple

if TYPE_CHECKING:
    import polars as pl

Inputs = Mapping[str, Any]
"""A file of inputs as the gateway answers it (``libraries.what_if.Inputs``)."""
RELEASED, EMPTY = "released", "empty"


@dataclass(frozen=True)
class Question:
    """``shocks`` in percent by series; what is not in it is not moved. ``level`` of intervals."""

    inputs: str
    target: str
    shocks: Mapping[str, float]
    level: float = 0.8

    def plain(self) -> dict[str, Any]:
        return {**self.__dict__, "shocks": dict(self.shocks)}


@dataclass(frozen=True)
class Months:
    """How many months of a series were released, withheld, and are not there."""

    released: int
    withheld: int
    empty: int


@dataclass(frozen=True)
class Answered:
    """``outcome`` as ``model.what_if.Outcome`` writes it, None where ``reasons`` say why there is
    none. ``figures``: series, month, value; ``ahead``: month, baseline, value, low, high.
    ``entry`` is that of the release, ``versions`` those of its figures."""

    question: Question
    entry: int
    versions: Mapping[str, tuple[int, str]]
    months: Mapping[str, Months]
    figures: pl.DataFrame
    outcome: Mapping[str, Any] | None = None
    ahead: pl.DataFrame | None = None
    reasons: tuple[Reason, ...] = ()


def answer(client: BaseConnection, inputs: Inputs, question: Question) -> Answered:
    """Raises InvalidInput for what the inputs do not hold, and as the gateway does."""
    check(inputs, question)
    names = [question.target, *question.shocks]
    release = client.sql(statement(inputs, names), inputs["scenario"])
    return worked(release, question)


def worked(release: Release, question: Question) -> Answered:
    """The outcome from a release of ``statement``."""
    import polars as pl

    rows = release.pl()
    names = [question.target, *question.shocks]
    found = Answered(
        question,
        release.info.ledger_seq,
        {s.resource: (s.extract_version, s.extract_digest) for s in release.info.sources},
        {name: _months(rows.filter(pl.col("series") == name)) for name in names},
        rows.select("series", "month", pl.col("value").cast(pl.Float64)),
    )
    return _estimated(found)


def moved_on(versions: Mapping[str, Any], now: Answered) -> bool:
    """Whether the figures of a case that was kept (its ``versions``) are others today."""
    return {name: tuple(one) for name, one in versions.items()} != dict(now.versions)


def check(inputs: Inputs, question: Question) -> None:
    """Raises InvalidInput, naming what there is."""
    series, shocks = inputs["series"], inputs["shocks"]
    if question.target not in inputs["targets"]:
        raise _unknown("目标", "target", question.target, inputs["targets"])
    others = [name for name in series if name != question.target]
    for name, shock in question.shocks.items():
        if name not in others:
            raise _unknown("序列", "series", name, others)
        if not shocks["low"] <= shock <= shocks["high"]:
            raise _beyond(name, shocks)
    if not 1 <= len(question.shocks) <= inputs["most"]:
        raise _how_many(inputs["most"])


def statement(inputs: Inputs, names: list[str]) -> str:
    """Of released indicators alone; every name in it stands in the city's own file."""
    parts = [_part(name, inputs["series"][name]) for name in names]
    return " union all ".join(parts) + " order by series, month"


def _part(name: str, series: Mapping[str, Any]) -> str:
    def of(column: str) -> str:
        code = series.get(column)
        return f"{column} is null" if code is None else f"{column} = '{code}'"

    asked = f"indicator = '{series['indicator']}' and {of('county')} and {of('industry')}"
    columns = f"'{name}' as series, month, value, state, entry"
    return f"select {columns} from {series['from']} where {asked}"  # noqa: S608 - the city's names


def _months(rows: pl.DataFrame) -> Months:
    states = rows["state"].to_list()
    released, empty = states.count(RELEASED), states.count(EMPTY)
    return Months(released, len(states) - released - empty, empty)


def _estimated(found: Answered) -> Answered:
    from dataclasses import replace

    import polars as pl

    from workbench.economy import whatif

    question = found.question
    try:
        estimated = whatif.elasticities(found.figures, question.target, list(question.shocks))
    except InvalidInput as error:
        return replace(found, reasons=error.reasons)
    effect = whatif.what_if(estimated, question.shocks, question.level)
    target = found.figures.filter(pl.col("series") == question.target)
    ahead = whatif.ahead(target, effect)
    each = whatif.intervals(estimated, question.level)
    base = ahead["baseline"]
    outcome = {
        "value": effect.value,
        "low": effect.low,
        "high": effect.high,
        "observations": estimated.observations,
        "fit": min(1.0, max(0.0, estimated.fit)),
        "month": str(target.drop_nulls("value")["month"].max())[:7],
        "baseline": None if base.null_count() else base.mean(),
        "estimates": each.to_dicts(),
    }
    return replace(found, outcome=outcome, ahead=ahead)


def _unknown(zh: str, en: str, name: str, known: Any) -> Exception:
    listed = ", ".join(known)
    return simple(
        Code.invalid_request,
        f"没有{zh} {name[:60]}。",
        f"There is no {en} {name[:60]}.",
        next=Text(f"可用：{listed}", f"There are: {listed}"),
        subject=name[:60],
    )


def _beyond(name: str, shocks: Mapping[str, Any]) -> Exception:
    low, high = shocks["low"], shocks["high"]
    return simple(
        Code.invalid_request,
        f"{name} 的冲击须在 {low:g}% 与 {high:g}% 之间。",
        f"A shock of {name} lies between {low:g} % and {high:g} %.",
        next=Text("改小冲击。", "Suppose a smaller one."),
        subject=name,
    )


def _how_many(most: int) -> Exception:
    return simple(
        Code.invalid_request,
        f"请移动 1 至 {most} 个序列。",
        f"Move one series or more, up to {most}.",
        why=Text(
            "每个系数至少要十个月；移动得多，就没有可靠的估计。",
            "Each coefficient takes ten months; with more of them nothing can be estimated.",
        ),
        next=Text("把其他滑块放回 0。", "Put the other sliders back to 0."),
    )
