"""The keys of the mapping of delivered files; ``reading`` checks what they mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Words = str | Annotated[list[str], Field(min_length=1)]
Word = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class DeliveryProperties(_Strict):
    """customProperties of a server that is a file."""

    sheets: Word | Annotated[list[Word], Field(min_length=1)] | None = None
    header_row: int = Field(default=1, ge=1, le=1000)
    footer: Annotated[list[Word], Field(min_length=1, max_length=20)] | None = None
    merged_cells: Literal["repeat"] | None = None
    missing_keys: Literal["null"] | None = None
    members: str = Field(default="", min_length=1)
    member_names: Literal["gbk", "utf-8"] | None = None
    control_file: str = Field(default="", min_length=1)


class ReadProperties(_Strict):
    """``read`` of a column."""

    digits: Literal["fullwidth"] | None = None
    trim: bool = False
    null_words: Annotated[list[str], Field(min_length=1)] | None = None
    thousands: Literal[",", "，", " ", "'"] | None = None
    unit: dict[str, int | float | str] | None = None
    prefix: Words | None = None
    negative: Literal["parentheses", "triangle"] | None = None
    date: Words | None = None
    true_words: Words | None = None
    false_words: Words | None = None
