"""verify: whether facts are as they landed, and books as a rebuild from the facts makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.store.catalog import BOOK_TABLES, FACTS, SEALS, TABLES
from kwx_core.store.digests import Digest, content
from kwx_core.store.moves import EVERY
from kwx_core.store.seals import Fault, broken, sealed

if TYPE_CHECKING:
    import duckdb

# The first values that differ are told; `kwx rebuild` tells all of them.
TOLD_CHANGES = 3


def facts(con: duckdb.DuckDBPyConnection) -> list[Fault]:
    """What is wrong with the facts, and with how far they have been read."""
    return [*broken(con), *_bodies(con), *_doubled(con), *_progress(con)]


def books(changes: pl.DataFrame) -> list[Fault]:
    """What is wrong with the books: the changes of a rebuild that is rolled back, by table."""
    found = []
    for (table,), rows in changes.group_by("table_name", maintain_order=True):
        keys = rows["row_key"].unique(maintain_order=True)
        told = "; ".join(_change(row) for row in rows.head(TOLD_CHANGES).rows(named=True))
        more = " ..." if rows.height > TOLD_CHANGES else ""
        detail = f"{keys.len()} rows differ from a rebuild: {told}{more}"
        found.append(Fault("book_differs", str(table), keys[0], detail))
    return found


def digests(con: duckdb.DuckDBPyConnection) -> dict[str, Digest]:
    """What each book says, as one hash: the same in every database that says the same."""
    return {name: content(con, name) for name in BOOK_TABLES}


def standing(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Each table's rows; of facts how many are sealed and the newest seal, of books their hash.

    Columns: table_name, row_count, sealed_count (null for books), sha256 (null: nothing sealed).
    """
    sealed_counts = dict.fromkeys(FACTS, 0)
    newest: dict[str, str] = {}
    for one in sealed(con):
        sealed_counts[one.table_name] = sealed_counts.get(one.table_name, 0) + one.row_count
        newest[one.table_name] = one.sha256
    counts = " union all ".join(f"select '{name}', count(*) from {name}" for name in FACTS)
    rows: list[tuple[str, int, int | None, str | None]] = [
        (name, count, sealed_counts[name], newest.get(name))
        for name, count in con.execute(counts).fetchall()
    ]
    rows += [(name, said.row_count, None, said.sha256) for name, said in digests(con).items()]
    return pl.DataFrame(rows, schema=_STANDING, orient="row")


_STANDING = {
    "table_name": pl.String, "row_count": pl.Int64, "sealed_count": pl.Int64, "sha256": pl.String,
}  # fmt: skip


def _change(row: dict[str, str | None]) -> str:
    if row["row_key"] == EVERY and row["old_value"]:
        return row["old_value"]
    was, now = (row[name] or "nothing" for name in ("old_value", "new_value"))
    return f"{row['row_key']} {row['column_name']} is {was}, is to be {now}"


def _bodies(con: duckdb.DuckDBPyConnection) -> list[Fault]:
    rows = con.execute(_ALTERED_BODIES).fetchall()
    return [
        Fault("body_altered", "landed.bodies", f"body_seq {place}", f"it is not {sha256}")
        for place, sha256 in rows
    ]


# A text and its bytes are never both there; which of them it is, its hash tells.
_ALTERED_BODIES = """
select body_seq, body_sha256
from landed.bodies
where (body is null) = (body_bytes is null)
    or size_bytes <> coalesce(strlen(body), octet_length(body_bytes))
    or body_sha256 <> case when body is null then sha256(body_bytes) else sha256(body) end
order by body_seq
"""


def _doubled(con: duckdb.DuckDBPyConnection) -> list[Fault]:
    """Facts of one grain that are there more than once: they landed in no landing."""
    found = []
    for name in (*FACTS, SEALS):
        grain = ", ".join(TABLES[name].grain)
        rows = con.execute(
            f"select concat_ws('|', {grain}), count(*) from {name} "
            f"group by {grain} having count(*) > 1 order by 1"
        ).fetchall()
        found += [
            Fault("fact_doubled", name, key, f"it is there {copies} times") for key, copies in rows
        ]
    return found


def _progress(con: duckdb.DuckDBPyConnection) -> list[Fault]:
    """A noun that counts as read beyond what has landed would pass over what comes next."""
    rows = con.execute(
        """
        select noun, until_seq
        from parsed.progress
        where until_seq > (select coalesce(max(landed_seq), 0) + 1 from landed.requests)
        order by noun
        """
    ).fetchall()
    return [
        Fault(
            "progress_ahead", "parsed.progress", noun, f"read until {until}, which has not landed"
        )
        for noun, until in rows
    ]
