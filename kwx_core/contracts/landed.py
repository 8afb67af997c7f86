"""Contracts of stage landed; sql/schema/landed.sql describes columns and units."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, UtcTime


class Requests(Contract):
    """Every poll and what came back. Grain: request_id."""

    request_id: str
    feed: str
    endpoint: str
    request: str = pa.Field(nullable=True)
    pull_id: str
    page: pl.Int32
    is_last_page: bool
    status_code: pl.Int32 = pa.Field(nullable=True)
    requested_at: UtcTime
    received_at: UtcTime
    environment: str
    landed_seq: int
    body_sha256: str = pa.Field(nullable=True)
    body_seq: int = pa.Field(nullable=True)


class Bodies(Contract):
    """Every distinct body, untouched. Grain: body_sha256."""

    body_sha256: str
    body: str = pa.Field(nullable=True)
    body_bytes: pl.Binary = pa.Field(nullable=True)
    size_bytes: int
    first_received_at: UtcTime
    body_seq: int
