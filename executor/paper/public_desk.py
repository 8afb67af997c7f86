"""Answers that everybody may have: status, markets, events, series, books, trades."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from executor.paper import answers, archive, refusals, wire
from executor.paper.buckets import COSTS, DEFAULT_COST
from executor.paper.calls import Answer
from executor.paper.paging import RefusedError, page, span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from executor.paper.buckets import Kind
    from executor.paper.calls import Call
    from executor.paper.floor import Listing, Trade
    from executor.paper.listing import Event

ROOT = "/trade-api/v2"
DEPTH_MAXIMUM = 100
# What the `status` filter of markets calls the states of the objects.
STATUS_FILTER = {
    "unopened": {"initialized"},
    "open": {"active"},
    "paused": {"inactive"},
    "closed": {"closed", "determined"},
    "settled": {"finalized"},
}


def exchange_status(call: Call) -> Answer:
    """Whether the exchange and its trading are up."""
    floor = call.exchange.floor
    flags: answers.Json = {
        "exchange_active": floor.is_exchange_active,
        "trading_active": floor.is_exchange_active and floor.is_trading_active,
    }
    if call.exchange.settings.generation == "2026-06":
        return Answer(200, flags)
    flags["intra_exchange_transfers_active"] = True
    shard = {"exchange_index": 0, "description": "default"} | flags
    return Answer(200, flags | {"exchange_index_statuses": [shard]})


def markets(call: Call, *, is_archived: bool = False) -> Answer:
    """A page of markets, newest listing first."""
    wanted = span(call.query, "GetMarkets")
    status = call.query.get("status", "")
    if status and status not in STATUS_FILTER:
        raise RefusedError(refusals.invalid_query("GetMarkets", "Status", "oneof"))
    standing = _filtered(call, STATUS_FILTER.get(status), is_archived=is_archived)
    rows, cursor = page(standing, wanted)
    return Answer(200, {"cursor": cursor, "markets": [_market(call, row) for row in rows]})


def market(call: Call) -> Answer:
    """One market."""
    return Answer(200, {"market": _market(call, _listing(call))})


def orderbook(call: Call) -> Answer:
    """The book of one market; depth 0 or none is all of it."""
    text = call.query.get("depth", "") or "0"
    if not text.isdecimal() or int(text) > DEPTH_MAXIMUM:
        raise RefusedError(refusals.invalid_query("GetMarketOrderbook", "Depth", "lte"))
    return Answer(200, answers.orderbook(_listing(call).book, int(text)))


def trades(call: Call) -> Answer:
    """A page of public trades, newest first."""
    wanted = span(call.query, "GetTrades")
    ticker = call.query.get("ticker", "")
    listing = call.exchange.floor.listings.get(ticker)
    printed = listing.trades if listing else [] if ticker else call.exchange.floor.trades
    rows, cursor = page(_within(call, printed), wanted)
    return Answer(200, {"cursor": cursor, "trades": [answers.trade(row) for row in rows]})


def events(call: Call) -> Answer:
    """A page of events, newest listing first."""
    wanted = span(call.query, "GetEvents", maximum=200)
    serials = call.exchange.floor.event_serials
    chosen = sorted(_chosen_events(call), key=lambda e: -serials[e.event_ticker])
    below = [e for e in chosen if wanted.below is None or serials[e.event_ticker] < wanted.below]
    limit = wanted.limit if call.query.get("limit") else 200
    rows = below[:limit]
    cursor = ""
    if len(below) > limit:
        cursor = wanted.cursor(serials[rows[-1].event_ticker])
    return Answer(200, {"cursor": cursor, "events": [_event(call, row) for row in rows]})


def event(call: Call) -> Answer:
    """One event, its markets beside it or inside it."""
    listed = call.exchange.floor.events.get(call.path["event_ticker"])
    if listed is None:
        raise RefusedError(refusals.NOT_FOUND)
    body: answers.Json = {"event": _event(call, listed)}
    if not _is_nested(call):
        body["markets"] = _markets_of(call, listed)
    return Answer(200, body)


def series(call: Call) -> Answer:
    """One series, known from the events listed of it."""
    ticker = call.path["series_ticker"]
    for listed in call.exchange.floor.events.values():
        if listed.series_ticker == ticker:
            return Answer(200, {"series": answers.series(listed)})
    raise RefusedError(refusals.NOT_FOUND)


def fee_changes(_call: Call) -> Answer:
    """Fee changes to come: none are ever scheduled here."""
    return Answer(200, {"series_fee_change_arr": []})


def endpoint_costs(_call: Call) -> Answer:
    """What requests cost that do not cost the default."""
    rows = [
        {"cost": cost, "method": method, "path": ROOT + path}
        for (method, path), cost in sorted(COSTS.items(), key=lambda item: item[0][::-1])
    ]
    return Answer(200, {"default_cost": DEFAULT_COST, "endpoint_costs": rows})


def limits(call: Call) -> Answer:
    """The token buckets of the account."""
    body: answers.Json = {"grants": [], "usage_tier": call.exchange.settings.usage_tier}
    kinds: tuple[Kind, Kind] = ("read", "write")
    for kind in kinds:
        bucket = call.exchange.buckets.bucket(call.account.account_id, kind)
        body[kind] = {"bucket_capacity": bucket.capacity, "refill_rate": bucket.refill_rate}
    return Answer(200, body)


def user_data_timestamp(call: Call) -> Answer:
    """How far the read model of accounts has come."""
    return Answer(200, {"as_of_time": wire.moment(call.as_of)})


def _listing(call: Call) -> Listing:
    listing = call.exchange.floor.listings.get(call.path["ticker"])
    if listing is None:
        raise RefusedError(refusals.MARKET_NOT_FOUND)
    return listing


def _market(call: Call, listing: Listing) -> answers.Json:
    return answers.market(listing, call.now, call.exchange.settings)


def _filtered(call: Call, states: set[str] | None, *, is_archived: bool) -> Iterable[Listing]:
    tickers, event_tickers = call.listed("tickers"), call.listed("event_ticker")
    of_series = call.query.get("series_ticker", "")
    for listing in reversed(call.exchange.floor.listings.values()):
        if (
            archive.is_archived_market(call, listing) == is_archived
            and (tickers is None or listing.market.ticker in tickers)
            and (event_tickers is None or listing.market.event_ticker in event_tickers)
            and of_series in ("", listing.event.series_ticker)
            and (states is None or listing.shown_status in states)
        ):
            yield listing


def _within(call: Call, printed: list[Trade]) -> Iterable[Trade]:
    first, last = _bound(call, "min_ts"), _bound(call, "max_ts")
    for row in reversed(printed):
        if (first is None or row.traded_at >= first) and (last is None or row.traded_at <= last):
            yield row


def _bound(call: Call, name: str) -> datetime | None:
    text = call.query.get(name, "")
    return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() else None


def _chosen_events(call: Call) -> Iterable[Event]:
    tickers, of_series = call.listed("tickers"), call.query.get("series_ticker", "")
    states = STATUS_FILTER.get(call.query.get("status", ""))
    listings = call.exchange.floor.listings
    for listed in call.exchange.floor.events.values():
        shown = {listings[m.ticker].shown_status for m in listed.markets}
        if (
            (tickers is None or listed.event_ticker in tickers)
            and of_series in ("", listed.series_ticker)
            and (states is None or shown & states)
        ):
            yield listed


def _is_nested(call: Call) -> bool:
    return call.query.get("with_nested_markets", "") == "true"


def _event(call: Call, listed: Event) -> answers.Json:
    body = answers.event(listed, call.exchange.settings)
    return body | {"markets": _markets_of(call, listed)} if _is_nested(call) else body


def _markets_of(call: Call, listed: Event) -> list[answers.Json]:
    return [_market(call, call.exchange.floor.listings[m.ticker]) for m in listed.markets]
