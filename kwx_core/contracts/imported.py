"""Contracts of stage parsed that only an import fills; sql/schema/parsed.sql describes them."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Count, Dollars, UtcTime


class ImportedDecisions(Contract):
    """What the predecessor decided, each in its latest version. Grain: decision_id."""

    decision_id: str
    decided_at: UtcTime
    strategy_id: str
    ticker: str
    outcome_side: str = pa.Field(nullable=True)
    yes_probability: float
    price_dollars: Dollars = pa.Field(nullable=True)
    contracts: Count = pa.Field(nullable=True)
    verdict: str
    order_id: str = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class PredecessorBooks(Contract):
    """What the predecessor's books said. Grain: table_name, row_key, column_name."""

    table_name: str
    row_key: str
    column_name: str
    reported_value: str
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32
