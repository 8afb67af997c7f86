"""parsed and ledger: how the rows of one SELECT become a book's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kwx_core.store.catalog import BOOKS, NOUNS, TABLES
from kwx_core.store.database import transaction
from kwx_core.store.queries import bound, select

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb


@dataclass(frozen=True)
class Counts:
    """What one parse did: rows now in the book from this window, rows refused."""

    kept: int
    rejected: int


def parse(con: duckdb.DuckDBPyConnection, noun: str, window: tuple[int, int]) -> Counts:
    """Read the landed bodies of a window of landed_seq into `parsed.<noun>` and its rejects.

    One row a grain stays: the first receipt of a fact, the latest version of a thing that
    changes; so any order of landing, with repetitions, gives the same book. The caller holds
    the transaction.
    """
    since, until = window
    table = TABLES[f"parsed.{noun}"]
    values = {"since_seq": since, "until_seq": until}
    query = select("parsed", noun)
    con.execute(f"create or replace temp table reading as {query}", bound(query, values))
    in_window = "landed_seq >= $since_seq and landed_seq < $until_seq"
    con.execute(f"delete from {table.name} where {in_window}", values)
    con.execute(f"delete from parsed.rejects where noun = '{noun}' and {in_window}", values)
    kept = _merge(con, noun)
    con.execute(_REJECT, {"noun": noun})
    refused = con.execute("select count(*) from reading where reject_reason is not null").fetchall()
    con.execute("drop table reading")
    return Counts(kept, refused[0][0])


def _merge(con: duckdb.DuckDBPyConnection, noun: str) -> int:
    table = TABLES[f"parsed.{noun}"]
    keys = ", ".join(table.grain)
    same = " and ".join(f"present.{key} = winner.{key}" for key in table.grain)
    direction = "desc" if NOUNS[noun] == "latest" else "asc"
    order = f"received_at {direction}, landed_seq {direction}, position {direction}"
    better = (
        "(present.received_at, present.landed_seq, present.position) "
        f"{'>' if direction == 'desc' else '<'} "
        "(winner.received_at, winner.landed_seq, winner.position)"
    )
    con.execute(f"""
        create or replace temp table winner as
        select * exclude (reject_reason, is_kept) from reading
        where is_kept
        qualify row_number() over (partition by {keys} order by {order}) = 1
    """)
    con.execute(f"""
        delete from winner where exists (
            select 1 from {table.name} as present where {same} and {better}
        )
    """)
    con.execute(f"""
        delete from {table.name} as present where exists (
            select 1 from winner where {same}
        )
    """)
    con.execute(f"insert into {table.name} by name select * from winner")
    kept = con.execute("select count(*) from winner").fetchall()
    con.execute("drop table winner")
    return int(kept[0][0])


# The record's text is found again by its place, so that parsers carry only what they read.
_REJECT = """
insert into parsed.rejects by name
select
    requests.request_id,
    reading.position,
    $noun as noun,
    requests.feed,
    string_agg(distinct reading.reject_reason, '; ' order by reading.reject_reason) as reason,
    any_value(left(
        case
            when reading.position < 0 or not coalesce(json_valid(bodies.body), false)
                then coalesce(bodies.body, 'not text')
            when feeds.record_path = '$' and json_type(bodies.body) <> 'ARRAY' then bodies.body
            else coalesce(
                json_extract(
                    bodies.body, feeds.record_path || '[' || reading.position || ']'
                )::varchar,
                bodies.body
            )
        end,
        4000
    )) as record,
    any_value(requests.received_at) as received_at,
    any_value(reading.landed_seq) as landed_seq
from reading
inner join landed.requests as requests on requests.landed_seq = reading.landed_seq
left join landed.bodies as bodies on bodies.body_sha256 = requests.body_sha256
left join ref.feeds as feeds on feeds.feed = requests.feed
where reading.reject_reason is not null
group by requests.request_id, reading.position, requests.feed
"""


def parse_pending(con: duckdb.DuckDBPyConnection, noun: str) -> Counts:
    """Parse what has landed since the noun was last read, and remember how far; one transaction."""
    rows = con.execute(
        "select coalesce((select until_seq from parsed.progress where noun = $noun), 0), "
        "coalesce((select max(landed_seq) from landed.requests), 0) + 1",
        {"noun": noun},
    ).fetchall()
    since, until = rows[0]
    if since >= until:
        return Counts(0, 0)
    with transaction(con):
        counts = parse(con, noun, (since, until))
        remember(con, noun, (since, until))
    return counts


def remember(con: duckdb.DuckDBPyConnection, noun: str, window: tuple[int, int]) -> None:
    """Note that a window has been read, where it continues what had been read before."""
    values = {"noun": noun, "since": window[0], "until": window[1]}
    con.execute(
        """
        create or replace temp table reached as
        select greatest($until, coalesce(max(until_seq), 0)) as until_seq
        from parsed.progress
        where noun = $noun
        having $since <= coalesce(max(until_seq), 1)
        """,
        values,
    )
    con.execute(
        "delete from parsed.progress where noun = $noun and exists (from reached)", {"noun": noun}
    )
    con.execute("insert into parsed.progress select $noun, until_seq from reached", {"noun": noun})


def derive(con: duckdb.DuckDBPyConnection, noun: str, window: tuple[datetime, datetime]) -> int:
    """Replace a window of `ledger.<noun>` by what its SELECT says now; rows written.

    Rows of the window go, and rows whose grain is derived anew, wherever they stood; rows whose
    time is not known yet belong to every window. The caller holds the transaction.
    """
    table = TABLES[f"ledger.{noun}"]
    column = BOOKS[noun]
    values = {"since": window[0], "until": window[1]}
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
