from __future__ import annotations

import pytest

from executor.recover import FEEDS, needed
from tests.spec.drawn import given, table


def intent(store):
    given(store, "posted.intents", "intent_id | client_order_id\ni1 | xb_1")


def test_nothing_is_forced_where_nothing_was_sent(store):
    assert needed(store) == frozenset()


def test_an_intent_without_any_word_forces_the_feeds_that_resolve_it(store):
    intent(store)
    assert needed(store) == FEEDS


@pytest.mark.parametrize(
    ("state", "forced"),
    [
        ("unknown", FEEDS),
        ("accepted", frozenset()),
        ("rejected", frozenset()),
        ("never_landed", frozenset()),
    ],
)
def test_only_what_is_unknown_forces_feeds(store, state, forced):
    intent(store)
    given(store, "posted.outcomes", f"intent_id | observed_at | state\ni1 | 12:01 | {state}")
    assert needed(store) == forced


def test_the_forced_feeds_are_feeds_of_ours(store):
    assert set(table(store, "ref.feeds")["feed"]) >= FEEDS
