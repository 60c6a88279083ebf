"""What is answered about told statistics, as strict models. No amount, no entity, and no number of
entities between none and the threshold."""

from __future__ import annotations

from datetime import date, datetime

from workbench.disclosure.telling.sizes import Size
from workbench.gateway.answers import Answer, Said


class RuleCount(Answer):
    """Figures that a rule withheld."""

    rule: str
    told: Said
    figures: int


class ToldLine(Answer):
    """What one department was told of one resource. ``cells`` were told, of all columns together,
    and stand in the books; ``withheld`` figures by all rules. ``rules`` says by which, and is null
    for whom it was told. ``book``: whether there is one; ``destroyed``: when the last one was."""

    resource: str
    resource_title: Said
    provider: str
    department: str
    department_title: Said
    page: str
    releases: int
    noisy: int
    cells: int
    withheld: int
    rules: list[RuleCount] | None
    first: datetime | None
    last: datetime | None
    book: bool
    destroyed: datetime | None
    checks: bool


class ToldPage(Answer):
    """``most``: the cells of the line with most. ``is_behind``: some releases are not counted
    yet."""

    total: int
    most: int
    is_behind: bool
    lines: list[ToldLine]


class Entities(Answer):
    """So many, or ``fewer_than`` so many: exactly one of the two is there."""

    number: int | None
    fewer_than: int | None

    @classmethod
    def of(cls, size: Size) -> Entities:
        return cls(number=size.number, fewer_than=size.fewer_than)


class PartClass(Answer):
    """Entities whose smallest part has from ``least`` to ``most`` of them; ``percent`` is null for
    some that are fewer than the threshold."""

    least: int
    most: int | None
    percent: int | None


class Parts(Answer):
    """The parts that told cells tell apart; of ``determined`` the figure follows."""

    parts: int
    determined: int
    entities: Entities
    smallest: Entities
    median: Entities
    classes: list[PartClass]
    strict: bool


class ToldColumn(Answer):
    """``column`` is empty for the number of rows. ``percent`` of the resource's entities stand in
    a told cell. ``parts`` is null where it was not worked out, and for whom it was told."""

    column: str
    title: Said
    cells: int
    withheld: int
    first: datetime
    last: datetime
    parts: Parts | None
    percent: int | None


class ToldDay(Answer):
    day: date
    cells: int


class ToldDetail(Answer):
    """``k``: the threshold. ``ready`` is False while parts are worked out: ask again."""

    line: ToldLine
    k: int
    columns: list[ToldColumn]
    days: list[ToldDay]
    is_behind: bool
    ready: bool


class FollowsAnswer(Answer):
    """Parts that may not be told and would follow: see ``docs/output-checking.md``."""

    parts: int
    determined: int
    combined: int
    bounded: int | None
    at_least: bool
    strict: bool


class PairAnswer(Answer):
    """``other`` is empty for the department's own book. ``follows`` is null where the time was over
    before it was worked out."""

    column: str
    title: Said
    other: str
    other_title: Said
    follows: FollowsAnswer | None


class SpentAnswer(Answer):
    """Epsilons of a grant's privacy budget."""

    grant: str
    scenario: str
    total: float
    spent: float


class ToldOpen(Answer):
    """What stays open. ``ready`` is False while it is worked out: ask again."""

    line: ToldLine
    k: int
    alone: list[PairAnswer]
    pairs: list[PairAnswer]
    noise: list[SpentAnswer]
    limits: list[Said]
    ready: bool


class ReleaseLine(Answer):
    """One release of the statistics tier. ``cells`` is null where it added to no book; ``kept`` is
    the entry that released it first; ``epsilon`` what it charged."""

    seq: int
    at: datetime
    person: str
    viewer: str
    department: str
    department_title: Said
    scenario: str
    purpose: str
    resources: list[str]
    statement: str
    outcome: str
    rows: int | None
    cells: int | None
    withheld: int
    rules: list[RuleCount]
    k: int | None
    epsilon: float | None
    epsilon_spent: float | None
    kept: int | None
    release: str


class ReleasePage(Answer):
    """``before`` asks for the next page; null where there is none. ``whole`` is False where the
    time was over before the page was full."""

    lines: list[ReleaseLine]
    before: int | None
    whole: bool
