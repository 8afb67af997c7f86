"""What moves between a book as it stands and as it would be, row by row and value by value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import columns

if TYPE_CHECKING:
    import duckdb

    from kwx_core.store.catalog import Table

# Stands for every row of a book that was empty before, in a change's row_key and column_name.
EVERY = "*"


@dataclass(frozen=True)
class Moved:
    """How many rows of a table moved, and whether it was empty before."""

    table: Table
    rows: int
    is_first: bool = False


def find(con: duckdb.DuckDBPyConnection, table: Table, was: str, now: str, within: str) -> Moved:
    """Put every row that differs into the temporary table `moved`.

    `was` and `now` name relations of the table's columns; `within` says of `was` which of its
    rows would go where `now` has none. A row has `was` and `now`, null where it is added or gone.
    """
    lead = table.grain[0]
    same = _same(table, "was", "now")
    differs = " or ".join(
        f"was.{column} is distinct from now.{column}" for column in columns(table.contract)
    )
    counted = con.execute(
        f"""
        create or replace temp table moved as
        select if(was.{lead} is null, null, was) as was, if(now.{lead} is null, null, now) as now
        from {was} as was
        full join {now} as now on {same}
        where (now.{lead} is not null or ({within})) and ({differs})
        """
    ).fetchall()
    return Moved(table, int(counted[0][0]))


def apply(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Bring the table to what `moved` says; what did not move is not touched."""
    same = " and ".join(f"present.{key} = moved.was.{key}" for key in table.grain)
    con.execute(f"delete from {table.name} as present using moved where {same}")
    con.execute(
        f"insert into {table.name} by name "
        "select unnest(now) from (select now from moved where now is not null)"
    )


def changes(con: duckdb.DuckDBPyConnection, found: Moved) -> pl.DataFrame:
    """Every value in `moved` that differs: all of a removed row, what moved in a kept one.

    An added row is one change, its key: what it says stands in the book itself; so is a whole
    book that was empty before. Columns: table_name, row_key, column_name, old_value, new_value.
    """
    table = found.table
    if found.is_first:
        told = [(table.name, EVERY, EVERY, None, f"{found.rows} rows")] if found.rows else []
        return pl.DataFrame(told, schema=_COLUMNS, orient="row")
    key = ", ".join(f"coalesce(now.{part}, was.{part})::varchar" for part in table.grain)
    lead = table.grain[0]
    values = " union all ".join(
        f"""
        select '{table.name}' as table_name, concat_ws('|', {key}) as row_key,
            '{column}' as column_name,
            was.{column}::varchar as old_value, now.{column}::varchar as new_value
        from moved
        where was.{column} is distinct from now.{column}
            and (was is not null or '{column}' = '{lead}')
        """
        for column in columns(table.contract)
    )
    return con.execute(f"select * from ({values}) order by row_key").pl()


def doubled(table: Table, rows: int) -> tuple[int, pl.DataFrame]:
    """The change that takes away the further copies of rows: how many, and as a change."""
    told = [(table.name, EVERY, EVERY, f"{rows} doubled rows", None)] if rows else []
    return rows, pl.DataFrame(told, schema=_COLUMNS, orient="row")


_COLUMNS = dict.fromkeys(
    ("table_name", "row_key", "column_name", "old_value", "new_value"), pl.String
)


def _same(table: Table, one: str, other: str) -> str:
    return " and ".join(f"{one}.{key} = {other}.{key}" for key in table.grain)
