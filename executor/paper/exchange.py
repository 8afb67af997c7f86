"""The exchange as worlds and the HTTP surface drive it. Every call is atomic."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from executor.paper import admission, lifecycle, matching, refusals, tape, transfers
from executor.paper.accounts import Account
from executor.paper.book import ZERO
from executor.paper.buckets import Buckets
from executor.paper.floor import Floor, Trade
from executor.paper.listing import AccountStatement, Ack, CancelAck
from executor.paper.signatures import public_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from executor.paper.book import Order
    from executor.paper.clock import Clock
    from executor.paper.listing import (
        Event,
        OrderRequest,
        Refusal,
        Result,
        Settings,
        TransferKind,
        TransferStatus,
    )


class Exchange:
    """A whole paper exchange; it reads no clock but the one it is given."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.settings = settings
        self.floor = Floor(clock, settings)
        self.buckets = Buckets(settings.usage_tier, settings.generation)
        self.lock = threading.RLock()

    def open_account(
        self,
        account_id: str,
        public_key_pem: bytes | None,
        key_id: str | None,
        balance: Decimal,
        *,
        is_outsider: bool = False,
        scopes: Iterable[str] = ("read", "write"),
    ) -> None:
        """Open an account with dollars in it; with a key its owner can sign requests.

        An outsider's orders are shown in the book and meet nobody, see `book.Book`. A key
        without the scope `write` can ask and do nothing else.

        Raises:
            ValueError: the account exists, or the key is none.
        """
        with self.lock:
            if account_id in self.floor.accounts:
                raise ValueError(f"account {account_id} is open already")
            key = public_key(public_key_pem) if public_key_pem is not None else None
            user_id = self.floor.identifier(self.floor.serial())
            account = Account(
                account_id, user_id, balance, key, key_id, is_outsider, frozenset(scopes)
            )
            account.record(self.clock.now())
            self.floor.accounts[account_id] = account
            if key_id is not None:
                self.floor.keys[key_id] = account

    def list_event(self, event: Event) -> None:
        """List an event with its markets; see `lifecycle.list_event`."""
        with self.lock:
            lifecycle.list_event(self.floor, event)
            lifecycle.advance(self.floor)

    def place(self, account_id: str, request: OrderRequest) -> Ack | Refusal:
        """Take an order, or say why not."""
        with self.lock:
            lifecycle.advance(self.floor)
            account = self.floor.accounts[account_id]
            refusal = admission.refusal(self.floor, account, request)
            if refusal is not None:
                return refusal
            return _ack(matching.enter(self.floor, account, request))

    def cancel(self, account_id: str, order_id: str) -> CancelAck | Refusal:
        """Cancel a resting order; cancelled, executed and unknown ones are told alike."""
        with self.lock:
            lifecycle.advance(self.floor)
            if not self.floor.is_exchange_active:
                return refusals.EXCHANGE_PAUSED
            order = self.floor.accounts[account_id].resting.get(order_id)
            if order is None:
                return refusals.ORDER_NOT_FOUND
            return CancelAck(order_id, matching.cancel(self.floor, order), self.clock.now())

    def cancel_all(self, account_id: str, ticker: str | None = None) -> list[CancelAck]:
        """Cancel all resting orders of an account, of one market if a ticker is given."""
        with self.lock:
            lifecycle.advance(self.floor)
            resting = list(self.floor.accounts[account_id].resting.values())
            chosen = [order for order in resting if ticker in (None, order.request.ticker)]
            now = self.clock.now()
            return [CancelAck(o.order_id, matching.cancel(self.floor, o), now) for o in chosen]

    def best(
        self, ticker: str
    ) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]:
        """Best bid, its contracts, best ask, its contracts of the YES book; None where absent."""
        with self.lock:
            book = self.floor.listings[ticker].book
            return (*book.best("bid"), *book.best("ask"))

    def print_trade(
        self,
        ticker: str,
        yes_price: Decimal,
        count: Decimal,
        taker_outcome_side: str,
        traded_at: datetime,
        *,
        trade_id: str | None = None,
    ) -> Decimal:
        """A trade between outsiders; return the contracts it filled of resting orders."""
        with self.lock:
            serial = self.floor.serial()
            name = trade_id or self.floor.identifier(serial)
            trade = Trade(name, ticker, yes_price, count, taker_outcome_side, traded_at, serial)
            return tape.print_trade(self.floor, trade)

    def determine(
        self,
        ticker: str,
        result: Result,
        expiration_value: str,
        settlement_value: Decimal | None = None,
    ) -> None:
        """Say how a market ended; see `lifecycle.determine`."""
        with self.lock:
            lifecycle.advance(self.floor)
            listing = self.floor.listings[ticker]
            lifecycle.determine(self.floor, listing, result, expiration_value, settlement_value)

    def settle(self, ticker: str) -> None:
        """Finalize a determined market and pay; see `lifecycle.settle`."""
        with self.lock:
            lifecycle.advance(self.floor)
            lifecycle.settle(self.floor, self.floor.listings[ticker])

    def transfer(
        self,
        account_id: str,
        kind: TransferKind,
        amount: Decimal,
        status: TransferStatus = "applied",
    ) -> str:
        """A deposit or withdrawal, at once or (`pending`) on its way; its id."""
        with self.lock:
            account = self.floor.accounts[account_id]
            transfer_id = transfers.announce(self.floor, account, kind, amount)
            if status != "pending":
                transfers.finish(self.floor, account, transfer_id, status)
            return transfer_id

    def finish_transfer(
        self, account_id: str, transfer_id: str, status: TransferStatus = "applied"
    ) -> None:
        """What became of a transfer that was on its way; see `transfers.finish`."""
        with self.lock:
            transfers.finish(self.floor, self.floor.accounts[account_id], transfer_id, status)

    def move_to_shard(self, account_id: str, amount: Decimal, exchange_index: int) -> None:
        """Move free dollars to another shard; see `transfers.move`."""
        with self.lock:
            transfers.move(self.floor, self.floor.accounts[account_id], amount, exchange_index)

    def advance(self) -> None:
        """Open and close markets and expire orders, up to the clock's present."""
        with self.lock:
            lifecycle.advance(self.floor)

    def pause(self, ticker: str | None = None, *, is_exchange: bool = False) -> None:
        """Stop trading in one market or in all, or stop the exchange altogether."""
        self._switch(ticker, is_exchange=is_exchange, is_active=False)

    def resume(self, ticker: str | None = None, *, is_exchange: bool = False) -> None:
        """Undo the pause of the same arguments."""
        self._switch(ticker, is_exchange=is_exchange, is_active=True)

    def account(self, account_id: str) -> AccountStatement:
        """What the exchange itself says of an account, the read model's lag aside."""
        with self.lock:
            account = self.floor.accounts[account_id]
            elsewhere = sum(account.elsewhere.values(), ZERO)
            return AccountStatement(
                account_id=account_id,
                total_balance_dollars=account.cash + elsewhere,
                available_balance_dollars=account.free + elsewhere,
                fills=list(account.fills),
                settlements=list(account.settlements),
                profit_by_ticker_dollars={
                    row.ticker: row.netted_dollars
                    + row.payout_dollars
                    - row.yes_cost_dollars
                    - row.no_cost_dollars
                    - row.fee_dollars
                    for row in account.settlements
                },
                orders_by_status=dict(Counter(o.status for o in account.orders.values())),
            )

    def _switch(self, ticker: str | None, *, is_exchange: bool, is_active: bool) -> None:
        with self.lock:
            if ticker is not None:
                self.floor.listings[ticker].is_paused = not is_active
            elif is_exchange:
                self.floor.is_exchange_active = is_active
            else:
                self.floor.is_trading_active = is_active


def _ack(order: Order) -> Ack:
    is_filled = order.filled > ZERO
    fees = order.taker_fees + order.maker_fees
    return Ack(
        order_id=order.order_id,
        client_order_id=order.request.client_order_id,
        fill_count=order.filled,
        remaining_count=order.remaining,
        average_fill_price=order.yes_dollars / order.filled if is_filled else None,
        average_fee_paid=fees / order.filled if is_filled else None,
        placed_at=order.created_at,
    )
