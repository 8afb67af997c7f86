"""Contracts of stage forecast; sql/schema/forecast.sql describes columns and units."""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, UtcTime

Pmf = Annotated[pl.List, pl.Float64]


class Evidence(Contract):
    """What observations say of a climate day so far.

    Grain: station_id, climate_date, measure, as_of.
    """

    station_id: str
    climate_date: pl.Date
    measure: str
    as_of: UtcTime
    running_extreme_f: pl.Int32 = pa.Field(nullable=True)
    exact_extreme_f: pl.Int32 = pa.Field(nullable=True)
    bound_f: pl.Int32 = pa.Field(nullable=True)
    last_f: pl.Int32 = pa.Field(nullable=True)
    last_observed_at: UtcTime = pa.Field(nullable=True)
    observation_age_seconds: float = pa.Field(nullable=True)
    last_change_at: UtcTime = pa.Field(nullable=True)
    standard_hour: float
    is_day_over: bool
    is_reconstructed: bool


class Channels(Contract):
    """What each source says of the daily extreme.

    Grain: station_id, climate_date, measure, source_id, variant, as_of.
    """

    station_id: str
    climate_date: pl.Date
    measure: str
    source_id: str
    variant: str
    as_of: UtcTime
    mean_f: float
    sd_f: float = pa.Field(gt=0)
    sd_before_floor_f: float
    lead_hours: float
    is_included: bool
    exclusion: str = pa.Field(nullable=True)
    raw_mean_f: float
    bias_f: float
    branch: str

    class Config:
        """Grain."""

        metadata = {
            "grain": ("station_id", "climate_date", "measure", "source_id", "variant", "as_of")
        }


class DailyExtremes(Contract):
    """The distribution of the daily extreme over whole degrees.

    Grain: event_ticker, variant, as_of.
    """

    event_ticker: str
    variant: str
    as_of: UtcTime
    station_id: str
    climate_date: pl.Date
    measure: str
    mean_f: float
    sd_f: float = pa.Field(gt=0)
    sd_before_floor_f: float
    floor_f: float
    first_f: pl.Int32
    pmf: Pmf
    policy_id: str


class FairValues(Contract):
    """What each market is worth, given the distribution. Grain: ticker, variant, as_of."""

    ticker: str
    variant: str
    as_of: UtcTime
    event_ticker: str
    yes_probability: float = pa.Field(ge=0, le=1)
    market_probability: float = pa.Field(nullable=True, ge=0, le=1)
    pooled_probability: float = pa.Field(nullable=True, ge=0, le=1)
