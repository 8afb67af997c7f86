"""Every switch that spoils an answer."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import httpx
import pytest

from executor.paper.faults import AnswerFault, Faults, FieldFault
from executor.paper.http import app
from tests.executor.paper.customers import (
    EVENT,
    NOON,
    ORDERS,
    T,
    customer,
    exchange,
    placed,
)

GONE = object()
POSITIONS = "/portfolio/positions"
NESTED = f"/events/{EVENT}?with_nested_markets=true"
LATER = NOON + timedelta(minutes=1)


def stage():
    """A fill, a resting order, a position and a settlement of another market."""
    opened = exchange()
    placed(opened, "crowd", "ask", "2", "0.52")
    placed(opened, "us", "bid", "1", "0.52")
    placed(opened, "us", "bid", "1", "0.40")
    other = f"{EVENT}-T70"
    placed(opened, "crowd", "ask", "1", "0.52", ticker=other)
    placed(opened, "us", "bid", "1", "0.52", ticker=other)
    opened.determine(other, "yes", "71.00")
    opened.settle(other)
    return opened


PLACES = [
    ("fills", "/portfolio/fills", lambda b: b["fills"][0], "fee_cost", "0.000000"),
    ("orders", "/portfolio/orders", lambda b: b["orders"][0], "fill_count_fp", "0.00"),
    ("settlements", "/portfolio/settlements", lambda b: b["settlements"][0], "revenue", 0),
    ("positions", POSITIONS, lambda b: b["market_positions"][0], "position_fp", "0.00"),
    ("event_positions", POSITIONS, lambda b: b["event_positions"][0], "event_ticker", ""),
    ("balance", "/portfolio/balance", lambda b: b, "balance", 0),
    ("balance", "/portfolio/balance", lambda b: b, "/balance_dollars", "00.0000"),
    ("trades", "/markets/trades", lambda b: b["trades"][0], "is_block_trade", False),
    ("markets", f"/markets/{T}", lambda b: b["market"], "yes_bid_size_fp", "0.00"),
    ("markets", f"/markets?tickers={T}", lambda b: b["markets"][0], "floor_strike", 0),
    ("markets", f"/events/{EVENT}", lambda b: b["markets"][0], "status", ""),
    ("markets", NESTED, lambda b: b["event"]["markets"][0], "status", ""),
    ("events", f"/events/{EVENT}", lambda b: b["event"], "mutually_exclusive", False),
    ("series", "/series/KXHIGHNY", lambda b: b["series"], "tags", []),
    ("orderbook", f"/markets/{T}/orderbook", lambda b: b["orderbook_fp"], "yes_dollars", []),
    ("user_data_timestamp", "/exchange/user_data_timestamp", lambda b: b, "as_of_time", ""),
    ("status", "/exchange/status", lambda b: b, "trading_active", False),
    ("fills", "/portfolio/fills", lambda b: b, "/cursor", ""),
]


@pytest.mark.parametrize(("feed", "path", "record", "field", "zero"), PLACES)
def test_any_field_of_any_feed_can_vanish_go_null_or_zero_or_change_type(
    feed, path, record, field, zero
):
    key = field.removeprefix("/")
    with customer(stage()) as us:

        def read(mutation, spoiled_with=None):
            us.faults.clear()
            us.faults.add(FieldFault(feed, field, mutation, since=NOON, value=spoiled_with))
            return record(us.get(path)).get(key, GONE)

        sound = record(us.get(path))[key]
        assert read("vanish") is GONE
        assert read("null") is None
        assert type(read("retype")) is not type(sound)
        assert read("zero") == zero
        assert type(read("zero")) is type(sound)
        assert read("set", ["odd"]) == ["odd"]
        assert read("rename", "another") is GONE
        assert record(us.get(path))["another"] == sound
        us.faults.clear()
        assert record(us.get(path))[key] == sound


def test_a_field_fault_holds_from_its_moment_until_its_end():
    with customer(stage()) as us:
        us.faults.add(
            FieldFault("fills", "fee_cost", "vanish", LATER, LATER + timedelta(minutes=1))
        )
        seen = []
        for minute in (0, 1, 2):
            us.exchange.clock.advance(NOON + timedelta(minutes=minute))
            seen.append("fee_cost" in us.get("/portfolio/fills")["fills"][0])
    assert seen == [True, False, True]


def test_an_ack_can_lose_a_field_and_errors_stay_whole():
    with customer(stage()) as us:
        us.faults.add(FieldFault("create", "order_id", "vanish"))
        us.faults.add(FieldFault("create", "error", "vanish"))
        assert "order_id" not in us.post().json()
        assert "error" in us.post(price="0.515").json()


@pytest.mark.parametrize("action", ["lose", "gateway"])
def test_a_lost_answer_belongs_to_an_order_that_was_placed(action):
    with customer(exchange()) as us:
        us.faults.add(AnswerFault("create", action, nth=frozenset({2})))
        assert us.post(client_order_id="a").status_code == 201
        if action == "lose":
            with pytest.raises(httpx.RemoteProtocolError):
                us.post(client_order_id="b")
        else:
            assert us.post(client_order_id="b").status_code == 502
        assert us.post(client_order_id="b").status_code == 409
        rows = us.get("/portfolio/orders")["orders"]
        assert [row["client_order_id"] for row in rows] == ["b", "a"]
        assert [what for _, _, what in us.faults.struck] == [action]


def test_a_lost_read_is_lost_and_the_next_one_is_not():
    with customer(exchange()) as us:
        us.faults.add(AnswerFault("*", "lose", nth=frozenset({1})))
        with pytest.raises(httpx.RemoteProtocolError):
            us.get("/portfolio/balance")
        assert us.get("/portfolio/balance")["balance"] == 10000


def test_without_a_connection_to_break_a_lost_answer_is_a_connection_error():
    faults = Faults()
    faults.add(AnswerFault("status", "lose"))

    async def asked():
        transport = httpx.ASGITransport(app(exchange(), faults))
        async with httpx.AsyncClient(transport=transport, base_url="http://paper") as http:
            await http.get("/trade-api/v2/exchange/status")

    with pytest.raises(ConnectionError, match="lost"):
        asyncio.run(asked())


def test_a_delayed_answer_comes_late():
    with customer(exchange()) as us:
        us.faults.add(AnswerFault("balance", "delay", seconds=0.2))
        began = time.monotonic()
        us.get("/portfolio/balance")
        assert time.monotonic() - began >= 0.2
        with pytest.raises(httpx.ReadTimeout):
            us.ask("GET", "/portfolio/balance", timeout=0.05)


def test_a_doubled_list_carries_every_record_twice():
    with customer(stage()) as us:
        once = us.get("/portfolio/fills")["fills"]
        us.faults.add(AnswerFault("fills", "double"))
        assert us.get("/portfolio/fills")["fills"] == [row for row in once for _ in (1, 2)]


def test_a_doubled_order_reaches_the_exchange_twice():
    with customer(exchange()) as us:
        us.faults.add(AnswerFault("create", "double"))
        assert us.post(client_order_id="a").status_code == 409
        assert us.post().status_code == 201
        assert len(us.get("/portfolio/orders")["orders"]) == 3
        us.faults.add(AnswerFault("cancel", "double"))
        name = us.get("/portfolio/orders")["orders"][0]["order_id"]
        assert us.ask("DELETE", f"{ORDERS}/{name}").status_code == 404


def test_an_answer_fault_waits_for_its_moment():
    with customer(exchange()) as us:
        us.faults.add(AnswerFault("balance", "gateway", since=LATER))
        assert us.ask("GET", "/portfolio/balance").status_code == 200
        us.exchange.clock.advance(LATER)
        assert us.ask("GET", "/portfolio/balance").status_code == 502
