"""Contracts of money that moved otherwise than by a fill; sql/schema/parsed.sql describes them."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Dollars, UtcTime


class Transfers(Contract):
    """Deposits and withdrawals, each state as told last. Grain: kind, transfer_id, status."""

    transfer_id: str
    kind: str
    amount_dollars: Dollars
    fee_dollars: Dollars = pa.Field(nullable=True)
    status: str
    exchange_index: pl.Int32
    finalized_at: UtcTime = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class ShardMoves(Contract):
    """Money that moved between shards, in its latest version. Grain: transfer_id."""

    transfer_id: str
    source_exchange_index: pl.Int32 = pa.Field(nullable=True)
    destination_exchange_index: pl.Int32 = pa.Field(nullable=True)
    amount_dollars: Dollars
    status: str
    moved_at: UtcTime = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Payments(Contract):
    """Each moment at which a market was paid for, in its latest word. Grain: ticker, settled_at."""

    ticker: str
    settled_at: UtcTime
    market_result: str
    settlement_value_dollars: Dollars = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32
