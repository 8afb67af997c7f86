"""Fair values with their validation beside the bare erfc kernel, at a million rows.

Run: python tests/bench/bench_forecast.py. Goal: at most three times the kernel.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kwx_core.contracts.base import columns, empty
from kwx_core.contracts.forecast import DailyExtremes, FairValues
from kwx_core.contracts.unstored import Ladders, Prices
from kwx_core.forecast.fair_values import fair_values
from kwx_core.normal import bracket_probability
from kwx_core.policy import load_policy
from kwx_core.resources import text

MARKETS, LEGS, DEGREES, ROUNDS = 1_000_000, 6, 25, 5
AS_OF = datetime(2026, 6, 10, 22, 0, tzinfo=UTC)


def best_seconds(work: Callable[[], object]) -> float:
    """The shortest of a few runs."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def ladders() -> pl.DataFrame:
    """A million rungs of six-rung ladders."""
    row = pl.int_range(MARKETS, eager=True)
    leg, event = row % LEGS, row // LEGS
    lower = pl.when(pl.col("leg") > 0).then(68 + 2 * pl.col("leg")).cast(pl.Int32)
    upper = pl.when(pl.col("leg") < LEGS - 1).then(69 + 2 * pl.col("leg")).cast(pl.Int32)
    return Ladders.validate(
        pl.DataFrame({"row": row, "leg": leg, "event": event})
        .with_columns(
            pl.concat_str(pl.lit("E"), "event").alias("event_ticker"),
            pl.concat_str(pl.lit("M"), "row").alias("ticker"),
            lower.alias("lower_f"),
            upper.alias("upper_f"),
            pl.lit("KXHIGHNY").alias("series_ticker"),
            pl.lit("KNYC").alias("station_id"),
            pl.lit("high").alias("measure"),
            pl.lit(date(2026, 6, 10)).alias("climate_date"),
            pl.lit("strikes").alias("bounds_evidence"),
            pl.lit(AS_OF).cast(pl.Datetime("us", "UTC")).alias("close_at"),
            pl.lit(-5, dtype=pl.Int32).alias("standard_offset_hours"),
        )
        .select(columns(Ladders))
    )


def extremes(rungs: pl.DataFrame) -> pl.DataFrame:
    """A distribution for every ladder."""
    events = rungs["event_ticker"].unique(maintain_order=True)
    weights = np.random.default_rng(1).random((len(events), DEGREES))
    pmf = weights / weights.sum(axis=1, keepdims=True)
    flat = pl.Series(pmf.ravel()).reshape((len(events), DEGREES)).arr.to_list()
    frame = pl.DataFrame({"event_ticker": events, "pmf": flat}).with_columns(
        pl.lit("live").alias("variant"),
        pl.lit(AS_OF).cast(pl.Datetime("us", "UTC")).alias("as_of"),
        pl.lit(62, dtype=pl.Int32).alias("first_f"),
        pl.lit("KNYC").alias("station_id"),
        pl.lit("high").alias("measure"),
        pl.lit(date(2026, 6, 10)).alias("climate_date"),
        pl.lit("p").alias("policy_id"),
        *(pl.lit(2.0).alias(n) for n in ("mean_f", "sd_f", "sd_before_floor_f", "floor_f")),
    )
    return DailyExtremes.validate(frame.select(columns(DailyExtremes)))


def main() -> None:
    """Print both times and their ratio."""
    policy = load_policy(text("data", "policy.toml"))
    rungs = ladders()
    days = extremes(rungs)
    edges = rungs.select(
        (pl.col("lower_f") - 0.5).alias("lower"), (pl.col("upper_f") + 0.5).alias("upper")
    ).with_columns(pl.lit(73.0).alias("mean"), pl.lit(2.0).alias("sd"))
    kernel = bracket_probability(*(pl.col(n) for n in ("lower", "upper", "mean", "sd")))
    bare = best_seconds(lambda: edges.select(kernel))
    whole = best_seconds(lambda: fair_values(rungs, days, empty(Prices), policy))
    worth = fair_values(rungs, days, empty(Prices), policy)
    proof = best_seconds(lambda: FairValues.validate(worth))
    sys.stdout.write(
        f"rows {MARKETS}\nbare erfc kernel {bare * 1e3:8.1f} ms\n"
        f"fair values      {whole * 1e3:8.1f} ms, of which validation {proof * 1e3:.1f} ms\n"
        f"ratio            {whole / bare:8.2f}  (goal: at most 3)\n"
    )


if __name__ == "__main__":
    main()
