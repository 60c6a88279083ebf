"""Comparing from a kernel: keys and values go out, the outcomes come back beside their keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.canonical import NotOfType, NotOfTypeAt, digest, texts
from workbench.model.comparison import Comparison, not_of_type
from workbench.model.contract import Identifier


def hashed(asked: Comparison, terms: Mapping[str, Any]) -> Comparison:
    """With digests in the place of keys and values. ``terms`` are what ``GET /compare/key`` says.

    Raises InvalidInput for a value that is none of its column's type; a column that the terms do
    not have is left to the gateway, which says why, and its values stay here.
    """
    key = bytes.fromhex(str(terms["key"]))
    known = {column["name"].casefold(): column for column in terms["columns"]}
    columns = asked.columns or _only(asked, terms)
    unknown = [n for n in (*asked.on, *columns) if n.casefold() not in known]
    if unknown:
        empty: tuple[None, ...] = (None,) * len(asked)
        return replace(
            asked,
            keys=tuple(empty for _ in asked.keys),
            values=tuple(empty for _ in asked.values),
            hashed=True,
        )

    def digests(name: str, values: tuple[Any, ...], *, is_key: bool) -> tuple[str | None, ...]:
        column = known[name.casefold()]
        kind = Identifier(column["identifier"]) if is_key and column["identifier"] else None
        try:
            found = texts(values, column["type"], kind)
        except NotOfTypeAt as error:
            raise WorkbenchError.of(
                not_of_type(
                    terms["resource"], column["name"], column["type"], error.place, error.wanted
                )
            ) from None
        except NotOfType as error:
            named, why = f"{terms['resource']}.{column['name']}", error.wanted
            raise simple(
                Code.use_not_allowed, f"{named}：{why.zh}。", f"{named}: {why.en}."
            ) from None
        return tuple(None if text is None else digest(key, text) for text in found)

    keys = [digests(n, v, is_key=True) for n, v in zip(asked.on, asked.keys, strict=True)]
    values = [digests(n, v, is_key=False) for n, v in zip(columns, asked.values, strict=True)]
    return replace(asked, columns=columns, keys=tuple(keys), values=tuple(values), hashed=True)


def _only(asked: Comparison, terms: Mapping[str, Any]) -> tuple[str, ...]:
    """The one column that may be compared. Raises InvalidInput where there are others."""
    on = {name.casefold() for name in asked.on}
    found = [
        column["name"]
        for column in terms["columns"]
        if column["use"] == "compare" and column["name"].casefold() not in on
    ]
    if len(found) != 1:
        listed = ", ".join(found) or "-"
        raise simple(
            Code.invalid_request,
            "没有写明要核验哪一列。",
            "It is not said which column is compared.",
            next=Text(
                f'请写 on={{"键": "列"}}：{listed}', f'Write on={{"key": "column"}}: {listed}'
            ),
        )
    return (str(found[0]),)


def beside_keys(asked: Comparison, outcomes: pa.Table) -> pa.Table:
    """The outcomes with the keys that they belong to before them, in the order asked; the
    metadata (sources, ledger entry) stay.

    Raises Unavailable(internal) where they are not as many.
    """
    if outcomes.num_rows != len(asked):
        raise simple(
            Code.internal,
            "网关返回的行数与键数不同，结果已丢弃。",
            "The gateway answered for another number of keys; the answer was dropped.",
        )
    keys = [_array(column) for column in asked.keys]
    fields = [
        pa.field(name, array.type) for name, array in zip(asked.on, keys, strict=True)
    ] + list(outcomes.schema)
    schema = pa.schema(fields, metadata=outcomes.schema.metadata)
    return pa.Table.from_arrays([*keys, *outcomes.columns], schema=schema)


def _array(values: tuple[Any, ...]) -> pa.Array:
    """Keys as they were given; as text where they are of several kinds."""
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])
