"""cross_bracket: buys the side of a bracket whose fair value exceeds its price and fee most."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.unstored import Candidates
from kwx_core.decided.fees import TakerFee, taker_fees

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kwx_core.contracts.ref import Fees
    from kwx_core.decided.situation import Belief
    from kwx_core.policy import Policy

STRATEGY_ID = "cross_bracket"


class Side(NamedTuple):
    """One way to take a market; money in dollars a contract, all of the side bought."""

    outcome_side: str | None
    side_probability: float | None
    price_dollars: Decimal | None
    fee_dollars: Decimal | None
    edge_dollars: Decimal | None


_NEITHER = Side(None, None, None, None, None)


def cross_bracket(
    belief: Belief, fees: Frame[Fees], policy: Policy, as_of: datetime
) -> Frame[Candidates]:
    """Propose one side of every market of a traded measure; grain ticker.

    YES is bought at the ask, NO at one dollar less the bid. The side with the larger edge after
    the expected fee is proposed, whatever that edge is. A market without a fresh quote has a
    row without a side. Probabilities are capped for edge and conviction only.
    """
    markets = _markets(belief, policy, as_of)
    fee_of = taker_fees(fees, markets["ticker"], as_of)
    frame = markets.with_columns(
        pl.DataFrame(
            list(_sides(markets, fee_of, policy)),
            schema={each: Candidates.to_schema().columns[each].dtype.type for each in Side._fields},
            orient="row",
        )
    )
    return Candidates.validate(frame.select(columns(Candidates)))


def _markets(belief: Belief, policy: Policy, as_of: datetime) -> pl.DataFrame:
    traded = belief.ladders.filter(pl.col("measure").is_in(list(policy.entry.traded_measures)))
    age = (pl.lit(as_of) - pl.col("confirmed_at")).dt.total_microseconds() / 1e6
    fresh = age <= policy.entry.quote_age_seconds
    return (
        belief.fair_values.filter(pl.col("variant") == policy.forecast.live_variant)
        .join(
            traded.select("ticker", "series_ticker"), on="ticker", how="inner", validate="1:1",
            maintain_order="left",
        )
        .join(belief.prices, on="ticker", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            pl.lit(STRATEGY_ID).alias("strategy_id"),
            pl.col("yes_probability")
            .rank("min", descending=True)
            .over("event_ticker")
            .alias("probability_rank"),
            age.cast(pl.Float64).alias("quote_age_seconds"),
            pl.when(fresh).then("yes_bid_dollars").alias("_bid"),
            pl.when(fresh).then("yes_ask_dollars").alias("_ask"),
        )
    )  # fmt: skip


def _sides(
    markets: pl.DataFrame, fee_of: dict[str, TakerFee | None], policy: Policy
) -> Iterator[Side]:
    lowest, highest = policy.entry.lowest_probability, policy.entry.highest_probability
    contracts = policy.entry.contracts_per_leg
    wanted = markets.select("ticker", "yes_probability", "_bid", "_ask")
    for ticker, raw, bid, ask in wanted.iter_rows():
        yes = min(max(raw, lowest), highest)
        fee = fee_of[ticker]
        found = []
        if ask is not None:
            found.append(_side("yes", yes, ask, fee, contracts))
        if bid is not None:
            found.append(_side("no", 1.0 - yes, 1 - bid, fee, contracts))
        yield max(found, key=_by_edge, default=_NEITHER)


def _side(
    outcome_side: str,
    probability: float,
    price: Decimal,
    fee: TakerFee | None,
    contracts: Decimal,
) -> Side:
    if fee is None:
        return Side(outcome_side, probability, price, None, None)
    each = fee.each(contracts, price)
    edge = Decimal(f"{probability:.6f}") - price - each
    return Side(outcome_side, probability, price, each, edge)


def _by_edge(side: Side) -> Decimal:
    return Decimal("-Infinity") if side.edge_dollars is None else side.edge_dollars
