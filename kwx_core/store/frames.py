"""Frames in, frames out: names and types are checked whenever a table is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from kwx_core.contracts.base import C, Contract, Frame, columns
from kwx_core.errors import ContractBroken
from kwx_core.store.catalog import TABLE_OF
from kwx_core.store.queries import bound

if TYPE_CHECKING:
    import duckdb
    import polars as pl


def frame(con: duckdb.DuckDBPyConnection, query: str, values: dict[str, Any]) -> pl.DataFrame:
    """The result of a SELECT as a Polars frame."""
    return con.execute(query, bound(query, values)).pl()


def read(
    con: duckdb.DuckDBPyConnection, contract: type[C], query: str | None, values: dict[str, Any]
) -> Frame[C]:
    """Rows that a query yields, or a whole table, as a frame of the contract.

    Names and types are checked; values were checked when they were written.

    Raises:
        ContractBroken: the query does not yield the contract's columns and types.
    """
    text = query or f"select {', '.join(columns(contract))} from {TABLE_OF[contract].name}"
    found = frame(con, text, values)
    expected = types(contract)
    if dict(found.schema) != expected:
        wrong = sorted(set(found.schema.items()) ^ set(expected.items()), key=lambda item: item[0])
        raise ContractBroken(f"{contract.__name__} was read with other columns: {wrong}")
    return cast("Frame[C]", found)


def types(contract: type[Contract]) -> dict[str, pl.DataType]:
    """The contract's column types by name, in order."""
    return {name: column.dtype.type for name, column in contract.to_schema().columns.items()}


def append(con: duckdb.DuckDBPyConnection, contract: type[C], rows: Frame[C]) -> int:
    """Add the facts that are not there yet, by grain; how many were added.

    The caller holds the transaction.
    """
    table = TABLE_OF[contract]
    if rows.is_empty():
        return 0
    same = " and ".join(f"present.{key} = fresh.{key}" for key in table.grain)
    con.register("fresh_rows", rows)
    try:
        added = con.execute(f"""
            insert into {table.name} by name
            select * from fresh_rows as fresh
            anti join {table.name} as present on {same}
        """).fetchall()
    finally:
        con.unregister("fresh_rows")
    return int(added[0][0])
