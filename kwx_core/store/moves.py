"""What moves between a book as it stands and as it would be, row by row and value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwx_core.contracts.base import columns

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from kwx_core.store.catalog import Table


def find(con: duckdb.DuckDBPyConnection, table: Table, was: str, now: str, within: str) -> int:
    """Put every row that differs into the temporary table `moved`; how many there are.

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
    return int(counted[0][0])


def apply(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Bring the table to what `moved` says; what did not move is not touched."""
    same = " and ".join(f"present.{key} = moved.was.{key}" for key in table.grain)
    con.execute(f"delete from {table.name} as present using moved where {same}")
    con.execute(
        f"insert into {table.name} by name "
        "select unnest(now) from (select now from moved where now is not null)"
    )


def changes(con: duckdb.DuckDBPyConnection, table: Table) -> pl.DataFrame:
    """Every value in `moved` that differs: all of a removed row, what moved in a kept one.

    An added row is one change, its key: what it says stands in the book itself. Columns:
    table_name, row_key, column_name, old_value, new_value.
    """
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


def _same(table: Table, one: str, other: str) -> str:
    return " and ".join(f"{one}.{key} = {other}.{key}" for key in table.grain)
