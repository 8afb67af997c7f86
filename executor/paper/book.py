"""Orders and the one book a market has: bids and asks for YES, price before time."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from executor.paper.listing import Side
from executor.paper.timeline import Timeline

if TYPE_CHECKING:
    from datetime import datetime

    from executor.paper.listing import OrderRequest

ZERO = Decimal(0)
ONE = Decimal(1)


class OrderState(NamedTuple):
    """What changes in an order's life."""

    status: str
    filled: Decimal
    remaining: Decimal
    taker_fees: Decimal
    maker_fees: Decimal
    taker_cost: Decimal
    maker_cost: Decimal
    updated_at: datetime


@dataclass(slots=True, eq=False)
class Order:
    """One order; its request never changes, the rest does."""

    order_id: str
    account_id: str
    request: OrderRequest
    serial: int
    created_at: datetime
    updated_at: datetime
    remaining: Decimal
    is_shown_only: bool = False
    filled: Decimal = ZERO
    status: str = "resting"
    taker_fees: Decimal = ZERO
    maker_fees: Decimal = ZERO
    taker_cost: Decimal = ZERO
    maker_cost: Decimal = ZERO
    yes_dollars: Decimal = ZERO
    fee_carried: Decimal = ZERO
    reserved: Decimal = ZERO
    history: Timeline[OrderState] = field(default_factory=Timeline)

    @property
    def cost_a_contract(self) -> Decimal:
        """Dollars that one contract costs at the limit: a bid pays p, an ask buys NO at 1 - p."""
        return self.request.price if self.request.side == "bid" else ONE - self.request.price

    def record(self, at: datetime) -> None:
        """Keep the present state for readers that lag behind."""
        state = OrderState(
            self.status,
            self.filled,
            self.remaining,
            self.taker_fees,
            self.maker_fees,
            self.taker_cost,
            self.maker_cost,
            self.updated_at,
        )
        self.history.put(at, state)


Levels = dict[Side, dict[Decimal, list[Order]]]


class Book:
    """Resting orders of one market, by YES price, first come first served at each price.

    Orders that are shown only appear in quotes and depth and meet nobody: they stand for a
    recorded market, in which we trade where the tape traded and nowhere else.
    """

    def __init__(self) -> None:
        self._levels: Levels = {"bid": {}, "ask": {}}
        self._shown: Levels = {"bid": {}, "ask": {}}

    def rest(self, order: Order) -> None:
        """Queue an order at its price."""
        self._queues(order).setdefault(order.request.price, []).append(order)

    def remove(self, order: Order) -> None:
        """Take a resting order out of its queue."""
        queues = self._queues(order)
        queue = queues[order.request.price]
        queue.remove(order)
        if not queue:
            del queues[order.request.price]

    def best(self, side: Side) -> tuple[Decimal | None, Decimal | None]:
        """The best price of a side and the contracts that rest there; None where nobody rests."""
        prices = self._levels[side].keys() | self._shown[side].keys()
        if not prices:
            return None, None
        price = max(prices) if side == "bid" else min(prices)
        return price, self._contracts(side, price)

    def front(self, side: Side, limit: Decimal) -> Order | None:
        """The first resting order of a side that an opposite order with this limit reaches."""
        levels = self._levels[side]
        if not levels:
            return None
        price = max(levels) if side == "bid" else min(levels)
        return levels[price][0] if reaches(side, price, limit) else None

    def queue(self, side: Side, limit: Decimal) -> list[Order]:
        """All resting orders of a side within reach of a limit, in the order they would trade."""
        within = [p for p in self._levels[side] if reaches(side, p, limit)]
        within.sort(reverse=side == "bid")
        return [order for price in within for order in self._levels[side][price]]

    def depth(self, side: Side) -> list[tuple[Decimal, Decimal]]:
        """Price and contracts of each level, worst price first."""
        prices = self._levels[side].keys() | self._shown[side].keys()
        ordered = sorted(prices, reverse=side == "ask")
        return [(price, self._contracts(side, price)) for price in ordered]

    def orders(self) -> list[Order]:
        """Every resting order."""
        sides = (*self._levels.values(), *self._shown.values())
        return [order for levels in sides for queue in levels.values() for order in queue]

    def _queues(self, order: Order) -> dict[Decimal, list[Order]]:
        return (self._shown if order.is_shown_only else self._levels)[order.request.side]

    def _contracts(self, side: Side, price: Decimal) -> Decimal:
        queues = (self._levels[side].get(price, ()), self._shown[side].get(price, ()))
        return sum((order.remaining for queue in queues for order in queue), ZERO)


def reaches(resting_side: Side, resting: Decimal, limit: Decimal) -> bool:
    """Whether a price that comes from the other side is at or through a resting price."""
    return resting >= limit if resting_side == "bid" else resting <= limit


def opposite(side: Side) -> Side:
    """The side that one trades against."""
    return "ask" if side == "bid" else "bid"
