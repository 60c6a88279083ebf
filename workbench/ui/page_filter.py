"""The filters of a page, and the words that every part of it has. See ``page``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from workbench.declared.schema import worded
from workbench.errors import Code, Language, Text, simple

NonEmpty = Field(min_length=1)


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)


class Words(Frozen):
    """One text in both languages."""

    zh: str = NonEmpty
    en: str = NonEmpty

    def said(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class FilterKind(StrEnum):
    choice = "choice"
    text = "text"


class Matching(StrEnum):
    """How a filter's value meets its column. ``contains`` is for text, in capitals or not."""

    equal = "="
    since = ">="
    until = "<="
    contains = "contains"


class ValueType(StrEnum):
    """What a filter's value is when it meets its column. Options are written as text."""

    text = "text"
    integer = "integer"
    number = "number"
    date = "date"


_TYPED: Mapping[ValueType, Callable[[str], Any]] = {
    ValueType.text: str,
    ValueType.integer: int,
    ValueType.number: Decimal,
    ValueType.date: date.fromisoformat,
}


_ID = worded(
    re.compile(r"[a-z][a-z0-9_]*").fullmatch,
    Text("不能作筛选名", "this cannot be the name of a filter"),
    Text(
        "以小写字母开头，只用小写字母、数字和下划线，例如 month；显示的名称写在 label。",
        "Begin with a small letter and use small letters, digits and underscores, such as month; "
        "what people read stands in label.",
    ),
)


class Filter(Frozen):
    """A choice that panels follow. ``query`` gives the options: its first column the values, its
    second (if any) what people read. ``column`` is what panels are filtered by, ``type`` what its
    values are."""

    id: Annotated[str, _ID]
    label: Words
    kind: FilterKind = FilterKind.choice
    column: str = ""
    match: Matching = Matching.equal
    type: ValueType = ValueType.text
    query: str = ""
    options: tuple[str, ...] = ()
    default: str | None = None
    required: bool = False

    def typed(self, value: str) -> Any:
        """A value as its column has it. Raises InvalidInput(invalid_request)."""
        try:
            return _TYPED[self.type](value)
        except (ValueError, ArithmeticError):
            raise simple(
                Code.invalid_request,
                f"{value!r} 不是筛选 {self.id} 的取值（{self.type}）。",
                f"{value!r} is no value of the filter {self.id} ({self.type}).",
                next=Text("请从选项中选择。", "Choose one of the options."),
                subject=self.id,
            ) from None

    @property
    def on(self) -> str:
        """The column that it meets."""
        return self.column or self.id
