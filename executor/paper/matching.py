"""Orders meet: price before time, at the price of the order that was there first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from executor.paper import fees
from executor.paper.admission import closable
from executor.paper.book import ONE, ZERO, Order, opposite
from executor.paper.collateral import adjust_returned
from executor.paper.floor import Trade
from executor.paper.listing import AccountFill

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from executor.paper.accounts import Account
    from executor.paper.floor import Floor, Listing
    from executor.paper.listing import OrderRequest


class Execution(NamedTuple):
    """One order's part in one trade."""

    trade_id: str
    yes_price: Decimal
    contracts: Decimal
    is_taker: bool
    at: datetime


def enter(floor: Floor, account: Account, request: OrderRequest) -> Order:
    """Take an admitted order, trade what it reaches, rest or drop what is left."""
    listing = floor.listings[request.ticker]
    now = floor.clock.now()
    serial = floor.serial()
    count = request.count
    if request.reduce_only:
        count = min(count, closable(account, request))
    order = Order(
        order_id=floor.identifier(serial),
        account_id=account.account_id,
        request=request,
        serial=serial,
        created_at=now,
        updated_at=now,
        remaining=request.count,
        is_shown_only=account.is_outsider,
    )
    _remember(floor, account, order)
    if not order.is_shown_only:
        _match(floor, listing, order, count)
    if order.remaining and order.status == "resting":
        _rest_or_drop(floor, listing, account, order)
    order.record(now)
    return order


def cancel(floor: Floor, order: Order) -> Decimal:
    """Take a resting order off the book; return the contracts that were left of it."""
    account = floor.accounts[order.account_id]
    floor.listings[order.request.ticker].book.remove(order)
    reduced = order.remaining
    _end(floor, account, order, "canceled")
    order.record(floor.clock.now())
    if account.key is None and not order.filled:
        # Nobody can ask for it, and market makers leave hundreds of thousands behind.
        del floor.orders[order.order_id]
        del account.orders[order.order_id]
    return reduced


def execute(floor: Floor, order: Order, execution: Execution) -> None:
    """Book one order's part of a trade: contracts, money, fee, the row of the fill."""
    account = floor.accounts[order.account_id]
    listing = floor.listings[order.request.ticker]
    outcome: Literal["yes", "no"] = "yes" if order.request.side == "bid" else "no"
    price = execution.yes_price if outcome == "yes" else ONE - execution.yes_price
    paid = price * execution.contracts
    steps = fees.rounding(floor.settings.fee_era, execution.at)
    rate = listing.tariff.rate(is_taker=execution.is_taker)
    model = fees.model_fee(rate, execution.yes_price, execution.contracts, steps)
    fee, order.fee_carried = fees.fill_fee(model, paid, order.fee_carried, steps)
    position = account.position(order.request.ticker, listing.event.event_ticker)
    netted = position.buy(outcome, execution.contracts, price)
    position.fees += fee
    account.cash += netted - paid - fee
    _advance_order(order, execution, paid, fee)
    account.fills.append(_fill(floor, order, execution, price, fee))
    if floor.settings.collateral_return:
        adjust_returned(account, listing.event)
    now = floor.clock.now()
    if account.key is not None:
        position.record(now, execution.at)
    if not order.remaining:
        _end(floor, account, order, "executed")
    else:
        reserve(floor, account, order)


def reserve(floor: Floor, account: Account, order: Order) -> None:
    """Set aside what the rest of a resting order could cost, with the fee of a maker."""
    needed = ZERO
    if order.order_id in account.resting:
        listing = floor.listings[order.request.ticker]
        steps = fees.rounding(floor.settings.fee_era, floor.clock.now())
        rate = listing.tariff.rate(is_taker=False)
        needed = order.remaining * order.cost_a_contract
        needed += fees.model_fee(rate, order.request.price, order.remaining, steps)
    account.reserved += needed - order.reserved
    order.reserved = needed
    account.record(floor.clock.now())


def publish(floor: Floor, listing: Listing, trade: Trade, interest: Decimal) -> None:
    """Put a trade on the public tape."""
    floor.trades.append(trade)
    listing.trades.append(trade)
    listing.last_price = trade.yes_price
    listing.volume += trade.contracts
    listing.open_interest += interest
    listing.recent.append((trade.traded_at, trade.contracts))


def _remember(floor: Floor, account: Account, order: Order) -> None:
    floor.orders[order.order_id] = order
    account.orders[order.order_id] = order
    if order.request.client_order_id:
        account.client_order_ids.add(order.request.client_order_id)


def _match(floor: Floor, listing: Listing, order: Order, count: Decimal) -> None:
    side, limit = opposite(order.request.side), order.request.price
    while count > 0 and (resting := listing.book.front(side, limit)) is not None:
        if resting.account_id == order.account_id:
            if order.request.self_trade_prevention_type == "taker_at_cross":
                _end(floor, floor.accounts[order.account_id], order, "canceled")
                return
            cancel(floor, resting)
            continue
        traded = min(count, resting.remaining)
        _trade(floor, listing, order, resting, traded)
        count -= traded


def _trade(floor: Floor, listing: Listing, taker: Order, maker: Order, count: Decimal) -> None:
    now, serial = floor.clock.now(), floor.serial()
    trade_id, price = floor.identifier(serial), maker.request.price
    before = _yes_held(floor, taker) + _yes_held(floor, maker)
    if maker.remaining == count:
        listing.book.remove(maker)
    execute(floor, maker, Execution(trade_id, price, count, is_taker=False, at=now))
    maker.record(now)
    execute(floor, taker, Execution(trade_id, price, count, is_taker=True, at=now))
    interest = _yes_held(floor, taker) + _yes_held(floor, maker) - before
    outcome = "yes" if taker.request.side == "bid" else "no"
    trade = Trade(trade_id, taker.request.ticker, price, count, outcome, now, serial)
    publish(floor, listing, trade, interest)


def _yes_held(floor: Floor, order: Order) -> Decimal:
    held = floor.accounts[order.account_id].positions.get(order.request.ticker)
    return max(ZERO, held.net) if held else ZERO


def _rest_or_drop(floor: Floor, listing: Listing, account: Account, order: Order) -> None:
    if order.request.time_in_force != "good_till_canceled":
        _end(floor, account, order, "canceled")
        return
    listing.book.rest(order)
    listing.was_quoted = True
    account.resting[order.order_id] = order
    reserve(floor, account, order)
    if order.request.expires_at is not None:
        floor.schedule(order.request.expires_at, "expire", order.order_id)


def _end(floor: Floor, account: Account, order: Order, status: str) -> None:
    order.status = status
    order.remaining = ZERO
    order.updated_at = floor.clock.now()
    account.resting.pop(order.order_id, None)
    reserve(floor, account, order)


def _advance_order(order: Order, execution: Execution, paid: Decimal, fee: Decimal) -> None:
    order.filled += execution.contracts
    order.remaining -= execution.contracts
    order.yes_dollars += execution.yes_price * execution.contracts
    order.updated_at = execution.at
    if execution.is_taker:
        order.taker_cost += paid
        order.taker_fees += fee
    else:
        order.maker_cost += paid
        order.maker_fees += fee


def _fill(
    floor: Floor, order: Order, execution: Execution, price: Decimal, fee: Decimal
) -> AccountFill:
    return AccountFill(
        fill_id=execution.trade_id,
        order_id=order.order_id,
        client_order_id=order.request.client_order_id,
        ticker=order.request.ticker,
        book_side=order.request.side,
        outcome_side="yes" if order.request.side == "bid" else "no",
        price_dollars=price,
        yes_price_dollars=execution.yes_price,
        contracts=execution.contracts,
        fee_dollars=fee,
        is_taker=execution.is_taker,
        filled_at=execution.at,
        serial=floor.serial(),
        recorded_at=floor.clock.now(),
    )
