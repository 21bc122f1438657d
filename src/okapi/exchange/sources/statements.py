"""One layer of reading only: a statement that is one query, with functions that only compute.

It is parsed with sqlglot, and what is not known to be harmless is refused. A server is sent what
was understood, written anew without comments, so that it cannot understand something else. This
is never the only layer: the connection is read-only as well, and its time is limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from okapi.core.errors import Refused
from okapi.exchange.sources.kinds import SourceKind

if TYPE_CHECKING:
    from sqlglot.expressions import Query

LONGEST = 20_000
_DIALECTS = {
    SourceKind.POSTGRESQL: "postgres",
    SourceKind.MYSQL: "mysql",
    SourceKind.SQLITE: "sqlite",
    SourceKind.DUCKDB: "duckdb",
}
# By their classes' names in sqlglot: what changes something, or reaches beyond a query.
_FORBIDDEN = (
    "Alter", "Analyze", "Attach", "Block", "Command", "Commit", "Copy", "Create", "Delete",
    "Describe", "Detach", "Drop", "Execute", "Export", "Grant", "Hint", "Insert", "Into", "Kill",
    "LoadData", "Lock", "Merge", "NextValueFor", "Parameter", "Placeholder", "Pragma", "Refresh",
    "Revoke", "Rollback", "SessionParameter", "Set", "Show", "Summarize", "Transaction",
    "TruncateTable", "Uncache", "Update", "Use",
)  # fmt: skip
# What sqlglot has no class of its own for. Servers have functions that sleep, write and reach out.
_NAMES = """
    adddate age array_agg array_length array_to_string bit_and bit_or bool_and bool_or btrim
    char_length clock_timestamp concat concat_ws convert_tz cume_dist curdate current_date
    current_timestamp curtime date date_bin date_format date_part date_trunc datediff datetime
    day dayname dayofmonth dayofweek dayofyear dense_rank div elt every field find_in_set
    first_value floor format from_days from_unixtime greatest grouping hex hour if ifnull
    initcap instr isfinite isnull json_array_elements json_array_elements_text json_build_object
    json_each json_each_text json_extract json_extract_path_text json_unquote json_value
    jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_each jsonb_each_text
    jsonb_extract_path_text jsonb_to_recordset json_to_recordset julianday justify_days
    justify_hours justify_interval lag last_day last_value lcase lead least left length locate
    log10 lower lpad ltrim make_date make_interval make_timestamp make_timestamptz makedate
    microsecond mid min_scale minute mod mode month monthname now nth_value ntile num_nonnulls
    num_nulls nullif octet_length overlay percent_rank percentile_cont percentile_disc period_add
    period_diff position power quarter rank regexp_count regexp_like regexp_match regexp_matches
    regexp_replace regexp_split_to_table regexp_substr regr_intercept regr_r2 regr_slope repeat
    replace reverse right round row_number rpad rtrim scale sec_to_time second split_part
    statement_timestamp std stddev stddev_pop stddev_samp str_to_date strftime string_agg
    string_to_array strpos subdate substr substring substring_index sysdate time time_format
    time_to_sec timediff timestampadd timestampdiff timezone to_char to_date to_days to_number
    to_timestamp translate trim trim_scale trunc truncate ucase unhex unistr unixepoch
    unix_timestamp unnest upper utc_date utc_time utc_timestamp var_pop var_samp variance week
    weekday weekofyear width_bucket year yearweek
"""
_COMPUTING = frozenset(_NAMES.split())


def checked(query: str, kind: SourceKind) -> str:
    """The statement as it is sent. `Refused` (`source.query_…`) unless it only reads."""
    text = query.strip().removesuffix(";").rstrip()
    if not text:
        raise Refused("source.query_empty", field="query")
    if len(text) > LONGEST or "\0" in text:
        raise Refused("text.too_long", field="query", found=len(text), most=LONGEST)
    tree = _parsed(text, kind)
    for found in _not_reading(tree, names_functions=kind.is_server):
        raise Refused("source.query_writes", field="query", found=found[:60])
    return _written(tree, kind) if kind.is_server else text


def _written(tree: Query, kind: SourceKind) -> str:
    """The same statement anew; what this server has no words for is refused, never left out."""
    from sqlglot.errors import ErrorLevel, UnsupportedError

    try:
        written: str = tree.sql(
            dialect=_DIALECTS[kind], comments=False, unsupported_level=ErrorLevel.RAISE
        )
    except UnsupportedError as wrong:
        raise Refused("source.query_unreadable", field="query", found=str(wrong)[:60]) from None
    return written


def _parsed(text: str, kind: SourceKind) -> Query:
    import sqlglot
    from sqlglot import exp

    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=_DIALECTS[kind]) if tree is not None]
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as wrong:
        raise Refused("source.query_unreadable", field="query", found=_where(wrong)) from None
    if len(trees) != 1:
        raise Refused("source.query_several", field="query", found=len(trees))
    if not isinstance(trees[0], exp.Query):
        raise Refused("source.query_writes", field="query", found=text.split(None, 1)[0][:60])
    return trees[0]


def _where(wrong: Exception) -> str:
    """Where the parser stopped, as far as it says."""
    told = getattr(wrong, "errors", None) or [{}]
    return str(told[0].get("highlight") or "")[:60]


def _not_reading(tree: Query, *, names_functions: bool) -> Iterator[str]:
    """What in the tree does more than read, as far as a parser sees it."""
    from sqlglot import exp

    forbidden = tuple(getattr(exp, name) for name in _FORBIDDEN if hasattr(exp, name))
    for node in tree.walk():
        if isinstance(node, forbidden):
            yield type(node).__name__.upper()
        elif names_functions and isinstance(node, exp.Anonymous):
            name = str(node.this)
            if name.lower() not in _COMPUTING:
                yield f"{name}()"
