"""A question for noise that was permitted: paid for, run, and given its noise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pyarrow as pa

from workbench.catalogue.types import Family
from workbench.disclosure.noise.exact import Plan
from workbench.disclosure.noise.mechanism import CONFIDENCE, MECHANISM, error_of, noised, scale_of
from workbench.disclosure.noise.question import Dimension, Figure, Question
from workbench.errors import WorkbenchError
from workbench.model.decision import Permit
from workbench.model.entry import Event
from workbench.model.grant import Grant
from workbench.model.noise import NoiseRules, epsilon_of
from workbench.model.release import ReleaseInfo
from workbench.query_path import noisy_say as say
from workbench.query_path.bound import Prepared
from workbench.query_path.whole import Settling, Whole
from workbench.store.noise import Overspent, Paid, Purchase
from workbench.workspace.build import BuiltTable, Manifest

_NOTHING = "SELECT 1 LIMIT 0"
Keys = tuple[tuple[str, ...], ...]
"""By figure the digest of each cell."""


@dataclass(frozen=True)
class Asked:
    """``share``: millionths of epsilon for each figure."""

    permit: Permit
    grant: Grant
    rules: NoiseRules
    question: Question
    share: int

    def scale(self, figure: Figure) -> float:
        return scale_of(self.question.sensitivity(figure), self.share)

    def keys(self, settling: Settling) -> Keys:
        """What a figure of a cell is kept under: whose data in which version, which rows, which
        figure, how it is clamped and how much noise it has. Keyed, so that the store tells
        nobody what was asked."""
        data = json.dumps(self._data(settling), ensure_ascii=False)
        sides = [
            json.dumps([f.key(), self.rules.rows, self.question.sensitivity(f), self.share])
            for f in self.question.figures
        ]
        return tuple(
            tuple(settling.subject("noise", data, side, cell.rows) for cell in self.question.cells)
            for side in sides
        )

    def _data(self, settling: Settling) -> list[Any]:
        """All that decides which rows and values lie behind the grant."""
        grant, query = self.grant, settling.query
        version = query.versions[grant.resource]
        asks = grant.consent and query.consent is not None
        return [
            grant.id,
            grant.resource,
            version.version,
            version.digest,
            version.contract_version,
            repr(grant.columns),
            repr(grant.rows),
            [grant.consent, query.consent.to_dict()] if asks and query.consent else [],
        ]

    def purchases(self, keys: Keys) -> list[Purchase]:
        return [Purchase(self.share, cells) for cells in keys]

    def told(self, paid: Paid) -> dict[str, Any]:
        """For the release and the ledger. Numbers that people read, none of them exact data."""
        total = self.rules.epsilon
        return {
            "mechanism": MECHANISM,
            "epsilon": epsilon_of(self.share * len(self.question.figures)),
            "charged": epsilon_of(paid.charged),
            "spent": epsilon_of(paid.spent),
            "left": epsilon_of(max(total - paid.spent, 0)),
            "total": epsilon_of(total),
            "confidence": CONFIDENCE,
            "rows": self.rules.rows,
            "figures": self._figures(),
        }

    def _figures(self) -> dict[str, dict[str, Any]]:
        found = {}
        for name, figure in self.question.shown:
            if isinstance(figure, Figure):
                unit = Decimal(1) if figure.bound is None else figure.bound.unit
                most = None if figure.bound is None else float(figure.bound.most * unit)
                error = float(error_of(self.scale(figure)) * unit)
                found[name] = {"error": error, "unit": float(unit), "per_entity": most}
        return found

    def disclosure(self, paid: Paid) -> dict[str, Any]:
        protected = [self.grant.resource]
        return {"columns": {}, "protected": protected, "rules": None, "noise": self.told(paid)}


@dataclass(frozen=True)
class Bought(Asked):
    """Answered, and charged for what was not asked before."""

    def prepare(self, manifest: Manifest) -> Prepared:
        """What is sent is known once it is paid for."""
        built = manifest.table(self.grant.resource)
        return Prepared("", pay=partial(self.pay, built))

    def pay(self, built: BuiltTable | None, settling: Settling) -> Prepared:
        """Raises LimitReached(noise_budget), having taken nothing."""
        keys = self.keys(settling)
        paid = self._paid(settling, keys)
        kept = settling.allowances.noise.figures([key for cells in keys for key in cells])
        open_ = any(value is None for value in kept.values())
        sql = self._sql(built) if open_ else _NOTHING
        return Prepared(sql, disclosure=self.disclosure(paid), settle=partial(self.settle, keys))

    def _sql(self, built: BuiltTable | None) -> str:
        """Where all columns were left out of the build nobody is there."""
        if built is None or not built.columns:
            return _NOTHING
        most = None if built.facts is None else built.facts.most_rows
        return Plan(self.question).sql([name for name, _ in built.columns], most)

    def _paid(self, settling: Settling, keys: Keys) -> Paid:
        """With an entry of its own in the ledger, both or neither; without one where nothing is
        charged."""
        budgets, wanted = settling.allowances.noise, self.purchases(keys)
        flat = {key for cells in keys for key in cells}
        if budgets.figures(list(flat)).keys() == flat:
            return Paid(0, budgets.spent(self.grant.id))
        detail: dict[str, Any] = {"resource": self.grant.resource, "grant": self.grant.id}
        found: list[Paid] = []

        def pay() -> None:
            """In the entry's own transaction, before it is composed."""
            found[:] = [self._pay(settling, wanted)]
            told = self.told(found[0])
            detail.update({key: told[key] for key in ("charged", "spent", "left", "total")})

        settling.ledger.record(settling.draft(Event.noise_spent, detail), doing=pay)
        return found[0]

    def _pay(self, settling: Settling, wanted: Sequence[Purchase]) -> Paid:
        try:
            return settling.allowances.noise.pay(self.grant.id, wanted, self.rules.epsilon)
        except Overspent as error:
            raise WorkbenchError.of(say.spent(self.grant.resource, error)) from None

    def settle(
        self, keys: Keys, settling: Settling, answer: Whole, info: ReleaseInfo
    ) -> tuple[Whole, ReleaseInfo]:
        """Noise on what was not drawn yet; the exact figures end here."""
        flat = [key for cells in keys for key in cells]
        kept = dict(settling.allowances.noise.figures(flat))
        exact = self._exact(answer)
        new: dict[str, int] = {}
        for number, (figure, cells) in enumerate(zip(self.question.figures, keys, strict=True)):
            bare = [i for i, key in enumerate(cells) if kept[key] is None]
            values = [exact[i][number] for i in bare]
            drawn = noised(values, self.scale(figure))
            new.update((cells[i], value) for i, value in zip(bare, drawn, strict=True))
        kept.update(settling.allowances.noise.drawn(new))
        figures = [[kept[key] or 0 for key in cells] for cells in keys]
        noise = (info.disclosure or {})["noise"]
        info = replace(info, notes=(*info.notes, say.note(noise)))
        return Whole(_table(self.question, figures)), info

    def _exact(self, answer: Whole) -> list[list[int]]:
        """The figures of each cell; 0 where nobody is."""
        plan, wide = Plan(self.question), len(self.question.dimensions)
        domains = plan.domains
        found = {
            tuple(domain[n] for domain, n in zip(domains, row[:wide], strict=True)): row[wide:]
            for row in zip(*(column.to_pylist() for column in answer.table.columns), strict=True)
        }
        nothing = [0] * len(self.question.figures)
        return [[v or 0 for v in found.get(c.values, nothing)] for c in self.question.cells]


@dataclass(frozen=True)
class Forecast(Asked):
    """What an answer would cost, and how far off it would be; nothing is charged or run."""

    def prepare(self, manifest: Manifest) -> Prepared:
        return Prepared(_NOTHING, pay=self.pay)

    def pay(self, settling: Settling) -> Prepared:
        keys, budgets = self.keys(settling), settling.allowances.noise
        known = budgets.figures([key for cells in keys for key in cells])
        wanted = self.purchases(keys)
        new = [any(cell not in known for cell in each.cells) for each in wanted]
        disclosure = self.disclosure(Paid(0, budgets.spent(self.grant.id)))
        return Prepared(_NOTHING, disclosure=disclosure, settle=partial(self.settle, new))

    def settle(
        self, new: Sequence[bool], settling: Settling, answer: Whole, info: ReleaseInfo
    ) -> tuple[Whole, ReleaseInfo]:
        """``new``: of which figures some cell was not paid for."""
        told = (info.disclosure or {})["noise"]["figures"]
        rows = [
            {
                "figure": name,
                "error": told[name]["error"],
                "cells": len(self.question.cells),
                "charge": epsilon_of(self.share) * new[self.question.figures.index(figure)],
            }
            for name, figure in self.question.shown
            if isinstance(figure, Figure)
        ]
        return Whole(pa.Table.from_pylist(rows)), info


# The answer ---------------------------------------------------------------------------------------

_TYPES: Mapping[Family, pa.DataType] = {
    Family.text: pa.string(),
    Family.number: pa.float64(),
    Family.date: pa.date32(),
    Family.timestamp: pa.timestamp("us"),
    Family.boolean: pa.bool_(),
}


def _table(question: Question, figures: Sequence[Sequence[int]]) -> pa.Table:
    """A row for each cell; counts as whole numbers, sums in the unit of their column."""
    names, arrays = [], []
    for name, shown in question.shown:
        names.append(name)
        if isinstance(shown, Dimension):
            place = question.dimensions.index(shown)
            arrays.append(_values([cell.values[place] for cell in question.cells], shown.family))
        else:
            arrays.append(_figures(figures[question.figures.index(shown)], shown))
    return pa.Table.from_arrays(arrays, names=names)


Value = str | int | bool | Decimal | date | datetime | None


def _values(values: Sequence[Value], family: Family) -> pa.Array:
    if family is Family.number:
        return pa.array([None if v is None else float(str(v)) for v in values], pa.float64())
    if family is not Family.integer:
        return pa.array(values, _TYPES[family])
    far = any(isinstance(v, int) and v.bit_length() > 63 for v in values)
    return pa.array(values, pa.decimal128(38) if far else pa.int64())


def _figures(values: Sequence[int], figure: Figure) -> pa.Array:
    if figure.bound is None:
        return pa.array(values, pa.int64())
    unit = figure.bound.unit
    places = max(-int(unit.as_tuple().exponent), 0)
    return pa.array([value * unit for value in values], pa.decimal128(38, places))
