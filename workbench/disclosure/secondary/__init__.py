"""What has to be withheld beside a withheld cell, so that nobody works it out from the totals.

A pure part: no store, no engine, no clock of its own. See docs/secondary.md.
"""

from workbench.disclosure.secondary.audit import Bounds, audit, unprotected
from workbench.disclosure.secondary.crossing import ALL
from workbench.disclosure.secondary.levels import Levels, count_protection, protection
from workbench.disclosure.secondary.optimum import Optimum, optimum
from workbench.disclosure.secondary.suppress import Pattern, suppress
from workbench.disclosure.secondary.table import NOBODY, Equation, Table

__all__ = [
    "ALL",
    "NOBODY",
    "Bounds",
    "Equation",
    "Levels",
    "Optimum",
    "Pattern",
    "Table",
    "audit",
    "count_protection",
    "optimum",
    "protection",
    "suppress",
    "unprotected",
]
