"""Minimal bodies, written by hand, and what becomes of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from kwx_core.store import Landing, Store
from tests.shared import ROOT
from tests.spec.drawn import DAY, land

# The nouns that read a feed; the first is the one that complains of a body as a whole.
NOUNS_OF_FEED = {
    "kalshi_markets": ("markets", "quotes"),
    "kalshi_event": ("markets", "quotes"),
    "kalshi_trades": ("trades",),
    "kalshi_orders": ("orders",),
    "kalshi_fills": ("fills",),
    "kalshi_settlements": ("settlements", "payments"),
    "kalshi_positions": ("positions",),
    "kalshi_balance": ("balances",),
    "kalshi_orderbook": ("book_levels",),
    "kalshi_user_data_timestamp": ("user_data_timestamps",),
    "kalshi_deposits": ("transfers",),
    "kalshi_withdrawals": ("transfers",),
    "kalshi_intra_exchange_instance_transfers": ("shard_moves",),
    "kalshi_historical_markets": ("markets",),
    "kalshi_historical_trades": ("trades",),
    "kalshi_historical_orders": ("orders",),
    "kalshi_historical_fills": ("fills",),
    "kalshi_ws": ("fills", "trades"),
    "metar": ("observations",),
    "open_meteo": ("guidance",),
}
LIST_OF_FEED = {
    "kalshi_markets": "markets",
    "kalshi_event": "markets",
    "kalshi_trades": "trades",
    "kalshi_orders": "orders",
    "kalshi_fills": "fills",
    "kalshi_settlements": "settlements",
    "kalshi_positions": "market_positions",
    "kalshi_deposits": "deposits",
    "kalshi_withdrawals": "withdrawals",
    "kalshi_intra_exchange_instance_transfers": "transfers",
    "kalshi_historical_markets": "markets",
    "kalshi_historical_trades": "trades",
    "kalshi_historical_orders": "orders",
    "kalshi_historical_fills": "fills",
}
SAMPLE_OF_FEED = {"kalshi_event": "kalshi_markets", "kalshi_historical_markets": "kalshi_markets"}
REQUEST_OF_FEED = {
    "kalshi_orderbook": "KXHIGHNY-26JUN10-B72.5",
    "open_meteo": "source_id=open_meteo_ecmwf;stations=KNYC",
}


def sample(feed: str) -> Any:
    """The hand-written body of a feed; an event's or an archive's is that of a list of markets."""
    name = SAMPLE_OF_FEED.get(feed, feed)
    return json.loads((ROOT / "tests" / "samples" / f"{name}.json").read_text(encoding="utf-8"))


def records(feed: str, body: Any) -> list[dict[str, Any]]:
    """The body's records: those of its list, itself where it is a list, else the body alone."""
    if feed in LIST_OF_FEED:
        return body[LIST_OF_FEED[feed]]
    return body if isinstance(body, list) else [body]


def tell(store: Store, feed: str, body: Any, **said: Any) -> None:
    """Land a body as its feed would and parse what has landed."""
    told = {"request": REQUEST_OF_FEED.get(feed), **said}
    land(store, feed, body, **told)
    store.parse(*NOUNS_OF_FEED[feed], "field_pages")


def landing(feed: str, body: Any, number: int) -> Landing:
    """The number-th of many bodies, a second after the one before; landed as page `number`."""
    received_at = DAY + timedelta(hours=12, seconds=number)
    return Landing(
        feed=feed,
        endpoint=f"/{feed}",
        pull_id=f"pull-{number}",
        page=number,
        is_last_page=True,
        requested_at=received_at,
        received_at=received_at,
        status_code=200,
        body=json.dumps(body).encode(),
        request=REQUEST_OF_FEED.get(feed),
    )


def reasons(store: Store, noun: str) -> list[tuple[int, str]]:
    """What the noun could not take: position and reason, in order."""
    found = store.frame(
        "select position, reason from parsed.rejects where noun = $noun order by 1, 2", noun=noun
    )
    return found.rows()
