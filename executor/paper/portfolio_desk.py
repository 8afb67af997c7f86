"""Answers about the account that asks, as far as the read model has come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from executor.paper import archive, refusals, statements
from executor.paper.book import ONE, ZERO
from executor.paper.calls import Answer
from executor.paper.paging import RefusedError, page, span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from executor.paper.accounts import BalanceState, PositionState
    from executor.paper.book import Order, OrderState
    from executor.paper.calls import Call
    from executor.paper.listing import AccountFill, AccountSettlement, TransferKind

# The most deposits, withdrawals or moves that one page holds.
TRANSFERS_LIMIT = 500


def balance(call: Call) -> Answer:
    """The available balance and what the positions would fetch at the last price."""
    history = call.account.history
    state: BalanceState | None = history.seen(call.as_of) or history.oldest()
    if state is None:
        raise RefusedError(refusals.NOT_FOUND)
    value = sum((_worth(call, ticker, seen.net) for ticker, seen in _positions(call)), ZERO)
    return Answer(200, statements.balance(state, value, call.as_of, call.exchange.settings))


def fills(call: Call, *, is_archived: bool = False) -> Answer:
    """A page of fills, newest first."""
    rows, cursor = page(_fills(call, is_archived=is_archived), span(call.query, "GetFills"))
    settings = call.exchange.settings
    return Answer(200, {"cursor": cursor, "fills": [statements.fill(r, settings) for r in rows]})


def orders(call: Call, *, is_archived: bool = False) -> Answer:
    """A page of orders, newest first."""
    rows, cursor = page(_orders(call, is_archived=is_archived), span(call.query, "GetOrders"))
    bodies = [_order(call, row, state) for row in rows if (state := row.history.seen(call.as_of))]
    return Answer(200, {"cursor": cursor, "orders": bodies})


def order(call: Call) -> Answer:
    """One order; for a while after a cancel it still reads as resting here, not in the list."""
    found = call.account.orders.get(call.path["order_id"])
    state = found.history.seen(call.as_of) if found else None
    if found is None or state is None:
        raise RefusedError(refusals.ORDER_NOT_FOUND)
    is_fresh = call.as_of - state.updated_at < call.exchange.settings.stale_cancel_window
    if state.status == "canceled" and is_fresh:
        state = found.history.before(call.as_of) or state
    return Answer(200, {"order": _order(call, found, state)})


def positions(call: Call) -> Answer:
    """Positions by market and by event; settled ones only where asked for."""
    newest_first = sorted(_numbered_positions(call), key=lambda row: -row.serial)
    rows, cursor = page(newest_first, span(call.query, "GetPositions"))
    settings = call.exchange.settings
    by_event: dict[str, list[PositionState]] = {}
    for row in rows:
        by_event.setdefault(row.event_ticker, []).append(row.state)
    body: statements.Json = {
        "cursor": cursor,
        "event_positions": [statements.event_position(k, v) for k, v in by_event.items()],
        "market_positions": [
            statements.market_position(
                row.ticker, row.state, statements.resting_count(call.account, row.ticker), settings
            )
            for row in rows
        ],
    }
    return Answer(200, body)


def settlements(call: Call) -> Answer:
    """A page of settlements, newest first."""
    rows, cursor = page(_settlements(call), span(call.query, "GetSettlements"))
    bodies = [statements.settlement(row, call.exchange.settings) for row in rows]
    return Answer(200, {"cursor": cursor, "settlements": bodies})


def deposits(call: Call) -> Answer:
    """A page of deposits, newest first."""
    return _transfers(call, "deposit", "GetDeposits")


def withdrawals(call: Call) -> Answer:
    """A page of withdrawals, newest first."""
    return _transfers(call, "withdrawal", "GetWithdrawals")


def shard_moves(call: Call) -> Answer:
    """A page of moves between shards, newest first."""
    known = [row for row in reversed(call.account.moves) if row.created_at <= call.as_of]
    wanted = span(call.query, "GetIntraExchangeInstanceTransfers", TRANSFERS_LIMIT)
    rows, cursor = page(known, wanted)
    listed = [statements.shard_move(row) for row in rows]
    # Without a next page there is no cursor (OpenAPI 2026-10).
    return Answer(200, {"transfers": listed} | ({"cursor": cursor} if cursor else {}))


class _Row:
    """A position with the number by which pages are cut."""

    def __init__(self, serial: int, ticker: str, event_ticker: str, state: PositionState) -> None:
        self.serial = serial
        self.ticker = ticker
        self.event_ticker = event_ticker
        self.state = state


def _order(call: Call, found: Order, state: OrderState) -> statements.Json:
    return statements.order(found, state, call.account.user_id, call.exchange.settings)


def _orders(call: Call, *, is_archived: bool) -> Iterable[Order]:
    tickers, event_tickers = call.listed("ticker"), call.listed("event_ticker")
    status = call.query.get("status", "")
    listings = call.exchange.floor.listings
    for row in reversed(call.account.orders.values()):
        state = row.history.seen(call.as_of)
        ticker = row.request.ticker
        if (
            state is not None
            and archive.is_archived_order(call, state) == is_archived
            and (tickers is None or ticker in tickers)
            and (event_tickers is None or listings[ticker].event.event_ticker in event_tickers)
            and status in ("", state.status)
            and _is_within(call, row.created_at)
        ):
            yield row


def _fills(call: Call, *, is_archived: bool) -> Iterable[AccountFill]:
    tickers, order_id = call.listed("ticker"), call.query.get("order_id", "")
    for row in reversed(call.account.fills):
        if (
            row.recorded_at <= call.as_of
            and archive.is_archived_fill(call, row) == is_archived
            and (tickers is None or row.ticker in tickers)
            and order_id in ("", row.order_id)
            and _is_within(call, row.filled_at)
        ):
            yield row


def _settlements(call: Call) -> Iterable[AccountSettlement]:
    tickers, event_tickers = call.listed("ticker"), call.listed("event_ticker")
    for row in reversed(call.account.settlements):
        if (
            row.settled_at <= call.as_of
            and (tickers is None or row.ticker in tickers)
            and (event_tickers is None or row.event_ticker in event_tickers)
            and _is_within(call, row.settled_at)
        ):
            yield row


def _transfers(call: Call, kind: TransferKind, operation: str) -> Answer:
    known = reversed(call.account.transfers.values())
    listed = [row for row in known if row.kind == kind and row.created_at <= call.as_of]
    rows, cursor = page(listed, span(call.query, operation, TRANSFERS_LIMIT))
    bodies = [statements.transfer(row, call.as_of) for row in rows]
    return Answer(200, {"cursor": cursor, f"{kind}s": bodies})


def _positions(call: Call) -> Iterable[tuple[str, PositionState]]:
    for ticker, held in call.account.positions.items():
        state = held.history.seen(call.as_of)
        if state is not None:
            yield ticker, state


def _numbered_positions(call: Call) -> Iterable[_Row]:
    wanted = call.query.get("settlement_status", "") or "unsettled"
    tickers, event_tickers = call.listed("ticker"), call.listed("event_ticker")
    only_held = "position" in (call.listed("count_filter") or ())
    for ticker, state in _positions(call):
        listing = call.exchange.floor.listings[ticker]
        if (
            wanted in ("all", "settled" if state.is_settled else "unsettled")
            and (tickers is None or ticker in tickers)
            and (event_tickers is None or listing.event.event_ticker in event_tickers)
            and not (only_held and not state.net)
        ):
            yield _Row(listing.serial, ticker, listing.event.event_ticker, state)


def _worth(call: Call, ticker: str, net: Decimal) -> Decimal:
    last = call.exchange.floor.listings[ticker].last_price
    return net * last if net > 0 else -net * (ONE - last)


def _is_within(call: Call, at: datetime) -> bool:
    first, last = call.query.get("min_ts", ""), call.query.get("max_ts", "")
    return not (
        (first.isdecimal() and at < datetime.fromtimestamp(int(first), UTC))
        or (last.isdecimal() and at > datetime.fromtimestamp(int(last), UTC))
    )
