"""A person's query: one SELECT, in a read-only transaction, with a time and a row limit.

Both guards are needed. `copy ... to` runs inside a read-only transaction, and
`explain analyze copy` is typed as an explain; so the statement must be a SELECT *and* the
transaction must be read-only. External access is off for the whole instance.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import duckdb

from kwx_core.errors import StatementRefused

if TYPE_CHECKING:
    import polars as pl

TIME_LIMIT_SECONDS = 30.0  # a person waits; the service must not
_FIRST_WORD = re.compile(r"(?:\s|--[^\n]*\n|\()*(?:select|with|from|values)\b", re.IGNORECASE)
ROW_LIMIT = 1_000_000  # more belongs into a snapshot


def people_query(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The rows of one reading statement.

    Raises:
        StatementRefused: it is not exactly one SELECT, it fails, takes too long or yields too much.
    """
    cursor = con.cursor()
    timer = threading.Timer(TIME_LIMIT_SECONDS, cursor.interrupt)
    timer.daemon = True
    try:
        _require_one_select(cursor, query)
        cursor.execute("begin transaction read only")
        timer.start()
        return _limited(cursor, query)
    except duckdb.InterruptException as error:
        raise StatementRefused(f"stopped after {TIME_LIMIT_SECONDS:.0f} seconds") from error
    except duckdb.Error as error:
        raise StatementRefused(str(error).splitlines()[0]) from error
    finally:
        timer.cancel()
        cursor.close()


def _require_one_select(cursor: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = cursor.extract_statements(query)
    if len(statements) != 1:
        raise StatementRefused(f"one statement at a time, not {len(statements)}")
    # `pragma database_list` is typed as a SELECT, so the first word counts, too.
    if not _FIRST_WORD.match(query):
        raise StatementRefused("only a SELECT is read here")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise StatementRefused(f"only SELECT is read here, not {statements[0].type.name}")


def _limited(cursor: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    found = cursor.sql(query)
    if found is None:
        raise StatementRefused("the statement yields no rows")
    rows = found.limit(ROW_LIMIT + 1).pl()
    if rows.height > ROW_LIMIT:
        raise StatementRefused(f"more than {ROW_LIMIT} rows; narrow the query")
    return rows
