"""What a file's form could not hold as it was, named in its receipt."""

from __future__ import annotations

from enum import StrEnum


class Change(StrEnum):
    """Nothing is lost by the first five: the exact value stands as text in the place of a value
    of its type."""

    renamed = "renamed"
    """A column of a name that was there already got a suffix."""
    exact_numbers_as_text = "exact_numbers_as_text"
    """More than 15 significant digits, which a workbook's numbers do not hold."""
    old_dates_as_text = "old_dates_as_text"
    """Days before 1900-03-01 or after 9999-12-31, which a workbook does not count."""
    times_as_text = "times_as_text"
    """Times with a zone, or finer than a millisecond."""
    other_types_as_text = "other_types_as_text"
    """Values of a type that the form lacks: intervals, bytes, identifiers."""
    not_finite_as_text = "not_finite_as_text"
    """NaN and the infinities."""
    rounded = "rounded"
    """Floating-point numbers in a workbook: their 17th digit is not kept."""
    formula_like = "formula_like"
    """Text in a CSV that a spreadsheet would take for a formula; the file has it unchanged."""
