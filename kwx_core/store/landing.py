"""landed: every poll is a row, every distinct body is kept once, untouched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

import polars as pl

from kwx_core.store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb


@dataclass(frozen=True)
class Landing:
    """One answer as it came: what was asked, when, and the bytes; body None = no answer came."""

    feed: str
    endpoint: str
    pull_id: str
    page: int
    is_last_page: bool
    requested_at: datetime
    received_at: datetime
    status_code: int | None
    body: bytes | None
    request: str | None = None


def land(
    con: duckdb.DuckDBPyConnection, landings: Sequence[Landing], environment: str
) -> tuple[int, int]:
    """Append what is not there yet, in one transaction.

    The same answer landed twice (same request, same times, same bytes) is one row.

    Returns:
        The window of landed_seq that was added, half-open; empty when nothing was.
    """
    if not landings:
        return (0, 0)
    first = con.execute("select coalesce(max(landed_seq), 0) + 1 from landed.requests").fetchall()
    start: int = first[0][0]
    # The same fact has the same receipt, so only what is as young can be a repetition.
    oldest = min(one.received_at for one in landings)
    requests = pl.DataFrame([_request(one, environment) for one in landings], schema=_REQUESTS)
    bodies = pl.DataFrame(
        [_body(one) for one in landings if one.body is not None], schema=_BODIES
    ).unique("body_sha256", keep="first", maintain_order=True)
    con.register("landing_requests", requests.with_row_index("sequence"))
    con.register("landing_bodies", bodies.with_row_index("sequence"))
    try:
        with transaction(con):
            con.execute(_NUMBER_BODIES)
            con.execute(_INSERT_BODIES)
            con.execute(_INSERT_REQUESTS, {"start": start, "oldest": oldest})
    finally:
        con.unregister("landing_requests")
        con.unregister("landing_bodies")
    ended = con.execute("select max(landed_seq) + 1 from landed.requests").fetchall()
    return (start, ended[0][0])


_TIME = pl.Datetime("us", "UTC")
_REQUESTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "request_id": pl.String, "feed": pl.String, "endpoint": pl.String, "request": pl.String,
    "pull_id": pl.String, "page": pl.Int32, "is_last_page": pl.Boolean, "status_code": pl.Int32,
    "requested_at": _TIME, "received_at": _TIME, "environment": pl.String,
    "body_sha256": pl.String,
}  # fmt: skip
_BODIES: dict[str, pl.DataType | type[pl.DataType]] = {
    "body_sha256": pl.String, "body": pl.String, "body_bytes": pl.Binary,
    "size_bytes": pl.Int64, "first_received_at": _TIME,
}  # fmt: skip

# A body that is there already keeps its number; the others get the next ones.
_NUMBER_BODIES = """
create or replace temp table landing_numbers as
select
    fresh.body_sha256,
    present.body_seq is null as is_fresh,
    coalesce(
        present.body_seq,
        (select coalesce(max(body_seq), 0) from landed.bodies)
        + row_number() over (partition by present.body_seq is null order by fresh.sequence)
    ) as body_seq
from landing_bodies as fresh
left join landed.bodies as present on present.body_sha256 = fresh.body_sha256
"""
_INSERT_BODIES = """
insert into landed.bodies by name
select fresh.* exclude (sequence), numbers.body_seq
from landing_bodies as fresh
inner join landing_numbers as numbers on numbers.body_sha256 = fresh.body_sha256
where numbers.is_fresh
order by numbers.body_seq
"""
_INSERT_REQUESTS = """
insert into landed.requests by name
select
    fresh.* exclude (sequence),
    $start + row_number() over (order by fresh.sequence) - 1 as landed_seq,
    numbers.body_seq
from (
    select * from landing_requests
    qualify row_number() over (partition by request_id order by sequence) = 1
) as fresh
anti join (
    select request_id from landed.requests where received_at >= $oldest
) as present on present.request_id = fresh.request_id
left join landing_numbers as numbers on numbers.body_sha256 = fresh.body_sha256
"""


def identity(request: dict[str, Any]) -> str:
    """The name of a poll: a hash of what was asked, when, and what came back."""
    told = [str(request[name]) for name in ("feed", "endpoint", "request", "pull_id", "page")]
    times = [request[name].astimezone(UTC).isoformat() for name in ("requested_at", "received_at")]
    told += [str(request["status_code"]), *times]
    told += [str(request[name]) for name in ("environment", "body_sha256")]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]


def _request(one: Landing, environment: str) -> dict[str, object]:
    asked = {name: value for name, value in vars(one).items() if name != "body"}
    sha256 = None if one.body is None else hashlib.sha256(one.body).hexdigest()
    row = {**asked, "environment": environment, "body_sha256": sha256}
    return {"request_id": identity(row), **row}


def _body(one: Landing) -> dict[str, object]:
    received = one.body or b""
    try:
        text = received.decode("utf-8")
        # DuckDB's text cannot hold a zero byte; such a body is kept as bytes.
        is_text = "\x00" not in text
    except UnicodeDecodeError:
        text, is_text = "", False
    return {
        "body_sha256": hashlib.sha256(received).hexdigest(),
        "body": text if is_text else None,
        "body_bytes": None if is_text else received,
        "size_bytes": len(received),
        "first_received_at": one.received_at,
    }
