"""The formulas of economic-operation analysis: Polars frames in, Polars frames out.

Nothing here reads a clock, a file or the store. Each formula's docstring gives the formula, units,
what becomes of a missing value, what raises, and its source; docs/economy.md has them in one table.
"""
