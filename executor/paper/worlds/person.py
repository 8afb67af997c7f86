"""The person who shares our account and trades by hand now and then."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from executor.paper.listing import Side

# A person decides on a whim, on about two days of five, and buys one to three contracts.
_WHIM_SHARE = 0.4
_LARGEST_CONTRACTS = 3
# On a day of three the person hedges something that the account holds, late in the evening.
_PAIR_SHARE = 0.35
_WHIM_HOURS_UTC = (15, 21)
_PAIR_HOURS_UTC = (23, 26)
# Well away from the full hour, when a program would trade: nobody mistakes one for the other.
_MINUTES = (20, 45)


@dataclass(frozen=True, slots=True)
class ByHand:
    """One trade that a person has in mind.

    `choice` (0 to 1) picks among what there is to trade at that moment. A pair buys the
    opposite of a position that the account holds; anything else buys `side` of any market.
    The order has no client_order_id, or a random one as the exchange's own app would send.
    """

    at: datetime
    is_pair: bool
    choice: float
    side: Side
    contracts: int
    client_order_id: str | None


def trades_by_hand(days: list[date], rng: np.random.Generator) -> list[ByHand]:
    """Everything the person will try over the days, in order of time, known from the start."""
    trades = [trade for day in days for trade in _of_day(day, rng)]
    return sorted(trades, key=lambda trade: trade.at)


def _of_day(day: date, rng: np.random.Generator) -> list[ByHand]:
    """Both draws of a day always happen, so one day's whim never moves another's."""
    whim = _trade(day, rng, _WHIM_HOURS_UTC, is_pair=False)
    pair = _trade(day, rng, _PAIR_HOURS_UTC, is_pair=True)
    is_whim, is_pair = rng.random() < _WHIM_SHARE, rng.random() < _PAIR_SHARE
    return [trade for trade, happens in ((whim, is_whim), (pair, is_pair)) if happens]


def _trade(day: date, rng: np.random.Generator, hours: tuple[int, int], *, is_pair: bool) -> ByHand:
    minutes = 60 * int(rng.integers(*hours)) + int(rng.integers(*_MINUTES))
    name = uuid.UUID(bytes=rng.bytes(16), version=4)
    return ByHand(
        at=datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00") + timedelta(minutes=minutes),
        is_pair=is_pair,
        choice=float(rng.random()),
        side="bid" if rng.random() < 0.5 else "ask",  # noqa: PLR2004
        contracts=int(rng.integers(1, _LARGEST_CONTRACTS + 1)),
        client_order_id=str(name) if rng.random() < 0.5 else None,  # noqa: PLR2004
    )
