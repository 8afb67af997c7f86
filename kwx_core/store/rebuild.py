"""rebuild: derive books anew from the facts, and say value by value what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.store import moves
from kwx_core.store.books import forget, parse, remember
from kwx_core.store.books import window as span_of
from kwx_core.store.catalog import (
    BOOKS,
    COMPLETED,
    NOUNS,
    PARSED,
    REBUILT_STAGES,
    TABLES,
    parsed_table,
)
from kwx_core.store.database import restore
from kwx_core.store.ledger import derive
from kwx_core.store.queries import bound, select

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from kwx_core.store.catalog import Table


EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
Moves = tuple[int, pl.DataFrame]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: rows in the rebuilt tables before, rows that moved, every change.

    `changes` has table_name, row_key, column_name, old_value, new_value; see `moves.changes`.
    """

    rows_before: int
    rows_changed: int
    changes: pl.DataFrame


def rebuilt(
    con: duckdb.DuckDBPyConnection,
    stages: Sequence[str],
    window: tuple[datetime, datetime],
) -> Rebuilt:
    """Derive the stages' books over a window and compare with what stood there, if anything did.

    The caller holds the transaction: committing it writes the books, rolling back makes this
    the dry run. The same code does both, so that the dry run cannot promise anything else.
    """
    restore(con, REBUILT_STAGES)
    tables = [table for stage in stages for table in _tables(stage)]
    before = sum(_count(con, table) for table in tables)
    moved, found = 0, []
    for stage in stages:
        again = _parsed_again if stage == "parsed" else _derived_again
        for rows, changes in again(con, window):
            moved += rows
            found.append(changes)
    if "ledger" in stages:
        repairs = _repairs(con, pl.concat(found), window)
        moved += repairs.n_unique(["table_name", "row_key"])
        found.append(repairs)
    return Rebuilt(before, moved, pl.concat(found))


def _tables(stage: str) -> list[Table]:
    names = [*PARSED, "parsed.rejects"] if stage == "parsed" else [f"ledger.{n}" for n in BOOKS]
    return [TABLES[name] for name in names]


def _derived_again(
    con: duckdb.DuckDBPyConnection, window: tuple[datetime, datetime]
) -> Iterator[Moves]:
    for noun in BOOKS:
        yield _single(con, TABLES[f"ledger.{noun}"])
        moved = derive(con, noun, window)
        yield moved.rows, moves.changes(con, moved)


def _parsed_again(
    con: duckdb.DuckDBPyConnection, window: tuple[datetime, datetime]
) -> Iterator[Moves]:
    """Parse into an emptied window, and compare with a copy: a row may leave another window."""
    tables = {table.name.replace("parsed.", "before_"): table for table in _tables("parsed")}
    for before, table in tables.items():
        yield _single(con, table)
        con.execute(f"create or replace temp table {before} as select * from {table.name}")
    if window == EVER:
        # Not only what some landing accounts for: a row without one goes, too.
        for table in tables.values():
            con.execute(f"delete from {table.name}")
        con.execute("delete from parsed.progress")
    _parse_again(con, window)
    for before, table in tables.items():
        moved = moves.find(con, table, before, table.name, "true")
        yield moved.rows, moves.changes(con, moved)
        con.execute(f"drop table {before}")


def _single(con: duckdb.DuckDBPyConnection, table: Table) -> Moves:
    """Leave one row of each grain: no maker doubles one, and a comparison would not see it."""
    grain = ", ".join(table.grain)
    twice = f"select exists (select 1 from {table.name} group by {grain} having count(*) > 1)"
    deleted = 0
    if con.execute(twice).fetchall()[0][0]:
        rows = con.execute(
            f"delete from {table.name} where rowid not in "
            f"(select min(rowid) from {table.name} group by {grain})"
        ).fetchall()
        deleted = int(rows[0][0])
    return moves.doubled(table, deleted)


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
    # What completes a row may have landed at any time, before this window or after it.
    whole = {parsed_table(noun) for noun in COMPLETED}
    spans = {
        noun: (1, max(until, read.get(noun, 1))) if parsed_table(noun) in whole else (since, until)
        for noun in NOUNS
    }
    # Two makers may fill one table: all is forgotten before any of it is read.
    for noun, span in spans.items():
        forget(con, noun, span_of(con, *span))
    for noun, span in spans.items():
        parse(con, noun, span_of(con, *span))
    # Note how far the nouns have now read, where the window continues what had been read.
    told = {noun: read.get(noun, 1) for noun in NOUNS}
    remember(
        con,
        {noun: max(end, told[noun]) for noun, (first, end) in spans.items() if first <= told[noun]},
    )


def _repairs(
    con: duckdb.DuckDBPyConnection, found: pl.DataFrame, window: tuple[datetime, datetime]
) -> pl.DataFrame:
    """What the predecessor's books had said of rows that now say something else.

    Its books were a person's until the first rebuild that writes, so they are the old value.
    """
    query = select("report", "repairs")
    values = bound(query, {"since": window[0], "until": window[1]})
    told = ["table_name", "row_key", "column_name"]
    repairs = con.execute(query, values).pl()
    return repairs.join(found, on=told, how="anti", maintain_order="left")


def _count(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    return int(con.execute(f"select count(*) from {table.name}").fetchall()[0][0])
