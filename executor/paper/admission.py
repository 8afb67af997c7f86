"""May this order enter? The checks, in the order in which the exchange makes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from executor.paper import fees, refusals
from executor.paper.book import ONE, ZERO, opposite

if TYPE_CHECKING:
    from executor.paper.accounts import Account
    from executor.paper.floor import Floor, Listing
    from executor.paper.listing import OrderRequest, Refusal

SMALLEST_COUNT = Decimal("0.01")
# A dot was refused in May 2026; tickers carry dots, so no ticker belongs into an id.
CLIENT_ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SIDES = ("bid", "ask")
TIMES_IN_FORCE = ("fill_or_kill", "immediate_or_cancel", "good_till_canceled")
SELF_TRADE_PREVENTIONS = ("taker_at_cross", "maker")


def refusal(floor: Floor, account: Account, request: OrderRequest) -> Refusal | None:
    """Why an order may not enter, or None."""
    if not floor.is_exchange_active:
        return refusals.EXCHANGE_PAUSED
    listing = floor.listings.get(request.ticker)
    if listing is None:
        return refusals.MARKET_NOT_FOUND
    if not floor.is_trading_active or listing.is_paused:
        return refusals.TRADING_PAUSED
    return (
        _malformed(request)
        or _duplicate(account, request)
        or (None if listing.status == "active" else refusals.MARKET_INACTIVE)
        or _off_grid(listing, request)
        or _badly_combined(floor, request)
        or _crossing(listing, request)
        or _too_expensive(floor, listing, account, request)
        or _unfillable(listing, account, request)
    )


def _malformed(request: OrderRequest) -> Refusal | None:
    if request.side not in SIDES:
        return refusals.invalid_parameters("side must be bid or ask")
    if request.time_in_force not in TIMES_IN_FORCE:
        return refusals.invalid_parameters("unknown time_in_force")
    if request.self_trade_prevention_type not in SELF_TRADE_PREVENTIONS:
        return refusals.invalid_parameters("unknown self_trade_prevention_type")
    if request.client_order_id and not CLIENT_ORDER_ID.fullmatch(request.client_order_id):
        return refusals.invalid_parameters("client_order_id has a character it may not have")
    if not request.count.is_finite() or request.count <= 0 or request.count % SMALLEST_COUNT:
        return refusals.invalid_parameters("count must be a positive multiple of 0.01")
    return None


def _duplicate(account: Account, request: OrderRequest) -> Refusal | None:
    """An id is spent for ever, also where its order was cancelled."""
    is_known = request.client_order_id in account.client_order_ids
    return refusals.ORDER_EXISTS if is_known else None


def _off_grid(listing: Listing, request: OrderRequest) -> Refusal | None:
    price = request.price
    if not price.is_finite() or not ZERO < price < ONE or price % listing.market.price_step:
        return refusals.INVALID_PRICE
    return None


def _badly_combined(floor: Floor, request: OrderRequest) -> Refusal | None:
    can_rest = request.time_in_force == "good_till_canceled"
    if request.post_only and not can_rest:
        return refusals.invalid_order("post only must be good till canceled")
    if request.reduce_only and request.time_in_force != "immediate_or_cancel":
        return refusals.invalid_order("reduce only must be immediate or cancel")
    if request.expires_at is None:
        return None
    if not can_rest:
        return refusals.invalid_order("only good till canceled expires")
    if request.expires_at <= floor.clock.now():
        return refusals.invalid_order("expiration time is in the past")
    return None


def _crossing(listing: Listing, request: OrderRequest) -> Refusal | None:
    if request.post_only and listing.book.front(opposite(request.side), request.price):
        return refusals.POST_ONLY_CROSS
    return None


def _too_expensive(
    floor: Floor, listing: Listing, account: Account, request: OrderRequest
) -> Refusal | None:
    """Worst cost and fee must be free; what can only close a position brings its dollars back."""
    crosses = listing.book.front(opposite(request.side), request.price) is not None
    steps = fees.rounding(floor.settings.fee_era, floor.clock.now())
    rate = listing.tariff.rate(is_taker=crosses)
    fee = fees.model_fee(rate, request.price, request.count, steps)
    price = request.price if request.side == "bid" else ONE - request.price
    returned = ZERO
    if request.time_in_force != "good_till_canceled":
        returned = min(request.count, closable(account, request))
    needed = request.count * price + fee - returned
    return refusals.INSUFFICIENT_BALANCE if needed > account.free else None


def _unfillable(listing: Listing, account: Account, request: OrderRequest) -> Refusal | None:
    if request.time_in_force != "fill_or_kill":
        return None
    volume = ZERO
    for resting in listing.book.queue(opposite(request.side), request.price):
        if resting.account_id != account.account_id:
            volume += resting.remaining
        elif request.self_trade_prevention_type == "taker_at_cross":
            break
    return refusals.FILL_OR_KILL if volume < request.count else None


def closable(account: Account, request: OrderRequest) -> Decimal:
    """Contracts of the other outcome that the account holds and this order would close."""
    position = account.positions.get(request.ticker)
    if position is None:
        return ZERO
    return max(ZERO, -position.net if request.side == "bid" else position.net)
