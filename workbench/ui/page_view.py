"""A panel that looks rows up: a page of what is shared in mode view. See docs/view.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from workbench.declared.schema import worded
from workbench.errors import Text
from workbench.ui.page_filter import Frozen

Plain = str | int | float | bool
_ROWS = 20
"""Of a page (our default): what a reader takes in without scrolling far, at 2,000 rows a day."""
_MOST = 200


def _several(raw: object) -> object:
    """``order_by: month`` is short for ``order_by: [month]``."""
    if isinstance(raw, str):
        return (raw,)
    return tuple(raw) if isinstance(raw, list) else raw


def _listed(raw: object) -> object:
    return tuple(raw) if isinstance(raw, list) else raw


_NAME = worded(
    re.compile(r"-?[^\W\d]\w*").fullmatch,
    Text("应为列名", "this is no name of a column"),
    Text("写列名；order_by 中写 -列名 为降序。", "Write one; -NAME in order_by is downwards."),
)
Names = Annotated[tuple[Annotated[str, _NAME], ...], BeforeValidator(_several)]


class Looked(Frozen):
    """``where``: what a column has to be, a value, one of several (a list), or ``$FILTER`` for that
    of a filter of the page, which does not narrow while it is not set."""

    resource: str = Field(min_length=1)
    columns: Names = Field(min_length=1)
    where: Mapping[str, Annotated[Plain | tuple[Plain, ...], BeforeValidator(_listed)]] = {}
    order_by: Names = ()
    rows: int = Field(default=_ROWS, ge=1, le=_MOST)

    @property
    def filters(self) -> Mapping[str, str]:
        """Column -> the filter that it is looked up by."""
        return {
            column: value[1:]
            for column, value in self.where.items()
            if isinstance(value, str) and value.startswith("$")
        }

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that it names."""
        sorts = (name.removeprefix("-") for name in self.order_by)
        return tuple(dict.fromkeys((*self.columns, *self.where, *sorts)))
