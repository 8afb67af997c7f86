"""forecast.daily_extremes: the distribution of each day's high over whole degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import erfc

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.forecast import DailyExtremes
from kwx_core.forecast.combination import combination
from kwx_core.forecast.evidence import DAY
from kwx_core.forecast.widening import sds_f, widened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kwx_core.contracts.forecast import Channels, Evidence
    from kwx_core.contracts.unstored import Ladders
    from kwx_core.policy import Policy

_SUPPORT = 1e-9  # A degree less likely than this is outside the support that is kept.


def daily_extremes(
    ladders: Frame[Ladders],
    evidence: Frame[Evidence],
    channels: Frame[Channels],
    policy: Policy,
) -> Frame[DailyExtremes]:
    """Give each event and variant the probability of every whole °F; pmf sums to 1.

    `live` is the maximum of what has been reached and what is still to come; `running_high` is
    the founding document's shadow, a normal around the running high. An event on which a
    variant has nothing to say is absent.
    """
    events = _events(ladders, evidence, policy)
    frames = [_live(events, channels, policy), _running_high(events, channels, policy)]
    frame = pl.concat([each.select(columns(DailyExtremes)) for each in frames])
    return DailyExtremes.validate(frame)


def _events(ladders: pl.DataFrame, evidence: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    return (
        ladders.select("event_ticker", "series_ticker", *DAY)
        .unique("event_ticker", maintain_order=True)
        .join(evidence, on=DAY, how="inner", validate="m:1", maintain_order="left")
        .with_columns(pl.lit(policy.policy_id).alias("policy_id"))
    )


def _live(events: pl.DataFrame, channels: Frame[Channels], policy: Policy) -> pl.DataFrame:
    told = events.filter(pl.col("measure") == "high").join(
        combination(channels, policy).rename({"mean_f": "_mean", "sd_f": "_sd"}),
        on=DAY, how="left", validate="m:1", maintain_order="left",
    )  # fmt: skip
    to_come = _to_come(told, policy)
    # Without guidance nothing is known of hours that are still to come.
    is_known = (to_come == 0.0) | told["_mean"].is_not_null().to_numpy()
    told, to_come = told.filter(is_known), to_come[is_known]
    bounds_f = told["bound_f"].cast(pl.Float64).to_numpy()
    cumulative = _reached(told, policy) * _remaining(told, to_come, policy)
    exact = np.diff(cumulative, axis=1, prepend=0.0)
    exact[:, -1] += 1.0 - exact.sum(axis=1)
    floors = _floors(told, "live", policy)
    pmf = widened(exact, _degrees(policy), floors, bounds_f)
    # Edited and missing minutes: now and then the settled value lies below an observed one.
    share = np.where(np.isnan(bounds_f), 0.0, policy.forecast.quality_control_probability)
    pmf = (1.0 - share[:, None]) * pmf + share[:, None] * np.roll(pmf, -1, axis=1)
    return _described(told, "live", pmf, sds_f(exact, _degrees(policy)), policy)


def _degrees(policy: Policy) -> NDArray[np.float64]:
    return np.arange(policy.forecast.lowest_f, policy.forecast.highest_f + 1, dtype=np.float64)


def _floors(told: pl.DataFrame, variant: str, policy: Policy) -> NDArray[np.float64]:
    families = told["series_ticker"].to_list()
    return np.array([policy.forecast.floors_f(variant, family) for family in families])


def _to_come(told: pl.DataFrame, policy: Policy) -> NDArray[np.float64]:
    """Probability that the high is still to come after the last report; 1 without any report."""
    hours = (told["standard_hour"] - told["observation_age_seconds"] / 3600.0).to_list()
    steps = policy.forecast.remaining_day_probability
    return np.array([1.0 if hour is None else steps(hour) for hour in hours], dtype=np.float64)


def _reached(told: pl.DataFrame, policy: Policy) -> NDArray[np.float64]:
    """P(extreme of the hours past <= k): running extreme plus increment, not below an exact one."""
    degrees = _degrees(policy)
    increments = np.concatenate([[0.0], np.cumsum(policy.metar.increment_pmf)])
    increments[-1] = 1.0
    running = told["running_extreme_f"].cast(pl.Float64).to_numpy()[:, None]
    exact = told["exact_extreme_f"].cast(pl.Float64).to_numpy()[:, None]
    above = np.nan_to_num(degrees - running, nan=len(increments))
    by_running = increments[np.clip(above + 1, 0, len(increments) - 1).astype(np.int64)]
    is_possible = np.isnan(exact) | (degrees >= exact)
    return np.where(is_possible, by_running, 0.0)


def _remaining(
    told: pl.DataFrame, to_come: NDArray[np.float64], policy: Policy
) -> NDArray[np.float64]:
    """P(extreme of the hours to come <= k); with probability 1 - to_come they add nothing."""
    mean = told["_mean"].fill_null(0.0).to_numpy()[:, None]
    sd = told["_sd"].fill_null(1.0).to_numpy()[:, None]
    return 1.0 - to_come[:, None] * (1.0 - _normal_cdf(_degrees(policy), mean, sd))


def _normal_cdf(
    degrees: NDArray[np.float64], mean: NDArray[np.float64], sd: NDArray[np.float64]
) -> NDArray[np.float64]:
    cdf: NDArray[np.float64] = 0.5 * erfc((mean - degrees - 0.5) / (sd * np.sqrt(2.0)))
    return cdf


def _running_high(events: pl.DataFrame, channels: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    shadow = channels.filter(pl.col("is_included") & (pl.col("variant") == "running_high"))
    told = events.join(
        shadow.select(*DAY, "mean_f", "sd_f"),
        on=DAY, how="inner", validate="m:1", maintain_order="left",
    )  # fmt: skip
    sd = np.maximum(told["sd_f"].to_numpy(), _floors(told, "running_high", policy))
    cdf = _normal_cdf(_degrees(policy), told["mean_f"].to_numpy()[:, None], sd[:, None])
    pmf = np.diff(cdf, axis=1, prepend=0.0)
    pmf[:, -1] += 1.0 - pmf.sum(axis=1)
    return _described(told, "running_high", pmf, told["sd_f"].to_numpy(), policy)


def _described(
    told: pl.DataFrame,
    variant: str,
    pmf: NDArray[np.float64],
    sd_before_floor: NDArray[np.float64],
    policy: Policy,
) -> pl.DataFrame:
    """The event's columns beside its distribution, kept to its support."""
    degrees = _degrees(policy)
    first, supports = _supports(pmf, policy.forecast.lowest_f)
    return told.select("event_ticker", "as_of", *DAY, "policy_id").with_columns(
        pl.lit(variant).alias("variant"),
        pl.Series("mean_f", pmf @ degrees, dtype=pl.Float64),
        pl.Series("sd_f", sds_f(pmf, degrees), dtype=pl.Float64),
        pl.Series("sd_before_floor_f", sd_before_floor, dtype=pl.Float64),
        pl.Series("floor_f", _floors(told, variant, policy), dtype=pl.Float64),
        pl.Series("first_f", first, dtype=pl.Int32),
        pl.Series("pmf", supports, dtype=pl.List(pl.Float64)),
    )


def _supports(pmf: NDArray[np.float64], lowest_f: int) -> tuple[list[int], list[list[float]]]:
    is_inside = pmf >= _SUPPORT
    first = is_inside.argmax(axis=1)
    end = pmf.shape[1] - is_inside[:, ::-1].argmax(axis=1)
    kept = [(row[a:b] / row[a:b].sum()).tolist() for row, a, b in zip(pmf, first, end, strict=True)]
    return [lowest_f + int(a) for a in first], kept
