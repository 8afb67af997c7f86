"""parsed.imported_decisions: what another program decided, and which order its notes name."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons
from tests.spec.parsed.predecessor import DECISION, T, tell


def decided(store):
    return table(store, "parsed.imported_decisions")


def test_a_decision_keeps_its_literal_probability_of_yes(store):
    tell(store, "decisions", {**DECISION, "side": "no", "won_yes": 1, "ensemble_p_yes": 0.005})
    expect(
        decided(store),
        f"""
        decision_id              | ticker | outcome_side | yes_probability | price_dollars|contracts
        predecessor:000000000042 | {T}    | no           | 0.005           | .72          | 2
        """,
    )
    expect(decided(store), "decided_at\n 2026-05-10T20:06:03.150658")


@pytest.mark.parametrize(
    ("kind", "outcome", "strategy", "verdict"),
    [
        ("cross_bracket_live", "posted", "cross_bracket", "post"),
        ("cross_bracket_live", "filled", "cross_bracket", "post"),
        ("cross_bracket_live", "discarded", "cross_bracket", "pass"),
        ("cross_bracket_shadow", "shadow_only", "cross_bracket", "shadow"),
        ("cross_bracket_shadow", "posted", "cross_bracket", "shadow"),
        ("mm_quote", "posted", "mm_quote", "post"),
        ("mm_quote", "shadow_only", "mm_quote", "shadow"),
        ("weather_quoter_shadow", "shadow_only", "mm_quote", "shadow"),
        ("directional_live", "posted", "directional", "post"),
        ("directional_shadow", "shadow_only", "directional", "shadow"),
        ("directional_shadow_backfill", "synthesized", "directional", "shadow"),
        ("safe_compounder_live", "posted", "safe_compounder", "post"),
        ("safe_compounder_shadow", "shadow_only", "safe_compounder", "shadow"),
    ],
)
def test_its_type_names_the_strategy_and_its_outcome_the_verdict(
    store, kind, outcome, strategy, verdict
):
    tell(store, "decisions", {**DECISION, "decision_type": kind, "decision_outcome": outcome})
    expect(decided(store), f"strategy_id | verdict\n {strategy} | {verdict}")


@pytest.mark.parametrize(
    ("notes", "outcome", "order_id"),
    [
        ("cross_bracket;leg=0;order_id=a85a9058-5299;tte=5.0h", "posted", "a85a9058-5299"),
        ("order_id=a1", "posted", "a1"),
        ("cross_bracket; order_id=a1 ;tte=5.0h", "posted", "a1"),
        ("cross_bracket;order_id=;tte=5.0h", "posted", "-"),
        ("cross_bracket;other_order_id=a1", "posted", "-"),
        ("cross_bracket;leg=0", "posted", "-"),
        (None, "posted", "-"),
        ("cross_bracket;order_id=a1", "discarded", "-"),
    ],
)
def test_the_notes_of_a_posted_decision_name_its_order(store, notes, outcome, order_id):
    tell(store, "decisions", {**DECISION, "notes": notes, "decision_outcome": outcome})
    expect(decided(store), f"order_id\n {order_id}")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"ts_decision_unix": "yesterday"}, "ts_decision_unix is yesterday"),
        ({"ticker": ""}, "ticker is"),
        ({"decision_type": "martingale"}, "decision_type is martingale"),
        ({"decision_outcome": "hoped"}, "decision_outcome is hoped"),
        ({"side": "both"}, "side is both"),
        ({"ensemble_p_yes": 1.2}, "ensemble_p_yes is 1.2"),
        ({"ensemble_p_yes": None}, "ensemble_p_yes is missing"),
        ({"price_cents": 101}, "price_cents is 101"),
        ({"contracts": -1}, "contracts is -1"),
    ],
)
def test_a_decision_that_cannot_be_read_is_a_reject_and_its_neighbour_lands(store, wrong, reason):
    tell(store, "decisions", {**DECISION, **wrong}, {**DECISION, "id": 43})
    assert decided(store)["decision_id"].to_list() == ["predecessor:000000000043"]
    ((position, said),) = reasons(store, "imported_decisions")
    assert position == 0
    assert reason in said


def test_a_decision_that_was_settled_in_place_is_a_later_version_of_the_same(store):
    tell(store, "decisions", DECISION)
    tell(store, "decisions", {**DECISION, "decision_outcome": "filled"}, received_at="13:00")
    expect(decided(store), "decision_id | verdict\n predecessor:000000000042 | post")
