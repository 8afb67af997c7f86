"""Contracts of parsed.field_pages and parsed.transfers, which parsed.py hands out."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Dollars, Fields, UtcTime


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


class Transfers(Contract):
    """Deposits and withdrawals in their latest version. Grain: kind, transfer_id."""

    transfer_id: str
    kind: str
    amount_dollars: Dollars
    fee_dollars: Dollars = pa.Field(nullable=True)
    status: str
    exchange_index: pl.Int32
    moved_at: UtcTime = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32
