"""forecast.evidence: what the observations say of a climate day so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.forecast import Evidence

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.unstored import Ladders, Readings
    from kwx_core.policy import Policy

DAY = ["station_id", "climate_date", "measure"]
_SECONDS_PER_HOUR = 3600.0


def evidence(
    readings: Frame[Readings], ladders: Frame[Ladders], policy: Policy, as_of: datetime
) -> Frame[Evidence]:
    """Give each climate day on the ladders its observed bound; grain station, date, measure.

    A climate day is local standard time, the whole year, and an observation belongs to it by
    its own time, never by its receipt. A high is bounded from below by the least that each
    report can mean, a low from above by the most. A day without observations has a row of
    nulls: nothing observed is not a temperature.
    """
    days = _days(ladders, as_of)
    told = _told(days, readings, policy)
    frame = days.join(_summary(told), on=DAY, how="left", validate="1:1").with_columns(
        _age("last_observed_at").alias("observation_age_seconds"),
        (_age("_starts_at") / _SECONDS_PER_HOUR).alias("standard_hour"),
        (pl.col("as_of") >= pl.col("_starts_at").dt.offset_by("24h")).alias("is_day_over"),
        pl.col("is_reconstructed").fill_null(value=False),
    )
    return Evidence.validate(frame.select(columns(Evidence)).sort(DAY))


def _days(ladders: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    midnight = pl.col("climate_date").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    offset = pl.duration(hours=pl.col("standard_offset_hours"))
    return (
        ladders.select(*DAY, "standard_offset_hours")
        .unique(DAY)
        .with_columns(
            (midnight - offset).alias("_starts_at"),
            pl.lit(as_of).cast(pl.Datetime("us", "UTC")).alias("as_of"),
            pl.when(pl.col("measure") == "high").then(1).otherwise(-1).alias("_sign"),
        )
    )


def _told(days: pl.DataFrame, readings: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Each reading beside the day it belongs to; `_value` is the bound, mirrored for lows."""
    ends_at = pl.col("_starts_at").dt.offset_by("24h")
    is_exact = pl.col("kind") == "exact_extreme"
    is_inside = (pl.col("observed_at") >= pl.col("_starts_at")) & (pl.col("observed_at") < ends_at)
    is_whole = (
        (pl.col("window_start_at") >= pl.col("_starts_at"))
        & (pl.col("window_end_at") <= ends_at)
        & (pl.col("said_of") == pl.col("measure"))
    )
    bound = pl.when(pl.col("_sign") > 0).then(pl.col("lower_f")).otherwise(-pl.col("upper_f"))
    sane = pl.col("lower_f").ge(policy.forecast.lowest_f) & pl.col("upper_f").le(
        policy.forecast.highest_f
    )
    told = (
        days.join(
            readings.rename({"measure": "said_of"}), on="station_id", how="inner", validate="m:m"
        )
        .filter(pl.when(is_exact).then(is_whole).otherwise(is_inside), sane)
        .filter(pl.col("observed_at") <= pl.col("as_of"))
        .with_columns(is_exact.alias("_is_exact"), bound.cast(pl.Int32).alias("_value"))
        .sort(*DAY, "_is_exact", "observed_at", "_value")
    )
    return told.filter(pl.col("_is_exact") | ~_is_spike(policy.metar.spike_f))


def _is_spike(spike_f: float) -> pl.Expr:
    """Above its neighbours by more than a step an hour: it waits for a second report."""
    group = [*DAY, "_is_exact"]

    def rise(other: int) -> pl.Expr:
        neighbour = pl.col("_value").shift(other).over(group)
        apart = (pl.col("observed_at") - pl.col("observed_at").shift(other).over(group)).dt
        hours = (apart.total_seconds().abs() / _SECONDS_PER_HOUR).clip(lower_bound=1.0)
        return pl.col("_value") - neighbour > spike_f * hours

    return rise(1).fill_null(value=False) & rise(-1).fill_null(value=True)


def _summary(told: pl.DataFrame) -> pl.DataFrame:
    sampled = pl.col("_value").filter(~pl.col("_is_exact"))
    at = pl.col("observed_at").filter(~pl.col("_is_exact"))
    exact = pl.col("_value").filter(pl.col("_is_exact")).max()
    sign = pl.col("_sign").first()
    return told.group_by(DAY).agg(
        (sign * sampled.max()).cast(pl.Int32).alias("running_extreme_f"),
        (sign * exact).cast(pl.Int32).alias("exact_extreme_f"),
        (sign * pl.col("_value").max()).cast(pl.Int32).alias("bound_f"),
        (sign * sampled.last()).cast(pl.Int32).alias("last_f"),
        at.max().alias("last_observed_at"),
        at.filter(sampled == sampled.max()).min().alias("last_change_at"),
        pl.col("is_reconstructed").any(),
    )


def _age(column: str) -> pl.Expr:
    return (pl.col("as_of") - pl.col(column)).dt.total_microseconds() / 1e6
