"""ref: data/*.csv loaded whole, so that a correction of a fact is a change of a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandera.errors
import polars as pl

from kwx_core.errors import ReferenceRefused
from kwx_core.resources import text
from kwx_core.store.catalog import REFERENCE, TABLES
from kwx_core.store.database import transaction
from kwx_core.store.frames import types

if TYPE_CHECKING:
    import duckdb


def load(con: duckdb.DuckDBPyConnection) -> None:
    """Replace every reference table by its file; one transaction.

    Raises:
        ReferenceRefused: a file lacks a column, or a value has the wrong type.
    """
    with transaction(con):
        for noun in REFERENCE:
            _load(con, noun)


def declare(con: duckdb.DuckDBPyConnection, noun: str, rows: pl.DataFrame) -> None:
    """Put an account's own rows in the place of the file's, by grain; one transaction.

    They last until the next `kwx init`: for an exchange that is known to differ.
    """
    table = TABLES[f"ref.{noun}"]
    same = " and ".join(f"present.{key} = declared_rows.{key}" for key in table.grain)
    con.register("declared_rows", table.contract.validate(rows))
    try:
        with transaction(con):
            con.execute(f"delete from {table.name} as present using declared_rows where {same}")
            con.execute(f"insert into {table.name} by name select * from declared_rows")
    finally:
        con.unregister("declared_rows")


def _load(con: duckdb.DuckDBPyConnection, noun: str) -> None:
    table = TABLES[f"ref.{noun}"]
    rows = _rows(noun, text("data", f"{noun}.csv"))
    con.register("reference_rows", rows)
    try:
        con.execute(f"delete from {table.name}")
        con.execute(f"insert into {table.name} by name select * from reference_rows")
    finally:
        con.unregister("reference_rows")


def _rows(noun: str, content: str) -> pl.DataFrame:
    contract = TABLES[f"ref.{noun}"].contract
    wanted = types(contract)
    read = pl.read_csv(io.StringIO(content), infer_schema=False)
    missing = sorted(set(wanted) - set(read.columns))
    if missing:
        raise ReferenceRefused(f"data/{noun}.csv lacks {', '.join(missing)}")
    try:
        typed = read.select(_typed(name, kind) for name, kind in wanted.items())
        return contract.validate(typed)
    except (pl.exceptions.PolarsError, pandera.errors.SchemaError) as error:
        raise ReferenceRefused(f"data/{noun}.csv: {str(error).splitlines()[0]}") from error


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Boolean:
        return column.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    if isinstance(kind, pl.Datetime):
        return column.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us").dt.replace_time_zone(
            "UTC"
        )
    if kind == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(kind)
