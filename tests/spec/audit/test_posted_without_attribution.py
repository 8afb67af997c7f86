"""posted_without_attribution: our orders filled, and our books do not know."""

from __future__ import annotations

from tests.spec.drawn import at, given

INTENTS = """
    intent_id | client_order_id | strategy_id     | kind
    i1        | one             | cross_bracket   | create
    i2        | two             | cross_bracket   | create
    i3        | three           | safe_compounder | create
"""
ORDERS = """
    order_id | client_order_id | filled_contracts | created_at | updated_at
    o1       | one             | 3                | 11:00      | 12:00
    o2       | two             | 1                | 11:30      | 12:00
    o3       | three           | 1                | 11:30      | 12:00
    o4       | person          | 9                | 11:30      | 12:00
"""


def missing(store, as_of="13:00"):
    store.derive("attribution")
    return store.audit_rows("posted_without_attribution", at(as_of))


def test_contracts_that_the_order_list_fills_and_nobody_attributes_are_one_row_a_day(store):
    given(store, "posted.intents", INTENTS)
    given(store, "parsed.orders", ORDERS)
    given(
        store,
        "parsed.fills",
        "fill_id | order_id | contracts\n f1 | o1 | 2\n f2 | o2 | 1\n f3 | o3 | 1",
    )
    (found,) = missing(store)
    assert (found.subject, found.severity) == ("cross_bracket 2026-06-10", "warning")
    assert "filled 3.00 contracts, 2.00 of them" in found.detail


def test_a_list_of_fills_may_lag_ten_minutes_behind_the_list_of_orders(store):
    given(store, "posted.intents", INTENTS)
    given(store, "parsed.orders", ORDERS)
    assert missing(store, "12:10") == []
    assert len(missing(store, "12:10:01")) == 2


def test_attributed_and_corrected_contracts_are_silent(store):
    given(store, "posted.intents", INTENTS)
    given(store, "parsed.orders", ORDERS)
    given(
        store,
        "parsed.fills",
        "fill_id | order_id | contracts\n f1 | o1 | 3\n f2 | o2 | 1\n f3 | o3 | 1",
    )
    given(store, "posted.corrections", "fill_id | strategy_id\n f3 | manual")
    assert missing(store) == []


def test_the_founding_day_is_one_row_nine_posted_and_none_attributed(store):
    given(
        store,
        "posted.intents",
        "intent_id | client_order_id | strategy_id | kind\n"
        + "\n".join(f"i{n} | id{n} | cross_bracket | create" for n in range(9)),
    )
    given(
        store,
        "parsed.orders",
        "order_id | client_order_id | filled_contracts | created_at | updated_at\n"
        + "\n".join(f"o{n} | id{n} | 1 | 11:0{n} | 12:00" for n in range(9)),
    )
    # The fills are there, but lost the order that they belong to.
    given(store, "parsed.fills", "fill_id\n" + "\n".join(f"f{n}" for n in range(9)))
    (found,) = missing(store)
    assert found.subject == "cross_bracket 2026-06-10"
    assert "filled 9.00 contracts, 0.00 of them" in found.detail
