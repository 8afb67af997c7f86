"""Contract of parsed.transfers; sql/schema/parsed.sql describes it, parsed.py hands it out."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Dollars, UtcTime


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
