"""parsed, poll by poll: what has landed since, and what of it merely repeats itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kwx_core.store.books import PAYLOADS, Counts, Window, parse, remember
from kwx_core.store.catalog import BODY_ALONE, FEEDS, NOUNS
from kwx_core.store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

# As many polls as a tick or a long pull has are taken out of the file once, for all nouns.
TAKEN_OUT_POLLS = 2000
# Good answers; without the list of records that they ought to hold, they are drift.
ANSWERED = range(200, 300)


class Poll(NamedTuple):
    """One poll that landed, and the place of its body."""

    landed_seq: int
    feed: str
    received_at: datetime
    body_seq: int | None
    status_code: int | None


@dataclass(frozen=True)
class Reading:
    """What a noun read last: of which polls, and how much."""

    polls: list[Poll]
    counts: Counts


def parse_pending(
    con: duckdb.DuckDBPyConnection, nouns: Sequence[str], readings: dict[str, Reading]
) -> dict[str, Counts]:
    """Parse what has landed since the nouns were last read, and remember how far; one commit.

    A noun none of whose feeds has answered costs nothing; nor does one that the bodies it read
    last (`readings`, which the caller forgets where this raises) can tell nothing more.
    """
    read = dict(con.execute("select noun, until_seq from parsed.progress").fetchall())
    since = {noun: read.get(noun, 1) for noun in nouns}
    polls = _polls(con, min(since.values()))
    counts: dict[str, Counts] = {}
    if not polls:
        return counts
    until = polls[-1].landed_seq + 1
    with transaction(con):
        payloads = _payloads(con, polls)
        for noun, first in since.items():
            ours = [p for p in polls if p.landed_seq >= first and _is_of(noun, p)]
            if not ours or _is_told(noun, readings.get(noun), ours):
                continue
            over = Window(first, until, min(poll.received_at for poll in ours))
            counts[noun] = parse(con, noun, over, payloads)
            readings[noun] = Reading(ours, counts[noun])
        remember(con, {noun: max(until, first) for noun, first in since.items()})
    return counts


def _polls(con: duckdb.DuckDBPyConnection, since_seq: int) -> list[Poll]:
    rows = con.execute(
        "select landed_seq, feed, received_at, body_seq, status_code from landed.requests "
        "where landed_seq >= ? order by landed_seq",
        [since_seq],
    ).fetchall()
    return [Poll(*row) for row in rows]


def _is_of(noun: str, poll: Poll) -> bool:
    feeds = FEEDS[noun] or (poll.feed,)
    return poll.feed in feeds and poll.status_code in ANSWERED


def _payloads(con: duckdb.DuckDBPyConnection, polls: list[Poll]) -> str:
    """Where the nouns find the bodies: a text read once need not be unpacked ten times."""
    if len(polls) > TAKEN_OUT_POLLS:
        return PAYLOADS
    con.execute(
        f"create or replace temp table pending as select * from {PAYLOADS} where landed_seq >= ?",
        [polls[0].landed_seq],
    )
    return "pending"


def _is_told(noun: str, was: Reading | None, polls: list[Poll]) -> bool:
    """Whether these are the bodies read last, and a later receipt of them changes nothing.

    Of a fact the first receipt stays; of a thing that changes the latest does, so that there
    only bodies without a record are skipped.
    """
    if was is None or noun not in BODY_ALONE:
        return False
    if [poll.body_seq for poll in was.polls] != [poll.body_seq for poll in polls]:
        return False
    newest = max(poll.received_at for poll in was.polls)
    is_later = min(poll.received_at for poll in polls) >= newest
    is_fact = NOUNS[noun] == "first"
    return was.counts == Counts(0, 0) or (is_fact and is_later and was.counts.rejected == 0)
