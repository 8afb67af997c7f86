"""cash_unexplained: the balance is the opening and every flow."""

from __future__ import annotations

from tests.spec.drawn import at, given, land

READINGS = """
    exchange_index | balance_dollars | received_at
    0              | 100             | 10:00
    0              | {later}         | 14:00
"""
FILL = """
    fill_id | exchange_index | contracts | price_dollars | filled_at
    f1      | 0              | 10        | .40           | {filled_at}
"""


def unexplained(store, as_of="15:00"):
    store.derive_all()
    return store.audit_rows("cash_unexplained", at(as_of))


def drawn(store, later, filled_at="12:00"):
    given(store, "parsed.balances", READINGS.format(later=later))
    given(store, "parsed.fills", FILL.format(filled_at=filled_at))


def test_a_movement_that_no_flow_explains_is_found(store):
    drawn(store, "95.9998")
    (found,) = unexplained(store)
    assert (found.subject, found.severity) == ("0", "warning")
    assert "-0.0002" in found.detail


def test_a_difference_below_the_balance_step_is_silent(store):
    drawn(store, "95.9999")
    assert unexplained(store) == []


def test_a_reading_newer_than_the_newest_list_of_fills_waits(store):
    drawn(store, "90")
    land(store, "kalshi_fills", {"fills": []}, received_at="13:59")
    assert unexplained(store) == []
    land(store, "kalshi_fills", {"fills": []}, received_at="14:00")
    assert len(unexplained(store)) == 1


def test_a_flow_within_seconds_of_a_reading_may_be_in_it_or_not(store):
    drawn(store, "100", filled_at="13:59:55")
    assert unexplained(store) == []


def test_the_day_before_the_newest_reading_counts_and_what_is_older_is_history(store):
    given(
        store,
        "parsed.balances",
        """
        exchange_index | balance_dollars | received_at
        0              | 100             | 10:00
        0              | 90              | 14:00
        0              | 100             | +1d 13:00
        """,
    )
    assert len(unexplained(store, "+1d 13:01")) == 1
    given(
        store,
        "parsed.balances",
        "exchange_index | balance_dollars | received_at\n 0 | 100 | +1d 14:00",
    )
    assert unexplained(store, "+1d 14:01") == []
