"""Combination: what all guidance together says of the day, without pretending independence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.unstored import RemainingDays
from kwx_core.forecast.evidence import DAY

if TYPE_CHECKING:
    from kwx_core.contracts.forecast import Channels
    from kwx_core.policy import Policy


def combination(channels: Frame[Channels], policy: Policy) -> Frame[RemainingDays]:
    """Combine the included guidance of each climate day into one mean and sd (°F).

    Weights are precisions, but the variance is that of errors which correlate as policy says,
    plus the variance between the sources: two that disagree by twenty degrees know less than
    either of them claims.
    """
    correlation = policy.forecast.source_correlation
    precision = pl.col("sd_f").pow(-2)
    weight = precision / precision.sum()
    mean = (weight * pl.col("mean_f")).sum()
    error = weight * pl.col("sd_f")
    within = correlation * error.sum().pow(2) + (1.0 - correlation) * error.pow(2).sum()
    between = (weight * (pl.col("mean_f") - mean).pow(2)).sum()
    combined = (
        channels.filter(pl.col("is_included") & (pl.col("branch") == "guidance"))
        .group_by(DAY)
        .agg(mean.alias("_mean"), (within + between).sqrt().alias("_sd"))
        .rename({"_mean": "mean_f", "_sd": "sd_f"})
    )
    return RemainingDays.validate(combined.select(columns(RemainingDays)))
