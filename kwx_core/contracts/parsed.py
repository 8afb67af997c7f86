"""Contracts of stage parsed; sql/schema/parsed.sql describes columns and units."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Count, Dollars, UtcTime
from kwx_core.contracts.field_pages import FieldPages
from kwx_core.contracts.imported import ImportedDecisions, PredecessorBooks
from kwx_core.contracts.transfers import Payments, ShardMoves, Transfers

__all__ = [
    "FieldPages", "ImportedDecisions", "Payments", "PredecessorBooks", "ShardMoves", "Transfers",
]  # fmt: skip


class Markets(Contract):
    """Each market in its latest version, with integer bounds. Grain: ticker."""

    ticker: str
    event_ticker: str
    series_ticker: str
    station_id: str = pa.Field(nullable=True)
    measure: str = pa.Field(nullable=True)
    climate_date: pl.Date = pa.Field(nullable=True)
    strike_type: str = pa.Field(nullable=True)
    floor_strike: Dollars = pa.Field(nullable=True)
    cap_strike: Dollars = pa.Field(nullable=True)
    lower_f: pl.Int32 = pa.Field(nullable=True)
    upper_f: pl.Int32 = pa.Field(nullable=True)
    bounds_evidence: str = pa.Field(nullable=True)
    status: str
    market_result: str = pa.Field(nullable=True)
    settlement_value_dollars: Dollars = pa.Field(nullable=True)
    expiration_value_f: float = pa.Field(nullable=True)
    open_at: UtcTime = pa.Field(nullable=True)
    close_at: UtcTime = pa.Field(nullable=True)
    settled_at: UtcTime = pa.Field(nullable=True)
    rules_template_sha256: str = pa.Field(nullable=True)
    is_imported: bool
    settlement_source: str = pa.Field(nullable=True)
    settlement_timer_seconds: pl.Int32 = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Quotes(Contract):
    """Top of book, kept on change or every five minutes. Grain: ticker, quoted_at."""

    ticker: str
    quoted_at: UtcTime
    yes_bid_dollars: Dollars = pa.Field(nullable=True)
    yes_bid_contracts: Count = pa.Field(nullable=True)
    yes_ask_dollars: Dollars = pa.Field(nullable=True)
    yes_ask_contracts: Count = pa.Field(nullable=True)
    last_price_dollars: Dollars = pa.Field(nullable=True)
    volume_contracts: Count = pa.Field(nullable=True)
    status: str
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class BookLevels(Contract):
    """Resting contracts a price level. Grain: ticker, quoted_at, book_side, price_dollars."""

    ticker: str
    quoted_at: UtcTime
    book_side: str
    price_dollars: Dollars
    contracts: Count
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Trades(Contract):
    """Public trades. Grain: trade_id."""

    trade_id: str
    ticker: str
    traded_at: UtcTime
    yes_price_dollars: Dollars
    contracts: Count
    taker_outcome_side: str
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Observations(Contract):
    """What the stations measured. Grain: station_id, observed_at, kind, raw_sha256."""

    station_id: str
    observed_at: UtcTime
    kind: str
    lower_f: pl.Int32
    upper_f: pl.Int32
    measure: str = pa.Field(nullable=True)
    window_start_at: UtcTime = pa.Field(nullable=True)
    window_end_at: UtcTime = pa.Field(nullable=True)
    raw: str
    raw_sha256: str
    is_reconstructed: bool
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Guidance(Contract):
    """Someone else's model output for a climate day.

    Grain: station_id, climate_date, measure, source_id, issued_at.
    """

    station_id: str
    climate_date: pl.Date
    measure: str
    source_id: str
    issued_at: UtcTime
    value_f: float
    sd_f: float = pa.Field(nullable=True)
    is_reconstructed: bool
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Orders(Contract):
    """Our account's orders in their latest version. Grain: order_id."""

    order_id: str
    client_order_id: str = pa.Field(nullable=True)
    ticker: str
    outcome_side: str
    status: str
    price_dollars: Dollars
    contracts: Count
    filled_contracts: Count = pa.Field(nullable=True)
    remaining_contracts: Count = pa.Field(nullable=True)
    exchange_index: pl.Int32
    created_at: UtcTime = pa.Field(nullable=True)
    updated_at: UtcTime = pa.Field(nullable=True)
    is_imported: bool
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Fills(Contract):
    """What the exchange told us was filled. Grain: fill_id."""

    fill_id: str
    order_id: str = pa.Field(nullable=True)
    client_order_id: str = pa.Field(nullable=True)
    ticker: str
    outcome_side: str
    price_dollars: Dollars
    yes_price_dollars: Dollars
    contracts: Count
    fee_dollars: Dollars = pa.Field(nullable=True)
    is_taker: bool = pa.Field(nullable=True)
    exchange_index: pl.Int32
    filled_at: UtcTime
    is_imported: bool
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Settlements(Contract):
    """What the exchange said of each settled market; money kept as reported. Grain: ticker."""

    ticker: str
    event_ticker: str = pa.Field(nullable=True)
    market_result: str = pa.Field(nullable=True)
    settlement_value_dollars: Dollars = pa.Field(nullable=True)
    settled_at: UtcTime = pa.Field(nullable=True)
    exchange_index: pl.Int32
    revenue_reported_dollars: Dollars = pa.Field(nullable=True)
    yes_contracts_reported: Count = pa.Field(nullable=True)
    no_contracts_reported: Count = pa.Field(nullable=True)
    yes_cost_reported_dollars: Dollars = pa.Field(nullable=True)
    no_cost_reported_dollars: Dollars = pa.Field(nullable=True)
    fee_reported_dollars: Dollars = pa.Field(nullable=True)
    profit_reported_dollars: Dollars = pa.Field(nullable=True)
    is_imported: bool
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Positions(Contract):
    """What the exchange says we hold. Grain: ticker, exchange_index, received_at."""

    ticker: str
    exchange_index: pl.Int32
    contracts: Count
    exposure_dollars: Dollars = pa.Field(nullable=True)
    realized_profit_dollars: Dollars = pa.Field(nullable=True)
    fee_dollars: Dollars = pa.Field(nullable=True)
    is_complete: bool
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Balances(Contract):
    """What the exchange says we can spend. Grain: exchange_index, received_at."""

    exchange_index: pl.Int32
    balance_dollars: Dollars
    portfolio_value_dollars: Dollars = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class UserDataTimestamps(Contract):
    """How new the portfolio answers are. Grain: received_at."""

    as_of_at: UtcTime
    received_at: UtcTime
    landed_seq: int
    position: pl.Int32


class Rejects(Contract):
    """What could not be read, and why. Grain: request_id, position, noun."""

    request_id: str
    position: pl.Int32
    noun: str
    feed: str
    reason: str
    record: str = pa.Field(nullable=True)
    received_at: UtcTime
    landed_seq: int


class Progress(Contract):
    """How far each noun has read. Grain: noun."""

    noun: str
    until_seq: int
