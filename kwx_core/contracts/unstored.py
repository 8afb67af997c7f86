"""Contracts of frames that are made, handed on and never kept."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Count, Dollars, UtcTime
from kwx_core.contracts.forecast import Pmf


class Listings(Contract):
    """Markets of the events that still trade, tiling or not, with their clock. Grain: ticker."""

    ticker: str
    event_ticker: str
    series_ticker: str
    station_id: str
    measure: str
    climate_date: pl.Date
    lower_f: pl.Int32 = pa.Field(nullable=True)
    upper_f: pl.Int32 = pa.Field(nullable=True)
    bounds_evidence: str = pa.Field(nullable=True)
    close_at: UtcTime
    standard_offset_hours: pl.Int32


class Ladders(Listings):
    """The listings whose event covers every whole degree exactly once. Grain: ticker."""


class Readings(Contract):
    """Observations of the last days. Grain: station_id, observed_at, kind, lower_f, upper_f."""

    station_id: str
    observed_at: UtcTime
    kind: str
    lower_f: pl.Int32
    upper_f: pl.Int32
    measure: str = pa.Field(nullable=True)
    window_start_at: UtcTime = pa.Field(nullable=True)
    window_end_at: UtcTime = pa.Field(nullable=True)
    is_reconstructed: bool


class Outlooks(Contract):
    """The newest guidance of each source. Grain: station_id, climate_date, measure, source_id."""

    station_id: str
    climate_date: pl.Date
    measure: str
    source_id: str
    issued_at: UtcTime
    value_f: float
    sd_f: float = pa.Field(nullable=True)


class RemainingDays(Contract):
    """What guidance together says of the day. Grain: station_id, climate_date, measure."""

    station_id: str
    climate_date: pl.Date
    measure: str
    mean_f: float
    sd_f: float = pa.Field(gt=0)


class LastExtremes(Contract):
    """The newest distribution kept of each event. Grain: event_ticker, variant."""

    event_ticker: str
    variant: str
    first_f: pl.Int32
    pmf: Pmf


class Prices(Contract):
    """The newest quote of each market, and when it was last seen to hold. Grain: ticker."""

    ticker: str
    confirmed_at: UtcTime
    yes_bid_dollars: Dollars = pa.Field(nullable=True)
    yes_ask_dollars: Dollars = pa.Field(nullable=True)


class Books(Contract):
    """The top of each order book that was landed lately. Grain: ticker."""

    ticker: str
    quoted_at: UtcTime
    bid_dollars: Dollars = pa.Field(nullable=True)
    bid_contracts: Count = pa.Field(nullable=True)
    ask_dollars: Dollars = pa.Field(nullable=True)
    ask_contracts: Count = pa.Field(nullable=True)


class Holdings(Contract):
    """What the account has on each market, one row where it has something. Grain: ticker."""

    ticker: str
    held_contracts: Count
    resting_contracts: Count
    unknown_intents: int
    never_landed_yes: int
    never_landed_no: int


class Exposures(Contract):
    """Money of a strategy on open markets: filled (fee as charged) or open (fee to come)."""

    strategy_id: str
    ticker: str
    climate_date: pl.Date
    price_dollars: Dollars
    contracts: Count
    fee_dollars: Dollars = pa.Field(nullable=True)


class Pulls(Contract):
    """The newest complete pull of each feed. Grain: feed."""

    feed: str
    cadence_seconds: pl.Int32
    requested_at: UtcTime
    received_at: UtcTime


class Halts(Contract):
    """Findings that stop trading, of one series or (null) of all. Grain: finding, subject."""

    finding: str
    subject: str
    family: str = pa.Field(nullable=True)


class LastDecisions(Contract):
    """The newest decision of each market, of the last minutes. Grain: strategy_id, ticker."""

    strategy_id: str
    ticker: str
    decided_at: UtcTime
    outcome_side: str = pa.Field(nullable=True)
    price_dollars: Dollars = pa.Field(nullable=True)
    yes_probability: float
    mean_f: float
    market_probability: float = pa.Field(nullable=True)


class Candidates(Contract):
    """What a strategy proposes on each market, wished or not. Grain: strategy_id, ticker."""

    strategy_id: str
    ticker: str
    event_ticker: str
    outcome_side: str = pa.Field(nullable=True, isin=("yes", "no"))
    yes_probability: float = pa.Field(ge=0, le=1)
    market_probability: float = pa.Field(nullable=True, ge=0, le=1)
    side_probability: float = pa.Field(nullable=True, ge=0, le=1)
    price_dollars: Dollars = pa.Field(nullable=True)
    fee_dollars: Dollars = pa.Field(nullable=True)
    edge_dollars: Dollars = pa.Field(nullable=True)
    probability_rank: pl.UInt32
    quote_age_seconds: float = pa.Field(nullable=True)


class States(Contract):
    """Intents with the last word on each; no word at all reads `unknown`. Grain: intent_id."""

    intent_id: str
    strategy_id: str
    kind: str
    client_order_id: str
    order_id: str = pa.Field(nullable=True)
    ticker: str
    outcome_side: str
    price_dollars: Dollars
    contracts: Count
    time_in_force: str
    close_at: UtcTime = pa.Field(nullable=True)
    intended_at: UtcTime
    state: str
    outcome_order_id: str = pa.Field(nullable=True)
    observed_at: UtcTime = pa.Field(nullable=True)


class OrderPulls(Contract):
    """Pulls of the whole order list or archive, complete and readable or not. Grain: pull_id."""

    feed: str
    pull_id: str
    requested_at: UtcTime
    is_complete: bool
