"""unattributed_fills: what nobody's evidence explains."""

from __future__ import annotations

from tests.spec.drawn import at, given


def unattributed(store):
    store.derive("attribution")
    return store.audit_rows("unattributed_fills", at("+1d 00:00"))


def test_a_day_of_a_market_with_fills_of_nobodys_is_one_row(store):
    given(store, "parsed.orders", "order_id | client_order_id\n o1 | person")
    given(
        store,
        "parsed.fills",
        """
        fill_id | ticker | order_id | contracts | filled_at
        f1      | A      | o1       | 2         | 12:00
        f2      | A      | o2       | 1         | 13:00
        f3      | B      | o3       | 1         | 13:00
        """,
    )
    first, second = sorted(unattributed(store), key=lambda one: one.subject)
    assert (first.subject, first.severity) == ("A 2026-06-10", "info")
    assert "2 fills of 3.00 contracts" in first.detail
    assert "the order of 1 of them" in first.detail
    assert second.subject == "B 2026-06-10"


def test_attributed_and_corrected_fills_are_silent(store):
    given(store, "parsed.fills", "fill_id | client_order_id\n f1 | mm_xb_1\n f2 | -")
    given(store, "posted.corrections", "fill_id | strategy_id\n f2 | manual")
    assert unattributed(store) == []


def test_what_is_a_week_older_than_the_newest_fill_is_history(store):
    given(
        store,
        "parsed.fills",
        "fill_id | client_order_id | filled_at\n f1 | - | 12:00\n f2 | mm_xb_1 | 2026-06-17T12:00",
    )
    assert unattributed(store) == []
