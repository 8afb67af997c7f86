"""seals: the facts of each day as a chain of hashes, and where facts and chain disagree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.audit import Seals
from kwx_core.store.catalog import FACTS, LANDING_ORDER, SEALS, TABLES
from kwx_core.store.digests import digest, row_sha256
from kwx_core.store.frames import append, types
from kwx_core.store.landing import identity

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

# What the first seal is chained to.
NOTHING = "0" * 64
# How many requests are looked at together, once a seal is broken.
LOOKED_AT_ROWS = 10_000


@dataclass(frozen=True)
class Fault:
    """What is not as it must be: its name, the table, where in it, and in words."""

    finding: str
    table_name: str
    place: str
    detail: str


@dataclass(frozen=True)
class Seal:
    """One table's part of one seal, as `audit.seals` keeps it."""

    seal_seq: int
    table_name: str
    first_place: int
    last_place: int
    row_count: int
    sha256: str
    previous_sha256: str
    sealed_at: datetime

    @property
    def place(self) -> str:
        """The seal, and the day on which it was made, in words."""
        return f"seal {self.seal_seq} of {self.sealed_at.astimezone(UTC):%Y-%m-%d}"


def is_due(con: duckdb.DuckDBPyConnection, as_of: datetime) -> bool:
    """Whether a day has ended since the last seal, or since the database was made."""
    rows = con.execute(
        f"select coalesce((select max(sealed_at) from {SEALS}), max(created_at)) from ref.account"
    ).fetchall()
    return bool(rows[0][0].astimezone(UTC).date() < as_of.astimezone(UTC).date())


def seal(con: duckdb.DuckDBPyConnection, as_of: datetime) -> int:
    """Seal every fact that has landed since the last seal, where a day has ended; rows sealed.

    A fact that lands late is in the seal of the day on which it landed, whatever day it speaks
    of. The caller holds the transaction, and has not let anything of the new day land yet.
    """
    if not is_due(con, as_of):
        return 0
    kept = sealed(con)
    number = max((one.seal_seq for one in kept), default=0) + 1
    previous = _chained([one.sha256 for one in kept if one.seal_seq == number - 1])
    ends = {one.table_name: one.last_place for one in kept}
    made = []
    for name in FACTS:
        order = LANDING_ORDER.get(name, "rowid")
        first, last = con.execute(
            f"select min({order}), max({order}) from {name} where {order} > ?", [ends.get(name, -1)]
        ).fetchall()[0]
        if first is not None:
            fresh = Seal(number, name, first, last, 0, "", previous, as_of)
            made.append(_hashed(con, fresh))
    if made:
        kinds = types(Seals)
        append(con, Seals, Seals.validate(pl.DataFrame([vars(one) for one in made], schema=kinds)))
    return sum(one.row_count for one in made)


def sealed(con: duckdb.DuckDBPyConnection) -> list[Seal]:
    """Every seal there is, in order."""
    names = ", ".join(types(Seals))
    rows = con.execute(f"select {names} from {SEALS} order by seal_seq, table_name").fetchall()
    return [Seal(*row) for row in rows]


def broken(con: duckdb.DuckDBPyConnection) -> list[Fault]:
    """Where facts and seals no longer agree, and where the seals are no chain."""
    kept = sealed(con)
    found = _unchained(kept)
    for one in kept:
        now = _hashed(con, one) if one.table_name in FACTS else None
        if now != one:
            detail = _odd(con, one, now.row_count if now else 0)
            found.append(Fault("seal_broken", one.table_name, one.place, detail))
    return found


def _hashed(con: duckdb.DuckDBPyConnection, one: Seal) -> Seal:
    """The seal as its rows now make it."""
    order = LANDING_ORDER.get(one.table_name, "rowid")
    head = (
        one.previous_sha256, one.seal_seq, one.table_name, one.first_place, one.last_place,
        one.sealed_at.astimezone(UTC).isoformat(),
    )  # fmt: skip
    found = digest(
        con,
        f"select {row_sha256(TABLES[one.table_name])} from {one.table_name} "
        f"where {order} >= {one.first_place} and {order} <= {one.last_place} order by {order}, 1",
        "\x1f".join(map(str, head)),
    )
    told = {**vars(one), "row_count": found.row_count, "sha256": found.sha256}
    return Seal(**told)


def _chained(hashes: list[str]) -> str:
    """What a seal says of the one before it."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest() if hashes else NOTHING


def _unchained(kept: list[Seal]) -> list[Fault]:
    """Seals that are missing, overlap, or speak of another past than the seals before them."""
    found: list[Fault] = []
    ends: dict[str, int] = {}
    hashes: dict[int, list[str]] = {}
    for one in kept:
        previous = _chained(hashes.get(one.seal_seq - 1, []))
        if one.previous_sha256 != previous or one.first_place <= ends.get(one.table_name, -1):
            detail = "it is not chained to the seal before it: one was altered, or has gone"
            found.append(Fault("seal_broken", SEALS, f"{one.place}, {one.table_name}", detail))
        ends[one.table_name] = one.last_place
        hashes.setdefault(one.seal_seq, []).append(one.sha256)
    return found


def _odd(con: duckdb.DuckDBPyConnection, one: Seal, row_count: int) -> str:
    """What can be told of a broken seal: how many rows, and the first of them that is odd."""
    counted = f"{one.row_count} facts were sealed, {row_count} are there"
    if one.table_name not in FACTS:
        return f"{counted}: there is no such table of facts"
    order = LANDING_ORDER.get(one.table_name, "rowid")
    rows = con.execute(
        f"""
        select place, before
        from (
            select
                {order} as place,
                coalesce(lag({order}) over (order by {order}), {one.first_place} - 1) as before
            from {one.table_name}
            where {order} between {one.first_place} and {one.last_place}
        )
        where place <> before + 1
        order by place limit 1
        """
    ).fetchall()
    if rows:
        place, before = rows[0]
        odd = f"{place} is there twice" if place == before else f"{before + 1} is missing"
        return f"{counted}; number {odd}"
    if row_count < one.row_count:
        return f"{counted}; the last of them are missing"
    return f"{counted}; {_altered(con, one) or 'at least one says something else'}"


def _altered(con: duckdb.DuckDBPyConnection, one: Seal) -> str:
    """The first request whose own name no longer fits what it says."""
    if one.table_name != "landed.requests":
        return ""
    rows = con.execute(
        "select * from landed.requests where landed_seq between ? and ? order by landed_seq",
        [one.first_place, one.last_place],
    )
    names = [column[0] for column in rows.description or []]
    while batch := rows.fetchmany(LOOKED_AT_ROWS):
        for row in batch:
            told = dict(zip(names, row, strict=True))
            if told["request_id"] != identity(told):
                return f"the first that says something else has landed_seq {told['landed_seq']}"
    return ""
