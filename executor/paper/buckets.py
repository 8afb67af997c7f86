"""Token buckets: how much an account may ask and order within a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

Kind = Literal["read", "write"]
DEFAULT_COST = 10


class Budget(NamedTuple):
    """Tokens a second, for reads and for writes."""

    read: int
    write: int


TIERS = {
    "basic": Budget(200, 100),
    "advanced": Budget(300, 300),
    "expert": Budget(600, 600),
    "premier": Budget(1200, 1200),
    "paragon": Budget(2400, 2400),
    "prime": Budget(4800, 4800),
    "prestige": Budget(12000, 9600),
}
# Method and path below the API's root to tokens, where a request does not cost the default.
COSTS = {
    ("DELETE", "/portfolio/events/orders/:order_id"): 2,
    ("GET", "/portfolio/orders/:order_id"): 2,
    ("POST", "/portfolio/orders"): 20,
    ("DELETE", "/portfolio/orders/:order_id"): 4,
}


class Bucket:
    """One account's tokens of one kind; full at first."""

    def __init__(self, refill_rate: int, capacity: int) -> None:
        self.refill_rate = refill_rate
        self.capacity = capacity
        self._tokens = float(capacity)
        self._filled_at: datetime | None = None

    def take(self, cost: int, now: datetime) -> bool:
        """Take tokens if there are enough; a refusal costs nothing."""
        if self._filled_at is not None:
            seconds = (now - self._filled_at).total_seconds()
            self._tokens = min(self.capacity, self._tokens + seconds * self.refill_rate)
        self._filled_at = now
        if self._tokens < cost:
            return False
        self._tokens -= cost
        return True


class Buckets:
    """The buckets of all accounts."""

    def __init__(self, tier: str, generation: str) -> None:
        self._tier = tier
        self._generation = generation
        self._buckets: dict[tuple[str, Kind], Bucket] = {}

    def bucket(self, account_id: str, kind: Kind) -> Bucket:
        """An account's bucket, made full when first asked for."""
        key = (account_id, kind)
        if key not in self._buckets:
            rate = getattr(TIERS[self._tier], kind)
            self._buckets[key] = Bucket(rate, rate * self._seconds_held(kind))
        return self._buckets[key]

    def _seconds_held(self, kind: Kind) -> int:
        """Some buckets hold three seconds since some day in autumn 2026; in June all held one."""
        if self._generation == "2026-06":
            return 1
        is_deep = self._tier in ("basic", "advanced") if kind == "read" else self._tier != "basic"
        return 3 if is_deep else 1
