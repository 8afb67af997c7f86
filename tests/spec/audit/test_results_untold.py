"""results_untold: what one feed told of a market's end, the others must tell a minute later."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given, land

NO_RESULT = "ticker | market_result | settled_at\n A | - | -"
RESULT = "ticker | market_result | settled_at\n A | yes | 12:00"


def untold(store):
    store.derive_all()
    found = store.audit_rows("results_untold", at("13:00"))
    return [(one.subject, one.severity) for one in found]


@pytest.mark.parametrize(
    ("answered_at", "market", "fires"),
    [("12:01:00", NO_RESULT, False), ("12:01:01", NO_RESULT, True), ("12:01:01", RESULT, False)],
)
def test_a_list_of_markets_without_a_result_that_was_paid_halts(store, answered_at, market, fires):
    given(store, "parsed.markets", market)
    given(store, "parsed.settlements", RESULT)
    land(store, "kalshi_markets", {"markets": []}, received_at=answered_at)
    assert untold(store) == ([("kalshi_markets", "halt")] if fires else [])


@pytest.mark.parametrize(
    ("answered_at", "fills", "fires"),
    [
        ("12:01:00", "f1 | A | yes | 1 | 11:00", False),
        ("12:01:01", "f1 | A | yes | 1 | 11:00", True),
        ("12:01:01", "f1 | A | yes | 1 | 11:00\n f2 | A | no | 1 | 11:00", False),
        ("12:01:01", "f1 | B | yes | 1 | 11:00", False),
    ],
    ids=["a minute", "a second more", "a pair is paid already", "another market"],
)
def test_a_list_of_settlements_without_our_market_halts(store, answered_at, fills, fires):
    given(store, "parsed.markets", RESULT)
    picture = f"fill_id | ticker | outcome_side | contracts | filled_at\n {fills}"
    given(store, "parsed.fills", picture)
    land(store, "kalshi_settlements", {"settlements": []}, received_at=answered_at)
    assert untold(store) == ([("kalshi_settlements", "halt")] if fires else [])


@pytest.mark.parametrize(
    ("answered_at", "held", "fires"),
    [("12:01:00", 1, False), ("12:01:01", 1, True), ("12:01:01", 0, False), ("12:01:01", -2, True)],
)
def test_a_position_in_a_market_that_is_over_halts(store, answered_at, held, fires):
    given(store, "parsed.markets", RESULT)
    picture = f"ticker | contracts | received_at\n A | {held} | {answered_at}"
    given(store, "parsed.positions", picture)
    land(store, "kalshi_positions", {"market_positions": []}, received_at=answered_at)
    assert untold(store) == ([("kalshi_positions", "halt")] if fires else [])


def test_a_feed_that_does_not_answer_is_silent_and_not_behind(store):
    given(store, "parsed.markets", NO_RESULT)
    given(store, "parsed.settlements", RESULT)
    assert untold(store) == []
