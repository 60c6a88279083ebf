"""A result that is to be kept as a resource: asked anew, judged, and laid before the operator.

The rows are the gateway's own, not what a client says that it was given. They are released like any
answer: decided, recorded, protected, withheld cells null beside the column that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from workbench.catalogue.city import City
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.derived_files import Place, Proposal
from workbench.gateway.exports import Exports, Order, Recorder
from workbench.ledger.usage import UsageRow
from workbench.model.actor import Actor
from workbench.model.days import day_of
from workbench.model.entry import Draft, Event
from workbench.model.lookup import Grants, Resources
from workbench.model.terms import Taken
from workbench.policy.derive import Read, Result, drafted, refused, terms_to_read
from workbench.query_path.running import Running

METHOD, MEDIUM = "derive", "derived resource"


class Queries(Protocol):
    def run(self, actor: Actor, scenario: str, sql: str, **how: Any) -> Running: ...


@dataclass(frozen=True)
class Wish:
    """``sql`` under ``scenario``, to be kept as the resource ``name``."""

    name: str
    title: Text
    scenario: str
    sql: str


@dataclass(frozen=True)
class DerivedDesk:
    """``city`` and ``grants`` give the present ones, ``clock`` an aware time."""

    queries: Queries
    exports: Exports
    ledger: Recorder
    city: Callable[[], City]
    grants: Callable[[], Grants]
    place: Place
    clock: Callable[[], datetime]

    def propose(self, wish: Wish, actor: Actor) -> tuple[Proposal, str]:
        """The proposal, and its contract as YAML. Raises as the statement does, Refused
        (export_not_allowed, unclassified), InvalidInput (the name is taken, a column's type)."""
        if actor.is_page:
            raise _a_person()
        check_name(wish.name, self.city())
        running = self.queries.run(actor, wish.scenario, wish.sql, method=METHOD, medium=MEDIUM)
        with running:
            batches = list(running)
        table = pa.Table.from_batches(batches, running.schema).replace_schema_metadata()
        order = Order(running.info.id, "", "parquet", wish.name, table.num_rows, table.num_columns)
        opened, taken = self.exports.judged(actor, order)
        if opened.detail.get("own"):
            raise _not_of_own_tables()
        return self._proposed(wish, table, opened, taken)

    def _proposed(
        self, wish: Wish, table: pa.Table, opened: UsageRow, taken: Mapping[str, Taken]
    ) -> tuple[Proposal, str]:
        reads = reads_of(opened, taken, self.city(), self.grants())
        reasons = refused(reads)
        if reasons:
            raise WorkbenchError.of(reasons)
        result = Result(
            name=wish.name,
            title=wish.title,
            columns=tuple((field.name, _type(field)) for field in table.schema),
            department=opened.department,
            purpose=opened.purpose,
            release=opened.release,
            entry=opened.seq,
            day=day_of(self.clock()),
        )
        rows_digest, contract_digest = self.place.write(
            opened.release, table, drafted(result, reads)
        )
        proposal = Proposal(
            id=opened.release,
            name=wish.name,
            title_zh=wish.title.zh,
            title_en=wish.title.en,
            person=opened.actor,
            department=opened.department,
            scenario=opened.scenario,
            at=self.clock().isoformat(),
            rows=table.num_rows,
            columns=table.num_columns,
            terms=terms_to_read(reads),
            rows_digest=rows_digest,
            contract_digest=contract_digest,
        )
        try:
            self.ledger.record(entry_of(Event.derived_proposed, proposal, opened, {}))
            self.place.enter(proposal)
        except BaseException:
            self.place.remove(proposal.id)
            raise
        return proposal, self.place.contract(proposal.id).read_text(encoding="utf-8")


def reads_of(
    opened: UsageRow, taken: Mapping[str, Taken], city: City, grants: Grants
) -> tuple[Read, ...]:
    """What the release read, with the grants as they stand. Called for what was judged."""
    versions = opened.detail.get("extracts", {})
    return tuple(
        Read(
            city.resources[name],
            grants.by_id[taken[name].id],
            tuple(columns),
            str(versions.get(name, [""])[0]),
            taken[name],
        )
        for name, columns in sorted(opened.content.items())
    )


def check_name(name: str, city: City) -> None:
    """Raises InvalidInput where a resource is called so."""
    if Resources.of(city.resources).named(name) is not None:
        raise simple(
            Code.invalid_request,
            f"已有名为 {name} 的资源。",
            f"There is a resource named {name} already.",
            next=Text("请换一个名字。", "Give it another name."),
            subject=name,
        )


def entry_of(event: Event, proposal: Proposal, opened: UsageRow, more: Mapping[str, Any]) -> Draft:
    """The entry of a step of a proposal, in the name of whoever proposed it, unless ``more`` says
    who acted."""
    return Draft(
        event=event,
        actor=str(more.get("actor", proposal.person)),
        department=str(more.get("department", proposal.department)),
        scenario=proposal.scenario,
        purpose=opened.purpose,
        approver=opened.approver,
        content=opened.content,
        method=METHOD,
        medium=MEDIUM,
        release=proposal.id,
        detail={
            "name": proposal.name,
            "opened": opened.seq,
            "rows": proposal.rows,
            "rows_digest": proposal.rows_digest,
            "contract_digest": proposal.contract_digest,
            **{k: v for k, v in more.items() if k not in ("actor", "department")},
        },
    )


def _type(field: pa.Field) -> str:
    """The contract's type of a column. Raises InvalidInput for one that no contract has."""
    type_ = field.type
    if pa.types.is_decimal128(type_):
        return f"DECIMAL({type_.precision},{type_.scale})"
    if pa.types.is_timestamp(type_) and type_.tz is None:
        return "TIMESTAMP"
    found = _TYPES.get(type_)
    if found is None:
        raise _no_such_type(field.name, str(type_)[:60])
    return found


_TYPES = {
    pa.string(): "VARCHAR",
    pa.large_string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.uint8(): "UTINYINT",
    pa.uint16(): "USMALLINT",
    pa.uint32(): "UINTEGER",
    pa.uint64(): "UBIGINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.date32(): "DATE",
}


def _no_such_type(column: str, type_: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"列 {column} 的类型 {type_} 不能写进契约。",
        f"The column {column} is of the type {type_}, which no contract has.",
        next=Text("请在语句里用 CAST 转换。", "CAST it in the statement."),
        subject=column,
    )


def _a_person() -> WorkbenchError:
    return simple(
        Code.not_yours,
        "派生资源由人提出，页面不能。",
        "A derived resource is proposed by a person, not by a page.",
    )


def _not_of_own_tables() -> WorkbenchError:
    return simple(
        Code.export_not_allowed,
        "结果用到了自带表，不能登记为派生资源。",
        "The result was made with a table of your own; it cannot become a derived resource.",
        why=Text(
            "自带的内容没有契约、没有来源、未经核实。",
            "What was brought has no contract and no source, and nobody checked it.",
        ),
        next=Text("请先把自带表登记为资源，再得出它。", "Have the table made a resource first."),
    )
