"""The exchange without I/O, one way: an intent becomes a request. `answers` is the way back.

Each rule stands beside the page of docs.kalshi.com it obeys. Where the pages are silent,
the rule says what was seen on the wire, and when.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from executor.wire import Request, RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = "/trade-api/v2"
ONE_DOLLAR = Decimal(1)
# api-reference/orders/create-order-v2: prices with up to four decimals, contracts in hundredths.
PRICE_STEP_DOLLARS = Decimal("0.0001")
CONTRACTS_STEP = Decimal("0.01")
# No order of ours has a billion contracts; far larger numbers would not even divide.
LARGEST_EXPONENT = 8
# Longer ids, and ids with a dot (seen 2026-05-07), are answered with 400.
CLIENT_ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
TICKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# An id becomes part of a path. Without it the path would cancel every order (2026-08-27).
ORDER_ID = re.compile(r"(?!batched$)[A-Za-z0-9_-]+")
# No segment can be "." or "..", hold a query or be quoted: what we sign is what we send.
PATH = re.compile(r"/trade-api/v2(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
GOOD_TILL_CANCELED = "good_till_canceled"
TIMES_IN_FORCE = (GOOD_TILL_CANCELED, "immediate_or_cancel", "fill_or_kill")
# getting_started/rate_limits and GET /account/endpoint_costs: ten each, a cancel two.
CANCEL_COST_TOKENS = 2
PAGE_LIMIT = 1000


def create_order(intent: Mapping[str, Any]) -> Request:
    """Build the order that an intent (a row of posted.intents) asks for.

    Raises RequestRefusedError rather than round, guess or let the exchange find out.
    """
    if intent.get("kind", "create") != "create":
        raise RequestRefusedError(f"an intent of kind {intent['kind']} creates no order")
    side, yes_price_dollars = _book_side(intent["outcome_side"], intent["price_dollars"])
    order = {
        "ticker": _text(intent["ticker"], TICKER, "ticker"),
        "client_order_id": _text(intent["client_order_id"], CLIENT_ORDER_ID, "client_order_id"),
        "side": side,
        # create-order-v2: strings; a JSON number is answered with 400 (2026-06-11).
        "count": f"{_contracts(intent['contracts']):.2f}",
        "price": f"{yes_price_dollars:.4f}",
        "self_trade_prevention_type": "taker_at_cross",
        **_lifetime(intent),
    }
    body = json.dumps(order, separators=(",", ":")).encode()
    return Request("POST", "/trade-api/v2/portfolio/events/orders", body=body, bucket="write")


def cancel_order(order_id: str, ticker: str) -> Request:
    """Build the cancel of one order; the ticker lets the exchange find its shard.

    Source: api-reference/orders/cancel-order-v2.
    """
    path = f"{ROOT}/portfolio/events/orders/{_text(order_id, ORDER_ID, 'order_id')}"
    return Request(
        "DELETE",
        path,
        query={"market_ticker": _text(ticker, TICKER, "ticker")},
        cost_tokens=CANCEL_COST_TOKENS,
        bucket="write",
    )


def page(
    path: str, query: Mapping[str, object] | None = None, cursor: str | None = None
) -> Request:
    """Build a read of `path` (from the root, as in ref.feeds): one page, from `cursor` on.

    Parameters that are None are left out. Source: getting_started/pagination.
    """
    wanted = {name: str(value) for name, value in (query or {}).items() if value is not None}
    if cursor:
        wanted["cursor"] = cursor
    return Request("GET", _text(path, PATH, "path"), query=wanted)


def _book_side(outcome_side: str, price: object) -> tuple[str, Decimal]:
    """Give side and price in the one book there is, of YES. Source: create-order-v2."""
    price_dollars = _decimal(price, PRICE_STEP_DOLLARS, "price_dollars")
    if not 0 < price_dollars < ONE_DOLLAR:
        raise RequestRefusedError(f"a price lies between 0 and 1 dollars, not at {price_dollars}")
    match outcome_side:
        case "yes":
            return "bid", price_dollars
        case "no":  # buying NO at p is selling YES at 1 - p
            return "ask", ONE_DOLLAR - price_dollars
    raise RequestRefusedError(f"outcome_side is yes or no, not {outcome_side!r}")


def _contracts(value: object) -> Decimal:
    contracts = _decimal(value, CONTRACTS_STEP, "contracts")
    if contracts <= 0:
        raise RequestRefusedError(f"an order needs a positive count, not {contracts}")
    return contracts


def _lifetime(intent: Mapping[str, Any]) -> dict[str, object]:
    """How long the order lives. Source: create-order-v2, expiration_time and post_only."""
    time_in_force, expires_at = intent["time_in_force"], intent.get("expires_at")
    if time_in_force not in TIMES_IN_FORCE:
        raise RequestRefusedError(f"time_in_force {time_in_force!r} is none of {TIMES_IN_FORCE}")
    is_post_only = bool(intent.get("post_only"))
    if time_in_force != GOOD_TILL_CANCELED:
        if is_post_only or expires_at is not None:
            raise RequestRefusedError(f"{time_in_force} can neither rest nor expire")
        return {"time_in_force": time_in_force}
    lifetime: dict[str, object] = {"time_in_force": time_in_force, "post_only": is_post_only}
    if expires_at is not None:
        lifetime["expiration_time"] = _unix_seconds(expires_at)
    return lifetime


def _unix_seconds(expires_at: datetime) -> int:
    """Whole seconds, cut: an order may end a moment early, never live longer than meant."""
    if expires_at.tzinfo is None:
        raise RequestRefusedError(f"expires_at {expires_at} has no zone; times are UTC")
    return int((expires_at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def _decimal(value: object, step: Decimal, name: str) -> Decimal:
    """Accept an exact number on the exchange's scale; anything finer is refused, not rounded."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise RequestRefusedError(f"{name} is a finite Decimal, not {value!r}")
    if value.adjusted() > LARGEST_EXPONENT:
        raise RequestRefusedError(f"{name} {value} is absurd")
    if value % step:
        raise RequestRefusedError(f"{name} {value} is finer than the exchange's {step}")
    return value


def _text(value: object, pattern: re.Pattern[str], name: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise RequestRefusedError(f"{name} {value!r} does not match {pattern.pattern}")
    return value
