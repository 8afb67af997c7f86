"""strikes_missing: markets whose bounds stand in their words only."""

from __future__ import annotations

from tests.shared import shared
from tests.spec.drawn import at, given, land


def found(store):
    return [(one.subject, one.detail) for one in store.audit_rows("strikes_missing", at("12:00"))]


def test_markets_with_strikes_and_markets_of_nobodys_series_are_silent(store):
    given(
        store,
        "parsed.markets",
        """
        ticker | station_id | strike_type
        A      | KNYC       | between
        B      | -          | -
        """,
    )
    assert found(store) == []


def test_a_series_is_one_finding_that_counts_its_winners(store):
    given(
        store,
        "parsed.markets",
        """
        ticker | series_ticker | climate_date | strike_type | market_result | landed_seq
        A      | KXHIGHNY      | 2025-01-16   | -           | yes           | 1
        B      | KXHIGHNY      | 2025-01-17   | -           | -             | 2
        C      | KXHIGHNY      | 2025-01-17   | less        | yes           | 3
        """,
    )
    ((subject, detail),) = found(store)
    assert subject == "KXHIGHNY"
    assert detail == (
        "2 markets from 2025-01-16 to 2025-01-17 came without strikes, 1 of them winners; "
        "the newest is B"
    )


def test_the_recorded_winner_without_strikes_is_named(store):
    path = shared(
        "payloads", "kalshi", "gen1_2024-2025_integer_cents",
        "event_KXHIGHAUS-25JAN17_tail_missing_strike_fields.json",
    )  # fmt: skip
    land(store, "kalshi_event", path.read_bytes(), received_at="2025-01-18T14:00:00Z")
    store.parse("markets")
    ((subject, detail),) = found(store)
    assert subject == "KXHIGHAUS"
    assert "1 markets from 2025-01-17 to 2025-01-17 came without strikes, 1 of them" in detail
