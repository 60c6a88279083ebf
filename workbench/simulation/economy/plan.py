"""``economy.yaml``: how the economy of a sample city goes. Read strictly; all of it is made up."""

from __future__ import annotations

from importlib import resources
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import Field

from workbench.catalogue.scenario_schema import Strict
from workbench.declared import schema
from workbench.declared.findings import raise_errors
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, parse, read
from workbench.errors import Text

SHIPPED = "economy.yaml"

Share = Annotated[float, Field(ge=0, le=1)]
Deviation = Annotated[float, Field(ge=0, le=2)]
Count = Annotated[float, Field(ge=0)]
Shares = Annotated[list[Annotated[float, Field(ge=-1, le=1)]], Field(min_length=2, max_length=2)]
Months = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)]
"""``[least, most]``, both included."""


class Tail(Strict):
    """Sizes above ``from`` times the middle are Pareto up to ``most`` times."""

    exponent: float = Field(gt=1)
    start: float = Field(gt=1, alias="from")
    most: float = Field(gt=1)


class Industry(Strict):
    """``code``: of two digits, GB/T 4754-2017. Units stand in the shipped file."""

    code: Annotated[str, Field(pattern=r"^\d{2}$")]
    share: Share
    output: float = Field(gt=0)
    growth: float = Field(gt=-0.5, lt=1)
    city: float = Field(ge=0)
    lag: int = Field(ge=-12, le=12)
    own: Deviation
    season: Share
    peak: int = Field(ge=1, le=12)
    festival: float = Field(gt=-1, lt=1)
    power: Count
    gas: Count
    exporters: Share
    abroad: Share
    people: Count
    tax: Share
    industrial: bool


class Cycle(Strict):
    months: int = Field(ge=12)
    depth: Deviation
    news: Deviation


class Counties(Strict):
    growth: Deviation
    drift: Deviation


class Enterprise(Strict):
    news: Deviation
    lasts: Share
    alone: Deviation


class Noise(Strict):
    power: Deviation
    invoices: Deviation
    output: Deviation
    exports: Deviation


class Planted(Strict):
    """``count``: for 10,000 enterprises and a year; of areas in four years."""

    count: Count
    depth: Shares
    over: Months
    lasts: Months


class Events(Strict):
    stop: Planted
    cut: Planted
    tax_slide: Planted
    employment_loss: Planted
    export_loss: Planted
    credit: Planted


class Areas(Strict):
    industry_shock: Planted
    county_slump: Planted


class Innocent(Strict):
    maintenance: Count
    meter: Count
    campaign: Count


class Revision(Strict):
    depth: Shares


class Credit(Strict):
    ordinary: Count
    sliding: float = Field(ge=1)


class Price(Strict):
    """``growth``: of the logarithm in a year; ``news``: deviation of a month's; ``lasts``: the part
    of it that goes on into the next."""

    growth: float = Field(gt=-0.5, lt=0.5)
    news: Deviation
    lasts: Annotated[float, Field(ge=0, lt=1)]


class Plan(Strict):
    tail: Tail
    industries: Annotated[list[Industry], Field(min_length=2)]
    spread: Deviation
    cycle: Cycle
    counties: Counties
    enterprise: Enterprise
    births: Share
    deaths: Share
    noise: Noise
    events: Events
    areas: Areas
    innocent: Innocent
    revision: Revision
    projects: Share
    deals: Count
    credit: Credit
    prices: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Price] = Field(
        default_factory=dict
    )


def plan_in(file: FilePath) -> Plan:
    """Raises InvalidInput with every mistake, its line and what to write instead."""
    return _plan(read(file, file.name))


def shipped() -> Plan:
    text = (resources.files("workbench.simulation") / "shipped" / SHIPPED).read_bytes()
    return _plan(parse(text, SHIPPED))


def _plan(document: Document) -> Plan:
    plan, misfits = schema.validate(Plan, document.value, document)
    notes = Notes(document, [*document.findings, *misfits])
    if plan is not None:
        _judge(plan, notes)
    raise_errors(notes.found)
    if plan is None:
        raise AssertionError  # without a plan there is an error
    return plan


def _judge(plan: Plan, notes: Notes) -> None:
    """What one value alone does not show."""
    seen: set[str] = set()
    for number, industry in enumerate(plan.industries):
        if industry.code in seen:
            problem = Text(f"行业 {industry.code} 重复", f"industry {industry.code} is there twice")
            fix = Text("删去一个。", "Remove one of them.")
            notes.error(("industries", number, "code"), problem, fix)
        seen.add(industry.code)
    for group in ("events", "areas"):
        for kind, planted in getattr(plan, group):
            for name in ("depth", "over", "lasts"):
                least, most = getattr(planted, name)
                if least > most:
                    fix = Text("写成 [小, 大]。", "Write [least, most].")
                    problem = Text("范围颠倒", "the range is upside down")
                    notes.error((group, kind, name), problem, fix)
