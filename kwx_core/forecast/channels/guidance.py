"""Guidance: someone else's forecast of the whole day's extreme, with an sd by its lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.forecast.evidence import DAY

if TYPE_CHECKING:
    from kwx_core.policy import Policy

_HOURS_PER_DAY = 24.0


def guidance(evidence: pl.DataFrame, outlooks: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Give each source's newest value for each day of the evidence, variant `live`.

    Lead hours run from issue to the end of the climate day, so that a source which falls silent
    grows less certain by itself. Beyond the last step of policy its sd is not known and it is
    left out.
    """
    told = evidence.join(outlooks, on=DAY, how="inner", validate="1:m")
    ends_in_hours = _HOURS_PER_DAY - pl.col("standard_hour")
    age_hours = (pl.col("as_of") - pl.col("issued_at")).dt.total_seconds() / 3600.0
    by_lead = pl.col("lead_hours").map_elements(
        policy.forecast.guidance_sd_f, return_dtype=pl.Float64
    )
    own = pl.when(pl.col("sd_f") > 0).then(pl.col("sd_f"))
    stated = told.with_columns((ends_in_hours + age_hours).alias("lead_hours")).with_columns(
        pl.coalesce(own, by_lead).alias("_sd")
    )
    furthest = policy.forecast.guidance_sd_steps[-1][1]
    sane = pl.col("value_f").is_between(policy.forecast.lowest_f, policy.forecast.highest_f)
    return stated.with_columns(
        pl.lit("live").alias("variant"),
        pl.col("value_f").alias("mean_f"),
        pl.col("value_f").alias("raw_mean_f"),
        pl.col("_sd").fill_null(furthest).alias("sd_f"),
        pl.col("_sd").fill_null(furthest).alias("sd_before_floor_f"),
        (pl.col("_sd").is_not_null() & sane).alias("is_included"),
        pl.when(pl.col("_sd").is_null())
        .then(pl.lit("no sd is known for so long a lead"))
        .when(~sane)
        .then(pl.lit("no temperature of these cities"))
        .alias("exclusion"),
        pl.lit(0.0).alias("bias_f"),
        pl.lit("guidance").alias("branch"),
    )
