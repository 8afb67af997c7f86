"""cash_unexplained: the balance is the opening and every flow."""

from __future__ import annotations

import pytest

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


def test_a_movement_that_no_flow_explains_halts_and_names_whose_word_it_is(store):
    drawn(store, "95.9998")
    (found,) = unexplained(store)
    assert (found.subject, found.severity) == ("0", "halt")
    assert "-0.0002" in found.detail
    assert "kalshi_balance" in found.detail
    assert "kalshi_orders" in found.detail


def test_what_is_explained_again_is_told_for_a_day_and_halts_no_more(store):
    drawn(store, "90")
    later = "exchange_index | balance_dollars | received_at\n 0 | 96 | 15:00"
    given(store, "parsed.balances", later)
    (found,) = unexplained(store)
    assert found.severity == "warning"


def test_a_difference_below_the_balance_step_is_silent(store):
    drawn(store, "95.9999")
    assert unexplained(store) == []


@pytest.mark.parametrize("feed", ["kalshi_fills", "kalshi_orders", "kalshi_deposits"])
def test_a_reading_newer_than_the_newest_list_waits_for_the_next_three_minutes(store, feed):
    drawn(store, "90")
    land(store, feed, {feed.removeprefix("kalshi_"): []}, received_at="13:59:49")
    assert unexplained(store, "14:02:59") == []
    assert len(unexplained(store, "14:03:00")) == 1
    land(store, feed, {feed.removeprefix("kalshi_"): []}, received_at="13:59:50")
    assert len(unexplained(store, "14:00:00")) == 1


@pytest.mark.parametrize(
    ("later", "filled_at", "fires"),
    [
        ("100", "13:59:55", False),
        ("96", "14:00:05", False),
        ("96", "14:00:11", True),
        ("104.0002", "13:59:55", True),
    ],
    ids=["not in it yet", "in it already", "too far off", "more than it could be"],
)
def test_a_flow_within_seconds_of_a_reading_may_be_in_it_or_not(store, later, filled_at, fires):
    drawn(store, later, filled_at=filled_at)
    assert bool(unexplained(store)) == fires


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
