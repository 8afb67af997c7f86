"""The state of the whole exchange: markets, accounts, orders, and what falls due when."""

from __future__ import annotations

import heapq
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from executor.paper.book import ZERO, Book, Order

if TYPE_CHECKING:
    from decimal import Decimal

    from executor.paper.accounts import Account
    from executor.paper.clock import Clock
    from executor.paper.fees import Tariff
    from executor.paper.listing import Event, Market, Settings

DAY = timedelta(days=1)


class Trade(NamedTuple):
    """A public trade."""

    trade_id: str
    ticker: str
    yes_price: Decimal
    contracts: Decimal
    taker_outcome_side: str
    traded_at: datetime
    serial: int


@dataclass(slots=True, eq=False)
class Listing:
    """A market as it stands now."""

    market: Market
    event: Event
    serial: int
    created_at: datetime
    updated_at: datetime
    tariff: Tariff
    status: str = "initialized"
    result: str = ""
    expiration_value: str = ""
    settlement_value: Decimal | None = None
    settled_at: datetime | None = None
    is_paused: bool = False
    was_quoted: bool = False
    book: Book = field(default_factory=Book)
    last_price: Decimal = ZERO
    volume: Decimal = ZERO
    open_interest: Decimal = ZERO
    trades: list[Trade] = field(default_factory=list)
    recent: deque[tuple[datetime, Decimal]] = field(default_factory=deque)

    @property
    def shown_status(self) -> str:
        """The status as readers see it: a paused market is inactive."""
        return "inactive" if self.is_paused and self.status == "active" else self.status

    def volume_of_day(self, now: datetime) -> Decimal:
        """Contracts traded within 24 hours."""
        while self.recent and self.recent[0][0] <= now - DAY:
            self.recent.popleft()
        return sum((count for _, count in self.recent), ZERO)


@dataclass(slots=True, eq=False)
class Floor:
    """Everything the exchange remembers."""

    clock: Clock
    settings: Settings
    events: dict[str, Event] = field(default_factory=dict)
    event_serials: dict[str, int] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    keys: dict[str, Account] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)
    due: list[tuple[datetime, int, str, str]] = field(default_factory=list)
    is_trading_active: bool = True
    is_exchange_active: bool = True
    _serial: int = 0

    def serial(self) -> int:
        """The next number in the order in which things happened."""
        self._serial += 1
        return self._serial

    def identifier(self, serial: int) -> str:
        """An id in the shape of a UUID that the same history gives again."""
        text = f"{self.settings.seed}:{serial}".encode()
        return str(uuid.UUID(bytes=blake2b(text, digest_size=16).digest(), version=4))

    def account_by_key(self, key_id: str) -> Account | None:
        """The account that registered a key id."""
        return self.keys.get(key_id)

    def schedule(self, at: datetime, what: str, subject: str) -> None:
        """Remember that something falls due."""
        heapq.heappush(self.due, (at, self.serial(), what, subject))

    def is_due(self, now: datetime) -> bool:
        """Whether something has fallen due."""
        return bool(self.due) and self.due[0][0] <= now
