"""A resource and its columns, as the catalogue describes them (digest, "Catalogue entry")."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from workbench.errors import Text
from workbench.model.source import AttachedSource

Band = Decimal | date
"""An edge at which a measure may be cut: exact, so that 1000000 equals 1000000.00. Of a TIMESTAMP
column it is a datetime."""


class SharingType(StrEnum):
    unconditional = "unconditional"
    conditional = "conditional"
    not_shared = "not_shared"


class SharingMode(StrEnum):
    view = "view"
    compare = "compare"
    statistics = "statistics"
    obtain = "obtain"


class OpenType(StrEnum):
    unconditional = "unconditional"
    conditional = "conditional"
    not_open = "not_open"


class LibraryKind(StrEnum):
    base = "base"
    topic = "topic"
    business = "business"


class FigureStatus(StrEnum):
    """How final the figures of a resource are: preliminary ones will be revised; those that await
    sign-off may not be quoted yet."""

    final = "final"
    preliminary = "preliminary"
    awaiting_sign_off = "awaiting_sign_off"


class Level(StrEnum):
    """Data grading of GB/T 43697: core, important, general."""

    core = "core"
    important = "important"
    general = "general"


class Personal(StrEnum):
    no = "no"
    personal = "personal"
    sensitive = "sensitive"


class Identifier(StrEnum):
    resident_id = "resident_id"
    credit_code = "credit_code"
    division_code = "division_code"
    industry_code = "industry_code"


@dataclass(frozen=True)
class Classification:
    """``level`` with an optional sub-level, e.g. general-3."""

    level: Level
    sublevel: int | None = None

    def __str__(self) -> str:
        return self.level.value if self.sublevel is None else f"{self.level}-{self.sublevel}"


@dataclass(frozen=True)
class QualityRule:
    """One ODCS quality rule: a library ``metric`` with its comparison.

    ``column`` is empty for a rule over the table; ``compare`` is the ODCS key
    (``mustBe``, ``mustBeLessThan`` ...), ``operand`` its value.
    """

    metric: str
    column: str
    compare: str
    operand: float | tuple[float, float]
    unit: str = "rows"
    arguments: tuple[tuple[str, object], ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Reading:
    """How delivered text of one column is read (``read`` in the contract). Nothing is guessed:
    what is not named here is judged as it stands.

    ``units``: word after a number -> exact factor as decimal text; the word "" is a number
    without one. ``dates``: forms of ``catalogue.date_forms``.
    """

    digits: str = ""
    trim: bool = False
    null_words: tuple[str, ...] = ()
    thousands: str = ""
    units: tuple[tuple[str, str], ...] = ()
    prefixes: tuple[str, ...] = ()
    negative: str = ""
    dates: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True)
class MaskRule:
    """A kind of mask (``model.grant.MaskKind``) that the provider accepts on a column; of a kind
    with levels only these, or all where none is named."""

    kind: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One data item. ``type`` is a DuckDB type; ``classification`` None means not yet graded.

    ``source_names``: headings of delivered files that mean this column, besides its name.
    ``bands``: the strictly rising edges at which a statistic may compare the column; all numbers,
    all dates or all datetimes, as its type says.
    ``masks``: those that a scenario may use (none named: any that fits); ``mask_required``: no
    scenario takes values without one. ``element``: the data element (数据元, GB/T 19488.1) that it
    holds; columns of one element are the same figure of the same entity, maybe taken apart.
    """

    name: str
    type: str
    title: str = ""
    classification: Classification | None = None
    personal: Personal = Personal.no
    identifier: Identifier | None = None
    entity_key: bool = False
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    source_names: tuple[str, ...] = field(default=(), repr=False)
    reading: Reading | None = field(default=None, repr=False)
    bands: tuple[Band, ...] = field(default=(), repr=False)
    masks: tuple[MaskRule, ...] = field(default=(), repr=False)
    mask_required: bool = field(default=False, repr=False)
    element: str = field(default="", repr=False)


@dataclass(frozen=True)
class Sharing:
    """``conditions`` is the whole condition in words; ``scope``, ``purpose`` (Heilongjiang 2025
    art. 21) and ``reason`` (Binzhou 2023 art. 20) are its parts."""

    type: SharingType
    mode: SharingMode | None = None
    conditions: str = ""
    legal_basis: str = ""
    usage_requirements: str = ""
    scope: str = ""
    purpose: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Delivery:
    """A file, and how it is read (an ODCS server of type local).

    ``header_row`` counts from 1; ``footer`` is how each row below the data begins, from the
    first to the last; ``members`` is the pattern of the files in an archive. ``control`` is the
    path of the provider's control file: it shapes no reading, so it is not compared.
    """

    path: str
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 1
    footer: tuple[str, ...] = ()
    merged_cells: str = ""
    missing_keys: str = ""
    members: str = ""
    member_names: str = ""
    control: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Ruled:
    """A decision of a procedure that stands above the contract today (``model.ruling``).

    ``closes``: no grant of the resource gives anything. ``closes_new``: nobody is granted it anew.
    ``comes_back``: it is for a time. ``since`` is None where the day is not fixed yet, ``until``
    the last day, None for no end; ``article`` is empty for our default.
    """

    procedure_id: str
    effect: str
    title: Text
    regulation: str
    article: str
    since: date | None
    until: date | None
    sharing: SharingType | None
    opening: OpenType | None
    closes: bool
    closes_new: bool
    comes_back: bool


@dataclass(frozen=True)
class DerivedSource:
    """What a derived resource was made of: ``columns`` of a resource at ``version`` (or when it was
    pulled), read under ``grant`` as it was then (``model.terms.Taken``, as a list)."""

    resource: str
    version: str
    columns: tuple[str, ...]
    grant: tuple[str, ...]


@dataclass(frozen=True)
class Derived:
    """Where a resource's rows were released: ``release`` and its ``entry`` of the ledger, to
    ``department``. ``mode`` is the strictest of what went in, ``until`` the earliest last day."""

    release: str
    entry: int
    department: str
    mode: SharingMode
    until: date | None
    sources: tuple[DerivedSource, ...]


@dataclass(frozen=True)
class Resource:
    """A catalogued data set of one provider. ``name`` is the table's name in a workspace."""

    id: str
    name: str
    title: Text
    version: str
    provider: str
    department: str
    library: LibraryKind
    sharing: Sharing
    columns: tuple[Column, ...]
    open_type: OpenType = OpenType.not_open
    open_conditions: str = ""
    obtained_on: date | None = None
    update_cycle: str = ""
    last_update: date | None = None
    provision_method: str = ""
    source_system: str = ""
    source: str = ""
    licence: str = ""
    quality: tuple[QualityRule, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    arrivals: tuple[Delivery, ...] = ()
    """How files that arrive are read: ``path`` is a pattern for their names."""
    provider_title: Text | None = None
    attached: AttachedSource | None = None
    """Where the rows are pulled from, for a resource that is attached and not ingested."""
    membership_told: bool = False
    """Whether a comparison may say that a key is not in the resource."""
    figure_status: FigureStatus = FigureStatus.final
    pass_on: bool | None = None
    """Whether what is made of it may be passed on; None where the provider does not say."""
    derived: Derived | None = None
    """What it was made of, for a result that was kept as a resource."""
    ruled: tuple[Ruled, ...] = field(default=(), repr=False)
    """What procedures decided that stands above the contract; its types are as decided."""
    contract: Resource | None = field(default=None, repr=False, compare=False)
    """What the contract alone says, where something was decided."""

    @property
    def closed(self) -> Ruled | None:
        """The decision by which no grant of it gives anything, if there is one."""
        return next((one for one in self.ruled if one.closes), None)

    @property
    def closed_to_new(self) -> Ruled | None:
        """The decision by which nobody is granted it anew."""
        return next((one for one in self.ruled if one.closes_new), None)

    @property
    def provider_shown(self) -> Text:
        """The provider's name for people; its id where the city gives no name."""
        return self.provider_title or Text(self.provider, self.provider)

    def column(self, name: str) -> Column | None:
        """The column of this name, as SQL compares names: without regard to case."""
        return self._columns.get(name.casefold())

    @cached_property
    def row_key(self) -> tuple[str, ...]:
        """The contract's primary key, or what is unique together. Empty where it has none."""
        for rule in self.quality:
            names = dict(rule.arguments).get("properties")
            if rule.metric == "duplicateValues" and not rule.column and isinstance(names, tuple):
                return tuple(c.name for c in self.columns if c.name in names)
        single = [c.name for c in self.columns if c.unique and c.required]
        return tuple(single) if len(single) == 1 else ()

    @cached_property
    def _columns(self) -> dict[str, Column]:
        """By folded name; of two that differ in case only, the first."""
        return {c.name.casefold(): c for c in reversed(self.columns)}
