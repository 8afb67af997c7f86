"""Markets open, close, are determined and pay; orders expire."""

from __future__ import annotations

import heapq
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from executor.paper.book import ONE, ZERO
from executor.paper.collateral import adjust_returned
from executor.paper.fees import Tariff
from executor.paper.floor import Listing
from executor.paper.listing import AccountSettlement
from executor.paper.matching import cancel

if TYPE_CHECKING:
    from datetime import datetime

    from executor.paper.accounts import Account, Position
    from executor.paper.floor import Floor
    from executor.paper.listing import Event, Result

CENT = Decimal("0.01")


def list_event(floor: Floor, event: Event) -> None:
    """Open an event's markets for the future, each to begin and end trading by the clock.

    Raises:
        ValueError: one of its markets is listed already.
    """
    now = floor.clock.now()
    known = [market.ticker for market in event.markets if market.ticker in floor.listings]
    if known:
        raise ValueError(f"already listed: {', '.join(known)}")
    floor.events[event.event_ticker] = event
    floor.event_serials[event.event_ticker] = floor.serial()
    for market in event.markets:
        tariff = Tariff(event.fee_type, event.fee_multiplier)
        listing = Listing(market, event, floor.serial(), now, now, tariff)
        floor.listings[market.ticker] = listing
        floor.schedule(market.open_at, "open", market.ticker)
        floor.schedule(market.close_at, "close", market.ticker)


def advance(floor: Floor) -> None:
    """Let everything happen that has fallen due by the clock."""
    now = floor.clock.now()
    while floor.is_due(now):
        due_at, _, what, subject = heapq.heappop(floor.due)
        if what == "expire":
            _expire(floor, subject)
        else:
            _turn(floor, floor.listings[subject], what, due_at)


def determine(
    floor: Floor,
    listing: Listing,
    result: Result,
    expiration_value: str,
    settlement_value: Decimal | None,
) -> None:
    """Say how a market ended; trading is over from then on.

    Raises:
        ValueError: a scalar result without a value from 0 to 1, or a market that has paid.
    """
    if listing.status == "finalized":
        raise ValueError(f"{listing.market.ticker} has paid already")
    if result == "scalar":
        if settlement_value is None or not ZERO <= settlement_value <= ONE:
            raise ValueError("a scalar result needs the dollars that YES is worth, 0 to 1")
    else:
        settlement_value = ONE if result == "yes" else ZERO
    _drop_resting(floor, listing)
    listing.status = "determined"
    listing.result = result
    listing.expiration_value = expiration_value
    listing.settlement_value = settlement_value
    listing.updated_at = floor.clock.now()


def settle(floor: Floor, listing: Listing) -> None:
    """Pay everybody who holds a determined market.

    Raises:
        ValueError: the market is not determined.
    """
    if listing.status != "determined" or listing.settlement_value is None:
        raise ValueError(f"{listing.market.ticker} is {listing.status}, not determined")
    now = floor.clock.now()
    listing.status = "finalized"
    listing.settled_at = listing.updated_at = now
    listing.open_interest = ZERO
    for account in floor.accounts.values():
        position = account.positions.get(listing.market.ticker)
        if position is not None:
            _pay(floor, listing, account, position, now)


def _expire(floor: Floor, order_id: str) -> None:
    order = floor.orders.get(order_id)
    if order is not None and order.status == "resting":
        cancel(floor, order)


def _turn(floor: Floor, listing: Listing, what: str, at: datetime) -> None:
    if what == "open" and listing.status == "initialized":
        listing.status = "active"
        listing.updated_at = at
    if what == "close" and listing.status in ("initialized", "active"):
        listing.status = "closed"
        listing.updated_at = at
        _drop_resting(floor, listing)


def _drop_resting(floor: Floor, listing: Listing) -> None:
    for order in listing.book.orders():
        cancel(floor, order)


def _pay(
    floor: Floor, listing: Listing, account: Account, position: Position, now: datetime
) -> None:
    value = listing.settlement_value or ZERO
    worth = value if position.net > 0 else ONE - value
    payout = (abs(position.net) * worth).quantize(CENT, ROUND_HALF_UP)
    account.cash += payout
    account.settlements.append(_settlement(floor, listing, position, payout))
    position.realized += payout - position.exposure
    position.lots.clear()
    position.net = ZERO
    position.is_settled = True
    if floor.settings.collateral_return:
        adjust_returned(account, listing.event)
    if account.key is not None:
        position.record(now, now)
    account.record(now)


def _settlement(
    floor: Floor, listing: Listing, position: Position, payout: Decimal
) -> AccountSettlement:
    return AccountSettlement(
        ticker=position.ticker,
        event_ticker=position.event_ticker,
        result=listing.result,  # type: ignore[arg-type]
        yes_contracts=position.contracts["yes"],
        no_contracts=position.contracts["no"],
        yes_cost_dollars=position.cost["yes"],
        no_cost_dollars=position.cost["no"],
        netted_dollars=min(position.contracts["yes"], position.contracts["no"]),
        payout_dollars=payout,
        fee_dollars=position.fees,
        value_dollars=listing.settlement_value or ZERO,
        settled_at=floor.clock.now(),
        serial=floor.serial(),
    )
