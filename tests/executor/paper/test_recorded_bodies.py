"""Bodies recorded alone: errors word for word, weather markets by keys and types."""

from __future__ import annotations

import json

import pytest

from executor.paper import refusals
from tests.executor.paper.customers import FREE, customer, exchange, order
from tests.executor.paper.shapes import shape
from tests.shared import shared


@pytest.mark.parametrize(
    ("file", "refusal", "generation"),
    [
        ("409_fill_or_kill_insufficient_resting_volume_2026-09-28", "FILL_OR_KILL", "2026-10"),
        ("409_order_already_exists", "ORDER_EXISTS", "2026-06"),
        ("409_trading_is_paused", "TRADING_PAUSED", "2026-10"),
        ("410_deprecated_v1_order_endpoint", "LEGACY_ENDPOINT", "2026-10"),
        ("429_rate_limited_documented", "TOO_MANY_REQUESTS", "2026-10"),
    ],
)
def test_errors_recorded_alone_are_word_for_word_the_same(file, refusal, generation):
    path = shared("payloads", "kalshi", "errors_and_order_acks_2026-06_to_2026-10", f"{file}.json")
    body = refusals.body(getattr(refusals, refusal), generation)
    assert json.dumps(body, separators=(",", ":")) == path.read_text().strip()


def weather(name: str):
    path = shared("payloads", "kalshi", "gen5_2026-09-04_weather_prod_exchange_index_TWC", name)
    return json.loads(path.read_text())


# Gone or come between the recording (2026-09-04) and the state we play (2026-10-15).
REMOVED = {"liquidity_dollars", "available_on_brokers"}
ADDED = {"settlement_bounds_type", "categories", "cap_strike", "floor_strike"}


@pytest.fixture(scope="module")
def weather_desk():
    opened = exchange(FREE)
    opened.place("crowd", order("ask", "2", "0.52"))
    opened.place("crowd", order("bid", "2", "0.40"))
    opened.place("us", order("bid", "1", "0.60"))
    with customer(opened) as us:
        yield us


@pytest.mark.parametrize(
    ("file", "path", "of"),
    [
        ("event_KXHIGHLAX-26SEP05.json", "/events/KXHIGHNY-26OCT05", lambda b: b["event"]),
        ("event_KXHIGHLAX-26SEP05.json", "/events/KXHIGHNY-26OCT05", lambda b: b["markets"][1]),
        ("series_KXHIGHLAX.json", "/series/KXHIGHNY", lambda b: b["series"]),
        (
            "orderbook_KXHIGHLAX-26SEP05-T80.json",
            "/markets/KXHIGHNY-26OCT05-B65.5/orderbook",
            lambda b: b["orderbook_fp"],
        ),
        ("trades_KXHIGHLAX-26SEP05-T80.json", "/markets/trades", lambda b: b["trades"][0]),
    ],
)
def test_weather_bodies_have_the_keys_and_types_of_production(weather_desk, file, path, of):
    theirs, ours = of(weather(file)), of(weather_desk.get(path))
    assert set(theirs) - set(ours) <= REMOVED
    assert set(ours) - set(theirs) <= ADDED
    for key in set(theirs) & set(ours) - {"product_metadata", "additional_prohibitions"}:
        assert shape(ours[key]) == shape(theirs[key]), key
