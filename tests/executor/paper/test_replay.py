"""The session recorded on the demo exchange in June 2026, played against the paper exchange."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from executor.paper.listing import Event, Market, Settings
from tests.executor.paper.customers import Customer, customer, exchange, order
from tests.executor.paper.shapes import shape
from tests.shared import shared

JUNE = Settings(generation="2026-06", stale_cancel_window=timedelta(milliseconds=500))
START = datetime(2026, 6, 11, 6, 20, tzinfo=UTC)
API = "/trade-api/v2"
# What a market may carry and need not: depends on the series, not on the exchange.
SERIES_DEPENDENT = {"early_close_condition", "occurrence_datetime", "strike_type"}
UNMODELLED = {
    "custom_strike",
    "is_provisional",
    "mve_collection_ticker",
    "mve_selected_legs",
    "primary_participant_key",
}


def folder():
    return shared("payloads", "kalshi", "gen3_2026-06_fixed_point_demo")


def recorded(name: str):
    return json.loads((folder() / f"{name}.json").read_text())


def session():
    found = []
    for path in folder().glob("*.meta.json"):
        meta = json.loads(path.read_text())
        if "method" in meta:
            found.append(
                (meta.get("recorded_at_epoch_ms", 0), path.name[: -len(".meta.json")], meta)
            )
    return sorted(found, key=lambda row: row[:2])


def without_legacy_orders(body: dict) -> dict:
    """One order in the list was made by a legacy endpoint and has no self-trade prevention."""
    if "orders" not in body:
        return body
    return body | {"orders": [o for o in body["orders"] if "self_trade_prevention_type" in o]}


def listed(body: dict, open_at: datetime, close_at: datetime) -> Event:
    """An event of one market like a recorded one; keys we do not model are served as they were."""
    extras = {k: v for k, v in body.items() if k in UNMODELLED}
    step = Decimal(body["price_ranges"][0]["step"])
    market = Market(
        ticker=body["ticker"],
        event_ticker=f"{body['event_ticker']}/{body['ticker']}",
        strike_type=body.get("strike_type", ""),
        floor_strike=body.get("floor_strike"),
        cap_strike=body.get("cap_strike"),
        yes_sub_title=body["yes_sub_title"],
        rules_primary=body["rules_primary"],
        open_at=open_at,
        close_at=close_at,
        expected_expiration_at=close_at,
        price_step=step,
        extras=extras,
    )
    return Event(market.event_ticker, body["event_ticker"].split("-")[0], body["title"], [market])


def stage():
    """The exchange as it was when the recording began: two contracts held, three a side on show."""
    traded = recorded("markets__single")["market"]
    first = listed(traded, START - timedelta(hours=1), START + timedelta(days=14))
    first = replace(first, event_ticker=traded["event_ticker"])
    first.markets[0] = replace(first.markets[0], event_ticker=traded["event_ticker"])
    opened = exchange(JUNE, start=START, listed=first)
    _list_others(opened)
    ticker = traded["ticker"]
    for _ in range(2):
        opened.place("crowd", order("ask", "1", "0.99", ticker=ticker))
        now = {"ticker": ticker, "time_in_force": "immediate_or_cancel"}
        opened.place("us", order("bid", "1", "0.99", **now))
    opened.place("crowd", order("ask", "3", "0.52", ticker=ticker))
    opened.place("crowd", order("bid", "3", "0.47", ticker=ticker))
    return opened


def _list_others(opened) -> None:
    later = START + timedelta(days=3)
    for name in ("markets__page1", "markets__page2", "markets__page3"):
        for body in recorded(name)["markets"]:
            opened.list_event(listed(body, START, later))
    for name in ("markets__status_closed", "markets__status_settled"):
        bodies = recorded(name)["markets"]
        for body in [*bodies, bodies[-1] | {"ticker": f"ONE-MORE-{name}"}]:
            opened.list_event(listed(body, START, later))
            opened.determine(body["ticker"], body["result"] or "yes", body["expiration_value"])
            if name.endswith("settled"):
                opened.settle(body["ticker"])
    trade = recorded("trades__public_recorded")["trades"][0]
    golf = recorded("markets__single")["market"] | {"ticker": trade["ticker"]}
    opened.list_event(listed(golf, START, later))
    for _ in range(13):
        price, count = Decimal(trade["yes_price_dollars"]), Decimal(trade["count_fp"])
        opened.print_trade(trade["ticker"], price, count, "yes", START)


def headers(us: Customer, name: str, meta: dict) -> dict:
    if meta["auth"].startswith(("NONE", "unauth")):
        return {}
    skews = {"minus5s": -5, "plus5s": 5, "minus30s": -30, "minus5min": -300, "plus5min": 300}
    skew = skews.get(name.rpartition("_")[2], 0) if "skew" in name else 0
    path = meta["path"].removeprefix(API)
    signed = us.headers(meta["method"], path, skew)
    match meta["auth"]:
        case "bad-signature":
            signed = us.headers(meta["method"], "/another/path")
        case "unknown-key-id":
            signed["KALSHI-ACCESS-KEY"] = "00000000-0000-0000-0000-000000000000"
        case "missing-signature-header":
            del signed["KALSHI-ACCESS-SIGNATURE"]
    return signed


def played() -> dict[str, tuple[dict, object, int, str]]:
    """Every request of the session in its order; recorded order ids become ours on the way."""
    opened, ids, cursors, found = stage(), {}, {}, {}
    with customer(opened) as us:
        for at_ms, name, meta in session():
            at = datetime.fromtimestamp(at_ms / 1000, UTC)
            opened.clock.advance(max(at, opened.clock.now()))
            for theirs, own in (ids | cursors).items():
                meta["path"] = meta["path"].replace(theirs, own)
            sent = {"json": meta["request_body"]} if meta.get("request_body") else {}
            answer = us.http.request(
                meta["method"], meta["path"], headers=headers(us, name, meta), **sent
            )
            file = folder() / f"{name}.json"
            expected = json.loads(file.read_text()) if file.exists() else None
            if isinstance(expected, dict) and "order_id" in expected:
                ids[expected["order_id"]] = answer.json().get("order_id", "")
            if isinstance(expected, dict) and expected.get("cursor"):
                cursors[expected["cursor"]] = answer.json().get("cursor", "")
            found[name] = (meta, expected, answer.status_code, answer.text)
    return found


@pytest.fixture(scope="module")
def replay():
    folder()
    return played()


def test_every_recorded_request_was_played(replay):
    assert len(replay) == 57
    assert sum(1 for meta, *_ in replay.values() if meta["method"] == "POST") == 12


def test_every_answer_has_the_recorded_status_and_legacy_orders_are_gone(replay):
    wrong = {
        name: (meta["status"], status)
        for name, (meta, _, status, _) in replay.items()
        if status != (410 if "legacy" in name else meta["status"])
    }
    assert wrong == {}


def test_every_error_is_word_for_word_the_recorded_one(replay):
    texts = {n: r for n, r in replay.items() if r[0]["status"] >= 400}
    assert len(texts) == 19
    for name, (_, _, _, text) in texts.items():
        assert text == (folder() / f"{name}.json").read_text().strip(), name


def test_every_success_has_the_recorded_keys_and_json_types(replay):
    compared = 0
    for name, (meta, expected, _, text) in replay.items():
        is_listing = isinstance(expected, dict) and {"market", "markets"} & set(expected)
        if expected is None or meta["status"] >= 400 or "legacy" in name or is_listing:
            continue
        assert shape(json.loads(text)) == shape(without_legacy_orders(expected)), name
        compared += 1
    assert compared == 25


def test_every_market_has_the_recorded_keys_and_json_types(replay):
    compared = 0
    for name, (_, expected, _, text) in replay.items():
        if not (isinstance(expected, dict) and {"market", "markets"} & set(expected)):
            continue
        got = json.loads(text)
        assert isinstance(got.get("cursor"), str) == isinstance(expected.get("cursor"), str), name
        assert bool(got.get("cursor")) == bool(expected.get("cursor")), name
        theirs = expected.get("markets", [expected.get("market")])
        ours = {m["ticker"]: m for m in got.get("markets", [got.get("market")])}
        assert len(ours) == len(theirs), name
        for body in theirs:
            own = ours.get(body["ticker"]) or next(iter(ours.values()))
            compared += body["ticker"] in ours
            if body["ticker"] in ours:
                common = {k: v for k, v in own.items() if k in body}
                assert shape(common) == shape(body), (name, body["ticker"])
                assert set(own) - set(body) <= SERIES_DEPENDENT, (name, body["ticker"])
    assert compared >= 8


def test_money_and_positions_have_the_recorded_values(replay):
    for name in ("auth__balance_ok", "portfolio__positions", "orderbook__base"):
        _, expected, _, text = replay[name]
        got = json.loads(text)
        for body in (got, expected):
            body.pop("updated_ts", None)
            for row in body.get("market_positions", []):
                del row["last_updated_ts"]
        assert got == expected
