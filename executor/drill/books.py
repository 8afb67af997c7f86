"""The books as they can be compared between two runs, and how they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kwx_core.contracts.base import columns
from kwx_core.resources import text
from kwx_core.store.catalog import BOOKS, PARSED, RECEIPTS, TABLES
from kwx_core.store.queries import names, select

if TYPE_CHECKING:
    import polars as pl

    from kwx_core.store import Store

Books = dict[str, "pl.DataFrame"]

# When and how something came, not what it says; and how we know it.
ASIDE = {"received_at", "landed_seq", "position", "raw_sha256", "evidence", "bounds_evidence"}
# The exchange's own figures, kept beside ours: compared with them, never put in their place. The
# balance is read by the cash proof alone, and stands there as `reported_balance_dollars`.
WITNESS = re.compile(
    r".*reported.*|.*\.disagrees|.*\.unexplained_dollars|parsed\.balances\..+_dollars"
)
# Read by nobody, though other tables have a column of the same name.
UNREAD = {"parsed.positions.fee_dollars"}
# A name that the moment of a decision is part of: whose it is stays.
STAMPED = {
    "client_order_id": "split_part(client_order_id, '_', 1) as client_order_id",
    "intent_id": "intent_id is not null as intent_id",
}
STATISTICS = {"parsed.field_pages"}
READERS = ("forecast", "decided", "posted", "ledger", "report")
# Tables of which every reading is a row: a reading that was not taken contradicts nothing.
READINGS = {*(f"parsed.{noun}" for noun in RECEIPTS), "ledger.cash_proof"}


@dataclass(frozen=True)
class Difference:
    """Columns (`stage.noun.column`) that say something else, and those that only say less."""

    moved: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def books(store: Store) -> Books:
    """Every parsed and ledger table, keyed by name; statistics of the answers are no book."""
    tables = [*PARSED, *(f"ledger.{noun}" for noun in BOOKS)]
    return {
        name: store.frame(f"select {', '.join(_compared(name))} from {name} order by all")
        for name in tables
        if name not in STATISTICS
    }


def difference(sound: Books, spoiled: Books) -> Difference:
    """How the spoiled books differ from the sound ones.

    A row that is gone, is more or says something else has moved. A parsed fact that is null
    instead has not: unknown is a state that blocks. Nor has a reading that was not taken, or a
    figure of the exchange's own that stands beside ours; all three have only become unknown.
    """
    moved: set[str] = set()
    unknown: set[str] = set()
    for name, frame in sound.items():
        if frame.equals(spoiled[name]):
            continue
        for column, is_unknown in _differences(
            name, _rows(name, frame), _rows(name, spoiled[name])
        ):
            (unknown if is_unknown else moved).add(f"{name}.{column}")
    return Difference(tuple(sorted(moved)), tuple(sorted(unknown)))


def _differences(name: str, sound: _Rows, spoiled: _Rows) -> set[tuple[str, bool]]:
    """Column and whether it has only become unknown; `*` stands for a whole row."""
    found = {("*", name in READINGS) for key in sound if key not in spoiled}
    found |= {("*", False) for key in spoiled if key not in sound}
    for key, row in sound.items():
        for column, value in spoiled.get(key, row).items():
            if value != row[column]:
                is_less = value is None and name.startswith("parsed.")
                is_beside = WITNESS.fullmatch(f"{name}.{column}") is not None
                found.add((column, is_less or is_beside))
    return found


_Rows = dict[tuple[Any, ...], dict[str, Any]]


def _rows(name: str, frame: pl.DataFrame) -> _Rows:
    """Rows by their grain; a second of the same grain and minute has a number of its own."""
    grain = [key for key in TABLES[name].grain if key in frame.columns]
    found: _Rows = {}
    for row in frame.iter_rows(named=True):
        key = tuple(row[column] for column in grain)
        found[(*key, sum(known[:-1] == key for known in found))] = row
    return found


@cache
def _compared(name: str) -> tuple[str, ...]:
    table = TABLES[name]
    kinds = {key: str(column.dtype) for key, column in table.contract.to_schema().columns.items()}
    kept = [
        column
        for column in columns(table.contract)
        if column in table.grain or not (column in ASIDE or _is_unread(name, column))
    ]
    return tuple(
        f"date_trunc('minute', {column}) as {column}"
        if kinds[column].startswith("Datetime")
        else STAMPED.get(column, column)
        for column in kept
        if column not in ASIDE or name in READINGS
    )


@cache
def _is_unread(name: str, column: str) -> bool:
    """Whether no statement behind the parsers, and no report, names a parsed column."""
    is_named = re.search(rf"\b{column}\b", _readers()) is not None
    return name.startswith("parsed.") and (not is_named or f"{name}.{column}" in UNREAD)


@cache
def _readers() -> str:
    """Every statement that reads what the parsers made."""
    makers = [select(stage, noun) for stage in READERS for noun in names(stage)]
    views = [text("sql", "schema", f"{stage}.sql") for stage in ("posted", "decided", "ledger")]
    return re.sub(r"--[^\n]*", "", "\n".join([*makers, *views]))
