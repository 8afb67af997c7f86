"""The normal distribution as Polars expressions, exact in the tails."""

from __future__ import annotations

import math

import polars as pl

_ROOT_TWO = math.sqrt(2.0)


def bracket_probability(
    lower_edge: pl.Expr, upper_edge: pl.Expr, mean: pl.Expr, sd: pl.Expr
) -> pl.Expr:
    """Give the mass of Normal(mean, sd) inside [lower_edge, upper_edge), all in °F.

    A null edge is infinite. A mean or sd that is null or not finite, or an sd that is not
    positive, gives null: unknown is not the opinion "impossible". Both edges are mirrored to
    the right of the mean before they are subtracted, so that a far tail keeps its relative
    accuracy (about 1e-15) instead of cancelling to zero.
    """
    lower = _standardized(lower_edge, mean, sd, where_open=-math.inf)
    upper = _standardized(upper_edge, mean, sd, where_open=math.inf)
    is_right_of_mean = lower > 0
    near = pl.when(is_right_of_mean).then(lower).otherwise(-upper)
    far = pl.when(is_right_of_mean).then(upper).otherwise(-lower)
    is_known = mean.is_finite() & sd.is_finite() & (sd > 0)
    return pl.when(is_known).then(0.5 * (near.erfc() - far.erfc())).otherwise(None)


def _standardized(edge: pl.Expr, mean: pl.Expr, sd: pl.Expr, *, where_open: float) -> pl.Expr:
    distance = (edge - mean) / (sd * _ROOT_TWO)
    return pl.when(edge.is_null()).then(pl.lit(where_open)).otherwise(distance)
