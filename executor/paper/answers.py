"""The JSON objects of the exchange's public side: markets, events, series, books, trades."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from executor.paper import wire
from executor.paper.book import ONE, ZERO

if TYPE_CHECKING:
    from executor.paper.book import Book
    from executor.paper.floor import Listing, Trade
    from executor.paper.listing import Event, Market, Settings

Json = dict[str, object]

# What the exchange writes for a moment it has not kept.
NEVER = "0001-01-01T00:00:00Z"

RULES_SECONDARY = "The first final value that the source publishes for the day decides."
SETTLEMENT_SOURCES = [{"name": "The Weather Company", "url": "https://weather.com/kalshi"}]
LATEST_EXPIRATION = timedelta(days=7)
_EVENT_DATE = re.compile(r"-(\d\d[A-Z]{3}\d\d)$")


def market(listing: Listing, now: datetime, settings: Settings) -> Json:
    """A market object with the whole key set of its generation."""
    body = _standing(listing.market, listing.event) | _quotes(listing)
    body |= {
        "created_time": wire.moment(listing.created_at),
        "updated_time": wire.moment(listing.updated_at),
        "status": listing.shown_status,
        "result": listing.result,
        "expiration_value": listing.expiration_value,
        "last_price_dollars": wire.price(listing.last_price),
        "volume_fp": wire.count(listing.volume),
        "volume_24h_fp": wire.count(listing.volume_of_day(now)),
        "open_interest_fp": wire.count(listing.open_interest),
    }
    if listing.settlement_value is not None:
        body["settlement_value_dollars"] = wire.price(listing.settlement_value)
    if listing.settled_at is not None:
        body["settlement_ts"] = wire.moment(listing.settled_at)
    return _of_generation(body, settings) | dict(listing.market.extras)


def event(listed: Event, settings: Settings) -> Json:
    """An event object, without its markets."""
    close_at = max((m.close_at for m in listed.markets), default=None)
    body: Json = {
        "category": "Climate and Weather",
        "collateral_return_type": "MECNET",
        "event_ticker": listed.event_ticker,
        "last_updated_ts": NEVER,
        "mutually_exclusive": True,
        "product_metadata": {},
        "series_ticker": listed.series_ticker,
        "settlement_sources": SETTLEMENT_SOURCES,
        "strike_date": wire.moment(close_at) if close_at else None,
        "strike_period": "",
        "sub_title": _sub_title(listed.event_ticker),
        "title": listed.title,
    }
    if settings.generation == "2026-06":
        body["available_on_brokers"] = False
    else:
        body["exchange_index"] = 0
    return body | dict(listed.extras)


def series(listed: Event) -> Json:
    """The series that an event belongs to."""
    return {
        "additional_prohibitions": [],
        "categories": ["Climate and Weather"],
        "category": "Climate and Weather",
        "contract_terms_url": "",
        "contract_url": "",
        "exchange_index": 0,
        "fee_multiplier": float(listed.fee_multiplier),
        "fee_type": listed.fee_type,
        "frequency": "daily",
        "last_updated_ts": NEVER,
        "product_metadata": {},
        "settlement_sources": SETTLEMENT_SOURCES,
        "tags": ["Daily temperature"],
        "ticker": listed.series_ticker,
        "title": listed.title,
    }


def orderbook(book: Book, depth: int) -> Json:
    """Bids of both outcomes, best last; a bid for NO is an ask for YES seen from below."""
    yes = [[wire.price(p), wire.count(c)] for p, c in book.depth("bid")]
    no = [[wire.price(ONE - p), wire.count(c)] for p, c in book.depth("ask")]
    return {"orderbook_fp": {"no_dollars": no[-depth:], "yes_dollars": yes[-depth:]}}


def trade(printed: Trade) -> Json:
    """A public trade."""
    return {
        "count_fp": wire.count(printed.contracts),
        "created_time": wire.moment(printed.traded_at),
        "is_block_trade": False,
        "no_price_dollars": wire.price(ONE - printed.yes_price),
        "taker_book_side": "bid" if printed.taker_outcome_side == "yes" else "ask",
        "taker_outcome_side": printed.taker_outcome_side,
        "taker_side": printed.taker_outcome_side,
        "ticker": printed.ticker,
        "trade_id": printed.trade_id,
        "yes_price_dollars": wire.price(printed.yes_price),
    }


def _standing(listed: Market, of_event: Event) -> Json:
    latest = listed.close_at + LATEST_EXPIRATION
    step = wire.price(listed.price_step)
    body: Json = {
        "can_close_early": True,
        "close_time": wire.moment(listed.close_at),
        "early_close_condition": "Trading ends with the climate day, whatever is known by then.",
        "event_ticker": listed.event_ticker,
        "expected_expiration_time": wire.moment(listed.expected_expiration_at),
        "expiration_time": wire.moment(latest),
        "latest_expiration_time": wire.moment(latest),
        "market_type": "binary",
        "no_sub_title": listed.yes_sub_title,
        "notional_value_dollars": "1.0000",
        "occurrence_datetime": wire.moment(listed.expected_expiration_at),
        "open_time": wire.moment(listed.open_at),
        "previous_price_dollars": "0.0000",
        "previous_yes_ask_dollars": "0.0000",
        "previous_yes_bid_dollars": "0.0000",
        "price_level_structure": "linear_cent" if step == "0.0100" else "deci_cent",
        "price_ranges": [{"end": "1.0000", "start": "0.0000", "step": step}],
        "rules_primary": listed.rules_primary,
        "rules_secondary": RULES_SECONDARY,
        "settlement_timer_seconds": listed.settlement_timer_seconds,
        "strike_type": listed.strike_type,
        "ticker": listed.ticker,
        "title": f"{of_event.title} {listed.yes_sub_title}",
        "yes_sub_title": listed.yes_sub_title,
    }
    if listed.floor_strike is not None:
        body["floor_strike"] = listed.floor_strike
    if listed.cap_strike is not None:
        body["cap_strike"] = listed.cap_strike
    return body


def _quotes(listing: Listing) -> Json:
    """Best prices; an absent bid reads 0, an absent ask 1, and 0 where nobody ever quoted.

    That zero looks like a free contract: clients must look at the size.
    """
    bid, bid_count = listing.book.best("bid")
    ask, ask_count = listing.book.best("ask")
    is_blank = not listing.was_quoted and listing.status in ("initialized", "active")
    no_ask = ZERO if is_blank else ONE
    bid, ask = bid if bid is not None else ZERO, ask if ask is not None else no_ask
    return {
        "no_ask_dollars": wire.price(ONE - bid),
        "no_bid_dollars": wire.price(ONE - ask),
        "yes_ask_dollars": wire.price(ask),
        "yes_ask_size_fp": wire.count(ask_count or ZERO),
        "yes_bid_dollars": wire.price(bid),
        "yes_bid_size_fp": wire.count(bid_count or ZERO),
    }


def _of_generation(body: Json, settings: Settings) -> Json:
    if settings.generation == "2026-06":
        # Removed: the first two on 2026-07-09, the liquidity on 2026-10-01.
        return body | {
            "fractional_trading_enabled": True,
            "response_price_units": "usd_cent",
            "liquidity_dollars": "0.0000",
        }
    return body | {"exchange_index": 0, "settlement_bounds_type": "default"}


def _sub_title(event_ticker: str) -> str:
    found = _EVENT_DATE.search(event_ticker)
    if found is None:
        return ""
    try:
        day = datetime.strptime(found[1], "%y%b%d").date()  # noqa: DTZ007 -- a date, not a moment
    except ValueError:
        return ""
    return f"On {day:%b} {day.day}, {day.year}"
