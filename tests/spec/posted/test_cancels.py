from __future__ import annotations

import pytest

from executor.kalshi.sansio import cancel_order
from kwx_core import pipeline
from kwx_core.policy import load_policy
from kwx_core.resources import text
from tests.spec.drawn import at, expect, given, table

POLICY = load_policy(text("data", "policy.toml"))


@pytest.fixture
def strayed(store):
    """An order that landed though its absence had been proven."""
    given(
        store,
        "posted.intents",
        """
        intent_id | client_order_id | ticker | outcome_side | price_dollars | contracts
        i1        | xb_1            | M1     | no           | 0.40          | 3
        """,
    )
    given(
        store,
        "posted.outcomes",
        """
        intent_id | observed_at | state            | order_id | evidence
        i1        | 12:00:01    | unknown          | -        | response
        i1        | 12:01       | never_landed     | -        | order_list
        i1        | 12:02       | landed_after_all | o1       | order_list
        """,
    )
    return store


def order(store, status):
    given(
        store,
        "parsed.orders",
        f"order_id | client_order_id | ticker | status\no1 | xb_1 | M1 | {status}",
    )


def word(store, intent_id, moment, state):
    given(
        store,
        "posted.outcomes",
        f"intent_id | observed_at | state | order_id\n{intent_id} | {moment} | {state} | o1",
    )


def test_an_order_that_landed_after_all_is_cancelled(strayed):
    order(strayed, "resting")
    found = pipeline.intend(strayed, POLICY, at("12:02"))
    expect(
        found,
        """
        kind   | order_id | ticker | outcome_side | price_dollars | contracts | decision_id
        cancel | o1       | M1     | no           | 0.40          | 3         | -
        """,
    )
    assert found["strategy_id"].to_list() == ["cross_bracket"]
    sent = found.row(0, named=True)
    assert cancel_order(sent["order_id"], sent["ticker"]).path.endswith("/o1")
    assert len(table(strayed, "posted.intents")) == 2


@pytest.mark.parametrize("status", ["executed", "canceled"])
def test_what_no_longer_rests_is_left_alone(strayed, status):
    order(strayed, status)
    assert pipeline.intend(strayed, POLICY, at("12:02")).is_empty()


@pytest.mark.parametrize(
    ("state", "attempts"),
    [("unknown", 0), ("cancelled", 0), ("rejected", 1), ("never_landed", 1)],
)
def test_a_cancel_is_tried_again_under_its_own_name_only_when_it_is_known_to_have_failed(
    strayed, state, attempts
):
    order(strayed, "resting")
    first = pipeline.intend(strayed, POLICY, at("12:02"))["intent_id"].item()
    word(strayed, first, "12:02:01", state)
    second = pipeline.intend(strayed, POLICY, at("12:03"))
    assert len(second) == attempts
    assert first not in second["intent_id"].to_list()


def test_a_cancel_that_nobody_answered_for_is_not_sent_again(strayed):
    order(strayed, "resting")
    assert len(pipeline.intend(strayed, POLICY, at("12:02"))) == 1
    assert pipeline.intend(strayed, POLICY, at("12:03")).is_empty()


@pytest.mark.parametrize("state", ["accepted", "rejected", "never_landed"])
def test_orders_that_are_meant_to_be_there_are_not_cancelled(store, state):
    given(store, "posted.intents", "intent_id | client_order_id | ticker\ni1 | xb_1 | M1")
    word(store, "i1", "12:01", state)
    order(store, "resting")
    assert pipeline.intend(store, POLICY, at("12:02")).is_empty()
