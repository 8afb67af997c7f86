"""field_drift: what the exchange sends beside what it was known to send."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given, land

FILL = {
    "fill_id": "f1",
    "trade_id": "f1",
    "order_id": "o1",
    "ticker": "T",
    "market_ticker": "T",
    "side": "yes",
    "action": "buy",
    "outcome_side": "yes",
    "book_side": "bid",
    "count_fp": "1.00",
    "yes_price_dollars": "0.5200",
    "no_price_dollars": "0.4800",
    "fee_cost": "0.0100",
    "is_taker": True,
    "created_time": "2026-06-10T12:00:00Z",
    "ts": 1781092800,
}


def fills(store, received_at, *changes, count=1):
    records = []
    for number in range(count):
        record = {**FILL, "fill_id": f"{received_at}-{number}"}
        for change in changes:
            record = change(record)
        records.append(record)
    land(store, "kalshi_fills", {"fills": records, "cursor": ""}, received_at=received_at)


def without(*fields):
    return lambda record: {name: value for name, value in record.items() if name not in fields}


def having(**fields):
    return lambda record: {**record, **fields}


def drifts(store):
    store.parse("field_pages")
    return [(one.subject, one.severity) for one in store.audit_rows("field_drift", at("+9d 00:00"))]


def test_records_as_listed_are_silent(store):
    fills(store, "12:00", count=3)
    land(store, "kalshi_orders", {"orders": []})
    assert drifts(store) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without("count_fp"), [("kalshi_fills.count_fp", "halt")]),
        (having(count_fp=None), [("kalshi_fills.count_fp", "halt")]),
        (having(count_fp=1), [("kalshi_fills.count_fp", "halt")]),
        (having(ts="yes"), [("kalshi_fills.ts", "warning")]),
        (having(ts=None), []),
        # Kept without it, but books rest on it.
        (without("is_taker"), [("kalshi_fills.is_taker", "halt")]),
        (having(is_taker=None), [("kalshi_fills.is_taker", "halt")]),
        (having(is_taker="yes"), [("kalshi_fills.is_taker", "halt")]),
        (having(brand_new=1), [("kalshi_fills.brand_new", "info")]),
        # Known to have left: it is neither new nor missed.
        (having(client_order_id="a"), []),
        # Listed from a later day on: not yet due.
        (without("exchange_index"), []),
    ],
)
def test_a_missing_retyped_or_unlisted_key_is_one_finding_whatever_the_records(
    store, change, expected
):
    fills(store, "12:00", change, count=5)
    assert drifts(store) == expected


def test_a_key_that_a_few_records_lack_warns(store):
    records = [{**FILL, "fill_id": str(number)} for number in range(5)]
    del records[3]["fee_cost"]
    land(store, "kalshi_fills", {"fills": records})
    assert drifts(store) == [("kalshi_fills.fee_cost", "warning")]


def test_an_optional_key_that_always_came_and_comes_no_more_warns(store):
    for hour in range(10, 16):
        fills(store, f"{hour}:00", count=4)
    assert drifts(store) == []
    fills(store, "16:00", without("ts"), count=4)
    assert drifts(store) == [("kalshi_fills.ts", "warning")]


def test_a_key_that_is_gone_stays_a_finding_until_it_comes_back(store):
    for hour in range(10, 16):
        fills(store, f"{hour}:00", count=4)
    for day in range(1, 9):
        fills(store, f"+{day}d 16:00", without("ts"), count=4)
        store.parse("field_pages")
        store.audit(at(f"+{day}d 17:00"), f"run-{day}")
    assert drifts(store) == [("kalshi_fills.ts", "warning")]
    fills(store, "+8d 18:00", count=4)
    assert drifts(store) == []


def test_an_optional_key_that_only_some_records_have_may_be_absent(store):
    for hour in range(10, 16):
        fills(store, f"{hour}:00", without("ts"), count=2)
        fills(store, f"{hour}:30", count=1)
    fills(store, "16:00", without("ts"), count=20)
    assert drifts(store) == []


def test_a_body_without_its_list_of_records_halts(store):
    land(store, "kalshi_fills", {"trades": []})
    assert drifts(store) == [("kalshi_fills.fills", "halt")]


def test_an_empty_list_and_an_answer_that_failed_say_nothing(store):
    fills(store, "12:00")
    land(store, "kalshi_fills", {"fills": []}, received_at="13:00")
    land(store, "kalshi_fills", {"error": "x"}, received_at="14:00", status_code=500)
    assert drifts(store) == []


@pytest.mark.parametrize("body", ["<html>", "", b"\xff", '{"fills": null}', '{"fills": "none"}'])
def test_a_good_answer_that_is_no_list_halts_until_the_next_one(store, body):
    fills(store, "12:00")
    land(store, "kalshi_fills", body, received_at="15:00")
    assert drifts(store) == [("kalshi_fills.fills", "halt")]
    fills(store, "15:01")
    assert drifts(store) == []


def test_the_sample_is_a_request_that_shows_it(store):
    fills(store, "12:00", without("count_fp"))
    store.parse("field_pages")
    (found,) = store.audit_rows("field_drift", at("13:00"))
    request = store.frame("select request_id from landed.requests")["request_id"][0]
    assert found.sample_request_id == request
    assert found.detail.startswith("missing from every newest record")


def test_a_field_that_another_generation_requires_is_listed_by_its_row(store):
    given(
        store, "ref.fields", "feed | field | presence | type\n kalshi_fills | x | required | string"
    )
    fills(store, "12:00")
    assert drifts(store) == [("kalshi_fills.x", "halt")]


def test_a_key_that_only_some_pages_ever_had_may_be_absent(store):
    for hour in range(10, 16):
        fills(store, f"{hour}:00", count=20)
        fills(store, f"{hour}:30", without("ts"), count=1)
    fills(store, "16:00", without("ts"), count=20)
    assert drifts(store) == []


ENDS = """
    ticker | status    | market_result | settled_at | settlement_value_dollars | close_at|landed_seq
    A      | finalized | yes           | {at}       | {value}                  | {close} | 1
    B      | {status}  | {result}      | -          | -                        | {close} | 1
"""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, []),
        ({"at": "-"}, [("kalshi_markets.settlement_ts", "halt")]),
        ({"value": "-"}, [("kalshi_markets.settlement_value_dollars", "halt")]),
        # Decided, and not paid yet.
        ({"status": "determined", "result": "no"}, []),
        # Of the years in which neither was told.
        ({"at": "-", "value": "-", "close": "-300d 05:00"}, []),
    ],
)
def test_a_market_that_settled_says_when_and_for_what(store, said, expected):
    land(store, "kalshi_markets", {"markets": []})
    told = {"at": "11:00", "value": 1, "close": "05:00", "status": "active", "result": "-"} | said
    given(store, "parsed.markets", ENDS.format(**told))
    assert drifts(store) == expected


@pytest.mark.parametrize(
    ("status", "fires"), [("canceled", True), ("executed", True), ("resting", False)]
)
def test_an_order_that_ended_says_when(store, status, fires):
    land(store, "kalshi_orders", {"orders": []})
    given(
        store,
        "parsed.orders",
        f"order_id | status | updated_at | landed_seq\n o1 | {status} | - | 1",
    )
    assert drifts(store) == ([("kalshi_orders.last_update_time", "halt")] if fires else [])
