"""What rows come to as one sha256: the same text for the same values, in whichever file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.store.catalog import TABLES
from kwx_core.store.frames import types

if TYPE_CHECKING:
    import duckdb

    from kwx_core.store.catalog import Table

# Hashes held at once, so that a large table needs no more memory than a small one.
BATCH_ROWS = 100_000
# Texts that are hashed by themselves: landed.bodies.body_sha256 speaks for them.
SPOKEN_FOR = {"landed.bodies": ("body", "body_bytes")}


@dataclass(frozen=True)
class Digest:
    """How many rows, and what they come to."""

    row_count: int
    sha256: str


def digest(con: duckdb.DuckDBPyConnection, query: str, head: str = "") -> Digest:
    """Hash what opens the rows, and then the hash of each row, in the query's order."""
    total, row_count = hashlib.sha256(head.encode()), 0
    found = con.execute(query)
    while rows := found.fetchmany(BATCH_ROWS):
        total.update("".join([row[0] for row in rows]).encode())
        row_count += len(rows)
    return Digest(row_count, total.hexdigest())


def content(con: duckdb.DuckDBPyConnection, name: str) -> Digest:
    """Everything that a table says, in whatever order its rows lie."""
    return digest(con, f"select {row_sha256(TABLES[name])} as row_sha256 from {name} order by 1")


def row_sha256(table: Table) -> str:
    """The SQL that hashes a row: every value as text behind its length, `-` for null.

    Nested values are JSON, whose text no release of the database decides.
    """
    spoken_for = SPOKEN_FOR.get(table.name, ())
    told = [
        _told(name, kind) for name, kind in types(table.contract).items() if name not in spoken_for
    ]
    return f"sha256({' || '.join(told)})"


def _told(name: str, kind: pl.DataType) -> str:
    text = f'to_json("{name}")::varchar' if isinstance(kind, pl.List) else f'"{name}"::varchar'
    return f"coalesce(strlen({text}) || ':' || {text}, '-')"
