"""settlement_disagrees: the exchange's figures beside our own."""

from __future__ import annotations

from tests.spec.drawn import at, given, land

FILLS = """
    fill_id | ticker | contracts | price_dollars
    f1      | A      | 1         | .40
    f2      | B      | 2         | .40
    f3      | C      | 1         | .40
"""


def disagreeing(store):
    store.derive("settlements")
    return store.audit_rows("settlement_disagrees", at("+3d 00:00"))


def test_revenue_that_is_zero_for_winners_is_one_cause_with_count_and_since(store):
    land(store, "kalshi_settlements", {"settlements": []})
    given(store, "parsed.fills", FILLS)
    given(
        store,
        "parsed.settlements",
        """
        ticker | market_result | settled_at | revenue_reported_dollars | landed_seq
        A      | yes           | +1d 12:00  | 0                        | 1
        B      | yes           | +2d 12:00  | 0                        | 1
        C      | no            | +2d 12:00  | 0                        | 1
        """,
    )
    (found,) = disagreeing(store)
    assert (found.subject, found.severity) == ("kalshi_settlements.revenue", "warning")
    assert "2 settlements" in found.detail
    assert "2026-06-11" in found.detail
    assert found.sample_request_id is not None


def test_counts_that_contradict_our_fills_are_a_cause_of_their_own(store):
    given(store, "parsed.fills", FILLS)
    given(
        store,
        "parsed.settlements",
        """
        ticker | market_result | yes_contracts_reported | no_contracts_reported
        A      | yes           | 5                      | 0
        """,
    )
    (found,) = disagreeing(store)
    assert found.subject == "kalshi_settlements.counts"


def test_figures_that_agree_or_were_not_told_are_silent(store):
    given(store, "parsed.fills", FILLS)
    given(
        store,
        "parsed.settlements",
        """
        ticker | market_result | revenue_reported_dollars | yes_cost_reported_dollars
        A      | yes           | 1.00                     | .40
        B      | yes           | -                        | -
        C      | -             | 0                        | -
        """,
    )
    assert disagreeing(store) == []


def test_a_result_that_contradicts_the_listing_is_a_cause_of_its_own(store):
    given(store, "parsed.fills", FILLS)
    given(store, "parsed.markets", "ticker | market_result | settled_at\n A | yes | +1d 12:00")
    given(
        store,
        "parsed.settlements",
        "ticker | market_result | settled_at | received_at\n A | no | +1d 12:00 | +1d 13:00",
    )
    (found,) = disagreeing(store)
    assert (found.subject, found.severity) == ("kalshi_settlements.result", "warning")
