"""parsed and ledger: how the rows of one SELECT become a book's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kwx_core.store.catalog import BOOKS, FEEDS, NOUNS, RECEIPTS, TABLES
from kwx_core.store.database import transaction
from kwx_core.store.queries import bound, select

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb


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


def parse(con: duckdb.DuckDBPyConnection, noun: str, over: Window) -> Counts:
    """Read the landed bodies of a window of landed_seq into `parsed.<noun>` and its rejects.

    One row a grain stays: the first receipt of a fact, the latest version of a thing that
    changes; so any order of landing, with repetitions, gives the same book. The caller holds
    the transaction, and has emptied the window where it had been read before.
    """
    query = select("parsed", noun)
    con.execute(f"create or replace temp table reading as {query}", bound(query, vars(over)))
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
    is_latest = NOUNS[noun] == "latest"
    direction, beaten = ("desc", "<") if is_latest else ("asc", ">")
    keys = ", ".join(table.grain)
    same = " and ".join(f"present.{key} = winner.{key}" for key in table.grain)
    receipt = ("received_at", "landed_seq", "position")
    order = ", ".join(f"{column} {direction}" for column in receipt)
    present, winner = (
        "(" + ", ".join(f"{side}.{column}" for column in receipt) + ")"
        for side in ("present", "winner")
    )
    con.execute(f"""
        create or replace temp table winners as
        select * exclude (reject_reason, is_kept) from reading
        where is_kept
        qualify row_number() over (partition by {keys} order by {order}) = 1
    """)
    # Where the receipt is part of the grain, nothing older can be the same row.
    is_young = "present.received_at >= $since_at" if noun in RECEIPTS else "true"
    values = {"since_at": over.since_at} if noun in RECEIPTS else {}
    con.execute(
        f"""
        delete from {table.name} as present using winners as winner
        where {same} and {is_young} and {present} {beaten} {winner}
        """,
        values,
    )
    con.execute(
        f"""
        insert into {table.name} by name
        select * from winners as winner anti join (
            select {keys} from {table.name} as present where {is_young}
        ) as present on {same}
        """,
        values,
    )


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


def parse_pending(con: duckdb.DuckDBPyConnection, nouns: Sequence[str]) -> dict[str, Counts]:
    """Parse what has landed since the nouns were last read, and remember how far; one commit.

    A noun none of whose feeds has landed anything costs nothing.
    """
    read = dict(con.execute("select noun, until_seq from parsed.progress").fetchall())
    since = {noun: read.get(noun, 1) for noun in nouns}
    landed = dict(
        con.execute(
            "select feed, max(landed_seq) from landed.requests where landed_seq >= ? group by feed",
            [min(since.values())],
        ).fetchall()
    )
    until = max(landed.values(), default=0) + 1
    counts: dict[str, Counts] = {}
    with transaction(con):
        for noun, first in since.items():
            if any(landed.get(feed, 0) >= first for feed in FEEDS[noun]):
                counts[noun] = parse(con, noun, window(con, first, until))
        if landed:
            remember(con, {noun: max(until, first) for noun, first in since.items()})
    return counts


def remember(con: duckdb.DuckDBPyConnection, until: dict[str, int]) -> None:
    """Note how far each noun has read."""
    nouns, seqs = list(until), list(until.values())
    con.execute("delete from parsed.progress where noun in (select unnest(?))", [nouns])
    con.execute("insert into parsed.progress select unnest(?), unnest(?)", [nouns, seqs])


def derive(con: duckdb.DuckDBPyConnection, noun: str, span: tuple[datetime, datetime]) -> int:
    """Replace a window of `ledger.<noun>` by what its SELECT says now; rows written.

    Rows of the window go, and rows whose grain is derived anew, wherever they stood; rows whose
    time is not known yet belong to every window. The caller holds the transaction.
    """
    table = TABLES[f"ledger.{noun}"]
    column = BOOKS[noun]
    values = {"since": span[0], "until": span[1]}
    query = select("ledger", noun)
    same = " and ".join(f"present.{key} = derived.{key}" for key in table.grain)
    con.execute(f"create or replace temp table derived as {query}", bound(query, values))
    con.execute(
        f"""
        delete from {table.name} as present
        where ({column} >= $since and {column} < $until)
            or {column} is null
            or exists (select 1 from derived where {same})
        """,
        values,
    )
    con.execute(f"insert into {table.name} by name select * from derived")
    count = con.execute("select count(*) from derived").fetchall()
    con.execute("drop table derived")
    return int(count[0][0])
