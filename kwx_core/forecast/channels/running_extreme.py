"""Running extreme: what has been observed, plus what hourly reports miss of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from kwx_core.policy import Policy

_HOURS_PER_DAY = 24.0


def running_extreme(evidence: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Give mean and sd of the extreme reached so far, variant `live`; days with reports only.

    An hourly report samples the day; the increment of policy is what the official extreme of
    the time already past exceeds it by. It says nothing of the hours to come.
    """
    increments_f = np.arange(len(policy.metar.increment_pmf))
    weights = np.asarray(policy.metar.increment_pmf)
    mean_f = float(weights @ increments_f)
    sd_f = float(np.sqrt(weights @ (increments_f - mean_f) ** 2))
    seen = pl.col("running_extreme_f").cast(pl.Float64)
    return evidence.filter(pl.col("running_extreme_f").is_not_null()).with_columns(
        pl.lit("running_extreme").alias("source_id"),
        pl.lit("live").alias("variant"),
        (seen + mean_f).alias("mean_f"),
        pl.lit(sd_f).alias("sd_f"),
        pl.lit(sd_f).alias("sd_before_floor_f"),
        (_HOURS_PER_DAY - pl.col("standard_hour")).alias("lead_hours"),
        pl.lit(value=True).alias("is_included"),
        pl.lit(None, dtype=pl.String).alias("exclusion"),
        seen.alias("raw_mean_f"),
        pl.lit(-mean_f).alias("bias_f"),
        pl.lit("increment").alias("branch"),
    )
