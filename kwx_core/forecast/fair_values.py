"""forecast.fair_values: what is each market worth, given the day's distribution?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.forecast import FairValues

if TYPE_CHECKING:
    from kwx_core.contracts.forecast import DailyExtremes
    from kwx_core.contracts.unstored import Ladders, Prices
    from kwx_core.policy import Policy


def fair_values(
    ladders: Frame[Ladders],
    daily_extremes: Frame[DailyExtremes],
    prices: Frame[Prices],
    policy: Policy,
) -> Frame[FairValues]:
    """Give every market the probability mass that its integer bounds enclose.

    Grain: one row per ticker and variant. A market whose event has no forecast is absent
    rather than zero: no opinion is not the opinion "impossible". The market's own probability
    is the middle of a fresh two-sided quote, and null where there is none.
    """
    events = daily_extremes.select("event_ticker", "variant", "as_of", "first_f", "pmf")
    markets = ladders.select("ticker", "event_ticker", "lower_f", "upper_f").join(
        events.drop("pmf").with_row_index("_event"), on="event_ticker", how="inner", validate="m:m"
    )
    worth = markets.with_columns(_enclosed(markets, events["pmf"]).alias("yes_probability"))
    told = worth.join(_opinions(prices), on="ticker", how="left", validate="m:1").with_columns(
        pl.when(_is_an_opinion(policy)).then("_middle").alias("market_probability")
    )
    pooled = told.with_columns(_pooled(policy).alias("pooled_probability"))
    return FairValues.validate(pooled.select(columns(FairValues)))


def _enclosed(markets: pl.DataFrame, pmf: pl.Series) -> pl.Series:
    """Sums of the pmf between inclusive bounds, as differences of one running sum an event."""
    lengths = pmf.list.len().to_numpy().astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths + 1)])
    sums = np.zeros(int(starts[-1]))
    is_first = np.zeros(int(starts[-1]), dtype=np.bool_)
    is_first[starts[:-1]] = True
    sums[~is_first] = pmf.explode(empty_as_null=False).to_numpy()
    sums = np.cumsum(sums)
    event = markets["_event"].to_numpy()
    first, size, base = markets["first_f"].to_numpy(), lengths[event], starts[event]
    lower = markets["lower_f"].fill_null(-(2**20)).to_numpy()
    upper = markets["upper_f"].fill_null(2**20).to_numpy()
    low = sums[base + np.clip(lower - first, 0, size)]
    high = sums[base + np.clip(upper - first + 1, 0, size)]
    return pl.Series(np.clip(high - low, 0.0, 1.0))


def _opinions(prices: pl.DataFrame) -> pl.DataFrame:
    bid, ask = (pl.col(f"yes_{side}_dollars").cast(pl.Float64) for side in ("bid", "ask"))
    return prices.select(
        "ticker",
        "confirmed_at",
        ((bid + ask) / 2.0).alias("_middle"),
        (pl.col("yes_ask_dollars") - pl.col("yes_bid_dollars")).alias("_spread"),
    )


def _is_an_opinion(policy: Policy) -> pl.Expr:
    age_seconds = (pl.col("as_of") - pl.col("confirmed_at")).dt.total_microseconds() / 1e6
    widest = pl.lit(policy.forecast.market_spread_dollars)
    return (age_seconds <= policy.forecast.market_age_seconds) & pl.col("_spread").is_between(
        0, widest
    )


def _pooled(policy: Policy) -> pl.Expr:
    """Both log-odds, weighted; null where one is unknown, ours where ours is certain."""
    share = policy.forecast.model_weight_ratio
    ours, market = pl.col("yes_probability"), pl.col("market_probability")
    odds = share * (ours / (1.0 - ours)).log() + (1.0 - share) * (market / (1.0 - market)).log()
    return pl.when(market.is_not_null()).then(1.0 / (1.0 + (-odds).exp()))
