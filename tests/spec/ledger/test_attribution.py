"""ledger.attribution: whose a fill is, and how we know."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, given, table

ID = "abcdefghijklmnopqrstuvw234"


def attributed(store):
    store.derive("attribution")
    return table(store, "ledger.attribution")


def test_each_tier_of_evidence_names_the_strategy(store):
    given(
        store,
        "posted.intents",
        f"""
        intent_id | client_order_id | strategy_id        | kind
        i1        | xb_{ID}         | cross_bracket      | create
        i2        | xbx_{ID}        | cross_bracket_exit | create
        i3        | sc_{ID}         | safe_compounder    | create
        i4        | sc_{ID}x        | safe_compounder    | create
        """,
    )
    given(
        store,
        "posted.outcomes",
        """
        intent_id | observed_at | state    | order_id
        i2        | 12:00       | accepted | o2
        i4        | 12:00       | unknown  | -
        """,
    )
    given(
        store,
        "parsed.orders",
        f"""
        order_id | client_order_id
        o3       | sc_{ID}
        o5       | mm_wx_T_17
        o6       | 7f0c2d1e-person
        """,
    )
    given(
        store,
        "parsed.fills",
        f"""
        fill_id | order_id | client_order_id
        f1      | -        | xb_{ID}
        f2      | o2       | -
        f3      | o3       | -
        f4      | -        | mm_xb_exit_T_1
        f5      | o5       | -
        f6      | o6       | -
        f7      | o7       | -
        f8      | -        | -
        """,
    )
    expect(
        attributed(store),
        """
        fill_id | strategy_id        | book_id         | evidence        | intent_id | is_inferred
        f1      | cross_bracket      | cross_bracket   | client_order_id | i1        | false
        f2      | cross_bracket_exit | cross_bracket   | order_id        | i2        | false
        f3      | safe_compounder    | safe_compounder | order_list      | i3        | false
        f4      | cross_bracket_exit | cross_bracket   | prefix          | -         | false
        f5      | mm_quote           | mm_quote        | prefix          | -         | false
        f6      | manual             | manual          | none            | -         | false
        f7      | manual             | manual          | none            | -         | false
        f8      | manual             | manual          | none            | -         | false
        """,
    )


@pytest.mark.parametrize(
    ("client_order_id", "strategy", "evidence"),
    [
        ("mm_xb_exit_T_1", "cross_bracket_exit", "prefix"),
        ("mm_xb_T_1", "cross_bracket", "prefix"),
        ("mm_wx_T_1", "mm_quote", "prefix"),
        ("mm_sc_T_1", "safe_compounder", "prefix"),
        ("mm_exit_T_1", "exit", "prefix"),
        ("mm_dir_T_1", "directional", "prefix"),
        ("mm_else", "legacy", "prefix"),
        ("mm_xbexit_T_1", "legacy", "prefix"),
        ("mm_xb", "legacy", "prefix"),
        ("mm_xb_exit", "cross_bracket", "prefix"),
        ("MM_XB_a", "manual", "none"),
        ("mm", "manual", "none"),
        ("a_mm_xb_1", "manual", "none"),
    ],
)
def test_the_longest_prefix_of_a_legacy_id_wins_and_case_matters(
    store, client_order_id, strategy, evidence
):
    given(store, "parsed.fills", f"fill_id | client_order_id\n f1 | {client_order_id}")
    expect(
        attributed(store),
        f"fill_id | strategy_id | evidence\n f1 | {strategy} | {evidence}",
    )


@pytest.mark.parametrize(
    ("client_order_id", "strategy", "evidence"),
    [
        (f"xb_{ID}", "cross_bracket", "order_list"),
        (f"xbx_{ID}", "cross_bracket_exit", "order_list"),
        (f"man_{ID}", "manual", "order_list"),
        (f"xb_{ID}a", "manual", "none"),
        (f"xb_{ID[1:]}", "manual", "none"),
        (f"xb_{ID[1:]}1", "manual", "none"),
        (f"XB_{ID}", "manual", "none"),
        (f"xb_{ID.upper()}", "manual", "none"),
        (f"zz_{ID}", "manual", "none"),
        (f"xb{ID}", "manual", "none"),
    ],
)
def test_with_posted_lost_the_order_list_tells_by_the_shape_of_the_id(
    store, client_order_id, strategy, evidence
):
    given(store, "parsed.orders", f"order_id | client_order_id\n o1 | {client_order_id}")
    given(store, "parsed.fills", "fill_id | order_id\n f1 | o1")
    expect(
        attributed(store),
        f"fill_id | strategy_id | evidence | intent_id\n f1 | {strategy} | {evidence} | -",
    )


def test_with_posted_lost_a_fill_that_echoes_our_id_is_ours_without_the_order_list(store):
    given(store, "parsed.fills", f"fill_id | client_order_id\n f1 | xb_{ID}")
    expect(
        attributed(store),
        "fill_id | strategy_id | evidence\n f1 | cross_bracket | client_order_id",
    )


def test_the_order_row_or_the_outcome_that_comes_after_the_fill_attributes_it(store):
    given(store, "parsed.fills", "fill_id | order_id\n f1 | o1\n f2 | o2")
    given(
        store,
        "posted.intents",
        """
        intent_id | client_order_id | strategy_id     | kind
        i1        | one             | cross_bracket   | create
        i2        | two             | safe_compounder | create
        """,
    )
    expect(attributed(store), "fill_id | evidence\n f1 | none\n f2 | none")
    given(store, "parsed.orders", "order_id | client_order_id\n o1 | one")
    given(
        store,
        "posted.outcomes",
        "intent_id | observed_at | state | order_id\n i2 | +1d 12:00 | landed_after_all | o2",
    )
    expect(
        attributed(store),
        """
        fill_id | strategy_id     | evidence
        f1      | cross_bracket   | order_list
        f2      | safe_compounder | order_id
        """,
    )


def test_a_persons_latest_correction_is_the_strongest_evidence(store):
    given(
        store,
        "posted.intents",
        "intent_id | client_order_id | strategy_id | kind\n i1 | one | cross_bracket | create",
    )
    given(store, "parsed.fills", "fill_id | client_order_id\n f1 | one\n f2 | -")
    given(
        store,
        "posted.corrections",
        """
        fill_id | made_at   | strategy_id
        f1      | 13:00     | directional
        f1      | +1d 13:00 | manual
        f1      | 14:00     | exit
        f2      | 13:00     | cross_bracket_exit
        """,
    )
    expect(
        attributed(store),
        """
        fill_id | strategy_id        | book_id       | evidence   | intent_id
        f1      | manual             | manual        | correction | -
        f2      | cross_bracket_exit | cross_bracket | correction | -
        """,
    )


def test_a_cancel_of_an_order_says_nothing_about_whose_the_order_is(store):
    given(
        store,
        "posted.intents",
        "intent_id | client_order_id | strategy_id | kind\n i1 | one | cross_bracket | cancel",
    )
    given(
        store,
        "posted.outcomes",
        "intent_id | observed_at | state | order_id\n i1 | 12:00 | cancelled | o1",
    )
    given(store, "parsed.fills", "fill_id | order_id\n f1 | o1")
    expect(attributed(store), "fill_id | strategy_id | evidence\n f1 | manual | none")


def test_a_fill_of_an_order_that_is_not_ours_stays_manual_beside_an_order_of_ours(store):
    given(
        store,
        "posted.intents",
        "intent_id | client_order_id | strategy_id | kind\n i1 | one | cross_bracket | create",
    )
    given(
        store,
        "posted.outcomes",
        "intent_id | observed_at | state | order_id\n i1 | 12:00 | accepted | o1",
    )
    given(store, "parsed.fills", "fill_id | order_id | filled_at\n f1 | o2 | 12:00:30")
    expect(attributed(store), "fill_id | strategy_id | evidence\n f1 | manual | none")


def test_deriving_twice_or_by_windows_gives_the_same_rows(store):
    given(
        store,
        "parsed.fills",
        """
        fill_id | client_order_id | filled_at
        f1      | mm_xb_1         | 12:00
        f2      | mm_wx_1         | +1d 12:00
        """,
    )
    whole = attributed(store).sort("fill_id")
    assert attributed(store).sort("fill_id").equals(whole)
