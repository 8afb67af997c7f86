"""rebuild: derive books anew from the facts, and say value by value what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kwx_core.contracts.base import columns
from kwx_core.store.books import forget, parse, remember
from kwx_core.store.books import window as span_of
from kwx_core.store.catalog import BOOKS, COMPLETED, NOUNS, TABLES
from kwx_core.store.ledger import derive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb


@dataclass(frozen=True)
class Change:
    """One value that a rebuild changes; None on one side = the row is added or removed."""

    table_name: str
    row_key: str
    column_name: str
    old_value: str | None
    new_value: str | None


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: rows in the rebuilt tables before, and every change."""

    rows_before: int
    changes: list[Change]

    @property
    def rows_changed(self) -> int:
        """How many rows were added, removed or altered."""
        return len({(change.table_name, change.row_key) for change in self.changes})


def rebuilt(
    con: duckdb.DuckDBPyConnection,
    stages: Sequence[str],
    window: tuple[datetime, datetime],
) -> Rebuilt:
    """Derive the stages' books over a window and compare with what stood there.

    The caller holds the transaction: committing it writes the books, rolling back makes this
    the dry run. The same code does both, so that the dry run cannot promise anything else.
    """
    tables = [f"{stage}.{noun}" for stage in stages for noun in _nouns(stage)]
    for table in tables:
        con.execute(f"create or replace temp table {_before(table)} as select * from {table}")
    if "parsed" in stages:
        _parse_again(con, window)
    if "ledger" in stages:
        for noun in BOOKS:
            derive(con, noun, window)
    found = [change for table in tables for change in _changes(con, table)]
    before = sum(_count(con, _before(table)) for table in tables)
    for table in tables:
        con.execute(f"drop table {_before(table)}")
    return Rebuilt(before, found)


def _nouns(stage: str) -> list[str]:
    return [*NOUNS, "rejects"] if stage == "parsed" else list(BOOKS)


def _before(table: str) -> str:
    return "before_" + table.replace(".", "_")


def _parse_again(con: duckdb.DuckDBPyConnection, window: tuple[datetime, datetime]) -> None:
    rows = con.execute(
        "select min(landed_seq), max(landed_seq) + 1 from landed.requests "
        "where received_at >= $since and received_at < $until",
        {"since": window[0], "until": window[1]},
    ).fetchall()
    since, until = rows[0]
    if since is None:
        return
    read = dict(con.execute("select noun, until_seq from parsed.progress").fetchall())
    for noun in NOUNS:
        told = read.get(noun, 1)
        # What completes a row may have landed at any time, before this window or after it.
        first, end = (1, max(until, told)) if noun in COMPLETED else (since, until)
        over = span_of(con, first, end)
        forget(con, noun, over)
        parse(con, noun, over)
        # Note how far the noun has now read, where the window continues what had been read.
        if first <= told:
            remember(con, {noun: max(end, told)})


def _changes(con: duckdb.DuckDBPyConnection, table: str) -> list[Change]:
    """Every value that differs: all of a removed row, what moved in a kept one.

    An added row is one change, its key: what it says stands in the book itself.
    """
    contract, grain = TABLES[table].contract, TABLES[table].grain
    key = "concat_ws('|', " + ", ".join(f"coalesce(now.{k}, was.{k})::varchar" for k in grain) + ")"
    same = " and ".join(f"now.{k} = was.{k}" for k in grain)
    joined = f"from {table} as now full join {_before(table)} as was on {same}"
    lead = grain[0]
    found: list[Change] = []
    for column in columns(contract):
        kept = f"now.{lead} is not null and was.{lead} is not null"
        differs = f"({kept} and now.{column} is distinct from was.{column})"
        gone = f"(now.{lead} is null and was.{column} is not null)"
        fresh = f"was.{lead} is null" if column == lead else "false"
        rows = con.execute(
            f"select {key}, was.{column}::varchar, now.{column}::varchar {joined} "
            f"where {differs} or {gone} or {fresh} order by 1"
        ).fetchall()
        found += [Change(table, row, column, old, new) for row, old, new in rows]
    return found


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"select count(*) from {table}").fetchall()[0][0])
