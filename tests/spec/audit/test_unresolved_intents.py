"""unresolved_intents: orders whose fate nobody knows."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def unresolved(store, as_of):
    return store.audit_rows("unresolved_intents", at(as_of))


@pytest.mark.parametrize(
    ("as_of", "severity"),
    [
        ("12:02:00", None),
        ("12:02:00.1", "warning"),
        ("12:15:00", "warning"),
        ("12:15:00.1", "halt"),
    ],
)
def test_an_intent_without_a_word_is_found_after_two_minutes_and_halts_after_fifteen(
    store, as_of, severity
):
    given(store, "posted.intents", "intent_id | intended_at\n i1 | 12:00")
    assert [one.severity for one in unresolved(store, as_of)] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("state", "is_found"),
    [
        ("unknown", True),
        ("accepted", False),
        ("rejected", False),
        ("never_landed", False),
        ("landed_after_all", False),
        ("cancelled", False),
    ],
)
def test_only_a_final_word_ends_it(store, state, is_found):
    given(store, "posted.intents", "intent_id | intended_at\n i1 | 12:00")
    given(store, "posted.outcomes", f"intent_id | observed_at | state\n i1 | 12:00:01 | {state}")
    assert bool(unresolved(store, "12:05")) == is_found


def test_the_intents_of_a_strategy_on_a_market_are_one_row(store):
    given(
        store,
        "posted.intents",
        """
        intent_id | ticker | intended_at
        i1        | A      | 12:00
        i2        | A      | 12:01
        i3        | B      | 12:01
        """,
    )
    first, _ = sorted(unresolved(store, "12:10"), key=lambda one: one.subject)
    assert first.subject == "cross_bracket A"
    assert "2 intents" in first.detail
    assert "i1" in first.detail
