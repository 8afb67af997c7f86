"""Collateral return: NO legs of an event in which at most one market can win."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.paper.book import ZERO

if TYPE_CHECKING:
    from executor.paper.accounts import Account
    from executor.paper.listing import Event


def adjust_returned(account: Account, event: Event) -> None:
    """Pay out, or take back, what an account's NO legs are certain to win.

    Of all the markets of the event at most one ends yes, so at most one NO leg loses:
    all of them but the largest are worth their dollar already.
    """
    legs = [
        -held.net
        for market in event.markets
        if (held := account.positions.get(market.ticker)) and held.net < 0 and not held.is_settled
    ]
    certain = sum(legs, ZERO) - max(legs, default=ZERO)
    account.cash += certain - account.returned.get(event.event_ticker, ZERO)
    account.returned[event.event_ticker] = certain
