"""parsed: how the rows that one SELECT reads out of bodies become a book's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kwx_core.contracts.base import columns
from kwx_core.store.catalog import COMPLETED, NOUNS, RECEIPTS, TABLES
from kwx_core.store.queries import bound, select

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

    from kwx_core.store.catalog import Table

PAYLOADS = "landed.payloads"
# Which receipt was first: in this order.
RECEIPT = ("received_at", "landed_seq", "position")


@dataclass(frozen=True)
class Counts:
    """What one parse did: rows now in the book from this window, rows refused."""

    kept: int
    rejected: int


@dataclass(frozen=True)
class Window:
    """A span of landed_seq, half-open, and the oldest receipt in it (UTC)."""

    since_seq: int
    until_seq: int
    since_at: datetime


def window(con: duckdb.DuckDBPyConnection, since_seq: int, until_seq: int) -> Window:
    """The window of these sequence numbers."""
    rows = con.execute(
        "select min(received_at) from landed.requests where landed_seq >= ? and landed_seq < ?",
        [since_seq, until_seq],
    ).fetchall()
    return Window(since_seq, until_seq, rows[0][0])


def parse(
    con: duckdb.DuckDBPyConnection, noun: str, over: Window, payloads: str = PAYLOADS
) -> Counts:
    """Read the landed bodies of a window of landed_seq into `parsed.<noun>` and its rejects.

    One row a grain stays: the first receipt of a fact (completed, where its kind is told in
    several ways, by the first that tells the rest), the latest version of a thing that changes;
    so any order of landing, with repetitions, gives the same book. The caller holds
    the transaction, and has emptied the window where it had been read before.
    """
    query = select("parsed", noun)
    con.execute(
        f"create or replace temp table reading as {query.replace(PAYLOADS, payloads)}",
        bound(query, vars(over)),
    )
    found = con.execute(
        "select count(*) filter (where is_kept), count(reject_reason) from reading"
    ).fetchall()
    kept, rejected = found[0]
    if kept:
        _merge(con, noun, over)
    if rejected:
        con.execute(_REJECT, {"noun": noun})
    return Counts(kept, rejected)


def forget(con: duckdb.DuckDBPyConnection, noun: str, over: Window) -> None:
    """Empty a window of a noun and of its rejects, so that it can be read again."""
    values = {"since_seq": over.since_seq, "until_seq": over.until_seq}
    in_window = "landed_seq >= $since_seq and landed_seq < $until_seq"
    con.execute(f"delete from parsed.{noun} where {in_window}", values)
    con.execute(f"delete from parsed.rejects where noun = '{noun}' and {in_window}", values)


def _merge(con: duckdb.DuckDBPyConnection, noun: str, over: Window) -> None:
    """One winner a grain among what was read; it replaces a present row that it beats."""
    table = TABLES[f"parsed.{noun}"]
    direction, beaten = ("desc", "<") if NOUNS[noun] == "latest" else ("asc", ">")
    same = " and ".join(f"present.{key} = winner.{key}" for key in table.grain)
    present, winner = (
        "(" + ", ".join(f"{side}.{column}" for column in RECEIPT) + ")"
        for side in ("present", "winner")
    )
    completed = _nullable(table) if noun in COMPLETED else []
    # Where the receipt is part of the grain, nothing older can be the same row.
    is_receipt = noun in RECEIPTS
    con.execute(
        f"""
        merge into {table.name} as present using ({_winners(table, direction, completed)}) as winner
        on {same} {"and present.received_at >= $since_at" if is_receipt else ""}
        when matched and {present} {beaten} {winner} then update {_replaced(table, completed)}
        {_filled(completed)}
        when not matched then insert by name
        """,
        {"since_at": over.since_at} if is_receipt else {},
    )


def _nullable(table: Table) -> list[str]:
    schema = table.contract.to_schema().columns
    return [name for name, column in schema.items() if column.nullable]


def _winners(table: Table, direction: str, completed: list[str]) -> str:
    grain = ", ".join(table.grain)
    if not completed:
        order = ", ".join(f"{column} {direction}" for column in RECEIPT)
        return (
            f"select distinct on ({grain}) * exclude (reject_reason, is_kept) from reading "
            f"where is_kept order by {order}"
        )
    # arg_min passes over nulls: each column is from the first receipt that tells it.
    told = ", ".join(
        f"arg_min({column}, ({', '.join(RECEIPT)})) as {column}"
        for column in columns(table.contract)
        if column not in table.grain
    )
    return f"select {grain}, {told} from reading where is_kept group by {grain}"


def _replaced(table: Table, completed: list[str]) -> str:
    """The winner's values; what it leaves out stays as it was told."""
    if not completed:
        return "by name"
    names = columns(table.contract)
    values = [
        f"{name} = coalesce(winner.{name}, present.{name})"
        if name in completed
        else f"{name} = winner.{name}"
        for name in names
    ]
    return "set " + ", ".join(values)


def _filled(completed: list[str]) -> str:
    """The present row stays; what it left out is taken from the winner."""
    if not completed:
        return ""
    gaps = " or ".join(f"present.{name} is null and winner.{name} is not null" for name in completed)
    values = ", ".join(f"{name} = coalesce(present.{name}, winner.{name})" for name in completed)
    return f"when matched and ({gaps}) then update set {values}"


# The record's text is found again by its place, so that parsers carry only what they read. Each
# body is taken apart once: a body of 11 MB may hold as many bad records as it has.
_REJECT = """
insert into parsed.rejects by name
with complaints as (
    select
        landed_seq,
        position,
        string_agg(distinct reject_reason, '; ' order by reject_reason) as reason
    from reading
    where reject_reason is not null
    group by landed_seq, position
),

origins as (
    select
        payloads.landed_seq,
        payloads.request_id,
        payloads.feed,
        payloads.received_at,
        coalesce(left(payloads.body, 4000), 'not text') as opening,
        case
            when coalesce(json_valid(payloads.body), false)
                then try(
                    from_json(json_extract(payloads.body, feeds.record_path), '["JSON"]')
                )
        end as records
    from landed.payloads as payloads
    left join ref.feeds as feeds on feeds.feed = payloads.feed
    where payloads.landed_seq in (select landed_seq from complaints)
),

records as (
    select
        landed_seq,
        left(unnest(records)::varchar, 4000) as record,
        unnest(range(len(records))) as position
    from origins
)

select
    origins.request_id,
    complaints.position,
    $noun as noun,
    origins.feed,
    complaints.reason,
    coalesce(records.record, origins.opening) as record,
    origins.received_at,
    complaints.landed_seq
from complaints
inner join origins on origins.landed_seq = complaints.landed_seq
left join records
    on records.landed_seq = complaints.landed_seq and records.position = complaints.position
"""


def remember(con: duckdb.DuckDBPyConnection, until: dict[str, int]) -> None:
    """Note how far each noun has read."""
    nouns, seqs = list(until), list(until.values())
    con.execute("delete from parsed.progress where noun in (select unnest(?))", [nouns])
    con.execute("insert into parsed.progress select unnest(?), unnest(?)", [nouns, seqs])
