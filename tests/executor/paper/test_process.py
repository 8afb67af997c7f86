"""The exchange in a process of its own, driven over its control route."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from datetime import datetime
from decimal import Decimal

import httpx
import pytest

from executor.paper.clock import SimulatedClock
from executor.paper.faults import Faults
from executor.paper.http import app
from executor.paper.opening import event, request
from tests.executor.paper.customers import (
    API,
    NOON,
    ORDERS,
    Customer,
    T,
    body,
    customer,
    exchange,
    pem,
    rsa_key,
)
from tests.shared import ROOT

MARKET = {
    "ticker": T,
    "event_ticker": "KXHIGHNY-26OCT05",
    "strike_type": "between",
    "floor_strike": 65,
    "cap_strike": 66,
    "yes_sub_title": "65° to 66°",
    "rules_primary": "Resolves to Yes between 65 and 66.",
    "open_at": "2026-10-05T10:00:00Z",
    "close_at": "2026-10-06T05:00:00Z",
    "expected_expiration_at": "2026-10-06T19:00:00Z",
    "price_step": "0.01",
}
STATE = {
    "clock": "2026-10-05T12:00:00Z",
    "settings": {"is_rate_limited": False, "read_model_lag": 2},
    "events": [
        {
            "event_ticker": "KXHIGHNY-26OCT05",
            "series_ticker": "KXHIGHNY",
            "title": "Highest temperature in New York?",
            "fee_multiplier": "1",
            "markets": [MARKET],
        }
    ],
    "liquidity": [{"ticker": T, "side": "ask", "price": "0.52", "count": "5"}],
}


@pytest.fixture
def started(tmp_path):
    """The URL of a child process that serves the state above to the key of `us`."""
    (tmp_path / "state.json").write_text(json.dumps(STATE))
    (tmp_path / "key.pem").write_bytes(pem(rsa_key()))
    options = ["--state", tmp_path / "state.json", "--key-file", tmp_path / "key.pem"]
    command = [sys.executable, "-m", "executor.paper", *map(str, options), "--key-id", "ours"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        yield child.stdout.readline().strip()
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0


class Remote:
    """Stands for the exchange of the other process where a customer asks for the time."""

    def __init__(self) -> None:
        self.clock = SimulatedClock(NOON)


def pull(http, lever, row):
    answer = http.post(f"/paper/control/{lever}", json=row)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_child_process_trades_settles_and_tells_its_account(started):
    with httpx.Client(base_url=started) as http:
        us = Customer(http, Remote(), None, rsa_key())
        assert us.post(price="0.60", client_order_id="a").status_code == 201
        assert us.get("/portfolio/fills")["fills"] == []
        later = "2026-10-05T12:00:03+00:00"
        assert pull(http, "clock", {"to": later}) == {"now": later}
        us.exchange.clock.advance(datetime.fromisoformat(later))
        assert len(us.get("/portfolio/fills")["fills"]) == 1
        pull(http, "determine", {"ticker": T, "result": "yes", "expiration_value": "66.00"})
        pull(http, "settle", {"ticker": T})
        account = http.get("/paper/control/account/paper").json()
    assert Decimal(account["total_balance_dollars"]) == Decimal("100.4625")
    assert Decimal(account["profit_by_ticker_dollars"][T]) == Decimal("0.4625")
    assert account["fills"][0]["client_order_id"] == "a"


def test_faults_pauses_and_world_orders_are_set_over_http():
    with customer(exchange()) as us:
        pull(us.http, "answer_fault", {"endpoint": "create", "action": "gateway", "nth": [1]})
        since = "2026-10-05T11:00:00Z"
        fault = {"feed": "fills", "field": "fee_cost", "mutation": "null", "since": since}
        pull(us.http, "field_fault", fault)
        assert us.post().status_code == 502
        ack = pull(us.http, "place", {"account_id": "crowd"} | ask("0.40", "0.5"))["ack"]
        assert ack["fill_count"] == "0.5"
        assert us.get("/portfolio/fills")["fills"][0]["fee_cost"] is None
        pull(us.http, "clear_faults", {})
        assert us.get("/portfolio/fills")["fills"][0]["fee_cost"] == "0.000000"
        trade = {"ticker": T, "yes_price": "0.40", "count": "9", "taker_outcome_side": "no"}
        assert pull(us.http, "print_trade", trade) == {"filled": "0.50"}
        pull(us.http, "pause", {})
        refusal = pull(us.http, "place", {"account_id": "crowd"} | ask("0.40", "1"))["refusal"]
        assert refusal["code"] == "trading_is_paused"
        pull(us.http, "resume", {})
        pull(us.http, "open_account", {"account_id": "late", "balance": "7.50"})
        other = MARKET | {"ticker": "KXLATE-1", "event_ticker": "KXLATE"}
        row = {"event_ticker": "KXLATE", "series_ticker": "KXLATE", "title": "", "markets": [other]}
        pull(us.http, "list_event", row)
        pull(us.http, "place", {"account_id": "late"} | ask("0.60", "1") | {"ticker": "KXLATE-1"})
        assert pull(us.http, "cancel_all", {"account_id": "late"}) == {"cancelled": 1}
        late = us.http.get("/paper/control/account/late").json()
        assert late["available_balance_dollars"] == "7.50"


def ask(price, count):
    return {"ticker": T, "side": "ask", "price": price, "count": count}


@pytest.mark.parametrize(
    ("lever", "row", "status"),
    [
        ("nonsense", {}, 404),
        ("clock", {"to": "2020-01-01T00:00:00Z"}, 400),
        ("settle", {"ticker": T}, 400),
        ("settle", {}, 400),
        ("field_fault", {"colour": "red"}, 400),
    ],
)
def test_a_lever_that_cannot_be_pulled_says_why(lever, row, status):
    with customer(exchange()) as us:
        answer = us.http.post(f"/paper/control/{lever}", json=row)
        assert (answer.status_code, "error" in answer.json()) == (status, True)
        assert us.http.get("/paper/control/account/nobody").status_code == 404
        assert us.http.post("/paper/control/clock", content=b"{").status_code == 400


def test_levers_answer_to_loopback_only():
    async def pulled(host):
        transport = httpx.ASGITransport(app(exchange(), Faults()), client=(host, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://paper") as http:
            lever = await http.post("/paper/control/pause")
            account = await http.get("/paper/control/account/us")
            return lever.status_code, account.status_code

    assert asyncio.run(pulled("127.0.0.1")) == (200, 200)
    assert asyncio.run(pulled("192.0.2.1")) == (404, 404)


@pytest.mark.parametrize(
    "options",
    [
        ["--state", "no-such-file"],
        ["--key-file", "no-such-file"],
        ["--clock", "yesterday"],
    ],
)
def test_a_start_that_fails_says_so_in_one_line(options):
    command = [sys.executable, "-m", "executor.paper", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("cannot open the exchange: ")
    assert ended.stderr.count("\n") == 1


def test_orders_and_events_are_read_from_rows():
    order = request(body() | {"expires_at": "2026-10-05T13:00:00Z"})
    assert order.expires_at.hour == 13
    assert event(STATE["events"][0]).markets[0].cap_strike == 66
    assert ORDERS.startswith("/portfolio")
    assert API.startswith("/trade-api")
