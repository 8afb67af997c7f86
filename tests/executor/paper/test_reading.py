"""What can be read, and how far behind it may be."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from executor.paper.listing import Settings
from tests.executor.paper.customers import (
    EVENT,
    FREE,
    NOON,
    ORDERS,
    OTHER,
    T,
    customer,
    event,
    exchange,
    market,
    placed,
)

D = Decimal
LAGGING = Settings(is_rate_limited=False, read_model_lag=timedelta(seconds=5))


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("", {T, OTHER, "KXLOWX-1"}),
        (f"tickers={T}", {T}),
        (f"tickers={T},KXLOWX-1,KXNONE", {T, "KXLOWX-1"}),
        (f"event_ticker={EVENT}", {T, OTHER}),
        ("series_ticker=KXLOWX", {"KXLOWX-1"}),
        ("status=open", {T, OTHER}),
        ("status=unopened", {"KXLOWX-1"}),
        (f"status=open&tickers={T}", {T}),
        ("status=settled", set()),
    ],
)
def test_markets_are_filtered(query, expect):
    opened = exchange()
    later = event(event_ticker="KXLOWX", series_ticker="KXLOWX")
    later.markets[:] = [market("KXLOWX-1", "KXLOWX", open_at=NOON + timedelta(hours=1))]
    opened.list_event(later)
    with customer(opened) as us:
        assert {m["ticker"] for m in us.get(f"/markets?{query}")["markets"]} == expect


def test_a_market_lives_from_initialized_to_finalized():
    opened = exchange(listed=event(T))
    seen = []
    with customer(opened) as us:

        def look() -> None:
            body = us.get(f"/markets/{T}")["market"]
            seen.append((body["status"], body["result"], body.get("settlement_value_dollars")))

        look()
        opened.clock.advance(NOON + timedelta(hours=17))
        look()
        opened.determine(T, "yes", "66.00")
        look()
        assert us.get("/markets?status=closed")["markets"][0]["expiration_value"] == "66.00"
        opened.settle(T)
        look()
        assert us.get("/markets?status=settled")["markets"][0]["settlement_ts"]
    assert seen == [
        ("active", "", None),
        ("closed", "", None),
        ("determined", "yes", "1.0000"),
        ("finalized", "yes", "1.0000"),
    ]


@pytest.mark.parametrize(
    ("bid", "ask", "expect"),
    [
        (None, None, ("0.0000", "0.00", "0.0000", "0.00", "1.0000", "1.0000")),
        ("0.47", None, ("0.4700", "3.00", "1.0000", "0.00", "0.0000", "0.5300")),
        (None, "0.52", ("0.0000", "0.00", "0.5200", "3.00", "0.4800", "1.0000")),
        ("0.47", "0.52", ("0.4700", "3.00", "0.5200", "3.00", "0.4800", "0.5300")),
    ],
)
def test_an_absent_quote_is_written_as_the_exchange_writes_it(bid, ask, expect):
    opened = exchange()
    for side, price in (("bid", bid), ("ask", ask)):
        if price:
            placed(opened, "crowd", side, "3", price)
    with customer(opened) as us:
        body = us.get(f"/markets/{T}")["market"]
    keys = "yes_bid_dollars yes_bid_size_fp yes_ask_dollars yes_ask_size_fp no_bid_dollars"
    assert tuple(body[k] for k in [*keys.split(), "no_ask_dollars"]) == expect


def test_the_book_shows_bids_of_both_outcomes_best_last():
    opened = exchange()
    for side, price in (("bid", "0.40"), ("bid", "0.47"), ("ask", "0.52"), ("ask", "0.60")):
        placed(opened, "crowd", side, "1.5", price)
    with customer(opened) as us:
        whole = us.get(f"/markets/{T}/orderbook")["orderbook_fp"]
        top = us.get(f"/markets/{T}/orderbook?depth=1")["orderbook_fp"]
        assert us.ask("GET", f"/markets/{T}/orderbook?depth=101").status_code == 400
    assert whole == {
        "yes_dollars": [["0.4000", "1.50"], ["0.4700", "1.50"]],
        "no_dollars": [["0.4000", "1.50"], ["0.4800", "1.50"]],
    }
    assert top == {"yes_dollars": [["0.4700", "1.50"]], "no_dollars": [["0.4800", "1.50"]]}


def test_events_carry_their_markets_beside_or_inside():
    with customer(exchange()) as us:
        beside = us.get(f"/events/{EVENT}")
        inside = us.get(f"/events/{EVENT}?with_nested_markets=true")
        listed = us.get("/events?with_nested_markets=true&status=open")["events"]
        assert us.get("/events")["events"] == [beside["event"]]
        assert us.ask("GET", "/events/KXNONE").status_code == 404
        assert us.ask("GET", "/markets/KXNONE").status_code == 404
        assert us.get("/series/KXHIGHNY")["series"]["fee_type"] == "quadratic"
        assert us.ask("GET", "/series/KXNONE").status_code == 404
    assert [m["ticker"] for m in beside["markets"]] == [T, OTHER]
    assert inside == {"event": beside["event"] | {"markets": beside["markets"]}}
    assert listed == [inside["event"]]


def test_the_read_model_lags_behind_and_says_so():
    with customer(exchange(LAGGING)) as us:
        us.exchange.clock.advance(NOON + timedelta(seconds=10))
        placed(us.exchange, "crowd", "ask", "1", "0.52")
        us.post(price="0.60", count="2")

        def read():
            return (
                len(us.get("/portfolio/fills")["fills"]),
                len(us.get("/portfolio/orders")["orders"]),
                len(us.get("/portfolio/positions")["market_positions"]),
                us.get("/portfolio/balance")["balance_dollars"],
                us.get("/exchange/user_data_timestamp")["as_of_time"],
            )

        assert read() == (0, 0, 0, "100.0000", "2026-10-05T12:00:05Z")
        us.exchange.clock.advance(NOON + timedelta(seconds=15))
        assert read() == (1, 1, 1, "98.8625", "2026-10-05T12:00:10Z")


def test_a_lagging_settlement_appears_later():
    with customer(exchange(LAGGING)) as us:
        placed(us.exchange, "us", "bid", "1", "0.40")
        placed(us.exchange, "crowd", "ask", "1", "0.40")
        us.exchange.determine(T, "yes", "66.00")
        us.exchange.settle(T)
        assert us.get("/portfolio/settlements")["settlements"] == []
        us.exchange.clock.advance(NOON + timedelta(seconds=5))
        assert len(us.get("/portfolio/settlements")["settlements"]) == 1
        assert us.get("/portfolio/positions")["market_positions"] == []


def test_right_after_a_cancel_the_single_order_reads_stale_and_the_list_does_not():
    with customer(exchange()) as us:
        name = us.post().json()["order_id"]
        us.exchange.clock.advance(NOON + timedelta(seconds=1))
        us.ask("DELETE", f"{ORDERS}/{name}")

        def statuses():
            single = us.get(f"/portfolio/orders/{name}")["order"]
            [row] = us.get("/portfolio/orders")["orders"]
            return single["status"], single["remaining_count_fp"], row["status"]

        assert statuses() == ("resting", "1.00", "canceled")
        us.exchange.clock.advance(NOON + timedelta(seconds=1.6))
        assert statuses() == ("canceled", "0.00", "canceled")


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("", ["b", "a"]),
        ("status=resting", ["a"]),
        ("status=executed", ["b"]),
        (f"ticker={T}", ["a"]),
        (f"ticker={OTHER},{T}", ["b", "a"]),
        (f"event_ticker={EVENT}", ["b", "a"]),
        ("event_ticker=KXNONE", []),
        (f"min_ts={int(NOON.timestamp()) + 1}", []),
        (f"max_ts={int(NOON.timestamp())}", ["b", "a"]),
    ],
)
def test_orders_are_filtered(query, expect):
    with customer(exchange()) as us:
        us.post(client_order_id="a")
        placed(us.exchange, "crowd", "ask", "1", "0.40", ticker=OTHER)
        us.post(client_order_id="b", ticker=OTHER)
        rows = us.get(f"/portfolio/orders?{query}")["orders"]
    assert [row["client_order_id"] for row in rows] == expect


def test_fills_name_their_client_only_where_the_setting_says_so():
    carrying = Settings(is_rate_limited=False, fills_carry_client_order_id=True)
    for chosen, expect in ((FREE, None), (carrying, "mine")):
        with customer(exchange(chosen)) as us:
            placed(us.exchange, "crowd", "ask", "1", "0.52")
            us.post(price="0.60", client_order_id="mine")
            [fill] = us.get("/portfolio/fills")["fills"]
        assert fill.get("client_order_id") == expect


def test_settlements_can_be_without_revenue():
    silent = Settings(is_rate_limited=False, settlements_carry_revenue=False)
    with customer(exchange(silent)) as us:
        placed(us.exchange, "us", "bid", "1", "0.40")
        placed(us.exchange, "crowd", "ask", "1", "0.40")
        us.exchange.determine(T, "yes", "66.00")
        us.exchange.settle(T)
        [row] = us.get("/portfolio/settlements")["settlements"]
    assert "revenue" not in row


def test_volume_of_a_day_forgets_what_is_older():
    with customer(exchange()) as us:
        us.exchange.print_trade(T, D("0.40"), D(2), "yes", NOON)
        us.exchange.clock.advance(NOON + timedelta(hours=24))
        us.exchange.print_trade(T, D("0.41"), D(3), "yes", NOON + timedelta(hours=24))
        body = us.get(f"/markets/{T}")["market"]
    assert (body["volume_fp"], body["volume_24h_fp"]) == ("5.00", "3.00")
    assert (body["last_price_dollars"], body["open_interest_fp"]) == ("0.4100", "5.00")
