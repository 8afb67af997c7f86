from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from executor.kalshi.sansio import create_order
from kwx_core import pipeline
from kwx_core.contracts.decided import Decisions
from kwx_core.contracts.posted import Intents
from kwx_core.errors import ContractBroken
from kwx_core.policy import load_policy
from kwx_core.resources import text
from tests.spec.drawn import at, expect, given, table

POLICY = load_policy(text("data", "policy.toml"))
NOON = at("12:00")


@pytest.fixture
def decided(store):
    given(
        store,
        "parsed.markets",
        """
        ticker | close_at
        M-FAR  | +1d 05:00
        M-NEAR | 12:00:30
        M-OPEN | -
        """,
    )
    return store


def decide(store, picture):
    given(store, "decided.decisions", picture)
    return pipeline.intend(store, POLICY, NOON)


def test_every_decision_that_posts_becomes_an_order_and_no_other_does(decided):
    found = decide(
        decided,
        """
        decision_id | decided_at | ticker | outcome_side | price_dollars | contracts | verdict
        d1          | 12:00      | M-FAR  | yes          | 0.30          | 2         | post
        d2          | 12:00      | M-FAR  | no           | 0.655         | 1.5       | post
        d3          | 12:00      | M-FAR  | yes          | 0.30          | 2         | shadow
        d4          | 12:00      | M-FAR  | -            | -             | 0         | pass
        d5          | 11:55      | M-FAR  | yes          | 0.30          | 2         | post
        """,
    )
    expect(
        found,
        """
        decision_id | kind   | outcome_side | price_dollars | contracts | post_only | intended_at
        d1          | create | yes          | 0.30          | 2         | false     | 12:00
        d2          | create | no           | 0.655         | 1.5       | false     | 12:00
        """,
    )
    assert set(found["time_in_force"]) == {"good_till_canceled"}


def test_intents_are_on_disk_before_they_are_handed_out(decided):
    found = decide(decided, "decision_id | decided_at | ticker\nd1 | 12:00 | M-FAR")
    assert table(decided, "posted.intents").equals(found)
    assert len(found) == 1


def test_what_has_been_handed_out_is_not_handed_out_again(decided):
    decide(decided, "decision_id | decided_at | ticker\nd1 | 12:00 | M-FAR")
    again = decide(decided, "decision_id | decided_at | ticker\nd2 | 12:00 | M-FAR")
    assert again["decision_id"].to_list() == ["d2"]
    assert len(table(decided, "posted.intents")) == 2


def test_an_order_rests_until_its_lifetime_or_its_market_ends(decided):
    found = decide(
        decided,
        """
        decision_id | decided_at | ticker
        d1          | 12:00      | M-FAR
        d2          | 12:00      | M-NEAR
        d3          | 12:00      | M-OPEN
        d4          | 12:00      | M-UNHEARD-OF
        """,
    )
    lifetime = NOON + timedelta(seconds=POLICY.entry.order_lifetime_seconds)
    assert dict(found.select("decision_id", "expires_at").rows()) == {
        "d1": lifetime,
        "d2": at("12:00:30"),
        "d3": lifetime,
        "d4": lifetime,
    }
    expect(
        found,
        """
        decision_id | close_at
        d1          | +1d 05:00
        d2          | 12:00:30
        d3          | -
        d4          | -
        """,
    )


def test_the_best_edge_leaves_first(decided):
    found = decide(
        decided,
        """
        decision_id | decided_at | ticker | edge_dollars
        d1          | 12:00      | M-FAR  | -
        d3          | 12:00      | M-FAR  | 0.10
        d4          | 12:00      | M-FAR  | 0.20
        d2          | 12:00      | M-FAR  | 0.10
        """,
    )
    assert found["decision_id"].to_list() == ["d4", "d2", "d3", "d1"]


def test_the_client_order_id_is_the_strategys_code_and_26_letters(decided):
    found = decide(
        decided,
        """
        decision_id | decided_at | ticker | strategy_id
        d1          | 12:00      | M-FAR  | cross_bracket
        d2          | 12:00      | M-FAR  | cross_bracket_exit
        d3          | 12:00      | M-FAR  | directional
        """,
    )
    codes = {"d1": "xb", "d2": "xbx", "d3": "dir"}
    for decision_id, name in found.select("decision_id", "client_order_id").rows():
        assert re.fullmatch(codes[decision_id] + "_[a-z2-7]{26}", name)
        assert len(name) <= 64
    assert found["intent_id"].n_unique() == found["client_order_id"].n_unique() == 3


def test_the_same_decision_has_the_same_name_in_any_database(decided):
    first = decide(decided, "decision_id | decided_at | ticker\nd1 | 12:00 | M-FAR")
    assert first["client_order_id"].to_list() == ["xb_yfrsf7twfziwnetnxu3vgax5k7"]
    assert first["intent_id"].to_list() == ["yfrsf7twfziwnetnxu3vgax5k7"]


def test_a_strategy_that_nobody_listed_is_refused_and_nothing_is_written(decided):
    with pytest.raises(ContractBroken, match="astrology"):
        decide(
            decided,
            """
            decision_id | decided_at | ticker | strategy_id
            d1          | 12:00      | M-FAR  | cross_bracket
            d2          | 12:00      | M-FAR  | astrology
            """,
        )
    assert table(decided, "posted.intents").is_empty()


def test_an_intent_is_an_order_that_the_client_can_build(decided):
    found = decide(decided, "decision_id | decided_at | ticker\nd1 | 12:00 | M-FAR")
    assert create_order(found.row(0, named=True)).method == "POST"


def test_a_moment_without_decisions_intends_nothing(decided):
    assert pipeline.intend(decided, POLICY, datetime(2026, 6, 10, 13, tzinfo=UTC)).is_empty()


def test_a_post_without_a_price_breaks_the_promise_of_the_table(decided):
    given(decided, "decided.decisions", "decision_id | decided_at | ticker\nd1 | 12:00 | M-FAR")
    broken = decided.read(Decisions).with_columns(
        pl.lit("d2").alias("decision_id"), pl.lit(None, pl.Decimal(18, 6)).alias("price_dollars")
    )
    decided.append(Decisions, Decisions.validate(broken))
    with pytest.raises(Exception, match="price_dollars"):
        pipeline.intend(decided, POLICY, NOON)
    assert decided.read(Intents).is_empty()
