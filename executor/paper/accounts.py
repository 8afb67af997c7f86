"""Customers of the exchange: cash, what is set aside, what they hold."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from executor.paper.book import ONE, ZERO, Order
from executor.paper.timeline import Timeline

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    from executor.paper.listing import (
        AccountFill,
        AccountSettlement,
        AccountTransfer,
        ShardMove,
    )

    PublicKey = rsa.RSAPublicKey | ed25519.Ed25519PublicKey


class BalanceState(NamedTuple):
    """An account's money at one moment, in dollars; `elsewhere` is that on other shards."""

    cash: Decimal
    reserved: Decimal
    elsewhere: tuple[tuple[int, Decimal], ...] = ()


class PositionState(NamedTuple):
    """A position as a reader sees it: net contracts (negative = NO) and dollars."""

    net: Decimal
    traded_dollars: Decimal
    exposure_dollars: Decimal
    realized_dollars: Decimal
    fee_dollars: Decimal
    is_settled: bool
    updated_at: datetime


@dataclass(slots=True)
class Position:
    """What one account has bought of one market, gross a side, and what it still holds."""

    ticker: str
    event_ticker: str
    net: Decimal = ZERO
    contracts: dict[str, Decimal] = field(default_factory=lambda: {"yes": ZERO, "no": ZERO})
    cost: dict[str, Decimal] = field(default_factory=lambda: {"yes": ZERO, "no": ZERO})
    fees: Decimal = ZERO
    realized: Decimal = ZERO
    is_settled: bool = False
    lots: deque[tuple[Decimal, Decimal]] = field(default_factory=deque)
    history: Timeline[PositionState] = field(default_factory=Timeline)

    def buy(self, outcome: Literal["yes", "no"], count: Decimal, price: Decimal) -> Decimal:
        """Book a purchase; return the contracts that formed a pair with the other outcome.

        A pair is worth one dollar whatever happens, so the exchange pays it at once.
        """
        self.contracts[outcome] += count
        self.cost[outcome] += count * price
        held = -self.net if outcome == "yes" else self.net
        netted = min(count, max(held, ZERO))
        self.net += count if outcome == "yes" else -count
        self._close(netted, price)
        if count > netted:
            self.lots.append((count - netted, price))
        return netted

    @property
    def exposure(self) -> Decimal:
        """Dollars paid for what is still held."""
        return sum((count * price for count, price in self.lots), ZERO)

    def _close(self, count: Decimal, price: Decimal) -> None:
        while count > 0:
            lot_count, lot_price = self.lots.popleft()
            closed = min(count, lot_count)
            self.realized += closed * (ONE - price - lot_price)
            count -= closed
            if lot_count > closed:
                self.lots.appendleft((lot_count - closed, lot_price))

    def record(self, at: datetime, updated_at: datetime) -> None:
        """Keep the present state for readers that lag behind."""
        state = PositionState(
            self.net,
            self.cost["yes"] + self.cost["no"],
            self.exposure,
            self.realized,
            self.fees,
            self.is_settled,
            updated_at,
        )
        self.history.put(at, state)


@dataclass(slots=True, eq=False)
class Account:
    """A customer. Without a key nobody can sign for it: such an account belongs to a world.

    The orders of an outsider are shown and meet nobody, see `book.Book`.
    """

    account_id: str
    user_id: str
    cash: Decimal
    key: PublicKey | None = None
    key_id: str | None = None
    is_outsider: bool = False
    scopes: frozenset[str] = frozenset({"read", "write"})
    reserved: Decimal = ZERO
    positions: dict[str, Position] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    resting: dict[str, Order] = field(default_factory=dict)
    client_order_ids: set[str] = field(default_factory=set)
    fills: list[AccountFill] = field(default_factory=list)
    settlements: list[AccountSettlement] = field(default_factory=list)
    transfers: dict[str, AccountTransfer] = field(default_factory=dict)
    moves: list[ShardMove] = field(default_factory=list)
    returned: dict[str, Decimal] = field(default_factory=dict)
    elsewhere: dict[int, Decimal] = field(default_factory=dict)
    history: Timeline[BalanceState] = field(default_factory=Timeline)

    @property
    def free(self) -> Decimal:
        """Dollars that no resting order has a claim on."""
        return self.cash - self.reserved

    def position(self, ticker: str, event_ticker: str) -> Position:
        """What the account holds of a market, opened empty when it holds nothing."""
        held = self.positions.get(ticker)
        if held is None:
            held = self.positions[ticker] = Position(ticker, event_ticker)
        return held

    def record(self, at: datetime) -> None:
        """Keep the present balance for readers that lag behind."""
        if self.key is not None:
            elsewhere = tuple(sorted(self.elsewhere.items()))
            self.history.put(at, BalanceState(self.cash, self.reserved, elsewhere))
