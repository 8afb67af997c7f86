"""rebuild: derive books anew from the facts, and say value by value what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.store import moves
from kwx_core.store.books import forget, parse, remember
from kwx_core.store.books import window as span_of
from kwx_core.store.catalog import BOOKS, NOUNS, REBUILT_STAGES, TABLES
from kwx_core.store.database import restore
from kwx_core.store.ledger import derive

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
    nouns = {"parsed": [*NOUNS, "rejects"], "ledger": list(BOOKS)}
    tables = [TABLES[f"{stage}.{noun}"] for stage in stages for noun in nouns[stage]]
    before = sum(_count(con, table) for table in tables)
    moved, found = 0, []
    for stage in stages:
        again = _parsed_again if stage == "parsed" else _derived_again
        for rows, changes in again(con, window):
            moved += rows
            found.append(changes)
    return Rebuilt(before, moved, pl.concat(found))


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
    names = [*NOUNS, "rejects"]
    for noun in names:
        yield _single(con, TABLES[f"parsed.{noun}"])
        con.execute(f"create or replace temp table before_{noun} as select * from parsed.{noun}")
    if window == EVER:
        # Not only what some landing accounts for: a row without one goes, too.
        for noun in (*names, "progress"):
            con.execute(f"delete from parsed.{noun}")
    _parse_again(con, window)
    for noun in names:
        table = TABLES[f"parsed.{noun}"]
        moved = moves.find(con, table, f"before_{noun}", table.name, "true")
        yield moved.rows, moves.changes(con, moved)
        con.execute(f"drop table before_{noun}")


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
    over = span_of(con, since, until)
    for noun in NOUNS:
        forget(con, noun, over)
        parse(con, noun, over)
    _reach(con, (since, until))


def _reach(con: duckdb.DuckDBPyConnection, window: tuple[int, int]) -> None:
    """Note how far the nouns have now read, where the window continues what had been read."""
    read = dict(con.execute("select noun, until_seq from parsed.progress").fetchall())
    remember(
        con,
        {
            noun: max(window[1], read.get(noun, 1))
            for noun in NOUNS
            if window[0] <= read.get(noun, 1)
        },
    )


def _count(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    return int(con.execute(f"select count(*) from {table.name}").fetchall()[0][0])
