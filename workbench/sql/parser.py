"""DuckDB's parser, in an instance of its own that holds nothing and can reach nothing."""

from __future__ import annotations

from functools import cache

import duckdb


def statement_types(sql: str) -> tuple[str, ...]:
    """The types of the statements of ``sql``, in order. Raises duckdb.Error for bad syntax.

    Only for text whose first word was looked at: extracting IMPORT DATABASE opens its file.
    """
    found = _instance().cursor().extract_statements(sql)
    return tuple(_TYPES.get(statement.type, "unknown") for statement in found)


def parameter_names(sql: str) -> tuple[str, ...]:
    """What the one statement of ``sql`` leaves open: ``1``, ``2`` ... for ``?`` and ``$1``, else
    names. Empty for several statements. Raises duckdb.Error; for screened text only, as above."""
    found = _instance().cursor().extract_statements(sql)
    named = found[0].named_parameters if len(found) == 1 else ()
    return tuple(
        sorted(named, key=lambda name: (len(name), name) if name.isdigit() else (99, name))
    )


@cache
def engine_functions() -> frozenset[str]:
    """The names of all functions that the engine at hand knows, in lower case. Pragmas are left
    out: only a PRAGMA statement reaches them."""
    rows = (
        _instance()
        .cursor()
        .execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type <> 'pragma'"
        )
    )
    return frozenset(str(name).casefold() for (name,) in rows.fetchall())


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    """One per process, because opening one takes 15 ms. It is never written to."""
    return duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "lock_configuration": "true",
        },
    )


_TYPES = {value: name for name, value in duckdb.StatementType.__members__.items()}
