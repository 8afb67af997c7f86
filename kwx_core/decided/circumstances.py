"""Circumstances: beside each candidate, everything that its gates look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.decided.gates import post_peak_rules
from kwx_core.decided.permissions import permission

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.unstored import Candidates
    from kwx_core.decided.situation import Belief, Situation
    from kwx_core.policy import Policy

_DAY = ["station_id", "climate_date", "measure"]
_POSITIONS = "kalshi_positions"
_COMPARED = ("outcome_side", "price_dollars", "yes_probability", "mean_f", "market_probability")


def circumstances(
    candidates: Frame[Candidates], belief: Belief, situation: Situation, policy: Policy
) -> pl.DataFrame:
    """Join belief, holdings, permissions and last decision to each candidate; grain unchanged.

    What could not be known is null. Without a complete and recent list of positions nothing is
    known to be not held.
    """
    known = _beside_belief(candidates, belief, policy, situation.as_of)
    allowed = _permissions(known, situation, policy)
    family = ["strategy_id", "series_ticker"]
    placed = (
        known.join(allowed, on=family, how="left", validate="m:1", maintain_order="left")
        .join(situation.holdings, on="ticker", how="left", validate="m:1", maintain_order="left")
        .join(_stopped(situation), on="series_ticker", how="left", maintain_order="left")
        .with_columns(*_account(situation, policy))
    )
    return _with_last_decision(placed, situation, policy)


def _beside_belief(
    candidates: Frame[Candidates], belief: Belief, policy: Policy, as_of: datetime
) -> pl.DataFrame:
    """Join forecast, evidence, close and post-peak rule to each candidate; grain unchanged."""
    still = (pl.col("as_of") - pl.col("last_change_at")).dt.total_microseconds() / 3.6e9
    seen = belief.evidence.select(
        *_DAY, "standard_hour", "observation_age_seconds", still.alias("stability_hours")
    )
    forecast = belief.daily_extremes.filter(
        pl.col("variant") == policy.forecast.live_variant
    ).select("event_ticker", "variant", "mean_f", "sd_f", "sd_before_floor_f", "floor_f")
    markets = belief.ladders.select("ticker", "series_ticker", "close_at", *_DAY)
    rules = post_peak_rules(markets["series_ticker"].unique().to_list(), policy.entry)
    hours = (pl.col("close_at") - _at(as_of)).dt.total_microseconds() / 3.6e9
    return (
        candidates.join(markets, on="ticker", how="inner", validate="m:1", maintain_order="left")
        .join(forecast, on="event_ticker", how="inner", validate="m:1", maintain_order="left")
        .join(seen, on=_DAY, how="inner", validate="m:1", maintain_order="left")
        .join(rules, on="series_ticker", how="left", validate="m:1", maintain_order="left")
        .with_columns(hours.alias("hours_to_close"))
    )


def _permissions(known: pl.DataFrame, situation: Situation, policy: Policy) -> pl.DataFrame:
    rows = []
    for strategy, family in known.select("strategy_id", "series_ticker").unique().rows():
        word = permission(situation.permissions, strategy, family, policy, situation.as_of)
        ends = word.armed_until_at
        hours = None if ends is None else (ends - situation.as_of).total_seconds() / 3600.0
        rows.append((strategy, family, word.is_blocked, word.is_halted, hours))
    return pl.DataFrame(
        rows,
        schema={
            "strategy_id": pl.String,
            "series_ticker": pl.String,
            "is_blocked": pl.Boolean,
            "is_halted": pl.Boolean,
            "armed_hours": pl.Float64,
        },
        orient="row",
    )


def _account(situation: Situation, policy: Policy) -> list[pl.Expr]:
    ages = _ages(situation)
    positions_age, cadence = ages.get(_POSITIONS, (None, None))
    limit = None if cadence is None else cadence * policy.feeds.late_after_cadences
    is_known = positions_age is not None
    lost = pl.when(pl.col("outcome_side") == "yes").then("never_landed_yes")
    count = pl.col("unknown_intents").fill_null(0) + lost.otherwise("never_landed_no").fill_null(0)
    held = pl.col("held_contracts").fill_null(0)
    unhealthy = _unhealthy(ages, situation, policy)
    return [
        pl.lit(positions_age, dtype=pl.Float64).alias("positions_age_seconds"),
        pl.lit(limit, dtype=pl.Float64).alias("positions_limit"),
        pl.when(pl.lit(is_known)).then(held).alias("held_contracts"),
        pl.col("resting_contracts").fill_null(0),
        count.alias("unknown_intents"),
        pl.col("series_halts").fill_null(0).add(unhealthy).cast(pl.Int32).alias("unhealthy_feeds"),
        pl.lit(situation.run.is_environment_armed).alias("is_environment_armed"),
    ]


def _stopped(situation: Situation) -> pl.DataFrame:
    """How many halts each series has of its own. Grain: series_ticker."""
    own = situation.halts.filter(pl.col("family").is_not_null())
    return own.group_by(pl.col("family").alias("series_ticker")).agg(pl.len().alias("series_halts"))


def _ages(situation: Situation) -> dict[str, tuple[float, float]]:
    """Seconds since each feed's newest complete answer, and its cadence."""
    return {
        feed: ((situation.as_of - received_at).total_seconds(), float(cadence))
        for feed, cadence, received_at in situation.pulls.select(
            "feed", "cadence_seconds", "received_at"
        ).iter_rows()
    }


def _unhealthy(ages: dict[str, tuple[float, float]], situation: Situation, policy: Policy) -> int:
    """Open halts of every series, and feeds that an entry needs and that are late or silent."""
    tolerance = policy.feeds.late_after_cadences
    on_time = {feed for feed, (age, cadence) in ages.items() if age <= cadence * tolerance}
    return situation.halts["family"].null_count() + len(set(policy.entry.needed_feeds) - on_time)


def _with_last_decision(placed: pl.DataFrame, situation: Situation, policy: Policy) -> pl.DataFrame:
    last = situation.last_decisions.rename(
        {each: f"last_{each}" for each in (*_COMPARED, "decided_at")}
    )
    oldest = pl.duration(seconds=policy.entry.decision_interval_seconds)
    is_old = _at(situation.as_of) - pl.col("last_decided_at") >= oldest
    is_moved = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"last_{c}")) for c in _COMPARED)
    is_told = pl.lit(situation.permissions["set_at"].max()) > pl.col("last_decided_at")
    return placed.join(
        last, on=["strategy_id", "ticker"], how="left", validate="1:1", maintain_order="left"
    ).with_columns(
        pl.any_horizontal(
            pl.col("last_decided_at").is_null(),
            is_old,
            is_moved,
            is_told.fill_null(value=False),
        ).alias("is_due")
    )


def _at(moment: datetime) -> pl.Expr:
    return pl.lit(moment).cast(pl.Datetime("us", "UTC"))
