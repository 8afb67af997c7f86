"""The predecessor's SQLite file, read only: its rows in pages, exactly as they stand there."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kwx_core.errors import UsageError
from kwx_core.store import Landing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A page is a body and a commit: an import that is cut off goes on with the next one.
PAGE_ROWS = 500
ENVIRONMENT = "import"
# In the header of the file format: byte 18 is 2 where a write-ahead log is kept.
_FORMAT_BYTE, _HEADER_BYTES, _WRITE_AHEAD = 18, 19, b"\x02"
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Source:
    """A table of the file, the feed that its rows are landed as, and which columns date a row."""

    table: str
    feed: str
    dated_by: tuple[str, ...]


SOURCES = (
    Source("fills_ledger", "predecessor_fills", ("ingested_ts_unix", "fill_ts_unix")),
    Source("posted_orders", "predecessor_orders", ("posted_ts_unix",)),
    Source("alpha_backtest", "predecessor_decisions", ("ts_decision_unix", "ts_settle_unix")),
    Source("settlements", "predecessor_settlements", ("recorded_at",)),
    Source("kalshi_market_snapshots", "predecessor_market_snapshots", ("ts",)),
    Source("weather_forecast_snapshots", "predecessor_forecast_snapshots", ("recorded_at",)),
)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in one reading transaction, so that a predecessor that still runs is one moment.

    Raises:
        UsageError: it is no SQLite file, or has none of the predecessor's tables.
    """
    try:
        with closing(_connected(path)) as con:
            con.text_factory = lambda text: text.decode("utf-8", "backslashreplace")
            con.row_factory = sqlite3.Row
            con.execute("begin")
            if not tables(con):
                raise UsageError(f"{path} has none of the predecessor's tables")
            yield con
    except sqlite3.Error as error:
        raise UsageError(f"{path} cannot be read as SQLite: {error}") from error


def _connected(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise UsageError(f"{path} is no file")
    with path.open("rb") as file:
        is_logged = file.read(_HEADER_BYTES)[_FORMAT_BYTE:] == _WRITE_AHEAD
    # Kept with a write-ahead log that nobody has open: SQLite would make files beside it, or
    # refuse it in a folder that is read-only, unless it is promised that nobody writes.
    is_idle = is_logged and not path.with_name(f"{path.name}-wal").exists()
    option = "immutable=1" if is_idle else "mode=ro"
    return sqlite3.connect(f"{path.resolve().as_uri()}?{option}", uri=True)


def tables(con: sqlite3.Connection) -> dict[str, int]:
    """How many rows each of the predecessor's tables has that are there, by table."""
    found = {row[0] for row in con.execute("select name from sqlite_master where type = 'table'")}
    return {
        source.table: con.execute(f"select count(*) from {source.table}").fetchone()[0]
        for source in SOURCES
        if source.table in found
    }


def pages(con: sqlite3.Connection, source: Source, now: datetime) -> Iterator[Landing]:
    """The table's rows as bodies `{"rows": [...]}`, in their order; the same rows, the same facts.

    A page's receipt is the newest moment that its rows tell of, and never later than now: to
    the books it is as old as the predecessor's word.
    """
    rows = con.execute(f"select * from {source.table} order by rowid")
    page, ahead = 0, rows.fetchmany(PAGE_ROWS)
    while ahead:
        these, ahead = ahead, rows.fetchmany(PAGE_ROWS)
        records = [dict(zip(row.keys(), map(_plain, tuple(row)), strict=True)) for row in these]
        yield _landing(source, records, page, now, is_last_page=not ahead)
        page += 1


def _plain(value: Any) -> Any:
    """What JSON cannot say is said as text, and the parsers refuse it by itself."""
    match value:
        case bytes():
            return value.hex()
        case float() if not math.isfinite(value):
            return str(value)
    return value


def _landing(
    source: Source, records: list[dict[str, Any]], page: int, now: datetime, *, is_last_page: bool
) -> Landing:
    moments = [_moment(record.get(column)) for record in records for column in source.dated_by]
    received_at = min(max([_EARLIEST, *(at for at in moments if at)]), now)
    body = json.dumps({"rows": records}, ensure_ascii=False, separators=(",", ":")).encode()
    return Landing(
        feed=source.feed,
        endpoint=source.table,
        pull_id="predecessor-" + hashlib.sha256(source.table.encode()).hexdigest()[:16],
        page=page,
        is_last_page=is_last_page,
        requested_at=received_at,
        received_at=received_at,
        status_code=200,
        body=body,
    )


def _moment(value: object) -> datetime | None:
    """A time as the predecessor kept it: seconds since 1970, or ISO text; None = unreadable."""
    try:
        match value:
            case int() | float():
                return datetime.fromtimestamp(value, UTC)
            case str():
                read = datetime.fromisoformat(value)
                return read if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
