"""ledger: how a book comes to what its SELECT says, and when nothing can have changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kwx_core.store import moves
from kwx_core.store.catalog import BOOKS, TABLES, WHOLES
from kwx_core.store.queries import bound, select

if TYPE_CHECKING:
    import duckdb

PROOF = "cash_proof"
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Derived:
    """What the whole ledger was last derived from, and over which window."""

    window: Span
    proven_at: datetime
    inputs: list[tuple[object, ...]]


def derive(con: duckdb.DuckDBPyConnection, noun: str, span: Span) -> moves.Moved:
    """Bring a window of `ledger.<noun>` to what its SELECT says now.

    The window's rows go where they are not derived again, and so do rows whose time is not known
    yet; a row whose grain is derived is replaced wherever it stood. The rows that moved stay in
    the temporary table `moved`. The caller holds the transaction.
    """
    table = TABLES[f"ledger.{noun}"]
    query = select("ledger", noun)
    values = {"since": span[0], "until": span[1]}
    if not con.execute(f"select exists (from {table.name})").fetchall()[0][0]:
        added = con.execute(f"insert into {table.name} by name {query}", bound(query, values))
        return moves.Moved(table, int(added.fetchall()[0][0]), is_first=True)
    con.execute(f"create or replace temp table derived as {query}", bound(query, values))
    found = moves.find(con, table, table.name, "derived", _within(noun, span))
    if found.rows:
        moves.apply(con, table)
    return found


def _within(noun: str, span: Span) -> str:
    column, whole = BOOKS[noun], WHOLES.get(noun)
    since, until = (f"timestamptz '{moment.isoformat()}'" for moment in span)
    within = f"was.{column} is null or (was.{column} >= {since} and was.{column} < {until})"
    return f"{within} or was.{whole} in (select {whole} from derived)" if whole else within


def derive_all(con: duckdb.DuckDBPyConnection, span: Span) -> dict[str, int]:
    """Bring a window of every book up to date, in order of dependence; rows that moved, by book.

    The caller holds the transaction.
    """
    return {noun: derive(con, noun, span).rows for noun in BOOKS}


def derive_changed(
    con: duckdb.DuckDBPyConnection, span: Span, was: Derived | None
) -> tuple[dict[str, int], Derived]:
    """Replace a window of every book, unless each would say the same again; and from what.

    Where the books read what they read the last time, only the balances reported since are
    proven. The caller holds the transaction, and has written no book since `was`.
    """
    if was and _is_same(con, span, was):
        return {PROOF: derive(con, PROOF, (was.proven_at, span[1])).rows}, was
    written = derive_all(con, span)
    newest = con.execute("select max(received_at) from parsed.balances").fetchall()
    proven_at = min(newest[0][0] or span[0], span[1])
    return written, Derived(span, proven_at, _inputs(con, proven_at, span[0]))


def _is_same(con: duckdb.DuckDBPyConnection, span: Span, was: Derived) -> bool:
    """Whether all that the books read stayed as it was, and no row entered the moved window."""
    if span[0] < was.window[0] or span[1] < was.window[1]:
        return False
    inputs = _inputs(con, was.proven_at, was.window[0])
    ahead = [row[-1] for row in inputs if isinstance(row[-1], datetime)]
    return inputs == was.inputs and max(ahead, default=was.proven_at) < was.window[1]


def _inputs(
    con: duckdb.DuckDBPyConnection, proven_at: datetime, since: datetime
) -> list[tuple[object, ...]]:
    """What the books read, in a few numbers a table; the last is its newest moment."""
    values = {"proven_at": proven_at, "since": since}
    told: list[tuple[object, ...]] = con.execute(_INPUTS, values).fetchall()
    # Positions are asked for anew each time, yet say something only of markets with a result.
    if any(row[0] == "results" and row[1] for row in told):
        told += con.execute(_CONTRADICTED).fetchall()
    return sorted(told, key=repr)


_INPUTS = """
select 'fills', count(*), bit_xor(hash(fills)), max(filled_at)
from parsed.fills as fills
union all
select
    'orders', count(*),
    bit_xor(hash(
        coalesce(updated_at, received_at),
        *columns(* exclude (received_at, landed_seq, position))
    )),
    max(greatest(created_at, coalesce(updated_at, received_at)))
from parsed.orders
union all
select
    'settlements', count(*),
    bit_xor(hash(*columns(* exclude (received_at, landed_seq, position)))), max(settled_at)
from parsed.settlements
union all
select
    'markets', count(*),
    bit_xor(hash(
        ticker, series_ticker, market_result, settlement_value_dollars, close_at, settled_at
    )),
    max(settled_at)
from parsed.markets
where ticker in (select fills.ticker from parsed.fills as fills)
union all
select 'balances', count(*), bit_xor(hash(balances)), null
from parsed.balances as balances
where received_at <= $proven_at
union all
-- The first reading of a shard says what it opened with.
select 'shards', count(distinct exchange_index), null, null
from parsed.balances
union all
select
    'payments', count(*),
    bit_xor(hash(*columns(* exclude (received_at, landed_seq, position)))), max(settled_at)
from parsed.payments
union all
select
    'transfers', count(*), bit_xor(hash(transfers)), max(finalized_at)
from (
    select
        * exclude (received_at, landed_seq, position),
        -- The state that was told last says whether the money is there.
        received_at = max(received_at) over (partition by kind, transfer_id) as is_latest
    from parsed.transfers
) as transfers
union all
select
    'shard_moves', count(*),
    bit_xor(hash(*columns(* exclude (received_at, landed_seq, position)))), max(moved_at)
from parsed.shard_moves
union all
select 'intents', count(*), bit_xor(hash(intents)), null
from posted.intents as intents
union all
select 'outcomes', count(*), bit_xor(hash(outcomes)), null
from posted.outcomes as outcomes
union all
select 'corrections', count(*), bit_xor(hash(corrections)), null
from posted.corrections as corrections
union all
select 'imports', count(*), bit_xor(hash(decisions)), null
from parsed.imported_decisions as decisions
union all
select 'reported', count(*), bit_xor(hash(books)), null
from parsed.predecessor_books as books
union all
select 'admissions', count(*), null, null
from decided.admissions
union all
select 'decisions', count(*), null, null
from decided.decisions
where verdict = 'post' and decided_at >= $since
union all
select 'drifts', count(*), null, null
from audit.position_drifts
union all
select 'results', count(*), null, null
from ledger.settlements
where yes_value_dollars is not null and coalesce(settled_at, 'infinity') >= $since
"""
_CONTRADICTED = "select 'contradicted', ticker from ledger.position_checks where not is_agreed"
