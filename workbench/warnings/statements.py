"""What is asked for a rule: its inputs by subject and month, and the register. Pure.

Months are written into a statement as literals: they come from dates, never from text.
"""

from __future__ import annotations

from datetime import date

from workbench.warnings.definition import Rule


def of_input(rule: Rule, name: str, first: date, last: date) -> str:
    """``subject, month, NAME`` of the months from ``first`` to ``last``, a row where there is a
    record."""
    each = rule.inputs[name]
    within = f"{each.month} between date '{first.isoformat()}' and date '{last.isoformat()}'"
    where = f"({each.where}) and {within}" if each.where else within
    return (
        f"select {each.subject} as subject, {each.month} as month, "  # noqa: S608 - a checked file
        f"cast({each.value} as double) as {name} from {each.resource} where {where} group by 1, 2"
    )


def of_register(rule: Rule) -> str:
    """``subject, county, industry, closed`` of all that were ever entered."""
    it = rule.register_
    return (
        f"select {it.subject} as subject, {it.county} as county, "  # noqa: S608 - a checked file
        f"{it.industry} as industry, cast({it.closed or 'null'} as date) as closed "
        f"from {it.resource}"
    )
