"""What a page says of itself: the values of ``dashboards/pages/*.yaml``. See docs/pages.md.

The models are the schema: an unknown key, a wrong type or a word that is not in a closed set is
told with file, line and fix (``page_file``). What hangs together across keys is judged there too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from workbench.declared.schema import worded
from workbench.errors import Language, Text
from workbench.model.actor import Role
from workbench.ui.page_filter import Filter as Filter
from workbench.ui.page_filter import Frozen
from workbench.ui.page_filter import NonEmpty as NonEmpty
from workbench.ui.page_filter import Words as Words
from workbench.ui.page_view import Looked


class Chart(StrEnum):
    """The closed set of panels."""

    card = "card"
    line = "line"
    area = "area"
    bar = "bar"
    stacked = "stacked"
    ranked = "ranked"
    heatmap = "heatmap"
    scatter = "scatter"
    waterfall = "waterfall"
    progress = "progress"
    signals = "signals"
    sentences = "sentences"
    map = "map"
    sankey = "sankey"
    timeline = "timeline"
    table = "table"
    desk = "desk"


class DeskName(StrEnum):
    """The closed set of desks: panels at which their reader works (see ``desks``)."""

    my_data = "my_data"
    applications = "applications"
    cases = "cases"
    due = "due"
    uses = "uses"
    trail = "trail"
    told = "told"
    releases = "releases"
    procedures_due = "procedures_due"
    procedures = "procedures"
    what_if = "what_if"
    alerts = "alerts"
    briefs = "briefs"
    assessments = "assessments"
    assessment_results = "assessment_results"


class Span(StrEnum):
    """The width of a panel on a wide screen; on a phone each has the whole width."""

    third = "third"
    half = "half"
    full = "full"


class RunsAs(StrEnum):
    """``page``: the page's own subject and grants, with the viewer recorded. ``viewer``: the
    viewer's own session and grants."""

    page = "page"
    viewer = "viewer"


class Form(Enum):
    """How a number is written. ``share`` is a fraction of one, ``percent`` is in percent already,
    ``points`` are percentage points. ``number`` and ``count`` shorten to 万/亿 or million."""

    count = "count"
    number = "number"
    index = "index"
    percent = "percent"
    share = "share"
    points = "points"
    plain = "plain"


class Aggregate(Enum):
    sum = "sum"
    avg = "avg"
    min = "min"
    max = "max"
    median = "median"
    count = "count"


class Column(Frozen):
    """How a column of results is called and written. ``decimals`` None: by its form."""

    label: Words | None = None
    unit: Words | None = None
    format: Form | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)


class Against(StrEnum):
    """What a figure is compared with: the row before, the row one year before, another column."""

    previous = "previous"
    year_ago = "year_ago"
    column = "column"


class Compared(StrEnum):
    """The comparison as a change in percent, in percentage points, or as a plain difference."""

    percent = "percent"
    points = "points"
    difference = "difference"


class Direction(StrEnum):
    up = "up"
    down = "down"


class Compare(Frozen):
    """``good`` says which direction is the good one; without it neither is."""

    against: Against
    column: str = ""
    as_: Compared = Field(default=Compared.percent, alias="as")
    good: Direction | None = None


class Reference(Frozen):
    """A level drawn across a chart, such as 100 of an index."""

    value: float
    label: Words


def _several(raw: Any) -> Any:
    """``value: entries`` is short for ``value: [entries]``."""
    if isinstance(raw, str):
        return (raw,)
    return tuple(raw) if isinstance(raw, list) else raw


_INDICATOR = worded(
    re.compile(r"|[^\W\d]\w*\.[^\W\d]\w*").fullmatch,
    Text("指标应为“表.列”", "an indicator is a table and a column"),
    Text("写成 table.column，例如 prices.mom。", "Write table.column, such as prices.mom."),
)


class Panel(Frozen):
    """One frame. ``desk`` names one; ``query`` is a statement; ``view`` looks rows up;
    ``indicator`` is ``table.column``, for which the kit writes it, under the filters that
    ``follows`` names. The other keys name columns of the result (see ``ROLES``)."""

    title: Words
    chart: Chart
    desk: DeskName | None = None
    view: Looked | None = None
    query: str = ""
    indicator: Annotated[str, _INDICATOR] = ""
    aggregate: Aggregate = Aggregate.sum
    follows: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    by: str = ""
    value: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    series: str = ""
    across: str = ""
    size: str = ""
    label: str = ""
    kind: str = ""
    plan: str = ""
    due: str = ""
    text: str = ""
    source: str = ""
    target: str = ""
    start: str = ""
    end: str = ""
    status: str = ""
    unit: Words | None = None
    format: Form | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    note: Words | None = None
    compare: Compare | None = None
    reference: Reference | None = None
    columns: Mapping[str, Column] = {}
    boundaries: str = ""
    picks: str = ""
    span: Span | None = None

    @model_validator(mode="after")
    def _indicated(self) -> Self:
        """An indicator's value is its column."""
        if self.indicator and not self.value:
            object.__setattr__(self, "value", (self.indicator.split(".")[1],))
        return self

    def role(self, name: str) -> tuple[str, ...]:
        """The columns that are named for a role; none where it is left out."""
        named = getattr(self, name)
        if isinstance(named, tuple):
            return named
        return (named,) if named else ()

    @property
    def aggregate_said(self) -> bool:
        """Whether the page's file says how to aggregate."""
        return "aggregate" in self.model_fields_set

    @property
    def named(self) -> tuple[str, ...]:
        """Every column of the result that the panel names."""
        needs, may = ROLES[self.chart]
        found = [column for role in (*needs, *may) for column in self.role(role)]
        if self.compare is not None and self.compare.column:
            found.append(self.compare.column)
        return tuple(dict.fromkeys(found))


ROLES: Mapping[Chart, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Chart.card: (("value",), ("by", "status")),
    Chart.line: (("by", "value"), ("series", "status", "start", "end")),
    Chart.area: (("by", "value"), ("series", "status")),
    Chart.bar: (("by", "value"), ("series", "status")),
    Chart.stacked: (("by", "value"), ("series", "status")),
    Chart.ranked: (("by", "value"), ("status",)),
    Chart.heatmap: (("by", "across", "value"), ()),
    Chart.scatter: (("by", "value"), ("size", "label", "series")),
    Chart.waterfall: (("by", "value"), ("kind",)),
    Chart.progress: (("by", "value", "plan"), ("due",)),
    Chart.signals: (("by", "across", "value"), ("text",)),
    Chart.sentences: (("by", "across", "value"), ("target", "size")),
    Chart.map: (("by", "value"), ("label",)),
    Chart.sankey: (("source", "target", "value"), ()),
    Chart.timeline: (("by", "start", "end"), ("series",)),
    Chart.table: ((), ()),
    Chart.desk: ((), ()),
}
"""What each chart needs and may have of the result's columns."""

SEVERAL_VALUES = frozenset(
    {Chart.card, Chart.line, Chart.area, Chart.bar, Chart.stacked, Chart.sentences}
)
"""Charts that draw several columns at once."""


class Label(Frozen):
    """How a value of results is read; the value itself in a language that is left out."""

    zh: str = ""
    en: str = ""


class Section(Frozen):
    title: Words | None = None
    note: Words | None = None
    panels: tuple[Panel, ...]


class Page(Frozen):
    """``scenario`` is left out where all panels are desks; ``roles`` are those whose page it then
    is (none: everybody's). ``audience`` says whom the page is for; ``labels`` how values of results
    (groups that a query names, codes) are read; ``tables`` are queries that others may use as
    tables; ``refresh`` is how often an open page asks whether something changed, in seconds (our
    default: 15)."""

    name: str = ""
    title: Words
    scenario: str = ""
    roles: tuple[Role, ...] = ()
    runs_as: RunsAs = Field(alias="as")
    audience: Words | None = None
    note: Words | None = None
    columns: Mapping[str, Column] = {}
    labels: Mapping[str, Label] = {}
    tables: Mapping[str, str] = {}
    filters: tuple[Filter, ...] = ()
    sections: tuple[Section, ...]
    refresh: int = Field(default=15, ge=2, le=3600)

    @property
    def panels(self) -> tuple[Panel, ...]:
        return tuple(panel for section in self.sections for panel in section.panels)

    def filter(self, id: str) -> Filter | None:  # noqa: A002
        return next((f for f in self.filters if f.id == id), None)

    def read_as(self, language: Language) -> dict[str, str]:
        """Value -> what people read for it in this language, where that is another."""
        said = {value: one.zh if language == "zh" else one.en for value, one in self.labels.items()}
        return {value: text for value, text in said.items() if text and text != value}

    def column(self, panel: Panel, name: str) -> Column:
        """How a column of this panel is called and written: the panel's word before the page's."""
        return panel.columns.get(name) or self.columns.get(name) or Column()
