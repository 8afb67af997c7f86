"""Trades between outsiders, and the resting orders that they would have met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.paper.book import Order, opposite
from executor.paper.matching import Execution, execute, publish

if TYPE_CHECKING:
    from decimal import Decimal

    from executor.paper.floor import Floor, Listing, Trade
    from executor.paper.listing import Side


def print_trade(floor: Floor, trade: Trade) -> Decimal:
    """Publish a trade and fill what it went through; return the contracts that our side got.

    The taker met the side it faced, so orders there fill at or through the price. An order
    on the taker's own side stood behind it and fills only where the price went strictly
    through. No more contracts fill than the trade had, and none for an order that was
    placed after it.
    """
    listing = floor.listings[trade.ticker]
    publish(floor, listing, trade, trade.contracts)
    takers: Side = "bid" if trade.taker_outcome_side == "yes" else "ask"
    left = trade.contracts
    for side in (opposite(takers), takers):
        for order in listing.book.queue(side, trade.yes_price):
            if left and _meets(order, trade, is_faced=side != takers):
                left -= _fill(floor, listing, order, trade, left)
    return trade.contracts - left


def _meets(order: Order, trade: Trade, *, is_faced: bool) -> bool:
    is_older = order.created_at <= trade.traded_at
    return is_older and (is_faced or order.request.price != trade.yes_price)


def _fill(floor: Floor, listing: Listing, order: Order, trade: Trade, left: Decimal) -> Decimal:
    count = min(left, order.remaining)
    if count == order.remaining:
        listing.book.remove(order)
    trade_id = floor.identifier(floor.serial())
    at = min(trade.traded_at, floor.clock.now())
    price = order.request.price
    execute(floor, order, Execution(trade_id, price, count, is_taker=False, at=at))
    order.record(floor.clock.now())
    return count
