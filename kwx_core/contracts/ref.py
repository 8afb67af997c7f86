"""Contracts of stage ref; sql/schema/ref.sql describes columns and units."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Dollars, UtcTime


class Account(Contract):
    """Whose database this is. Grain: account."""

    environment: str
    account: str
    created_at: UtcTime
    schema_version: pl.Int32
    collateral_return_at: UtcTime = pa.Field(nullable=True)


class Migrations(Contract):
    """Which changes of the schema were applied. Grain: number."""

    number: pl.Int32
    name: str
    sha256: str
    applied_at: UtcTime


class Stations(Contract):
    """Where each city is measured. Grain: station_id."""

    station_id: str
    city: str
    cli_id: str
    latitude: float
    longitude: float
    elevation_m: pl.Int32
    standard_offset_hours: pl.Int32
    iana_zone: str
    wfo: str
    source: str


class Series(Contract):
    """Which station settles each series, and by which measure. Grain: series_ticker."""

    series_ticker: str
    station_id: str
    measure: str
    is_active: bool
    source: str


class Strategies(Contract):
    """The closed set of strategies and the books they share. Grain: strategy_id."""

    strategy_id: str
    code: str
    book_id: str
    description: str
    since_date: pl.Date


class Prefixes(Contract):
    """What the client order ids of the predecessor meant. Grain: prefix."""

    prefix: str
    strategy_id: str
    since_date: pl.Date
    until_date: pl.Date = pa.Field(nullable=True)


class Feeds(Contract):
    """What the executor asks for, and where the records lie in a body. Grain: feed."""

    feed: str
    cadence_seconds: pl.Int32 = pa.Field(nullable=True)
    host: str
    path: str
    record_path: str = pa.Field(nullable=True)


class Fields(Contract):
    """Which JSON keys each feed is expected to carry. Grain: feed, field."""

    feed: str
    field: str
    presence: str
    type: str
    announced_date: pl.Date = pa.Field(nullable=True)
    since_date: pl.Date = pa.Field(nullable=True)
    until_date: pl.Date = pa.Field(nullable=True)
    source: str


class Sources(Contract):
    """Which sources of evidence and guidance there are; one source means one thing.

    Grain: source_id.
    """

    source_id: str
    channel: str
    run_family: str
    description: str


class Fees(Contract):
    """What a fill costs, by series (or an event or market of one) and date.

    Grain: series_ticker, effective_from.
    """

    series_ticker: str
    effective_from: UtcTime
    fee_type: str
    multiplier: Dollars
    taker_rate: Dollars
    maker_rate: Dollars
    rounding: str = pa.Field(nullable=True)
    source: str
    effective_until: UtcTime = pa.Field(nullable=True)
    possible_from: UtcTime = pa.Field(nullable=True)
    certain_from: UtcTime = pa.Field(nullable=True)
