"""What the log says of a tick's decisions: the verdicts, and what only a permission held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.decided import Decisions

# The gates that ask nothing of the market: whoever permits trading lifts them.
PERMISSIONS = ("armed", "not_halted", "environment")


def decided(decisions: Frame[Decisions]) -> dict[str, Any]:
    """How many decisions of each verdict, and `would`: each order that a permission would free.

    An account that is only observed is told this way what it would have done.
    """
    counts = dict(decisions["verdict"].value_counts().iter_rows())
    held = decisions.filter(pl.col("verdict") == "shadow", pl.col("reason").is_in(PERMISSIONS))
    would = [
        f"{row['ticker']} {row['outcome_side']} {row['contracts']} at {row['price_dollars']}"
        for row in held.iter_rows(named=True)
    ]
    return {**counts, "would": would} if would else counts
