"""Contract of parsed.field_pages; sql/schema/parsed.sql describes it, parsed.py hands it out."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Fields, UtcTime


class FieldPages(Contract):
    """What the records of a page carry, for one page a shape. Grain: feed, slot_at, shape."""

    feed: str
    slot_at: UtcTime
    shape: str
    records: pl.Int32 = pa.Field(nullable=True)
    fields: Fields
    state: str = pa.Field(nullable=True)
    request_id: str
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32
