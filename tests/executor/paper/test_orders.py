"""What an order over HTTP is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.executor.paper.customers import NOON, ORDERS, OTHER, body, customer, exchange, placed

PAST = int(NOON.timestamp()) - 1
LATER = int(NOON.timestamp()) + 60


def stage():
    opened = exchange()
    placed(opened, "crowd", "ask", "3", "0.52")
    placed(opened, "crowd", "bid", "3", "0.47")
    return opened


def answered(us, fields):
    answer = us.ask("POST", ORDERS, json=body(**fields))
    got = answer.json()
    if answer.status_code == 201:
        return 201, f"{got['fill_count']} filled, {got['remaining_count']} left"
    return answer.status_code, (got.get("error") or got)["code"]


@pytest.mark.parametrize(
    ("fields", "expect"),
    [
        ({}, (201, "0.00 filled, 1.00 left")),
        ({"price": "0.52"}, (201, "1.00 filled, 0.00 left")),
        ({"price": "0.9900", "count": "5"}, (201, "3.00 filled, 2.00 left")),
        ({"count": "0.50", "price": "0.52"}, (201, "0.50 filled, 0.00 left")),
        ({"side": "ask", "price": "0.4700"}, (201, "1.00 filled, 0.00 left")),
        ({"time_in_force": "immediate_or_cancel"}, (201, "0.00 filled, 0.00 left")),
        (
            {"time_in_force": "immediate_or_cancel", "price": "0.60", "count": "9"},
            (201, "3.00 filled, 0.00 left"),
        ),
        (
            {"time_in_force": "fill_or_kill", "price": "0.60", "count": "3"},
            (201, "3.00 filled, 0.00 left"),
        ),
        (
            {"time_in_force": "fill_or_kill", "price": "0.60", "count": "3.01"},
            (409, "fill_or_kill_insufficient_resting_volume"),
        ),
        ({"time_in_force": "GTT"}, (400, "invalid_parameters")),
        ({"side": "yes"}, (400, "invalid_parameters")),
        ({"self_trade_prevention_type": None}, (400, "invalid_parameters")),
        ({"count": "0"}, (400, "invalid_parameters")),
        ({"count": "-1"}, (400, "invalid_parameters")),
        ({"count": "0.005"}, (400, "invalid_parameters")),
        ({"count": "inf"}, (400, "invalid_parameters")),
        ({"count": "NaN"}, (400, "invalid_parameters")),
        ({"count": "1e9"}, (400, "invalid_parameters")),
        ({"count": 1}, (400, "bad_request")),
        ({"price": 0.4}, (400, "bad_request")),
        ({"post_only": "true"}, (400, "bad_request")),
        ({"expiration_time": "soon"}, (400, "bad_request")),
        ({"price": "0.5150"}, (400, "invalid_price")),
        ({"price": "0"}, (400, "invalid_price")),
        ({"price": "1.0000"}, (400, "invalid_price")),
        ({"price": "-0.10"}, (400, "invalid_price")),
        ({"price": "0.52", "post_only": True}, (400, "invalid_order")),
        ({"price": "0.51", "post_only": True}, (201, "0.00 filled, 1.00 left")),
        ({"post_only": True, "time_in_force": "fill_or_kill"}, (400, "invalid_order")),
        ({"count": "10000"}, (400, "insufficient_balance")),
        ({"count": "250"}, (201, "0.00 filled, 250.00 left")),
        ({"count": "250.01"}, (400, "insufficient_balance")),
        ({"side": "ask", "price": "0.90", "count": "1000"}, (201, "0.00 filled, 1000.00 left")),
        ({"side": "ask", "price": "0.90", "count": "1001"}, (400, "insufficient_balance")),
        ({"expiration_time": LATER}, (201, "0.00 filled, 1.00 left")),
        ({"expiration_time": PAST}, (400, "invalid_order")),
        (
            {"expiration_time": LATER, "time_in_force": "immediate_or_cancel"},
            (400, "invalid_order"),
        ),
        ({"expiration_time": 10**18}, (400, "invalid_parameters")),
        ({"reduce_only": True}, (400, "invalid_order")),
        (
            {"reduce_only": True, "time_in_force": "immediate_or_cancel", "price": "0.60"},
            (201, "0.00 filled, 0.00 left"),
        ),
        ({"ticker": "KXNOWHERE"}, (404, "market_not_found")),
        ({"client_order_id": "xb_A-1"}, (201, "0.00 filled, 1.00 left")),
        ({"client_order_id": "has.a.dot"}, (400, "invalid_parameters")),
        ({"client_order_id": "x" * 65}, (400, "invalid_parameters")),
    ],
)
def test_an_order_is_answered_as_the_table_says(fields, expect):
    with customer(stage()) as us:
        assert answered(us, fields) == expect


@pytest.mark.parametrize(
    ("sent", "details"),
    [
        (b"", "EOF"),
        (b"{", "invalid character in request body"),
        (b"\xff\xfe", "invalid character in request body"),
        (b"[]", "json: cannot unmarshal array into Go value of type models.CreateOrderV2Request"),
    ],
)
def test_a_body_that_is_no_order_is_refused_flat(sent, details):
    with customer(exchange()) as us:
        answer = us.ask("POST", ORDERS, content=sent)
    flat = {"code": "bad_request", "message": "bad request", "details": details}
    assert (answer.status_code, answer.json()) == (400, flat)


def test_an_ack_is_flat_and_averages_come_only_with_a_fill():
    with customer(stage()) as us:
        resting = us.post(client_order_id="a").json()
        filled = us.post(client_order_id="b", price="0.60", count="2").json()
    always = {"order_id", "client_order_id", "fill_count", "remaining_count", "ts_ms"}
    assert set(resting) == always
    assert set(filled) == always | {"average_fill_price", "average_fee_paid"}
    assert (filled["average_fill_price"], filled["average_fee_paid"]) == ("0.5200", "0.0175")


def test_an_id_is_spent_for_ever_also_after_a_cancel():
    with customer(exchange()) as us:
        made = us.post(client_order_id="once").json()
        assert us.post(client_order_id="once").status_code == 409
        assert us.ask("DELETE", f"{ORDERS}/{made['order_id']}").json()["reduced_by"] == "1.00"
        again = us.post(client_order_id="once", price="0.10", ticker=OTHER)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "order_already_exists")


def test_a_refused_order_does_not_spend_its_id():
    with customer(exchange()) as us:
        assert us.post(client_order_id="later", price="0.515").status_code == 400
        assert us.post(client_order_id="later").status_code == 201


def test_cancelled_executed_and_unknown_orders_cannot_be_told_apart():
    with customer(stage()) as us:
        cancelled = us.post().json()["order_id"]
        us.ask("DELETE", f"{ORDERS}/{cancelled}")
        executed = us.post(price="0.60").json()["order_id"]
        foreign = placed(us.exchange, "crowd", "bid", "1", "0.01").order_id
        answers = {
            (answer.status_code, answer.text)
            for name in (cancelled, executed, foreign, "no-such-order")
            for answer in [us.ask("DELETE", f"{ORDERS}/{name}")]
        }
    assert answers == {(404, '{"error":{"code":"not_found","message":"not found"}}')}


def test_cancel_all_takes_what_rests():
    with customer(exchange()) as us:
        us.post()
        us.post(ticker=OTHER)
        assert us.ask("DELETE", ORDERS).status_code == 200
        assert {o["status"] for o in us.get("/portfolio/orders")["orders"]} == {"canceled"}


@pytest.mark.parametrize(
    ("pause", "ticker", "create", "cancel"),
    [
        ({}, None, "trading_is_paused", 200),
        ({"ticker": OTHER}, OTHER, "trading_is_paused", 200),
        ({"ticker": OTHER}, None, 201, 200),
        ({"is_exchange": True}, None, "exchange_is_paused", 409),
    ],
)
def test_pauses_stop_orders_and_only_a_paused_exchange_stops_cancels(pause, ticker, create, cancel):
    fields = {"ticker": ticker} if ticker else {}
    with customer(exchange()) as us:
        resting = us.post(**fields).json()["order_id"]
        us.exchange.pause(**pause)
        answer = us.post(**fields)
        assert answer.status_code == (201 if create == 201 else 409)
        assert create in (201, answer.json().get("error", {}).get("code"))
        assert us.ask("DELETE", f"{ORDERS}/{resting}").status_code == cancel
        us.exchange.resume(**pause)
        assert us.post(**fields).status_code == 201


def test_pauses_show_in_status_and_in_the_market():
    with customer(exchange()) as us:
        us.exchange.pause(OTHER)
        assert us.get(f"/markets/{OTHER}")["market"]["status"] == "inactive"
        assert [m["ticker"] for m in us.get("/markets?status=paused")["markets"]] == [OTHER]
        us.exchange.pause()
        status = us.get("/exchange/status")
        assert (status["exchange_active"], status["trading_active"]) == (True, False)


def test_a_closed_market_takes_no_orders_and_has_dropped_those_it_had():
    opened = exchange()
    with customer(opened) as us:
        resting = us.post().json()["order_id"]
        opened.clock.advance(NOON + timedelta(hours=17))
        answer = us.post()
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "market_inactive")
        assert us.ask("DELETE", f"{ORDERS}/{resting}").status_code == 404
        assert us.get("/portfolio/balance")["balance_dollars"] == "100.0000"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/portfolio/orders"),
        ("DELETE", "/portfolio/orders/some-id"),
        ("POST", "/portfolio/orders/some-id/amend"),
        ("POST", "/portfolio/orders/batched"),
    ],
)
def test_the_legacy_order_endpoints_are_gone(method, path):
    with customer(exchange()) as us:
        answer = us.ask(method, path)
    assert answer.status_code == 410
    assert answer.json()["error"]["code"] == "deprecated_v1_order_endpoint"
