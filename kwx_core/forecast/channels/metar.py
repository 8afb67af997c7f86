"""METAR as the founding document read it, beside the running high alone, its shadow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.forecast.evidence import DAY

if TYPE_CHECKING:
    from kwx_core.policy import Policy

_HOURS_PER_DAY = 24.0
_BLENDED = "blends a forecast into an observation; kept for comparison"
_SILENT = "no report for too long"


def metar(
    evidence: pl.DataFrame, guidance: pl.DataFrame, policy: Policy
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give `metar` (variant `live`, never included) and `metar_running_only` (`running_high`).

    Days with reports only; one row of each a day. The founding channel has two rules more, a
    diurnal fit and learned residuals; neither has been fitted, so the steps of policy hold.
    """
    forecast = (
        guidance.filter("is_included").group_by(DAY).agg(pl.col("mean_f").mean().alias("_forecast"))
    )
    seen = (
        evidence.filter(pl.col("running_extreme_f").is_not_null())
        .join(forecast, on=DAY, how="left", validate="1:1")
        .with_columns(
            pl.col("running_extreme_f").cast(pl.Float64).alias("raw_mean_f"),
            (_HOURS_PER_DAY - pl.col("standard_hour")).alias("lead_hours"),
            pl.lit(0.0).alias("bias_f"),
        )
    )
    return _blended(seen, policy), _running_only(seen, policy)


def _blended(seen: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    rule = policy.metar
    high, left = pl.col("raw_mean_f"), pl.col("lead_hours")
    has_fallen = high - pl.col("last_f") >= rule.past_peak_drop_f
    hour = pl.col("standard_hour")
    is_past = (hour >= rule.past_peak_hour) | ((hour >= rule.past_peak_early_hour) & has_fallen)
    is_blend = pl.col("_forecast").is_not_null()
    weight = (left / rule.blend_hours).clip(rule.blend_weight_floor, 1.0)
    blend = weight * pl.max_horizontal("_forecast", "raw_mean_f") + (1.0 - weight) * high
    by_hours = left.map_elements(rule.residual_sd_f, return_dtype=pl.Float64)
    cold = pl.max_horizontal(by_hours, pl.lit(rule.cold_start_sd_f))
    sd = pl.when(is_past).then(rule.past_peak_sd_f).when(is_blend).then(by_hours).otherwise(cold)
    branch = pl.when(is_past).then(pl.lit("past_peak")).when(is_blend).then(pl.lit("blend"))
    return seen.with_columns(
        pl.lit("metar").alias("source_id"),
        pl.lit("live").alias("variant"),
        pl.when(~is_past & is_blend & (left > 0)).then(blend).otherwise(high).alias("mean_f"),
        sd.alias("sd_f"),
        sd.alias("sd_before_floor_f"),
        pl.lit(value=False).alias("is_included"),
        pl.lit(_BLENDED).alias("exclusion"),
        branch.otherwise(pl.lit("cold_start")).alias("branch"),
    )


def _running_only(seen: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    is_silent = (pl.col("observation_age_seconds") > policy.metar.frozen_after_seconds) & ~pl.col(
        "is_day_over"
    )
    return seen.with_columns(
        pl.lit("metar_running_only").alias("source_id"),
        pl.lit("running_high").alias("variant"),
        pl.col("raw_mean_f").alias("mean_f"),
        pl.lit(policy.metar.running_only_sd_f).alias("sd_f"),
        pl.lit(policy.metar.running_only_sd_f).alias("sd_before_floor_f"),
        (~is_silent).alias("is_included"),
        pl.when(is_silent).then(pl.lit(_SILENT)).alias("exclusion"),
        pl.lit("running_high").alias("branch"),
    )
