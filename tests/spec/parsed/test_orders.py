"""parsed.orders: what the exchange shows of our orders, in the latest version."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

CENTS = {
    "order_id": "o-9", "client_order_id": "", "ticker": "KXHIGHNY-X", "side": "no",
    "action": "buy", "status": "resting", "yes_price": 60, "no_price": 40, "initial_count": 5,
    "fill_count": 2, "remaining_count": 3, "created_time": "2026-01-10T14:00:00Z",
}  # fmt: skip


def test_an_order_is_told_by_the_price_of_what_it_buys(store):
    tell(store, "kalshi_orders", sample("kalshi_orders"))
    expect(
        table(store, "parsed.orders"),
        """
        order_id | client_order_id | outcome_side | status   | price_dollars | contracts
        order-1  | xb_1            | yes          | resting  | 0.30          | 3.00
        order-2  | xb_2            | no           | executed | 0.96          | 1.00
        """,
    )
    expect(
        table(store, "parsed.orders"),
        """
        order_id | filled_contracts | remaining_contracts | created_at | updated_at
        order-1  | 1.00             | 2.00                | 14:00      | 14:30
        order-2  | 1.00             | 0.00                | 14:00      | 14:00
        """,
    )
    assert reasons(store, "orders") == []


def test_cents_and_a_blank_client_id_are_read_as_what_they_are(store):
    tell(store, "kalshi_orders", {"orders": [CENTS]})
    expect(
        table(store, "parsed.orders"),
        """
        order_id | client_order_id | outcome_side | price_dollars | contracts | filled_contracts
        o-9      | -               | no           | 0.40          | 5.00      | 2.00
        """,
    )
    assert reasons(store, "orders") == []


@pytest.mark.parametrize("hours", [("12:00", "13:00"), ("13:00", "12:00")])
def test_the_latest_version_stays_whatever_landed_first(store, hours):
    body = sample("kalshi_orders")
    for hour in hours:
        status = "resting" if hour == "12:00" else "canceled"
        tell(
            store,
            "kalshi_orders",
            {"orders": [{**body["orders"][0], "status": status, "remaining_count_fp": "0.00"}]},
            received_at=hour,
        )
    expect(table(store, "parsed.orders"), "status | received_at\ncanceled | 13:00")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "unknown"}, "status is unknown"),
        ({"status": None}, "status is missing"),
        ({"outcome_side": None, "book_side": None}, "outcome_side is missing"),
        ({"remaining_count_fp": "4.00"}, "remaining_count_fp is 4.00"),
        ({"fill_count_fp": "-1"}, "fill_count_fp is -1"),
        ({"initial_count_fp": "3.001"}, "initial_count_fp is 3.001"),
        ({"yes_price_dollars": "0.30000001"}, "yes_price_dollars is 0.30000001"),
        ({"no_price_dollars": "0.3000"}, "no_price_dollars is 0.3000"),
        ({"client_order_id": {"a": 1}}, 'client_order_id is {"a":1}'),
        ({"created_time": "yesterday"}, "created_time is yesterday"),
        ({"last_update_time": 5}, "last_update_time is 5"),
        ({"exchange_index": -1}, "exchange_index is -1"),
        ({"order_id": None}, "order_id is missing"),
    ],
    ids=str,
)
def test_an_order_that_cannot_be_read_is_a_reject_and_the_other_lands(store, change, reason):
    first, second = sample("kalshi_orders")["orders"]
    tell(store, "kalshi_orders", {"orders": [{**first, **change}, second]})
    expect(table(store, "parsed.orders"), "order_id\norder-2")
    ((position, words),) = reasons(store, "orders")
    assert position == 0
    assert reason in words


def test_an_order_without_a_client_id_is_kept_and_said(store):
    first, _ = sample("kalshi_orders")["orders"]
    first.pop("client_order_id")
    tell(store, "kalshi_orders", {"orders": [first]})
    expect(table(store, "parsed.orders"), "order_id | client_order_id\norder-1 | -")
    assert reasons(store, "orders") == [(0, "client_order_id is missing")]


def test_archived_orders_in_their_own_key_names_are_read_in_dollars(store):
    tell(store, "kalshi_historical_orders", sample("kalshi_historical_orders"))
    expect(
        table(store, "parsed.orders"),
        """
        order_id | client_order_id               | outcome_side | price_dollars | status
        order-1  | xb_aaaaaaaaaaaaaaaaaaaaaaaaaa | yes          | 0.30          | executed
        order-2  | -                             | no           | 0.96          | canceled
        """,
    )
    expect(
        table(store, "parsed.orders"),
        """
        order_id | contracts | filled_contracts | remaining_contracts | updated_at
        order-1  | 1.00      | 1.00             | 0.00                | 14:30:00.5
        order-2  | 2.00      | 0.50             | 0.00                | 15:00
        """,
    )
    assert reasons(store, "orders") == []


def test_an_order_that_moved_to_the_archive_is_the_same_order(store):
    tell(store, "kalshi_orders", sample("kalshi_orders"))
    first = {**sample("kalshi_historical_orders")["orders"][0]}
    tell(store, "kalshi_historical_orders", {"orders": [first]}, received_at="+20d 12:00")
    found = table(store, "parsed.orders").filter(order_id="order-1")
    expect(found, "order_id | status | received_at\n order-1 | executed | +20d 12:00")
