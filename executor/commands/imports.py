"""The predecessor's books into facts, counted on both sides."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from executor import predecessor
from executor.commands.books import SHORT_REBUILD_BYTES
from executor.reply import HEALTHY, NEEDS_YOU, Context, Reply, reply
from kwx_core.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

    from executor.predecessor import Source

# Where the rows of a feed are found again, one by one; the others are read where they say more
# than what the exchange says of itself.
_READ = {
    "predecessor_fills": ("trade_id", "select fill_id from parsed.fills"),
    "predecessor_orders": ("order_id", "select order_id from parsed.orders"),
    "predecessor_decisions": (
        "id",
        "select ltrim(split_part(decision_id, ':', 2), '0') from parsed.imported_decisions",
    ),
    "predecessor_settlements": ("ticker", "select ticker from parsed.settlements"),
}
_COUNTED = """
with bodies as (
    select landed_seq, json_extract(body, '$.rows[*]') as records
    from landed.payloads
    where environment = $environment and feed = $feed
        and body_sha256 in (select unnest($bodies::varchar[]))
    qualify row_number() over (partition by body_sha256 order by landed_seq desc) = 1
),

records as (
    select landed_seq, unnest(records) as record, unnest(range(len(records))) as position
    from bodies
),

refused as (
    select distinct landed_seq, position from parsed.rejects where feed = $feed
)

select
    count(*) as landed,
    count(*) filter (where refused.position is null and json_extract_string(
        records.record, $key) in ({books})) as read,
    count(refused.position) as refused
from records
left join refused
    on refused.landed_seq = records.landed_seq and refused.position = records.position
"""


def import_predecessor(context: Context, said: dict[str, Any]) -> Reply:
    """Land the file's rows and read them; in and out must agree, and again adds nothing."""
    path = Path(said["file"])
    with predecessor.opened(path) as con:
        _require_short(context, path)
        have = predecessor.tables(con)
        sources = [source for source in predecessor.SOURCES if source.table in have]
        landed = {source: _landed(context, con, source) for source in sources}
    context.store.parse()
    counts = [_counted(context, source, have[source.table], landed[source]) for source in sources]
    return _told(counts, sum(len(bodies) for bodies in landed.values()))


def _require_short(context: Context, path: Path) -> None:
    is_halted = context.settings.kill_file.exists()
    if context.is_serving and not is_halted and path.stat().st_size > SHORT_REBUILD_BYTES:
        raise UsageError("this would hold the service for seconds: kwx halt first, then resume")


def _landed(context: Context, con: sqlite3.Connection, source: Source) -> list[str]:
    """Land a table page by page, each a commit; the checksums of the bodies."""
    bodies = []
    for page in predecessor.pages(con, source, context.now):
        context.store.land([page], predecessor.ENVIRONMENT)
        bodies.append(hashlib.sha256(page.body or b"").hexdigest())
    return bodies


def _counted(context: Context, source: Source, rows: int, bodies: list[str]) -> dict[str, Any]:
    """Rows in the file, records landed, and what became of them in the books."""
    key, books = _READ.get(source.feed, ("ticker", "select null"))
    found = context.store.frame(
        _COUNTED.replace("{books}", books),
        environment=predecessor.ENVIRONMENT,
        feed=source.feed,
        bodies=bodies,
        key=f"$.{key}",
    ).row(0, named=True)
    is_read_whole = source.feed not in _READ or found["read"] + found["refused"] == rows
    return {
        "table": source.table,
        "feed": source.feed,
        "rows": rows,
        "landed": found["landed"],
        "read": found["read"] if source.feed in _READ else None,
        "refused": found["refused"],
        "agrees": found["landed"] == rows and is_read_whole,
    }


def _told(counts: list[dict[str, Any]], bodies: int) -> Reply:
    wrong = [count["table"] for count in counts if not count["agrees"]]
    refused = sum(count["refused"] for count in counts)
    notes = [f"{bodies} bodies hold the file; kwx rebuild ledger shows what the books make of it"]
    if refused:
        notes.append(f"{refused} rows could not be read: select * from parsed.rejects")
    if wrong:
        notes.append(f"in and out do not agree: {', '.join(wrong)}")
    return reply(pl.DataFrame(counts), notes, NEEDS_YOU if wrong else HEALTHY)
