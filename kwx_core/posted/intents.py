"""posted.intents: what do we tell the exchange, given what was decided?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.posted.identity import named

if TYPE_CHECKING:
    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.decided import Decisions
    from kwx_core.contracts.parsed import Markets
    from kwx_core.contracts.posted import Intents
    from kwx_core.contracts.ref import Strategies
    from kwx_core.policy import Policy

_TIME = pl.Datetime("us", "UTC")


def intents(
    decisions: Frame[Decisions],
    markets: Frame[Markets],
    strategies: Frame[Strategies],
    policy: Policy,
    as_of: datetime,
) -> Frame[Intents]:
    """Turn every decision with verdict `post` into one order, named after its decision.

    Grain: one row per decision that posts. The order rests until its lifetime or its market
    ends, whichever is first; a market whose close is not known ends only its lifetime.

    Raises:
        ContractBroken: a strategy outside the closed set.
    """
    posting = decisions.filter(pl.col("verdict") == "post")
    closing = markets.select("ticker", "close_at")
    dated = posting.join(closing, on="ticker", how="left", validate="m:1", maintain_order="left")
    lifetime = timedelta(seconds=policy.entry.order_lifetime_seconds)
    causes = dated.with_columns(
        pl.concat_str(pl.lit("create|"), "decision_id").alias("cause"),
        pl.lit("create").alias("kind"),
        pl.lit(None, pl.String).alias("order_id"),
        pl.lit("good_till_canceled").alias("time_in_force"),
        pl.lit(value=False).alias("post_only"),
        pl.min_horizontal(_at(as_of + lifetime), "close_at").alias("expires_at"),
        _at(as_of).alias("intended_at"),
    )
    return named(causes, strategies)


def _at(moment: datetime) -> pl.Expr:
    return pl.lit(moment).cast(_TIME)
