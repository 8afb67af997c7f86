"""Kept: which events' beliefs are new enough to be written down, so that growth is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.forecast import DailyExtremes
    from kwx_core.contracts.unstored import LastExtremes


def kept(daily_extremes: Frame[DailyExtremes], last: Frame[LastExtremes]) -> pl.DataFrame:
    """Give the events (event_ticker, station_id, climate_date, measure) to be written down.

    An event is written whole, with every variant, as soon as one of them differs from the
    newest distribution that `last` holds; what `last` no longer reaches back to is written anew.
    """
    return (
        daily_extremes.join(
            last, on=["event_ticker", "variant"], how="left", validate="1:1", suffix="_last"
        )
        .filter(
            pl.col("first_f_last").ne_missing(pl.col("first_f"))
            | pl.col("pmf_last").ne_missing(pl.col("pmf"))
        )
        .select("event_ticker", "station_id", "climate_date", "measure")
        .unique()
    )
