"""What is doubted of the columns that an answer reads, as its release and its receipt say it.

A mark stands from the step that doubts until its procedure is closed. Which row it is about is
sealed, and is told nowhere: only whether it is one record, or all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from workbench.catalogue.city import City
from workbench.catalogue.procedures import definition_in, version_of
from workbench.errors import Text
from workbench.model.days import day_of
from workbench.model.dispute import BEGINS
from workbench.regulations.saying import article_text
from workbench.store.procedure_effects import Mark, ProcedureEffects
from workbench.store.procedures import Procedures

Reads = Iterable[tuple[str, Sequence[str]]]
"""``(resource, columns)``; without columns its rows were counted, and none of its values read."""

Begun = tuple[str, str, str]
"""Kind, definition and regulation of a procedure: it keeps those that it began under."""

_OURS = Text("本产品的默认规则", "our default")


class Disputing:
    """The marks of one store, as they are now. Used by several threads."""

    def __init__(self, marks: ProcedureEffects, procedures: Procedures) -> None:
        self._marks, self._procedures = marks, procedures
        self._title = lru_cache(maxsize=256)(self._title_of)
        self._begun = lru_cache(maxsize=256)(self._begun_of)

    def notes(self, reads: Reads, city: City) -> Iterator[str]:
        """A sentence for each resource that is read and each procedure that doubts some of it:
        what, since when, by which procedure and article. Raises Unavailable where the store
        cannot be asked: what may be doubted is not given out as if it were not."""
        wanted = {resource: {"", *columns} for resource, columns in reads}
        found: dict[tuple[str, str], list[Mark]] = {}
        for mark in self._marks.standing(wanted):
            if mark.column in wanted[mark.resource]:
                found.setdefault((mark.resource, mark.procedure_id), []).append(mark)
        for (_, procedure_id), marks in found.items():
            told = self._said(marks, self._begun(procedure_id), city)
            yield f"{told.zh} / {told.en}"

    def state(self, resources: Iterable[str]) -> list[list[str]]:
        """Another one when something of these is doubted anew, or no more."""
        marks = self._marks.standing(resources)
        return [[one.procedure_id, one.resource, one.column, str(one.since)] for one in marks]

    def _begun_of(self, procedure_id: str) -> Begun | None:
        """None where the store has lost the procedure, which it does not find again."""
        found = self._procedures.get(procedure_id)
        return None if found is None else (found.kind, found.definition, found.regulation)

    def _said(self, marks: Sequence[Mark], begun: Begun | None, city: City) -> Text:
        first = marks[0]
        since, what = day_of(min(mark.since for mark in marks)), _what(marks, city)
        by = self._by(begun, city)
        one = first.row != ""
        scope = (
            Text("其中一条记录", "one record of it is") if one else Text("其值", "its values are")
        )
        return Text(
            f"{BEGINS.zh}{what.zh}，自 {since} 起，程序 {first.procedure_id}{by.zh}；"
            f"{scope.zh}可能有误，正由提供方核实，办结前使用时请注明",
            f"{BEGINS.en}{what.en}, since {since}, by the procedure "
            f"{first.procedure_id}{by.en}; {scope.en} doubted and being verified: say so when "
            "using it, until that is closed",
        )

    def _by(self, begun: Begun | None, city: City) -> Text:
        """Nothing where the store has lost the procedure: the mark is told all the same."""
        if begun is None:
            return Text("", "")
        _, _, regulation = begun
        title, article = self._title(*begun)
        told = article_text(article) if article else _OURS
        here = city.regulation
        if article and here.id == regulation:
            told = Text(f"{here.title.zh}{told.zh}", f"{here.title.en} {told.en}")
        elif article:
            told = Text(f"{regulation} {told.zh}", f"{regulation} {told.en}")
        return Text(f"（{title.zh}，{told.zh}）", f" ({title.en}, {told.en})")

    def _title_of(self, kind: str, version: str, regulation: str) -> tuple[Text, str]:
        """Of the file that it began under, by which article; by its name where that was lost."""
        text = self._procedures.definition(version)
        if text is None or version_of(text.encode()) != version:
            return Text(kind, kind), ""
        definition = definition_in(text.encode(), kind).definition
        return definition.title, definition.orders.get(regulation, "")


def _what(marks: Sequence[Mark], city: City) -> Text:
    """``Title (resource): columns``, or the whole resource."""
    name = marks[0].resource
    known = city.resources.get(name)
    title = known.title if known is not None else Text(name, name)
    columns = sorted({mark.column for mark in marks} - {""})
    if not columns or any(mark.column == "" for mark in marks):
        return Text(f"{title.zh}（{name}）的全部数据项", f"all columns of {title.en} ({name})")
    return Text(
        f"{title.zh}（{name}）的数据项 {'、'.join(columns)}",
        f"{', '.join(columns)} of {title.en} ({name})",
    )
