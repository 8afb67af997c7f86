"""The drifts that founded kwx, and every recorded generation judged by the rules of its own day."""

from __future__ import annotations

import json

import pytest

from tests.shared import shared
from tests.spec.drawn import at, given, land

LISTS = {
    "kalshi_fills": "fills", "kalshi_settlements": "settlements", "kalshi_orders": "orders",
    "kalshi_event": "markets", "kalshi_markets": "markets",
}  # fmt: skip
LEGACY_FILL = {
    "fill_id": "f", "trade_id": "f", "order_id": "o", "client_order_id": "mm_xb_1", "ticker": "T",
    "market_ticker": "T", "side": "yes", "action": "buy", "count": 3, "yes_price": 52,
    "no_price": 48, "price": 0.52, "yes_price_fixed": "0.5200", "no_price_fixed": "0.4800",
    "is_taker": True, "created_time": "2026-02-01T00:00:00Z", "ts": 1, "fee_cost": "0.0500",
}  # fmt: skip
FILL = {
    "fill_id": "f", "trade_id": "f", "order_id": "o", "client_order_id": "xb_1", "ticker": "T",
    "market_ticker": "T", "side": "yes", "action": "buy", "count_fp": "3.00", "is_taker": True,
    "yes_price_dollars": "0.5200", "no_price_dollars": "0.4800", "ts": 1, "fee_cost": "0.0500",
    "created_time": "2026-05-01T00:00:00Z", "outcome_side": "yes", "book_side": "bid",
}  # fmt: skip
SETTLEMENT = {
    "ticker": "T", "event_ticker": "E", "market_result": "yes", "yes_count_fp": "1.00",
    "no_count_fp": "0.00", "yes_total_cost_dollars": "0.500000", "revenue": 100, "value": 100,
    "no_total_cost_dollars": "0.000000", "settled_time": "2026-04-01T12:00:00Z",
    "fee_cost": "0.0200",
}  # fmt: skip


def page(store, feed, moment, *records):
    land(store, feed, {LISTS[feed]: list(records), "cursor": ""}, received_at=moment)
    store.parse("field_pages")


def told(store, moment):
    """What the audit says at a moment, beside keys that nobody listed."""
    rows = store.audit_rows("field_drift", at(moment))
    return {one.subject: (one.severity, one.detail) for one in rows}


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


def test_count_became_count_fp_and_is_told_as_one_renaming(store):
    for day in (9, 10, 11):
        page(store, "kalshi_fills", f"2026-03-{day:02}T12:00:00Z", *[LEGACY_FILL] * 5)
    renamed = without(LEGACY_FILL, "count") | {
        "count_fp": "3.00", "yes_price_dollars": "0.5200", "no_price_dollars": "0.4800",
    }  # fmt: skip
    page(store, "kalshi_fills", "2026-03-12T12:00:00Z", *[renamed] * 5)
    severity, detail = told(store, "2026-03-12T12:01:00Z")["kalshi_fills.count"]
    assert severity == "info"  # announced, and what replaced it is read
    assert detail == (
        "gone; renamed to count_fp; announced 2026-01-15; expected until 2026-03-12; "
        "last seen 2026-03-11; noticed 2026-03-12"
    )


def test_a_required_count_under_another_name_halts_and_is_one_finding(store):
    page(store, "kalshi_fills", "12:00", FILL)
    page(store, "kalshi_fills", "12:01", without(FILL, "count_fp") | {"count_fixed": "3.00"})
    found = told(store, "12:02")
    severity, detail = found["kalshi_fills.count_fp"]
    assert severity == "halt"
    assert "renamed to count_fixed" in detail
    assert "kalshi_fills.count_fixed" not in found


def test_client_order_id_gone_names_the_day_of_the_announcement_and_of_the_notice(store):
    for day in range(5, 10):
        page(store, "kalshi_fills", f"2026-05-{day:02}T12:00:00Z", *[FILL] * 4)
    page(store, "kalshi_fills", "2026-05-10T12:00:00Z", *[without(FILL, "client_order_id")] * 4)
    severity, detail = told(store, "2026-05-10T12:01:00Z")["kalshi_fills.client_order_id"]
    assert severity == "warning"
    assert "announced 2026-03-30" in detail
    assert "noticed 2026-05-10" in detail
    assert "last seen 2026-05-09" in detail


def test_client_order_id_gone_on_the_day_that_was_announced_is_told_and_counts_not(store):
    for day in range(25, 30):
        page(store, "kalshi_fills", f"2026-03-{day:02}T12:00:00Z", *[FILL] * 4)
    page(store, "kalshi_fills", "2026-03-30T12:00:00Z", *[without(FILL, "client_order_id")] * 4)
    severity, _ = told(store, "2026-03-30T12:01:00Z")["kalshi_fills.client_order_id"]
    assert severity == "info"


def test_revenue_of_zero_everywhere_is_told_once_it_was_not(store):
    for day in range(5, 12):
        page(store, "kalshi_settlements", f"2026-04-{day:02}T12:00:00Z",
             *[SETTLEMENT] * 4, SETTLEMENT | {"revenue": 0})  # fmt: skip
    assert told(store, "2026-04-11T12:01:00Z") == {}
    for minute in (0, 10, 20):
        page(store, "kalshi_settlements", f"2026-04-12T12:{minute:02}:00Z",
             *[SETTLEMENT | {"revenue": 0}] * (5 + minute))  # fmt: skip
        assert told(store, "2026-04-12T12:30:00Z") == {
            "kalshi_settlements.revenue": (
                "warning", "0 in every newest record; noticed 2026-04-12"
            )
        }  # fmt: skip


def test_void_gone_from_the_results_is_told_with_the_day_it_left_the_specification(store):
    results = ("yes", "no", "void", "scalar")
    for day in (7, 8, 9):
        page(store, "kalshi_settlements", f"2026-06-{day:02}T12:00:00Z",
             *({**SETTLEMENT, "market_result": result} for result in results))  # fmt: skip
    assert told(store, "2026-06-09T13:00:00Z") == {}
    page(store, "kalshi_settlements", "2026-06-10T12:00:00Z", SETTLEMENT, SETTLEMENT)
    severity, detail = told(store, "2026-06-10T13:00:00Z")["kalshi_settlements.market_result=void"]
    assert severity == "info"
    assert "expected until 2026-06-10; last seen 2026-06-09" in detail


def test_a_result_that_nobody_listed_is_told(store):
    page(store, "kalshi_settlements", "12:00", SETTLEMENT | {"market_result": "refunded"})
    assert told(store, "12:01") == {
        "kalshi_settlements.market_result=refunded": (
            "info", "nobody listed this word; noticed 2026-06-10"
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "change", "severity"),
    [
        ("fee_cost", lambda word: f"{float(word) * 100:.4f}", "halt"),
        ("fee_cost", lambda word: f"{float(word) / 100:.6f}", "halt"),
        ("yes_price_dollars", lambda word: f"{float(word) * 100:.2f}", "halt"),
        ("no_price_dollars", lambda word: f"{float(word) * 100:.2f}", "warning"),
    ],
)
def test_cents_for_dollars_are_told_until_they_are_dollars_again(store, field, change, severity):
    for day in (1, 2, 3):
        page(store, "kalshi_fills", f"+{day}d 12:00", *[FILL] * 3)
    drifted = FILL | {field: change(FILL[field])}
    for number in range(3):  # the first is written down; the drifted pages are no past of it
        moment = f"+{3 + number}d 18:00"
        page(store, "kalshi_fills", moment, *[drifted] * (3 + number))
        found = told(store, moment)
        severities = {name: said[0] for name, said in found.items() if said[0] != "info"}
        assert severities == {f"kalshi_fills.{field}": severity}
        assert "rescaled by" in found[f"kalshi_fills.{field}"][1]
        store.audit(at(moment), f"run-{number}")
    page(store, "kalshi_fills", "+6d 00:30", *[FILL] * 3)
    assert f"kalshi_fills.{field}" not in told(store, "+6d 00:31")


@pytest.mark.parametrize(
    ("dollars", "cents", "expected"),
    [
        ("9801.8600", 980186, {}),  # somebody deposited
        ("9801.8600", 9801, {"kalshi_balance.balance_dollars": "halt"}),
        ("0.9801", 9801, {"kalshi_balance.balance_dollars": "halt"}),
    ],
)
def test_money_that_moves_with_its_twin_is_no_drift(store, dollars, cents, expected):
    def balance(moment, dollars, cents):
        body = {"balance_dollars": dollars, "balance": cents, "portfolio_value": 0}
        land(store, "kalshi_balance", body, received_at=moment)
        store.parse("field_pages")

    for day in (1, 2, 3):
        balance(f"+{day}d 12:00", "98.0186", 9801)
    balance("+4d 12:00", dollars, cents)
    assert {name: said[0] for name, said in told(store, "+4d 12:01").items()} == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda fill: fill | {"a_key": {"deep": [1]}},
        lambda fill: dict(reversed(fill.items())),
        lambda fill: fill | {"yes_price_dollars": "0.520000", "count_fp": "3.0000"},
        lambda fill: fill | {"ts": 2, "market_ticker": "U"},
        lambda fill: fill | {"subaccount_number": None},
        lambda fill: fill | {"action": "borrow"},
    ],
)
def test_harmless_changes_never_halt(store, change):
    for day in (1, 2, 3):
        page(store, "kalshi_fills", f"+{day}d 12:00", *[FILL] * 3)
    page(store, "kalshi_fills", "+3d 12:05", *[change(FILL)] * 3)
    page(store, "kalshi_fills", "+3d 12:06")
    assert {said[0] for said in told(store, "+3d 12:07").values()} <= {"info"}


GENERATIONS = [
    ("gen1_2024-2025_integer_cents", "event_*.json", "kalshi_event", "2025-05-05"),
    ("gen2_2026-01_dual_cents_and_dollars", "markets_list_response.json", "kalshi_markets",
     "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "event_single_response.json", "kalshi_event",
     "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "orderbook_response.json", "kalshi_orderbook",
     "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "portfolio_fills_response.json", "kalshi_fills",
     "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "portfolio_orders_response.json", "kalshi_orders",
     "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "portfolio_positions_response.json",
     "kalshi_positions", "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "portfolio_settlements_response.json",
     "kalshi_settlements", "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "portfolio_balance_response.json", "kalshi_balance",
     "2026-01-12"),
    ("gen2_2026-01_dual_cents_and_dollars", "trades_list_response.json", "kalshi_trades",
     "2026-01-12"),
    ("gen3_2026-06_fixed_point_demo", "fills__after_taker.json", "kalshi_fills", "2026-06-11"),
    ("gen3_2026-06_fixed_point_demo", "markets__page1.json", "kalshi_markets", "2026-06-11"),
    ("gen3_2026-06_fixed_point_demo", "portfolio__*.json", None, "2026-06-11"),
    ("gen3_2026-06_fixed_point_demo", "auth__balance_ok.json", "kalshi_balance", "2026-06-11"),
    ("gen3_2026-06_fixed_point_demo", "orderbook__base.json", "kalshi_orderbook", "2026-06-11"),
    ("gen4_2026-07_weather_prod", "kxhighny_*.json", "kalshi_markets", "2026-07-20"),
    ("gen5_2026-09-04_weather_prod_exchange_index_TWC", "event_*.json", "kalshi_event",
     "2026-09-04"),
    ("gen5_2026-09-04_weather_prod_exchange_index_TWC", "markets_KXHIGHLAX*.json",
     "kalshi_markets", "2026-09-04"),
    ("gen5_2026-09-04_weather_prod_exchange_index_TWC", "trades_*.json", "kalshi_trades",
     "2026-09-04"),
    ("gen5_2026-09-04_weather_prod_exchange_index_TWC", "orderbook_*.json", "kalshi_orderbook",
     "2026-09-04"),
]  # fmt: skip


@pytest.mark.parametrize(("folder", "pattern", "feed", "day"), GENERATIONS)
def test_a_recorded_generation_alone_is_judged_right_for_its_day(store, folder, pattern, feed, day):
    paths = [
        path
        for path in sorted(shared("payloads", "kalshi", folder).glob(pattern))
        if not path.name.endswith(".meta.json")
    ]
    assert paths
    for number, path in enumerate(paths):
        body = json.loads(path.read_text(encoding="utf-8"))
        of = feed or ("kalshi_orders" if "orders" in path.name else "kalshi_positions")
        moment = f"{day}T12:00:{number:02}Z"
        land(store, of, body.get("response", body), received_at=moment, pull_id=path.name)
    store.parse("field_pages")
    severe = {
        subject: said for subject, said in told(store, f"{day}T12:01:00Z").items()
        if said[0] != "info"
    }  # fmt: skip
    assert severe == {}


def test_bodies_of_a_former_generation_that_come_today_halt(store):
    path = shared("payloads", "kalshi", "gen1_2024-2025_integer_cents", "event_active.json")
    land(store, "kalshi_event", path.read_bytes(), received_at="2026-06-10T12:00:00Z")
    store.parse("field_pages")
    assert told(store, "12:01")["kalshi_event.yes_bid_dollars"][0] == "halt"


def test_an_acknowledged_drift_stays_listed_and_no_longer_counts(store):
    page(store, "kalshi_fills", "12:00", without(FILL, "count_fp"))
    store.audit(at("12:01"), "run")
    given(
        store, "audit.acknowledgements", "finding | subject\n field_drift | kalshi_fills.count_fp"
    )
    store.audit(at("12:02"), "run")
    rows = store.frame(
        "select subject, acknowledged_at is not null, resolved_at is null from audit.findings "
        "where severity = 'halt'"
    ).rows()
    assert rows == [("kalshi_fills.count_fp", True, True)]
    assert store.frame("select count(*) from audit.observations").item() == len(
        store.frame("select * from audit.findings")
    )  # once, on change
