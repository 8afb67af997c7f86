"""The JSON objects of an account: orders, fills, settlements, positions, balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.paper import wire
from executor.paper.book import ONE, ZERO

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from executor.paper.accounts import Account, BalanceState, PositionState
    from executor.paper.book import Order, OrderState
    from executor.paper.listing import (
        AccountFill,
        AccountSettlement,
        AccountTransfer,
        Settings,
        ShardMove,
    )

Json = dict[str, object]


def order(placed: Order, state: OrderState, user_id: str, settings: Settings) -> Json:
    """An order object; its price stays the limit, whatever it traded at."""
    request = placed.request
    body: Json = {
        "action": "buy" if request.side == "bid" else "sell",
        "book_side": request.side,
        "client_order_id": request.client_order_id or "",
        "created_time": wire.moment(placed.created_at),
        "fill_count_fp": wire.count(state.filled),
        "initial_count_fp": wire.count(request.count),
        "last_update_time": wire.moment(state.updated_at),
        "maker_fees_dollars": wire.money(state.maker_fees),
        "maker_fill_cost_dollars": wire.money(state.maker_cost),
        "no_price_dollars": wire.price(ONE - request.price),
        "order_id": placed.order_id,
        "outcome_side": "yes" if request.side == "bid" else "no",
        "remaining_count_fp": wire.count(state.remaining),
        "self_trade_prevention_type": request.self_trade_prevention_type,
        "side": "yes",
        "status": state.status,
        "subaccount_number": 0,
        "taker_fees_dollars": wire.money(state.taker_fees),
        "taker_fill_cost_dollars": wire.money(state.taker_cost),
        "ticker": request.ticker,
        "type": "limit",
        "user_id": user_id,
        "yes_price_dollars": wire.price(request.price),
    }
    if request.expires_at is not None:
        body["expiration_time"] = wire.moment(request.expires_at)
    return body | _index(settings)


def fill(executed: AccountFill, settings: Settings) -> Json:
    """A fill object; it has not named its order's client since 2026-03-30."""
    body: Json = {
        "action": "buy" if executed.book_side == "bid" else "sell",
        "book_side": executed.book_side,
        "count_fp": wire.count(executed.contracts),
        "created_time": wire.moment(executed.filled_at),
        "fee_cost": wire.money(executed.fee_dollars),
        "fill_id": executed.fill_id,
        "is_taker": executed.is_taker,
        "market_ticker": executed.ticker,
        "no_price_dollars": wire.price(ONE - executed.yes_price_dollars),
        "order_id": executed.order_id,
        "outcome_side": executed.outcome_side,
        "side": "yes",
        "subaccount_number": 0,
        "ticker": executed.ticker,
        "trade_id": executed.fill_id,
        "ts": wire.seconds(executed.filled_at),
        "yes_price_dollars": wire.price(executed.yes_price_dollars),
    }
    if settings.fills_carry_client_order_id:
        body["client_order_id"] = executed.client_order_id or ""
    return body | _index(settings)


def settlement(row: AccountSettlement, settings: Settings) -> Json:
    """A settlement object: gross counts and costs a side, revenue of the residual in cents."""
    body: Json = {
        "event_ticker": row.event_ticker,
        "fee_cost": wire.money(row.fee_dollars),
        "market_result": row.result,
        "no_count_fp": wire.count(row.no_contracts),
        "no_total_cost_dollars": wire.money(row.no_cost_dollars),
        "settled_time": wire.moment(row.settled_at),
        "ticker": row.ticker,
        "value": int(row.value_dollars * 100),
        "yes_count_fp": wire.count(row.yes_contracts),
        "yes_total_cost_dollars": wire.money(row.yes_cost_dollars),
    }
    if settings.settlements_carry_revenue:
        body["revenue"] = int(row.payout_dollars * 100)
    return body | _index(settings)


def transfer(row: AccountTransfer, as_of: datetime) -> Json:
    """A deposit or withdrawal object, in cents, in the state that it had come to by then."""
    status: str = "pending"
    finalized_at = None
    for state, reached_at in (("applied", row.applied_at), (row.status, row.finalized_at)):
        if reached_at is not None and reached_at <= as_of:
            status, finalized_at = state, reached_at
    return {
        "amount_cents": int(row.amount_dollars * 100),
        "created_ts": wire.seconds(row.created_at),
        "fee_cents": 0,
        "finalized_ts": None if finalized_at is None else wire.seconds(finalized_at),
        "id": row.transfer_id,
        "status": status,
        "type": "ach",
    }


def shard_move(row: ShardMove) -> Json:
    """An intra-account transfer object, in dollars; here every move is complete at once."""
    return {
        "amount": wire.price(row.amount_dollars),
        "created_ts": wire.seconds(row.created_at),
        "destination": "event_contract",
        "destination_exchange_shard": row.destination_exchange_index,
        "source": "event_contract",
        "source_exchange_shard": row.source_exchange_index,
        "status": "complete",
        "transfer_id": row.transfer_id,
    }


def market_position(ticker: str, state: PositionState, resting: int, settings: Settings) -> Json:
    """A position in one market; contracts are negative where NO is held."""
    body: Json = {
        "fees_paid_dollars": wire.money(state.fee_dollars),
        "last_updated_ts": wire.moment(state.updated_at),
        "market_exposure_dollars": wire.money(state.exposure_dollars),
        "position_fp": wire.count(state.net),
        "realized_pnl_dollars": wire.money(state.realized_dollars),
        "ticker": ticker,
        "total_traded_dollars": wire.money(state.traded_dollars),
    }
    if settings.generation == "2026-06":
        # Removed on 2026-07-09.
        body["resting_orders_count"] = resting
    return body | _index(settings)


def event_position(event_ticker: str, states: list[PositionState]) -> Json:
    """The positions of one event together."""
    exposure = sum((s.exposure_dollars for s in states), ZERO)
    return {
        "event_exposure_dollars": wire.money(exposure),
        "event_ticker": event_ticker,
        "fees_paid_dollars": wire.money(sum((s.fee_dollars for s in states), ZERO)),
        "realized_pnl_dollars": wire.money(sum((s.realized_dollars for s in states), ZERO)),
        "total_cost_dollars": wire.money(exposure),
        "total_cost_shares_fp": wire.count(sum((abs(s.net) for s in states), ZERO)),
    }


def balance(state: BalanceState, value: Decimal, as_of: datetime, settings: Settings) -> Json:
    """The available balance, shard by shard; the whole cents are cut, not rounded."""
    available = state.cash - (state.reserved if settings.reserve_resting else ZERO)
    shards = ((0, available), *state.elsewhere)
    total = sum((dollars for _, dollars in shards), ZERO)
    return {
        "balance": int(total * 100),
        "balance_breakdown": [
            {"balance": wire.price(dollars), "exchange_index": shard} for shard, dollars in shards
        ],
        "balance_dollars": wire.price(total),
        "portfolio_value": int(value * 100),
        "updated_ts": wire.seconds(as_of),
    }


def resting_count(account: Account, ticker: str) -> int:
    """How many orders of an account rest on a market."""
    return sum(1 for o in account.resting.values() if o.request.ticker == ticker)


def _index(settings: Settings) -> Json:
    """Everything of an account names its shard since 2026-08-20; weather is shard 0."""
    return {} if settings.generation == "2026-06" else {"exchange_index": 0}
