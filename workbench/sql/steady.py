"""Whether a statement over the same data gives the same answer each time it is asked.

Written against DuckDB 1.5.5, and by hand: the engine calls ``age(x)`` and ``getvariable`` steady.
What is not known to be so is not; a test compares with what the engine says itself.
"""

from __future__ import annotations

from workbench.model.read_set import ReadSet, StatementKind
from workbench.sql.functions import ALLOWED
from workbench.sql.tokens import Unreadable, readable, tokens
from workbench.sql.words import words

CHANGING = words("""
    age ago current_catalog current_database current_date current_localtime current_localtimestamp
    current_query current_role current_schema current_schemas current_user currval gen_random_uuid
    get_current_time get_current_timestamp getvariable in_search_path nextval now pg_timezone_names
    random reservoir_quantile session_user setseed today transaction_timestamp user uuid uuidv4
    uuidv7 version
    """)
"""Functions whose answer is another by the time, by chance, or by who asks and what they set."""

_NAMED_IN_TEXT = words(
    "aggregate array_aggr array_aggregate json_deserialize_sql list_aggr list_aggregate"
)
"""They call whatever a text names."""

_BARE = words(
    "current_catalog current_date current_role current_schema current_time current_timestamp "
    "current_user localtime localtimestamp sample session_user tablesample user"
)
"""Words that change without a parenthesis after them: a column of such a name counts as well."""

STEADY = ALLOWED - CHANGING - _NAMED_IN_TEXT


def steady(sql: str, reads: ReadSet) -> bool:
    """``reads`` is what ``inspect`` says of ``sql``. Never raises, whatever the text."""
    if reads.kind is not StatementKind.query or not reads.complete:
        return False
    if not {name.casefold() for name in reads.functions} <= STEADY:
        return False
    try:
        found = tokens(readable(sql))
    except Unreadable:
        return False
    return bool(found) and not any(token.word and token.folded in _BARE for token in found)
