"""Sizing: how many contracts at which limit, given the order book where it was landed."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from kwx_core.decided.fees import TakerFee, taker_fees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kwx_core.decided.situation import Situation
    from kwx_core.policy import Policy

_COUNT = pl.Decimal(18, 2)
_DOLLARS = pl.Decimal(18, 6)


class Size(NamedTuple):
    """What is wished on one market: per contract of the side bought, in dollars."""

    price_dollars: Decimal | None
    fee_dollars: Decimal | None
    edge_dollars: Decimal | None
    contracts: Decimal
    best_ask_dollars: Decimal | None
    best_ask_contracts: Decimal | None


_SCHEMA = {
    "price_dollars": _DOLLARS,
    "fee_dollars": _DOLLARS,
    "edge_dollars": _DOLLARS,
    "contracts": _COUNT,
    "best_ask_dollars": _DOLLARS,
    "best_ask_contracts": _COUNT,
}


def sizing(candidates: pl.DataFrame, situation: Situation, policy: Policy) -> pl.DataFrame:
    """Give each candidate its limit, contracts and best ask; price, fee and edge follow the limit.

    The limit is the price decided on, or a little above the best ask where the book has become
    better; it never rises. Contracts are whole, at most a leg's and at most the top of the book;
    without a book the full leg is wished, and the gates of the book block it.
    """
    books = situation.books.select(
        "ticker",
        (pl.lit(situation.as_of) - pl.col("quoted_at"))
        .dt.total_microseconds()
        .truediv(1e6)
        .alias("book_age_seconds"),
        "bid_dollars", "bid_contracts", "ask_dollars", "ask_contracts",
    )  # fmt: skip
    beside = candidates.join(books, on="ticker", how="left", validate="m:1", maintain_order="left")
    fees = taker_fees(situation.fees, beside["ticker"], situation.as_of)
    sizes = pl.DataFrame(list(_sizes(beside, fees, policy)), schema=_SCHEMA, orient="row")
    return beside.drop(*books.columns[2:]).with_columns(sizes)


def _sizes(
    beside: pl.DataFrame, fees: dict[str, TakerFee | None], policy: Policy
) -> Iterator[Size]:
    for row in beside.iter_rows(named=True):
        side, price = row["outcome_side"], row["price_dollars"]
        wish = Size(
            price, row["fee_dollars"], row["edge_dollars"], policy.entry.contracts_per_leg,
            *_best_ask(row),
        )  # fmt: skip
        if side is None or wish.best_ask_dollars is None or wish.best_ask_dollars > price:
            yield wish
        else:
            yield _at_the_book(wish, fees[row["ticker"]], policy)


def _best_ask(row: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Price and contracts at which the candidate's side is offered; NO is a YES bid mirrored."""
    match row["outcome_side"]:
        case "yes":
            return row["ask_dollars"], row["ask_contracts"]
        case "no" if row["bid_dollars"] is not None:
            return 1 - row["bid_dollars"], row["bid_contracts"]
    return None, None


def _at_the_book(wish: Size, fee: TakerFee | None, policy: Policy) -> Size:
    price, best, count = wish.price_dollars, wish.best_ask_dollars, wish.best_ask_contracts
    assert price is not None
    assert best is not None
    assert count is not None
    limit = min(price, best + policy.entry.price_slack_dollars)
    whole = min(wish.contracts, count).to_integral_value(rounding=ROUND_FLOOR)
    contracts = whole if whole > 0 else wish.contracts
    sized = wish._replace(price_dollars=limit, contracts=contracts)
    if fee is None or wish.edge_dollars is None or wish.fee_dollars is None:
        return sized
    each = fee.each(contracts, limit)
    gained = price + wish.fee_dollars - limit - each
    return sized._replace(fee_dollars=each, edge_dollars=wish.edge_dollars + gained)
