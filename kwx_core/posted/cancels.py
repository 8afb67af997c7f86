"""posted.intents, kind cancel: which orders of ours should not be there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.posted.identity import named

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.parsed import Orders
    from kwx_core.contracts.posted import Intents
    from kwx_core.contracts.ref import Strategies
    from kwx_core.contracts.unstored import States

_TIME = pl.Datetime("us", "UTC")


def cancels(
    states: Frame[States],
    orders: Frame[Orders],
    strategies: Frame[Strategies],
    as_of: datetime,
) -> Frame[Intents]:
    """Cancel what landed after all and still rests, one intent an attempt.

    Grain: one row per such order whose earlier cancels, if any, are known to have failed. An
    attempt has its own name, so that each intent is sent once and a failed one is not the last.

    Raises:
        ContractBroken: a strategy outside the closed set.
    """
    stray = states.filter(pl.col("kind") == "create", pl.col("state") == "landed_after_all")
    resting = orders.filter(pl.col("status") == "resting").select("order_id")
    causes = (
        stray.with_columns(pl.col("outcome_order_id").alias("order_id"))
        .join(resting, on="order_id", how="semi")
        .join(_attempts(states), on="order_id", how="left", validate="1:1")
        .filter(~pl.col("is_decided").fill_null(value=False))
        .with_columns(
            pl.format("cancel|{}|{}", "order_id", pl.col("attempts").fill_null(0)).alias("cause"),
            pl.lit("cancel").alias("kind"),
            pl.lit(None, pl.String).alias("decision_id"),
            pl.lit(value=False).alias("post_only"),
            pl.lit(None, _TIME).alias("expires_at"),
            pl.lit(as_of).cast(_TIME).alias("intended_at"),
        )
    )
    return named(causes, strategies)


def _attempts(states: Frame[States]) -> pl.DataFrame:
    """Count each order's cancels; one that worked, or may have, is decided."""
    tried = states.filter(pl.col("kind") == "cancel")
    return tried.group_by("order_id").agg(
        pl.len().alias("attempts"),
        pl.col("state").is_in(["unknown", "cancelled"]).any().alias("is_decided"),
    )
