"""What is listed, what is asked and what is answered: the frozen records of the exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Side = Literal["bid", "ask"]
Result = Literal["yes", "no", "scalar"]
TimeInForce = Literal["fill_or_kill", "immediate_or_cancel", "good_till_canceled"]
TransferKind = Literal["deposit", "withdrawal"]
TransferStatus = Literal["pending", "applied", "failed", "returned"]
SelfTrade = Literal["taker_at_cross", "maker"]


@dataclass(frozen=True, slots=True)
class Market:
    """One yes-or-no contract of an event; `extras` are further keys served word for word."""

    ticker: str
    event_ticker: str
    strike_type: str
    floor_strike: float | None
    cap_strike: float | None
    yes_sub_title: str
    rules_primary: str
    open_at: datetime
    close_at: datetime
    expected_expiration_at: datetime
    settlement_timer_seconds: int = 300
    price_step: Decimal = Decimal("0.01")
    extras: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """A question with its markets; `extras` are further keys served word for word."""

    event_ticker: str
    series_ticker: str
    title: str
    markets: list[Market]
    fee_type: str = "quadratic"
    fee_multiplier: Decimal = Decimal(1)
    extras: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What somebody wants: side and price speak of the YES leg, price in dollars."""

    ticker: str
    side: Side
    count: Decimal
    price: Decimal
    time_in_force: TimeInForce = "good_till_canceled"
    client_order_id: str | None = None
    post_only: bool = False
    expires_at: datetime | None = None
    self_trade_prevention_type: SelfTrade = "taker_at_cross"
    reduce_only: bool = False


@dataclass(frozen=True, slots=True)
class Ack:
    """The order was taken; the averages (YES price, fee per contract) only where it filled."""

    order_id: str
    client_order_id: str | None
    fill_count: Decimal
    remaining_count: Decimal
    average_fill_price: Decimal | None
    average_fee_paid: Decimal | None
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class CancelAck:
    """The order rests no longer."""

    order_id: str
    reduced_by: Decimal
    cancelled_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, and why; `shape` is the envelope that the exchange wraps this kind of error in."""

    status: int
    code: str
    message: str
    details: str | None = None
    shape: Literal["nested", "flat", "sentence", "string"] = "nested"
    is_of_matching: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """How this exchange behaves; the defaults are the wire of October 2026.

    `generation` is `2026-10` or `2026-06`: the latter serves the keys, error envelopes
    and bucket sizes that were recorded in June 2026. `fee_era` is `dated` (the era in
    force on the exchange's clock), `cent`, `ten_thousandth` or `millionth`. What is older than
    `live_window`, and orders that ended before `order_window`, are in the archive alone.
    """

    generation: Literal["2026-06", "2026-10"] = "2026-10"
    fills_carry_client_order_id: bool = False
    settlements_carry_revenue: bool = True
    read_model_lag: timedelta = timedelta(0)
    stale_cancel_window: timedelta = timedelta(milliseconds=500)
    is_rate_limited: bool = True
    usage_tier: str = "basic"
    reserve_resting: bool = True
    collateral_return: bool = False
    fee_era: Literal["dated", "cent", "ten_thousandth", "millionth"] = "dated"
    live_window: timedelta = timedelta(days=90)
    order_window: timedelta = timedelta(days=14)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class AccountFill:
    """One execution as the exchange itself keeps it; price in dollars of the outcome bought."""

    fill_id: str
    order_id: str
    client_order_id: str | None
    ticker: str
    book_side: Side
    outcome_side: Literal["yes", "no"]
    price_dollars: Decimal
    yes_price_dollars: Decimal
    contracts: Decimal
    fee_dollars: Decimal
    is_taker: bool
    filled_at: datetime
    serial: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AccountSettlement:
    """What a finished market paid: gross contracts and cost a side, payout of the residual."""

    ticker: str
    event_ticker: str
    result: Result
    yes_contracts: Decimal
    no_contracts: Decimal
    yes_cost_dollars: Decimal
    no_cost_dollars: Decimal
    netted_dollars: Decimal
    payout_dollars: Decimal
    fee_dollars: Decimal
    value_dollars: Decimal
    settled_at: datetime
    serial: int


@dataclass(frozen=True, slots=True)
class AccountTransfer:
    """Money that comes into an account or leaves it; only what is applied is in the balance.

    `applied_at` is when it was, also where it was returned afterwards.
    """

    transfer_id: str
    kind: TransferKind
    amount_dollars: Decimal
    status: TransferStatus
    created_at: datetime
    finalized_at: datetime | None
    serial: int
    applied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShardMove:
    """Free dollars that went from one shard of an account to another, at once."""

    transfer_id: str
    amount_dollars: Decimal
    source_exchange_index: int
    destination_exchange_index: int
    created_at: datetime
    serial: int


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """The exchange's own account of a customer, for whoever wants a second witness.

    `profit_by_ticker_dollars` holds settled markets only: netted pairs plus payout less
    cost less fees. `orders_by_status` counts orders.
    """

    account_id: str
    total_balance_dollars: Decimal
    available_balance_dollars: Decimal
    fills: list[AccountFill]
    settlements: list[AccountSettlement]
    profit_by_ticker_dollars: dict[str, Decimal]
    orders_by_status: dict[str, int]
