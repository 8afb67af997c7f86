"""order_doubled: one decision is one order."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given

ONE, TWO = "xb_abcdefghijklmnopqrstuvw234", "xb_bbcdefghijklmnopqrstuvw234"
QUOTE = "mq_abcdefghijklmnopqrstuvw234"


def doubled(store, *orders, as_of="13:00"):
    lines = [f"o{number} | A | {order}" for number, order in enumerate(orders)]
    head = "order_id | ticker | client_order_id | outcome_side | status | received_at"
    given(store, "parsed.orders", "\n".join([head, *lines]))
    rows = store.audit_rows("order_doubled", at(as_of))
    return [(one.subject, one.severity, one.detail) for one in rows]


@pytest.mark.parametrize(
    "second",
    [
        f"{TWO} | no | resting | 12:00",
        f"{TWO} | yes | canceled | 12:00",
        f"{TWO} | yes | resting | 12:05",
        f"{QUOTE} | yes | resting | 12:00",
        "person | yes | resting | 12:00",
        "- | yes | resting | 12:00",
    ],
)
def test_orders_of_another_side_state_time_or_strategy_are_silent(store, second):
    assert doubled(store, f"{ONE} | yes | resting | 12:00", second) == []


def test_two_orders_of_one_id_halt_whatever_became_of_them(store):
    orders = [f"{ONE} | yes | executed | 12:00", f"{ONE} | yes | canceled | 12:30"]
    assert doubled(store, *orders) == [(f"{ONE} A", "halt", "2 orders bear one id")]


def test_two_orders_that_rest_on_the_same_side_at_once_halt(store):
    orders = [f"{ONE} | yes | resting | 12:00", f"{TWO} | yes | resting | 12:00:01"]
    assert doubled(store, *orders) == [("xb A yes", "halt", "2 orders rest at once")]


def test_what_was_listed_a_day_ago_is_history(store):
    orders = [f"{ONE} | yes | resting | 12:00", f"{ONE} | yes | resting | 12:00"]
    assert doubled(store, *orders, as_of="+1d 12:00") == []
