"""Ladders: the events whose markets cover every whole degree exactly once."""

from __future__ import annotations

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.unstored import Ladders, Listings


def ladders(listings: Frame[Listings]) -> Frame[Ladders]:
    """Keep the events that tile the line of whole °F; one row per ticker, in ladder order.

    An event with a gap, an overlap, a missing tail or a market whose bounds nobody could read
    is absent as a whole: no opinion, because its probabilities could not sum to one.
    """
    ordered = listings.sort("event_ticker", "lower_f", "ticker", nulls_last=False)
    whole = (
        ordered.with_columns(_fits=_fits_its_neighbour())
        .group_by("event_ticker")
        .agg(pl.col("_fits").all() & pl.col("upper_f").last().is_null())
        .filter("_fits")
    )
    kept = ordered.join(whole, on="event_ticker", how="semi", maintain_order="left", validate="m:m")
    return Ladders.validate(kept.select(columns(Ladders)))


def _fits_its_neighbour() -> pl.Expr:
    """Every market begins where the one below it ends; the lowest is open below."""
    below = pl.col("upper_f").shift(1).over("event_ticker")
    is_first = pl.int_range(pl.len()).over("event_ticker") == 0
    begins = pl.when(is_first).then(pl.col("lower_f").is_null())
    is_ordered = pl.col("upper_f").is_null() | (pl.col("upper_f") >= pl.col("lower_f"))
    fits = (pl.col("lower_f") == below + 1) & is_ordered
    return begins.otherwise(fits).fill_null(value=False) & pl.col("bounds_evidence").is_not_null()
