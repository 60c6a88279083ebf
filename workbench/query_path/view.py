"""Pages of the mode view (Foshan 2019 art. 13): looking things up, by a fixed template.

A page never tells how many rows there are in all. Counts of whatever a filter leaves would be
statistics without their protection; a page says whether there is more, costs a row of the day's
allowance at least, and none begins deeper than a day's allowance reaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.catalogue.city import City
from workbench.errors import Code, Reason, Text, WorkbenchError
from workbench.model.days import day_of
from workbench.model.decision import Deny, Permit
from workbench.model.grant import Grant
from workbench.model.lookup import Resources
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.release import Page, ReleaseInfo
from workbench.model.tier import Tier, holds_column
from workbench.policy.reasons import not_found
from workbench.query_path.asks import Template
from workbench.query_path.bound import Bound, Prepared
from workbench.query_path.readings import Reading, Readings
from workbench.query_path.view_limits import limits, spent_up
from workbench.query_path.view_request import Order, ViewRequest, parse
from workbench.query_path.view_sql import Condition, Shown, Sort, as_typed, bound, page_sql
from workbench.query_path.watermark import watermark
from workbench.query_path.whole import Settling, Whole
from workbench.store.allowances import Exhausted
from workbench.workspace.build import Manifest
from workbench.workspace.masks import result_type


@dataclass(frozen=True)
class View(Template):
    """One page that is asked for."""

    request: ViewRequest

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> View:
        """Raises InvalidInput(invalid_request)."""
        return cls(parse(body))

    @property
    def text(self) -> str:
        return self.request.text

    def reading(self, readings: Readings, person: str, city: City) -> Reading:
        """Columns that are filtered or sorted by are read like those that are shown."""
        asked = self.request
        known = Resources.of(city.resources).named(asked.resource)
        table = asked.resource if known is None else known.name
        reads = ReadSet(
            StatementKind.query,
            tables=(table,),
            columns=tuple((table, name) for name in asked.named),
            stars=() if asked.columns is not None else (table,),
            normal=asked.normal(city.names),
        )
        return Reading(reads, ())

    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        return Tier.view

    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny:
        (table,) = reads.tables
        grant = next((g for g in permit.grants if g.resource == table), None)
        if grant is None:
            return Deny((_absent("table", table, [g.resource for g in permit.grants]),))
        found = _Named(self.request, grant, city)
        reasons = (*found.missing(), *found.unfit(), *limits(self.request, city))
        return Deny(tuple(dict.fromkeys(reasons))) if reasons else found.page(permit)


class _Named:
    """The names of a request as columns of the grant."""

    def __init__(self, request: ViewRequest, grant: Grant, city: City) -> None:
        self._request, self._grant, self._city = request, grant, city
        resource = city.resources[grant.resource]
        held = {
            column.name: Shown(column.name, result_type(column, granted))
            for column in resource.columns
            if (granted := grant.column(column.name)) is not None
            and holds_column(grant, granted, Tier.view)
        }
        self._all = tuple(held.values())
        self._folded = {name.casefold(): shown for name, shown in held.items()}

    def missing(self) -> Iterator[Reason]:
        """What a contract knows and the grant lacks was refused before this."""
        for name in self._request.named:
            if name.casefold() not in self._folded:
                yield _absent("column", name, [shown.name for shown in self._all])

    def unfit(self) -> Iterator[Reason]:
        for test in self._request.where:
            column = self._folded.get(test.column.casefold())
            if column is None:
                continue
            for value in test.values:
                typed = as_typed(value, column.type, test.op)
                if isinstance(typed, Text):
                    yield _unfit(f"{self._grant.resource}.{column.name}", column.type, typed)

    def page(self, permit: Permit) -> PageOf:
        asked, settings = self._request, self._city.settings
        tests = []
        for one in asked.where:
            column = self._folded[one.column.casefold()]
            values = [as_typed(value, column.type, one.op) for value in one.values]
            tests.append(Condition(column, one.op, tuple(map(str, values))))
        return PageOf(
            permit,
            self._grant,
            tuple(self._folded[name.casefold()] for name in asked.columns)
            if asked.columns is not None
            else self._all,
            tuple(tests),
            tuple(self._sort(order) for order in asked.order_by),
            asked.page,
            asked.rows or settings.view_page_rows,
            settings.view_rows_per_day,
        )

    def _sort(self, order: Order) -> Sort:
        return Sort(self._folded[order.column.casefold()], order.descending)


@dataclass(frozen=True)
class PageOf:
    """A page that was permitted."""

    permit: Permit
    grant: Grant
    columns: tuple[Shown, ...]
    tests: tuple[Condition, ...]
    sorts: tuple[Sort, ...]
    page: int
    rows: int
    rows_per_day: int

    def prepare(self, manifest: Manifest) -> Prepared:
        built = manifest.table(self.grant.resource)
        assert built is not None  # what is read has an extract, and a view's columns are all built
        sql = page_sql(
            built.name,
            self.columns,
            self.tests,
            self.sorts,
            [name for name, _ in built.columns],
            limit=self.rows + 1,  # one more tells whether there is another page
            offset=(self.page - 1) * self.rows,
        )
        return Prepared(sql, bound(self.tests), settle=self.settle)

    def settle(
        self, settling: Settling, answer: Whole, info: ReleaseInfo
    ) -> tuple[Whole, ReleaseInfo]:
        """Charge the page before any of it leaves, and mark it. Raises LimitReached(view_limit).

        What was asked for has to be left, whatever came of it: a refusal tells nothing of the
        rows. An empty page costs a row: it told that there is none.
        """
        shown = answer.table.slice(0, self.rows)
        self._charge(settling, max(1, shown.num_rows))
        page = Page(self.page, self.rows, answer.table.num_rows > self.rows)
        mark = watermark(settling, self.grant, info.id)
        return Whole(shown), replace(info, page=page, watermark=mark)

    def _charge(self, settling: Settling, rows: int) -> None:
        name, day = self.grant.resource, day_of(settling.now)
        subject = settling.subject("view", settling.person, name)
        try:
            with settling.allowances.together():
                settling.allowances.take(subject, day, self.rows, self.rows_per_day)
                settling.allowances.take(subject, day, rows - self.rows)
        except Exhausted as spent:
            raise WorkbenchError.of(spent_up(name, spent, self.rows)) from None


def _absent(kind: str, name: str, held: Sequence[str]) -> Reason:
    there = ", ".join(held)
    step = Text(f"可查阅：{there or '无'}", f"There is to view: {there or 'nothing'}")
    return replace(not_found(kind, name, held), next=step)


def _unfit(subject: str, type_: str, wanted: Text) -> Reason:
    return Reason(
        Code.invalid_request,
        Text(f"{subject} 的筛选值不合 {type_} 类型。", f"A value for {subject} is no {type_}."),
        Text("筛选值不作转换，以免改变含义。", "Values are not converted: that may change them."),
        next=wanted,
        subject=subject,
    )
